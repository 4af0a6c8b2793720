"""Train one: a tiny encoder learns a toy language, and is taken apart."""

from collections.abc import Callable
from functools import partial

from components.core.errors import GrammarError
from components.ui.stage.stage import Stage
from components.ui.train_one import languages, screens, session, take_apart, the_language, warming
from components.ui.train_one.session import APART, FORMS, LANGUAGE, LEARNS, ORDER, SKILLS, Choice

stage = Stage("Train one")
warming.prepare()
session.offer_languages(stage)
grammar, place = session.ask_for_grammar(stage)
settings = session.ask_for_settings(stage, grammar)
read = session.read_language(stage, grammar)
stage.name_pictures(languages.name_of(grammar))
drawn: dict[str, Callable[[], None]] = {LANGUAGE: partial(the_language.draw, grammar, read, place)}
if isinstance(read, GrammarError):
    drawn |= dict.fromkeys((LEARNS, FORMS, SKILLS, ORDER, APART), lambda: None)
else:
    choice = Choice(languages.name_of(grammar), read, settings)
    blank = session.ask_for_blank(stage, grammar, read)
    drawn |= {
        LEARNS: partial(screens.draw_learning, choice),
        FORMS: partial(screens.draw_forming, choice, blank),
        SKILLS: partial(screens.draw_skills, choice),
        ORDER: partial(screens.draw_order, choice),
        APART: partial(take_apart.draw, choice),
    }
stage.run(drawn)

"""What the reader chooses: a language, the size of a model, and how it is trained."""

from dataclasses import dataclass, replace
from typing import Final

import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from streamlit.runtime.scriptrunner import get_script_run_ctx

from components.core.errors import GrammarError
from components.core.languages.grammar import MOST_CHARACTERS
from components.core.languages.language import ToyLanguage, Words, read_blank
from components.core.training.settings import HEADS, LAYERS, WIDTHS, Hiding, TrainingSettings
from components.ui import address, state
from components.ui.caches import trainings
from components.ui.page import stop_on_error
from components.ui.pickers import pick_option, pick_to_fill
from components.ui.stage.stage import Stage
from components.ui.train_one import languages

LANGUAGE, LEARNS, FORMS, SKILLS, ORDER, APART = (
    "the language",
    "it learns",
    "watch it form",
    "its skills",
    "order or not",
    "take it apart",
)
#: Of the first numbers of a model.
HIGHEST_SEED: Final = 999


@dataclass(frozen=True)
class Choice:
    """A language, and the training that the reader asks for."""

    name: str
    language: ToyLanguage
    settings: TrainingSettings

    @property
    def without_order(self) -> "Choice":
        """The same without positions, or with them."""
        return replace(self, settings=replace(self.settings, positions=not self.settings.positions))


def ask_for_grammar(stage: Stage) -> tuple[str, DeltaGenerator | None]:
    """Ask for a grammar. Returns its text, and where the screen about it draws its picture."""
    opening = languages.opening().grammar
    with stage.beside(LANGUAGE) as place:
        st.text_area(
            "Grammar: the first rule writes the sentences; names of rules stand in capitals",
            opening,
            key=state.TrainOne.GRAMMAR,
            bind=state.IN_URL,
            persist_state="session",
            height=330,
            max_chars=MOST_CHARACTERS,
        )
        address.hold(state.TrainOne.GRAMMAR, opening)
    return st.session_state[state.TrainOne.GRAMMAR], place


def offer_languages(stage: Stage) -> None:
    """Offer the languages that are shipped."""
    with stage.ask_what_is_read():
        pick_to_fill(
            "Language",
            languages.shipped(),
            languages.name_of(st.session_state.get(state.TrainOne.GRAMMAR, languages.opening().grammar)),
            key=state.TrainOne.SHIPPED,
            fill=lambda name: st.session_state.update({state.TrainOne.GRAMMAR: languages.shipped()[name].grammar}),
            label_visibility="collapsed",
            width=260,
        )


def read_language(stage: Stage, grammar: str) -> ToyLanguage | GrammarError:
    """Return the language of a grammar. Where it cannot be read, the screen about it says why; others end there."""
    if stage.screen == LANGUAGE:
        try:
            return trainings.language(grammar)
        except GrammarError as error:
            return error
    with stage.in_place_of_title(), stop_on_error("This grammar cannot be read", _offer_opening):
        return trainings.language(grammar)


def ask_for_settings(stage: Stage, grammar: str) -> TrainingSettings:
    """Ask for the size of the model and how it is trained."""
    with stage.control(LEARNS):
        layers = _slide("Layers", LAYERS, 2, state.TrainOne.LAYERS)
        heads = _slide("Heads", HEADS, 4, state.TrainOne.HEADS)
        width = _slide("Dimensions", WIDTHS, 32, state.TrainOne.WIDTH)
    with stage.more():
        positions = st.toggle(
            "Positions",
            True,
            key=state.TrainOne.POSITIONS,
            bind=state.IN_URL,
            persist_state="session",
            help="Off: the model is not told where a word stands.",
        )
        hiding = pick_option("Hidden while it learns", [each.value for each in Hiding], state.TrainOne.HIDING)
        seed = st.number_input(
            "Seed: another one begins with other numbers",
            0,
            HIGHEST_SEED,
            0,
            key=state.TrainOne.SEED,
            bind=state.IN_URL,
            persist_state="session",
        )
    return TrainingSettings(grammar.strip(), layers, heads, width, positions, Hiding(hiding), seed=int(seed))


def ask_for_blank(stage: Stage, grammar: str, language: ToyLanguage) -> Words:
    """Ask for a sentence of the language with one hidden word."""
    opening = languages.blank_of(grammar, language)
    with stage.control(FORMS):
        typed = st.text_input(
            "Sentence, with ___ for one hidden word",
            "",
            placeholder=opening,
            key=state.TrainOne.BLANK,
            bind=state.IN_URL,
            persist_state="session",
            max_chars=300,
            width=460,
        )
    if not typed.strip():
        return read_blank(language, opening)
    if not stage.shows(FORMS):
        try:
            return _read(language, typed)
        except GrammarError:
            return read_blank(language, opening)
    with stage.in_place_of_title(), stop_on_error("This sentence cannot be read", _offer_sentence):
        return _read(language, typed)


def _read(language: ToyLanguage, typed: str) -> Words:
    read = read_blank(language, typed)
    if not language.hidden_word(read):
        raise GrammarError(
            "No sentence of this language is written so, whatever is hidden; it would be a question without an answer. "
            "Change a word, or take the sentence that the box suggests."
        )
    return read


def tab() -> str:
    """The name of this tab, for the trainer."""
    context = get_script_run_ctx()
    return context.session_id if context else "no tab"


def _slide(label: str, options: tuple[int, ...], first: int, key: str) -> int:
    picked = st.select_slider(
        label,
        [str(each) for each in options],
        str(first),
        key=key,
        bind=state.IN_URL,
        persist_state="session",
        width=190,
    )
    return int(picked)


def _offer_opening() -> None:
    name = languages.opening().name
    st.button(f"Take the language {name}", on_click=_take_opening)


def _take_opening() -> None:
    st.session_state[state.TrainOne.GRAMMAR] = languages.opening().grammar


def _offer_sentence() -> None:
    st.button("Take the suggested sentence", on_click=lambda: st.session_state.update({state.TrainOne.BLANK: ""}))

"""A word and its sentences: asked for, read, and listed, each problem beside its sentence."""

import streamlit as st
from markupsafe import Markup

from components.core import Encoder
from components.core.context.word_occurrences import (
    MOST_TOKENS,
    Occurrence,
    WordOccurrences,
    read_usages,
    senses_without_sentences,
)
from components.core.errors import SentenceError
from components.figures.palette import GROUPS
from components.ui import address, state
from components.ui.caches import occurrences
from components.ui.caches.requests import OccurrencesRequest
from components.ui.context.opening import MOST_SENTENCES, fill, follow_other_pages, follow_typed_word
from components.ui.context.senses import opening, shipped
from components.ui.context.summary import Followed, labels_of, names_of
from components.ui.page import markup, stop_on_error
from components.ui.pickers import pick_to_fill
from components.ui.stage.stage import Stage
from components.ui.wording import format_count, shorten, spell_number

# Screens that are about shipped sentences, whatever the word.
_OF_SHIPPED = ("it and its noun", "how often")


def ask(stage: Stage) -> None:
    """Ask for the word and its sentences."""
    follow_other_pages()
    first = next(iter(shipped()))
    with stage.control("many vectors", "through the layers", "where it came from"):
        st.text_input(
            "Word",
            first,
            key=state.Context.WORD,
            bind=state.IN_URL,
            persist_state="session",
            max_chars=60,
            width=180,
            on_change=follow_typed_word,
        )
    with stage.more():
        pick_to_fill("Words to start from", shipped(), "Pick a word", key=state.Context.SHIPPED_WORD, fill=fill)
        st.text_area(
            f"Two to {spell_number(MOST_SENTENCES)} sentences with this word, one per line",
            opening(first),
            key=state.Context.SENTENCES,
            bind=state.IN_URL,
            persist_state="session",
            height=220,
            width=520,
            help="A line that ends in a colon names the sense of the word in the lines below it; “?:” leaves it open. "
            "A blank line starts another sense.",
        )
    address.hold(state.Context.WORD, first)
    address.hold(state.Context.SENTENCES, opening(first))


def read(stage: Stage, model: str, encoder: Encoder) -> Followed:
    """Follow the word through its sentences, and say what is read.

    If that fails, say why, and keep the word that was followed before; without one, the word that the page opens with.
    """
    word, typed = st.session_state[state.Context.WORD], st.session_state[state.Context.SENTENCES]
    first = next(iter(shipped()))
    try:
        followed = _follow(model, word, typed)
        st.session_state[state.Context.FOLLOWED] = word, typed
    except SentenceError as error:
        kept = st.session_state.get(state.Context.FOLLOWED, (first, opening(first)))
        with stop_on_error("This word cannot be followed", lambda: None):
            followed = _follow(model, *kept)
        with stage.above(), st.container(width=680, gap=None):
            _say_problem(str(error), followed.word)
    if stage.screen in _OF_SHIPPED:
        stage.say_what_is_read("The shipped sentences", encoder.short_name)
    else:
        count = format_count(len(read_usages(followed.typed)), "sentence")
        stage.say_what_is_read(
            Markup("<b>{}</b> in {}").format(followed.word, count),
            f"at most {MOST_TOKENS} tokens each · {encoder.short_name}",
        )
    return followed


def draw_sentences(followed: Followed) -> None:
    """List the sentences with the word marked, and the problem of each sentence that is not read."""
    found, count = followed.found, len(read_usages(followed.typed))
    items = []
    for label, occurrence in zip(labels_of(found), found.occurrences, strict=True):
        group = found.senses.index(occurrence.usage.sense) % len(GROUPS)
        items.append(
            Markup('<li><span class="es-sense es-sense-{}">{}</span> <span dir="auto">{}</span></li>').format(
                group, label, _marked(occurrence)
            )
        )
    problems = [f"Sentence {number}: {problem}" for number, problem in found.problems.items()]
    problems += [
        f"“{line}” ends in a colon, so it names a sense; no sentence follows it."
        for line in senses_without_sentences(followed.typed)
    ]
    if count > MOST_SENTENCES:
        problems.append(
            f"{format_count(count, 'sentence')} were typed; the first {MOST_SENTENCES} are read. "
            "Remove some to read the others."
        )
    items += [Markup('<li class="es-problem">{}</li>').format(problem) for problem in problems]
    markup(Markup('<ul class="es-list">{}</ul>').format(Markup().join(items)))


def pick_occurrence(found: WordOccurrences) -> Occurrence:
    """Ask for one of the sentences."""
    options = [
        f"{name}  {shorten(each.usage.sentence, 90)}"
        for name, each in zip(names_of(found), found.occurrences, strict=True)
    ]
    picked = st.selectbox(
        "Sentence", options, key=state.Context.OCCURRENCE, bind=state.IN_URL, persist_state="session", width=420
    )
    return found.occurrences[options.index(picked)]


def _follow(model: str, word: str, typed: str) -> Followed:
    usages = read_usages(typed)
    found = occurrences.word_occurrences(OccurrencesRequest(model, word, tuple(usages[:MOST_SENTENCES])))
    if len(found.occurrences) < 2:
        raise SentenceError(_too_few(found, len(usages)))
    return Followed(found, typed)


def _say_problem(problem: str, kept: str) -> None:
    """Say at the box why its word is not followed, and offer the example sentences for it, if there are any."""
    word = st.session_state[state.Context.WORD].strip()
    markup(
        Markup('<p class="es-problem" role="alert">{} <span class="es-quiet">Still shown: “{}”.</span></p>').format(
            problem, kept
        )
    )
    if word in shipped():
        st.button(f"Use the example sentences for “{word}”", on_click=lambda: fill(word), type="tertiary")


def _marked(occurrence: Occurrence) -> Markup:
    """The sentence with its word in bold."""
    start, end = occurrence.word.span
    text = occurrence.tokens.text
    return Markup("{}<b>{}</b>{}").format(text[:start], text[start:end], text[end:])


def _too_few(usages: WordOccurrences, count: int) -> str:
    if not count:
        return "There are no sentences to compare: nothing was typed. Type two sentences that contain the word."
    word = f"“{usages.word.strip()}”"
    said = (
        f"{word} occurs only once."
        if usages.occurrences
        else f"{word} is in none of {format_count(count, 'sentence')}."
    )
    problems = [f"Sentence {number}: {problem}" for number, problem in usages.problems.items()]
    needed = "another sentence that contains it" if usages.occurrences else "two sentences that contain it"
    return " ".join([said, *problems[:1], f"Add {needed}."])

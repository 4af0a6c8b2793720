"""A word and the sentences it stands in: asked for, read, and listed with what is wrong with any of them."""

import html

import streamlit as st

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
from components.ui import state
from components.ui.caches import occurrences
from components.ui.caches.requests import OccurrencesRequest
from components.ui.context.senses import opening, shipped
from components.ui.page import markup, shorten, stop_on_error
from components.ui.pickers import pick_to_fill
from components.ui.wording import format_count, spell_number

MOST_SENTENCES = 8


def ask() -> None:
    """Ask for the word and its sentences."""
    first = next(iter(shipped()))
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
        st.text_input(
            "Word",
            first,
            key=state.Context.WORD,
            bind=state.IN_URL,
            persist_state="session",
            max_chars=60,
            width=240,
            on_change=_follow_typed_word,
        )
        pick_to_fill(
            "Words to start from", shipped(), "Pick a word", key=state.Context.SHIPPED_WORD, fill=_set, width=200
        )
    st.text_area(
        f"Two to {spell_number(MOST_SENTENCES)} sentences with this word, one a line",
        opening(first),
        key=state.Context.SENTENCES,
        bind=state.IN_URL,
        persist_state="session",
        height=190,
        help="A line that ends in a colon names the sense of the word in the lines below it; a blank line begins "
        "another sense.",
    )


def read(model: str, encoder: Encoder) -> WordOccurrences:
    """Follow the word through its sentences; if that cannot be done, say why and end the page here."""
    word = st.session_state[state.Context.WORD]
    usages = read_usages(st.session_state[state.Context.SENTENCES])
    with stop_on_error(_offer_opening):
        found = occurrences.word_occurrences(OccurrencesRequest(model, word, tuple(usages[:MOST_SENTENCES])))
        if len(found.occurrences) < 2:
            raise SentenceError(_too_few(found, len(usages)))
    return found


def draw_sentences(encoder: Encoder, usages: WordOccurrences, typed: str) -> None:
    """List the sentences as they are read, the word marked, and say what is wrong with those that are not.

    typed: the text that they were taken from.
    """
    asked = len(read_usages(typed))
    markup(
        f'<p class="es-count">{format_count(asked, "sentence")} of at most {MOST_TOKENS} tokens · '
        f"{html.escape(encoder.short_name)}</p>"
    )
    items = []
    for occurrence in usages.occurrences:
        group = usages.senses.index(occurrence.usage.sense) % len(GROUPS)
        items.append(
            f'<li><span class="es-sense es-sense-{group}">{html.escape(label_of(usages, occurrence))}</span> '
            f'<span dir="auto">{_marked(occurrence)}</span></li>'
        )
    items += [
        f'<li class="es-problem">Sentence {number}: {html.escape(problem)}</li>'
        for number, problem in usages.problems.items()
    ]
    items += [
        f'<li class="es-problem">“{html.escape(line)}” ends in a colon and so names a sense; nothing follows it.</li>'
        for line in senses_without_sentences(typed)
    ]
    if asked > MOST_SENTENCES:
        items.append(
            f'<li class="es-problem">{format_count(asked, "sentence")} were typed; the first {MOST_SENTENCES} are read. '
            f"Take some out to read the others.</li>"
        )
    markup(f'<ul class="es-list">{"".join(items)}</ul>')


def pick_occurrence(usages: WordOccurrences) -> Occurrence:
    """Ask for one of the sentences."""
    options = [f"{name_of(usages, each)}  {shorten(each.usage.sentence, 90)}" for each in usages.occurrences]
    return usages.occurrences[
        options.index(st.selectbox("Sentence", options, key=state.Context.OCCURRENCE, bind=state.IN_URL))
    ]


def name_of(usages: WordOccurrences, occurrence: Occurrence) -> str:
    """An occurrence's number: the sentence's, and a letter where the word stands in it more than once."""
    same = [each for each in usages.occurrences if each.number == occurrence.number]
    return f"{occurrence.number}" + ("abc"[same.index(occurrence)] if len(same) > 1 else "")


def label_of(usages: WordOccurrences, occurrence: Occurrence) -> str:
    """An occurrence's number and, where there are several, its sense."""
    sense = occurrence.usage.sense if len(usages.senses) > 1 else ""
    return f"{name_of(usages, occurrence)} {sense}".strip()


def _marked(occurrence: Occurrence) -> str:
    """The sentence as markup with the word in it marked."""
    offsets = [occurrence.tokens.offsets[i] for i in occurrence.word.token_indices]
    start, end = offsets[0][0], offsets[-1][1]
    text = occurrence.tokens.text
    return f"{html.escape(text[:start])}<b>{html.escape(text[start:end])}</b>{html.escape(text[end:])}"


def _too_few(usages: WordOccurrences, asked: int) -> str:
    if not asked:
        return "There are no sentences to compare: nothing was typed. Type two with the word in them."
    where = "in one place" if usages.occurrences else "nowhere"
    said = f"“{usages.word.strip()}” stands {where} in {format_count(asked, 'sentence')}; a comparison takes two."
    problems = [f"Sentence {number}: {problem}" for number, problem in usages.problems.items()]
    return " ".join([said, *problems[:3], "Write it into more of them." if asked > 1 else "Type another."])


def _offer_opening() -> None:
    """The sentences shipped for this very word, if there are any, or else the opening example."""
    word = st.session_state[state.Context.WORD].strip()
    known = word in shipped()
    st.button(
        f"Take the sentences shipped for “{word}”" if known else "Take an example, word and sentences",
        on_click=lambda: _set(word if known else next(iter(shipped()))),
    )


def _follow_typed_word() -> None:
    """Let untouched example sentences follow when another of their words is typed."""
    word = st.session_state[state.Context.WORD].strip()
    if word in shipped() and st.session_state[state.Context.SENTENCES] in map(opening, shipped()):
        _set(word)


def _set(word: str) -> None:
    st.session_state[state.Context.WORD] = word
    st.session_state[state.Context.SENTENCES] = opening(word)

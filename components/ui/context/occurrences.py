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
        f"Two to {spell_number(MOST_SENTENCES)} sentences with this word, one per line",
        opening(first),
        key=state.Context.SENTENCES,
        bind=state.IN_URL,
        persist_state="session",
        height=190,
        help="A line that ends in a colon names the sense of the word in the lines below it. A blank line starts "
        "another sense.",
    )


def read(model: str, encoder: Encoder) -> WordOccurrences:
    """Follow the word through its sentences. If that fails, say why and end the page here."""
    word = st.session_state[state.Context.WORD]
    usages = read_usages(st.session_state[state.Context.SENTENCES])
    with stop_on_error("This word cannot be followed", _offer_opening):
        found = occurrences.word_occurrences(OccurrencesRequest(model, word, tuple(usages[:MOST_SENTENCES])))
        if len(found.occurrences) < 2:
            raise SentenceError(_too_few(found, len(usages)))
    return found


def draw_sentences(encoder: Encoder, usages: WordOccurrences, typed: str) -> None:
    """List the sentences with the word marked, and the problem of each sentence that is not read.

    typed: the text of the box, from which the sentences come.
    """
    count = len(read_usages(typed))
    markup(
        Markup('<p class="es-count">{} of at most {} tokens · {}</p>').format(
            format_count(count, "sentence"), MOST_TOKENS, encoder.short_name
        )
    )
    items = []
    for occurrence in usages.occurrences:
        group = usages.senses.index(occurrence.usage.sense) % len(GROUPS)
        items.append(
            Markup('<li><span class="es-sense es-sense-{}">{}</span> <span dir="auto">{}</span></li>').format(
                group, label_of(usages, occurrence), _marked(occurrence)
            )
        )
    problems = [f"Sentence {number}: {problem}" for number, problem in usages.problems.items()]
    problems += [
        f"“{line}” ends in a colon, so it names a sense; no sentence follows it."
        for line in senses_without_sentences(typed)
    ]
    if count > MOST_SENTENCES:
        problems.append(
            f"{format_count(count, 'sentence')} were typed; the first {MOST_SENTENCES} are read. "
            "Remove some to read the others."
        )
    items += [Markup('<li class="es-problem">{}</li>').format(problem) for problem in problems]
    markup(Markup('<ul class="es-list">{}</ul>').format(Markup().join(items)))


def pick_occurrence(usages: WordOccurrences) -> Occurrence:
    """Ask for one of the sentences."""
    options = [f"{name_of(usages, each)}  {shorten(each.usage.sentence, 90)}" for each in usages.occurrences]
    return usages.occurrences[
        options.index(st.selectbox("Sentence", options, key=state.Context.OCCURRENCE, bind=state.IN_URL))
    ]


def name_of(usages: WordOccurrences, occurrence: Occurrence) -> str:
    """An occurrence's number: that of its sentence, with a letter if the word occurs in it more than once."""
    same = [each for each in usages.occurrences if each.number == occurrence.number]
    return f"{occurrence.number}" + ("abc"[same.index(occurrence)] if len(same) > 1 else "")


def label_of(usages: WordOccurrences, occurrence: Occurrence) -> str:
    """An occurrence's number and, if several senses are named, its sense."""
    sense = occurrence.usage.sense if len(usages.senses) > 1 else ""
    return f"{name_of(usages, occurrence)} {sense}".strip()


def _marked(occurrence: Occurrence) -> Markup:
    """The sentence with its word in bold."""
    offsets = [occurrence.tokens.offsets[i] for i in occurrence.word.token_indices]
    start, end = offsets[0][0], offsets[-1][1]
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
    return " ".join([said, *problems[:3], f"Add {needed}."])


def _offer_opening() -> None:
    """Offer the sentences shipped for this word or, if there are none, the opening example."""
    word = st.session_state[state.Context.WORD].strip()
    known = word in shipped()
    st.button(
        f"Use the example sentences for “{word}”" if known else "Use an example word and its sentences",
        on_click=lambda: _set(word if known else next(iter(shipped()))),
    )


def _follow_typed_word() -> None:
    """If another example word is typed over unchanged example sentences, bring that word's sentences."""
    word = st.session_state[state.Context.WORD].strip()
    if word in shipped() and st.session_state[state.Context.SENTENCES] in map(opening, shipped()):
        _set(word)


def _set(word: str) -> None:
    st.session_state[state.Context.WORD] = word
    st.session_state[state.Context.SENTENCES] = opening(word)

"""What the Context page starts from: a word of the sentence of the other pages, or the first of the shipped ones."""

from collections.abc import Sequence

import streamlit as st

from components.core.context.word_occurrences import UNKNOWN_SENSE
from components.core.text.content_words import content_words_in
from components.ui import state
from components.ui.context.senses import opening, shipped
from components.ui.examples import DEFAULT_TEXT
from components.ui.stage import frame

MOST_SENTENCES = 8


def fill(word: str) -> None:
    """Write a shipped word and its opening sentences into the boxes; for callbacks."""
    st.session_state[state.Context.WORD] = word
    st.session_state[state.Context.SENTENCES] = opening(word)


def follow_typed_word() -> None:
    """If another example word is typed over unchanged example sentences, bring that word's sentences."""
    word = st.session_state[state.Context.WORD].strip()
    if word in shipped() and st.session_state[state.Context.SENTENCES] in map(opening, shipped()):
        fill(word)


def follow_other_pages() -> None:
    """Start from a word of the other pages' sentence, if one can be followed at once and none was chosen here."""
    shared = st.session_state.get(state.Shared.TEXT, DEFAULT_TEXT)
    held = tuple(st.session_state.get(key) for key in (state.Context.WORD, state.Context.SENTENCES))
    led_by = st.session_state.get(state.Context.LED_BY)
    if shared in (DEFAULT_TEXT, led_by):
        return
    if held == (None, None):
        if state.Context.WORD in st.query_params or state.Context.SENTENCES in st.query_params:
            return
    elif held not in (_opening_of_page(), led_by and opening_from(led_by)):
        return
    opened = opening_from(shared)
    if opened:
        st.session_state[state.Context.LED_BY] = shared
        st.session_state[state.Context.WORD], st.session_state[state.Context.SENTENCES] = opened


def opening_from(sentence: str) -> tuple[str, str] | None:
    """The longest content word of a sentence that can be followed at once, and the sentences to follow it through.

    That is a shipped word, with the sentence above those shipped for it, or a word that occurs in the sentence twice;
    None if there is neither.

    >>> opening_from("Squatch eats pizza") is None
    True
    >>> opening_from("A pizza is a pizza")
    ('pizza', 'A pizza is a pizza')
    """
    words = content_words_in(sentence)
    line = " ".join(sentence.split()).rstrip(": ")
    known = longest([word for word in words if word in shipped()])
    if known:
        return known, f"{UNKNOWN_SENSE}:\n{line}\n\n{opening(known)}"
    repeated = longest([word for word in words if words.count(word) > 1])
    return (repeated, line) if repeated else None


def longest(words: Sequence[str]) -> str | None:
    """The longest of some words, the first of several; None if there is none."""
    return max(words, key=len, default=None)


def offer_other_pages() -> None:
    """Offer a word of the other pages' sentence that needs one more sentence, as long as none was chosen here."""
    shared = st.session_state.get(state.Shared.TEXT, DEFAULT_TEXT)
    held = (st.session_state[state.Context.WORD], st.session_state[state.Context.SENTENCES])
    word = longest(content_words_in(shared))
    if shared == DEFAULT_TEXT or held != _opening_of_page() or word is None:
        return
    frame.note(f"To follow “{word}” of your sentence, another sentence that contains it is needed; this is an example.")

    def follow() -> None:
        st.session_state[state.Context.WORD] = word
        st.session_state[state.Context.SENTENCES] = " ".join(shared.split()).rstrip(": ")

    st.button(f"Follow “{word}”", on_click=follow, type="tertiary")


def _opening_of_page() -> tuple[str, str]:
    first = next(iter(shipped()))
    return first, opening(first)

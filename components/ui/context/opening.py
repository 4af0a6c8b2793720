"""What the Context page starts from: a word of the sentence of the other pages, or the first of the shipped ones."""

import streamlit as st

from components.core.context.word_occurrences import UNKNOWN_SENSE
from components.core.text.content_words import content_words_in
from components.ui import state
from components.ui.context.senses import opening, shipped
from components.ui.examples import DEFAULT_TEXT

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
    """Start from a content word of the other pages' sentence, if it is a shipped word and none was chosen here."""
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
    """A shipped word in a sentence, and the sentence above those shipped for the word; None if it has none.

    >>> opening_from("Squatch eats pizza") is None
    True
    """
    word = next((word for word in content_words_in(sentence) if word in shipped()), None)
    if word is None:
        return None
    line = " ".join(sentence.split()).rstrip(": ")
    return word, f"{UNKNOWN_SENSE}:\n{line}\n\n{opening(word)}"


def _opening_of_page() -> tuple[str, str]:
    first = next(iter(shipped()))
    return first, opening(first)

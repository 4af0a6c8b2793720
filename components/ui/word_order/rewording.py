"""Ways to a pair of sentences: the second made from the first, example pairs, the sentence of the other pages."""

import random
from collections.abc import Callable

import streamlit as st

from components.core.text.rewording import movable_words, negate, reverse_words, shuffle_words, swap_words
from components.ui import state
from components.ui.assets import read_toml
from components.ui.examples import DEFAULT_TEXT
from components.ui.pickers import pick_to_fill
from components.ui.word_order.sentences import opening_pair, set_pair

PAIRS: dict[str, tuple[str, str]] = {
    pair["name"]: (pair["first"], pair["second"]) for pair in read_toml("pairs")["pair"]
}


def offer() -> None:
    """Offer to make the second sentence from the first, or to start from another pair."""
    st.markdown("Make the second from the first:")
    with st.container(horizontal=True, gap="small"):
        _button("Reverse", reverse_words)
        _button("Shuffle", _shuffle_anew)
        _button(
            "Negate",
            negate,
            "Removes an English “not”, or adds one. If there is no place for it, denies the whole sentence.",
        )
    _swap()
    pick_to_fill(
        "Pairs to start from", PAIRS, "Pick a pair", key=state.WordOrder.PAIR, fill=lambda name: set_pair(*PAIRS[name])
    )
    typed = st.session_state.get(state.Shared.TEXT, DEFAULT_TEXT)
    if typed.strip() and opening_pair(typed)[0] != st.session_state[state.WordOrder.FIRST]:
        st.button(
            "Use the sentence of the other pages",
            on_click=lambda: set_pair(*opening_pair(typed)),
            help="That sentence first, its reverse second.",
        )


def offer_opening_pair() -> None:
    """Offer an example pair, for an error that concerns both sentences."""
    st.button("Read an example instead", on_click=lambda: set_pair(*opening_pair(DEFAULT_TEXT)))


def _shuffle_anew(text: str) -> str:
    return shuffle_words(text, random.randrange(10**6), unlike=st.session_state[state.WordOrder.SECOND])


def _button(label: str, reworded: Callable[[str], str], explained: str | None = None) -> None:
    def write() -> None:
        st.session_state[state.WordOrder.SECOND] = reworded(st.session_state[state.WordOrder.FIRST])

    st.button(label, on_click=write, help=explained)


def _swap() -> None:
    """Ask which two words change places. The options are numbered, since words repeat."""
    words, _ = movable_words(st.session_state[state.WordOrder.FIRST])
    if len(words) < 2:
        return
    options = [f"{number}  {word}" for number, word in enumerate(words, start=1)]
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        one = st.selectbox("This word", options, index=0, key=state.WordOrder.SWAP_ONE, width=150)
        other = st.selectbox(
            "and this word", options, index=len(options) - 1, key=state.WordOrder.SWAP_OTHER, width=150
        )
        st.button(
            "Swap them",
            on_click=lambda: set_pair(
                st.session_state[state.WordOrder.FIRST],
                swap_words(st.session_state[state.WordOrder.FIRST], options.index(one), options.index(other)),
            ),
        )

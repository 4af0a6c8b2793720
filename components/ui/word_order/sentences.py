"""The two sentences to compare: asked for side by side, one made from the other, and tokenized."""

import random
from collections.abc import Callable

import streamlit as st
from markupsafe import Markup

from components.core import Encoder
from components.core.text.rewording import negate, reverse_words, shuffle_words, swap_words
from components.core.tokens.tokens import Tokens, check_whole
from components.ui import state
from components.ui.assets import read_toml
from components.ui.caches import traces
from components.ui.caches.requests import TextRequest
from components.ui.page import markup, stop_on_error
from components.ui.pickers import pick_to_fill
from components.ui.examples import DEFAULT_TEXT

PAIRS: dict[str, tuple[str, str]] = {
    pair["name"]: (pair["first"], pair["second"]) for pair in read_toml("pairs")["pair"]
}
OPENING = next(iter(PAIRS.values()))
_ORDINALS = {state.WordOrder.FIRST: "first", state.WordOrder.SECOND: "second"}
_TRUNCATE = {
    state.WordOrder.FIRST: state.WordOrder.TRUNCATE_FIRST,
    state.WordOrder.SECOND: state.WordOrder.TRUNCATE_SECOND,
}


def ask() -> None:
    """Ask for both sentences, and offer to make the second from the first."""
    for column, key, opening in zip(st.columns(2), _ORDINALS, OPENING, strict=True):
        with column:
            st.text_area(
                f"{_ORDINALS[key].capitalize()} sentence",
                opening,
                key=key,
                bind=state.IN_URL,
                persist_state="session",
                height=100,
            )
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        st.markdown("Make the second from the first:", width="content")
        _button("Reverse", reverse_words)
        _button("Shuffle", _shuffle_anew)
        _swap()
        _button(
            "Negate",
            negate,
            "Removes an English “not”, or adds one. If there is no place for it, denies the whole sentence.",
        )
        typed = st.session_state.get(state.Shared.TEXT, DEFAULT_TEXT)
        if typed.strip() and typed not in (DEFAULT_TEXT, st.session_state[state.WordOrder.FIRST]):
            st.button(
                "Use the sentence from the other pages",
                on_click=lambda: _set(typed, reverse_words(typed)),
                help="The sentence that you typed for the other pages first, its reverse second.",
            )


def pick() -> None:
    """Offer example pairs."""
    pick_to_fill(
        "Pairs to start from",
        PAIRS,
        "Pick a pair",
        key=state.WordOrder.PAIR,
        fill=lambda name: _set(*PAIRS[name]),
        width=220,
    )


def read(model: str, encoder: Encoder) -> tuple[Tokens, Tokens]:
    """Return the tokens of both sentences. If one cannot be read, say which and why, and end the page here."""
    first, second = (_read(model, encoder, key) for key in _ORDINALS)
    return first, second


def _read(model: str, encoder: Encoder, key: str) -> Tokens:
    with stop_on_error(f"The {_ORDINALS[key]} sentence cannot be read", lambda: _offer_example(key)):
        tokens = traces.tokens(TextRequest(model, st.session_state[key]))
    if tokens.unread_text:
        above = st.container()
        label = f"Read the first {encoder.trace_limit} tokens of the {_ORDINALS[key]} sentence"
        if not st.toggle(label, key=_TRUNCATE[key], bind=state.IN_URL):
            with above, stop_on_error(f"The {_ORDINALS[key]} sentence is too long", lambda: None):
                check_whole(tokens, encoder.trace_limit, encoder.short_name)
    return tokens


def draw_counts(encoder: Encoder, first: Tokens, second: Tokens) -> None:
    """Draw how many tokens the two sentences have, of how many the model reads."""
    markup(
        Markup('<p class="es-count">{} and {} of {} tokens · {}</p>').format(
            len(first.tokens), len(second.tokens), encoder.trace_limit, encoder.short_name
        )
    )
    for ordinal, tokens in zip(_ORDINALS.values(), (first, second), strict=True):
        if tokens.unread_text:
            markup(
                Markup('<p class="es-note">Of the {} sentence, only the first {} of {:,} tokens are read.</p>').format(
                    ordinal, len(tokens.tokens), tokens.total_tokens
                )
            )


def _offer_example(key: str) -> None:
    """Offer an example for one sentence; the other stays."""
    example = OPENING[list(_ORDINALS).index(key)]
    st.button("Read an example instead", on_click=lambda: st.session_state.update({key: example}))


def offer_opening_pair() -> None:
    """Offer an example pair, for an error that concerns both sentences."""
    st.button("Read an example instead", on_click=lambda: _set(*OPENING))


def _shuffle_anew(text: str) -> str:
    return shuffle_words(text, random.randrange(10**6), unlike=st.session_state[state.WordOrder.SECOND])


def _button(label: str, reworded: Callable[[str], str], explained: str | None = None) -> None:
    def write() -> None:
        st.session_state[state.WordOrder.SECOND] = reworded(st.session_state[state.WordOrder.FIRST])

    st.button(label, on_click=write, help=explained)


def _swap() -> None:
    """Ask which two words change places. The options are numbered, since words repeat."""
    words = st.session_state[state.WordOrder.FIRST].split()
    options = [f"{number}  {word}" for number, word in enumerate(words, start=1)]
    with st.popover("Swap two words", disabled=len(words) < 2):
        if len(words) < 2:
            return
        one = st.selectbox("This word", options, index=0, key=state.WordOrder.SWAP_ONE)
        other = st.selectbox("and this word", options, index=len(options) - 1, key=state.WordOrder.SWAP_OTHER)
        st.button(
            "Swap them",
            on_click=lambda: _set(
                st.session_state[state.WordOrder.FIRST],
                swap_words(st.session_state[state.WordOrder.FIRST], options.index(one), options.index(other)),
            ),
        )


def _set(first: str, second: str) -> None:
    st.session_state[state.WordOrder.FIRST] = first
    st.session_state[state.WordOrder.SECOND] = second

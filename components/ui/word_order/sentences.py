"""The two sentences to compare: led by the sentence of the other pages until others are chosen, asked for, and read."""

import streamlit as st
from markupsafe import Markup

from components.core import Encoder
from components.core.text.rewording import reverse_words
from components.core.tokens.tokens import Tokens, check_whole
from components.ui import address, state
from components.ui.caches import traces
from components.ui.caches.requests import TextRequest
from components.ui.examples import DEFAULT_TEXT
from components.ui.page import isolate, markup, stop_on_error
from components.ui.stage.stage import Stage
from components.ui.wording import shorten

_ORDINALS = {state.WordOrder.FIRST: "first", state.WordOrder.SECOND: "second"}
_TRUNCATE = {
    state.WordOrder.FIRST: state.WordOrder.TRUNCATE_FIRST,
    state.WordOrder.SECOND: state.WordOrder.TRUNCATE_SECOND,
}
# Letters of each sentence in the page's second line.
_SHOWN = 28


def opening_pair(text: str) -> tuple[str, str]:
    """A sentence and its reverse: what the page starts from. Line breaks become blanks.

    >>> opening_pair("Squatch eats pizza")
    ('Squatch eats pizza', 'pizza eats Squatch')
    """
    return " ".join(text.split()), reverse_words(text)


def ask() -> None:
    """Ask for both sentences."""
    _follow_other_pages()
    for key, opening in zip(_ORDINALS, opening_pair(DEFAULT_TEXT), strict=True):
        st.text_input(
            f"{_ORDINALS[key].capitalize()} sentence",
            opening,
            key=key,
            bind=state.IN_URL,
            persist_state="session",
            width="stretch",
        )
        address.hold(key, opening)


def set_pair(first: str, second: str) -> None:
    """Write two sentences into the boxes; for callbacks."""
    st.session_state[state.WordOrder.FIRST] = first
    st.session_state[state.WordOrder.SECOND] = second


def read(stage: Stage, model: str, encoder: Encoder) -> tuple[Tokens, Tokens]:
    """Return the tokens of both sentences, and say what is read.

    If one cannot be read, say which and why, and end the page here.
    """
    first, second = (_read(stage, model, encoder, key) for key in _ORDINALS)
    stage.say_what_is_read(
        " ↔ ".join(isolate(shorten(each.text.strip(), _SHOWN)) for each in (first, second)),
        f"{len(first.tokens)} and {len(second.tokens)} of {encoder.trace_limit} tokens · {encoder.short_name}",
    )
    return first, second


def _follow_other_pages() -> None:
    """Start from the sentence of the other pages, unless the reader, or a link, has chosen sentences here."""
    shared = st.session_state.get(state.Shared.TEXT, DEFAULT_TEXT)
    led_by = st.session_state.get(state.WordOrder.LED_BY, DEFAULT_TEXT)
    if (
        shared == led_by
        or not shared.strip()
        or any(key in st.query_params for key in _ORDINALS if key not in st.session_state)
    ):
        return
    here = tuple(st.session_state.get(key, text) for key, text in zip(_ORDINALS, opening_pair(led_by), strict=True))
    if here == opening_pair(led_by):
        set_pair(*opening_pair(shared))
        st.session_state[state.WordOrder.LED_BY] = shared


def _read(stage: Stage, model: str, encoder: Encoder, key: str) -> Tokens:
    with stop_on_error(f"The {_ORDINALS[key]} sentence cannot be read", lambda: _offer_example(key)):
        tokens = traces.tokens(TextRequest(model, st.session_state[key]))
    if tokens.unread_text:
        with stage.more():
            label = f"Read the first {encoder.trace_limit} tokens of the {_ORDINALS[key]} sentence"
            truncate = st.toggle(label, key=_TRUNCATE[key], bind=state.IN_URL, persist_state="session")
        if not truncate:
            with stop_on_error(f"The {_ORDINALS[key]} sentence is too long", lambda: _offer_truncation(key)):
                check_whole(tokens, encoder.trace_limit, encoder.short_name)
        with stage.above():
            markup(
                Markup('<p class="es-note">Of the {} sentence, only the first {} of {:,} tokens are read.</p>').format(
                    _ORDINALS[key], len(tokens.tokens), tokens.total_tokens
                )
            )
    return tokens


def _offer_example(key: str) -> None:
    """Offer an example for one sentence; the other stays."""
    example = opening_pair(DEFAULT_TEXT)[list(_ORDINALS).index(key)]
    st.button("Read an example instead", on_click=lambda: st.session_state.update({key: example}))


def _offer_truncation(key: str) -> None:
    st.button("Read its beginning", on_click=lambda: st.session_state.update({_TRUNCATE[key]: True}))

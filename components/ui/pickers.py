"""Widgets that several pages ask with."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import streamlit as st

from components.core.tokens.tokens import Tokens
from components.ui import state


def longest_token(tokens: Tokens) -> int:
    """Return the index of the longest token that was typed: usually a content word."""
    typed = [i for i in range(len(tokens.tokens)) if not tokens.special[i]]
    return max(typed, key=lambda i: (len(tokens.labels[i]), -i))


def longest_whole_word(tokens: Tokens) -> int:
    """Return the index of the longest token that is a whole word; where all words are cut up, the longest token."""
    whole = [word for word in tokens.words if len(word.token_indices) == 1 and not word.is_mark]
    if not whole:
        return longest_token(tokens)
    return max(whole, key=lambda word: len(word.text)).token_indices[0]


def pick_token(tokens: Tokens, label: str, key: str, default: int, **look: Any) -> int:
    """Ask for one token of the sentence; return its index.

    An option holds the position and the token, "3  pizza". If the next sentence has no such option, the widget falls
    back to the default.
    """
    options = [token_option(tokens, index) for index in range(len(tokens.labels))]
    picked = st.selectbox(label, options, index=default, key=key, bind=state.IN_URL, persist_state="session", **look)
    return options.index(picked)


def token_option(tokens: Tokens, index: int) -> str:
    """Return pick_token's option for the token at an index, as "3  pizza"."""
    return f"{index + 1}  {tokens.labels[index]}"


def pick_dimension(width: int) -> int:
    """Ask for one of the dimensions; return it counted from 0.

    The default is dimension 101: its sinusoidal wave is long enough to be seen as a wave.
    """
    picked = st.number_input(
        "Dimension", 1, width, min(101, width), key=state.Shared.DIMENSION, bind=state.IN_URL, width=150
    )
    return int(picked) - 1


def pick_layer(layers: int, first: int) -> int:
    """Ask for a layer; return it counted from 0. first: the default, counted from 0 too."""
    return _pick("Layer", layers, first + 1, state.Shared.LAYER)


def pick_head(heads: int, first: int) -> int:
    """Ask for a head of a layer; return it counted from 0. first: the default, counted from 0 too."""
    return _pick("Head", heads, first + 1, state.Shared.HEAD)


def _pick(label: str, count: int, first: int, key: str) -> int:
    """Ask for a number from 1 to count, by default `first`; return it counted from 0."""
    options = [str(number) for number in range(1, count + 1)]
    picked = st.selectbox(
        label, options, index=first - 1, key=key, bind=state.IN_URL, persist_state="session", width=84
    )
    return int(picked) - 1


def pick_option(
    label: str,
    options: Sequence[str],
    key: str,
    first: str | None = None,
    renamed: Mapping[str, str] | None = None,
    **look: Any,
) -> str:
    """Ask for one of a few options, side by side. A link restores the choice, and it outlives visits to other pages.

    first: the default; None for the first of the options. renamed: former names of options, which old links hold.
    """
    linked = (renamed or {}).get(st.query_params.get(key, ""))
    if linked is not None and key not in st.session_state:
        st.session_state[key] = linked
    picked: str = st.segmented_control(
        label,
        options,
        default=first or options[0],
        required=True,
        key=key,
        bind=state.IN_URL,
        persist_state="session",
        **look,
    )
    return picked


#: Positions as they are, switched off, or shuffled among the tokens.
POSITION_MODES = ("on", "off", "shuffled")


def pick_positions() -> str:
    """Ask for one of POSITION_MODES."""
    return st.segmented_control(
        "Positions", POSITION_MODES, default="on", required=True, key=state.Shared.POSITIONS, bind=state.IN_URL
    )


def pick_to_fill(
    label: str, options: Iterable[str], placeholder: str, *, key: str, fill: Callable[[str], Any], **look: Any
) -> None:
    """Offer examples; the one that is picked is filled in, and can be picked again."""

    def take() -> None:
        picked = st.session_state[key]
        if picked:
            fill(picked)
            st.session_state[key] = None

    st.selectbox(label, options, index=None, placeholder=placeholder, key=key, on_change=take, **look)

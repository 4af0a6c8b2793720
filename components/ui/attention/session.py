"""The state of the Attention page: sentence or pair, open head, picked tokens, and the tokens that are shown."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import streamlit as st

from components.core import Trace
from components.core.attention.head_search import particular_link
from components.core.model.attention import TokenSelection
from components.core.tokens.tokens import Tokens, check_whole
from components.ui import state
from components.ui.attention.interventions import head_name
from components.ui.caches import attention, traces
from components.ui.caches.requests import TextRequest, TraceRequest
from components.ui.page import Reading, quoted, stop_on_error
from components.ui.pickers import pick_token, token_option

# Blocks of the matrix of a sentence pair: queries of one sentence, keys of the other.
_BLOCKS = {"all": None, "A → A": (0, 0), "A → B": (0, 1), "B → A": (1, 0), "B → B": (1, 1)}
# Pictures on one channel light up together.
CHANNEL = "attention"
# Weights that differ by less are equal up to the rounding of 32-bit numbers.
_EQUAL = 1e-6


@dataclass(frozen=True)
class AttentionView:
    """The state of the Attention page. Layers, heads and tokens are counted from 0."""

    reading: Reading
    request: TraceRequest
    tokens: Tokens
    layer: int
    head: int
    query: int
    key: int
    part: TokenSelection

    def trace(self) -> Trace:
        """Return the trace that is shown, with its interventions."""
        return traces.trace(self.request)

    @property
    def opened(self) -> tuple[int, int]:
        """The open head: layer and head."""
        return self.layer, self.head

    @property
    def head_name(self) -> str:
        """The open head's name on screen."""
        return head_name(self.layer, self.head)

    def quoted(self, index: int) -> str:
        """A token in quotes, with its number in the sentence if its spelling repeats."""
        label = self.tokens.labels[index]
        return quoted(label) if self.tokens.labels.count(label) == 1 else f"{quoted(label)} ({index + 1})"


def ask_for_second() -> str | None:
    """Ask for a second sentence; None if none was typed."""
    second: str = st.text_area(
        "Sentence B, joined to the sentence by [SEP]",
        "",
        key=state.Attention.SECOND_TEXT,
        bind=state.IN_URL,
        persist_state="session",
        placeholder="Leave it empty to read one sentence.",
        height=80,
    )
    return second if second.strip() else None


def read_second(reading: Reading, second: str | None) -> Tokens:
    """Return the tokens of all that is read. If the second sentence cannot be read, say why and end the page."""
    if second is None:
        return reading.tokens
    with stop_on_error("Sentence B cannot be read", _offer_one_sentence):
        traces.tokens(TextRequest(reading.model, second))
    with stop_on_error("The two sentences together are too long", _offer_one_sentence):
        tokens = traces.tokens(TextRequest(reading.model, reading.text, second))
        check_whole(tokens, reading.encoder.trace_limit, reading.encoder.short_name)
    return tokens


def ask_for_part(tokens: Tokens) -> TokenSelection:
    """Ask which rows and columns are shown: with special tokens or without, and which block of a pair."""
    special = tokens.special
    everything = tuple(range(len(special)))
    typed = tuple(int(index) for index in np.flatnonzero(~special))
    words_only = st.toggle(
        "Leave out special tokens",
        key=state.Attention.WORDS_ONLY,
        bind=state.IN_URL,
        help="Hides [CLS] and [SEP] and scales each row so that the remaining weights sum to 1.",
    )
    only = typed if words_only and special.any() and typed else None
    sides = None
    if tokens.second_text is not None:
        block = st.segmented_control(
            "Part", list(_BLOCKS), default="all", required=True, key=state.Attention.BLOCK, bind=state.IN_URL
        )
        sides = _BLOCKS[block]
    if sides is None:
        return TokenSelection(only or everything, only or everything, only)
    rows, columns = (tuple(i for i, text in enumerate(tokens.text_ids) if text == side) for side in sides)
    return TokenSelection(rows, columns, only)


def open_first_head(request: TraceRequest) -> tuple[int, int]:
    """Return the head that this text opens with; a head that the page opened by itself gives way to it.

    Call it before the pickers are drawn.
    """
    first = attention.first_head(request)
    keys = state.Shared.LAYER, state.Shared.HEAD
    opened = tuple(st.session_state.get(key) for key in keys)
    if opened == st.session_state.get(state.Attention.OPENED_BY_PAGE, opened):
        names = str(first[0] + 1), str(first[1] + 1)
        if opened not in ((None, None), names):
            st.session_state.update(dict(zip(keys, names, strict=True)))
        st.session_state[state.Attention.OPENED_BY_PAGE] = names
    return first


def follow_head(request: TraceRequest, tokens: Tokens, layer: int, head: int) -> tuple[int, int]:
    """Return the pair of tokens that a head opens with: its strongest particular link.

    A pair that was picked ends with its sentence and with its head. Call it before the pickers are drawn.
    """
    typed = int(np.flatnonzero(~tokens.special)[0])
    weights = traces.trace(request).attention_weights(layer, head)
    pair = particular_link(weights, tokens) or (typed, typed)
    owner = _owner(request, layer, head)
    if st.session_state.get(state.Attention.PAIR_OWNER, owner) != owner:
        take_pair(tokens, *pair)
    st.session_state[state.Attention.PAIR_OWNER] = owner
    return pair


def ask_for_pair(tokens: Tokens, first: tuple[int, int]) -> tuple[int, int]:
    """Ask for a query and a key token. first: the pair that is picked where the reader picks none."""
    return (
        pick_token(tokens, "Query: who is looking", key=state.Attention.QUERY, default=first[0], width=170),
        pick_token(tokens, "Key: at whom", key=state.Attention.KEY, default=first[1], width=170),
    )


def strongest_link(weights: np.ndarray, tokens: Tokens) -> tuple[int, int] | None:
    """Find the query and the key of the largest weight between two different typed tokens; None if several are largest.

    weights: (S, S) of one head. In most heads the largest weight of all goes to a special token or to the token itself.
    """
    special = tokens.special
    links = np.where(special[None, :] | special[:, None] | np.eye(len(special), dtype=bool), -1.0, weights)
    query, key = (int(index) for index in np.unravel_index(int(links.argmax()), links.shape))
    largest = links[query, key]
    return None if largest <= 0 or (links > largest - _EQUAL).sum() > 1 else (query, key)


def open_head(layer: int, head: int) -> None:
    """Open another head, on the screen that shows it. layer, head: counted from 0."""
    st.session_state[state.Stage.SCREEN] = "one head"
    show_head(layer, head)


def show_head(layer: int, head: int) -> None:
    """Open another head, on the screen that is shown. layer, head: counted from 0."""
    st.session_state.update({state.Shared.LAYER: str(layer + 1), state.Shared.HEAD: str(head + 1)})


def open_head_for_pair(request: TraceRequest, layer: int, head: int) -> None:
    """Open another head, and keep the pair of tokens for which it was found."""
    open_head(layer, head)
    st.session_state[state.Attention.PAIR_OWNER] = _owner(request.original, layer, head)


def _owner(request: TraceRequest, layer: int, head: int) -> tuple[object, ...]:
    """What a pair of tokens belongs to: a text, as a model reads it, and a head."""
    return request.model, request.text, request.second, layer, head


def take_pair(tokens: Tokens, query: int | None = None, key: int | None = None) -> None:
    """Pick another query token, another key token, or both."""
    for name, index in ((state.Attention.QUERY, query), (state.Attention.KEY, key)):
        if index is not None:
            st.session_state[name] = token_option(tokens, index)
    # In a long text, lines are then drawn around the new pair.
    st.session_state.pop(state.Attention.SHOWN, None)


def table_of(view: AttentionView, layer: int, head: int) -> pd.DataFrame:
    """The weights of one head that are shown, with their tokens."""
    labels = np.array(view.tokens.labels, dtype=object)
    part = view.part
    return pd.DataFrame(
        part.of(view.trace().attention_weights(layer, head)),
        index=labels[list(part.rows)],
        columns=labels[list(part.columns)],
    )


def _offer_one_sentence() -> None:
    st.button("Read the sentence alone", on_click=lambda: st.session_state.update({state.Attention.SECOND_TEXT: ""}))

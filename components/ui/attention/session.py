"""What the studio shows: the sentence or pair, the head that is open, the pair of tokens, the part of the picture."""

from dataclasses import dataclass

import numpy as np
import streamlit as st

from components.core import Trace
from components.core.model.attention import TokenSelection
from components.core.tokens.tokens import Tokens, check_whole
from components.ui import state
from components.ui.attention.interventions import head_name
from components.ui.caches import traces
from components.ui.caches.requests import TextRequest, TraceRequest
from components.ui.page import Reading, stop_on_error
from components.ui.pickers import pick_token, token_option

# Blocks of a pair: whose queries, whose keys.
_BLOCKS = {"all": None, "A → A": (0, 0), "A → B": (0, 1), "B → A": (1, 0), "B → B": (1, 1)}


# Weights nearer to one another than this are equal up to the rounding of 32 bits.
_EQUAL = 1e-6


@dataclass(frozen=True)
class AttentionView:
    """One view of the attention page."""

    reading: Reading
    request: TraceRequest
    tokens: Tokens
    layer: int  # counted from 0, as all places are
    head: int
    query: int
    key: int
    part: TokenSelection

    def trace(self) -> Trace:
        """The reading that is shown, with what was changed in it."""
        return traces.trace(self.request)

    @property
    def opened(self) -> tuple[int, int]:
        """The layer and the head that are open."""
        return self.layer, self.head

    @property
    def head_name(self) -> str:
        """Which head is open."""
        return head_name(self.layer, self.head)

    def said(self, place: int) -> str:
        """A token in quotes; one whose spelling occurs again is told apart by its place."""
        label = self.tokens.labels[place]
        return f"“{label}”" if self.tokens.labels.count(label) == 1 else f"“{label}” ({place + 1})"


def ask_for_second(reading: Reading) -> tuple[str | None, Tokens]:
    """Offer a second text to be read together with the sentence; the text, if one was typed, and the tokens of all."""
    with st.popover("Join a second sentence"):
        second = st.text_area(
            "Sentence B, joined to the sentence by [SEP]",
            "",
            key=state.Attention.SECOND_TEXT,
            bind=state.IN_URL,
            persist_state="session",
            placeholder="Leave it empty to read one sentence.",
            width=340,
            height=100,
        )
    if not second.strip():
        return None, reading.tokens
    with stop_on_error("Sentence B cannot be read", _offer_one_sentence):
        traces.tokens(TextRequest(reading.model, second))
    with stop_on_error("The two sentences together are too long", _offer_one_sentence):
        tokens = traces.tokens(TextRequest(reading.model, reading.text, second))
        check_whole(tokens, reading.encoder.trace_limit, reading.encoder.short_name)
    return second, tokens


def ask_for_part(tokens: Tokens) -> TokenSelection:
    """Ask which rows and columns are shown: special tokens or not, and of a pair, whose queries and whose keys."""
    special = tokens.special
    everything = tuple(range(len(special)))
    typed = tuple(int(place) for place in np.flatnonzero(~special))
    words_only = st.toggle(
        "Leave out special tokens",
        key=state.Attention.WORDS_ONLY,
        bind=state.IN_URL,
        help="Hides [CLS] and [SEP] and shares each row’s weight among the tokens that remain.",
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


def ask_for_pair(tokens: Tokens, opening: Trace) -> tuple[int, int]:
    """Ask for a query and a key token; opened on the strongest link between two typed tokens of one head.

    opening: the untouched trace. That head stays the same, so that the pair stays when another head is opened.
    """
    head = min(4, opening.num_layers) - 1, min(2, opening.num_heads) - 1
    first = int(np.flatnonzero(~tokens.special)[0])
    query, key = strongest_link(opening.attention_weights(*head), tokens) or (first, first)
    return (
        pick_token(tokens, "Query: who is looking", key=state.Attention.QUERY, default=query, width=170),
        pick_token(tokens, "Key: at whom", key=state.Attention.KEY, default=key, width=170),
    )


def strongest_link(weights: np.ndarray, tokens: Tokens) -> tuple[int, int] | None:
    """The query and the key of the largest weight between two different typed tokens; None if none stands out.

    weights: (S, S) of one head. Most heads look hardest at a special token or at home.
    """
    special = tokens.special
    links = np.where(special[None, :] | special[:, None] | np.eye(len(special), dtype=bool), -1.0, weights)
    query, key = (int(place) for place in np.unravel_index(int(links.argmax()), links.shape))
    largest = links[query, key]
    return None if largest <= 0 or (links > largest - _EQUAL).sum() > 1 else (query, key)


def open_head(layer: int, head: int) -> None:
    """Open another head, counted from 0."""
    st.session_state.update({state.Shared.LAYER: str(layer + 1), state.Shared.HEAD: str(head + 1)})


def take_pair(tokens: Tokens, query: int | None = None, key: int | None = None) -> None:
    """Take another query token, another key token, or both."""
    for name, place in ((state.Attention.QUERY, query), (state.Attention.KEY, key)):
        if place is not None:
            st.session_state[name] = token_option(tokens, place)
    # Lines of a long text are drawn around the pair anew.
    st.session_state.pop(state.Attention.SHOWN, None)


def _offer_one_sentence() -> None:
    st.button("Read the sentence alone", on_click=lambda: st.session_state.update({state.Attention.SECOND_TEXT: ""}))

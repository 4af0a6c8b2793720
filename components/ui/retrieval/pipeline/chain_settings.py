"""The steps of the chain that are switched on, with their settings, as the reader chooses them."""

import os
from dataclasses import dataclass
from typing import Final

import streamlit as st

from components.core.retrieval.search.operators_models import RERANKER
from components.core.retrieval.search.ways.late import LateRerankWay
from components.core.retrieval.search.ways.operators import CrossEncoderWay
from components.core.retrieval.search.ways.way import Way
from components.ui import state
from components.ui.pickers import pick_option
from components.ui.retrieval.search_result import BM25, DENSE
from components.ui.stage import frame

RERANK: Final = "Re-rank"
DISTINCT: Final = "No doubles"
DIVERSE: Final = "MMR"
COMPRESS: Final = "Compress"
STEPS: Final = (DENSE, BM25, RERANK, DISTINCT, DIVERSE, COMPRESS)
_FIRST: Final = (DENSE, BM25, RERANK, DIVERSE)
_LATE, _CROSS = "late interaction", "cross-encoder"


@dataclass(frozen=True)
class ChainSettings:
    """What a reader has chosen."""

    steps: tuple[str, ...]  # of STEPS, in their order
    reranked_by: Way
    candidates: int  # passages that the searches hand on
    bound: float  # the lowest cosine of near-duplicates
    relevance_weight: float  # λ of MMR
    kept: float  # the share of tokens that compression keeps, 0 to 1

    @property
    def has_search(self) -> bool:
        """True if something is searched at all."""
        return DENSE in self.steps or BM25 in self.steps


def ask() -> ChainSettings:
    """Ask for the steps in sight with the λ of MMR, and for the other settings behind the button."""
    with frame.controls():
        picked = st.pills(
            "Steps",
            STEPS,
            selection_mode="multi",
            default=_FIRST,
            key=state.Pipeline.STEPS,
            bind=state.IN_URL,
            persist_state="session",
        )
        weight = st.slider(
            "λ of MMR: relevant ↔ new",
            0.0,
            1.0,
            0.7,
            0.05,
            key=state.Pipeline.RELEVANCE_WEIGHT,
            bind=state.IN_URL,
            persist_state="session",
            disabled=DIVERSE not in picked,
            width=230,
            help="1 looks only at the scores. The lower, the more a passage loses by being like one chosen before it.",
        )
    with frame.more():
        reranked_by = _ask_for_reranker()
        candidates = st.slider(
            "Passages that the searches hand on",
            10,
            50,
            20,
            5,
            key=state.Pipeline.CANDIDATES,
            bind=state.IN_URL,
            persist_state="session",
        )
        bound = st.slider(
            "No doubles: lowest cosine of two that say the same",
            0.5,
            1.0,
            0.85,
            0.01,
            key=state.Pipeline.BOUND,
            bind=state.IN_URL,
            persist_state="session",
        )
        kept = st.slider(
            "Compress: tokens that are kept",
            10,
            90,
            50,
            10,
            format="%d %%",
            key=state.Pipeline.KEPT,
            bind=state.IN_URL,
            persist_state="session",
        )
    chosen = tuple(each for each in STEPS if each in picked)
    return ChainSettings(chosen, reranked_by, candidates, bound, weight, kept / 100)


def _ask_for_reranker() -> Way:
    model = RERANKER.named_in(os.environ)
    if model is None:
        frame.note(f"Re-rank is by late interaction. {RERANKER.not_configured}")
        return LateRerankWay()
    by = pick_option("Re-rank by", [_LATE, _CROSS], state.Pipeline.RERANKED_BY)
    return CrossEncoderWay(model) if by == _CROSS else LateRerankWay()

"""Whose the shares usually are: the measures of the screen "who brought what" over shipped sentences."""

from dataclasses import dataclass

import numpy as np
import streamlit as st

from components.core import Encoder
from components.core.layer.norm_shares import shares_over_texts
from components.core.layer.norms import MEASURES
from components.core.numerics.bootstrap import Interval, mean_intervals
from components.ui.caches import attention
from components.ui.caches.requests import NormSharesRequest
from components.ui.progress import ProgressBar
from components.ui.sentence_map.sentences import shipped
from components.ui.stage import frame

_SEED = 0
# Of the shipped sentences, which stand topic by topic, every fourth: as many of each topic.
_EVERY = 4


@dataclass(frozen=True)
class Usual:
    """Mean shares over many sentences in one layer, with their intervals."""

    count: int
    intervals: dict[str, list[Interval]]  # measure → one for each of KINDS


def texts_measured() -> tuple[str, ...]:
    """The shipped sentences that are measured."""
    return tuple(shipped().sentences[::_EVERY])


def usual_shares(model: str, encoder: Encoder, layer: int) -> Usual | None:
    """Return the shares in one layer, counted from 0; None until a reader has had them measured."""
    request = NormSharesRequest(model, texts_measured())
    count = len(request.texts)
    if not attention.has_norm_shares(request):
        with frame.controls():
            slot = st.empty()
        if not slot.button(f"Measure over {count} shipped sentences"):
            return None
        attention.norm_shares(request, lambda: _measure(encoder, request.texts))
        slot.empty()
    measured = attention.norm_shares(request, lambda: _measure(encoder, request.texts))[:, layer]
    known = [row for row in range(len(MEASURES)) if not np.isnan(measured[:, row]).any()]
    return Usual(count, {MEASURES[row]: mean_intervals(measured[:, row], _SEED) for row in known})


def _measure(encoder: Encoder, texts: tuple[str, ...]) -> np.ndarray:
    bar = ProgressBar()
    measured = shares_over_texts(
        encoder, texts, lambda done, total: bar.show(done, total, f"Measured {done} of {total} sentences …")
    )
    bar.clear()
    return measured

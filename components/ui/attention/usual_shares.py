"""Whose the shares usually are: the measures of the screen "who brought what" over shipped sentences.

    python -m components.ui.attention.usual_shares

measures the bundled model again and writes assets/norm_shares.npz, as is needed when a shipped sentence changes.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import streamlit as st

from components.core import Encoder
from components.core.layer.norm_shares import shares_over_texts
from components.core.layer.norms import MEASURES
from components.core.model.loading import BUNDLED_NAME
from components.core.numerics.bootstrap import Interval, mean_intervals
from components.ui.assets import ASSETS
from components.ui.caches import attention, models
from components.ui.caches.requests import NormSharesRequest
from components.ui.progress import ProgressBar
from components.ui.sentence_map.sentences import shipped
from components.ui.stage import frame

FILE: Final = ASSETS / "norm_shares.npz"
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
    """Return the shares in one layer, counted from 0; None until a reader has had them measured.

    Those of the bundled model are shipped.
    """
    request = NormSharesRequest(model, texts_measured())
    count = len(request.texts)
    if not attention.has_norm_shares(request) and (shipped_shares := _read(encoder, request.texts)) is not None:
        attention.norm_shares(request, lambda: shipped_shares)
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


def _read(encoder: Encoder, texts: tuple[str, ...]) -> np.ndarray | None:
    """Return the shipped shares; None if they are of another model or of other sentences."""
    with np.load(FILE, allow_pickle=False) as kept:
        return kept["shares"].astype(float) if str(kept["digest"]) == encoder.digest_with(texts) else None


def _write() -> None:
    encoder, texts = models.encoder(BUNDLED_NAME), texts_measured()
    measured = shares_over_texts(encoder, texts)
    np.savez_compressed(FILE, shares=measured.astype(np.float32), digest=np.array(encoder.digest_with(texts)))


if __name__ == "__main__":
    _write()

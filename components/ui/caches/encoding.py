"""Texts as vectors, taken from disk where they were encoded before; what takes a while shows how far it is."""

from collections.abc import Callable, Hashable, Sequence
from typing import TypeVar

import numpy as np
import streamlit as st

from components.core import Encoder
from components.core.model.interventions import Intervention
from components.core.numerics.similarity import normalise_rows
from components.core.storage.cached_encoding import Progress, encode_with_store
from components.core.storage.vector_store import default_store
from components.ui import state
from components.ui.caches import models, sentence_sets
from components.ui.caches.sentence_sets import EncodingRequest
from components.ui.wording import format_count, format_progress

_Found = TypeVar("_Found")

Report = Callable[[Progress], None]

# Below this an encoding is over before a bar could be read.
_WORTH_A_BAR = 200


def encode_texts(
    model: str,
    texts: Sequence[str],
    interventions: tuple[Intervention, ...] = (),
    progress: Report | None = None,
) -> np.ndarray:
    """(N, D) unit rows of texts. Raises SentenceError."""
    encoder: Encoder = models.encoder(model)
    if not texts:
        return np.zeros((0, encoder.vector_size), dtype=np.float32)
    return normalise_rows(encode_with_store(encoder, texts, default_store(), interventions, progress=progress))


def ensure_unit_vectors(read: EncodingRequest) -> None:
    """Have the vectors of a set of sentences at hand."""
    if not sentence_sets.has_unit_vectors(read):
        encode_with_bar(read, "sentence", lambda report: sentence_sets.unit_vectors(read, report))


def encode_with_bar(name: Hashable, noun: str, encode: Callable[[Report], _Found]) -> _Found:
    """Encode, with a bar and a button that stops it. name: of what is encoded. noun: for one of the texts.

    Vectors that are done are on disk, so that whoever stops and goes on loses nothing. The page ends here for whoever
    has stopped.
    """
    stopped = st.session_state.get(state.Shared.STOPPED_ENCODING)
    if stopped is not None and stopped[0] == name:
        done: Progress = stopped[1]
        st.markdown(f"Stopped: {done.done:,} of {format_count(done.total, noun)} are encoded.")
        st.button("Go on", on_click=lambda: st.session_state.pop(state.Shared.STOPPED_ENCODING))
        st.stop()
    place = st.empty()
    bar = None

    def report(progress: Progress) -> None:
        nonlocal bar
        if progress.total < _WORTH_A_BAR or progress.done == progress.total:
            return
        st.session_state[state.Shared.ENCODING_PROGRESS] = (name, progress)
        said = format_progress(progress, noun)
        if bar is None:
            with place.container(horizontal=True, vertical_alignment="center"):
                bar = st.progress(0.0, said)
                st.button("Stop", on_click=_stop, key=state.Shared.STOP_ENCODING)
        bar.progress(progress.done / progress.total, said)

    found = encode(report)
    place.empty()
    return found


def _stop() -> None:
    st.session_state[state.Shared.STOPPED_ENCODING] = st.session_state.get(state.Shared.ENCODING_PROGRESS)

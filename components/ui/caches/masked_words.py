"""Masked-word heads of opened models, and what they put into blanks."""

from dataclasses import dataclass

import numpy as np

from components.core.errors import ModelError
from components.core.model.masked_words import BlankText, MaskedWordHead, open_head, read_blanks
from components.core.numerics.lanes import let_others
from components.ui.caches import traces
from components.ui.caches.memo import memoized
from components.ui.caches.models import encoder
from components.ui.caches.requests import BlankLayersRequest, BlankRequest, TraceRequest

# As many as models are kept opened; those that were trained here are tiny.
_HEADS = 16
_TEXTS = 256
# In bytes: some 400 blanks of a vocabulary of 30,000 tokens, or 30 in all layers.
_BYTES = 50_000_000


@dataclass(frozen=True, eq=False)
class _Kept:
    """A head, or why there is none."""

    head: MaskedWordHead | None
    problem: str = ""


@memoized(_HEADS)
def _kept(model: str) -> _Kept:
    # Opening takes seconds, and others may wait for it.
    let_others()
    try:
        return _Kept(open_head(encoder(model)))
    except ModelError as error:
        return _Kept(None, str(error))


def head(model: str) -> MaskedWordHead:
    """Return the masked-word head of a model. Raises ModelError if it has none."""
    kept = _kept(model)
    if kept.head is None:
        raise ModelError(kept.problem)
    return kept.head


@memoized(_TEXTS)
def blanks(request: BlankRequest) -> BlankText:
    """Read a text with blanks. Raises SentenceError."""
    return read_blanks(encoder(request.model), request.text)


@memoized(_BYTES, size_of=lambda probabilities: probabilities.nbytes)
def probabilities(request: BlankRequest) -> np.ndarray:
    """(blanks, V) the probability of each token in each blank of a text. Raises SentenceError."""
    read = blanks(request)
    states = traces.trace(TraceRequest(request.model, read.text)).hidden_states
    return head(request.model).probabilities(states[-1, list(read.blanks)])


@memoized(_BYTES, size_of=lambda probabilities: probabilities.nbytes)
def probabilities_by_layer(request: BlankLayersRequest) -> np.ndarray:
    """(L+1, V) what the head makes of one blank's vector in all hidden states. Raises SentenceError."""
    read = blanks(request.of)
    states = traces.trace(TraceRequest(request.of.model, read.text)).hidden_states
    return head(request.of.model).probabilities_by_layer(states[:, read.blanks[request.blank]])

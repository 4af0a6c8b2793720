"""The steps of layers, derived from traces."""

from collections.abc import Callable
from dataclasses import dataclass, fields

import numpy as np

from components.core.layer.layer_steps import LayerSteps, layer_steps, turns_of_all_layers
from components.core.layer.neuron_examples import NeuronExamples, load_examples
from components.ui.caches import traces
from components.ui.caches.memo import Memo, memoized
from components.ui.caches.models import encoder
from components.ui.caches.requests import LayerRequest, NeuronRequest, TraceRequest

_COUNT = 64
_MODELS = 4
# In bytes: about 150 layers of 16 tokens, or 4 of 512.
_STEPS_BYTES = 60_000_000


@dataclass(frozen=True, eq=False)
class _Kept:
    """A value that may be None, with its size."""

    steps: LayerSteps | None

    @property
    def nbytes(self) -> int:
        if self.steps is None:
            return 0
        return sum(getattr(self.steps, field.name).nbytes for field in fields(self.steps))


def steps(request: LayerRequest) -> LayerSteps | None:
    """Derive the steps of one layer; None for a model whose layers have parts that are not known."""
    return _steps(request).steps


@memoized(_STEPS_BYTES, size_of=lambda kept: kept.nbytes)
def _steps(request: LayerRequest) -> _Kept:
    return _Kept(layer_steps(encoder(request.trace.model), traces.trace(request.trace), request.layer))


#: Trace request -> (L, S) degrees by which each half turns each token in each layer; None as for steps.
_turns = Memo[tuple[np.ndarray, np.ndarray] | None](_COUNT)


def turns(
    request: TraceRequest, progress: Callable[[int, int], None] | None = None
) -> tuple[np.ndarray, np.ndarray] | None:
    """(L, S) degrees each: by how much attention, and the network, turn each token in each layer; None as for steps.

    progress(done, L): called as layers are done, if they are not kept.
    """
    return _turns.get(request, lambda: turns_of_all_layers(encoder(request.model), traces.trace(request), progress))


@memoized(_MODELS)
def neuron_examples(request: NeuronRequest) -> NeuronExamples | None:
    """What fires each neuron, as measured beforehand; None if it was measured on another model or on other texts."""
    examples = load_examples(request.file)
    return examples if examples.digest == encoder(request.model).digest_with(request.texts) else None

"""The tokens of many texts at which each neuron of each layer fires most, measured beforehand and kept in a file.

Dai et al. 2022, "Knowledge Neurons in Pretrained Transformers", and Geva et al. 2021, "Transformer Feed-Forward Layers
Are Key-Value Memories", read neurons by the inputs that fire them most. N texts, L layers, F hidden neurons of a
layer's network, K examples of each neuron.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float, Integer

from components.core.errors import ModelError
from components.core.layer.layer_steps import layer_steps
from components.core.model.encoder import Encoder


@dataclass(frozen=True, eq=False)
class NeuronExamples:
    """The texts and tokens that fire each neuron most, the strongest first; each text counts once for a neuron."""

    digest: str  # of the model and the texts that were read
    texts: Integer[np.ndarray, "L F K"]  # indices of texts
    tokens: Integer[np.ndarray, "L F K"]  # the token of that text at which the neuron is largest
    activations: Float[np.ndarray, "L F K"]  # half precision
    shares: Float[np.ndarray, "L F"]  # the share of all typed tokens at which a neuron is above 0; half precision


def measure_neurons(
    encoder: Encoder, texts: Sequence[str], most: int, progress: Callable[[int, int], None] | None = None
) -> NeuronExamples:
    """Read N texts and keep, for each neuron, the `most` of them in which one token fires it most.

    Special tokens are left out; a text is read as far as the model reads it. progress(done, N) is called after each
    text. Raises SentenceError; ModelError for a model whose layers have unknown parts.
    """
    width = encoder.hidden_width
    if width is None:
        raise ModelError(f"The layers of {encoder.short_name} have parts that are not known. Choose another model.")
    largest = np.empty((len(texts), encoder.num_layers, width), dtype=np.float16)
    at = np.empty(largest.shape, dtype=np.uint16)
    above = np.zeros((encoder.num_layers, width))
    total = 0
    for number, text in enumerate(texts):
        trace = encoder.trace(text, truncate=True)
        typed = np.flatnonzero(~trace.tokenized.special)
        total += len(typed)
        for layer in range(encoder.num_layers):
            steps = layer_steps(encoder, trace, layer)
            assert steps is not None  # a model with a hidden width has known parts
            hidden = steps.hidden[typed]
            best = hidden.argmax(axis=0)
            largest[number, layer] = np.take_along_axis(hidden, best[None], axis=0)[0]
            at[number, layer] = typed[best]
            above[layer] += (hidden > 0).sum(axis=0)
        if progress:
            progress(number + 1, len(texts))
    order = np.argsort(-largest, axis=0, kind="stable")[:most]
    kept = (order, np.take_along_axis(at, order, axis=0), np.take_along_axis(largest, order, axis=0))
    indices, tokens, activations = (np.moveaxis(each, 0, -1) for each in kept)
    return NeuronExamples(
        encoder.digest_with(texts),
        indices.astype(np.uint16),
        tokens.astype(np.uint16),
        activations,
        (above / total).astype(np.float16),
    )


def save_examples(examples: NeuronExamples, path: Path) -> None:
    """Write the examples to a file."""
    arrays: dict[str, Any] = {field.name: np.asarray(getattr(examples, field.name)) for field in fields(examples)}
    np.savez_compressed(path, **arrays)


def load_examples(path: Path) -> NeuronExamples:
    """Read the examples from a file. Raises OSError or ValueError for a file that cannot be read."""
    with np.load(path, allow_pickle=False) as kept:
        arrays = {field.name: kept[field.name] for field in fields(NeuronExamples)}
    return NeuronExamples(**(arrays | {"digest": str(arrays["digest"])}))

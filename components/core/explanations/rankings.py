"""How important each word of a text is for a target, by each explanation that is put to the test.

Explanations that know the target say how much a word raises it. Attention and norms do not know it: they say how much a
word is looked at, or brings, on the way to every context vector. S tokens, W words, L layers.
"""

from collections.abc import Callable
from enum import StrEnum

import numpy as np
from jaxtyping import Float

from components.core.embeddings.hidden_words import vectors_of_visible, visible_without
from components.core.explanations.gradients import gradient_times_input, integrated_gradients
from components.core.explanations.target import Target
from components.core.layer.norm_shares import shares
from components.core.layer.norms import attention_norms
from components.core.model.attention import attention_rollout
from components.core.model.encoder import Encoder
from components.core.model.trace import Trace
from components.core.tokens.tokens import Tokens


class Explanation(StrEnum):
    """The explanations, by their names on screen."""

    ATTENTION = "attention weight"
    ROLLOUT = "attention rollout"
    NORMS = "norms"
    GRADIENT = "gradient × input"
    INTEGRATED = "integrated gradients"
    LEAVE_ONE_OUT = "leave-one-out"


def importances(encoder: Encoder, tokens: Tokens, target: Target) -> dict[Explanation, Float[np.ndarray, " W"]]:
    """Return the importance of each word of a text by each explanation that can be had.

    The norms need a model whose heads are joined by a linear layer, gradients one that reads rows of its table as it
    reads tokens. The gradient of a cosine at its maximum is 0, so it ranks nothing for a target of the text itself.
    """
    differentiable = encoder.omissions.gradients is None
    trace = encoder.trace(tokens.text, truncate=True)
    of_tokens: dict[Explanation, Callable[[], Float[np.ndarray, " S"] | None]] = {
        Explanation.ATTENTION: lambda: trace.attention_weights().mean(axis=(0, 1, 2)),
        Explanation.ROLLOUT: lambda: attention_rollout(trace.attention_weights()).mean(axis=0),
        Explanation.NORMS: lambda: _brought(encoder, trace),
        Explanation.GRADIENT: lambda: (
            gradient_times_input(encoder, tokens, target) if differentiable and not target.of_itself else None
        ),
        Explanation.INTEGRATED: lambda: (
            integrated_gradients(encoder, tokens, target).values if differentiable else None
        ),
    }
    found = {}
    for name, measure in of_tokens.items():
        values = measure()
        if values is not None:
            found[name] = of_words(tokens, values)
    found[Explanation.LEAVE_ONE_OUT] = _without_each(encoder, tokens, target)
    return found


def of_words(tokens: Tokens, values: Float[np.ndarray, " S"]) -> Float[np.ndarray, " W"]:
    """Return the sum of the values of each word's tokens."""
    return np.array([values[list(word.token_indices)].sum() for word in tokens.words])


def _brought(encoder: Encoder, trace: Trace) -> Float[np.ndarray, " S"] | None:
    """Return the share that each token brings, residual and LayerNorm included: a mean over layers and queries."""
    of_layers = []
    for layer in range(trace.num_layers):
        brought = attention_norms(encoder, trace, layer).known.get("whole block")
        if brought is None:
            return None
        of_layers.append(shares(brought).mean(axis=0))
    mean: np.ndarray = np.mean(of_layers, axis=0)
    return mean


def _without_each(encoder: Encoder, tokens: Tokens, target: Target) -> Float[np.ndarray, " W"]:
    """Return how much smaller the target is without each word."""
    visible = visible_without(tokens, [[], *([word] for word in tokens.words)])
    results = target.of(vectors_of_visible(encoder, tokens, visible))
    differences: np.ndarray = results[0] - results[1:]
    return differences

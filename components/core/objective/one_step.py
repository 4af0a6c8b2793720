"""One step of gradient descent on the ranking loss, with a copy of the last layer.

The model that pages share keeps its numbers: the copy has a last layer of its own and reads all others where they are.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float

from components.core.model.encoder import Encoder
from components.core.model.opened_model import array_of
from components.core.numerics.lanes import lanes
from components.core.objective.pairs import Pair
from components.core.objective.ranking_loss import SCALE, RankingLoss, ranking_loss


@dataclass(frozen=True, eq=False)
class GradientStep:
    """A batch of pairs before and after one step."""

    before: RankingLoss
    after: RankingLoss
    weights: int  # numbers that the step has changed, or could have
    gradient_length: float  # of the loss, with respect to all of them

    @property
    def moved(self) -> Float[np.ndarray, "N N"]:
        """By how much each cosine has moved."""
        return self.after.cosines - self.before.cosines


def pair_texts(pairs: Sequence[Pair]) -> list[str]:
    """Return all first texts, then all second texts."""
    return [pair.first for pair in pairs] + [pair.second for pair in pairs]


def loss_of_pairs(encoder: Encoder, pairs: Sequence[Pair]) -> RankingLoss:
    """Encode pairs and return their loss. Raises SentenceError."""
    return _loss(encoder.encode(pair_texts(pairs)))


def take_step(encoder: Encoder, pairs: Sequence[Pair], learning_rate: float) -> GradientStep:
    """Move the last layer's weights by −learning_rate · gradient, on a copy, and read the pairs again.

    That is stochastic gradient descent (Robbins & Monro 1951) with one batch. Dropout is off, so that the step is the
    same each time. Raises SentenceError for a text that cannot be read, ModelError if the last layer cannot be found.
    """
    texts = pair_texts(pairs)
    for text in texts:
        encoder.check_readable(text)
    read = encoder.preprocess(texts, encoder.prompt())
    copied, weights = encoder.copy_with_own_last_layer()
    # Bulk work in two slices: whoever types a sentence meanwhile waits for one of them at most.
    with lanes.turn(bulk=True):
        vectors = copied(dict(read))["sentence_embedding"][:, : copied.truncate_dim]
        gradients = torch.autograd.grad(_torch_loss(vectors), weights, allow_unused=True, materialize_grads=True)
        before = array_of(vectors)
    with lanes.turn(bulk=True), torch.no_grad():
        for weight, gradient in zip(weights, gradients, strict=True):
            weight.sub_(learning_rate * gradient)
        after = array_of(copied(dict(read))["sentence_embedding"][:, : copied.truncate_dim])
    length = float(torch.stack([gradient.square().sum() for gradient in gradients]).sum().sqrt())
    return GradientStep(_loss(before), _loss(after), sum(weight.numel() for weight in weights), length)


def _loss(vectors: Float[np.ndarray, "texts D"]) -> RankingLoss:
    return ranking_loss(*np.split(vectors, 2))


def _torch_loss(vectors: Float[torch.Tensor, "texts D"]) -> torch.Tensor:
    """The loss of ranking_loss.py, for torch to differentiate."""
    first, second = torch.nn.functional.normalize(vectors, dim=-1).chunk(2)
    own = torch.arange(len(first), device=vectors.device)
    return torch.nn.functional.cross_entropy(SCALE * first @ second.T, own)

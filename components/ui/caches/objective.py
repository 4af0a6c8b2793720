"""The ranking loss of batches of pairs, before and after a step."""

from components.core.objective.one_step import GradientStep, loss_of_pairs, take_step
from components.core.objective.ranking_loss import RankingLoss
from components.ui.caches.memo import memoized
from components.ui.caches.models import encoder
from components.ui.caches.requests import PairsRequest, StepRequest

_COUNT = 256


@memoized(_COUNT)
def loss(request: PairsRequest) -> RankingLoss:
    """Return the loss of a batch of pairs. Raises SentenceError."""
    return loss_of_pairs(encoder(request.model), request.pairs)


@memoized(_COUNT)
def step(request: StepRequest) -> GradientStep:
    """Take one step on a copy of the model's last layer. Raises SentenceError and ModelError."""
    return take_step(encoder(request.of.model), request.of.pairs, request.learning_rate)

"""A small neural network: one hidden layer, trained with torch.

B networks trained side by side, n texts each, D numbers a text, H hidden units, K classes.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import torch

from components.core.numerics.single_thread import one_thread


@dataclass(frozen=True)
class MlpSettings:
    """How a network is made and trained."""

    hidden: int = 32
    epochs: int = 60
    learning_rate: float = 0.003
    weight_decay: float = 0.01
    seed: int = 0


DEFAULT_SETTINGS: Final = MlpSettings()


@dataclass(frozen=True, eq=False)
class Mlp:
    """What a network has learned: max(0, x · first + first_bias) · second + second_bias are the logits."""

    first: np.ndarray  # (D, H) float32, as all of them
    first_bias: np.ndarray  # (H,)
    second: np.ndarray  # (H, K)
    second_bias: np.ndarray  # (K,)

    def logits(self, vectors: np.ndarray) -> np.ndarray:
        """(N, D) to (N, K)."""
        hidden = np.maximum(vectors @ self.first + self.first_bias, 0)
        logits: np.ndarray = hidden @ self.second + self.second_bias
        return logits


class MlpTraining:
    """Networks in training, all from the same start, each on its own texts.

    Full batches: an epoch is one step of AdamW (Loshchilov and Hutter 2019) on the mean cross-entropy of all texts.
    So whoever stops after some epochs has what those epochs alone would have made, and nothing is left to chance but
    the first weights, which the seed decides.
    """

    def __init__(self, vectors: np.ndarray, targets: np.ndarray, classes: int, settings: MlpSettings) -> None:
        """vectors: (B, n, D). targets: (B, n), places of classes."""
        count, _, width = vectors.shape
        random = torch.Generator().manual_seed(settings.seed)

        def uniform(rows: int, *shape: int) -> torch.Tensor:
            """As torch.nn.Linear begins: within 1 / √rows of zero."""
            drawn = (2 * torch.rand(*shape, generator=random) - 1) / rows**0.5
            return drawn.repeat(count, *[1] * len(shape)).requires_grad_()

        # Copies: torch would share the caller's memory, and warns of arrays that are read-only.
        self._vectors = torch.from_numpy(np.array(vectors, dtype=np.float32, order="C"))
        self._targets = torch.from_numpy(np.array(targets, dtype=np.int64, order="C"))
        self._weights = (
            uniform(width, width, settings.hidden),
            uniform(width, 1, settings.hidden),
            uniform(settings.hidden, settings.hidden, classes),
            uniform(settings.hidden, 1, classes),
        )
        self._optimizer = torch.optim.AdamW(
            self._weights, lr=settings.learning_rate, weight_decay=settings.weight_decay
        )
        self.epochs = 0

    def train(self, epochs: int) -> None:
        """Go on for so many epochs."""
        with one_thread(), torch.enable_grad():
            for _ in range(epochs):
                self._optimizer.zero_grad()
                logits = self._logits()
                # The networks share nothing, so the gradient of the sum is each one's own.
                loss = (
                    torch.nn.functional.cross_entropy(logits.flatten(0, 1), self._targets.flatten(), reduction="sum")
                    / self._targets.shape[1]
                )
                loss.backward()
                self._optimizer.step()
                self.epochs += 1

    @property
    def networks(self) -> tuple[Mlp, ...]:
        """The B networks as they are now."""
        first, first_bias, second, second_bias = (each.detach().numpy().copy() for each in self._weights)
        return tuple(
            Mlp(first[place], first_bias[place, 0], second[place], second_bias[place, 0]) for place in range(len(first))
        )

    def _logits(self) -> torch.Tensor:
        first, first_bias, second, second_bias = self._weights
        return torch.relu(self._vectors @ first + first_bias) @ second + second_bias

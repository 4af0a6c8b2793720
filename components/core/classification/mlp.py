"""A small neural network with one hidden layer, trained with torch.

B networks trained side by side, each on n vectors of D dimensions; H hidden units, K classes.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import torch
from jaxtyping import Float, Float32, Int

from components.core.numerics.lanes import lanes


@dataclass(frozen=True)
class MlpSettings:
    """Size and training of a network."""

    hidden: int = 32
    epochs: int = 60
    learning_rate: float = 0.003
    weight_decay: float = 0.01
    seed: int = 0


DEFAULT_SETTINGS: Final = MlpSettings()


@dataclass(frozen=True, eq=False)
class Mlp:
    """The parameters of a network: its logits are max(0, x · first + first_bias) · second + second_bias."""

    first: Float32[np.ndarray, "D H"]
    first_bias: Float32[np.ndarray, " H"]
    second: Float32[np.ndarray, "H K"]
    second_bias: Float32[np.ndarray, " K"]

    def logits(self, vectors: Float[np.ndarray, "N D"]) -> Float[np.ndarray, "N K"]:
        """Return the logits of N vectors."""
        hidden = np.maximum(vectors @ self.first + self.first_bias, 0)
        logits: np.ndarray = hidden @ self.second + self.second_bias
        return logits


class MlpTraining:
    """Networks in training, all with the same initial weights, each on its own texts.

    Full batches: an epoch is one step of AdamW (Loshchilov and Hutter 2019) on the mean cross-entropy of all texts.
    So training that stops after some epochs equals training for only those epochs. The seed fixes the initial weights,
    the only random numbers.
    """

    def __init__(
        self,
        vectors: Float[np.ndarray, "B n D"],
        targets: Int[np.ndarray, "B n"],
        classes: int,
        settings: MlpSettings,
    ) -> None:
        """targets: indices of classes. classes: their number."""
        count, _, width = vectors.shape
        random = torch.Generator().manual_seed(settings.seed)

        def uniform(rows: int, *shape: int) -> torch.Tensor:
            """Return initial weights as torch.nn.Linear draws them: uniform within ±1 / √rows."""
            drawn = (2 * torch.rand(*shape, generator=random) - 1) / rows**0.5
            return drawn.repeat(count, *[1] * len(shape)).requires_grad_()

        # Copies, since torch would share the caller's memory and warns of read-only arrays.
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
        """Train for this many more epochs."""
        for _ in range(epochs):
            with lanes.turn(bulk=True), torch.enable_grad():
                self._optimizer.zero_grad()
                logits = self._logits()
                # The networks share no weights, so the gradient of the sum is the gradient of each.
                loss = (
                    torch.nn.functional.cross_entropy(logits.flatten(0, 1), self._targets.flatten(), reduction="sum")
                    / self._targets.shape[1]
                )
                loss.backward()
                self._optimizer.step()
                self.epochs += 1

    @property
    def networks(self) -> tuple[Mlp, ...]:
        """The B networks in their current state."""
        first, first_bias, second, second_bias = (each.detach().numpy().copy() for each in self._weights)
        return tuple(
            Mlp(first[index], first_bias[index, 0], second[index], second_bias[index, 0]) for index in range(len(first))
        )

    def _logits(self) -> torch.Tensor:
        first, first_bias, second, second_bias = self._weights
        return torch.relu(self._vectors @ first + first_bias) @ second + second_bias

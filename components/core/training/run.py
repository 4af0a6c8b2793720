"""One training, step by step: AdamW on batches of what a language writes (Loshchilov and Hutter 2019)."""

import math
from abc import ABC, abstractmethod
from typing import Any

import numpy as np
import torch
from jaxtyping import Float
from transformers import PreTrainedModel

from components.core.languages.language import ToyLanguage
from components.core.training.settings import TrainingSettings

_RATE = 3e-3
_WARM_UP = 50  # steps in which the rate grows to its full height; then it falls as a cosine, to 0 at the last step
_WEIGHT_DECAY = 0.01
_LONGEST_GRADIENT = 1.0


class Run(ABC):
    """A model that learns a language. Each step depends on the settings and the steps before it alone."""

    def __init__(self, language: ToyLanguage, settings: TrainingSettings, model: PreTrainedModel) -> None:
        """model: one that knows nothing yet."""
        self.language, self.settings, self.step = language, settings, 0
        # Of another class for each kind, with parts of its own.
        self.model: Any = model
        self._optimizer = torch.optim.AdamW(
            [each for each in model.parameters() if each.requires_grad], lr=_RATE, weight_decay=_WEIGHT_DECAY
        )

    @abstractmethod
    def _loss(self, drawn: np.random.Generator) -> Float[torch.Tensor, ""]:
        """Return the mean loss of a batch, in nats. drawn: what draws it."""

    @abstractmethod
    def test(self) -> float:
        """Return the mean loss over all that the language can ask, in nats."""

    def do_step(self) -> float:
        """Do one step; return the mean loss of its batch before it, in nats."""
        self.step += 1
        for group in self._optimizer.param_groups:
            group["lr"] = _RATE * _share_of_rate(self.step, self.settings.steps)
        loss = self._loss(self._draws())
        self._optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), _LONGEST_GRADIENT)
        self._optimizer.step()
        return loss.item()

    def kept(self) -> dict[str, Any]:
        """What the run needs to go on from here."""
        return {"step": self.step, "model": self.model.state_dict(), "optimizer": self._optimizer.state_dict()}

    def go_on(self, kept: dict[str, Any]) -> None:
        """Go on from what kept() returned, as if the run had never stopped."""
        self.step = kept["step"]
        self.model.load_state_dict(kept["model"])
        self._optimizer.load_state_dict(kept["optimizer"])

    def _draws(self) -> np.random.Generator:
        """Return what draws the batch of this step: anew for each, so that a run which goes on needs no state of it."""
        return np.random.default_rng((self.settings.seed, self.step))


def _share_of_rate(step: int, steps: int) -> float:
    if step < _WARM_UP:
        return step / _WARM_UP
    return 0.5 * (1 + math.cos(math.pi * (step - _WARM_UP) / max(1, steps - _WARM_UP)))

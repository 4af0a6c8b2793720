"""What decides a training: the language, the model's size, what is hidden, and the seed."""

import hashlib
import json
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, Final

import numpy as np

from components.core.errors import TrainingError

#: What a reader may choose.
LAYERS: Final = (1, 2, 3)
HEADS: Final = (1, 2, 4)
WIDTHS: Final = (16, 32, 48, 64)

#: Checkpoints of a training, its beginning and its end among them.
CHECKPOINTS: Final = 60
#: Examples of one step.
BATCH: Final = 128
# Raised whenever the same settings lead to other numbers, so that no older training is taken for this one.
_VERSION = 1


class Hiding(StrEnum):
    """What is hidden of a sentence in training. The value is its name on screen."""

    ONE = "one word"
    SHARE = "15 %"  # each word with this probability, and at least one: Devlin et al. 2018, "BERT"


class Kind(StrEnum):
    """What a model learns to do. The value is the name of its kind on screen."""

    ENCODER = "encoder"  # says a hidden word, from both sides
    DECODER = "decoder"  # says the next word, from the past alone
    BOTH = "encoder–decoder"  # translates


@dataclass(frozen=True)
class TrainingSettings:
    """The same settings give the same numbers."""

    grammar: str
    layers: int = 2
    heads: int = 4
    width: int = 32  # the hidden size
    positions: bool = True
    hiding: Hiding = Hiding.ONE
    kind: Kind = Kind.ENCODER
    seed: int = 0
    steps: int = 1_500

    def __post_init__(self) -> None:
        if self.layers not in LAYERS or self.heads not in HEADS or self.width not in WIDTHS:
            raise TrainingError(
                f"A model of {self.layers} layers, {self.heads} heads and {self.width} dimensions is not trained here. "
                f"Choose layers from {_said(LAYERS)}, heads from {_said(HEADS)} and dimensions from {_said(WIDTHS)}."
            )

    @property
    def key(self) -> str:
        """The first 12 hexadecimal digits of SHA-256 of all settings."""
        said = json.dumps([_VERSION, asdict(self)], sort_keys=True)
        return hashlib.sha256(said.encode()).hexdigest()[:12]

    @property
    def checkpoints(self) -> tuple[int, ...]:
        """The steps after which the model is kept, from 0, spaced by the logarithm of the step.

        >>> TrainingSettings("").checkpoints[:5], TrainingSettings("").checkpoints[-3:]
        ((0, 1, 2, 3, 4), (1221, 1353, 1500))
        """
        # The first steps are whole numbers closer together than the logarithm asks for.
        for points in range(CHECKPOINTS, 20 * CHECKPOINTS):
            steps = np.unique(np.geomspace(1, self.steps, points).round().astype(int))
            if len(steps) >= CHECKPOINTS - 1:
                return (0, *(int(step) for step in steps[: CHECKPOINTS - 2]), self.steps)
        return (0, *range(1, self.steps + 1))


def settings_from(content: dict[str, Any]) -> TrainingSettings:
    """Return the settings that were written down as a dictionary of their fields."""
    return TrainingSettings(**{**content, "hiding": Hiding(content["hiding"]), "kind": Kind(content["kind"])})


def _said(numbers: tuple[int, ...]) -> str:
    return ", ".join(map(str, numbers))

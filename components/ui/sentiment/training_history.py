"""The loss and accuracy of the network after each epoch of its training."""

from collections.abc import Hashable, Iterator
from dataclasses import dataclass

import numpy as np
from scipy.special import log_softmax

from components.core.classification.mlp import MlpTraining
from components.ui.sentiment.trained_classifiers import TrainedClassifiers

TRAINING, HELD_OUT = "training texts", "held-out texts"


@dataclass(frozen=True, eq=False)
class History:
    """E epochs of one training."""

    epochs: np.ndarray  # (E,), from 1
    loss: dict[str, np.ndarray]  # (E,) mean cross-entropy, by what it is measured on
    accuracy: dict[str, np.ndarray]  # (E,)


def record_history(classifiers: TrainedClassifiers) -> History:
    """Return the history of all epochs, recorded once."""

    def record() -> History:
        *_, last = train(classifiers, classifiers.settings.epochs)
        return last

    history: History = classifiers.memo.get(history_key(classifiers), record)
    return history


def history_key(classifiers: TrainedClassifiers) -> Hashable:
    """The key of the history in TrainedClassifiers.memo."""
    return "history", classifiers.settings


def train(classifiers: TrainedClassifiers, step: int) -> Iterator[History]:
    """Train the network, and yield the history after every `step` epochs and at the end."""
    dataset, settings = classifiers.dataset, classifiers.settings
    split = dataset.splits[0]
    inputs = classifiers.inputs()
    measured_on = {TRAINING: split.train, HELD_OUT: split.test}
    training = MlpTraining(
        inputs.vectors[split.train][None], dataset.targets[split.train][None], len(dataset.classes), settings
    )
    loss: dict[str, list[float]] = {name: [] for name in measured_on}
    accuracy: dict[str, list[float]] = {name: [] for name in measured_on}
    for epoch in range(1, settings.epochs + 1):
        training.train(1)
        (network,) = training.networks
        for name, indices in measured_on.items():
            logits = network.logits(inputs.vectors[indices])
            targets = dataset.targets[indices]
            loss[name].append(float(-log_softmax(logits, axis=1)[np.arange(len(indices)), targets].mean()))
            accuracy[name].append(float((logits.argmax(axis=1) == targets).mean()))
        if epoch % step == 0 or epoch == settings.epochs:
            yield History(
                np.arange(1, epoch + 1),
                {name: np.array(values) for name, values in loss.items()},
                {name: np.array(values) for name, values in accuracy.items()},
            )

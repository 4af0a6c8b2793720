"""The network while it learns: loss and accuracy after each epoch, and its answers on a cut through the vectors."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy.special import log_softmax, softmax

from components.core.classification.mlp import Mlp, MlpTraining
from components.core.classification.plane import Plane, separating_plane
from components.core.numerics.bootstrap import Interval, mean_intervals
from components.ui.sentiment.trained_classifiers import TrainedClassifiers

TRAINING, HELD_OUT = "training texts", "held-out texts"
# Moments of a training that are drawn, and cells of the cut at each of them.
_MOMENTS = 30
_ACROSS, _DOWN = 36, 24
# Beyond the outermost dots, as a part of the distance between them.
_MARGIN = 0.06


@dataclass(frozen=True, eq=False)
class History:
    """E epochs of one training, and M moments of it that are drawn."""

    epochs: np.ndarray  # (E,), from 1
    loss: dict[str, np.ndarray]  # (E,) mean cross-entropy, by what it is measured on
    accuracy: dict[str, np.ndarray]  # (E,)
    rise: Interval  # of the held-out loss from its lowest epoch to the last, as rise_from_lowest() tells
    moments: tuple[int, ...]  # M epochs
    answers: np.ndarray  # (M, Y, X) the probability of the second of two classes, or the index of the likeliest class
    x: np.ndarray  # (X,) where these answers are on the cut
    y: np.ndarray  # (Y,)
    points: np.ndarray  # (N, 2) the texts on the cut


def record_history(classifiers: TrainedClassifiers) -> History:
    """Return the history of a training with the current settings, recorded once."""
    history: History = classifiers.memo.get(("history", classifiers.settings), lambda: _record(classifiers))
    return history


def _record(classifiers: TrainedClassifiers) -> History:
    dataset, settings = classifiers.dataset, classifiers.settings
    split, vectors = dataset.splits[0], classifiers.inputs().vectors
    measured_on = {TRAINING: split.train, HELD_OUT: split.test}
    plane = separating_plane(vectors[split.train], dataset.targets[split.train])
    points = plane.project(vectors)
    shown = points[np.concatenate([split.train, split.test])]
    x, y = (_range(shown[:, axis], count) for axis, count in enumerate((_ACROSS, _DOWN)))
    loss: dict[str, list[float]] = {name: [] for name in measured_on}
    accuracy: dict[str, list[float]] = {name: [] for name in measured_on}
    moments, answers = [], []
    of_texts = np.empty((settings.epochs, len(split.test)), dtype=np.float32)
    drawn = set(np.unique(np.linspace(1, settings.epochs, min(_MOMENTS, settings.epochs)).round().astype(int)).tolist())
    for epoch, network in _epochs(classifiers):
        for name, indices in measured_on.items():
            logits, targets = network.logits(vectors[indices]), dataset.targets[indices]
            losses = -log_softmax(logits, axis=1)[np.arange(len(indices)), targets]
            if name == HELD_OUT:
                of_texts[epoch - 1] = losses
            loss[name].append(float(losses.mean()))
            accuracy[name].append(float((logits.argmax(axis=1) == targets).mean()))
        if epoch in drawn:
            moments.append(epoch)
            answers.append(_answers(network, plane, x, y))
    return History(
        np.arange(1, settings.epochs + 1),
        {name: np.array(values) for name, values in loss.items()},
        {name: np.array(values) for name, values in accuracy.items()},
        rise_from_lowest(of_texts),
        tuple(moments),
        np.array(answers),
        x,
        y,
        points,
    )


def rise_from_lowest(losses: np.ndarray) -> Interval:
    """Return how far the mean loss rises from its lowest epoch to the last, with a 95 % interval over texts.

    losses: (E, M) of M texts after each epoch. The lowest epoch is picked on one half of the texts, and the rise is
    measured on the other, and the other way round: on the texts that it is picked on, the loss has always risen since.
    """
    rises = np.zeros(losses.shape[1])
    for half in (slice(0, None, 2), slice(1, None, 2)):
        others = slice(1 - half.start, None, 2)
        if losses[:, others].size:
            rises[half] = losses[-1, half] - losses[losses[:, others].mean(axis=1).argmin(), half]
    return mean_intervals(rises[:, None], seed=0)[0]


def _epochs(classifiers: TrainedClassifiers) -> Iterator[tuple[int, Mlp]]:
    """Train the network; yield it after each epoch."""
    dataset, settings = classifiers.dataset, classifiers.settings
    train = dataset.splits[0].train
    training = MlpTraining(
        classifiers.inputs().vectors[train][None], dataset.targets[train][None], len(dataset.classes), settings
    )
    for epoch in range(1, settings.epochs + 1):
        training.train(1)
        yield epoch, training.networks[0]


def _range(values: np.ndarray, count: int) -> np.ndarray:
    beyond = _MARGIN * (float(np.ptp(values)) or 1.0)
    return np.linspace(values.min() - beyond, values.max() + beyond, count)


def _answers(network: Mlp, plane: Plane, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """(Y, X) the network's answers on the cut."""
    across, down = np.meshgrid(x, y)
    logits = network.logits(plane.lift(np.stack([across.ravel(), down.ravel()], axis=1)))
    answers = softmax(logits, axis=1)[:, 1] if logits.shape[1] == 2 else logits.argmax(axis=1)
    return answers.reshape(across.shape).astype(np.float32)

"""How good a classifier is on texts that it did not learn from: what it gets right, and how far its probabilities hold.

M texts that are scored, K classes.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.stats import binomtest

from components.core.classification.classifiers import ClassifierInputs, ClassifierMethod, fit_classifier
from components.core.classification.datasets import LabelledDataset
from components.core.classification.mlp import DEFAULT_SETTINGS, MlpSettings
from components.core.numerics.bootstrap import Interval, interval, mean_intervals, resample_counts

#: Bins that probabilities are grouped in, between that of pure chance and 1.
BINS: Final = 5


@dataclass(frozen=True, eq=False)
class Calibration:
    """How often the predicted class is right, by how probable the classifier says it is.

    In BINS bins of equal width from 1 / K, below which the highest of K probabilities cannot lie, to 1. A value between
    two bins belongs to the lower one. B bins are not empty.
    """

    counts: np.ndarray  # (B,): texts
    probability: np.ndarray  # (B,): the mean probability of the predicted class
    share_right: np.ndarray  # (B,)
    low: np.ndarray  # (B,): where the 95 % interval of the share begins (Wilson 1927)
    high: np.ndarray  # (B,): and where it ends
    error: float  # the expected calibration error: the mean distance of share and probability (Guo et al. 2017)


@dataclass(frozen=True, eq=False)
class ClassificationMetrics:
    """How good a classifier is on M texts."""

    targets: np.ndarray  # (M,) places of classes
    probabilities: np.ndarray  # (M, K)
    predicted: np.ndarray  # (M,) the most probable class; of equals the first
    confusion: np.ndarray  # (K, K): how many texts of a class, in rows, are taken for a class, in columns
    accuracy: Interval
    f1: Interval  # the mean over the classes, each of the same weight
    log_loss: float  # mean cross-entropy, natural logarithm
    calibration: Calibration


def held_out_probabilities(
    labelled: LabelledDataset,
    inputs: ClassifierInputs,
    method: ClassifierMethod,
    settings: MlpSettings = DEFAULT_SETTINGS,
    answers: ClassifierInputs | None = None,
) -> np.ndarray:
    """(M, K): probabilities of the texts that are scored, each by a classifier that did not learn from it.

    inputs: the N texts of the set. answers: the same texts, read in another way when they are asked about; learning is
    from inputs all the same.
    """
    asked = inputs if answers is None else answers
    found = np.empty((len(labelled.test_indices), len(labelled.classes)))
    for split in labelled.splits:
        targets = labelled.targets[split.train]
        classifier = fit_classifier(method, inputs.take(split.train), targets, labelled.classes, settings)
        found[np.searchsorted(labelled.test_indices, split.test)] = classifier.probabilities(asked.take(split.test))
    return found


def classification_metrics(targets: np.ndarray, probabilities: np.ndarray, seed: int = 0) -> ClassificationMetrics:
    """Compare probabilities, (M, K), with the classes that the texts are of, (M,). seed: of the bootstrap's samples."""
    classes = probabilities.shape[1]
    predicted = probabilities.argmax(axis=1)
    confusion = np.bincount(targets * classes + predicted, minlength=classes**2).reshape(classes, classes)
    # Accuracy and F1 only ask how many texts are in each cell, so that is all that is drawn.
    sampled = resample_counts(confusion.ravel(), seed).reshape(-1, classes, classes)
    of_target = probabilities[np.arange(len(targets)), targets]
    return ClassificationMetrics(
        targets,
        probabilities,
        predicted,
        confusion,
        accuracy=interval(float(_accuracy(confusion)), _accuracy(sampled)),
        f1=interval(float(_macro_f1(confusion)), _macro_f1(sampled)),
        # A class that was held impossible counts as the smallest step from 1, as in scikit-learn, and not as infinity.
        log_loss=float(-np.log(of_target.clip(np.finfo(probabilities.dtype).eps)).mean()),
        calibration=_calibration(predicted == targets, probabilities.max(axis=1), classes),
    )


def accuracy_difference(first: ClassificationMetrics, second: ClassificationMetrics, seed: int = 0) -> Interval:
    """How much higher the first accuracy is than the second, both on the same texts in the same order.

    The bootstrap is paired: a sample holds a text for both or for neither. So it tells classifiers apart that their own
    intervals do not, since hard texts are hard for both. Where the interval holds 0, the difference may be chance.
    """
    right = [(each.predicted == each.targets).astype(int) for each in (first, second)]
    differences, counts = np.unique(right[0] - right[1], return_counts=True)
    return mean_intervals(differences[:, None], seed, counts)[0]


def _accuracy(confusion: np.ndarray) -> np.ndarray:
    """(…, K, K) to (…)."""
    right: np.ndarray = np.trace(confusion, axis1=-2, axis2=-1) / confusion.sum(axis=(-2, -1))
    return right


def _macro_f1(confusion: np.ndarray) -> np.ndarray:
    """(…, K, K) to (…). A class that no text is of or is taken for has no F1, and is left out of the mean."""
    right = np.diagonal(confusion, axis1=-2, axis2=-1)
    either = confusion.sum(axis=-1) + confusion.sum(axis=-2)
    # Where it occurs nowhere, 0 of 1 adds nothing to the sum.
    mean: np.ndarray = (2 * right / np.maximum(either, 1)).sum(axis=-1) / (either > 0).sum(axis=-1)
    return mean


def _calibration(is_right: np.ndarray, probability: np.ndarray, classes: int) -> Calibration:
    edges = np.linspace(1 / classes, 1, BINS + 1)
    bins = np.searchsorted(edges[1:-1], probability)
    counts = np.bincount(bins, minlength=BINS)
    filled = counts > 0
    right, summed = (np.bincount(bins, each, BINS)[filled] for each in (is_right, probability))
    counts = counts[filled]
    intervals = [
        binomtest(int(hits), int(count)).proportion_ci(method="wilson")
        for hits, count in zip(right, counts, strict=True)
    ]
    return Calibration(
        counts,
        probability=summed / counts,
        share_right=right / counts,
        low=np.array([each.low for each in intervals]),
        high=np.array([each.high for each in intervals]),
        error=float(np.abs(right - summed).sum() / counts.sum()),
    )

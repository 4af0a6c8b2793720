"""Metrics of a classifier on texts that it was not trained on: accuracy, F1, log loss and calibration.

M test texts, K classes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from jaxtyping import Bool, Float, Int, Num
from scipy.stats import binomtest

from components.core.classification.classifiers import ClassifierInputs, ClassifierMethod, fit_classifier
from components.core.classification.datasets import LabelledDataset
from components.core.classification.mlp import DEFAULT_SETTINGS, MlpSettings
from components.core.numerics.bootstrap import Interval, interval, may_be_best, mean_intervals, resample_counts

#: Bins of probabilities between 1 / K and 1.
BINS: Final = 5


@dataclass(frozen=True, eq=False)
class Calibration:
    """The share of right answers by the probability of the predicted class.

    BINS bins of equal width divide the range from 1 / K, the lowest possible value, to 1; B of them are not empty. A
    value on the border of two bins belongs to the lower one.
    """

    counts: Int[np.ndarray, " B"]  # number of texts
    probability: Float[np.ndarray, " B"]  # mean probability of the predicted class
    share_right: Float[np.ndarray, " B"]
    low: Float[np.ndarray, " B"]  # lower end of the share's 95 % interval (Wilson 1927)
    high: Float[np.ndarray, " B"]  # its upper end
    error: float  # expected calibration error: mean difference of share and probability (Guo et al. 2017)


@dataclass(frozen=True, eq=False)
class ClassificationMetrics:
    """Metrics of a classifier on M texts."""

    targets: Int[np.ndarray, " M"]  # indices of classes
    probabilities: Float[np.ndarray, "M K"]
    predicted: Int[np.ndarray, " M"]  # the most probable class; the first of equals
    confusion: Int[np.ndarray, "K K"]  # numbers of texts: rows are true classes, columns are predicted classes
    accuracy: Interval
    f1: Interval  # macro F1, the unweighted mean over the classes
    log_loss: float  # mean cross-entropy, natural logarithm
    overconfidence: Interval  # mean probability of the predicted class minus the accuracy
    calibration: Calibration


def held_out_probabilities(
    labelled: LabelledDataset,
    inputs: ClassifierInputs,
    method: ClassifierMethod,
    settings: MlpSettings = DEFAULT_SETTINGS,
    answers: ClassifierInputs | None = None,
) -> Float[np.ndarray, "M K"]:
    """Return the probabilities of the test texts, each by a classifier that was not trained on it.

    inputs: the N texts of the set, for training. answers: the same texts in the form in which they are classified, if
    it differs from that of training.
    """
    queries = inputs if answers is None else answers
    found = np.empty((len(labelled.test_indices), len(labelled.classes)))
    for split in labelled.splits:
        targets = labelled.targets[split.train]
        classifier = fit_classifier(method, inputs.take(split.train), targets, labelled.classes, settings)
        found[np.searchsorted(labelled.test_indices, split.test)] = classifier.probabilities(queries.take(split.test))
    return found


def classification_metrics(
    targets: Int[np.ndarray, " M"], probabilities: Float[np.ndarray, "M K"], seed: int = 0
) -> ClassificationMetrics:
    """Compare probabilities with the true classes of the texts. seed: the bootstrap's."""
    classes = probabilities.shape[1]
    predicted = probabilities.argmax(axis=1)
    confusion = np.bincount(targets * classes + predicted, minlength=classes**2).reshape(classes, classes)
    # Accuracy and F1 depend only on the counts in the cells, so only those are resampled.
    sampled = resample_counts(confusion.ravel(), seed).reshape(-1, classes, classes)
    of_target = probabilities[np.arange(len(targets)), targets]
    beyond_right = probabilities.max(axis=1) - (predicted == targets)
    return ClassificationMetrics(
        targets,
        probabilities,
        predicted,
        confusion,
        accuracy=interval(float(_accuracy(confusion)), np.asarray(_accuracy(sampled))),
        f1=interval(float(_macro_f1(confusion)), np.asarray(_macro_f1(sampled))),
        # A probability of 0 is raised to the machine epsilon, as in scikit-learn, to keep the loss finite.
        log_loss=float(-np.log(of_target.clip(np.finfo(probabilities.dtype).eps)).mean()),
        overconfidence=mean_intervals(beyond_right[:, None], seed)[0],
        calibration=_calibration(predicted == targets, probabilities.max(axis=1), classes),
    )


def may_be_most_accurate(metrics: Sequence[ClassificationMetrics]) -> Bool[np.ndarray, " C"]:
    """Return which of C classifiers of the same texts may be the most accurate, as may_be_best() tells."""
    return may_be_best(np.stack([(each.predicted == each.targets).astype(int) for each in metrics], axis=1))


def _accuracy(confusion: Num[np.ndarray, "*samples K K"]) -> Float[np.ndarray, "*samples"] | np.floating:
    """Return the accuracy of each confusion matrix."""
    right: np.ndarray = np.trace(confusion, axis1=-2, axis2=-1) / confusion.sum(axis=(-2, -1))
    return right


def _macro_f1(confusion: Num[np.ndarray, "*samples K K"]) -> Float[np.ndarray, "*samples"] | np.floating:
    """Return the macro F1 of each confusion matrix. Classes that neither occur nor are predicted have no F1."""
    right = np.diagonal(confusion, axis1=-2, axis2=-1)
    either = confusion.sum(axis=-1) + confusion.sum(axis=-2)
    # A class that occurs nowhere adds 0 / 1 to the sum.
    mean: np.ndarray = (2 * right / np.maximum(either, 1)).sum(axis=-1) / (either > 0).sum(axis=-1)
    return mean


def _calibration(is_right: Bool[np.ndarray, " M"], probability: Float[np.ndarray, " M"], classes: int) -> Calibration:
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

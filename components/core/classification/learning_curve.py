"""Learning curves: the accuracy of each method by the number of training texts.

N texts, V different words in them, n training and m test texts of a draw, F features, K classes.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from jaxtyping import Float, Int
from scipy.sparse import csr_array
from sklearn.feature_extraction.text import CountVectorizer, TfidfTransformer

from components.core.classification.classifiers import ClassifierInputs, ClassifierMethod, fit_linear, fit_networks
from components.core.classification.datasets import LabelledDataset, Split
from components.core.classification.mlp import DEFAULT_SETTINGS, MlpSettings
from components.core.numerics.lanes import lanes

#: The largest number of texts in a draw; beyond it only all training texts are used, since draws would take minutes.
MOST_DRAWN: Final = 2_048
_FEWEST = 8
# The share of test texts in each draw from a cross-validated set, which has no fixed test set.
_TEST_SHARE = 1 / 3


@dataclass(frozen=True, eq=False)
class CurvePoint:
    """A point of the curves: the accuracies of each method with `size` training texts."""

    size: int
    accuracies: Mapping[ClassifierMethod, Float[np.ndarray, " draws"]]  # on test texts, the same draws for all methods


def training_sizes(labelled: LabelledDataset) -> tuple[int, ...]:
    """Return the numbers of training texts: 8, 16, 32 … up to MOST_DRAWN, at least one text a class, then all.

    All are the training texts of a fixed split, or two thirds of a cross-validated set.
    """
    most = len(labelled.train_indices)
    if labelled.is_cross_validated:
        most -= _test_size(most)
    doubled = [_FEWEST << doublings for doublings in range((MOST_DRAWN // _FEWEST).bit_length())]
    return (*(size for size in doubled if len(labelled.classes) <= size < most), most)


def learning_curve(
    labelled: LabelledDataset,
    inputs: ClassifierInputs,
    settings: MlpSettings = DEFAULT_SETTINGS,
    draws: int = 10,
    seed: int = 0,
    methods: Sequence[ClassifierMethod] = tuple(ClassifierMethod),
) -> Iterator[CurvePoint]:
    """Yield the points of the curves, size after size.

    Each draw is a random sample of the training texts with about the same share of each class as the whole set, and at
    least one text of each. With a fixed split it is scored on the split's test texts, and all training texts are one
    draw. From a cross-validated set each draw holds out another third as test texts, the same for all sizes. Draws of
    different sizes are independent.

    inputs: the N texts of the set. seed: the draws'; settings hold the network's.
    """
    for size in training_sizes(labelled):
        yield learning_point(labelled, inputs, size, settings, draws, seed, methods)


def learning_point(
    labelled: LabelledDataset,
    inputs: ClassifierInputs,
    size: int,
    settings: MlpSettings = DEFAULT_SETTINGS,
    draws: int = 10,
    seed: int = 0,
    methods: Sequence[ClassifierMethod] = tuple(ClassifierMethod),
    wrong: float = 0.0,
) -> CurvePoint:
    """Return one point of the curves.

    size: one of training_sizes(). wrong: the share of the training texts of each draw whose label is made wrong before
    they are learned from; test texts keep theirs. Then all training texts of a fixed split make as many draws as
    others, each with other wrong labels.
    """
    words = _WordCounts(inputs.texts)
    splits = _draw_splits(labelled, size, draws, seed)
    if wrong and len(splits) < draws:
        splits *= draws
    learned = [
        mislabelled(labelled.targets[split.train], len(labelled.classes), wrong, np.random.default_rng([seed, draw, 1]))
        for draw, split in enumerate(splits)
    ]
    return CurvePoint(
        size, {method: _accuracies(method, inputs, words, labelled, splits, learned, settings) for method in methods}
    )


def mislabelled(
    targets: Int[np.ndarray, " n"], classes: int, share: float, random: np.random.Generator
) -> Int[np.ndarray, " n"]:
    """Return labels of which a share is replaced by another class, each other class with the same chance.

    One text of each class keeps its label, so that no class is lost.

    >>> mislabelled(np.array([0, 0, 0, 1, 1, 1]), 2, 0.5, np.random.default_rng(0)).tolist().count(0)
    2
    """
    kept = [random.choice(np.flatnonzero(targets == each)) for each in np.unique(targets)]
    free = np.setdiff1d(np.arange(len(targets)), kept)
    changed = random.choice(free, min(round(share * len(targets)), len(free)), replace=False)
    learned = targets.copy()
    learned[changed] = (targets[changed] + random.integers(1, classes, len(changed))) % classes
    return learned


class _WordCounts:
    """Word counts of all texts, counted once; each draw uses the words of its training texts."""

    def __init__(self, texts: Sequence[str]) -> None:
        try:
            self._counts = CountVectorizer().fit_transform(texts)  # (N, V)
        except ValueError:
            # The texts have no words.
            self._counts = csr_array((len(texts), 1), dtype=int)

    def features(self, method: ClassifierMethod, split: Split) -> tuple[csr_array, csr_array]:
        """Return the features of a BagOfWords of the training texts: (n, F) for them, (m, F) for the test texts."""
        train = self._counts[split.train]
        known = np.unique(train.indices)
        if not len(known):
            # The training texts have no words: one feature, which is 0 for all of them.
            known = np.array([0])
        train, test = train[:, known], self._counts[split.test][:, known]
        if method is ClassifierMethod.BAYES:
            return train, test
        weighted = TfidfTransformer().fit(train)
        return weighted.transform(train), weighted.transform(test)


def _accuracies(
    method: ClassifierMethod,
    inputs: ClassifierInputs,
    words: _WordCounts,
    labelled: LabelledDataset,
    draws: Sequence[Split],
    learned: Sequence[Int[np.ndarray, " n"]],
    settings: MlpSettings,
) -> Float[np.ndarray, " draws"]:
    """Return the accuracy of a method in each draw. learned: the labels of its training texts."""
    targets = labelled.targets
    if method is ClassifierMethod.NETWORK:
        train = np.stack([split.train for split in draws])
        networks = fit_networks(inputs.vectors[train], np.stack(learned), labelled.classes, settings)
        logits = [
            network.parameters.logits(inputs.vectors[split.test])
            for network, split in zip(networks, draws, strict=True)
        ]
    else:
        with lanes.turn(bulk=True):
            logits = [_logits(method, inputs, words, *each) for each in zip(draws, learned, strict=True)]
    return np.array(
        [np.mean(each.argmax(axis=1) == targets[split.test]) for each, split in zip(logits, draws, strict=True)]
    )


def _logits(
    method: ClassifierMethod, inputs: ClassifierInputs, words: _WordCounts, split: Split, learned: Int[np.ndarray, " n"]
) -> Float[np.ndarray, "m K"]:
    """Return the logits of the test texts."""
    if method in (ClassifierMethod.TF_IDF, ClassifierMethod.BAYES):
        train, test = words.features(method, split)
    else:
        read = inputs.static if method is ClassifierMethod.STATIC else inputs.vectors
        train, test = read[split.train], read[split.test]
    return fit_linear(method, train, learned).logits(test)


def _draw_splits(labelled: LabelledDataset, size: int, draws: int, seed: int) -> list[Split]:
    """Return the training and test texts of each draw."""
    if size == len(labelled.train_indices):
        # Only with a fixed split: from a cross-validated set some texts are always held out.
        return list(labelled.splits)
    splits = []
    for draw in range(draws):
        train, test = labelled.train_indices, labelled.test_indices
        if labelled.is_cross_validated:
            test = _stratified_sample(
                test, labelled.targets, _test_size(len(test)), np.random.default_rng([seed, draw, 0])
            )
            train = np.setdiff1d(train, test)
        random = np.random.default_rng([seed, draw, size])
        splits.append(Split(_stratified_sample(train, labelled.targets, size, random), test))
    return splits


def _test_size(count: int) -> int:
    """Return the number of test texts in a draw from a cross-validated set of `count` texts."""
    return math.ceil(count * _TEST_SHARE)


def _stratified_sample(
    indices: Int[np.ndarray, " M"], targets: Int[np.ndarray, " N"], size: int, random: np.random.Generator
) -> Int[np.ndarray, " size"]:
    """Draw `size` of the indices, in ascending order, with at least one of each class that occurs."""
    found, counts = np.unique(targets[indices], return_counts=True)
    samples = [
        random.choice(indices[targets[indices] == each], count, replace=False)
        for each, count in zip(found, _allocate(counts, size), strict=True)
    ]
    return np.sort(np.concatenate(samples))


def _allocate(counts: Int[np.ndarray, " K"], size: int) -> Int[np.ndarray, " K"]:
    """Divide a sample of `size` among classes in proportion to their counts, with at least one of each.

    >>> _allocate(np.array([50, 45, 5]), 8)
    array([4, 3, 1])
    """
    quotas = size * counts / counts.sum()
    allocated = np.maximum(quotas.astype(int), 1)
    while allocated.sum() < size:
        allocated[np.argmax(quotas - allocated)] += 1
    while allocated.sum() > size:
        allocated[np.argmax(np.where(allocated > 1, allocated - quotas, -np.inf))] -= 1
    return allocated

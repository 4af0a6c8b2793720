"""How much data each way of telling texts apart needs: accuracy by the number of texts that are learned from.

N texts, V different words in them.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.sparse import csr_array
from sklearn.feature_extraction.text import CountVectorizer, TfidfTransformer

from components.core.classification.classifiers import ClassifierInputs, ClassifierMethod, fit_linear, fit_networks
from components.core.classification.datasets import LabelledDataset, Split
from components.core.classification.mlp import DEFAULT_SETTINGS, MlpSettings
from components.core.numerics.single_thread import one_thread

#: Texts. More are not learned from in several draws, which would take minutes, but only all at once.
MOST_DRAWN: Final = 2_048
_FEWEST = 8
# Of a set that is cross-validated, which comes without a fixed test set, each draw scores so many of all texts.
_TEST_SHARE = 1 / 3


@dataclass(frozen=True, eq=False)
class CurvePoint:
    """How good each method is when it has learned from so many texts."""

    size: int
    accuracies: Mapping[
        ClassifierMethod, np.ndarray
    ]  # (draws,) each, on texts not learned from; the same draws for all


def training_sizes(labelled: LabelledDataset) -> tuple[int, ...]:
    """How many texts are learned from: 8 and its doubles up to MOST_DRAWN, no fewer than there are classes, then all.

    All are those that a fixed split learns from, or what is left of a cross-validated set when a third is held out.
    """
    most = len(labelled.train_indices)
    if labelled.is_cross_validated:
        most -= _held_out(most)
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
    """Size after size, learn from random texts of the set and score on others.

    A draw has about the same share of each class as all texts, and at least one text of each. With a fixed split it is
    scored on the split's test texts, and of all training texts there is only one draw. Of a cross-validated set, draw
    for draw another third is held out to be scored on, the same for all sizes. Draws of different sizes are drawn
    apart.

    inputs: the N texts of the set. seed: of the draws; settings have the network's own.
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
) -> CurvePoint:
    """One point of the curve. size: one of training_sizes()."""
    words = _Words(inputs.texts)
    drawn = _drawn(labelled, size, draws, seed)
    return CurvePoint(
        size, {method: _accuracies(method, inputs, words, labelled, drawn, settings) for method in methods}
    )


class _Words:
    """The words of all texts, counted once, though each draw knows only those of the texts that it learns from."""

    def __init__(self, texts: Sequence[str]) -> None:
        try:
            self._counts = CountVectorizer().fit_transform(texts)  # (N, V)
        except ValueError:
            # Not one word in them.
            self._counts = csr_array((len(texts), 1), dtype=int)

    def features(self, method: ClassifierMethod, split: Split) -> tuple[np.ndarray, np.ndarray]:
        """What a Bag of the training texts makes of them, and of the test texts: (n, F) and (m, F), sparse."""
        train = self._counts[split.train]
        known = np.unique(train.indices)
        if not len(known):
            # Then it is one word that none of them has, of which nothing is learned.
            known = np.array([0])
        train, test = train[:, known], self._counts[split.test][:, known]
        if method is ClassifierMethod.BAYES:
            return train, test
        weighted = TfidfTransformer().fit(train)
        return weighted.transform(train), weighted.transform(test)


def _accuracies(
    method: ClassifierMethod,
    inputs: ClassifierInputs,
    words: _Words,
    labelled: LabelledDataset,
    drawn: Sequence[Split],
    settings: MlpSettings,
) -> np.ndarray:
    """(draws,)."""
    targets = labelled.targets
    if method is ClassifierMethod.NETWORK:
        train = np.stack([split.train for split in drawn])
        networks = fit_networks(inputs.vectors[train], targets[train], labelled.classes, settings)
        logits = [
            network.parameters.logits(inputs.vectors[split.test])
            for network, split in zip(networks, drawn, strict=True)
        ]
    else:
        with one_thread():
            logits = [_logits(method, inputs, words, targets, split) for split in drawn]
    return np.array(
        [np.mean(each.argmax(axis=1) == targets[split.test]) for each, split in zip(logits, drawn, strict=True)]
    )


def _logits(
    method: ClassifierMethod, inputs: ClassifierInputs, words: _Words, targets: np.ndarray, split: Split
) -> np.ndarray:
    """(m, K), of the test texts."""
    if method in (ClassifierMethod.TF_IDF, ClassifierMethod.BAYES):
        train, test = words.features(method, split)
    else:
        read = inputs.static if method is ClassifierMethod.STATIC else inputs.vectors
        train, test = read[split.train], read[split.test]
    return fit_linear(method, train, targets[split.train]).logits(test)


def _drawn(labelled: LabelledDataset, size: int, draws: int, seed: int) -> list[Split]:
    """What is learned from and scored, draw for draw."""
    if size == len(labelled.train_indices):
        # Only with a fixed split: of a set that is cross-validated, some texts are always held out.
        return list(labelled.splits)
    drawn = []
    for draw in range(draws):
        train, test = labelled.train_indices, labelled.test_indices
        if labelled.is_cross_validated:
            test = _stratified(test, labelled.targets, _held_out(len(test)), np.random.default_rng([seed, draw, 0]))
            train = np.setdiff1d(train, test)
        random = np.random.default_rng([seed, draw, size])
        drawn.append(Split(_stratified(train, labelled.targets, size, random), test))
    return drawn


def _held_out(count: int) -> int:
    """How many of so many texts are scored in a draw."""
    return math.ceil(count * _TEST_SHARE)


def _stratified(places: np.ndarray, targets: np.ndarray, size: int, random: np.random.Generator) -> np.ndarray:
    """So many of the places, by chance, in ascending order; of each class that occurs at least one."""
    found, counts = np.unique(targets[places], return_counts=True)
    drawn = [
        random.choice(places[targets[places] == each], count, replace=False)
        for each, count in zip(found, _allotted(counts, size), strict=True)
    ]
    return np.sort(np.concatenate(drawn))


def _allotted(counts: np.ndarray, size: int) -> np.ndarray:
    """How many of each class to take for so many in all: at least one, and shares as near to those of counts as can be.

    >>> _allotted(np.array([50, 45, 5]), 8)
    array([4, 3, 1])
    """
    quotas = size * counts / counts.sum()
    allotted = np.maximum(quotas.astype(int), 1)
    while allotted.sum() < size:
        allotted[np.argmax(quotas - allotted)] += 1
    while allotted.sum() > size:
        allotted[np.argmax(np.where(allotted > 1, allotted - quotas, -np.inf))] -= 1
    return allotted

"""Labelled texts, and which of them a classifier learns from, is scored on, or is only asked about.

N texts, K classes.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from sklearn.model_selection import StratifiedKFold, train_test_split

from components.core.errors import UploadError
from components.core.text.sentence_set import NO_LABEL, SentenceSet

MOST_CLASSES: Final = 10
#: Folds of a cross-validation. Each class needs as many texts.
FOLDS: Final = 5
#: Texts. Of fewer, a third would be too few to be scored on.
ENOUGH_TO_SPLIT: Final = 300
_TEST_SHARE = 1 / 3


@dataclass(frozen=True, eq=False)
class Split:
    """What is learned from and what is scored, as places of texts counted from 0, in ascending order."""

    train: np.ndarray
    test: np.ndarray


@dataclass(frozen=True, eq=False)
class LabelledDataset:
    """Texts of two to ten classes."""

    texts: SentenceSet  # N, with a label each
    classes: tuple[str, ...]  # K
    targets: np.ndarray  # (N,) places in classes
    #: One that is fixed, or FOLDS of a cross-validation, in which each text is scored once.
    splits: tuple[Split, ...]
    #: Texts that are neither learned from nor scored with the others, but asked about apart: name → places.
    challenge_sets: tuple[tuple[str, tuple[int, ...]], ...] = ()

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the texts, their labels and what is learned from, in hexadecimal."""
        parts = [[split.train.tolist(), split.test.tolist()] for split in self.splits]
        return hashlib.sha256(json.dumps([self.texts.digest, parts, self.challenge_sets]).encode()).hexdigest()

    @property
    def is_cross_validated(self) -> bool:
        """Whether each text is scored by a classifier that learned from most of the others."""
        return len(self.splits) > 1

    @cached_property
    def most_frequent_share(self) -> float:
        """What share of the scored texts is right for whoever always names their most frequent class."""
        counts = np.bincount(self.targets[self.test_indices])
        return float(counts.max() / counts.sum())

    @cached_property
    def train_indices(self) -> np.ndarray:
        """The places of the texts that the classifier which answers new texts learns from, in ascending order."""
        return self.test_indices if self.is_cross_validated else self.splits[0].train

    @cached_property
    def test_indices(self) -> np.ndarray:
        """The places of the texts that classifiers are scored on, in ascending order."""
        return np.sort(np.concatenate([split.test for split in self.splits]))


def split_dataset(texts: SentenceSet, seed: int = 0) -> LabelledDataset:
    """Texts with labels, split by chance so that each part has about the same share of each class.

    From ENOUGH_TO_SPLIT texts on a third is held out to be scored on; fewer are cross-validated. Texts without a label,
    and those of a class with fewer than FOLDS texts, are left out and listed. Raises UploadError if fewer than two
    classes are left, or more than MOST_CLASSES.
    """
    if texts.labels is None:
        raise UploadError(
            f"{_texts(len(texts.sentences))} no labels, and a classifier learns from labels. Choose the column that "
            "holds them, or add one."
        )
    counts = Counter(texts.labels)
    named = [label for label in counts if label != NO_LABEL]
    rare = {label for label in named if counts[label] < FOLDS}
    classes = tuple(sorted(label for label in named if label not in rare))
    if not 2 <= len(classes) <= MOST_CLASSES:
        raise UploadError(_unfit(named, rare, len(texts.sentences)))
    out = {
        place: "has no label" if label == NO_LABEL else _rare(label, counts[label])
        for place, label in enumerate(texts.labels)
        if label not in classes
    }
    kept = texts.without(out)
    targets = _targets(kept, classes)
    return LabelledDataset(kept, classes, targets, _splits(targets, seed))


def with_fixed_split(
    texts: SentenceSet, classes: Sequence[str], parts: Sequence[str], asked_apart: dict[str, tuple[int, ...]]
) -> LabelledDataset:
    """Texts with labels that come with a split. parts: N, "train", "test" or, of texts asked about apart, another."""
    train, test = (np.flatnonzero(np.array(parts) == part) for part in ("train", "test"))
    split = Split(train, test)
    return LabelledDataset(texts, tuple(classes), _targets(texts, classes), (split,), tuple(asked_apart.items()))


def _texts(count: int) -> str:
    """So many texts, as the beginning of a sentence that goes on with what they have."""
    return "This text has" if count == 1 else f"These {count:,} texts have"


def _rare(label: str, count: int) -> str:
    """Why a text of a class with so few of them is left out, in the words of LeftOut.why."""
    among = "the only text" if count == 1 else f"one of only {count} texts"
    return f"is {among} of class “{label}”; a class needs {FOLDS}"


def _unfit(named: Sequence[str], rare: set[str], count: int) -> str:
    """Why texts with these labels cannot be told apart."""
    if len(named) - len(rare) > MOST_CLASSES:
        return (
            f"The labels have {len(named):,} different values; between 2 and {MOST_CLASSES} classes are told apart. "
            "Choose another column for the labels, or join classes."
        )
    if not named:
        return f"{_texts(count)} nothing in the column of labels. Choose another column for the labels, or fill it in."
    listed = ", ".join(f"“{label}”" for label in named[:3]) + (", …" if len(named) > 3 else "")
    if rare:
        return (
            f"Of {len(named):,} class{'es' * (len(named) != 1)} ({listed}), {len(named) - len(rare)} "
            f"{'has' if len(named) - len(rare) == 1 else 'have'} at least {FOLDS} texts; two are needed. Add texts, or "
            "choose another column for the labels."
        )
    return (
        f"All labels are alike: {listed}. There must be at least two classes with {FOLDS} texts each to tell apart. "
        "Choose another column for the labels, or add texts of another class."
    )


def _targets(texts: SentenceSet, classes: Sequence[str]) -> np.ndarray:
    places = {name: place for place, name in enumerate(classes)}
    return np.array([places[label] for label in texts.labels or ()])


def _splits(targets: np.ndarray, seed: int) -> tuple[Split, ...]:
    every = np.arange(len(targets))
    if len(targets) >= ENOUGH_TO_SPLIT:
        train, test = train_test_split(every, test_size=_TEST_SHARE, stratify=targets, random_state=seed)
        return (Split(np.sort(train), np.sort(test)),)
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=seed).split(every, targets)
    return tuple(Split(train, test) for train, test in folds)

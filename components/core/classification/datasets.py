"""Labelled texts and their splits into training texts, test texts and challenge sets.

N texts, K classes.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from jaxtyping import Int
from sklearn.model_selection import StratifiedKFold, train_test_split

from components.core.errors import UploadError
from components.core.lazy import cached_property
from components.core.text.sentence_set import NO_LABEL, SentenceSet
from components.core.text.table_rows import Reason

MOST_CLASSES: Final = 10
#: Folds of a cross-validation, and the fewest texts of a class.
FOLDS: Final = 5
#: The fewest texts for a fixed split; a third of fewer would be too small a test set.
ENOUGH_TO_SPLIT: Final = 300
_TEST_SHARE = 1 / 3


@dataclass(frozen=True, eq=False)
class Split:
    """Indices of training and test texts, in ascending order."""

    train: Int[np.ndarray, " n"]
    test: Int[np.ndarray, " m"]


@dataclass(frozen=True, eq=False)
class LabelledDataset:
    """Texts of two to MOST_CLASSES classes, with their splits."""

    texts: SentenceSet  # N texts, each with a label
    classes: tuple[str, ...]  # K
    targets: Int[np.ndarray, " N"]  # indices of classes
    #: One fixed split, or FOLDS splits of a cross-validation, which test each text once.
    splits: tuple[Split, ...]
    #: Sets of texts outside all splits, scored apart: (name, indices).
    challenge_sets: tuple[tuple[str, tuple[int, ...]], ...] = ()

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the texts, labels and splits, in hexadecimal."""
        parts = [[split.train.tolist(), split.test.tolist()] for split in self.splits]
        return hashlib.sha256(json.dumps([self.texts.digest, parts, self.challenge_sets]).encode()).hexdigest()

    @property
    def is_cross_validated(self) -> bool:
        """True if each text is scored by a classifier trained on most of the others."""
        return len(self.splits) > 1

    @cached_property
    def most_frequent_share(self) -> float:
        """The accuracy of always answering the most frequent class, on the test texts."""
        counts = np.bincount(self.targets[self.test_indices])
        return float(counts.max() / counts.sum())

    @cached_property
    def train_indices(self) -> Int[np.ndarray, " n"]:
        """Indices of the training texts of the classifier for new texts, in ascending order."""
        return self.test_indices if self.is_cross_validated else self.splits[0].train

    @cached_property
    def test_indices(self) -> Int[np.ndarray, " m"]:
        """Indices of all test texts, in ascending order."""
        return np.sort(np.concatenate([split.test for split in self.splits]))


def split_dataset(texts: SentenceSet, seed: int = 0) -> LabelledDataset:
    """Split labelled texts at random, with about the same share of each class in each part.

    With at least ENOUGH_TO_SPLIT texts a third is the test set; fewer texts are cross-validated. Texts without a label
    and of classes with fewer than FOLDS texts are rejected and listed. Raises UploadError if fewer than two or more
    than MOST_CLASSES classes remain.
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
    without_label = {index: "has no label" for index, label in enumerate(texts.labels) if label == NO_LABEL}
    labelled = texts.without(without_label, Reason.NO_LABEL)
    of_rare = {index: _rare(label, counts[label]) for index, label in enumerate(labelled.labels or ()) if label in rare}
    kept = labelled.without(of_rare, Reason.RARE_CLASS)
    targets = _targets(kept, classes)
    return LabelledDataset(kept, classes, targets, _splits(targets, seed))


def with_fixed_split(
    texts: SentenceSet, classes: Sequence[str], parts: Sequence[str], challenge_sets: dict[str, tuple[int, ...]]
) -> LabelledDataset:
    """Return labelled texts with a given split. parts: "train", "test" or another word, one for each text."""
    train, test = (np.flatnonzero(np.array(parts) == part) for part in ("train", "test"))
    split = Split(train, test)
    return LabelledDataset(texts, tuple(classes), _targets(texts, classes), (split,), tuple(challenge_sets.items()))


def _texts(count: int) -> str:
    """Return the start of a sentence about what these texts have."""
    return "This text has" if count == 1 else f"These {count:,} texts have"


def _rare(label: str, count: int) -> str:
    """Return why a text of a class with `count` texts is rejected."""
    among = "the only text" if count == 1 else f"one of only {count} texts"
    return f"is {among} of class “{label}”; a class needs {FOLDS}"


def _unfit(named: Sequence[str], rare: set[str], count: int) -> str:
    """Return why no classifier can be fitted to these labels."""
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


def _targets(texts: SentenceSet, classes: Sequence[str]) -> Int[np.ndarray, " N"]:
    indices = {name: index for index, name in enumerate(classes)}
    return np.array([indices[label] for label in texts.labels or ()], dtype=int)


def _splits(targets: Int[np.ndarray, " N"], seed: int) -> tuple[Split, ...]:
    every = np.arange(len(targets))
    if len(targets) >= ENOUGH_TO_SPLIT:
        train, test = train_test_split(every, test_size=_TEST_SHARE, stratify=targets, random_state=seed)
        return (Split(np.sort(train), np.sort(test)),)
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=seed).split(every, targets)
    return tuple(Split(train, test) for train, test in folds)

"""Synthetic datasets: texts of known classes with random vectors, for tests without an encoder."""

import csv
from itertools import islice, product

import numpy as np

from components.core.classification.classifiers import ClassifierInputs
from components.core.classification.datasets import LabelledDataset, split_dataset
from components.core.numerics.similarity import normalise_rows
from components.core.text.sentence_set import SentenceSet
from tests.support.paths import ROOT

_FILE = ROOT / "assets" / "sentences.csv"
_WIDTH = 12


def sentences(count: int) -> tuple[str, ...]:
    """Return distinct texts of real words: pairs of the shipped sentences."""
    with _FILE.open(encoding="utf-8") as lines:
        shipped = [row["sentence"] for row in csv.DictReader(lines)]
    return tuple(f"{first} {second}" for second, first in islice(product(shipped, shipped), count))


def synthetic_dataset(counts: list[int], noise: float = 1.0) -> tuple[LabelledDataset, ClassifierInputs]:
    """Return a shuffled set with `counts` texts of each class, and the inputs of the classifiers.

    Both kinds of vectors depend on the class, and half of a class's texts contain a word of its own. More noise makes
    the classes harder to separate.
    """
    random = np.random.default_rng(len(counts))
    targets = random.permutation(np.repeat(np.arange(len(counts)), counts))
    texts = tuple(
        f"{text} sign{target}" if random.random() < 0.5 else text
        for text, target in zip(sentences(len(targets)), targets, strict=True)
    )
    labels = tuple(f"class {target}" for target in targets)
    made = split_dataset(SentenceSet(texts, labels, tuple(range(1, len(texts) + 1)), ()))
    np.testing.assert_array_equal(made.targets, targets)
    middles = random.normal(size=(2, len(counts), _WIDTH))
    vectors, static = (
        normalise_rows((middle[targets] + noise * random.normal(size=(len(targets), _WIDTH))).astype(np.float32))
        for middle in middles
    )
    return made, ClassifierInputs(texts, vectors, static)

"""Labelled texts and their splits: what is left out and why, and that nobody is scored on what was learned from."""

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from components.core.classification.datasets import (
    ENOUGH_TO_SPLIT,
    FOLDS,
    MOST_CLASSES,
    LabelledDataset,
    split_dataset,
    with_fixed_split,
)
from components.core.errors import UploadError
from components.core.text.sentence_set import NO_LABEL, SentenceSet, select_sentences
from components.core.text.table_rows import RejectedRow
from components.core.text.uploads import read_upload


def texts_of(labels: Sequence[str] | None, count: int = 0) -> SentenceSet:
    """Texts of which the first stands in line 2, as below a row of names. An empty label is none."""
    count = len(labels) if labels is not None else count
    sentences = tuple(f"text {number}" for number in range(count))
    given = None if labels is None else tuple(label or NO_LABEL for label in labels)
    return SentenceSet(sentences, given, tuple(range(2, count + 2)), ())


def labels_of(**counts: int) -> list[str]:
    """As many labels as asked for of each class, classes mixed."""
    labels = [label for label, count in counts.items() for _ in range(count)]
    return list(np.random.default_rng(0).permutation(labels))


def message(labels: Sequence[str] | None, count: int = 0) -> str:
    with pytest.raises(UploadError) as refused:
        split_dataset(texts_of(labels, count))
    return str(refused.value)


def assert_right_splits(found: LabelledDataset) -> None:
    """Each text is once among those scored or learned from as it should be, and no split has one on both sides."""
    every = np.arange(len(found.targets))
    for split in found.splits:
        np.testing.assert_array_equal(np.sort(np.concatenate([split.train, split.test])), every)
        assert (np.diff(split.train) > 0).all()
        assert (np.diff(split.test) > 0).all()
    if found.is_cross_validated:
        np.testing.assert_array_equal(np.sort(np.concatenate([split.test for split in found.splits])), every)
    # Each class is learned from and asked for in every split, in shares that differ by less than one text.
    tests = np.array([np.bincount(found.targets[split.test], minlength=len(found.classes)) for split in found.splits])
    share = 1 / len(found.splits) if found.is_cross_validated else len(found.test_indices) / len(every)
    assert (np.abs(tests - share * np.bincount(found.targets)) < 1).all()
    assert (tests >= 1).all()
    assert (np.bincount(found.targets) > tests).all()


# Classes and targets


def test_classes_are_in_alphabetical_order_and_targets_are_their_places() -> None:
    labels = labels_of(sad=6, glad=7, **{"Éclair": 5})
    found = split_dataset(texts_of(labels))
    assert found.classes == ("glad", "sad", "Éclair")
    assert [found.classes[target] for target in found.targets] == labels
    assert found.texts.labels == tuple(labels)


def test_every_label_of_a_file_goes_with_its_text() -> None:
    rows = "\n".join(f"I read book {number},{'sad' if number % 3 else 'glad'}" for number in range(20))
    found = split_dataset(select_sentences(read_upload("books.csv", f"text,mood\n{rows}".encode()), "text", "mood"))
    for sentence, target in zip(found.texts.sentences, found.targets, strict=True):
        assert found.classes[target] == ("sad" if int(sentence.split()[-1]) % 3 else "glad")


# Splits


@settings(max_examples=40)
@given(counts=st.lists(st.integers(FOLDS, 60), min_size=2, max_size=MOST_CLASSES), seed=st.integers(0, 1000))
def test_texts_are_split_without_overlap_each_class_by_its_share(counts: list[int], seed: int) -> None:
    labels = labels_of(**{f"class {place}": count for place, count in enumerate(counts)})
    found = split_dataset(texts_of(labels), seed)
    assert_right_splits(found)
    assert found.is_cross_validated == (len(labels) < ENOUGH_TO_SPLIT)


def test_below_300_texts_are_cross_validated_in_five_folds_and_all_are_learned_from_in_the_end() -> None:
    found = split_dataset(texts_of(labels_of(glad=200, sad=99)))
    assert found.is_cross_validated
    assert len(found.splits) == 5
    assert {len(split.test) for split in found.splits} == {59, 60}
    np.testing.assert_array_equal(found.test_indices, np.arange(299))
    np.testing.assert_array_equal(found.train_indices, np.arange(299))


def test_from_300_texts_on_a_third_is_held_out_and_not_learned_from_in_the_end() -> None:
    found = split_dataset(texts_of(labels_of(glad=200, sad=100)))
    assert not found.is_cross_validated
    assert [len(split.test) for split in found.splits] == [100]
    np.testing.assert_array_equal(found.test_indices, found.splits[0].test)
    np.testing.assert_array_equal(found.train_indices, found.splits[0].train)
    assert not set(found.test_indices) & set(found.train_indices)


def test_what_counts_is_how_many_texts_are_left() -> None:
    assert split_dataset(texts_of([*labels_of(glad=200, sad=99), "", "rare"])).is_cross_validated


@pytest.mark.parametrize("counts", [{"glad": 20, "sad": 30}, {"glad": 200, "sad": 300}])
def test_the_seed_decides_the_splits(counts: dict[str, int]) -> None:
    texts = texts_of(labels_of(**counts))
    tests = [[split.test.tolist() for split in split_dataset(texts, seed).splits] for seed in (0, 0, 1)]
    assert tests[0] == tests[1] != tests[2]
    np.random.seed(0)
    again = [split.test.tolist() for split in split_dataset(texts).splits]
    assert again == tests[0]


def test_splitting_leaves_global_random_numbers_alone() -> None:
    np.random.seed(5)
    expected = np.random.random()
    np.random.seed(5)
    split_dataset(texts_of(labels_of(glad=20, sad=30)))
    split_dataset(texts_of(labels_of(glad=200, sad=300)))
    assert np.random.random() == expected


def test_a_split_that_comes_with_the_texts_is_kept() -> None:
    texts = texts_of(["sad", "glad", "sad", "glad", "sad", "glad"])
    parts = ["train", "train", "test", "test", "negation", "train"]
    found = with_fixed_split(texts, ("sad", "glad"), parts, {"Negation": (4,)})
    assert (found.classes, found.targets.tolist()) == (("sad", "glad"), [0, 1, 0, 1, 0, 1])
    assert (found.train_indices.tolist(), found.test_indices.tolist()) == ([0, 1, 5], [2, 3])
    assert found.challenge_sets == (("Negation", (4,)),)
    assert not found.is_cross_validated


def test_sets_have_one_digest_only_if_texts_labels_and_splits_are_the_same() -> None:
    labels = ["sad", "glad"] * 5
    parts = ["train"] * 6 + ["test"] * 4
    others = [
        split_dataset(texts_of(labels)),
        split_dataset(texts_of(labels), seed=1),
        split_dataset(texts_of([*labels[:-2], *labels[:-3:-1]])),
        with_fixed_split(texts_of(labels), ("glad", "sad"), parts, {}),
        with_fixed_split(texts_of(labels), ("glad", "sad"), parts[::-1], {}),
        with_fixed_split(texts_of(labels), ("glad", "sad"), parts, {"Hard": (0,)}),
    ]
    assert len({each.digest for each in others}) == len(others)
    assert split_dataset(texts_of(labels)).digest == others[0].digest


# What is left out


def test_texts_without_a_label_or_of_a_rare_class_are_left_out_and_listed_by_line() -> None:
    labels = [*["glad", "sad"] * 5, "", "odd", "rare", "rare", "odd", "odd", "", "lonely", "odd"]
    found = split_dataset(texts_of(labels))
    assert found.texts.sentences == tuple(f"text {place}" for place in range(10))
    assert found.texts.lines == tuple(range(2, 12))
    assert found.classes == ("glad", "sad")
    assert len(found.targets) == 10
    assert_right_splits(found)
    no_label, rare, odd = (
        "has no label",
        "is one of only 2 texts of class “rare”; a class needs 5",
        "is one of only 4 texts of class “odd”; a class needs 5",
    )
    assert [(each.line, each.why) for each in found.texts.rejected] == [
        (12, no_label),
        (13, odd),
        (14, rare),
        (15, rare),
        (16, odd),
        (17, odd),
        (18, no_label),
        (19, "is the only text of class “lonely”; a class needs 5"),
        (20, odd),
    ]
    assert found.texts.rejected[0].text == "text 10"


def test_what_was_left_out_before_is_still_listed_in_order_of_lines() -> None:
    texts = texts_of([*["glad", "sad"] * 5, ""])
    before = RejectedRow(5, "is empty", ""), RejectedRow(30, "repeats line 2", "text 0")
    found = split_dataset(SentenceSet(texts.sentences, texts.labels, texts.lines, before))
    assert [each.line for each in found.texts.rejected] == [5, 12, 30]


def test_a_class_of_five_texts_is_learned_and_one_of_four_is_not() -> None:
    assert split_dataset(texts_of(labels_of(a=5, b=5, c=4))).classes == ("a", "b")


def test_where_nothing_is_left_out_the_texts_stay_as_they_are() -> None:
    texts = texts_of(labels_of(glad=5, sad=5))
    assert split_dataset(texts).texts is texts


# Refusals


def test_texts_without_labels_are_refused() -> None:
    assert message(None, 1200) == (
        "These 1,200 texts have no labels, and a classifier learns from labels. Choose the column that holds them, or "
        "add one."
    )
    assert message(None, 1).startswith("This text has no labels, and ")


def test_a_column_of_labels_in_which_nothing_stands_is_refused() -> None:
    assert message([""] * 1200) == (
        "These 1,200 texts have nothing in the column of labels. Choose another column for the labels, or fill it in."
    )
    assert message([""]).startswith("This text has nothing in ")


@pytest.mark.parametrize("unlabelled", [0, 3])
def test_one_class_is_refused(unlabelled: int) -> None:
    assert message(["glad"] * 30 + [""] * unlabelled) == (
        "All labels are alike: “glad”. There must be at least two classes with 5 texts each to tell apart. Choose "
        "another column for the labels, or add texts of another class."
    )


def test_eleven_classes_are_refused_and_ten_are_not() -> None:
    counts = {f"class {number:02}": 5 for number in range(11)}
    assert message(labels_of(**counts)) == (
        "The labels have 11 different values; between 2 and 10 classes are told apart. Choose another column for the "
        "labels, or join classes."
    )
    counts["class 10"] = 4
    assert len(split_dataset(texts_of(labels_of(**counts))).classes) == 10


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ({"glad": 4}, "Of 1 class (“glad”), 0 have at least 5 texts; two are needed."),
        ({"glad": 9, "sad": 4}, "Of 2 classes (“glad”, “sad”), 1 has at least 5 texts; two are needed."),
        (
            {"a": 1, "b": 1, "c": 1, "d": 1},
            "Of 4 classes (“a”, “b”, “c”, …), 0 have at least 5 texts; two are needed.",
        ),
    ],
)
def test_too_few_texts_of_a_class_are_refused(counts: dict[str, int], expected: str) -> None:
    # In order of the file: the first labels are those that a reader sees first.
    labels = [label for label, count in counts.items() for _ in range(count)]
    assert message(labels) == f"{expected} Add texts, or choose another column for the labels."


def test_a_label_for_each_text_is_refused_in_a_message_that_can_be_read_at_a_glance() -> None:
    assert len(message([f"label {number}" for number in range(20_000)])) < 200

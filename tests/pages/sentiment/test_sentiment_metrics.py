"""The measures of the classifiers, as core computes them."""

import re
from collections.abc import Mapping

import numpy as np
import pytest

from components.core.classification.classifiers import ClassifierMethod
from components.core.classification.metrics import (
    ClassificationMetrics,
    classification_metrics,
    held_out_probabilities,
    may_be_most_accurate,
)
from tests.support.reference import assert_close
from tests.support.sentiment_page import (
    BAYES,
    LOGISTIC,
    METHODS,
    SCORED,
    SHIPPED_CLASSES,
    SHORT,
    TF_IDF,
    LabelledTexts,
    dataset_of,
    file_of,
    number,
    own,
    sections,
    visit,
    words,
)
from tests.support.visit import Visit, array

# Some classifiers are explained beside a map.
pytestmark = pytest.mark.usefixtures("umap_compiled")


def assert_scored(opened: Visit, found: Mapping[ClassifierMethod, ClassificationMetrics]) -> None:
    """The table prints these measures."""
    rows = opened.table("Always choosing the most frequent class")
    expected = [
        [
            SHORT[method],
            f"{each.accuracy.value:.0%}",
            f"{each.accuracy.low:.0%}–{each.accuracy.high:.0%}",
            f"{each.f1.value:.2f}",
        ]
        for method, each in found.items()
    ]
    assert rows == expected


def test_the_measures_of_each_classifier_are_printed_and_drawn(reviews: LabelledTexts) -> None:
    held_out, targets = reviews.inputs.take(reviews.test), reviews.targets[reviews.test]
    found = {method: classification_metrics(targets, reviews.probabilities(method, held_out)) for method in METHODS}
    opened = visit(screen=SCORED)
    assert_scored(opened, found)
    right = {method: each.accuracy.value for method, each in found.items()}
    best = [method for method in METHODS if right[method] == max(right.values())]
    said = f"{' and '.join(best)} {'is' if len(best) == 1 else 'are'} right most often: {max(right.values()):.0%}"
    assert sections(opened)[0].startswith(said)
    for method, measured in found.items():
        opened.choose("classifier", method)
        assert opened.sent("confusion")["counts"] == measured.confusion.tolist()
        assert f"{method} is wrong on {180 - np.trace(measured.confusion)} of 180 texts" in sections(opened)
        drawn, bins = opened.figure("calibration")["data"][0], measured.calibration
        assert array(drawn["customdata"]).tolist() == bins.counts.tolist()
        assert_close(
            np.column_stack([array(drawn["x"]), array(drawn["y"])]),
            np.column_stack([bins.probability, bins.share_right]),
            1e-6,
        )
        printed = re.search(r"the mean distance from that line: (\d\.\d+)\.", words(opened))
        assert printed is not None
        assert_close(number(printed[1]), bins.error, 6e-4)
        assert_close(array(drawn["y"]) - array(drawn["error_y"]["arrayminus"]), bins.low, 1e-6)
        assert_close(array(drawn["y"]) + array(drawn["error_y"]["array"]), bins.high, 1e-6)
        sure = measured.probabilities.max(axis=1).mean()
        assert f"{method} is {sure:.0%} sure on average and right on {right[method]:.0%}" in sections(opened)
        beyond = measured.overconfidence.low > 0 or measured.overconfidence.high < 0
        assert ("This gap is within chance" in words(opened)) == (not beyond)
    # Of these five only naive Bayes is surer than right by more than chance.
    assert [method for method in METHODS if found[method].overconfidence.low > 0] == [BAYES]
    assert all(each.overconfidence.high > 0 for each in found.values())


def test_the_classifiers_that_may_be_as_good_as_the_best_are_named_and_no_others(reviews: LabelledTexts) -> None:
    held_out, targets = reviews.inputs.take(reviews.test), reviews.targets[reviews.test]
    found = {method: classification_metrics(targets, reviews.probabilities(method, held_out)) for method in METHODS}
    most = max(each.accuracy.value for each in found.values())
    best = [method for method, each in found.items() if each.accuracy.value == most]
    level = may_be_most_accurate(list(found.values())).tolist()
    near = [method for method, may in zip(found, level, strict=True) if may and method not in best]
    named = sections(visit(screen=SCORED))[0].partition("; ")[2]
    assert named == (f"{' and '.join(near)} may be as good" if near else "")


def test_the_texts_behind_a_cell_are_exactly_those_taken_for_that_class(reviews: LabelledTexts) -> None:
    targets = reviews.targets[reviews.test]
    probabilities = reviews.probabilities(TF_IDF, reviews.inputs.take(reviews.test))
    cells = classification_metrics(targets, probabilities).confusion
    opened = visit(screen=SCORED, classifier=TF_IDF)
    options = opened.app.selectbox(key="confusion_cell").options
    wrong = sorted(((0, 1), (1, 0)), key=lambda cell: -cells[cell])
    right = sorted(((0, 0), (1, 1)), key=lambda cell: -cells[cell])
    label = {
        cell: f"“{SHIPPED_CLASSES[cell[0]]}”, predicted “{SHIPPED_CLASSES[cell[1]]}” ({cells[cell]})"
        for cell in (*wrong, *right)
    }
    assert options == list(label.values())
    assert opened.app.selectbox(key="confusion_cell").value == options[0]
    for row, column in (wrong[0], wrong[1], right[0]):
        opened.choose("confusion_cell", label[row, column])
        inside = np.flatnonzero((targets == row) & (probabilities.argmax(axis=1) == column))
        rows = opened.table("Highest probability first")
        expected = {reviews.texts[reviews.test[index]]: probabilities[index, column] for index in inside}
        assert {text for text, _ in rows} == set(expected)
        assert len(rows) == len(expected)
        said = [number(each) for _, each in rows]
        assert said == sorted(said, reverse=True)
        assert_close(said, [expected[text] for text, _ in rows], 0.0051)
    # A cell that another classifier does not fill in the same way is let go of.
    opened.choose("classifier", LOGISTIC)
    assert opened.app.selectbox(key="confusion_cell").value in opened.app.selectbox(key="confusion_cell").options


def test_a_clicked_cell_lists_its_texts_until_the_reader_goes_back(reviews: LabelledTexts) -> None:
    targets = reviews.targets[reviews.test]
    predicted = reviews.probabilities(TF_IDF, reviews.inputs.take(reviews.test)).argmax(axis=1)
    opened = visit(screen=SCORED, classifier=TF_IDF)
    before = words(opened)
    opened.put("confusion_cell_opened", ("positive", "positive"))
    inside = [reviews.texts[reviews.test[index]] for index in np.flatnonzero((targets == 1) & (predicted == 1))]
    assert f"{len(inside)} texts rightly taken for “positive”" in sections(opened)
    assert opened.sent("confusion")["picked"] == [1, 1]
    assert not any(text in before for text in inside)
    assert all(text in words(opened) for text in inside)
    opened.press("Back to the calibration")
    assert opened.sent("confusion")["picked"] is None
    assert "sure on average" in words(opened)


def test_a_small_set_is_cross_validated_and_the_page_says_so(forty: LabelledTexts) -> None:
    opened = own(file_of(forty), screen=SCORED)
    dataset = dataset_of(forty)
    found = {
        method: classification_metrics(dataset.targets, held_out_probabilities(dataset, forty.inputs, method))
        for method in METHODS
    }
    assert_scored(opened, found)
    right = {method: each.accuracy.value for method, each in found.items()}
    assert 0.5 < right[LOGISTIC] < 1
    assert "Cross-validated: 40 held-out texts in 5 parts" in words(opened)
    assert "40 texts, 2 classes, cross-validated in 5 parts" in words(opened)
    assert opened.sent("confusion")["counts"] == found[LOGISTIC].confusion.tolist()

"""How good classifiers are: what scikit-learn and a plain bootstrap say, and never of a text that was learned from."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from scipy.stats import bootstrap
from sklearn.calibration import calibration_curve
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, confusion_matrix, f1_score, log_loss
from sklearn.model_selection import cross_val_predict
from sklearn.naive_bayes import MultinomialNB
from sklearn.pipeline import make_pipeline

from components.core.classification.classifiers import (
    INVERSE_REGULARISATION,
    ClassifierInputs,
    ClassifierMethod,
    fit_classifier,
)
from components.core.classification.datasets import LabelledDataset
from components.core.classification.metrics import (
    BINS,
    ClassificationMetrics,
    classification_metrics,
    held_out_probabilities,
    may_be_most_accurate,
)
from components.core.classification.mlp import MlpSettings
from components.core.numerics.bootstrap import Interval
from components.core.numerics.similarity import normalise_rows
from tests.support.synthetic_dataset import synthetic_dataset

_LINEAR = (ClassifierMethod.LOGISTIC, ClassifierMethod.STATIC, ClassifierMethod.TF_IDF, ClassifierMethod.BAYES)
_BRIEF = MlpSettings(hidden=6, epochs=15)

Labelled = tuple[LabelledDataset, ClassifierInputs]


@pytest.fixture(scope="module", params=[[50, 40], [40, 30, 21]], ids=["two classes", "three classes"])
def crossed(request: pytest.FixtureRequest) -> Labelled:
    """A set that is cross-validated."""
    made = synthetic_dataset(request.param)
    assert made[0].is_cross_validated
    return made


@pytest.fixture(scope="module")
def fixed() -> Labelled:
    """A set with a fixed split."""
    made = synthetic_dataset([170, 140])
    assert not made[0].is_cross_validated
    return made


def _by_scikit_learn(method: ClassifierMethod, inputs: ClassifierInputs) -> tuple[Any, Any]:
    """A classifier of the same kind, and what it reads."""
    logistic = LogisticRegression(C=INVERSE_REGULARISATION, max_iter=1_000)
    found: dict[ClassifierMethod, tuple[Any, Any]] = {
        ClassifierMethod.LOGISTIC: (logistic, inputs.vectors),
        ClassifierMethod.STATIC: (logistic, inputs.static),
        ClassifierMethod.TF_IDF: (make_pipeline(TfidfVectorizer(), logistic), inputs.texts),
        ClassifierMethod.BAYES: (make_pipeline(CountVectorizer(), MultinomialNB()), inputs.texts),
    }
    return found[method]


# Probabilities of what was not learned from


@pytest.mark.parametrize("method", _LINEAR)
def test_a_cross_validation_is_that_of_scikit_learn(crossed: Labelled, method: ClassifierMethod) -> None:
    labelled, inputs = crossed
    folds = [(split.train, split.test) for split in labelled.splits]
    estimator, read = _by_scikit_learn(method, inputs)
    expected = cross_val_predict(estimator, read, labelled.targets, cv=folds, method="predict_proba")
    np.testing.assert_allclose(held_out_probabilities(labelled, inputs, method), expected, atol=1e-6)


@pytest.mark.parametrize("method", _LINEAR)
def test_with_a_fixed_split_only_its_test_texts_are_scored_in_their_order(
    fixed: Labelled, method: ClassifierMethod
) -> None:
    labelled, inputs = fixed
    [split] = labelled.splits
    estimator, _ = _by_scikit_learn(method, inputs)
    (_, learned), (_, asked) = (_by_scikit_learn(method, inputs.take(each)) for each in (split.train, split.test))
    fitted = estimator.fit(learned, labelled.targets[split.train])
    found = held_out_probabilities(labelled, inputs, method)
    assert len(found) == len(labelled.test_indices) == 104
    np.testing.assert_allclose(found, fitted.predict_proba(asked), atol=1e-6)


def test_each_text_is_scored_by_the_network_of_the_other_folds(crossed: Labelled) -> None:
    labelled, inputs = crossed
    found = held_out_probabilities(labelled, inputs, ClassifierMethod.NETWORK, _BRIEF)
    for split in labelled.splits:
        learned, targets = inputs.take(split.train), labelled.targets[split.train]
        network = fit_classifier(ClassifierMethod.NETWORK, learned, targets, labelled.classes, _BRIEF)
        np.testing.assert_array_equal(found[split.test], network.probabilities(inputs.take(split.test)))
    # The settings are those given, and not those that the page opens with.
    assert (
        np.abs(
            found - held_out_probabilities(labelled, inputs, ClassifierMethod.NETWORK, replace(_BRIEF, epochs=16))
        ).max()
        > 1e-4
    )


@pytest.mark.parametrize("method", ClassifierMethod)
def test_a_texts_own_label_has_no_part_in_its_probabilities(crossed: Labelled, method: ClassifierMethod) -> None:
    labelled, inputs = crossed
    found = held_out_probabilities(labelled, inputs, method, _BRIEF)
    text = 17
    others = labelled.targets.copy()
    others[text] = (others[text] + 1) % len(labelled.classes)
    changed = held_out_probabilities(replace(labelled, targets=others), inputs, method, _BRIEF)
    np.testing.assert_array_equal(changed[text], found[text])
    assert np.abs(changed - found).max() > 1e-6


@pytest.mark.parametrize("method", ClassifierMethod)
def test_texts_read_in_another_way_are_asked_of_what_was_learned_from_the_usual_one(
    fixed: Labelled, method: ClassifierMethod
) -> None:
    labelled, inputs = fixed
    other = ClassifierInputs(
        tuple(" ".join(reversed(text.split()[1:])) for text in inputs.texts),
        normalise_rows(inputs.vectors[:, ::-1]),
        normalise_rows(inputs.static + 0.3),
    )
    [split] = labelled.splits
    classifier = fit_classifier(
        method, inputs.take(split.train), labelled.targets[split.train], labelled.classes, _BRIEF
    )
    found = held_out_probabilities(labelled, inputs, method, _BRIEF, answers=other)
    np.testing.assert_array_equal(found, classifier.probabilities(other.take(split.test)))
    usual = held_out_probabilities(labelled, inputs, method, _BRIEF)
    np.testing.assert_array_equal(held_out_probabilities(labelled, inputs, method, _BRIEF, answers=inputs), usual)
    assert np.abs(found - usual).max() > 1e-3


# What they are worth


def _random_answers(count: int, classes: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Return targets and probabilities, which are right more often than not."""
    random = np.random.default_rng(seed)
    probabilities = random.dirichlet(np.ones(classes), count)
    drawn = (probabilities.cumsum(axis=1) < random.random((count, 1))).sum(axis=1)
    return drawn.clip(0, classes - 1), probabilities


@pytest.mark.parametrize("classes", [2, 3, 10])
def test_scores_are_those_of_scikit_learn(classes: int) -> None:
    targets, probabilities = _random_answers(150, classes)
    found, predicted = classification_metrics(targets, probabilities), probabilities.argmax(axis=1)
    np.testing.assert_array_equal(found.predicted, predicted)
    np.testing.assert_array_equal(found.confusion, confusion_matrix(targets, predicted, labels=range(classes)))
    assert found.accuracy.value == pytest.approx(accuracy_score(targets, predicted))
    assert found.f1.value == pytest.approx(f1_score(targets, predicted, average="macro"))
    assert found.log_loss == pytest.approx(log_loss(targets, probabilities, labels=range(classes)))


def test_a_class_that_does_not_occur_is_left_out_of_f1_and_one_never_predicted_is_not() -> None:
    # Four classes: no text is of the last or taken for it; the third is taken for others.
    targets = np.array([0, 0, 0, 1, 1, 2])
    predicted = np.array([0, 0, 1, 1, 1, 0])
    found = classification_metrics(targets, np.eye(4)[predicted])
    assert found.f1.value == pytest.approx((4 / 6 + 4 / 5 + 0) / 3)
    assert found.f1.value == pytest.approx(f1_score(targets, predicted, average="macro"))
    assert found.confusion.tolist() == [[2, 1, 0, 0], [0, 2, 0, 0], [1, 0, 0, 0], [0, 0, 0, 0]]


def test_the_log_loss_of_what_was_held_impossible_is_that_of_scikit_learn_and_finite() -> None:
    targets, probabilities = np.array([0, 1, 1]), np.array([[1.0, 0.0], [1.0, 0.0], [0.5, 0.5]])
    found = classification_metrics(targets, probabilities).log_loss
    assert found == pytest.approx(log_loss(targets, probabilities))
    assert found == pytest.approx((36.0437 + 0.6931) / 3, abs=1e-3)


def _plain_f1(targets: np.ndarray, predicted: np.ndarray) -> float:
    """Macro F1 by counting."""
    found = []
    for each in set(targets.tolist()) | set(predicted.tolist()):
        right = np.sum((targets == each) & (predicted == each))
        found.append(2 * right / (np.sum(targets == each) + np.sum(predicted == each)))
    return float(np.mean(found))


@pytest.mark.parametrize(("count", "classes"), [(60, 2), (80, 3)])
def test_intervals_are_those_of_a_plain_bootstrap_over_texts(count: int, classes: int) -> None:
    targets, probabilities = _random_answers(count, classes)
    found, random = classification_metrics(targets, probabilities), np.random.default_rng(5)
    assert _plain_f1(targets, found.predicted) == pytest.approx(found.f1.value)
    samples = []
    for _ in range(4_000):
        drawn = random.integers(count, size=count)
        mine, theirs = targets[drawn], found.predicted[drawn]
        samples.append((np.mean(mine == theirs), _plain_f1(mine, theirs)))
    low, high = np.percentile(samples, [2.5, 97.5], axis=0)
    # Standard errors of the measures are about 0.06, and each end is known to a twentieth of them.
    assert (found.accuracy.low, found.f1.low) == pytest.approx(tuple(low), abs=0.02)
    assert (found.accuracy.high, found.f1.high) == pytest.approx(tuple(high), abs=0.02)


def test_who_is_always_right_has_nothing_to_vary() -> None:
    # The third class has but one text, so that a third of the samples lack it.
    targets = np.array([0] * 5 + [1] * 5 + [2])
    found = classification_metrics(targets, np.eye(3)[targets])
    assert found.accuracy == found.f1 == Interval(1.0, 1.0, 1.0)
    assert (found.log_loss, found.calibration.error) == (0.0, 0.0)


def test_who_is_always_wrong_scores_nothing() -> None:
    targets = np.array([0, 1, 1, 0])
    found = classification_metrics(targets, np.eye(2)[1 - targets])
    assert found.accuracy == found.f1 == Interval(0.0, 0.0, 0.0)
    assert found.calibration.error == 1.0


def test_the_seed_decides_the_intervals_and_more_texts_narrow_them() -> None:
    few, many = _random_answers(50, 2), _random_answers(5_000, 2)
    first, again, other = (classification_metrics(*few, seed) for seed in (1, 1, 2))
    assert (first.accuracy, first.f1) == (again.accuracy, again.f1) != (other.accuracy, other.f1)
    widths = [each.f1.high - each.f1.low for each in (classification_metrics(*few), classification_metrics(*many))]
    assert widths[1] < 0.03 < 0.2 < widths[0]


# Which is best


def test_of_classifiers_of_the_same_texts_those_may_be_best_whose_paired_difference_may_be_chance() -> None:
    targets, probabilities = _random_answers(120, 3)
    mixed = 0.6 * probabilities + 0.4 * np.random.default_rng(3).dirichlet(np.ones(3), 120)
    first, second = classification_metrics(targets, probabilities), classification_metrics(targets, mixed)
    right = [(each.predicted == targets).astype(float) for each in (first, second)]
    assert right[0].mean() != right[1].mean()
    expected = bootstrap(
        (right[0] - right[1],), np.mean, n_resamples=20_000, method="percentile", rng=1
    ).confidence_interval
    both = bool(expected.low <= 0 <= expected.high)
    level = may_be_most_accurate([first, second])
    assert level[np.argmax([each.mean() for each in right])]
    assert level.all() == both


def test_a_classifier_is_as_good_as_itself_and_not_as_one_that_is_always_right() -> None:
    targets = np.array([0, 1, 1, 0, 1])
    right, wrong = (classification_metrics(targets, np.eye(2)[each]) for each in (targets, 1 - targets))
    assert may_be_most_accurate([right, right]).tolist() == [True, True]
    assert may_be_most_accurate([wrong, right]).tolist() == [False, True]


# Calibration


@pytest.mark.parametrize("classes", [2, 3, 10])
def test_calibration_is_that_of_scikit_learn_for_the_predicted_class(classes: int) -> None:
    targets, probabilities = _random_answers(400, classes)
    found = classification_metrics(targets, probabilities).calibration
    is_right, highest = probabilities.argmax(axis=1) == targets, probabilities.max(axis=1)
    # scikit-learn's bins begin at 0, so the probabilities are stretched to there.
    stretched = (highest - 1 / classes) / (1 - 1 / classes)
    share, mean = calibration_curve(is_right, stretched, n_bins=BINS)
    np.testing.assert_allclose(found.share_right, share)
    np.testing.assert_allclose(found.probability, 1 / classes + mean * (1 - 1 / classes))
    assert found.counts.sum() == 400
    assert found.error == pytest.approx(np.average(np.abs(found.share_right - found.probability), weights=found.counts))


def _sure(probabilities: Sequence[float], right: Sequence[bool]) -> ClassificationMetrics:
    """Of two classes the first is always predicted, with these probabilities."""
    first = np.array(probabilities)
    return classification_metrics(np.where(right, 0, 1), np.column_stack([first, 1 - first]))


def test_calibration_of_a_case_by_hand() -> None:
    # Ten texts at 0.9, which belongs to the bin from 0.8, and four at 0.6, which belongs to that from 0.5.
    found = _sure([0.9] * 10 + [0.6] * 4, [True] * 8 + [False] * 2 + [True] * 3 + [False]).calibration
    assert found.counts.tolist() == [4, 10]
    np.testing.assert_allclose(found.probability, [0.6, 0.9])
    np.testing.assert_allclose(found.share_right, [0.75, 0.8])
    assert found.error == pytest.approx((4 * 0.15 + 10 * 0.1) / 14)
    # Wilson's interval: (p + z² / 2n ± z √(p (1 − p) / n + z² / 4n²)) / (1 + z² / n), with z = 1.96.
    np.testing.assert_allclose(found.low, [0.3006, 0.4902], atol=1e-4)
    np.testing.assert_allclose(found.high, [0.9544, 0.9433], atol=1e-4)


def test_who_is_right_as_often_as_it_says_has_no_calibration_error() -> None:
    found = _sure([0.75] * 8 + [1.0] * 3, [True] * 6 + [False] * 2 + [True] * 3).calibration
    assert found.error == pytest.approx(0)
    assert found.counts.tolist() == [8, 3]
    assert found.high[1] == 1
    assert found.low[1] == pytest.approx(3 / (3 + 1.96**2), abs=1e-4)


def test_overconfidence_is_the_mean_probability_minus_the_share_right_with_scipys_interval() -> None:
    targets, probabilities = _random_answers(300, 3)
    surer = probabilities**2 / (probabilities**2).sum(axis=1, keepdims=True)
    found = classification_metrics(targets, surer)
    apart = surer.max(axis=1) - (surer.argmax(axis=1) == targets)
    expected = bootstrap((apart,), np.mean, n_resamples=20_000, method="percentile", rng=1).confidence_interval
    assert found.overconfidence.value == pytest.approx(surer.max(axis=1).mean() - found.accuracy.value)
    assert (found.overconfidence.low, found.overconfidence.high) == pytest.approx(tuple(expected), abs=0.006)
    assert found.overconfidence.low > 0


def test_who_is_as_sure_as_right_is_overconfident_within_chance_only() -> None:
    spread = _sure([0.75] * 8, [True] * 6 + [False] * 2).overconfidence
    assert spread.value == pytest.approx(0)
    assert spread.low < 0 < spread.high


def test_a_value_between_two_bins_belongs_to_the_lower_and_pure_chance_to_the_first() -> None:
    found = _sure([0.5, 0.5, 0.6, 0.61, 1.0], [True] * 5).calibration
    assert found.counts.tolist() == [3, 1, 1]

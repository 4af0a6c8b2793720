"""Learning curves: each point is that of plain fits to the same texts, which are drawn as they should be."""

from collections import Counter
from collections.abc import Callable
from itertools import pairwise, product
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.core.classification import learning_curve as module
from components.core.classification.classifiers import ClassifierInputs, ClassifierMethod, fit_classifier
from components.core.classification.datasets import LabelledDataset, Split
from components.core.classification.learning_curve import CurvePoint, learning_curve, training_sizes
from components.core.classification.metrics import classification_metrics, held_out_probabilities
from components.core.classification.mlp import MlpSettings
from components.core.text.sentence_set import SentenceSet
from tests.support.synthetic_dataset import synthetic_dataset

_BRIEF = MlpSettings(hidden=6, epochs=15, seed=3)
_DRAWS = 2

Labelled = tuple[LabelledDataset, ClassifierInputs]


@pytest.fixture(scope="module")
def fixed() -> Labelled:
    """A set with a fixed split: 40 of 58 texts, of three classes, are learned from."""
    made, inputs = synthetic_dataset([30, 20, 8], noise=2)
    places = np.random.default_rng(0).permutation(58)
    split = Split(np.sort(places[:40]), np.sort(places[40:]))
    return LabelledDataset(made.texts, made.classes, made.targets, (split,)), inputs


@pytest.fixture(scope="module")
def crossed() -> Labelled:
    """A set of 61 texts that is cross-validated."""
    made = synthetic_dataset([36, 25], noise=2)
    assert made[0].is_cross_validated
    return made


@pytest.fixture(scope="module", params=["fixed", "crossed"])
def either(request: pytest.FixtureRequest) -> Labelled:
    found: Labelled = request.getfixturevalue(request.param)
    return found


def _curve(made: Labelled, **options: Any) -> list[CurvePoint]:
    return list(learning_curve(*made, **{"settings": _BRIEF, "draws": _DRAWS, **options}))


def _draw_splits(labelled: LabelledDataset, size: int, draws: int = _DRAWS, seed: int = 0) -> list[Split]:
    return module._draw_splits(labelled, size, draws, seed)


# Sizes


def _of_size(train: int, test: int, classes: int = 2) -> LabelledDataset:
    targets = np.arange(train + test) % classes
    texts = SentenceSet((), None, (), ())
    places = np.arange(train + test)
    return LabelledDataset(texts, tuple(map(str, range(classes))), targets, (Split(places[:train], places[train:]),))


@pytest.mark.parametrize(
    ("train", "classes", "expected"),
    [
        (360, 2, (8, 16, 32, 64, 128, 256, 360)),
        (256, 2, (8, 16, 32, 64, 128, 256)),
        (257, 8, (8, 16, 32, 64, 128, 256, 257)),
        (200, 9, (16, 32, 64, 128, 200)),
        (8, 2, (8,)),
        (6, 2, (6,)),
        (2_048, 2, (8, 16, 32, 64, 128, 256, 512, 1_024, 2_048)),
        (13_333, 10, (16, 32, 64, 128, 256, 512, 1_024, 2_048, 13_333)),
    ],
)
def test_sizes_double_up_to_all_and_are_no_fewer_than_the_classes(
    train: int, classes: int, expected: tuple[int, ...]
) -> None:
    assert training_sizes(_of_size(train, 100, classes)) == expected


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ([5, 5], (6,)),
        ([36, 25], (8, 16, 32, 40)),
        ([150, 149], (8, 16, 32, 64, 128, 199)),
        ([5] * 10, (16, 32, 33)),
    ],
)
def test_of_a_cross_validated_set_all_is_what_a_third_leaves(counts: list[int], expected: tuple[int, ...]) -> None:
    labelled, _ = synthetic_dataset(counts)
    assert training_sizes(labelled) == expected
    for split in _draw_splits(labelled, expected[-1]):
        assert len(split.train) + len(split.test) == sum(counts)


# Draws


def _counts(labelled: LabelledDataset, places: np.ndarray) -> np.ndarray:
    return np.bincount(labelled.targets[places], minlength=len(labelled.classes))


def test_nobody_is_scored_on_a_text_that_was_learned_from(either: Labelled) -> None:
    labelled, _ = either
    for size in training_sizes(labelled):
        for split in _draw_splits(labelled, size):
            assert not set(split.train) & set(split.test)
            assert len(set(split.train)) == len(split.train) == size
            assert len(set(split.test)) == len(split.test)
            assert set(split.train) <= set(labelled.train_indices)
            assert set(split.test) <= set(labelled.test_indices)


def test_with_a_fixed_split_its_test_texts_are_scored_and_all_training_texts_are_one_draw(fixed: Labelled) -> None:
    labelled, _ = fixed
    assert [len(_draw_splits(labelled, size)) for size in training_sizes(labelled)] == [_DRAWS, _DRAWS, _DRAWS, 1]
    for size in training_sizes(labelled):
        for split in _draw_splits(labelled, size):
            np.testing.assert_array_equal(split.test, labelled.splits[0].test)
    np.testing.assert_array_equal(_draw_splits(labelled, 40)[0].train, labelled.splits[0].train)


def test_a_draw_has_the_shares_of_all_texts_and_one_text_of_each_class_at_least(either: Labelled) -> None:
    labelled, _ = either
    for size in training_sizes(labelled):
        for split in _draw_splits(labelled, size):
            pool = np.concatenate([split.train, split.test]) if labelled.is_cross_validated else labelled.train_indices
            quotas = size * _counts(labelled, pool) / len(pool)
            counts = _counts(labelled, split.train)
            assert counts.min() >= 1
            # Of a set that is cross-validated, shares are rounded twice.
            assert np.abs(counts - quotas).max() < (1.5 if labelled.is_cross_validated else 1)


def test_of_a_cross_validated_set_each_draw_holds_out_another_third_and_each_size_the_same(crossed: Labelled) -> None:
    labelled, _ = crossed
    by_size = [[tuple(split.test) for split in _draw_splits(labelled, size, 5)] for size in training_sizes(labelled)]
    assert all(each == by_size[0] for each in by_size)
    assert len(set(by_size[0])) == 5
    for test in by_size[0]:
        # A third of 36 and of 25, 21 in all.
        assert _counts(labelled, np.array(test)).tolist() == [12, 9]


def test_draws_differ_from_each_other_and_smaller_ones_are_no_part_of_larger_ones(either: Labelled) -> None:
    labelled, _ = either
    smaller, larger = ([set(split.train) for split in _draw_splits(labelled, size, 5)] for size in (8, 16))
    assert len({frozenset(each) for each in smaller}) == 5
    assert not any(few <= many for few, many in zip(smaller, larger, strict=True))


def test_the_seed_decides_the_draws_and_their_number_does_not(either: Labelled) -> None:
    labelled, _ = either

    def places(draws: int, seed: int) -> list[list[int]]:
        return [split.train.tolist() for split in _draw_splits(labelled, 16, draws, seed)]

    assert places(4, 1) == places(4, 1) == places(6, 1)[:4]
    assert places(4, 1) != places(4, 2)


def test_each_text_of_a_class_is_as_likely_to_be_drawn(fixed: Labelled) -> None:
    labelled, _ = fixed
    drawn = Counter(place for split in _draw_splits(labelled, 16, 400) for place in split.train.tolist())
    counts = _counts(labelled, labelled.train_indices)
    taken = _counts(labelled, _draw_splits(labelled, 16, 1)[0].train)
    for place in labelled.train_indices.tolist():
        target = labelled.targets[place]
        # 400 draws have a standard error of at most 10.
        assert drawn[place] == pytest.approx(400 * taken[target] / counts[target], abs=45)


@given(st.lists(st.integers(2, 12), min_size=2, max_size=3), st.integers(0, 4), st.data())
def test_what_is_allocated_is_as_near_to_the_shares_as_whole_numbers_can_be(
    larger: list[int], smallest: int, data: Any
) -> None:
    counts = [*larger, *[1] * smallest]
    size = data.draw(st.integers(len(counts), sum(counts)))
    found = module._allocate(np.array(counts), size)
    quotas = size * np.array(counts) / sum(counts)
    possible = [each for each in product(*(range(1, count + 1) for count in counts)) if sum(each) == size]
    assert tuple(found.tolist()) in possible
    nearest = min(np.square(np.array(each) - quotas).sum() for each in possible)
    assert np.square(found - quotas).sum() == pytest.approx(nearest)


# Points


def _by_single_fits(made: Labelled, method: ClassifierMethod, size: int, seed: int = 0) -> list[float]:
    labelled, inputs = made
    found = []
    for split in _draw_splits(labelled, size, seed=seed):
        learned, targets = inputs.take(split.train), labelled.targets[split.train]
        probabilities = fit_classifier(method, learned, targets, labelled.classes, _BRIEF).probabilities(
            inputs.take(split.test)
        )
        found.append(float(np.mean(probabilities.argmax(axis=1) == labelled.targets[split.test])))
    return found


def test_each_point_is_that_of_single_fits_to_the_same_texts(either: Labelled) -> None:
    labelled, _ = either
    curve = _curve(either, seed=4)
    assert [point.size for point in curve] == list(training_sizes(labelled))
    for point in curve:
        assert tuple(point.accuracies) == tuple(ClassifierMethod)
        for method, accuracies in point.accuracies.items():
            assert accuracies.tolist() == pytest.approx(_by_single_fits(either, method, point.size, 4))
    # There was something to tell: neither all right nor all alike.
    spread = np.concatenate([each for point in curve for each in point.accuracies.values()])
    assert len(set(spread.tolist())) > 6
    assert spread.min() < 0.6 < 0.7 < spread.max()


def test_the_last_point_of_a_fixed_split_is_the_accuracy_that_the_scores_say(fixed: Labelled) -> None:
    labelled, inputs = fixed
    *_, last = _curve(fixed)
    for method, accuracies in last.accuracies.items():
        probabilities = held_out_probabilities(labelled, inputs, method, _BRIEF)
        expected = classification_metrics(labelled.targets[labelled.test_indices], probabilities).accuracy.value
        assert accuracies.tolist() == [pytest.approx(expected)]


def test_a_second_run_and_one_of_fewer_methods_give_the_same_points(crossed: Labelled) -> None:
    first, again = _curve(crossed), _curve(crossed)
    few = _curve(crossed, methods=(ClassifierMethod.BAYES, ClassifierMethod.NETWORK))
    for one, two, other in zip(first, again, few, strict=True):
        assert tuple(other.accuracies) == (ClassifierMethod.BAYES, ClassifierMethod.NETWORK)
        for method, accuracies in one.accuracies.items():
            np.testing.assert_array_equal(accuracies, two.accuracies[method])
        for method, accuracies in other.accuracies.items():
            np.testing.assert_array_equal(accuracies, one.accuracies[method])


def test_what_was_learned_from_more_texts_tells_better(crossed: Labelled) -> None:
    means = [
        point.accuracies[ClassifierMethod.LOGISTIC].mean()
        for point in _curve(crossed, methods=(ClassifierMethod.LOGISTIC,), draws=20)
    ]
    assert all(more > less - 0.02 for less, more in pairwise(means))
    assert means[-1] > means[0] + 0.05


def test_a_point_is_given_before_the_next_is_learned(crossed: Labelled, monkeypatch: pytest.MonkeyPatch) -> None:
    fits: list[int] = []
    fit_linear: Callable[..., Any] = module.fit_linear

    def counted(method: ClassifierMethod, features: np.ndarray, targets: np.ndarray) -> Any:
        fits.append(len(targets))
        return fit_linear(method, features, targets)

    monkeypatch.setattr(module, "fit_linear", counted)
    points = learning_curve(*crossed, draws=2, methods=(ClassifierMethod.STATIC, ClassifierMethod.BAYES))
    assert next(points).size == 8
    assert fits == [8] * 4
    assert next(points).size == 16
    assert fits == [8] * 4 + [16] * 4


# Bags of words


def test_texts_of_emoji_teach_bags_of_words_what_single_fits_do(crossed: Labelled) -> None:
    labelled, inputs = crossed
    # Most draws of eight hold no text with a word, and what is asked about may hold one.
    worded = {place: text for place, text in enumerate(inputs.texts) if place % 15 == 0}
    for texts in ([worded.get(place, "🍕" * (place + 1)) for place in range(61)], ["🍕" * (n + 1) for n in range(61)]):
        emoji = ClassifierInputs(tuple(texts), inputs.vectors, inputs.static)
        bags = (ClassifierMethod.TF_IDF, ClassifierMethod.BAYES)
        for point in _curve((labelled, emoji), methods=bags):
            for method in bags:
                expected = _by_single_fits((labelled, emoji), method, point.size)
                assert point.accuracies[method].tolist() == pytest.approx(expected)


@pytest.mark.parametrize("method", [ClassifierMethod.TF_IDF, ClassifierMethod.BAYES])
def test_words_counted_once_for_all_draws_are_those_that_each_draw_would_count(
    either: Labelled, method: ClassifierMethod
) -> None:
    labelled, inputs = either
    words = module._WordCounts(inputs.texts)
    for split in _draw_splits(labelled, 16):
        learned = inputs.take(split.train)
        bag = fit_classifier(method, learned, labelled.targets[split.train], labelled.classes).bag
        assert bag is not None
        for found, places in zip(words.features(method, split), (split.train, split.test), strict=True):
            expected: Any = bag.features(inputs.take(places).texts)
            assert found.shape == expected.shape
            assert abs(found - expected).max() < 1e-12


# Wrong labels


@given(
    st.lists(st.integers(0, 3), min_size=2, max_size=40).filter(lambda drawn: len(set(drawn)) > 1),
    st.sampled_from([0.0, 0.1, 0.4, 1.0]),
    st.integers(0, 99),
)
def test_that_share_of_labels_is_wrong_and_each_class_keeps_a_text(drawn: list[int], share: float, seed: int) -> None:
    targets = np.array(drawn)
    learned = module.mislabelled(targets, 4, share, np.random.default_rng(seed))
    found = np.unique(targets)
    assert (learned != targets).sum() == min(round(share * len(targets)), len(targets) - len(found))
    assert ((learned >= 0) & (learned < 4)).all()
    assert {each for each in found if ((learned == each) & (targets == each)).any()} == set(found)


def test_a_point_with_wrong_labels_is_that_of_plain_fits_to_them(either: Labelled) -> None:
    labelled, inputs = either
    size = training_sizes(labelled)[-1]
    found = module.learning_point(labelled, inputs, size, _BRIEF, _DRAWS, wrong=0.3)
    splits = (_draw_splits(labelled, size) * _DRAWS)[:_DRAWS]
    for method in ClassifierMethod:
        for draw, split in enumerate(splits):
            learned = module.mislabelled(
                labelled.targets[split.train], len(labelled.classes), 0.3, np.random.default_rng([0, draw, 1])
            )
            classifier = fit_classifier(method, inputs.take(split.train), learned, labelled.classes, _BRIEF)
            right = classifier.probabilities(inputs.take(split.test)).argmax(axis=1) == labelled.targets[split.test]
            assert found.accuracies[method][draw] == pytest.approx(right.mean(), abs=0.06), method


def test_no_wrong_label_is_the_curve_as_it_was(fixed: Labelled) -> None:
    size = training_sizes(fixed[0])[0]
    plain = module.learning_point(*fixed, size, _BRIEF, _DRAWS)
    none = module.learning_point(*fixed, size, _BRIEF, _DRAWS, wrong=0.0)
    assert all(plain.accuracies[method].tolist() == none.accuracies[method].tolist() for method in ClassifierMethod)

"""The decision as coordinates: against scikit-learn's decision function and PCA, and by hand."""

import numpy as np
import pytest
from sklearn.decomposition import PCA
from sklearn.linear_model import LogisticRegression

from components.core.classification.classifiers import (
    INVERSE_REGULARISATION,
    Classifier,
    ClassifierInputs,
    ClassifierMethod,
    LinearClassifier,
    fit_classifier,
)
from components.core.classification.decision_map import DecisionMap, decision_map
from components.core.numerics.similarity import normalise_rows
from tests.support.reference import assert_close

_COUNT, _WIDTH = 60, 24


def _vectors(count: int = _COUNT, seed: int = 0, width: int = _WIDTH) -> np.ndarray:
    """Unit rows, of which every second one leans to one side, and all to another."""
    random = np.random.default_rng(seed)
    sides = np.eye(width)[0] * (2 * (np.arange(count) % 2) - 1)[:, None] + np.eye(width)[1]
    spread = np.linspace(1.5, 0.2, width)
    return normalise_rows(sides + spread * random.normal(size=(count, width))).astype(np.float32)


def _targets(classes: int, count: int = _COUNT) -> np.ndarray:
    return np.arange(count) % classes


def _fit(method: ClassifierMethod, classes: int = 2) -> tuple[Classifier, np.ndarray]:
    vectors, elsewhere = _vectors(), _vectors(seed=9)
    read = (vectors, elsewhere) if method is not ClassifierMethod.STATIC else (elsewhere, vectors)
    inputs = ClassifierInputs(tuple("ab c" for _ in vectors), *read)
    return fit_classifier(method, inputs, _targets(classes), tuple("pqr"[:classes])), vectors


def _linear(weights: list[list[float]], bias: list[float]) -> Classifier:
    return Classifier(ClassifierMethod.LOGISTIC, ("no", "yes"), LinearClassifier(np.array(weights), np.array(bias)))


def _distances(points: np.ndarray) -> np.ndarray:
    return np.asarray(np.linalg.norm(points[:, None].astype(np.float64) - points[None], axis=-1))


@pytest.fixture(scope="module")
def drawn() -> tuple[DecisionMap, np.ndarray]:
    """A map of two classes, and the vectors that it is of."""
    classifier, vectors = _fit(ClassifierMethod.LOGISTIC)
    return decision_map(classifier, 1, 0, vectors), vectors


@pytest.mark.parametrize("method", [ClassifierMethod.LOGISTIC, ClassifierMethod.STATIC])
def test_x_is_scikit_learns_decision_function_by_the_length_of_its_weights(method: ClassifierMethod) -> None:
    classifier, vectors = _fit(method)
    found = decision_map(classifier, 1, 0, vectors)
    plain = LogisticRegression(C=INVERSE_REGULARISATION, max_iter=1000).fit(vectors, _targets(2))
    length = np.linalg.norm(plain.coef_)
    assert found.log_odds_per_unit == pytest.approx(length)
    assert_close(found.points[:, 0], plain.decision_function(vectors) / length)
    assert_close(found.points[:, 0] > 0, plain.predict(vectors) == 1)


def test_x_is_the_distance_from_the_boundary_between_two_of_three_classes() -> None:
    classifier, vectors = _fit(ClassifierMethod.LOGISTIC, 3)
    found = decision_map(classifier, 2, 0, vectors)
    plain = LogisticRegression(C=INVERSE_REGULARISATION, max_iter=1000).fit(vectors, _targets(3))
    logits = plain.decision_function(vectors)
    assert_close(found.points[:, 0], (logits[:, 2] - logits[:, 0]) / np.linalg.norm(plain.coef_[2] - plain.coef_[0]))
    assert_close(found.points[:, 0] * found.log_odds_per_unit, logits[:, 2] - logits[:, 0])


def test_y_is_scikit_learns_first_principal_component_of_what_is_left(
    drawn: tuple[DecisionMap, np.ndarray],
) -> None:
    found, vectors = drawn
    plain = LogisticRegression(C=INVERSE_REGULARISATION, max_iter=1000).fit(vectors, _targets(2))
    across = (plain.coef_[0] / np.linalg.norm(plain.coef_)).astype(np.float64)
    left = vectors - np.outer(vectors @ across, across)
    pca = PCA(1, svd_solver="full").fit(left.astype(np.float64))
    component = pca.components_[0]
    expected = pca.transform(left)[:, 0] * np.sign(component[np.abs(component).argmax()])
    assert np.ptp(expected) > 0.5
    assert_close(found.points[:, 1], expected)


def test_no_two_are_farther_apart_on_the_map_than_they_are(drawn: tuple[DecisionMap, np.ndarray]) -> None:
    found, vectors = drawn
    others = _vectors(seed=4)
    on_map = _distances(np.concatenate([found.points, found.place(others)]))
    in_space = _distances(np.concatenate([vectors, others]))
    assert (on_map <= in_space + 1e-6).all()
    assert (on_map > 0.5 * in_space).any(where=in_space > 0)
    assert_close(found.axes.T @ found.axes, np.eye(2), atol=1e-12)


def test_the_map_places_its_own_vectors_where_they_are_and_new_ones_by_their_distance(
    drawn: tuple[DecisionMap, np.ndarray],
) -> None:
    found, vectors = drawn
    assert found.points.dtype == found.place(vectors).dtype == np.float32
    assert_close(found.place(vectors), found.points, atol=1e-6)
    assert_close(found.place(vectors[7:8]), found.points[7:8], atol=1e-6)
    assert found.place(vectors[:0]).shape == (0, 2)
    # Between two vectors lies the point between their dots.
    assert_close(found.place((vectors[:1] + vectors[1:2]) / 2)[0], found.points[:2].mean(axis=0))


def test_a_map_worked_by_hand() -> None:
    # w = (3, 4, 0) and b = −5: the boundary is 1 from the origin, towards (0.6, 0.8, 0). What is left differs along
    # (0.8, −0.6, 0) by 1, and along the third axis by 6.
    classifier = _linear([[1.0, 0.0, 2.0], [4.0, 4.0, 2.0]], [7.0, 2.0])
    vectors = np.array([[0.6, 0.8, 3.0], [1.2, 1.6, -3.0], [0.8, -0.6, 0.0]])
    found = decision_map(classifier, 1, 0, vectors)
    assert_close(found.points[:, 0], [0, 1, -1])
    assert_close(np.abs(found.axes[2, 1]), 1, atol=0.02)
    assert found.log_odds_per_unit == 5
    assert_close(decision_map(classifier, 0, 1, vectors).points[:, 0], [0, -1, 1])


def test_y_is_centred_and_has_the_sign_that_makes_its_largest_number_positive() -> None:
    classifier, vectors = _fit(ClassifierMethod.LOGISTIC)
    for seed in range(5):
        chosen = vectors[np.random.default_rng(seed).permutation(len(vectors))[:20]]
        for given in (chosen, chosen[::-1], -chosen):
            found = decision_map(classifier, 1, 0, given)
            axis = found.axes[:, 1]
            assert axis[np.abs(axis).argmax()] > 0
            assert found.points[:, 1].mean() == pytest.approx(0, abs=1e-6)
        # The other way round the boundary is the same, and so is what lies along it.
        turned = decision_map(classifier, 0, 1, chosen)
        assert_close(turned.points, decision_map(classifier, 1, 0, chosen).points * [-1, 1], atol=1e-6)


def test_of_two_equally_large_numbers_the_first_is_positive_whatever_is_rounded() -> None:
    classifier = _linear([[0.0, 0.0, 0.0], [1.0, 0.0, 0.0]], [0.0, 0.0])
    for seed in range(20):
        random = np.random.default_rng(seed)
        along = random.normal(size=9)
        noise = 1e-9 * random.normal(size=(9, 3))
        found = decision_map(classifier, 1, 0, np.outer(along, [0, 1, -1]) + noise)
        assert_close(found.axes[:, 1], np.array([0, 1, -1]) / 2**0.5)


def test_without_weights_there_is_no_boundary_and_y_is_the_vectors_own_first_component() -> None:
    vectors = _vectors()
    found = decision_map(_linear([[1.0] * _WIDTH] * 2, [0.25, 0.75]), 1, 0, vectors)
    assert found.log_odds_per_unit == 0
    assert not found.points[:, 0].any()
    assert_close(np.abs(found.points[:, 1]), np.abs(PCA(1).fit_transform(vectors.astype(np.float64))[:, 0]))
    assert_close(found.place(vectors), found.points, atol=1e-6)


def test_vectors_that_differ_in_nothing_but_the_decision_lie_on_one_line() -> None:
    classifier = _linear([[0.0, 0.0], [0.0, 2.0]], [0.0, -1.0])
    for vectors in (np.array([[0.5, 0.0], [0.5, 1.0], [0.5, 2.0]]), np.array([[0.5, 2.0]])):
        found = decision_map(classifier, 1, 0, vectors)
        assert_close(found.points, np.stack([vectors[:, 1] - 0.5, np.zeros(len(vectors))], axis=1))


def test_small_differences_far_from_the_origin_are_not_lost() -> None:
    random = np.random.default_rng(0)
    spread = 1e-4 * random.normal(size=(30, 1)) * np.array([0.0, 1.0, 0.0]) + 1e-5 * random.normal(size=(30, 3))
    classifier = _linear([[0.0, 0.0, 0.0], [1.0, 0.0, 0.0]], [0.0, 0.0])
    found = decision_map(classifier, 1, 0, np.array([0.1, 0.7, 0.7]) + spread)
    assert found.axes[1, 1] > 0.95


@pytest.mark.parametrize("method", [ClassifierMethod.NETWORK, ClassifierMethod.TF_IDF, ClassifierMethod.BAYES])
def test_a_classifier_without_a_flat_boundary_among_dense_vectors_has_no_map(method: ClassifierMethod) -> None:
    classifier, vectors = _fit(method)
    with pytest.raises(ValueError, match=f"{method} has no boundary"):
        decision_map(classifier, 1, 0, vectors)

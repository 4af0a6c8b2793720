"""Classifiers that keep nothing but arrays, against scikit-learn's and torch's own answers."""

import csv
from collections.abc import Callable

import numpy as np
import pytest
import torch
from scipy.sparse import csr_array
from scipy.special import softmax
from sklearn.base import BaseEstimator
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import MultinomialNB
from sklearn.pipeline import make_pipeline

from components.core.classification.classifiers import (
    CONTEXTUAL,
    INVERSE_REGULARISATION,
    NON_CONTEXTUAL,
    Classifier,
    ClassifierInputs,
    ClassifierMethod,
    LinearClassifier,
    fit_classifier,
    fit_networks,
)
from components.core.classification.mlp import Mlp, MlpSettings
from components.core.numerics.similarity import normalise_rows
from tests.support.paths import ROOT
from tests.support.reference import assert_close

# Nothing that scikit-learn warns of may reach a reader's terminal.
pytestmark = pytest.mark.filterwarnings("error")

_TOPICS = ("Cooking", "Sports", "Animals")
_LINEAR = (ClassifierMethod.LOGISTIC, ClassifierMethod.STATIC, ClassifierMethod.TF_IDF, ClassifierMethod.BAYES)
#: The words of none of the sentences, a sentence's in capitals and twice, and texts without a word.
_UNHEARD_OF = ("Zygomorphic quokkas", "THIS SOUP NEEDS MORE SALT. This soup!", "🍕", "a I ?", "")


def _inputs(texts: tuple[str, ...], targets: np.ndarray, seed: int = 0) -> ClassifierInputs:
    """Texts with vectors of two kinds that tell their classes apart, though not all of them."""
    random = np.random.default_rng(seed)
    centres = np.random.default_rng(99).normal(size=(2, 3, 24))
    vectors, static = (normalise_rows(centres[kind][targets] + random.normal(size=(len(texts), 24))) for kind in (0, 1))
    return ClassifierInputs(texts, vectors.astype(np.float32), static.astype(np.float32))


@pytest.fixture(scope="module")
def sentences() -> tuple[ClassifierInputs, np.ndarray]:
    """Sentences of three topics and their topics' places."""
    with (ROOT / "assets" / "sentences.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["topic"] in _TOPICS]
    targets = np.array([_TOPICS.index(row["topic"]) for row in rows])
    return _inputs(tuple(row["sentence"] for row in rows), targets), targets


@pytest.fixture(params=[2, 3], ids=["two classes", "three classes"])
def learned_from(
    request: pytest.FixtureRequest, sentences: tuple[ClassifierInputs, np.ndarray]
) -> tuple[ClassifierInputs, np.ndarray]:
    """Those of the first two topics, or all."""
    inputs, targets = sentences
    places = np.flatnonzero(targets < request.param)
    return inputs.take(places), targets[places]


@pytest.fixture
def asked() -> ClassifierInputs:
    return _inputs(_UNHEARD_OF, np.array([0, 1, 0, 1, 0]), seed=1)


def _plain(method: ClassifierMethod) -> BaseEstimator:
    """What the method is in plain scikit-learn."""
    logistic = LogisticRegression(C=INVERSE_REGULARISATION, max_iter=1_000)
    return {
        ClassifierMethod.LOGISTIC: logistic,
        ClassifierMethod.STATIC: logistic,
        ClassifierMethod.TF_IDF: make_pipeline(TfidfVectorizer(), logistic),
        ClassifierMethod.BAYES: make_pipeline(CountVectorizer(), MultinomialNB()),
    }[method]


_READS: dict[ClassifierMethod, Callable[[ClassifierInputs], object]] = {
    ClassifierMethod.LOGISTIC: lambda inputs: inputs.vectors,
    ClassifierMethod.STATIC: lambda inputs: inputs.static,
    ClassifierMethod.TF_IDF: lambda inputs: inputs.texts,
    ClassifierMethod.BAYES: lambda inputs: inputs.texts,
}


def _fit(method: ClassifierMethod, learned_from: tuple[ClassifierInputs, np.ndarray]) -> Classifier:
    inputs, targets = learned_from
    return fit_classifier(method, inputs, targets, _TOPICS[: targets.max() + 1], MlpSettings(epochs=20))


# Against scikit-learn


@pytest.mark.parametrize("method", _LINEAR)
def test_probabilities_are_those_of_scikit_learn(
    method: ClassifierMethod, learned_from: tuple[ClassifierInputs, np.ndarray], asked: ClassifierInputs
) -> None:
    inputs, targets = learned_from
    plain = _plain(method).fit(_READS[method](inputs), targets)
    found = _fit(method, learned_from)
    for each in (inputs, asked):
        assert_close(found.probabilities(each), plain.predict_proba(_READS[method](each)), atol=1e-6)
    # Not because all of them are alike.
    assert np.ptp(found.probabilities(inputs)[:, 0]) > 0.5


@pytest.mark.parametrize("method", _LINEAR)
def test_differences_of_logits_are_log_odds(
    method: ClassifierMethod, learned_from: tuple[ClassifierInputs, np.ndarray], asked: ClassifierInputs
) -> None:
    inputs, targets = learned_from
    logs = _plain(method).fit(_READS[method](inputs), targets).predict_log_proba(_READS[method](asked))
    logits = _fit(method, learned_from).logits(asked)
    assert logits.dtype == np.float64
    assert_close(logits - logits[:, :1], logs - logs[:, :1], atol=1e-5)


@pytest.mark.parametrize("method", [ClassifierMethod.LOGISTIC, ClassifierMethod.STATIC, ClassifierMethod.TF_IDF])
def test_of_two_classes_the_second_logit_is_scikit_learns_decision_function(
    method: ClassifierMethod, sentences: tuple[ClassifierInputs, np.ndarray], asked: ClassifierInputs
) -> None:
    inputs, targets = sentences[0].take(np.flatnonzero(sentences[1] < 2)), sentences[1][sentences[1] < 2]
    decision = _plain(method).fit(_READS[method](inputs), targets).decision_function(_READS[method](asked))
    logits = fit_classifier(method, inputs, targets, ("a", "b")).logits(asked)
    assert_close(logits, np.column_stack([np.zeros(len(asked)), decision]), atol=1e-6)


def test_naive_bayes_by_hand() -> None:
    inputs = ClassifierInputs(("good pizza good soup", "bad soup", "good"), np.zeros((3, 0)), np.zeros((3, 0)))
    found = fit_classifier(ClassifierMethod.BAYES, inputs, np.array([0, 1, 0]), ("glad", "sad"))
    assert found.bag is not None
    assert dict(found.bag.vocabulary) == {"bad": 0, "good": 1, "pizza": 2, "soup": 3}
    assert found.bag.idf is None
    asked = ClassifierInputs(("Good, good soup", "unheard of"), np.zeros((2, 0)), np.zeros((2, 0)))
    # Of the glad texts' 5 words 3 are "good" and 1 is "soup", of the sad ones' 2 none and 1; each of the vocabulary's 4
    # words is counted once more than it occurs (Laplace).
    glad, sad = 2 / 3 * (4 / 9) ** 2 * (2 / 9), 1 / 3 * (1 / 6) ** 2 * (2 / 6)
    expected = [[glad / (glad + sad), sad / (glad + sad)], [2 / 3, 1 / 3]]
    assert_close(found.probabilities(asked), expected, atol=1e-12)


# What each reads


def test_each_method_reads_its_own_kind_of_input_and_no_other(
    sentences: tuple[ClassifierInputs, np.ndarray], asked: ClassifierInputs
) -> None:
    others = _inputs(("soup", "dog", "ball", "goal", "cat"), np.array([2, 2, 1, 0, 1]), seed=2)
    exchanged = {
        "texts": ClassifierInputs(others.texts, asked.vectors, asked.static),
        "vectors": ClassifierInputs(asked.texts, others.vectors, asked.static),
        "static": ClassifierInputs(asked.texts, asked.vectors, others.static),
    }
    reads = {
        ClassifierMethod.LOGISTIC: "vectors",
        ClassifierMethod.NETWORK: "vectors",
        ClassifierMethod.STATIC: "static",
        ClassifierMethod.TF_IDF: "texts",
        ClassifierMethod.BAYES: "texts",
    }
    for method in ClassifierMethod:
        found = _fit(method, sentences)
        for kind, inputs in exchanged.items():
            alike = np.allclose(found.probabilities(inputs), found.probabilities(asked))
            assert alike == (reads[method] != kind), (method, kind)


def test_methods_are_of_today_or_of_before_and_none_is_both() -> None:
    assert sorted([*CONTEXTUAL, *NON_CONTEXTUAL]) == sorted(ClassifierMethod)


@pytest.mark.parametrize("method", ClassifierMethod)
def test_probabilities_are_float64_rows_that_sum_to_1(
    method: ClassifierMethod, learned_from: tuple[ClassifierInputs, np.ndarray], asked: ClassifierInputs
) -> None:
    probabilities = _fit(method, learned_from).probabilities(asked)
    assert probabilities.dtype == np.float64
    assert probabilities.shape == (len(asked), learned_from[1].max() + 1)
    assert_close(probabilities.sum(axis=1), 1, atol=1e-12)


@pytest.mark.parametrize("method", ClassifierMethod)
def test_what_is_learned_is_arrays_of_the_shapes_told(
    method: ClassifierMethod, learned_from: tuple[ClassifierInputs, np.ndarray]
) -> None:
    found = _fit(method, learned_from)
    classes = len(found.classes)
    features = found.features(learned_from[0]).shape[1]
    assert features == (24 if found.bag is None else len(found.bag.vocabulary))
    if isinstance(found.parameters, Mlp):
        assert found.parameters.first.shape == (24, 32)
        assert found.parameters.second.shape == (32, classes)
        assert (found.parameters.first_bias.shape, found.parameters.second_bias.shape) == ((32,), (classes,))
    else:
        assert (found.parameters.weights.shape, found.parameters.bias.shape) == ((classes, features), (classes,))
        assert found.parameters.weights.dtype == found.parameters.bias.dtype == np.float64


def test_the_bag_of_tf_idf_is_scikit_learns(
    sentences: tuple[ClassifierInputs, np.ndarray], asked: ClassifierInputs
) -> None:
    plain = TfidfVectorizer().fit(sentences[0].texts)
    bag = _fit(ClassifierMethod.TF_IDF, sentences).bag
    assert bag is not None
    assert bag.idf is not None
    assert dict(bag.vocabulary) == plain.vocabulary_
    np.testing.assert_array_equal(bag.idf, plain.idf_)
    assert_close(csr_array(bag.features(asked.texts)).toarray(), plain.transform(asked.texts).toarray(), atol=1e-12)


# Without words, without texts


@pytest.mark.parametrize("method", ClassifierMethod)
def test_texts_of_emoji_alone_can_be_learned_from(method: ClassifierMethod, asked: ClassifierInputs) -> None:
    texts = ("🍕", "🎉 🎉", "?", "🍕🍕", "!")
    targets = np.array([0, 1, 1, 1, 1])
    found = fit_classifier(method, ClassifierInputs(texts, np.zeros((5, 24)), np.zeros((5, 24))), targets, ("a", "b"))
    probabilities = found.probabilities(asked)
    assert np.isfinite(probabilities).all()
    assert (found.bag is None) == (method not in (ClassifierMethod.TF_IDF, ClassifierMethod.BAYES))
    if method is not ClassifierMethod.NETWORK:
        # Nothing was seen but how many of each class there are.
        assert_close(probabilities, [[0.2, 0.8]] * len(asked), atol=1e-3)


@pytest.mark.parametrize("method", [ClassifierMethod.TF_IDF, ClassifierMethod.BAYES])
def test_of_a_text_without_known_words_only_the_bias_speaks(
    method: ClassifierMethod, learned_from: tuple[ClassifierInputs, np.ndarray], asked: ClassifierInputs
) -> None:
    found = _fit(method, learned_from)
    assert isinstance(found.parameters, LinearClassifier)
    expected = softmax(found.parameters.bias)
    for place in (0, 2, 3, 4):
        assert_close(found.probabilities(asked)[place], expected, atol=1e-12)
    assert np.abs(found.probabilities(asked)[1] - expected).max() > 0.1
    if method is ClassifierMethod.BAYES:
        assert_close(expected, np.bincount(learned_from[1]) / len(learned_from[1]), atol=1e-12)


@pytest.mark.parametrize("method", ClassifierMethod)
def test_of_no_text_there_are_no_probabilities(
    method: ClassifierMethod, sentences: tuple[ClassifierInputs, np.ndarray]
) -> None:
    assert _fit(method, sentences).probabilities(sentences[0].take([])).shape == (0, 3)


# Some of the texts


@pytest.mark.parametrize("places", [[2, 0, 2], (2, 0, 2), np.array([2, 0, 2])], ids=["list", "tuple", "array"])
def test_some_texts_are_taken_with_their_vectors_in_the_order_asked_for(
    asked: ClassifierInputs, places: list[int] | tuple[int, ...] | np.ndarray
) -> None:
    taken = asked.take(places)
    assert taken.texts == (_UNHEARD_OF[2], _UNHEARD_OF[0], _UNHEARD_OF[2])
    assert len(taken) == 3
    for row, place in enumerate(places):
        np.testing.assert_array_equal(taken.vectors[row], asked.vectors[place])
        np.testing.assert_array_equal(taken.static[row], asked.static[place])


def test_no_text_may_be_taken(asked: ClassifierInputs) -> None:
    none = asked.take([])
    assert (len(none), none.vectors.shape, none.static.shape) == (0, (0, 24), (0, 24))


# The network


def test_a_network_answers_as_torchs_own_layers_with_its_weights_do(
    learned_from: tuple[ClassifierInputs, np.ndarray], asked: ClassifierInputs
) -> None:
    found = _fit(ClassifierMethod.NETWORK, learned_from)
    assert isinstance(found.parameters, Mlp)
    first, second = torch.nn.Linear(24, 32), torch.nn.Linear(32, len(found.classes))
    with torch.no_grad():
        for parameter, array in (
            (first.weight, found.parameters.first.T),
            (first.bias, found.parameters.first_bias),
            (second.weight, found.parameters.second.T),
            (second.bias, found.parameters.second_bias),
        ):
            parameter.copy_(torch.from_numpy(array.copy()))
        plain = torch.nn.Sequential(first, torch.nn.ReLU(), second)
        expected = plain(torch.from_numpy(asked.vectors)).softmax(dim=1).numpy()
    assert_close(found.probabilities(asked), expected, atol=1e-6)


def test_networks_fitted_side_by_side_are_each_the_one_fitted_alone(
    sentences: tuple[ClassifierInputs, np.ndarray],
) -> None:
    inputs, targets = sentences
    draws = np.array([np.random.default_rng(draw).permutation(len(targets))[:20] for draw in range(3)])
    settings = MlpSettings(epochs=20, seed=7)
    together = fit_networks(inputs.vectors[draws], targets[draws], _TOPICS, settings)
    assert len(together) == 3
    for found, draw in zip(together, draws, strict=True):
        alone = fit_classifier(ClassifierMethod.NETWORK, inputs.take(draw), targets[draw], _TOPICS, settings)
        assert (found.method, found.classes) == (alone.method, alone.classes)
        assert_close(found.logits(inputs), alone.logits(inputs))


def test_the_settings_are_those_that_a_network_is_made_with(sentences: tuple[ClassifierInputs, np.ndarray]) -> None:
    inputs, targets = sentences
    found = fit_classifier(ClassifierMethod.NETWORK, inputs, targets, _TOPICS, MlpSettings(hidden=5, epochs=0, seed=3))
    assert isinstance(found.parameters, Mlp)
    assert found.parameters.first.shape == (24, 5)
    other = fit_classifier(ClassifierMethod.NETWORK, inputs, targets, _TOPICS, MlpSettings(hidden=5, epochs=1, seed=3))
    assert isinstance(other.parameters, Mlp)
    # One step of AdamW moves a number by about the learning rate.
    assert 0 < np.abs(found.parameters.first - other.parameters.first).max() < 2 * MlpSettings().learning_rate

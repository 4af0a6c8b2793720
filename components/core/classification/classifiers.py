"""Ways of telling texts apart: what each reads of a text, how it learns, and what it then knows, as plain arrays.

N texts, F features, K classes. Fitting is scikit-learn's, and torch's for the network.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np
from scipy.sparse import csr_array
from scipy.special import softmax
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import MultinomialNB

from components.core.classification.mlp import DEFAULT_SETTINGS, Mlp, MlpSettings, MlpTraining
from components.core.numerics.single_thread import one_thread

#: The inverse of how strongly logistic regression is held to small weights, as scikit-learn counts it. Unit vectors
#: need more freedom than its default of 1, which is meant for larger numbers.
INVERSE_REGULARISATION: Final = 10.0
_MOST_ITERATIONS = 1_000


class ClassifierMethod(StrEnum):
    """A classifier."""

    LOGISTIC = "Logistic regression"
    NETWORK = "Small network"
    STATIC = "Averaged word embeddings"
    TF_IDF = "TF-IDF"
    BAYES = "Naive Bayes"


#: Those that read the encoder's sentence vectors.
CONTEXTUAL: Final = (ClassifierMethod.LOGISTIC, ClassifierMethod.NETWORK)
#: The others: the world before BERT.
NON_CONTEXTUAL: Final = (ClassifierMethod.STATIC, ClassifierMethod.TF_IDF, ClassifierMethod.BAYES)


@dataclass(frozen=True, eq=False)
class ClassifierInputs:
    """N texts, as all of the methods read them."""

    texts: tuple[str, ...]
    vectors: np.ndarray  # (N, D) unit rows: the encoder's sentence vectors
    static: np.ndarray  # (N, E) unit rows: averaged word embeddings

    def __len__(self) -> int:
        return len(self.texts)

    def take(self, places: Sequence[int] | np.ndarray) -> "ClassifierInputs":
        """Some of the texts."""
        # To numpy a tuple of places would be one place in several dimensions.
        rows = np.asarray(places, dtype=int)
        return ClassifierInputs(tuple(self.texts[row] for row in rows), self.vectors[rows], self.static[rows])


@dataclass(frozen=True, eq=False)
class BagOfWords:
    """A text as weighted counts of the words that were learned from, as scikit-learn's vectorizers count them."""

    vectorizer: CountVectorizer  # a TfidfVectorizer is one too

    @property
    def vocabulary(self) -> Mapping[str, int]:
        """Word → the place of its feature. Words are in lower case, of at least two letters or digits."""
        return self.vectorizer.vocabulary_

    @property
    def idf(self) -> np.ndarray | None:
        """(F,): what counts are multiplied by before a text is scaled to length 1; None for plain counts."""
        return self.vectorizer.idf_ if isinstance(self.vectorizer, TfidfVectorizer) else None

    def features(self, texts: Sequence[str]) -> np.ndarray:
        """(N, F), sparse."""
        # scikit-learn's TF-IDF would refuse to read no text at all.
        return self.vectorizer.transform(texts) if texts else csr_array((0, len(self.vocabulary)))


@dataclass(frozen=True, eq=False)
class LinearClassifier:
    """A linear classifier: the logits are features · weightsᵀ + bias. Of two classes the first one's logit is 0."""

    weights: np.ndarray  # (K, F) float64
    bias: np.ndarray  # (K,) float64

    def logits(self, features: np.ndarray) -> np.ndarray:
        """(N, F), dense or sparse, to (N, K)."""
        return np.asarray(features @ self.weights.T) + self.bias


@dataclass(frozen=True, eq=False)
class Classifier:
    """A method that has learned to tell classes apart."""

    method: ClassifierMethod
    classes: tuple[str, ...]
    parameters: LinearClassifier | Mlp
    bag: BagOfWords | None = None  # of the methods that count words

    def features(self, inputs: ClassifierInputs) -> np.ndarray:
        """(N, F): what this method reads of each text; sparse where it counts words."""
        return _features(self.method, self.bag, inputs)

    def logits(self, inputs: ClassifierInputs) -> np.ndarray:
        """(N, K) float64."""
        return self.parameters.logits(self.features(inputs)).astype(np.float64)

    def probabilities(self, inputs: ClassifierInputs) -> np.ndarray:
        """(N, K) float64, rows that sum to 1."""
        found: np.ndarray = softmax(self.logits(inputs), axis=1)
        return found


def fit_classifier(
    method: ClassifierMethod,
    inputs: ClassifierInputs,
    targets: np.ndarray,
    classes: tuple[str, ...],
    settings: MlpSettings = DEFAULT_SETTINGS,
) -> Classifier:
    """Learn from N texts. targets: (N,) places in classes; each class must occur. settings: of the network."""
    if method is ClassifierMethod.NETWORK:
        return fit_networks(inputs.vectors[None], targets[None], classes, settings)[0]
    bag = _bag(method, inputs.texts)
    features = _features(method, bag, inputs)
    with one_thread():
        return Classifier(method, classes, fit_linear(method, features, targets), bag)


def fit_linear(method: ClassifierMethod, features: np.ndarray, targets: np.ndarray) -> LinearClassifier:
    """What all methods but the network learn from what they read of N texts: (N, F), dense or sparse, and (N,).

    It is for the caller to keep to one_thread(): asking for that takes half as long as fitting to a hundred texts.
    """
    if method is ClassifierMethod.BAYES:
        bayes = MultinomialNB().fit(features, targets)
        return LinearClassifier(bayes.feature_log_prob_, bayes.class_log_prior_)
    logistic = LogisticRegression(C=INVERSE_REGULARISATION, max_iter=_MOST_ITERATIONS).fit(features, targets)
    weights, bias = logistic.coef_.astype(np.float64), logistic.intercept_.astype(np.float64)
    if len(logistic.classes_) == 2:
        # Of two classes scikit-learn keeps only the second one's logit.
        weights, bias = np.vstack([np.zeros_like(weights), weights]), np.append(0.0, bias)
    return LinearClassifier(weights, bias)


def fit_networks(
    vectors: np.ndarray, targets: np.ndarray, classes: tuple[str, ...], settings: MlpSettings
) -> tuple[Classifier, ...]:
    """B networks, each learned from its own n texts, in little more time than one. (B, n, D), (B, n)."""
    training = MlpTraining(vectors, targets, len(classes), settings)
    training.train(settings.epochs)
    return tuple(Classifier(ClassifierMethod.NETWORK, classes, each) for each in training.networks)


def _features(method: ClassifierMethod, bag: BagOfWords | None, inputs: ClassifierInputs) -> np.ndarray:
    if bag is not None:
        return bag.features(inputs.texts)
    return inputs.static if method is ClassifierMethod.STATIC else inputs.vectors


def _bag(method: ClassifierMethod, texts: Sequence[str]) -> BagOfWords | None:
    kinds = {ClassifierMethod.TF_IDF: TfidfVectorizer, ClassifierMethod.BAYES: CountVectorizer}
    if method not in kinds:
        return None
    try:
        return BagOfWords(kinds[method]().fit(texts))
    except ValueError:
        # Not one word in them: then there is one feature, which no text has.
        return BagOfWords(kinds[method](vocabulary=[""]).fit(texts))

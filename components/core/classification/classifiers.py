"""Classification methods: the features each computes from a text, how it is fitted, and its parameters as plain arrays.

N texts, F features, K classes. scikit-learn does the fitting, and torch that of the network.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np
from jaxtyping import Float, Float64, Int, Num
from scipy.sparse import csr_array, sparray, spmatrix
from scipy.special import softmax
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import MultinomialNB

from components.core.classification.mlp import DEFAULT_SETTINGS, Mlp, MlpSettings, MlpTraining
from components.core.numerics.lanes import lanes, long_turn

#: scikit-learn's C, the inverse strength of logistic regression's L2 penalty. Its default of 1 suits larger numbers
#: than those of unit vectors.
INVERSE_REGULARISATION: Final = 10.0
# From so many texts on a fit takes longer than a reader should wait for another's.
_MANY = 1_000
_MOST_ITERATIONS = 1_000


class ClassifierMethod(StrEnum):
    """A classification method."""

    LOGISTIC = "Logistic regression"
    NETWORK = "Small network"
    STATIC = "Averaged word embeddings"
    TF_IDF = "TF-IDF"
    BAYES = "Naive Bayes"


#: The methods that read the encoder's sentence vectors.
CONTEXTUAL: Final = (ClassifierMethod.LOGISTIC, ClassifierMethod.NETWORK)
#: The others, from before BERT.
NON_CONTEXTUAL: Final = (ClassifierMethod.STATIC, ClassifierMethod.TF_IDF, ClassifierMethod.BAYES)


@dataclass(frozen=True, eq=False)
class ClassifierInputs:
    """N texts in the forms that the methods read."""

    texts: tuple[str, ...]
    vectors: Float[np.ndarray, "N D"]  # the encoder's sentence vectors, of length 1
    static: Float[np.ndarray, "N E"]  # averaged word embeddings, of length 1

    def __len__(self) -> int:
        return len(self.texts)

    def take(self, indices: Sequence[int] | Int[np.ndarray, " M"]) -> "ClassifierInputs":
        """Return the texts with these indices."""
        # An array, since numpy reads a tuple as one index per axis.
        rows = np.asarray(indices, dtype=int)
        return ClassifierInputs(tuple(self.texts[row] for row in rows), self.vectors[rows], self.static[rows])


@dataclass(frozen=True, eq=False)
class BagOfWords:
    """Bag of words: a text as weighted counts of the words of the training texts, counted by scikit-learn."""

    vectorizer: CountVectorizer  # a TfidfVectorizer is one too

    @property
    def vocabulary(self) -> Mapping[str, int]:
        """Word → index of its feature. Words are in lower case and have at least two letters or digits."""
        return self.vectorizer.vocabulary_

    @property
    def idf(self) -> Float64[np.ndarray, " F"] | None:
        """Factors of the counts, applied before a text is scaled to length 1; None for plain counts."""
        return self.vectorizer.idf_ if isinstance(self.vectorizer, TfidfVectorizer) else None

    def features(self, texts: Sequence[str]) -> sparray | spmatrix:
        """Return the weighted counts, a sparse (N, F) matrix."""
        # scikit-learn's TF-IDF refuses an empty list.
        return self.vectorizer.transform(texts) if texts else csr_array((0, len(self.vocabulary)))


@dataclass(frozen=True, eq=False)
class LinearClassifier:
    """The parameters of a linear classifier: its logits are features · weightsᵀ + bias.

    Logistic regression with two classes has a logit of 0 for the first.
    """

    weights: Float64[np.ndarray, "K F"]
    bias: Float64[np.ndarray, " K"]

    def logits(self, features: Num[np.ndarray, "N F"] | sparray | spmatrix) -> Float[np.ndarray, "N K"]:
        """Return the logits of N texts."""
        return np.asarray(features @ self.weights.T) + self.bias


@dataclass(frozen=True, eq=False)
class Classifier:
    """A fitted classifier: a method, its classes and its parameters."""

    method: ClassifierMethod
    classes: tuple[str, ...]
    parameters: LinearClassifier | Mlp
    bag: BagOfWords | None = None  # for methods that count words

    def features(self, inputs: ClassifierInputs) -> Num[np.ndarray, "N F"] | sparray | spmatrix:
        """Return the features of each text; sparse if the method counts words."""
        return _features(self.method, self.bag, inputs)

    def logits(self, inputs: ClassifierInputs) -> Float64[np.ndarray, "N K"]:
        """Return the logits of N texts."""
        return self.parameters.logits(self.features(inputs)).astype(np.float64)

    def probabilities(self, inputs: ClassifierInputs) -> Float64[np.ndarray, "N K"]:
        """Return the probabilities of the classes for N texts; each row sums to 1."""
        found: np.ndarray = softmax(self.logits(inputs), axis=1)
        return found


def fit_classifier(
    method: ClassifierMethod,
    inputs: ClassifierInputs,
    targets: Int[np.ndarray, " N"],
    classes: tuple[str, ...],
    settings: MlpSettings = DEFAULT_SETTINGS,
) -> Classifier:
    """Fit a classifier to N texts. targets: indices of classes; each class must occur. settings: the network's."""
    if method is ClassifierMethod.NETWORK:
        return fit_networks(inputs.vectors[None], targets[None], classes, settings)[0]
    bag = _bag(method, inputs.texts)
    features = _features(method, bag, inputs)
    with long_turn() if len(targets) > _MANY else lanes.turn():
        return Classifier(method, classes, fit_linear(method, features, targets), bag)


def fit_linear(
    method: ClassifierMethod, features: Num[np.ndarray, "N F"] | sparray | spmatrix, targets: Int[np.ndarray, " N"]
) -> LinearClassifier:
    """Fit any method but the network to the features of N texts.

    Callers take a turn at the lanes for it, one for many fits.
    """
    if method is ClassifierMethod.BAYES:
        bayes = MultinomialNB().fit(features, targets)
        return LinearClassifier(bayes.feature_log_prob_, bayes.class_log_prior_)
    logistic = LogisticRegression(C=INVERSE_REGULARISATION, max_iter=_MOST_ITERATIONS).fit(features, targets)
    weights, bias = logistic.coef_.astype(np.float64), logistic.intercept_.astype(np.float64)
    if len(logistic.classes_) == 2:
        # With two classes scikit-learn keeps only the second class's logit.
        weights, bias = np.vstack([np.zeros_like(weights), weights]), np.append(0.0, bias)
    return LinearClassifier(weights, bias)


def fit_networks(
    vectors: Float[np.ndarray, "B n D"],
    targets: Int[np.ndarray, "B n"],
    classes: tuple[str, ...],
    settings: MlpSettings,
) -> tuple[Classifier, ...]:
    """Fit B networks, each to its own n texts, in little more time than one."""
    training = MlpTraining(vectors, targets, len(classes), settings)
    training.train(settings.epochs)
    return tuple(Classifier(ClassifierMethod.NETWORK, classes, each) for each in training.networks)


def _features(
    method: ClassifierMethod, bag: BagOfWords | None, inputs: ClassifierInputs
) -> Num[np.ndarray, "N F"] | sparray | spmatrix:
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
        # The texts have no words: one feature, which no text has.
        return BagOfWords(kinds[method](vocabulary=[""]).fit(texts))

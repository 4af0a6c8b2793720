"""Small classifiers: each method fitted to twelve texts, and classifiers with given or random weights."""

import numpy as np

from components.core import Encoder
from components.core.classification.classifiers import (
    Classifier,
    ClassifierInputs,
    ClassifierMethod,
    LinearClassifier,
    fit_classifier,
)
from components.core.classification.mlp import Mlp
from components.core.numerics.similarity import normalise_rows

Classifiers = dict[tuple[ClassifierMethod, int], Classifier]

#: Texts of two classes in turn, or of three.
TRAINING_TEXTS = (
    "The pizza tasted good and it came hot out of the oven",
    "The oven was cold and the pizza tasted of cardboard",
    "It was a film that I would see again tomorrow",
    "I left before the film was over and did not look back",
    "Squatch eats it with joy, every day, and so do I",
    "Nobody at our table could eat it, not even the dog",
    "A quiet room with a bed like a cloud",
    "The room smelled and the bed was a plank",
    "Kind people, quick help, no questions asked",
    "They kept me waiting for two hours and then hung up",
    "İstanbul was lovely: the café, the tea, the boats",
    "The tea in that café was lukewarm water",
)
TARGETS = {2: np.arange(len(TRAINING_TEXTS)) % 2, 3: np.arange(len(TRAINING_TEXTS)) % 3}
CLASSES = {2: ("good", "bad"), 3: ("red", "green", "blue")}


def inputs_of(encoder: Encoder, texts: tuple[str, ...]) -> ClassifierInputs:
    """Return texts as all methods read them."""
    return ClassifierInputs(
        texts, normalise_rows(encoder.encode(texts, batch_size=4)), normalise_rows(encoder.static_means(texts))
    )


def fit_all(encoder: Encoder) -> Classifiers:
    """Fit each method on this encoder to two and to three classes."""
    inputs = inputs_of(encoder, TRAINING_TEXTS)
    return {
        (method, count): fit_classifier(method, inputs, TARGETS[count], CLASSES[count])
        for method in ClassifierMethod
        for count in (2, 3)
    }


def linear_classifier(method: ClassifierMethod, difference: np.ndarray, bias: float) -> Classifier:
    """Return a classifier of two classes, whose weights and biases differ by these."""
    weights, biases = np.stack([np.zeros_like(difference), difference]), np.array([0.0, bias])
    return Classifier(method, ("no", "yes"), LinearClassifier(weights, biases))


def random_network(width: int) -> Mlp:
    """Return a network of three classes with random weights."""
    random = np.random.default_rng(5)
    shapes = (width, 8), (8,), (8, 3), (3,)
    return Mlp(*(3 * random.normal(size=shape).astype(np.float32) for shape in shapes))

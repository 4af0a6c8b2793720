"""Texts of known classes and what core learns from them, shared by the tests of the Sentiment page."""

import numpy as np
import pytest

from components.core import Encoder
from tests.support.sentiment_page import TOPICS, LabelledTexts, inputs_of, shipped_reviews


@pytest.fixture(scope="package")
def reviews(encoder: Encoder) -> LabelledTexts:
    """The shipped reviews."""
    return shipped_reviews(encoder)


@pytest.fixture(scope="package")
def topics(encoder: Encoder) -> LabelledTexts:
    """Three classes of eight texts, the classes in alphabetical order."""
    inputs = inputs_of(encoder, [text for texts in TOPICS.values() for text in texts])
    return LabelledTexts(inputs, tuple(TOPICS), np.repeat(np.arange(3), 8), np.arange(24))


@pytest.fixture(scope="package")
def forty(reviews: LabelledTexts) -> LabelledTexts:
    """A set that is small enough to be cross-validated: twenty reviews of each class."""
    of_class = [[index for index in reviews.train if reviews.targets[index] == each] for each in (0, 1)]
    indices = np.sort([index for group in of_class for index in group[::9]])
    return LabelledTexts(reviews.inputs.take(indices), reviews.classes, reviews.targets[indices], np.arange(40))

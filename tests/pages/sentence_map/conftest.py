"""The shipped sentences with their vectors, shared by the tests of the Sentence map page."""

import pytest

from components.core import Encoder
from tests.support.sentence_map_page import LabelledSentences, shipped_sentences


@pytest.fixture(scope="package")
def shipped(encoder: Encoder) -> LabelledSentences:
    """The sentences that the page opens with."""
    return shipped_sentences(encoder)

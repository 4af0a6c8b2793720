"""Computes what the Explanations page opens with before the first visitor comes."""

from components.core.model.loading import BUNDLED_NAME
from components.ui.explanations import texts
from components.ui.explanations.subject import Result, have_tested, subject_of


def warm() -> None:
    """Put the explanations of each result of the opening text to the test."""
    for result in Result:
        have_tested(subject_of(BUNDLED_NAME, result, texts.FIRST, texts.SECOND if result is Result.SIMILARITY else ""))

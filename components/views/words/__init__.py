"""A text whose words can be hidden by a click, each shaded by a share."""

from components.views.words.view import ShadedPiece, words

__all__ = ["ShadedPiece", "words"]

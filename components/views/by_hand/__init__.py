"""A whole encoder whose numbers the reader holds, computed and trained in the browser."""

from components.views.by_hand.view import Exercise, Way, by_hand

__all__ = ["Exercise", "Way", "by_hand"]

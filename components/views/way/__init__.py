"""The way of a sentence through the encoder as one picture: a row for each step, lit from row to row."""

from components.views.way.view import Path, Row, way

__all__ = ["Path", "Row", "way"]

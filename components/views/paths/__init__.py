"""Paths of points through the layers, drawn step by step."""

from components.views.paths.view import Path, paths

__all__ = ["Path", "paths"]

"""Points on their way through the layers, drawn as paths that grow step by step."""

from components.views.paths.view import Path, paths

__all__ = ["Path", "paths"]

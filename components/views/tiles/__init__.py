"""A grid of equal matrices drawn on one canvas: strips of numbers, or the thumbnails of many heads."""

from components.views.tiles.view import Labels, tiles

__all__ = ["Labels", "tiles"]

"""Attention weights of many heads, or of one with its tokens named, on one canvas."""

from components.views.heads.view import Axes, Caption, head_matrix, head_thumbnails

__all__ = ["Axes", "Caption", "head_matrix", "head_thumbnails"]

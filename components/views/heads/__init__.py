"""Attention weights of many heads as thumbnails, or of one head with its tokens named."""

from components.views.heads.view import Axes, Caption, head_matrix, head_thumbnails

__all__ = ["Axes", "Caption", "head_matrix", "head_thumbnails"]

"""Attention weights of many heads, or of one with its tokens named, on one canvas."""

from components.views.heads.view import Axes, Caption, heads, one_head

__all__ = ["Axes", "Caption", "heads", "one_head"]

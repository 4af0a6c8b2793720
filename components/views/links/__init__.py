"""Attention as lines from query tokens to key tokens, for one head or several."""

from components.views.links.view import MOST_HEADS, Link, links

__all__ = ["MOST_HEADS", "Link", "links"]

"""Attention as lines from the tokens that look to the tokens they look at, for one head or several."""

from components.views.links.view import MOST_HEADS, Link, links

__all__ = ["MOST_HEADS", "Link", "links"]

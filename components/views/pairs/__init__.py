"""The words of two sentences with a line between each pair, and their cosine on a scale."""

from components.views.pairs.view import CosineScale, PairedWord, pairs

__all__ = ["CosineScale", "PairedWord", "pairs"]

"""The title of the Embeddings page."""

from components.ui.embeddings.addends import EmbeddingSum
from components.ui.embeddings.nearest_tokens import NearestTokens


def finding(summed: EmbeddingSum, found: NearestTokens) -> str:
    """Return the title: the token that is picked, and the one with the most similar numbers."""
    return f"“{found.of}” is {summed.width} numbers, most similar to those of “{found.labels[0]}”"


def lead(summed: EmbeddingSum) -> str:
    """Return the sentence under the title."""
    names = " + ".join(addend.name for addend in summed.addends).capitalize()
    return (
        f"{names}, added up number by number, for each of {len(summed.labels)} tokens. Blue is above zero, red is "
        "below zero. Point at a cell to mark the same cell in every matrix."
    )

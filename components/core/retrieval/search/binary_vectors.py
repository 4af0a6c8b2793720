"""Vectors with one bit a dimension: the signs, compared by counting those that agree, and rescored.

N passages, D dimensions. A bit is 1 where the number is above 0, as in sentence-transformers' `quantize_embeddings`
("ubinary"). Rescoring: Yamada, Asai and Hajishirzi 2021, "Efficient Passage Retrieval with Hashing for Open-domain
Question Answering": the first passages by signs alone are put in order by the question's own numbers.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from jaxtyping import Bool, Float, Float32, Int, UInt8

from components.core.retrieval.search.ranking import RankedItem, ranking_order, reranked, top_k

#: For each passage that is wanted, so many are rescored; sentence-transformers' documentation takes 4.
RESCORED_PER_WANTED: Final = 4


@dataclass(frozen=True, eq=False)
class BinaryVectors:
    """The signs of the vectors of N passages, eight a byte."""

    codes: UInt8[np.ndarray, "N bytes"]
    dimensions: int  # D; the bits beyond it are 0

    @property
    def bytes_per_passage(self) -> int:
        """The bytes of one passage's signs."""
        return self.codes.shape[1]

    def differing_signs(self, question: Float[np.ndarray, " D"]) -> Int[np.ndarray, " N"]:
        """Return in how many dimensions the sign of the question is another than the passage's (Hamming distance)."""
        return np.bitwise_count(self.codes ^ np.packbits(question > 0)).sum(axis=1, dtype=np.int64)

    def scores(self, question: Float[np.ndarray, " D"]) -> Float[np.ndarray, " N"]:
        """Return the cosine of two vectors of signs, +1 and −1: 1 if all agree, −1 if none does."""
        return 1 - 2 * self.differing_signs(question) / self.dimensions

    def signs(self, indices: Int[np.ndarray, " M"]) -> Float32[np.ndarray, "M D"]:
        """Return the signs of some passages, +1 and −1, scaled to vectors of length 1."""
        bits = np.unpackbits(self.codes[indices], axis=1, count=self.dimensions)
        return (bits * np.float32(2) - 1) / np.sqrt(np.float32(self.dimensions))

    def search(
        self, question: Float[np.ndarray, " D"], k: int, allowed: Bool[np.ndarray, " N"] | None = None
    ) -> tuple[RankedItem, ...]:
        """Return the first k passages by signs alone. allowed: as in top_k()."""
        return top_k(self.scores(question), k, allowed)

    def rescored_search(
        self,
        question: Float[np.ndarray, " D"],
        k: int,
        allowed: Bool[np.ndarray, " N"] | None = None,
        unit_vectors: Float[np.ndarray, "N D"] | None = None,
        factor: int = RESCORED_PER_WANTED,
    ) -> tuple[RankedItem, ...]:
        """Return the first k of k · factor passages by signs, rescored by a question of length 1.

        The new score is the cosine of the question with the passage's signs; with unit_vectors, which are then read for
        the rescored passages only, it is the cosine with the passage itself. Equal scores keep the order of the first
        search.
        """
        first = ranking_order(self.scores(question), allowed)[: k * factor]
        vectors = self.signs(first) if unit_vectors is None else unit_vectors[first]
        return reranked(first, vectors @ question)[:k]


def quantize_binary(vectors: Float[np.ndarray, "N D"]) -> BinaryVectors:
    """Keep the sign of each number; 0 counts as negative.

    >>> quantize_binary(np.array([[0.2, -0.1, 0.0, 0.4]])).codes
    array([[144]], dtype=uint8)
    """
    return BinaryVectors(np.packbits(vectors > 0, axis=1), vectors.shape[1])

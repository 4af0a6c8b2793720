"""Why a chunk has its score: the cosine of two sentence vectors, divided among all pairs of their tokens.

n tokens of a question, m of a chunk, special ones included, D dimensions. The unit sentence vectors are sums of their
tokens' parts, q̂ = Σᵢ pᵢ and ĉ = Σⱼ rⱼ (see token_parts), which makes the cosine a sum over pairs: q̂ · ĉ = Σᵢⱼ pᵢ · rⱼ.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from components.core.embeddings.token_contributions import WordContribution, token_contributions, word_contributions
from components.core.model.encoder import Encoder
from components.core.numerics.similarity import paired_cosines
from components.core.retrieval.search.ranking import ranking_order
from components.core.tokens.tokens import Tokens

_STRONGEST = 5


@dataclass(frozen=True, eq=False)
class ScoreGrid:
    """The score of a chunk for a question, divided among their tokens."""

    question: Tokens  # n
    chunk: Tokens  # m, as far as encode() reads it; the rest is its unread_text
    cells: np.ndarray  # (n, m) float64
    cosine: float  # of the two vectors that encode() gives; the cells sum to it but for rounding

    @property
    def total(self) -> float:
        """The sum of all cells."""
        return float(self.cells.sum())

    @property
    def question_shares(self) -> np.ndarray:
        """(n,): what each token of the question brings."""
        shares: np.ndarray = self.cells.sum(axis=1)
        return shares

    @property
    def chunk_shares(self) -> np.ndarray:
        """(m,): what each token of the chunk brings."""
        shares: np.ndarray = self.cells.sum(axis=0)
        return shares

    @property
    def question_words(self) -> tuple[WordContribution, ...]:
        """The question's words and special tokens in order. Their shares sum to the total."""
        return word_contributions(self.question, self.question_shares)

    @property
    def chunk_words(self) -> tuple[WordContribution, ...]:
        """The chunk's words and special tokens in order. Their shares sum to the total."""
        return word_contributions(self.chunk, self.chunk_shares)


def score_grid(encoder: Encoder, question: str, chunk_text: str) -> ScoreGrid:
    """The grid of one question and one chunk. Raises as token_contributions()."""
    return score_grids(encoder, question, [chunk_text])[0]


def score_grids(encoder: Encoder, question: str, chunk_texts: Sequence[str]) -> tuple[ScoreGrid, ...]:
    """The grids of one question and several chunks, in their order, without interventions. Raises as token_contributions()."""
    asked, *chunks = token_contributions(encoder, [question, *chunk_texts])
    return tuple(
        ScoreGrid(
            question=asked.tokens,
            chunk=chunk.tokens,
            cells=asked.parts @ chunk.parts.T,
            cosine=float(paired_cosines(asked.unit.astype(np.float64), chunk.unit.astype(np.float64))),
        )
        for chunk in chunks
    )


@dataclass(frozen=True, eq=False)
class ScoreDifference:
    """What made one chunk's score, A's, differ from another's, B's, for the same question."""

    total: float  # A's score less B's
    by_token: np.ndarray  # (n,), by token of the question; sums to the total
    by_word: tuple[WordContribution, ...]  # the same by word and special token
    strongest_of_a: tuple[WordContribution, ...]  # the words of A that bring most to its score, at most 5, best first
    strongest_of_b: tuple[WordContribution, ...]


def score_difference(a: ScoreGrid, b: ScoreGrid) -> ScoreDifference:
    """Compare two chunks' scores for one question. Raises ValueError if the questions differ."""
    if a.question.text != b.question.text or a.question.tokens != b.question.tokens:
        raise ValueError("Scores for different questions cannot be compared token by token.")
    by_token = a.question_shares - b.question_shares
    return ScoreDifference(
        total=a.total - b.total,
        by_token=by_token,
        by_word=word_contributions(a.question, by_token),
        strongest_of_a=_strongest(a.chunk_words),
        strongest_of_b=_strongest(b.chunk_words),
    )


def best_sentence(sentence_units: np.ndarray, question_unit: np.ndarray) -> int:
    """The number of the sentence that, encoded alone, has the highest cosine with a question; of equal ones the first.

    sentence_units: (N, D) unit rows, N > 0. question_unit: (D,).

    >>> best_sentence(np.array([[1.0, 0.0], [0.6, 0.8]]), np.array([0.0, 1.0]))
    1
    """
    return int(ranking_order(sentence_units @ question_unit)[0])


def _strongest(words: Sequence[WordContribution]) -> tuple[WordContribution, ...]:
    return tuple(sorted((word for word in words if not word.special), key=lambda word: -word.share)[:_STRONGEST])

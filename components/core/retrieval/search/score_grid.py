"""The score grid: the cosine of a question and a chunk, divided among all pairs of their tokens.

n tokens of a question, m of a chunk, special ones included, D dimensions. The unit sentence vectors are sums of their
tokens' parts, q̂ = Σᵢ pᵢ and ĉ = Σⱼ rⱼ (see token_contributions), so the cosine is a sum over pairs:
q̂ · ĉ = Σᵢⱼ pᵢ · rⱼ.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from components.core.embeddings.token_contributions import WordContribution, token_contributions, word_contributions
from components.core.model.encoder import Encoder
from components.core.model.prompts import TextKind
from components.core.numerics.similarity import paired_cosines
from components.core.retrieval.search.ranking import ranking_order
from components.core.tokens.tokens import Tokens

# Words of a chunk that are named as its strongest, at most.
_STRONGEST = 5


@dataclass(frozen=True, eq=False)
class ScoreGrid:
    """The score of a chunk for a question, divided among their tokens."""

    question: Tokens  # n
    chunk: Tokens  # m, as far as encode() reads it; the rest is its unread_text
    cells: Float[np.ndarray, "n m"]  # float64
    cosine: float  # of the two vectors of encode(); equal to the sum of the cells, up to rounding

    @property
    def total(self) -> float:
        """The sum of all cells."""
        return float(self.cells.sum())

    @property
    def question_shares(self) -> Float[np.ndarray, " n"]:
        """The contribution of each token of the question."""
        shares: np.ndarray = self.cells.sum(axis=1)
        return shares

    @property
    def chunk_shares(self) -> Float[np.ndarray, " m"]:
        """The contribution of each token of the chunk."""
        shares: np.ndarray = self.cells.sum(axis=0)
        return shares

    @property
    def question_words(self) -> tuple[WordContribution, ...]:
        """The words and special tokens of the question, in order. Their shares sum to the total."""
        return word_contributions(self.question, self.question_shares)

    @property
    def chunk_words(self) -> tuple[WordContribution, ...]:
        """The words and special tokens of the chunk, in order. Their shares sum to the total."""
        return word_contributions(self.chunk, self.chunk_shares)


def score_grid(encoder: Encoder, question: str, chunk_text: str) -> ScoreGrid:
    """Return the grid of one question and one chunk. Raises the errors of token_contributions()."""
    return score_grids(encoder, question, [chunk_text])[0]


def score_grids(encoder: Encoder, question: str, chunk_texts: Sequence[str]) -> tuple[ScoreGrid, ...]:
    """Return the grids of one question and several chunks, in order. Raises the errors of token_contributions()."""
    (of_question,) = token_contributions(encoder, [question], kind=TextKind.QUESTION)
    chunks = token_contributions(encoder, chunk_texts, kind=TextKind.PASSAGE)
    return tuple(
        ScoreGrid(
            question=of_question.tokens,
            chunk=chunk.tokens,
            cells=of_question.parts @ chunk.parts.T,
            cosine=float(paired_cosines(of_question.unit.astype(np.float64), chunk.unit.astype(np.float64))),
        )
        for chunk in chunks
    )


@dataclass(frozen=True, eq=False)
class ScoreDifference:
    """The difference between the scores of two chunks, A and B, divided among the tokens of their question."""

    total: float  # the score of A minus that of B
    by_token: Float[np.ndarray, " n"]  # by token of the question; sums to the total
    by_word: tuple[WordContribution, ...]  # by word and special token of the question; sums to the total
    strongest_of_a: tuple[WordContribution, ...]  # the words of A with the largest shares, at most 5, largest first
    strongest_of_b: tuple[WordContribution, ...]


def score_difference(a: ScoreGrid, b: ScoreGrid) -> ScoreDifference:
    """Compare the scores of two chunks for one question. Raises ValueError if the questions differ."""
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


def best_sentence(sentence_vectors: Float[np.ndarray, "N D"], question_vector: Float[np.ndarray, " D"]) -> int:
    """Return the index of the sentence with the highest cosine with a question; of equal ones, the first.

    All vectors have length 1; N > 0.

    >>> best_sentence(np.array([[1.0, 0.0], [0.6, 0.8]]), np.array([0.0, 1.0]))
    1
    """
    return int(ranking_order(sentence_vectors @ question_vector)[0])


def _strongest(words: Sequence[WordContribution]) -> tuple[WordContribution, ...]:
    return tuple(sorted((word for word in words if not word.special), key=lambda word: -word.share)[:_STRONGEST])

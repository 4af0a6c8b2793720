"""Late interaction: each token of a question looks for the token of a passage that is nearest to it.

Khattab and Zaharia 2020, "ColBERT: Efficient and Effective Passage Search via Contextualized Late Interaction over
BERT": score(q, c) = Σᵢ maxⱼ qᵢ · cⱼ (MaxSim), over n token vectors of the question and m of the passage, all of length
1. Their model is trained for this score; a model that is trained for one vector a text is not. N passages with T tokens
in all, D dimensions.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float, Float32, Int

from components.core.embeddings.token_contributions import WordContribution, tokens_read, word_contributions
from components.core.embeddings.token_vectors import TokenVectors, token_vectors_of
from components.core.lazy import cached_property
from components.core.model.encoder import Encoder
from components.core.model.prompts import TextKind
from components.core.retrieval.search.ranking import RankedItem, ranking_order
from components.core.tokens.tokens import Tokens

# Token vectors that are multiplied at a time. In single precision they take 3 MB, so that they stay in the processor's
# cache; smaller and larger blocks took longer.
_BLOCK = 2_048


def max_sim_scores(question: TokenVectors, passages: TokenVectors) -> Float32[np.ndarray, " N"]:
    """Return the score of each passage for one question, exact: every pair of tokens is compared.

    Vectors in half precision are multiplied in single precision. Special tokens count: leave them out on both sides
    with TokenVectors.typed. Raises ValueError for a passage without a token.
    """
    if not passages.counts.all():
        raise ValueError("A passage without a token has no nearest token.")
    if not len(passages):
        return np.zeros(0, dtype=np.float32)
    queries = torch.from_numpy(question.vectors.astype(np.float32))
    keys = torch.from_numpy(passages.vectors)
    total = len(keys)
    similarities = torch.empty((len(queries), total))
    # torch converts half precision some 40 times as fast as numpy.
    block = torch.empty((min(_BLOCK, total), keys.shape[1]))
    for start in range(0, total, _BLOCK):
        some = block[: min(_BLOCK, total - start)]
        some.copy_(keys[start : start + _BLOCK])
        similarities[:, start : start + len(some)] = queries @ some.T
    best: np.ndarray = np.maximum.reduceat(similarities.numpy(), passages.starts, axis=1)
    summed: np.ndarray = best.sum(axis=0)
    return summed


def rerank(question: TokenVectors, candidates: TokenVectors, ranking: Sequence[RankedItem]) -> tuple[RankedItem, ...]:
    """Put the first items of another ranking into the order of late interaction; of equal ones the first stays first.

    candidates: the token vectors of these items, in the order of the ranking. Khattab and Zaharia re-rank the first
    1,000 passages of BM25 in this way.
    """
    if len(candidates) != len(ranking):
        raise ValueError(f"There are {len(ranking)} items, but token vectors of {len(candidates)}.")
    scores = max_sim_scores(question, candidates)
    order = ranking_order(scores).tolist()
    return tuple(
        RankedItem(ranking[place].index, float(scores[place]), rank) for rank, place in enumerate(order, start=1)
    )


@dataclass(frozen=True, eq=False)
class LateInteraction:
    """The score of one passage for one question, and the tokens of the passage that it comes from."""

    question: Tokens
    passage: Tokens
    rows: Int[np.ndarray, " n"]  # the indices of the question's tokens that count
    columns: Int[np.ndarray, " m"]  # the indices of the passage's tokens that count
    similarities: Float[np.ndarray, "n m"]  # the cosines of their vectors, float64

    @cached_property
    def best(self) -> Int[np.ndarray, " n"]:
        """The column, from 0 to m − 1, with each row's best match; of equal ones the first."""
        # Rounded, so that rounding errors do not choose between equal tokens.
        found: np.ndarray = self.similarities.round(6).argmax(axis=1)
        return found

    @property
    def parts(self) -> Float[np.ndarray, " n"]:
        """The cosine of each row's best match: they sum to the score."""
        return self.similarities[np.arange(len(self.best)), self.best]

    @property
    def score(self) -> float:
        """The sum of the parts."""
        return float(self.parts.sum())

    @property
    def question_labels(self) -> tuple[str, ...]:
        """The names of the n rows."""
        return tuple(self.question.labels[index] for index in self.rows)

    @property
    def passage_labels(self) -> tuple[str, ...]:
        """The names of the m columns."""
        return tuple(self.passage.labels[index] for index in self.columns)

    @property
    def passage_words(self) -> tuple[WordContribution, ...]:
        """The words and special tokens of the passage, each with the parts that it is the best match of.

        Their shares sum to the score.
        """
        shares = np.zeros(len(self.passage.tokens))
        np.add.at(shares, self.columns[self.best], self.parts)
        return word_contributions(self.passage, shares)


def late_interaction(encoder: Encoder, question: str, passage: str, special: bool = True) -> LateInteraction:
    """Return the score of a passage for a question, and what it comes from.

    special: whether special tokens count on both sides, and those of a prompt. Raises SentenceError for a text with
    nothing to read.
    """
    asked, read = tokens_read(encoder, question, TextKind.QUESTION), tokens_read(encoder, passage, TextKind.PASSAGE)
    rows, columns = (np.flatnonzero(~each.special | special) for each in (asked, read))
    # In half precision, as they are kept for a search: the scores are the same.
    queries, keys = (token_vectors_of(encoder, each).vectors.astype(np.float64) for each in (asked, read))
    return LateInteraction(asked, read, rows, columns, queries[rows] @ keys[columns].T)

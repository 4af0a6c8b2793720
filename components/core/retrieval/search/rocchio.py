"""Rocchio's feedback: a question's vector is moved towards passages that answer it, and away from those that do not.

Rocchio 1971, "Relevance Feedback in Information Retrieval": α · question + β · mean of relevant passages − γ · mean of
wrong ones. On sentence vectors, with the first passages of a search taken for relevant (pseudo-relevance feedback): Li,
Mourad, Zhuang, Koopman and Zuccon 2021, "Pseudo Relevance Feedback with Deep Language Models and Dense Retrievers:
Successes and Pitfalls". D dimensions; all vectors have length 1.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from jaxtyping import Float

from components.core.numerics.similarity import normalise_rows
from components.core.retrieval.search.ranking import RankedItem, exact_search

#: Weights of the question, of relevant passages and of wrong ones: the usual choice since Salton and Buckley 1990,
#: "Improving Retrieval Performance by Relevance Feedback".
ALPHA: Final = 1.0
BETA: Final = 0.75
GAMMA: Final = 0.15


@dataclass(frozen=True, eq=False)
class MovedQuestion:
    """A question's vector before and after feedback."""

    before: Float[np.ndarray, " D"]
    after: Float[np.ndarray, " D"]  # of length 1; all 0 if the parts cancel each other

    @property
    def cosine(self) -> float:
        """The cosine of the vectors before and after: 1 if feedback changed nothing."""
        return float(self.before @ self.after)


@dataclass(frozen=True, eq=False)
class PseudoFeedback:
    """A question that was moved towards the first passages of its own search."""

    question: MovedQuestion
    relevant: tuple[RankedItem, ...]  # the passages that were taken for relevant, best first


def move_question(
    question: Float[np.ndarray, " D"],
    relevant: Float[np.ndarray, "R D"],
    wrong: Float[np.ndarray, "W D"],
    alpha: float = ALPHA,
    beta: float = BETA,
    gamma: float = GAMMA,
) -> MovedQuestion:
    """Move a question towards R relevant passages and away from W wrong ones; R and W may be 0.

    >>> moved = move_question(np.array([1.0, 0.0]), np.array([[0.0, 1.0]]), np.empty((0, 2)), beta=1.0)
    >>> moved.after.round(3), round(moved.cosine, 3)
    (array([0.707, 0.707]), 0.707)
    """
    after = alpha * question
    if len(relevant):
        after = after + beta * relevant.mean(axis=0)
    if len(wrong):
        after = after - gamma * wrong.mean(axis=0)
    return MovedQuestion(question, normalise_rows(after))


def pseudo_feedback(
    unit_vectors: Float[np.ndarray, "N D"],
    question: Float[np.ndarray, " D"],
    passages: int,
    alpha: float = ALPHA,
    beta: float = BETA,
) -> PseudoFeedback:
    """Move a question towards the first passages of an exact search, as if they were known to be relevant.

    The next search is one for `question.after`. Nobody judges the passages: where the first are wrong, the question
    moves away from its answer.
    """
    first = exact_search(unit_vectors, question, passages)
    vectors = unit_vectors[[each.index for each in first]]
    return PseudoFeedback(move_question(question, vectors, vectors[:0], alpha, beta), first)

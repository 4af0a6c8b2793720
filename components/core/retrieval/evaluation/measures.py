"""How good one ranking of chunks is for one question: which answers it finds, and how early.

A ranking is given as what is found at each rank, best first: the numbers of the question's answers, from 0, that the
chunk there holds. A question has A answers, A > 0; of one that nothing answers no measure speaks.
"""

import math
from collections.abc import Sequence
from typing import Final

from components.core.retrieval.documents import Chunk, Span

#: The depth of the measures that look at the first ranks only.
DEPTH: Final = 10

Found = Sequence[frozenset[int]]


def holds(chunk: Chunk, answer: Span) -> bool:
    """Whether a chunk holds an answer: at least half of the answer's characters, or at least half of its own are it.

    The second is for answers longer than a chunk, such as a whole section.
    """
    if chunk.document != answer.document:
        return False
    shared = min(chunk.end, answer.end) - max(chunk.start, answer.start)
    return shared > 0 and 2 * shared >= min(answer.end - answer.start, chunk.end - chunk.start)


def first_rank(found: Found) -> int | None:
    """The rank, from 1, of the first chunk that holds an answer; None if no chunk ranked does."""
    return next((rank for rank, answers in enumerate(found, 1) if answers), None)


def recall(found: Found, answers: int, k: int) -> float:
    """The share of the answers that the first k chunks hold, each counted once.

    >>> recall([frozenset({0}), frozenset({0, 2}), frozenset({1})], answers=4, k=2)
    0.5
    """
    _check(answers)
    return len(frozenset().union(*found[:k])) / answers


def reciprocal_rank(found: Found, k: int = DEPTH) -> float:
    """1 / the rank of the first chunk that holds an answer, or 0 if none of the first k does.

    Its mean over questions is MRR@k (Voorhees 1999, "The TREC-8 Question Answering Track Report").

    >>> reciprocal_rank([frozenset(), frozenset({1}), frozenset({0})])
    0.5
    """
    rank = first_rank(found[:k])
    return 1 / rank if rank else 0.0


def ndcg(found: Found, answers: int, k: int = DEPTH) -> float:
    """Normalised discounted cumulative gain of the first k ranks: 1 where no ranking could find answers earlier.

    Järvelin and Kekäläinen 2002, "Cumulated gain-based evaluation of IR techniques", with a gain of 1 for each answer,
    and, as trec_eval has it, a discount of 1 / log₂(1 + rank): DCG = Σ 1 / log₂(1 + rank), divided by the DCG of
    answers at the ranks 1 to A. An answer counts where it is found first. Answers that one chunk brings together count
    as if found one after the other, from its rank on, so that no ranking is better than the best. Where every answer is
    a chunk of its own, this is the usual nDCG.

    >>> round(ndcg([frozenset(), frozenset({0})], answers=1), 4)  # 1 / log2(3)
    0.6309
    """
    _check(answers)
    seen: set[int] = set()
    ranks: list[int] = []
    for rank, held in enumerate(found[:k], 1):
        for _ in held - seen:
            ranks.append(max(rank, ranks[-1] + 1 if ranks else 1))
        seen |= held
    return _gain([rank for rank in ranks if rank <= k]) / _gain(range(1, min(answers, k) + 1))


def _gain(ranks: Sequence[int]) -> float:
    return sum(1 / math.log2(1 + rank) for rank in ranks)


def _check(answers: int) -> None:
    if answers < 1:
        raise ValueError("A question without an answer was to be measured.")

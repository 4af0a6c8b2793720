"""Measures of one ranking for one question: recall, reciprocal rank and nDCG.

A ranking is given as the answers found at each rank, best first: the numbers of the question's answers, from 0, that
the chunk of this rank holds. A question has A answers, A > 0; without an answer no measure is defined.
"""

import math
from collections.abc import Sequence
from typing import Final

from components.core.retrieval.documents import Chunk, Span

#: The number of ranks that the measures look at.
DEPTH: Final = 10

#: The numbers of the answers found at each rank, such as (∅, {0, 2}): nothing at rank 1, two answers at rank 2.
Found = Sequence[frozenset[int]]


def holds(chunk: Chunk, answer: Span) -> bool:
    """Return whether a chunk holds an answer: they share at least half of the shorter one's characters.

    An answer may be longer than a chunk: a whole section, for instance.
    """
    return share_text(Span(chunk.document, chunk.start, chunk.end), answer)


def share_text(first: Span, second: Span) -> bool:
    """Return whether two spans share at least half of the shorter one's characters.

    >>> share_text(Span("a", 0, 10), Span("a", 8, 12)), share_text(Span("a", 0, 10), Span("a", 9, 12))
    (True, False)
    """
    if first.document != second.document:
        return False
    shared = min(first.end, second.end) - max(first.start, second.start)
    return shared > 0 and 2 * shared >= min(first.end - first.start, second.end - second.start)


def lies_in(chunk: Chunk, span: Span) -> bool:
    """Return whether at least half of a chunk's characters lie in a part of a document."""
    shared = min(chunk.end, span.end) - max(chunk.start, span.start)
    return chunk.document == span.document and shared > 0 and 2 * shared >= chunk.end - chunk.start


def first_rank(found: Found) -> int | None:
    """Return the rank, from 1, of the first chunk that holds an answer; None if there is none."""
    return next((rank for rank, answers in enumerate(found, 1) if answers), None)


def recall(found: Found, answers: int, k: int) -> float:
    """Return the share of the answers that the first k chunks hold. Each answer counts once.

    >>> recall([frozenset({0}), frozenset({0, 2}), frozenset({1})], answers=4, k=2)
    0.5
    """
    _check(answers)
    return len(frozenset().union(*found[:k])) / answers


def reciprocal_rank(found: Found, k: int = DEPTH) -> float:
    """Return 1 / the rank of the first chunk that holds an answer; 0 if none of the first k does.

    The mean over questions is MRR@k (Voorhees 1999, "The TREC-8 Question Answering Track Report").

    >>> reciprocal_rank([frozenset(), frozenset({1}), frozenset({0})])
    0.5
    """
    rank = first_rank(found[:k])
    return 1 / rank if rank else 0.0


def ndcg(found: Found, answers: int, k: int = DEPTH) -> float:
    """Return the normalised discounted cumulative gain of the first k ranks: 1 for the best possible ranking.

    Järvelin and Kekäläinen 2002, "Cumulated gain-based evaluation of IR techniques", with a gain of 1 for each answer
    and the discount of trec_eval, 1 / log₂(1 + rank): DCG = Σ 1 / log₂(1 + rank), divided by the DCG of answers at the
    ranks 1 to A. An answer counts once, at its first rank. Several answers in one chunk count as if they stood at
    successive ranks from this chunk's rank on, so that no ranking exceeds 1. If every answer is in a chunk without
    other answers, this is the usual nDCG.

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
    return sum((1 / math.log2(1 + rank) for rank in ranks), 0.0)


def _check(answers: int) -> None:
    if answers < 1:
        raise ValueError("A question without an answer has no measure.")

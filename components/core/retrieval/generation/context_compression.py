"""Context compression: of the sources of a prompt, only the sentences nearest to the question, up to a budget.

Xu, Shi and Choi 2024, "RECOMP: Improving Retrieval-Augmented LMs with Context Compression and Selective Augmentation":
their extractive compressor keeps the sentences whose vectors are nearest to the question's. S sentences of all sources
in order, D dimensions.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from jaxtyping import Float, Int

from components.core.retrieval.generation.coverage import find_supports
from components.core.retrieval.generation.prompts import Source
from components.core.retrieval.search.ranking import ranking_order
from components.core.text.words import TextSpan

#: Stands where sentences between two others were left out.
GAP: Final = " … "


@dataclass(frozen=True)
class SourceSentence:
    """A sentence of a source."""

    source: int  # the index of the source
    span: TextSpan  # in its text


@dataclass(frozen=True)
class Compression:
    """Sources of which only some sentences are left."""

    sources: tuple[Source, ...]  # in their order and with their numbers; those without a sentence are omitted
    kept: tuple[int, ...]  # the indices of the sentences that are left, in the order of the sources
    tokens_before: int
    tokens_after: int

    @property
    def tokens_saved(self) -> int:
        """The number of tokens that the sources no longer have."""
        return self.tokens_before - self.tokens_after


@dataclass(frozen=True)
class CoverageKept:
    """How much of an answer the sources cover, whole and compressed."""

    sentences: int  # of the answer
    before: int  # the number of them that the whole sources cover
    after: int  # that the compressed sources cover


def compress(
    sources: Sequence[Source],
    sentences: Sequence[SourceSentence],
    unit_vectors: Float[np.ndarray, "S D"],
    question_vector: Float[np.ndarray, " D"],
    budget: int,
    count: Callable[[str], int],
) -> Compression:
    """Keep the sentences with the highest cosine to the question, in the order of the sources, within a budget.

    Sentences are taken from the highest cosine on until one more would exceed the budget, so that a larger budget keeps
    all that a smaller one keeps. sentences: ascending by source and span, without overlap; unit_vectors: theirs.
    budget: in tokens of the texts of the sources, without names and template. count: returns the number of tokens of a
    text.
    """
    if not len(sentences) == len(unit_vectors):
        raise ValueError(f"There are {len(sentences)} sentences, but {len(unit_vectors)} vectors.")
    order: Int[np.ndarray, " S"] = ranking_order(unit_vectors @ question_vector)
    kept: list[int] = []
    texts: dict[int, str] = {}
    tokens: dict[int, int] = {}
    for index in order.tolist():
        source = sentences[index].source
        more = sorted([*kept, index])
        text = _joined(
            sources[source].text, [sentences[each].span for each in more if sentences[each].source == source]
        )
        counted = tokens | {source: count(text)}
        if sum(counted.values()) > budget:
            break
        kept, tokens, texts[source] = more, counted, text
    return Compression(
        tuple(replace(sources[each], text=texts[each]) for each in sorted(texts)),
        tuple(kept),
        sum(count(source.text) for source in sources),
        sum(tokens.values()),
    )


def coverage_kept(
    answer: Float[np.ndarray, "A D"],
    sentences: Float[np.ndarray, "S D"],
    numbers: Sequence[int],
    kept: Sequence[int],
    threshold: float,
) -> CoverageKept:
    """Return how many sentences of an answer are covered by all S sentences of the sources, and by those that are kept.

    answer, sentences: vectors of length 1. numbers: of the source of each sentence. kept: indices of sentences.
    threshold: as for find_supports(), which says what is covered.
    """
    whole = find_supports(answer, sentences, numbers, threshold)
    left = find_supports(answer, sentences[list(kept)], [numbers[each] for each in kept], threshold)
    return CoverageKept(
        len(answer), *(sum(each is not None and each.covered for each in found) for found in (whole, left))
    )


def _joined(text: str, spans: Sequence[TextSpan]) -> str:
    """Return parts of a text with what stands between them, if that is blank, and with GAP elsewhere.

    >>> _joined("Mix it. Wait. Bake it.\\nEat.", [(0, 7), (14, 22), (23, 27)])
    'Mix it. … Bake it.\\nEat.'
    """
    joined, reached = "", 0
    for start, end in spans:
        between = text[reached:start]
        if joined:
            joined += between if not between.strip() else GAP
        joined += text[start:end]
        reached = end
    return joined

"""The sentences of passages, and passages compressed to those of them that are nearest to the question."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from components.core.model.encoder import Encoder
from components.core.model.prompts import TextKind
from components.core.retrieval.generation.context_compression import Compression, SourceSentence, compress
from components.core.retrieval.generation.prompts import Source
from components.core.retrieval.ingest.chunking import sentences_in
from components.core.storage.cached_encoding import find_unreadable
from components.ui.caches import models
from components.ui.caches.encoding import encode_texts
from components.ui.retrieval.passages import location
from components.ui.retrieval.search_result import SearchResult


@dataclass(frozen=True, eq=False)
class CompressedSources:
    """Sources, their S sentences, and what is left of them."""

    sentences: tuple[SourceSentence, ...]
    unit_vectors: np.ndarray  # (S, D) of the sentences
    compression: Compression


def sources_of(result: SearchResult, indices: Sequence[int]) -> list[Source]:
    """The numbered sources of passages, given best first by their indices."""
    titles = result.indexed_corpus.titles
    return [
        Source(
            number,
            titles[result.chunk(index).document],
            location(result.indexed_corpus, index),
            result.chunk(index).text,
        )
        for number, index in enumerate(indices, 1)
    ]


def compress_sources(result: SearchResult, sources: Sequence[Source], share: float) -> CompressedSources:
    """Keep a share of the tokens of sources: their sentences nearest to the question. share: 0 to 1.

    The nearest sentence is kept, however small the share.
    """
    model = result.indexed_corpus.model
    encoder = models.encoder(model)
    found = [SourceSentence(number, span) for number, each in enumerate(sources) for span in sentences_in(each.text)]
    texts = [sources[each.source].text[slice(*each.span)] for each in found]
    unreadable = {index for index, _ in find_unreadable(encoder, texts)}
    sentences = tuple(each for index, each in enumerate(found) if index not in unreadable)
    read = [text for index, text in enumerate(texts) if index not in unreadable]
    vectors = encode_texts(model, read, kind=TextKind.PASSAGE)

    def count(text: str) -> int:
        return count_tokens(encoder, text)

    budget = share * sum(count(each.text) for each in sources)
    if read:
        budget = max(budget, count(read[int((vectors @ result.question_vector).round(6).argmax())]))
    compression = compress(sources, sentences, vectors, result.question_vector, round(budget), count)
    return CompressedSources(sentences, vectors, compression)


def count_tokens(encoder: Encoder, text: str) -> int:
    """Count the tokens of a text, without those that the tokenizer adds."""
    whole, added = encoder.token_counts([text, ""])
    return whole - added

"""Sentence window: found by a sentence, handed over with its neighbours.

What is searched is small, so that its vector says one thing; what is handed over is large enough to be understood.
Small units that are found, and larger ones that are handed over, are compared by Chen et al. 2024, "Dense X Retrieval:
What Retrieval Granularity Should We Use?"; the window of sentences is LlamaIndex's SentenceWindowNodeParser.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from components.core.model.encoder import Encoder
from components.core.retrieval.documents import Chunk, ChunkSettings, Document, Unit
from components.core.retrieval.ingest.chunking import chunks_of
from components.core.storage.cached_encoding import find_unreadable


@dataclass(frozen=True)
class SentenceWindows:
    """The sentences of several documents, and each with its neighbours. Both have one order and one number."""

    sentences: tuple[Chunk, ...]  # what is searched
    windows: tuple[Chunk, ...]  # what is handed over


def sentence_windows(documents: Sequence[Document], neighbours: int, encoder: Encoder) -> SentenceWindows:
    """Return all sentences that the model reads, each with so many sentences of its document before and after it.

    neighbours: 0 or more; at the beginning and the end of a document there are fewer.
    """
    if neighbours < 0:
        raise ValueError(f"A window has 0 neighbours or more, not {neighbours}.")
    sentences: list[Chunk] = []
    windows: list[Chunk] = []
    for document in documents:
        cut = chunks_of(document, ChunkSettings(Unit.SENTENCES, 1), encoder)
        spans = [
            (cut[max(0, each - neighbours)].start, cut[min(len(cut) - 1, each + neighbours)].end)
            for each in range(len(cut))
        ]
        texts = [document.text[start:end] for start, end in spans]
        counts = encoder.token_counts(texts)
        sentences += cut
        windows += [
            Chunk(document.id, number, start, end, text, count)
            for number, ((start, end), text, count) in enumerate(zip(spans, texts, counts, strict=True))
        ]
    unreadable = {index for index, _ in find_unreadable(encoder, [each.text for each in sentences])}
    kept = [index for index in range(len(sentences)) if index not in unreadable]
    return SentenceWindows(tuple(sentences[each] for each in kept), tuple(windows[each] for each in kept))


def without_repetition(ranking: Sequence[int], found: SentenceWindows) -> tuple[int, ...]:
    """Omit from a ranking of sentences those that are in the window of a better one: they are handed over already.

    ranking: indices, best first.
    """
    kept: list[int] = []
    handed_over: dict[str, list[Chunk]] = {}
    for index in ranking:
        sentence, windows = found.sentences[index], handed_over.setdefault(found.sentences[index].document, [])
        if not any(window.start <= sentence.start and sentence.end <= window.end for window in windows):
            windows.append(found.windows[index])
            kept.append(index)
    return tuple(kept)

"""The everyday passages as Live retrieval opens with them, for other pages that search in them."""

from typing import Final

from components.core.retrieval.documents import ChunkSettings, Unit
from components.ui.progress import ProgressBar, report_to
from components.ui.retrieval import corpora
from components.ui.retrieval.corpus_index import has_indexed_corpus, index_corpus
from components.ui.retrieval.indexed_corpus import IndexedCorpus
from components.ui.wording import shorten

_SETTINGS: Final = ChunkSettings(Unit.PARAGRAPHS, 1, 0)


def shipped_passages(model: str) -> IndexedCorpus:
    """Return the passages with their vectors; a bar is drawn while they are encoded."""
    corpus = corpora.shipped(corpora.EVERYDAY)
    if has_indexed_corpus(model, corpus, _SETTINGS, None):
        return index_corpus(model, corpus, _SETTINGS, None)
    bar = ProgressBar()
    indexed = index_corpus(model, corpus, _SETTINGS, None, report_to(bar, "passage"))
    bar.clear()
    return indexed


def beginning(corpus: IndexedCorpus, index: int, letters: int) -> str:
    """Return how a passage begins, on one line."""
    return shorten(" ".join(corpus.chunks[index].text.split()), letters)

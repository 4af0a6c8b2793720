"""Work in the background: the shipped corpora are indexed, and documents of closed tabs are deleted."""

import logging
import time

from components.core.errors import StoreError
from components.core.model.loading import BUNDLED_NAME
from components.core.model.prompts import TextKind
from components.core.retrieval.documents import ChunkSettings, Unit
from components.core.retrieval.index.default_index import default_index
from components.core.retrieval.index.expiry import forget_overdue
from components.core.retrieval.ingest.chunking import sentences_in
from components.ui.caches import prepared_ways
from components.ui.caches.encoding import encode_texts
from components.ui.retrieval import corpora, lessons, question_map, uploaded_documents
from components.ui.retrieval.corpus_index import index_corpus

_LOG = logging.getLogger(__name__)

# Seconds between two deletions of documents.
_PAUSE = 60.0


def warm() -> None:
    """Index the shipped corpora with the chunks that the page opens with, and with those of the lessons."""
    opening = {(name, ChunkSettings(Unit.PARAGRAPHS, 1, 0)) for name in corpora.SHIPPED}
    taught = {(lessons.corpus_of(each), lessons.settings_of(each)) for each in lessons.lessons().values()}
    for name, settings in (*sorted(opening), *sorted(taught - opening)):
        indexed_corpus = index_corpus(BUNDLED_NAME, corpora.shipped(name), settings, None)
        try:
            indexed_corpus.in_index(lambda _: None)
        except StoreError as error:
            _LOG.warning("%s", error)
        encode_texts(
            BUNDLED_NAME,
            [chunk.text[start:end] for chunk in indexed_corpus.chunks for start, end in sentences_in(chunk.text)],
            kind=TextKind.PASSAGE,
        )
        question_map.passage_map(indexed_corpus)


def sweep_forever() -> None:
    """Delete, again and again, documents whose tab is closed or that were not used for long."""
    while True:
        prepared_ways.forget_unused()
        try:
            forget_overdue(uploaded_documents.libraries(), default_index())
        except StoreError as error:
            _LOG.warning("Documents of closed tabs were not deleted: %s", error)
        time.sleep(_PAUSE)

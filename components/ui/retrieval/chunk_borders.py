"""A document with the borders of its passages; text that the model does not read is struck through."""

import streamlit as st
from markupsafe import Markup

from components.core import Encoder
from components.core.retrieval.documents import Chunk
from components.core.retrieval.index.chunk_collection import is_indexed_whole
from components.core.retrieval.ingest.chunking import unread_from
from components.ui import state
from components.ui.page import markup
from components.ui.retrieval import summary
from components.ui.retrieval.indexed_corpus import IndexedCorpus
from components.ui.retrieval.passages import location
from components.ui.stage import frame
from components.ui.wording import format_count

# Passages of one document that are shown at once.
_MOST_SHOWN = 60


def draw(indexed_corpus: IndexedCorpus, encoder: Encoder) -> None:
    """Ask for a document, and draw its passages one after the other."""
    if not indexed_corpus.corpus.documents:
        frame.heading(*summary.waiting(indexed_corpus, None))
        return
    long = sum(is_too_long(chunk, encoder) for chunk in indexed_corpus.chunks)
    documents = format_count(len(indexed_corpus.corpus.documents), "document")
    frame.heading(
        f"{documents}, {format_count(len(indexed_corpus.chunks), 'passage')}",
        f"Each passage becomes one vector of {indexed_corpus.unit_vectors.shape[1]:,} numbers. Dashes: where one "
        "passage ends and the next begins. Underlined: text in two passages."
        + (
            f" {format_count(long, 'passage')} {'has' if long == 1 else 'have'} more than {encoder.encode_limit} "
            "tokens: text that the model does not read is struck through. With smaller passages it reads everything."
            if long
            else f" No passage is longer than the {encoder.encode_limit} tokens that the model reads."
        ),
    )
    if not all(is_indexed_whole(chunk.text) for chunk in indexed_corpus.chunks):
        frame.note("BM25 reads at most 65,535 bytes of words of a passage; some passages have more.")
    titles = {
        f"{index}  {document.title}": document for index, document in enumerate(indexed_corpus.corpus.documents, 1)
    }
    if st.session_state.get(state.Retrieval.DOCUMENT_SHOWN) not in titles:
        st.session_state.pop(state.Retrieval.DOCUMENT_SHOWN, None)
    with frame.controls():
        document = titles[st.selectbox("Document", list(titles), key=state.Retrieval.DOCUMENT_SHOWN, width=420)]
    chunks = [chunk for chunk in indexed_corpus.chunks if chunk.document == document.id]
    first = 1
    if len(chunks) > _MOST_SHOWN:
        with frame.controls():
            first = int(st.number_input("From passage", 1, len(chunks), 1, step=_MOST_SHOWN, width=160))
    shown = chunks[first - 1 : first - 1 + _MOST_SHOWN]
    before = [None, *chunks][first - 1 : first - 1 + len(shown)]
    with st.container(key="scroll_passages"):
        markup(
            *(_passage(indexed_corpus, chunk, previous, encoder) for chunk, previous in zip(shown, before, strict=True))
        )
    rest = len(chunks) - (first - 1) - len(shown)
    if rest > 0:
        more = format_count(rest, "more passage")
        markup(Markup('<p class="es-note">And {}: set “From passage” above.</p>').format(more))


def is_too_long(chunk: Chunk, encoder: Encoder) -> bool:
    """True if the model reads only the beginning of a chunk."""
    return chunk.token_count > encoder.encode_limit


def _passage(indexed_corpus: IndexedCorpus, chunk: Chunk, before: Chunk | None, encoder: Encoder) -> Markup:
    shared = max(0, before.end - chunk.start) if before else 0
    read = unread_from(chunk, encoder) if is_too_long(chunk, encoder) else None
    end = len(chunk.text) if read is None else read
    shared = min(shared, end)
    repeated = Markup("<u>{}</u>").format(chunk.text[:shared]) if shared else ""
    unread = Markup("<s>{}</s>").format(chunk.text[end:]) if end < len(chunk.text) else ""
    count = format_count(chunk.token_count, "token")
    name = location(indexed_corpus, indexed_corpus.indices[chunk.id])
    flag = f" · the model reads {encoder.encode_limit} of them" if read is not None else ""
    return Markup(
        '<div class="es-chunk"><p class="es-count">{} · {}{}</p><p class="es-text" dir="auto">{}{}{}</p></div>'
    ).format(name, count, flag, repeated, chunk.text[shared:end], unread)

"""The documents with the borders of their passages, and what of them the model does not read."""

import html

import streamlit as st

from components.core import Encoder
from components.core.retrieval.documents import Chunk
from components.core.retrieval.index.chunk_collection import searchable_text
from components.core.retrieval.ingest.chunking import unread_from
from components.ui import state
from components.ui.page import markup, section
from components.ui.retrieval.indexed_corpus import IndexedCorpus
from components.ui.retrieval.passages import place_of
from components.ui.wording import format_count

# Of a very long document so much is shown at once.
_MOST_SHOWN = 60


def draw(prepared: IndexedCorpus, encoder: Encoder) -> None:
    """Draw one document, its passages one after the other."""
    if not prepared.corpus.documents:
        return
    long = sum(is_too_long(chunk, encoder) for chunk in prepared.chunks)
    documents = format_count(len(prepared.corpus.documents), "document")
    section(
        f"{documents}, {format_count(len(prepared.chunks), 'passage')}",
        f"Each passage is turned into one vector of {prepared.unit_vectors.shape[1]} numbers. A dashed border is where one "
        "ends and the next begins; what stands in two of them is underlined."
        + (
            f" {format_count(long, 'passage')} of more than {encoder.encode_limit} tokens: what the model does not read of "
            "them is struck through. Cut smaller, and nothing is lost."
            if long
            else f" None is longer than the {encoder.encode_limit} tokens that the model reads."
        ),
    )
    if any(searchable_text(chunk.text) != chunk.text for chunk in prepared.chunks):
        markup('<p class="es-note">Word search reads at most 65,535 bytes of a passage; some here have more.</p>')
    titles = {f"{place}  {document.title}": document for place, document in enumerate(prepared.corpus.documents, 1)}
    if st.session_state.get(state.Retrieval.DOCUMENT_SHOWN) not in titles:
        st.session_state.pop(state.Retrieval.DOCUMENT_SHOWN, None)
    document = titles[st.selectbox("Document", list(titles), key=state.Retrieval.DOCUMENT_SHOWN, width=420)]
    chunks = [chunk for chunk in prepared.chunks if chunk.document == document.id]
    first = 1
    if len(chunks) > _MOST_SHOWN:
        first = int(st.number_input("From passage", 1, len(chunks), 1, step=_MOST_SHOWN, width=160))
    shown = chunks[first - 1 : first - 1 + _MOST_SHOWN]
    before = [None, *chunks][first - 1 : first - 1 + len(shown)]
    markup("".join(_passage(prepared, chunk, previous, encoder) for chunk, previous in zip(shown, before, strict=True)))
    rest = len(chunks) - (first - 1) - len(shown)
    if rest > 0:
        markup(f'<p class="es-note">And {format_count(rest, "passage")} more: choose where to begin above.</p>')


def is_too_long(chunk: Chunk, encoder: Encoder) -> bool:
    """Whether the model reads only the beginning of a chunk."""
    return chunk.token_count > encoder.encode_limit


def _passage(prepared: IndexedCorpus, chunk: Chunk, before: Chunk | None, encoder: Encoder) -> str:
    shared = max(0, before.end - chunk.start) if before else 0
    read = unread_from(chunk, encoder) if is_too_long(chunk, encoder) else None
    end = len(chunk.text) if read is None else read
    shared = min(shared, end)
    text = html.escape(chunk.text[shared:end])
    repeated = f"<u>{html.escape(chunk.text[:shared])}</u>" if shared else ""
    unread = f"<s>{html.escape(chunk.text[end:])}</s>" if end < len(chunk.text) else ""
    count = format_count(chunk.token_count, "token")
    name = html.escape(place_of(prepared, prepared.indices[chunk.id]))
    flag = f" · the model reads {encoder.encode_limit} of them" if read is not None else ""
    return (
        f'<div class="es-chunk"><p class="es-count">{name} · {count}{flag}</p>'
        f'<p class="es-text" dir="auto">{repeated}{text}{unread}</p></div>'
    )

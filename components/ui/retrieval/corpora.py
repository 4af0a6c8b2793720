"""The corpus to search in, shipped or the reader's own, and how its documents are divided into passages."""

from typing import Final

import streamlit as st

from components.core.retrieval.documents import ChunkSettings, Corpus, Question, Unit
from components.ui import state
from components.ui.assets import read_toml
from components.ui.caches import corpora
from components.ui.pickers import pick_option
from components.ui.retrieval import uploaded_documents

EVERYDAY: Final = "Everyday"
NOTES: Final = "Lecture notes"
OWN: Final = uploaded_documents.OWN
#: Name on the page → name of the file.
SHIPPED: Final = {EVERYDAY: "everyday", NOTES: "notes"}

# Unit → smallest and largest size of a chunk, and the size that the page opens with.
_SIZES: Final = {
    Unit.TOKENS: (16, 512, 128),
    Unit.SENTENCES: (1, 20, 3),
    Unit.PARAGRAPHS: (1, 10, 1),
    Unit.MEANING: (16, 512, 128),
}
_KEYS: Final = {
    Unit.TOKENS: state.Retrieval.CHUNK_TOKENS,
    Unit.SENTENCES: state.Retrieval.CHUNK_SENTENCES,
    Unit.PARAGRAPHS: state.Retrieval.CHUNK_PARAGRAPHS,
    # Its size is counted in tokens too.
    Unit.MEANING: state.Retrieval.CHUNK_TOKENS,
}
#: The largest overlap, in percent of a chunk.
_MOST_OVERLAP: Final = 50
# The percentile below which sentences part: least, most, and what the page opens with.
_PERCENTILES: Final = (5, 95, 30)


def shipped(name: str) -> Corpus:
    """The corpus of that name in SHIPPED."""
    return corpora.shipped_corpus(SHIPPED[name])


def shipped_questions(name: str) -> tuple[Question, ...]:
    """The questions that come with it."""
    return corpora.shipped_questions(SHIPPED[name])


def ask() -> str:
    """Ask which documents to search in; returns EVERYDAY, NOTES or OWN."""
    name = pick_option("Search in", [*SHIPPED, OWN], state.Retrieval.CORPUS)
    if name != OWN:
        st.caption(read_toml(f"corpora/{SHIPPED[name]}")["says"])
    return name


def ask_for_chunks() -> ChunkSettings:
    """Ask how documents are divided into chunks."""
    unit = Unit(
        pick_option(
            "Divide documents by", [each.value for each in Unit], state.Retrieval.CHUNK_UNIT, Unit.PARAGRAPHS.value
        )
    )
    least, most, first = _SIZES[unit]
    size = st.slider(
        f"Maximum {unit.counted} per passage",
        least,
        most,
        first,
        key=_KEYS[unit],
        bind=state.IN_URL,
        persist_state="session",
    )
    if unit is Unit.MEANING:
        return ChunkSettings(unit, size, percentile=_ask_for_percentile())
    share = st.slider(
        "Overlap with next passage, in percent",
        0,
        _MOST_OVERLAP,
        0,
        10,
        key=state.Retrieval.CHUNK_OVERLAP,
        bind=state.IN_URL,
        persist_state="session",
        help="A sentence at the border of two passages is then whole in one of them.",
    )
    overlap = size * share // 100
    shared = f"Neighbouring passages share {overlap} of {size} {unit.value}." if share else "Passages do not overlap."
    alone = unit.value.removesuffix("s")
    divided = "" if unit is Unit.TOKENS else f" A {alone} that is longer than the model reads is divided."
    st.caption(shared + divided)
    return ChunkSettings(unit, size, overlap)


def _ask_for_percentile() -> int:
    least, most, first = _PERCENTILES
    percentile = st.slider(
        "Percent of the borders between sentences that are cut",
        least,
        most,
        first,
        5,
        key=state.Retrieval.CHUNK_PERCENTILE,
        bind=state.IN_URL,
        persist_state="session",
        help="Semantic chunking: the three sentences before a border are compared with the three after it, and a "
        "document is cut where their cosine is lowest. What is then too long is divided further, in the same way.",
    )
    st.caption("Passages do not overlap.")
    return percentile

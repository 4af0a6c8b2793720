"""What is searched through: a corpus that comes with the app, or the reader's own documents, and how it is cut."""

from functools import cache as once
from typing import Final

import streamlit as st

from components.core.retrieval.documents import ChunkSettings, Corpus, Question, Unit
from components.core.retrieval.ingest.corpora import corpus_from, questions_from
from components.ui import state
from components.ui.assets import read_toml
from components.ui.pickers import pick_option
from components.ui.retrieval import uploaded_documents

EVERYDAY: Final = "Everyday"
NOTES: Final = "Lecture notes"
OWN: Final = "Your own"
#: Name on the page → name of the file.
SHIPPED: Final = {EVERYDAY: "everyday", NOTES: "notes"}

# Of each unit: the least and the most of a chunk, and what the page opens with.
_SIZES: Final = {Unit.TOKENS: (16, 512, 128), Unit.SENTENCES: (1, 20, 3), Unit.PARAGRAPHS: (1, 10, 1)}
_KEYS: Final = {
    Unit.TOKENS: state.Retrieval.CHUNK_TOKENS,
    Unit.SENTENCES: state.Retrieval.CHUNK_SENTENCES,
    Unit.PARAGRAPHS: state.Retrieval.CHUNK_PARAGRAPHS,
}
#: The whole share of a chunk that the next one may repeat, in percent.
_MOST_OVERLAP: Final = 50


@once
def shipped(name: str) -> Corpus:
    """The corpus of that name in SHIPPED."""
    return corpus_from(read_toml(f"corpora/{SHIPPED[name]}"))


@once
def shipped_questions(name: str) -> tuple[Question, ...]:
    """The questions that come with it."""
    return questions_from(read_toml(f"corpora/{SHIPPED[name]}_questions"), shipped(name))


def ask() -> str:
    """Ask what is searched through; returns EVERYDAY, NOTES or OWN."""
    with st.popover("Documents", width="content"):
        picked = pick_option("Search through", [*SHIPPED, OWN], state.Retrieval.CORPUS)
        if picked == OWN:
            uploaded_documents.ask()
        else:
            st.caption(read_toml(f"corpora/{SHIPPED[picked]}")["says"])
    return picked


def ask_for_chunks() -> ChunkSettings:
    """Ask how documents are cut into chunks."""
    with st.popover("Passages", width="content"):
        unit = Unit(
            pick_option(
                "Cut documents by", [each.value for each in Unit], state.Retrieval.CHUNK_UNIT, Unit.PARAGRAPHS.value
            )
        )
        least, most, first = _SIZES[unit]
        size = st.slider(
            f"At most so many {unit.value} a passage",
            least,
            most,
            first,
            key=_KEYS[unit],
            bind=state.IN_URL,
            persist_state="session",
        )
        share = st.slider(
            "Of which the next passage repeats, in percent",
            0,
            _MOST_OVERLAP,
            0,
            10,
            key=state.Retrieval.CHUNK_OVERLAP,
            bind=state.IN_URL,
            persist_state="session",
            help="A sentence that stands where two passages meet is then whole in one of them.",
        )
        overlap = size * share // 100
        st.caption(f"Neighbours share {overlap} of {size} {unit.value}." if share else "Neighbours share nothing.")
    return ChunkSettings(unit, size, overlap)

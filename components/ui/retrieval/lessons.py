"""Lessons in what goes wrong, one click each: a question, a corpus cut in some way, and what to look at."""

import html
from typing import Any

import streamlit as st

from components.core.model.loading import BUNDLED_NAME
from components.core.retrieval.documents import ChunkSettings, Unit
from components.ui import state
from components.ui.assets import read_toml
from components.ui.page import raw_markup as markup
from components.ui.pickers import pick_to_fill
from components.ui.retrieval.corpora import SHIPPED
from components.ui.retrieval.results import BACK

# So many passages the lessons speak of.
_K = 5


def lessons() -> dict[str, dict[str, Any]]:
    """Name → what each lesson sets, and what it says."""
    return {lesson["name"]: lesson for lesson in read_toml("lessons")["lesson"]}


def settings_of(lesson: dict[str, Any]) -> ChunkSettings:
    """How a lesson has its documents cut."""
    return ChunkSettings(Unit(lesson.get("unit", Unit.PARAGRAPHS)), lesson.get("size", 1), 0)


def corpus_of(lesson: dict[str, Any]) -> str:
    """The name on the page of the corpus that a lesson asks."""
    return next(name for name, file in SHIPPED.items() if file == lesson["corpus"])


def restore() -> None:
    """Begin the lesson that a link names. To be called before anything is asked on the page."""
    name = st.query_params.get(state.Retrieval.LESSON)
    if name in lessons() and state.Retrieval.LESSON not in st.session_state:
        _begin(str(name))


def offer() -> None:
    """Offer all lessons."""
    pick_to_fill(
        "Where it goes wrong", lessons(), "Pick a lesson", key=state.Retrieval.LESSON_PICKED, fill=_begin, width=230
    )


def _begin(name: str) -> None:
    lesson = lessons()[name]
    settings = settings_of(lesson)
    st.session_state.update(
        {
            state.Retrieval.LESSON: name,
            state.Retrieval.CORPUS: corpus_of(lesson),
            state.Retrieval.QUESTION: lesson["question"],
            state.Retrieval.CHUNK_UNIT: settings.unit.value,
            f"chunk_{settings.unit}": settings.size,
            state.Retrieval.CHUNK_OVERLAP: 0,
            state.Retrieval.RANKED_BY: lesson["method"],
            state.Retrieval.K: _K,
            state.Retrieval.VIEW: BACK,
            state.Retrieval.SEARCHED_DOCUMENTS: [],
        }
    )
    for key in (state.Retrieval.PASSAGE, state.Retrieval.PASSAGE_AGAINST):
        st.session_state.pop(key, None)


def draw(model: str, picked: str, settings: ChunkSettings, question: str, k: int, documents: tuple[str, ...]) -> None:
    """Say what to look at, as long as the page is as the lesson has set it; its name is then a part of the address."""
    name = st.session_state.get(state.Retrieval.LESSON)
    if name not in lessons():
        return
    lesson = lessons()[name]
    told = corpus_of(lesson), settings_of(lesson), lesson["question"], _K, (), BUNDLED_NAME
    if (picked, settings, question, k, documents, model) != told:
        # What it says would no longer be true.
        st.session_state[state.Retrieval.LESSON] = ""
        st.query_params.pop(state.Retrieval.LESSON, None)
        return
    st.query_params[state.Retrieval.LESSON] = name
    markup(f'<p class="es-lead"><b>{html.escape(name)}.</b> {html.escape(lesson["says"])}</p>')

"""Lessons about failures of retrieval: each sets a question, a corpus and its passages, and says what to look at."""

from typing import Any

import streamlit as st
from markupsafe import Markup

from components.core.model.loading import BUNDLED_NAME
from components.core.retrieval.documents import ChunkSettings, Unit
from components.ui import state
from components.ui.assets import read_toml
from components.ui.pickers import pick_to_fill
from components.ui.retrieval.corpora import SHIPPED
from components.ui.retrieval.results import RESULTS

# The parameter of the address before pages had lessons.
_ONCE_NAMED = "lesson"
# The number of passages that the lessons are written for.
_K = 5


def lessons() -> dict[str, dict[str, Any]]:
    """Name → settings and text of each lesson."""
    return {lesson["name"]: lesson for lesson in read_toml("lessons")["lesson"]}


def settings_of(lesson: dict[str, Any]) -> ChunkSettings:
    """The settings of a lesson's chunks."""
    return ChunkSettings(Unit(lesson.get("unit", Unit.PARAGRAPHS)), lesson.get("size", 1), 0)


def corpus_of(lesson: dict[str, Any]) -> str:
    """The name of a lesson's corpus on the page."""
    return next(name for name, file in SHIPPED.items() if file == lesson["corpus"])


def restore() -> None:
    """Begin the lesson that a link names. Call it before any widget is drawn."""
    named = (st.query_params.get(key) for key in (state.Retrieval.FAILURE, _ONCE_NAMED))
    name = next((each for each in named if each in lessons()), None)
    if name is not None and state.Retrieval.FAILURE not in st.session_state:
        _begin(name)


def offer() -> None:
    """Offer all lessons."""
    pick_to_fill(
        "Where it goes wrong", lessons(), "Pick a lesson", key=state.Retrieval.FAILURE_PICKED, fill=_begin, width=230
    )


def _begin(name: str) -> None:
    lesson = lessons()[name]
    settings = settings_of(lesson)
    st.session_state.update(
        {
            state.Retrieval.FAILURE: name,
            state.Retrieval.CORPUS: corpus_of(lesson),
            state.Retrieval.QUESTION: lesson["question"],
            state.Retrieval.CHUNK_UNIT: settings.unit.value,
            f"chunk_{settings.unit}": settings.size,
            state.Retrieval.CHUNK_OVERLAP: 0,
            state.Retrieval.STEMMED: False,
            state.Retrieval.RANKED_BY: lesson["method"],
            state.Retrieval.K: _K,
            state.Stage.SCREEN: RESULTS,
            state.Retrieval.SEARCHED_DOCUMENTS: [],
        }
    )
    for key in (state.Retrieval.PASSAGE, state.Retrieval.PASSAGE_AGAINST):
        st.session_state.pop(key, None)


def lead(
    model: str, corpus_name: str, settings: ChunkSettings, question: str, k: int, documents: tuple[str, ...]
) -> str:
    """What to look at, while the page is set as a lesson says; its name is then in the address bar. Else ""."""
    name = st.session_state.get(state.Retrieval.FAILURE)
    if name not in lessons():
        return ""
    lesson = lessons()[name]
    lesson_settings = corpus_of(lesson), settings_of(lesson), lesson["question"], _K, (), BUNDLED_NAME
    stems = st.session_state.get(state.Retrieval.STEMMED)
    if stems or (corpus_name, settings, question, k, documents, model) != lesson_settings:
        # The lesson's text holds for its own settings alone.
        st.session_state[state.Retrieval.FAILURE] = ""
        st.query_params.pop(state.Retrieval.FAILURE, None)
        return ""
    st.query_params[state.Retrieval.FAILURE] = name
    return Markup("<b>{}.</b> {}").format(name, lesson["says"])

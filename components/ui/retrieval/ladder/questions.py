"""The questions that a technique wins and loses beside dense search; each opens with a click."""

from collections.abc import Sequence

import streamlit as st
from markupsafe import Markup

from components.core.retrieval.evaluation.ladder import Comparison
from components.core.retrieval.search.ways.way import Way
from components.ui.page import markup
from components.ui.retrieval.failures import open_question
from components.ui.retrieval.ladder.comparisons import Comparisons
from components.ui.stage import frame
from components.ui.wording import format_count, plain_label, shorten


def draw(comparisons: Comparisons, way: Way | None) -> None:
    """Draw a button for each question that the way answers better or worse than dense search; it asks the question."""
    if way is None:
        frame.heading("Pick a technique, and see which questions it wins and loses")
        return
    comparison = comparisons.by_way[way]
    frame.heading(
        _finding(comparisons, way, comparison),
        f"By {comparisons.measure}; the ranks are those of the first answer. Click a question to ask it, and see what "
        "dense search, words and both bring back.",
    )
    columns = st.columns(2, gap="medium")
    for column, side, name, numbers in zip(
        columns, ("won", "lost"), ("better", "worse"), (comparison.won, comparison.lost), strict=True
    ):
        with column:
            frame.part(f"{format_count(len(numbers), 'question')} {name} than dense")
            with st.container(key=f"scroll_{side}"):
                _draw_buttons(comparisons, way, numbers)


def _finding(comparisons: Comparisons, way: Way, comparison: Comparison) -> str:
    if not comparison.won and not comparison.lost:
        return f"{way.name} and dense search are worth the same for each of {comparisons.these_questions}"
    same = comparisons.answered - len(comparison.won) - len(comparison.lost)
    return (
        f"{way.name} wins {format_count(len(comparison.won), 'question')} and loses {len(comparison.lost):,}; for "
        f"{same:,} nothing changes"
    )


def _draw_buttons(comparisons: Comparisons, way: Way, numbers: Sequence[int]) -> None:
    mine, dense = (each.result.outcomes for each in (comparisons.results[way], comparisons.dense))
    for number in numbers:
        question = comparisons.questions[number]
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.button(
                plain_label(shorten(question.text, 120)),
                key=f"ladder_{number}",
                type="tertiary",
                on_click=open_question,
                args=(question.text, way.name),
            )
            markup(
                Markup('<p class="es-count">{} instead of {}</p>').format(
                    _rank(mine[number].first_rank), _rank(dense[number].first_rank)
                )
            )


def _rank(rank: int | None) -> str:
    return "not found" if rank is None else f"rank {rank:,}"

"""The screen “ladder”: what is asked for, and which picture is shown."""

from functools import partial
from typing import Final

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components.core.retrieval.evaluation.evaluation import MEASURES
from components.core.retrieval.search.ways.first_stage import DENSE
from components.core.retrieval.search.ways.way import Way
from components.ui import state
from components.ui.pickers import pick_option
from components.ui.retrieval import evaluation
from components.ui.retrieval.indexed_corpus import IndexedCorpus
from components.ui.retrieval.ladder import costs, differences, picker, questions
from components.ui.retrieval.ladder.comparisons import Comparisons
from components.ui.retrieval.ladder.measuring import Measuring, named_by_operator
from components.ui.retrieval.method_comparison import RANKED_BY
from components.ui.stage import frame
from components.ui.tables import table
from components.ui.wording import format_count, format_signed

_DIFFERENCES: Final = "differences"
_BYTES: Final = "by bytes"
_TIME: Final = "by time"
_QUESTIONS: Final = "questions"


class Ladder:
    """The screen, and the measuring that goes on when the rest of the page is drawn."""

    def __init__(self, indexed_corpus: IndexedCorpus, corpus_name: str) -> None:
        self._indexed_corpus, self._corpus_name = indexed_corpus, corpus_name
        self._measuring: Measuring | None = None
        self._slot: DeltaGenerator | None = None

    def draw(self) -> None:
        """Draw what is measured so far."""
        asked = evaluation.questions_of(self._indexed_corpus, self._corpus_name)
        if evaluation.draws_obstacle(self._indexed_corpus, asked):
            return
        techniques = picker.ask(named_by_operator())
        with frame.controls():
            view = pick_option("Show", [_DIFFERENCES, _BYTES, _TIME, _QUESTIONS], state.Ladder.VIEW)
        with frame.more():
            measure = pick_option("Measured by", list(MEASURES), state.Ladder.MEASURE, RANKED_BY)
        self._measuring = measuring = Measuring(self._indexed_corpus, asked, (DENSE, *techniques))
        self._slot = st.empty()
        if DENSE not in measuring.results:
            frame.heading(
                f"Asking {format_count(len(asked), 'question')} in {format_count(len(techniques) + 1, 'way')}",
                measuring.problems.get(DENSE, "Dense search first: the others are compared with it."),
            )
            return
        comparisons = Comparisons(measuring.results, asked, measure, len(techniques), measuring.problems)
        way = _pick_technique(comparisons, view)
        {
            _DIFFERENCES: partial(differences.draw, comparisons),
            _BYTES: partial(costs.draw, comparisons, costs.BYTES),
            _TIME: partial(costs.draw, comparisons, costs.TIME),
            _QUESTIONS: partial(questions.draw, comparisons, way),
        }[view]()
        _say_problems(comparisons)
        with frame.details():
            _draw_details(comparisons)

    def go_on(self) -> None:
        """Measure what is missing, if the screen is shown."""
        if self._measuring is not None and self._slot is not None:
            self._measuring.go_on(self._slot)


def _pick_technique(comparisons: Comparisons, view: str) -> Way | None:
    """Ask whose questions are shown; None if nothing is measured."""
    by_name = {way.name: way for way in comparisons.by_way}
    if not by_name:
        return None
    # The one that changes most questions has most to show.
    most = max(comparisons.by_way, key=lambda way: _changed(comparisons, way))
    with frame.controls() if view == _QUESTIONS else frame.more():
        if st.session_state.get(state.Ladder.TECHNIQUE) not in by_name:
            st.session_state.pop(state.Ladder.TECHNIQUE, None)
        name = st.selectbox(
            "Questions of",
            list(by_name),
            index=list(by_name.values()).index(most),
            key=state.Ladder.TECHNIQUE,
            bind=state.IN_URL,
            persist_state="session",
            width=300,
        )
    return by_name[name]


def _changed(comparisons: Comparisons, way: Way) -> int:
    comparison = comparisons.by_way[way]
    return len(comparison.won) + len(comparison.lost)


def _say_problems(comparisons: Comparisons) -> None:
    for way, problem in comparisons.problems.items():
        frame.note(f"{way.name} is not measured: {problem}")
    if comparisons.problems:
        st.button("Try again", on_click=lambda: st.session_state.pop(state.Ladder.PROBLEMS, None))


def _draw_details(comparisons: Comparisons) -> None:
    ways = [DENSE, *comparisons.by_way]
    table(
        ["way of searching", *MEASURES],
        [
            [way.name, *(f"{comparisons.results[way].result.means[name].value:.3f}" for name in MEASURES)]
            for way in ways
        ],
        f"Means over {comparisons.these_questions}.",
    )
    if comparisons.by_way:
        table(
            [f"{comparisons.measure} minus dense", "difference", "from", "to"],
            [
                [way.name, *(format_signed(number, 3) for number in (each.value, each.low, each.high))]
                for way, each in ((way, each.difference) for way, each in comparisons.by_way.items())
            ],
            "The 95% interval of the difference: the same questions are drawn for both, again and again (paired "
            "bootstrap), those with the same answers together. “Measured by” under “More settings” chooses the "
            "measure; the CSV file has them all.",
        )
        if len(comparisons.by_way) > 1:
            frame.note(
                f"The more techniques, the wider the intervals: if none of {len(comparisons.by_way)} differed from "
                "dense, all of them would hold 0 in 19 of 20 cases (joint intervals: Beran 1988)."
            )
    for way in ways:
        result = comparisons.results[way]
        frame.note(
            " ".join(part for part in (f"{way.name}: {way.described.does}", result.note, f"({way.source})") if part)
        )

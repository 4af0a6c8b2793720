"""The question where on the map an added sentence lands, asked before it is shown."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import streamlit as st

from components.core.classroom.questions import Map
from components.core.text.sentence_set import SentenceSet
from components.ui import state
from components.ui.page import quoted
from components.ui.sentence_map import added_sentences
from components.ui.sentence_map.session import SentenceMap
from components.ui.stage import question
from components.ui.stage.question import Asked
from components.ui.wording import shorten

#: Asked about if the reader has added none.
EXAMPLE = "Squatch orders a second pizza"
# What a phone shows of the map.
_MOST_DOTS, _MOST_GROUPS = 400, 12
_WORTH_TURNING = 1.15


def added_to(sentences: SentenceSet, asks: bool) -> tuple[str, ...]:
    """The added sentences. asks: True on a screen that asks where the last one lands; then there is at least one."""
    added = added_sentences.added_to(sentences)
    if not added and asks and st.session_state.get(state.Stage.ASK_FIRST) and EXAMPLE not in sentences.indices:
        return (EXAMPLE,)
    return added


def ask(session: SentenceMap, draw_map: Callable[[], None]) -> Asked[tuple[float, float]]:
    """Ask where the sentence that was added last lands. draw_map: draws the map, on which a click is a guess."""
    if not session.added or session.settings.dimensions != 2:
        return Asked(False)
    sentence, points = session.added[-1], session.points()
    subject = (sentence, session.request, session.settings)
    box = _Box.around(points)
    if st.session_state.get(state.SentenceMap.GUESS, (None,))[0] != sentence:
        st.session_state[state.SentenceMap.GUESS] = sentence, None

    def picked() -> tuple[float, float] | None:
        draw_map()
        guess: tuple[float, float] | None = st.session_state[state.SentenceMap.GUESS][1]
        return guess

    return question.place(
        "landing",
        subject,
        f"Where will {quoted(shorten(sentence, 80))} land?",
        picked,
        lambda guess: _compare(session, np.array(guess), points[-1]),
        drawn=_map(session, box),
        truth=box.inside(points[-1]),
        read=box.outside,
        write=box.inside,
    )


@dataclass(frozen=True)
class _Box:
    """A square around all points of a map; inside it, places have coordinates from 0 to 1."""

    left: float
    bottom: float
    width: float
    turned: bool  # a map that is higher than wide lies on its side, as on a teacher's screen (views/scatter/space.js)

    @staticmethod
    def around(points: np.ndarray) -> "_Box":
        low, high = points.min(axis=0), points.max(axis=0)
        width = float((high - low).max()) or 1.0
        left, bottom = ((low + high) / 2 - width / 2).tolist()
        across, up = (high - low).tolist()
        return _Box(left, bottom, width, up > _WORTH_TURNING * across)

    def inside(self, place: Sequence[float] | np.ndarray) -> tuple[float, float]:
        x, y = (float(place[0]) - self.left) / self.width, (float(place[1]) - self.bottom) / self.width
        return (y, 1 - x) if self.turned else (x, y)

    def outside(self, place: tuple[float, float]) -> tuple[float, float]:
        x, y = (1 - place[1], place[0]) if self.turned else place
        return self.left + x * self.width, self.bottom + y * self.width


def _map(session: SentenceMap, box: _Box) -> Map:
    """The map without what was added, as phones draw it."""
    labels = session.of_set.labels
    groups = tuple(dict.fromkeys(labels or ()))
    if len(groups) > _MOST_GROUPS:
        labels, groups = None, ()
    known = session.points()[: len(session.of_set.sentences)]
    # More dots make a phone slow, and are not told apart on it.
    every = range(0, len(known), 1 + len(known) // _MOST_DOTS)
    return Map(
        tuple(box.inside(known[index]) for index in every),
        tuple(groups.index(labels[index]) if labels else 0 for index in every),
        groups,
    )


def take_guess(place: tuple[float, float]) -> None:
    """Keep the place that was clicked."""
    sentence = st.session_state.get(state.SentenceMap.GUESS, (None,))[0]
    st.session_state[state.SentenceMap.GUESS] = sentence, place


def _compare(session: SentenceMap, guess: np.ndarray, truth: np.ndarray) -> str:
    """Say how far the guess is from the truth, and beside which sentences both are."""
    known = session.points()[: len(session.of_set.sentences)]
    share = float(np.linalg.norm(guess - truth)) / (float(np.ptp(known[:, 0])) or 1.0)
    if share < 0.05:
        return "You guessed right: less than a twentieth of the map’s width away."
    near = [_beside(session, known, place) for place in (guess, truth)]
    return f"Your guess is {share:.0%} of the map’s width away: it is beside {near[0]}, the sentence beside {near[1]}."


def _beside(session: SentenceMap, known: np.ndarray, place: np.ndarray) -> str:
    """The label of the dot nearest to a place, or its sentence if there are no labels."""
    nearest = int(np.linalg.norm(known - place, axis=1).argmin())
    labels = session.of_set.labels
    return quoted(shorten(labels[nearest] if labels else session.of_set.sentences[nearest], 50))

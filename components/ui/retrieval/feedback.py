"""Feedback: passages that a reader marks as wrong for a question, and how feedback moves the question's vector."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import streamlit as st

from components.core.retrieval.search.ranking import RankedItem, exact_search
from components.core.retrieval.search.rocchio import ALPHA, BETA, GAMMA, MovedQuestion, move_question
from components.ui import state
from components.ui.retrieval.search_result import SearchResult
from components.ui.stage import frame
from components.ui.wording import spell_number

FIRST, WRONG = "first passages", "not this one"
# Questions whose marks are kept.
_MOST: Final = 50


@dataclass(frozen=True)
class FeedbackSettings:
    """What moves the question, and by how much."""

    kinds: tuple[str, ...]  # of FIRST and WRONG
    passages: int  # that are taken for relevant
    beta: float
    gamma: float


@dataclass(frozen=True, eq=False)
class Feedback:
    """A question that was moved, and what a dense search finds before and after."""

    moved: MovedQuestion
    relevant: tuple[int, ...]  # the passages that it moved towards, by their indices
    wrong: tuple[int, ...]  # those that it moved away from
    before: tuple[RankedItem, ...]  # the first k
    after: tuple[RankedItem, ...]


def marked_wrong(result: SearchResult) -> tuple[int, ...]:
    """The passages that are marked as wrong for this question, by their indices, in the order of marking."""
    indices = result.indexed_corpus.indices
    return tuple(indices[chunk] for chunk in _marks().get(_key(result), ()) if chunk in indices)


def toggle_wrong(result: SearchResult, chunk: str) -> None:
    """Mark a passage as wrong for the question, or take the mark back; for callbacks."""
    marks, key = dict(_marks()), _key(result)
    kept = tuple(each for each in marks.pop(key, ()) if each != chunk)
    before = _marks().get(key, ())
    now = kept if chunk in before else (*kept, chunk)
    if now:
        marks[key] = now
        picked = st.session_state.get(state.Retrieval.FEEDBACK) or []
        st.session_state[state.Retrieval.FEEDBACK] = list(dict.fromkeys([*picked, WRONG]))
    st.session_state[state.Retrieval.WRONG] = dict(list(marks.items())[-_MOST:])


def _marks() -> dict[tuple[str, str], tuple[str, ...]]:
    marks: dict[tuple[str, str], tuple[str, ...]] = st.session_state.get(state.Retrieval.WRONG, {})
    return marks


def _key(result: SearchResult) -> tuple[str, str]:
    return result.indexed_corpus.collection, result.question


def ask(result: SearchResult) -> FeedbackSettings:
    """Ask what moves the question, and behind the button by how much."""
    with frame.controls():
        kinds = st.pills(
            "Move the question by",
            [FIRST, WRONG],
            selection_mode="multi",
            key=state.Retrieval.FEEDBACK,
            bind=state.IN_URL,
            persist_state="session",
        )
    with frame.more():
        passages = st.slider(
            "First passages that count as right",
            1,
            10,
            3,
            key=state.Retrieval.FEEDBACK_PASSAGES,
            bind=state.IN_URL,
            persist_state="session",
        )
        beta, gamma = (
            st.slider(label, 0.0, 1.0, first, 0.05, key=key, bind=state.IN_URL, persist_state="session")
            for label, first, key in (
                ("β: weight of the first passages", BETA, state.Retrieval.FEEDBACK_BETA),
                ("γ: weight of “not this one”", GAMMA, state.Retrieval.FEEDBACK_GAMMA),
            )
        )
    if WRONG in kinds and not marked_wrong(result):
        with frame.controls():
            frame.note("Mark a passage with “Not this one” on the screen “results”.")
    return FeedbackSettings(tuple(kinds), passages, beta, gamma)


def moved_by(result: SearchResult, settings: FeedbackSettings) -> Feedback | None:
    """Return the question moved by feedback; None if nothing moves it.

    A passage that is marked as wrong is never taken for right.
    """
    vectors = result.indexed_corpus.unit_vectors
    wrong = marked_wrong(result) if WRONG in settings.kinds else ()
    right = [each.index for each in result.exact if each.index not in wrong][: settings.passages]
    relevant = tuple(right) if FIRST in settings.kinds else ()
    if not relevant and not wrong:
        return None
    moved = move_question(
        result.question_vector, vectors[list(relevant)], vectors[list(wrong)], ALPHA, settings.beta, settings.gamma
    )
    after = exact_search(vectors, moved.after, result.depth, result.allowed)
    return Feedback(moved, relevant, wrong, result.exact[: result.k], after[: result.k])


def finding(feedback: Feedback) -> str:
    """How far the question moved, and what that changes among the first passages."""
    before, after = ([each.index for each in ranking] for ranking in (feedback.before, feedback.after))
    new = len(set(after) - set(before))
    first = f"the first {spell_number(len(after))} passages" if len(after) > 1 else "the first passage"
    if new:
        changed = f"{spell_number(new)} of {first} {'is' if new == 1 else 'are'} new"
        if len(after) == 1:
            changed = f"{first} is another"
    elif before == after:
        changed = f"{first} {'stay as they are' if len(after) > 1 else 'stays'}"
    else:
        changed = f"{first} stay, in another order"
    return f"Feedback moves the question to a cosine of {_cosine(feedback.moved)} with where it was: {changed}"


def rank_before(result: SearchResult, index: int) -> str:
    """The rank that a passage had before feedback, as the page prints it."""
    rank = next((each.rank for each in result.exact if each.index == index), None)
    return f"below {result.depth}" if rank is None else str(rank)


def explain(feedback: Feedback, settings: FeedbackSettings, names: Sequence[str]) -> None:
    """Say by what the question moved. names: of the passages that it moved away from."""
    parts = ["the question"]
    if feedback.relevant:
        parts.append(f"{settings.beta:g} · the mean of the first {len(feedback.relevant)}")
    moved = " + ".join(parts)
    if feedback.wrong:
        moved += f" − {settings.gamma:g} · the mean of what is marked as wrong"
    frame.note(
        f"Rocchio 1971: the new vector is {moved}, brought to length 1. Nobody has judged the first passages: where "
        "they are wrong, the question moves away from its answer."
    )
    if names:
        frame.note(f"Marked as wrong: {'; '.join(names)}.")


def _cosine(moved: MovedQuestion) -> str:
    return f"{float(np.clip(moved.cosine, -1, 1)):.3f}"

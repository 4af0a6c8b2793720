"""Rocchio's feedback against its sum written out, by hand, and as a search."""

import numpy as np
import pytest

from components.core.numerics.similarity import normalise_rows
from components.core.retrieval.search.ranking import exact_search
from components.core.retrieval.search.rocchio import ALPHA, BETA, GAMMA, move_question, pseudo_feedback

_RANDOM = np.random.default_rng(8)
_VECTORS = normalise_rows(_RANDOM.normal(size=(50, 6)))
_QUESTION = normalise_rows(_RANDOM.normal(size=6))
_NONE = np.empty((0, 6))


def test_a_moved_question_is_the_weighted_sum_written_out() -> None:
    for relevant, wrong in ((_VECTORS[:3], _VECTORS[3:5]), (_VECTORS[:1], _NONE), (_NONE, _VECTORS[:4])):
        expected = []
        for dimension in range(6):
            number = ALPHA * _QUESTION[dimension]
            for sign, weight, rows in ((1, BETA, relevant), (-1, GAMMA, wrong)):
                for row in rows:
                    number += sign * weight * row[dimension] / len(rows)
            expected.append(number)
        moved = move_question(_QUESTION, relevant, wrong)
        np.testing.assert_allclose(moved.after, np.array(expected) / np.linalg.norm(expected))
        assert moved.before is _QUESTION
        assert moved.cosine == pytest.approx(float(moved.after @ _QUESTION))


def test_not_this_one_worked_by_hand() -> None:
    # (1, 0) + (0.75 · (0, 1) − 0.5 · (1, 0)) = (0.5, 0.75).
    question, right, wrong = np.array([1.0, 0.0]), np.array([[0.0, 1.0]]), np.array([[1.0, 0.0]])
    moved = move_question(question, right, wrong, gamma=0.5)
    assert moved.after == pytest.approx(np.array([0.5, 0.75]) / np.sqrt(0.8125))
    away = move_question(question, right[:0], np.array([[0.6, 0.8]]), gamma=0.5)
    assert away.after @ [0.6, 0.8] < question @ [0.6, 0.8]


def test_without_passages_or_weights_a_question_stays_where_it_is() -> None:
    for moved in (move_question(_QUESTION, _NONE, _NONE), move_question(_QUESTION, _VECTORS, _VECTORS, 1.0, 0.0, 0.0)):
        np.testing.assert_allclose(moved.after, _QUESTION)
        assert moved.cosine == pytest.approx(1)


def test_parts_that_cancel_each_other_leave_a_vector_of_zeros() -> None:
    moved = move_question(np.array([1.0, 0.0]), np.empty((0, 2)), np.array([[1.0, 0.0]]), gamma=1.0)
    assert (moved.after.tolist(), moved.cosine) == ([0, 0], 0)


def test_pseudo_feedback_takes_the_first_passages_of_an_exact_search_for_relevant() -> None:
    feedback = pseudo_feedback(_VECTORS, _QUESTION, 3)
    assert feedback.relevant == exact_search(_VECTORS, _QUESTION, 3)
    indices = [each.index for each in feedback.relevant]
    expected = normalise_rows(_QUESTION + 0.75 * _VECTORS[indices].sum(axis=0) / 3)
    np.testing.assert_allclose(feedback.question.after, expected)
    # Nearer to those than before.
    assert (_VECTORS[indices] @ feedback.question.after > _VECTORS[indices] @ _QUESTION).all()


def test_feedback_of_no_passage_searches_as_before() -> None:
    for feedback in (pseudo_feedback(_VECTORS, _QUESTION, 0), pseudo_feedback(_VECTORS, _QUESTION, 5, beta=0.0)):
        np.testing.assert_allclose(feedback.question.after, _QUESTION)

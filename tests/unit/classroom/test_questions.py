"""What phones send is an answer to its question, or is refused with a sentence; nothing else happens."""

import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.core.classroom.questions import (
    LONGEST_TEXT,
    Answer,
    ClassQuestion,
    Kind,
    Scale,
    Truth,
    answer_from_json,
    clean_text,
)
from components.core.errors import AnswerError
from tests.support.class_questions import FITTING, QUESTIONS, TRUTHS

#: What Python reads from JSON: also NaN, infinities, and whole numbers of any length.
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)


def nested(depth: int) -> object:
    """A list in a list in a list …"""
    found: object = 0.5
    for _ in range(depth):
        found = [found, 0.5]
    return found


_NO_NUMBERS = [None, True, False, "0.5", "", [], [0.5], {"x": 1}, nested(900), float("nan"), float("inf")]
_NO_NUMBERS += [-float("inf"), 10**400, -(10**400)]


@pytest.mark.parametrize("kind", Kind)
def test_an_answer_that_fits_is_kept_as_it_is(kind: Kind) -> None:
    for answer in FITTING[kind]:
        assert QUESTIONS[kind].read_answer(answer) == answer


@pytest.mark.parametrize("kind", Kind)
@given(given_=_JSON)
def test_whatever_json_holds_is_an_answer_that_can_be_written_down_or_is_refused(kind: Kind, given_: object) -> None:
    try:
        answer = QUESTIONS[kind].read_answer(given_)
    except AnswerError:
        return
    again = answer_from_json(json.loads(json.dumps(answer, allow_nan=False)))
    assert again == answer
    assert type(again) is type(answer)
    assert QUESTIONS[kind].read_answer(again) == answer


@pytest.mark.parametrize("given_", _NO_NUMBERS, ids=range(len(_NO_NUMBERS)))
@pytest.mark.parametrize("kind", [Kind.NUMBER, Kind.CHOICE, Kind.PLACE])
def test_what_is_no_number_is_refused(kind: Kind, given_: object) -> None:
    with pytest.raises(AnswerError):
        QUESTIONS[kind].read_answer(given_)


@pytest.mark.parametrize("given_", _NO_NUMBERS, ids=range(len(_NO_NUMBERS)))
def test_a_place_of_what_are_no_numbers_is_refused(given_: object) -> None:
    for place in ([given_, 0.5], [0.5, given_], (given_, given_)):
        with pytest.raises(AnswerError):
            QUESTIONS[Kind.PLACE].read_answer(place)


@pytest.mark.parametrize("given_", [1.01, -1.0000001, 2, 1e300])
def test_a_number_beyond_the_scale_is_refused_with_its_ends(given_: float) -> None:
    with pytest.raises(AnswerError, match=r"from −1\.00 to 1\.00\."):
        QUESTIONS[Kind.NUMBER].read_answer(given_)


def test_the_ends_of_the_scale_are_answers() -> None:
    assert [QUESTIONS[Kind.NUMBER].read_answer(each) for each in (-1, 1, 0.126)] == [-1.0, 1.0, 0.13]


@given(
    st.floats(-1e6, 1e6),
    st.floats(0, 1e6),
    st.integers(0, 4),
    st.floats(0, 1),
)
def test_a_rounded_number_stays_on_the_scale_and_zero_has_no_sign(
    low: float, length: float, decimals: int, at: float
) -> None:
    scale = Scale(low, low + length, decimals)
    sent = min(max(low + at * length, scale.low), scale.high)
    answer = ClassQuestion(Kind.NUMBER, "?", scale=scale).read_answer(sent)
    assert isinstance(answer, float)
    assert scale.low <= answer <= scale.high
    assert repr(answer) != "-0.0"


@pytest.mark.parametrize("given_", [3, -1, 10**30, 1.0, 0.5, "1", True, None])
def test_what_is_no_index_of_an_option_is_refused_with_their_number(given_: object) -> None:
    with pytest.raises(AnswerError, match="one of 3 options"):
        QUESTIONS[Kind.CHOICE].read_answer(given_)


@pytest.mark.parametrize("given_", [[1.1, 0.5], [0.5, -0.1], [0.5], [0.5, 0.5, 0.5], {"x": 0.5, "y": 0.5}])
def test_what_is_no_place_on_the_map_is_refused(given_: object) -> None:
    with pytest.raises(AnswerError):
        QUESTIONS[Kind.PLACE].read_answer(given_)


# Texts


def test_a_text_of_200_characters_is_kept_and_one_of_201_is_refused_with_its_length() -> None:
    question = QUESTIONS[Kind.TEXT]
    assert question.read_answer("ä" * LONGEST_TEXT) == "ä" * LONGEST_TEXT
    with pytest.raises(AnswerError, match="201 characters; at most 200"):
        question.read_answer("ä" * 201)


@pytest.mark.parametrize(
    "given_", ["", "  \n\t ", "\x00\x07\x1b", "\u202e\u2066", "\u200b\u200d\ufeff", "\u00ad", "\ufe0f", "\ud800"]
)
def test_a_text_of_which_nothing_can_be_seen_is_refused(given_: str) -> None:
    with pytest.raises(AnswerError, match="Type something first"):
        QUESTIONS[Kind.TEXT].read_answer(given_)


@pytest.mark.parametrize("given_", [None, 5, True, ["text"], {"text": "text"}])
def test_what_is_no_text_is_refused(given_: object) -> None:
    with pytest.raises(AnswerError):
        QUESTIONS[Kind.TEXT].read_answer(given_)


@given(st.text())
def test_a_clean_text_has_no_control_characters_and_no_turned_direction_and_stays_as_it_is(text: str) -> None:
    clean = clean_text(text)
    assert not any(unicodedata.category(char) in ("Cc", "Cs", "Cn") for char in clean)
    assert not any("\u202a" <= char <= "\u202e" or "\u2066" <= char <= "\u2069" for char in clean)
    assert "  " not in clean
    assert clean == clean.strip()
    assert clean_text(clean) == clean
    clean.encode()


def test_letters_of_other_scripts_and_composed_emoji_are_kept() -> None:
    for text in ("naïve", "日本語", "שלום עולם", "नमस्ते", "👩‍🏫 teaches", "🏴󠁧󠁢󠁥󠁮󠁧󠁿"):
        assert clean_text(text) == text


# Written down and read again


@pytest.mark.parametrize("kind", Kind)
def test_a_question_and_its_truth_are_read_as_they_were_written(kind: Kind) -> None:
    question, truth = QUESTIONS[kind], TRUTHS[kind]
    assert ClassQuestion.from_json(json.loads(json.dumps(question.as_json()))) == question
    if truth is not None:
        assert Truth.from_json(json.loads(json.dumps(truth.as_json()))) == truth


@pytest.mark.parametrize(
    ("truth", "guess", "near"),
    [
        (Truth(0.5, reach=0.1), 0.6, True),
        (Truth(0.5, reach=0.1), 0.61, False),
        (Truth(0.5, reach=0.1), 0.4, True),
        (Truth(7.0, reach=1), 8, True),
        (Truth((0.5, 0.5), reach=0.1), (0.56, 0.58), True),  # 3-4-5
        (Truth((0.5, 0.5), reach=0.1), (0.57, 0.58), False),
        (Truth(1, (2,)), 1, True),
        (Truth(1, (2,)), 2, True),
        (Truth(1, (2,)), 0, False),
    ],
)
def test_a_guess_is_near_up_to_the_reach_and_an_option_if_it_is_as_good(
    truth: Truth, guess: Answer, near: bool
) -> None:
    assert truth.is_near(guess) is near

"""How the answers of a class and the truth differ, in words."""

from collections.abc import Sequence

import pytest

from components.core.classroom.questions import Answer, ClassQuestion, Kind, Map, Scale, Truth
from components.core.classroom.room import Entry, Round
from components.core.classroom.tally import tally
from components.ui.classroom.asking import summary

COSINE = ClassQuestion(Kind.NUMBER, "How alike?", scale=Scale(-1.0, 1.0, 2)), Truth(-0.83171, reach=0.1)
PIECES = ClassQuestion(Kind.NUMBER, "How many?", scale=Scale(1.0, 12.0, 0, " pieces")), Truth(2.0)
WORD = ClassQuestion(Kind.CHOICE, "Which?", options=("oven", "pizza", "it")), Truth(1)
EITHER = WORD[0], Truth(1, also_right=(2,))
PLACE = ClassQuestion(Kind.PLACE, "Where?", map=Map(((0.5, 0.5),), (0,), ())), Truth((0.5, 0.5), reach=0.1)
TEXT = ClassQuestion(Kind.TEXT, "Type one"), None


def said(
    asked: tuple[ClassQuestion, Truth | None], *rounds: Sequence[Answer], let_through: tuple[str, ...] = ()
) -> str:
    question, truth = asked
    times = tuple(Round(number, 0.0, False) for number in range(1, len(rounds) + 1))
    entry = Entry("s", "Tokens", "the cut", "", question, truth, times, is_revealed=True, let_through=let_through)
    return summary(entry, [tally(question, truth, each) for each in rounds])


@pytest.mark.parametrize(
    ("asked", "answers", "expected"),
    [
        (COSINE, [], "Nobody has answered. It is −0.8317."),
        (COSINE, [-0.8], "1 answer, median −0.80; 1 is within 0.10. It is −0.8317."),
        (COSINE, [0.5], "1 answer, median 0.50; none is within 0.10. It is −0.8317."),
        (COSINE, [-0.9, -0.74, 0.0], "3 answers, median −0.74; 2 are within 0.10. It is −0.8317."),
        (COSINE, [0.25] * 1000, "1,000 answers, median 0.25; none is within 0.10. It is −0.8317."),
        (PIECES, [2.0, 3.0, 3.0], "3 answers, median 3 pieces; 1 is right. It is 2 pieces."),
        (WORD, [], "Nobody has answered. It is “pizza”."),
        (WORD, [0], "1 answer, most say “oven” (1); none is right. It is “pizza”."),
        (WORD, [0, 1, 1], "3 answers, most say “pizza” (2); 2 are right. It is “pizza”."),
        (WORD, [0, 1], "2 answers; 1 is right. It is “pizza”."),
        (EITHER, [2, 2, 0], "3 answers, most say “it” (2); 2 are right. It is “pizza” or “it”."),
        (PLACE, [], "Nobody has answered."),
        (PLACE, [(0.5, 0.55)], "1 answer; 1 is within a tenth of the map."),
        (PLACE, [(0.5, 0.5), (0.0, 1.0), (0.45, 0.5)], "3 answers; 2 are within a tenth of the map."),
        (PLACE, [(0.0, 0.0)], "1 answer; none is within a tenth of the map."),
    ],
)
def test_one_round_is_summed_up(
    asked: tuple[ClassQuestion, Truth | None], answers: list[Answer], expected: str
) -> None:
    assert said(asked, answers) == expected


@pytest.mark.parametrize(
    ("asked", "first", "second", "expected"),
    [
        (
            PIECES,
            [1.0, 3.0],
            [2.0, 2.0],
            "2 answers, median 2 pieces; none is right. Asked again: 2 answers, median 2 pieces; 2 are right. "
            "It is 2 pieces.",
        ),
        (
            WORD,
            [0, 0, 1],
            [1],
            "3 answers, most say “oven” (2); 1 is right. Asked again: 1 answer, most say “pizza” (1); 1 is right. "
            "It is “pizza”.",
        ),
        (
            PLACE,
            [(0.0, 0.0)],
            [],
            "1 answer; none is within a tenth of the map. Asked again: nobody has answered.",
        ),
    ],
)
def test_each_further_round_is_said_and_the_truth_once(
    asked: tuple[ClassQuestion, Truth | None], first: list[Answer], second: list[Answer], expected: str
) -> None:
    assert said(asked, first, second) == expected


def test_of_texts_it_is_said_how_many_came_and_how_many_were_let_through() -> None:
    assert said(TEXT, []) == "0 texts, none let through."
    assert said(TEXT, ["a", "b"], ["c"], let_through=("a",)) == "3 texts, 1 let through."

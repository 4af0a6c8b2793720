"""What a class guessed in two rounds stands where each screen shows its answer."""

from collections.abc import Sequence
from typing import Any

import pytest

from components.core.classroom.guesses import Guesses
from components.ui.stage import question
from components.ui.stage.question import Asked
from tests.support.retrieval_page import PRAM
from tests.support.visit import Visit

TEXT = "Squatch eats pizza"


@pytest.fixture(autouse=True)
def class_that_guessed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A class of whom 2 of 3 took the first option, and then 1 of 3; of numbers it guessed 1, 2, 2, and then 3."""

    def one_of(name: str, subject: Any, text: str, options: Sequence[str], truth: str, **more: Any) -> Asked[str]:
        first, second, *_ = options
        return Asked(False, Guesses(rounds=((first, first, second), (first, second, second))))

    def scale(name: str, subject: Any, text: str, low: float, high: float, truth: float, **more: Any) -> Asked[float]:
        numbers = (1.0, 2.0, 2.0) if high > 1 else (0.25, 0.5, 0.5)
        return Asked(False, Guesses(rounds=(numbers, (3.0,) * 3 if high > 1 else (0.75,) * 3)))

    monkeypatch.setattr(question, "one_of", one_of)
    monkeypatch.setattr(question, "scale", scale)


@pytest.mark.parametrize(
    ("title", "screen", "said"),
    [
        ("One layer", "one token", "attention (2 of 3 guessed this, then 1 of 3) brings"),
        ("One layer", "switched off", "without the network (1 of 3 guessed this, then 2 of 3)"),
        ("Explanations", "one text", "2 of 3 → 1 of 3"),
        ("Tokens", "the cut", "pieces of Squatch, guessed by 3, then by 3"),
    ],
)
def test_text_says_how_many_guessed_what_in_both_rounds(title: str, screen: str, said: str) -> None:
    visit = Visit(title, screen=screen, **({"text": TEXT} if title in ("One layer", "Tokens") else {}))
    assert said in visit.words


def test_by_hand_says_of_each_word_who_guessed_it() -> None:
    visit = Visit("By hand", screen="every number")
    assert "“1 squatch”, 2 of 3 guessed this, then 1 of 3; “2 eats”, 1 of 3 guessed this, then 2 of 3." in visit.words


def test_each_number_of_pieces_has_a_bar_for_each_round_and_the_true_one_is_marked() -> None:
    visit = Visit("Tokens", screen="the cut", text=TEXT)
    assert 'aria-label="Pieces guessed: 1: 1, then 0; 2: 2, then 0; 3: 0, then 3"' in visit.markup
    columns = visit.markup.split("<ol ")[1].split("</ol>")[0].split("<li")[1:]
    assert [column.count("<i ") for column in columns] == [2, 2, 2]
    assert ["es-true" in column for column in columns] == [False, True, False]


def test_pictures_are_told_of_both_rounds() -> None:
    path = Visit("Overview", screen="one token's way", text=TEXT).view("token-way")[0]["path"]
    scale = Visit("Word order", screen="which is which").sent("pairs")["scale"]
    for drawn in (path, scale):
        assert [each["stacks"] for each in drawn["rounds"]] == [[[0.25, 1], [0.5, 2]], [[0.75, 3]]]
    head = Visit("Attention", screen="one head", text=TEXT).view("attention")[0]
    assert sorted(each["says"][0][0] for each in head["guessed"]) == ["1 → 2", "2 → 1"]
    bars = Visit("Embeddings", screen="nearest words", text=TEXT).figure("neighbours")
    assert len([note for note in bars["layout"]["annotations"] if " of 3 → " in note["text"]]) == 2
    strips = Visit("Positions", screen="every order", text=TEXT).figure("orders")["layout"]["yaxis2"]["ticktext"]
    assert strips == ["1st: 3 guesses<br>median 0.50", "2nd: 3 guesses<br>median 0.75"]


def test_passages_say_how_many_guessed_them() -> None:
    visit = Visit("Live retrieval", screen="results", question=PRAM)
    assert "In colour: how many of the class guessed it." in visit.words
    assert " guessed this, then " in visit.markup

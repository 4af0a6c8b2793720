"""A class on the pages: every screen with a question asks it and shows what it guessed; a room ends without a trace."""

import csv
import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest

from components.core.classroom.phone_view import phone_view
from components.core.classroom.questions import Answer, ClassQuestion, Kind
from components.core.classroom.room import Room
from components.core.classroom.rooms import Asking
from components.ui.classroom import asking
from components.ui.classroom.asking import ScreenQuestion
from components.ui.classroom.rooms import rooms
from tests.support.class_screens import (
    AGAIN,
    ASK,
    ASKING,
    BACK,
    OPEN,
    SHOW,
    UNASKED,
    answer,
    offer_model_with_head,
    question_of,
    questions_noted,
    room_of,
    some_answers,
)
from tests.support.paths import ROOT
from tests.support.visit import Visit

PAGE = "Your class"
#: What a phone is told of a question before its answer is shown.
TOLD = {"kind", "text", "low", "high", "decimals", "unit", "options", "map", "round", "again", "open", "revealed"}

every_screen = pytest.mark.parametrize("name", ASKING)


@pytest.fixture(autouse=True)
def _model_with_head(monkeypatch: pytest.MonkeyPatch) -> None:
    """A model that can fill in a blank stands on the list."""
    monkeypatch.setenv("ENCODERSCOPE_MODELS", "")  # what is put there is taken back
    offer_model_with_head()


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The guesses that screens were given to draw, one entry a run; None while they were hidden."""
    given: list[Any] = []
    kept = asking.ask_class

    def noting(room: Room, asked: ScreenQuestion) -> Any:
        given.append(kept(room, asked))
        return given[-1]

    monkeypatch.setattr(asking, "ask_class", noting)
    return given


def labels(visit: Visit) -> list[str]:
    return [button.label for button in visit.app.button]


def verdict(visit: Visit) -> str:
    (found,) = re.findall(r'<p class="es-verdict">(.*?)</p>', visit.markup, re.DOTALL)
    return str(found)


def pictures(visit: Visit) -> list[str]:
    """What the page draws beside text: figures, and pictures of our own."""
    own = [each.proto.id.rsplit("-", 1)[-1] for each in visit.app.get("bidi_component")]
    return [*own, *(each.proto.id for each in visit.app.get("plotly_chart"))]


def said(asked: ScreenQuestion) -> str:
    """The truth as the verdict says it."""
    truth, scale = asked.truth.answer, asked.question.scale
    if scale is not None:
        assert isinstance(truth, float)
        return f"It is {truth:.{4 if scale.decimals else 0}f}{scale.unit}.".replace("-", "−")
    if asked.question.options:
        assert isinstance(truth, int)
        return f"“{asked.question.options[truth]}”"
    return "within a tenth of the map"


def opened(title: str = "Tokens", screen: str = "the cut", **parameters: str) -> Visit:
    """A teacher's visit with a room."""
    return Visit(title, screen=screen, **parameters).press_key(OPEN)


def test_every_question_of_a_screen_is_asked_here() -> None:
    sources = [path.read_text(encoding="utf-8") for path in (ROOT / "components" / "ui").rglob("*.py")]
    names = re.findall(r'question\.(?:scale|one_of|place)\(\s*"(\w+)"', "\n".join(sources))
    assert set(names) == set(ASKING)


def test_a_room_stands_in_the_address_and_turns_asking_on() -> None:
    visit = Visit("Tokens", screen="the cut")
    assert "room" not in visit.app.query_params
    visit.press_key(OPEN)
    room = room_of(visit)
    assert visit.app.session_state["ask"] is True
    assert visit.headings[0].startswith("Into how many pieces is “")
    assert ASK in labels(visit)
    assert room.entries == ()
    visit.go_to("Positions")
    assert room_of(visit).code == room.code


@every_screen
def test_a_screen_asks_its_class_hides_the_answer_and_shows_what_was_guessed_each_time(
    name: str, drawn: list[Any], umap_compiled: None
) -> None:
    with questions_noted() as noted:
        visit = ASKING[name].visit().press_key(OPEN)
        hidden = [drawn[-1] is None]
        visit.press(ASK)
    hidden.append(drawn[-1] is None)
    asked = noted[-1]
    assert hidden == [True, True]
    assert visit.headings == [asked.question.text]
    assert visit.app.get("plotly_chart") == []
    assert not list(visit.app.get("dataframe"))
    entry = room_of(visit).shown
    assert entry is not None
    assert (entry.page, entry.screen) == (ASKING[name].title, ASKING[name].screen)
    assert entry.question == ClassQuestion.from_json(asked.question.as_json())
    told = phone_view(room_of(visit), ())["question"]
    assert set(told) <= TOLD
    assert told.items() >= asked.question.as_json().items()
    if not asked.question.options:
        true = asked.truth.answer if isinstance(asked.truth.answer, tuple) else (asked.truth.answer,)
        decimals = asked.question.scale is None or asked.question.scale.decimals
        assert not decimals or not any(f"{part:.4f}" in json.dumps(told) + visit.words for part in true)

    first, second = some_answers(asked)
    phones = answer(room_of(visit), *first)
    visit.press(SHOW)
    assert drawn[-1].rounds == (tuple(asked.read(each) for each in sorted(first, key=str)),)
    assert verdict(visit).startswith("3 answers")
    assert said(asked) in verdict(visit)
    assert visit.headings != [asked.question.text]

    visit.press(AGAIN)
    assert not drawn[-1]
    assert visit.headings == [asked.question.text]
    assert "Asked again." in visit.words
    answer(room_of(visit), *second, phones=phones)
    visit.press(SHOW)
    assert [len(given) for given in drawn[-1].rounds] == [3, 3]
    assert drawn[-1].rounds[1] == (asked.read(second[0]),) * 3
    assert "Asked again: 3 answers" in verdict(visit)
    rounds = rooms().answers(room_of(visit), room_of(visit).entries[0])
    assert [sorted(each, key=str) for each in rounds] == [sorted(first, key=str), second]


@every_screen
def test_a_question_is_the_same_in_another_process_and_another_one_about_another_subject(
    name: str, digests: dict[str, str], umap_compiled: None
) -> None:
    before = question_of(ASKING[name])
    assert before.digest == digests[name]
    assert question_of(ASKING[name], other=True).digest != before.digest


@pytest.fixture(scope="module")
def digests() -> dict[str, str]:
    """The digests of all questions, by another process whose sets have another order."""
    environment = {**os.environ, "PYTHONHASHSEED": "7"}
    command = [sys.executable, "-m", "tests.support.class_screens"]
    ran = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    found: dict[str, str] = json.loads(ran.stdout.splitlines()[-1])
    return found


def test_a_question_with_another_sentence_is_asked_anew() -> None:
    visit = opened(text="Squatch eats pizza").press(ASK)
    answer(room_of(visit), 2.0)
    visit.press(SHOW).type("Unbelievable pizza")
    assert visit.headings == ["Into how many pieces is “Unbelievable” cut?"]
    assert ASK in labels(visit)
    visit.type("Squatch eats pizza")
    assert verdict(visit).startswith("1 answer")


@pytest.mark.parametrize("name", ["pieces", "whom", "landing"])
def test_the_answer_can_be_shown_without_asking_and_nothing_of_the_page_is_missing(name: str) -> None:
    visit = ASKING[name].visit().press_key(OPEN).press(UNASKED)
    alone = ASKING[name].visit()
    assert room_of(visit).entries == ()
    assert ASK in labels(visit)
    # Sentence map adds a sentence to ask about.
    assert name == "landing" or visit.headings == alone.headings
    assert set(pictures(alone)) <= set(pictures(visit))
    visit.press(ASK)
    assert room_of(visit).open_round == 1


def test_a_question_that_is_taken_back_leaves_the_phones_and_the_room() -> None:
    visit = opened().press(ASK)
    answer(room_of(visit), 2.0)
    visit.press(BACK)
    assert phone_view(room_of(visit), ())["question"] is None
    assert room_of(visit).entries == ()
    assert ASK in labels(visit)


def test_a_second_round_that_is_taken_back_leaves_the_first() -> None:
    visit = opened().press(ASK)
    answer(room_of(visit), 2.0)
    visit.press(SHOW).press(AGAIN).press(BACK)
    assert verdict(visit).startswith("1 answer")
    assert "Asked again" not in verdict(visit)


def test_another_question_closes_the_one_before_which_can_be_asked_again_or_shown() -> None:
    visit = opened().press(ASK)
    asked_first = room_of(visit)
    answer(asked_first, 2.0)
    visit._screen = "every order"
    visit.go_to("Positions").press(ASK)
    shown = room_of(visit).shown
    assert shown is not None
    assert shown.page == "Positions"
    visit._screen = "the cut"
    visit.go_to("Tokens")
    assert AGAIN in labels(visit)
    assert verdict(visit.press(SHOW)).startswith("1 answer, median 2;")
    assert room_of(visit).open_round is None


@pytest.mark.parametrize("code", ["BCDF", "QQQQ", "zzzz", "", "ABC", "<b>!", "BCDFG", "../etc"])
def test_a_room_that_is_not_there_shows_the_page_as_for_any_reader(code: str) -> None:
    rooms().store.delete("BCDF")
    visit, alone = (Visit("Tokens", screen="the cut", **given) for given in ({"room": code}, {}))
    assert visit.headings == alone.headings
    assert labels(visit) == labels(alone)
    assert pictures(visit) == pictures(alone)


def test_without_a_room_a_reader_is_asked_alone_as_before() -> None:
    visit = Visit("Tokens", screen="the cut", text="Squatch eats pizza", ask="true")
    assert "Reveal" in labels(visit)
    assert ASK not in labels(visit)
    visit.slide("guess_pieces", 2).press("Reveal")
    assert verdict(visit) == "You guessed 2: exactly right."


def test_a_room_that_has_ended_meanwhile_leaves_the_page_to_its_reader() -> None:
    visit = opened().press(ASK)
    rooms().end(room_of(visit))
    visit.go_to("Tokens")
    assert ASK not in labels(visit)
    assert "has ended" in visit.words


def test_a_press_that_comes_after_the_end_of_the_room_says_so() -> None:
    visit = opened()
    rooms().end(room_of(visit))
    visit.press(ASK)
    assert "This room has ended. Open a new one." in visit.words


def test_who_has_the_address_but_not_the_secret_is_no_host() -> None:
    host = opened()
    code = room_of(host).code
    for secret in ("", "0" * 32):
        visit = Visit("Tokens", screen="the cut", room=code)
        if secret:
            visit.put("room_secret", secret)
        assert not {ASK, UNASKED, "End it and delete everything", "Ask for texts"} & set(labels(visit))
        assert Visit(PAGE, room=code).headings == ["A class answers from its phones"]


def test_the_class_has_no_answer_before_it_is_shown_on_a_screen_that_follows() -> None:
    host = opened(text="Squatch eats pizza").press(ASK)
    visit = Visit("Tokens", screen="the cut", text="Squatch eats pizza", room=room_of(host).code)
    assert visit.headings == host.headings
    assert "is cut into" not in visit.words
    visit.slide("guess_pieces", 2).press("Send")
    assert "Your answer: 2. You can change it until the answer is shown." in visit.words
    host.press(SHOW)
    assert verdict(host) == "1 answer, median 2; 1 is right. It is 2."
    assert verdict(visit.go_to("Tokens")) == verdict(host)


# ---------------------------------------------------------------------- the page of the room


def test_without_a_room_the_page_says_what_a_room_is_and_opens_one() -> None:
    visit = Visit(PAGE)
    assert visit.headings == ["A class answers from its phones"]
    visit.press_key("open_room")
    assert visit.headings == [f"Room {room_of(visit).code} is open; nothing was asked yet"]


def asked_everything() -> tuple[Visit, dict[str, list[tuple[Answer, ...]]]]:
    """A teacher whose class was asked a number twice, a choice, a place and a text; and what it answered."""
    visit = ASKING["pieces"].visit().press_key(OPEN)
    given: dict[str, list[tuple[Answer, ...]]] = {}
    store, room = rooms(), room_of(visit)
    answered: dict[str, list[tuple[Answer, ...]]] = {
        "pieces": [(1.0, 2.0, 12.0), (2.0, 2.0)],
        "whom": [(0, 1, 1)],
        "landing": [((0.25, 0.5), (0.75, 0.125))],
    }
    for name, answers in answered.items():
        asked = question_of(ASKING[name])
        given[asked.question.text] = []
        for each in answers:
            screen = ASKING[name]
            store.ask(room, Asking(name, screen.title, screen.screen, "Squatch", asked.question, asked.truth))
            answer(room_of(visit), *each)
            store.reveal(room)
            given[asked.question.text].append(each)
    store.ask(room, Asking("t", "Tokens", "the cut", "", ClassQuestion(Kind.TEXT, "Type <b>"), None))
    answer(room_of(visit), "not bad", "<script>alert(1)</script>", '=HYPERLINK("http://x")')
    store.decide(room, "t", "not bad", True)
    store.reveal(room)
    given["Type <b>"] = [("not bad", "<script>alert(1)</script>", '=HYPERLINK("http://x")')]
    visit.go_to(PAGE)
    return visit, given


def test_the_page_lists_each_question_with_its_answers_and_draws_them() -> None:
    visit, given = asked_everything()
    assert visit.headings == [f"4 questions asked in room {room_of(visit).code}"]
    for number, text in enumerate(given, 1):
        assert f"{number}. {text}" in visit.words
    assert "3 answers, median 2; 1 is right. Asked again: 2 answers, median 2; 2 are right. It is 2." in visit.words
    assert "2 answers; " in visit.words
    assert "3 texts, 1 let through" in visit.words
    assert "not bad" in visit.words
    assert "<script>" not in visit.markup
    assert "alert(1)" not in visit.words
    assert len(visit.app.get("plotly_chart")) == 3


def test_its_file_has_a_row_for_every_answer(offered: dict[str, Callable[[], bytes]]) -> None:
    visit, given = asked_everything()
    content = offered[f"class-{room_of(visit).code}.csv"]().decode("utf-8")
    rows = list(csv.DictReader(io.StringIO(content)))
    assert len(rows) == sum(len(each) for rounds in given.values() for each in rounds)
    for text, rounds in given.items():
        for number, answers in enumerate(rounds, 1):
            of = [row for row in rows if row["question"] == text and row["round"] == str(number)]
            assert len(of) == len(answers)
    pieces = [row for row in rows if row["page"] == "Tokens" and row["round"] == "1" and row["truth"]]
    assert sorted(float(row["answer"]) for row in pieces) == [1, 2, 12]
    assert {float(row["truth"]) for row in pieces} == {2}
    assert sorted(row["right or near"] for row in pieces) == ["False", "False", "True"]
    # A spreadsheet would run what begins like a formula.
    assert not [row for row in rows if row["answer"].startswith(("=", "+", "@"))]


def test_its_file_tells_nothing_of_an_answer_that_was_not_shown(offered: dict[str, Callable[[], bytes]]) -> None:
    visit = opened().press(ASK)
    answer(room_of(visit), 2.0)
    visit.go_to(PAGE)
    assert "nothing was asked yet" not in visit.headings[0]
    (row,) = csv.DictReader(io.StringIO(offered[f"class-{room_of(visit).code}.csv"]().decode("utf-8")))
    assert (row["answer"], row["truth"], row["right or near"]) == ("2.0", "", "")


def test_the_end_of_a_room_deletes_all_of_it() -> None:
    visit, _ = asked_everything()
    room = room_of(visit)
    numbers = [each.number for entry in room.entries for each in entry.rounds]
    assert all(rooms().store.answers(room.code, number) for number in numbers)
    visit.press_key("end_room")
    assert rooms().store.read(room.code) is None
    assert not any(rooms().store.answers(room.code, number) for number in numbers)
    assert "room" not in visit.app.query_params
    assert visit.headings == ["A class answers from its phones"]

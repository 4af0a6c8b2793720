"""The screens that ask a class, and rooms with phones, in tests of pages without a browser."""

import contextlib
import json
import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from components.core.classroom.questions import Answer, Kind
from components.core.classroom.room import Room
from components.ui.classroom.asking import ScreenQuestion
from components.ui.classroom.rooms import rooms
from components.ui.stage import question
from tests.support.tiny_models import save_with_head
from tests.support.visit import Visit

OPEN, ASK, SHOW, AGAIN = "open_room_beside", "Ask the class", "Show the answer", "Ask again"
UNASKED, BACK = "Show the answer without asking", "Take it back"

_TEXT = {"text": "Squatch eats pizza"}


@dataclass(frozen=True)
class AskingScreen:
    """A screen with a question. parameters: what its address holds; others: of another subject."""

    name: str
    title: str
    screen: str
    parameters: dict[str, str] = field(default_factory=dict)
    others: dict[str, str] = field(default_factory=dict)

    def visit(self, other: bool = False, **more: str) -> Visit:
        """Open it. other: about another subject."""
        return Visit(self.title, screen=self.screen, **(self.parameters | (self.others if other else {}) | more))


#: What the tiny model that can fill in a blank is called on screen.
WITH_HEAD = "tiny-with-head"


def offer_model_with_head() -> Path:
    """Put a tiny model with a masked-word head on the list of models. Returns its directory, one for a run of tests."""
    directory = Path(os.environ["ENCODERSCOPE_CACHE"]).parent / WITH_HEAD
    if not directory.exists():
        directory.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=directory.parent) as fresh, contextlib.suppress(OSError):
            # Another process may have been faster.
            save_with_head(Path(fresh) / WITH_HEAD, "bert").rename(directory)
    os.environ["ENCODERSCOPE_MODELS"] = str(directory)
    return directory


_OTHER_TEXT = {"text": "The dog bit the man."}
#: All of them, by the names of their questions.
ASKING = {
    each.name: each
    for each in (
        AskingScreen("token_way", "Overview", "one token's way", _TEXT, _OTHER_TEXT),
        AskingScreen("pieces", "Tokens", "the cut", _TEXT, _OTHER_TEXT),
        AskingScreen("nearest", "Embeddings", "nearest words", _TEXT, _OTHER_TEXT),
        AskingScreen("orders", "Positions", "every order", _TEXT, _OTHER_TEXT),
        AskingScreen("whom", "Attention", "one head", _TEXT, _OTHER_TEXT),
        AskingScreen("layer_half", "One layer", "one token", _TEXT, _OTHER_TEXT),
        AskingScreen("neuron_fires", "One layer", "a neuron", _TEXT, _OTHER_TEXT),
        AskingScreen("layer_off", "One layer", "switched off", _TEXT, _OTHER_TEXT),
        AskingScreen("looks", "By hand", "every number", {}, {"sentence": "squatch [MASK] tea"}),
        AskingScreen(
            "alike",
            "Word order",
            "which is which",
            {},
            {"first": "The cat sees the dog.", "second": "The dog sees the cat."},
        ),
        AskingScreen(
            "nearest_use",
            "Context",
            "through the layers",
            {"sentences": "The river bank is wet.\nThe bank lends money.\nA bank of the river."},
            {"sentences": "The bank lends money.\nThe river bank is wet.\nA bank of the river."},
        ),
        AskingScreen("pronoun", "Context", "it and its noun", {}, {"pronoun_pair": "candle and card"}),
        AskingScreen(
            "decoder_knows",
            "Encoder, decoder, both",
            "what each can know",
            {},
            {"kinds_sentence": "the cat eats the pizza because it is hungry"},
        ),
        AskingScreen(
            "blank",
            "Fill in the blank",
            "the blank",
            {"model": WITH_HEAD, "blank_text": "Squatch eats ___."},
            {"blank_text": "It ___ the pizza."},
        ),
        AskingScreen("hardest_pair", "Fill in the blank", "trained for", {}, {"pairs": "salt | sea\nsugar | cake"}),
        AskingScreen("landing", "Sentence map", "the selection", {"map": "PCA"}, {"map": "t-SNE"}),
        AskingScreen(
            "passage",
            "Live retrieval",
            "results",
            {"question": "Which trail can I walk with a pram?"},
            {"question": "What was handed in under LP-2074?"},
        ),
        AskingScreen("verdict", "Sentiment", "type and see", {"review": "Not bad at all."}, {"review": "It was bad."}),
        AskingScreen("explanation", "Explanations", "one text", {}, {"explained": "a similarity"}),
        AskingScreen("explanations", "Explanations", "over many texts", {}, {"explained": "a similarity"}),
    )
}


@contextmanager
def questions_noted() -> Iterator[list[ScreenQuestion]]:
    """The questions of the screens that are drawn meanwhile."""
    asked: list[ScreenQuestion] = []
    kept = question._asked

    def noting(for_class: ScreenQuestion, *how: Any) -> Any:
        asked.append(for_class)
        return kept(for_class, *how)

    question._asked = noting  # type: ignore[assignment]
    try:
        yield asked
    finally:
        question._asked = kept


def question_of(screen: AskingScreen, other: bool = False) -> ScreenQuestion:
    """What a screen asks."""
    with questions_noted() as asked:
        screen.visit(other, ask="true")
    (found,) = {each.digest: each for each in asked}.values()
    return found


def room_of(visit: Visit) -> Room:
    """The room of a teacher's visit, as it is now."""
    room = rooms().store.read(visit.app.query_params["room"])
    assert room is not None
    return room


def answer(room: Room, *answers: Answer, phones: Sequence[str] = ()) -> list[str]:
    """Answer the open question, each from a phone of its own; returns the phones. phones: those that are in already."""
    devices = list(phones) or [rooms().join(room) for _ in answers]
    sent = [rooms().check(room, *each) for each in _each(devices, room.open_round or 0, answers)]
    assert rooms().store.answer(sent) == [True] * len(answers)
    return devices


def _each(devices: Sequence[str], number: int, answers: Sequence[Answer]) -> list[tuple[str, int, Answer]]:
    return [(device, number, each) for device, each in zip(devices, answers, strict=True)]


def some_answers(asked: ScreenQuestion) -> tuple[list[Answer], list[Answer]]:
    """Answers of three phones to both rounds: in the second, all come as near as they can."""
    truth = asked.truth.answer
    if asked.question.kind is Kind.NUMBER:
        scale = asked.question.scale
        assert scale is not None
        assert isinstance(truth, float)
        near = round(truth, scale.decimals)
        return [scale.low, scale.high, near], [near] * 3
    if asked.question.kind is Kind.CHOICE:
        wrong = next(i for i in range(len(asked.question.options)) if not asked.truth.is_near(i))
        return [wrong, wrong, truth], [truth] * 3
    assert isinstance(truth, tuple)
    place = round(truth[0], 4), round(truth[1], 4)
    return [(0.0, 0.0), (1.0, 1.0), place], [place] * 3


if __name__ == "__main__":
    offer_model_with_head()
    sys.stdout.write(json.dumps({name: question_of(screen).digest for name, screen in ASKING.items()}))

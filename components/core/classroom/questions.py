"""Questions that a class is asked: a number, one of several options, a place on a map, or a text."""

import math
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from components.core.errors import AnswerError

#: What phones send and rooms keep: a number, the index of an option, (x, y) of a place, or a text.
Answer = float | int | tuple[float, float] | str

#: The longest text that a phone sends.
LONGEST_TEXT = 200
# Marks that turn the direction of what follows them; a joiner between emoji or letters does no harm.
_TURNING = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}


class Kind(StrEnum):
    """What an answer is."""

    NUMBER = "number"
    CHOICE = "choice"
    PLACE = "place"
    TEXT = "text"


@dataclass(frozen=True)
class Scale:
    """The numbers that may be guessed, in steps of the last decimal."""

    low: float
    high: float
    decimals: int = 2
    unit: str = ""

    def said(self, number: float) -> str:
        """Return a number in words of the scale."""
        return f"{number:.{self.decimals}f}{self.unit}".replace("-", "−")


@dataclass(frozen=True)
class Map:
    """The map on which a place is guessed, in a box 1 wide and 1 high; x goes right, y up."""

    points: tuple[tuple[float, float], ...]
    group_of: tuple[int, ...]  # of each point
    groups: tuple[str, ...]


@dataclass(frozen=True)
class ClassQuestion:
    """A question as a phone shows it. It holds nothing of the answer."""

    kind: Kind
    text: str
    scale: Scale | None = None  # of a number
    options: tuple[str, ...] = ()  # of a choice
    map: Map | None = None  # of a place

    def read_answer(self, given: object) -> Answer:
        """Return what a phone has sent as an answer to this question. Raises AnswerError."""
        if self.kind is Kind.NUMBER and self.scale is not None:
            number = _number(given)
            if not self.scale.low <= number <= self.scale.high:
                said = f"{self.scale.said(self.scale.low)} to {self.scale.said(self.scale.high)}"
                raise AnswerError(f"The answer is a number from {said}.")
            return round(number, self.scale.decimals)
        if self.kind is Kind.CHOICE:
            if isinstance(given, bool) or not isinstance(given, int) or not 0 <= given < len(self.options):
                raise AnswerError(f"The answer is one of {len(self.options)} options.")
            return given
        if self.kind is Kind.PLACE:
            if not isinstance(given, list | tuple) or len(given) != 2:
                raise AnswerError("The answer is a place on the map.")
            x, y = (_number(each) for each in given)
            if not (0 <= x <= 1 and 0 <= y <= 1):
                raise AnswerError("This place is not on the map.")
            return round(x, 4), round(y, 4)
        return _text(given)

    def as_json(self) -> dict[str, Any]:
        """Return the question as what `from_json` reads; phones get it so, too."""
        found: dict[str, Any] = {"kind": self.kind.value, "text": self.text}
        if self.scale is not None:
            scale = self.scale
            found |= {"low": scale.low, "high": scale.high, "decimals": scale.decimals, "unit": scale.unit}
        if self.options:
            found["options"] = list(self.options)
        if self.map is not None:
            points = zip(self.map.points, self.map.group_of, strict=True)
            found["map"] = {
                "points": [[round(x, 3), round(y, 3), group] for (x, y), group in points],
                "groups": list(self.map.groups),
            }
        return found

    @staticmethod
    def from_json(found: Mapping[str, Any]) -> "ClassQuestion":
        """Return the question that `as_json` has written."""
        drawn = found.get("map")
        return ClassQuestion(
            Kind(found["kind"]),
            found["text"],
            Scale(found["low"], found["high"], found["decimals"], found["unit"]) if "low" in found else None,
            tuple(found.get("options", ())),
            None
            if drawn is None
            else Map(
                tuple((x, y) for x, y, _ in drawn["points"]),
                tuple(group for _, _, group in drawn["points"]),
                tuple(drawn["groups"]),
            ),
        )


@dataclass(frozen=True)
class Truth:
    """What the model says. It reaches no phone before the answer is shown."""

    answer: Answer
    also_right: tuple[int, ...] = ()  # indices of options that are as good
    reach: float = 0.0  # how far a guess may be away to count as near

    def is_near(self, guess: Answer) -> bool:
        """True if a guess counts as right, or near enough.

        >>> Truth(0.83, reach=0.05).is_near(0.86), Truth((0.5, 0.5), reach=0.1).is_near((0.5, 0.7)), Truth(2).is_near(2)
        (True, False, True)
        """
        if isinstance(self.answer, tuple) and isinstance(guess, tuple):
            return math.dist(self.answer, guess) <= self.reach + 1e-9
        if isinstance(self.answer, float) and isinstance(guess, float | int):
            return abs(self.answer - guess) <= self.reach + 1e-9
        return guess == self.answer or guess in self.also_right

    def as_json(self) -> dict[str, Any]:
        """Return the truth as what `from_json` reads."""
        return {"answer": self.answer, "also": list(self.also_right), "reach": self.reach}

    @staticmethod
    def from_json(found: Mapping[str, Any]) -> "Truth":
        """Return the truth that `as_json` has written."""
        return Truth(answer_from_json(found["answer"]), tuple(found["also"]), found["reach"])


def answer_from_json(found: Any) -> Answer:
    """Return an answer that was written as JSON, which has lists for pairs."""
    return (found[0], found[1]) if isinstance(found, list) else found


def clean_text(text: str) -> str:
    """Return a text without control characters and turns of direction, each run of blanks as one.

    >>> clean_text("  not\\x00 bad\\n\\u202eat all ")
    'not bad at all'
    """
    kept = "".join(
        " " if char.isspace() else char
        for char in text
        if char.isspace()
        or (unicodedata.category(char) not in ("Cc", "Cs", "Cn") and unicodedata.bidirectional(char) not in _TURNING)
    )
    return " ".join(kept.split())


def _number(given: object) -> float:
    if isinstance(given, bool) or not isinstance(given, int | float):
        raise AnswerError("The answer is a number.")
    try:
        number = float(given)
    except OverflowError:
        # A whole number of 400 digits.
        number = math.inf
    if not math.isfinite(number):
        raise AnswerError("The answer is a number.")
    return number


def _text(given: object) -> str:
    if not isinstance(given, str):
        raise AnswerError("The answer is a text.")
    text = clean_text(given)
    if not text:
        raise AnswerError("Type something first.")
    if len(text) > LONGEST_TEXT:
        raise AnswerError(f"This text has {len(text):,} characters; at most {LONGEST_TEXT} can be sent. Shorten it.")
    return text

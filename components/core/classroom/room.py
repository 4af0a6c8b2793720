"""A room: what a class is asked, has been asked, and sees."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from components.core.classroom.questions import ClassQuestion, Truth


@dataclass(frozen=True)
class Round:
    """One time that a question was asked."""

    number: int  # counted through the room, from 1
    asked_at: float  # seconds since 1970
    is_open: bool = True


@dataclass(frozen=True)
class Entry:
    """A question with its rounds; asking it again adds one."""

    subject: str  # a digest of what it asks about, by which its screen knows it again
    page: str
    screen: str
    about: str  # the text that the screen was about
    question: ClassQuestion
    truth: Truth | None  # None for a text
    rounds: tuple[Round, ...]
    is_revealed: bool = False
    let_through: tuple[str, ...] = ()  # texts
    declined: tuple[str, ...] = ()

    @property
    def last_round(self) -> Round:
        """The round that was asked last."""
        return self.rounds[-1]

    @property
    def is_open(self) -> bool:
        """True while phones may answer."""
        return self.last_round.is_open


@dataclass(frozen=True)
class Room:
    """A room. Its version rises with every change but an answer."""

    code: str
    key: str  # in its QR code: whoever has it need not guess
    host: str  # a digest of the secret of the tab that opened it
    opened_at: float
    version: int = 1
    entries: tuple[Entry, ...] = ()
    current: int | None = None  # the index of the entry that phones see
    rounds: int = 0  # how many there have been; a number is given once, also if its round is taken back
    address: str = ""  # what the teacher's browser shows, for those who follow; "" if nobody leads

    @property
    def shown(self) -> Entry | None:
        """The entry that phones see."""
        return None if self.current is None else self.entries[self.current]

    @property
    def open_round(self) -> int | None:
        """The number of the round that phones may answer."""
        shown = self.shown
        return shown.last_round.number if shown is not None and shown.is_open else None

    @property
    def decided(self) -> int:
        """How many texts were let through or declined."""
        return sum(len(entry.let_through) + len(entry.declined) for entry in self.entries)

    def find(self, subject: str) -> int | None:
        """Return the index of the entry with this subject."""
        return next((index for index, entry in enumerate(self.entries) if entry.subject == subject), None)

    def with_entry(self, index: int, **changes: Any) -> "Room":
        """Return the room with one entry changed."""
        entries = list(self.entries)
        entries[index] = replace(entries[index], **changes)
        return replace(self, entries=tuple(entries))

    def closed(self) -> "Room":
        """Return the room with no round open."""
        closed = (
            replace(entry, rounds=tuple(replace(each, is_open=False) for each in entry.rounds))
            for entry in self.entries
        )
        return replace(self, entries=tuple(closed))

    def as_json(self) -> str:
        """Return the room as what `from_json` reads."""
        found = vars(self) | {"entries": [_entry_as_json(entry) for entry in self.entries]}
        return json.dumps(found, ensure_ascii=False, separators=(",", ":"))

    @staticmethod
    def from_json(text: str | bytes) -> "Room":
        """Return the room that `as_json` has written."""
        found = json.loads(text)
        return Room(**found | {"entries": tuple(_entry_from_json(entry) for entry in found["entries"])})


def _entry_as_json(entry: Entry) -> dict[str, Any]:
    return vars(entry) | {
        "question": entry.question.as_json(),
        "truth": None if entry.truth is None else entry.truth.as_json(),
        "rounds": [vars(each) for each in entry.rounds],
    }


def _entry_from_json(found: Mapping[str, Any]) -> Entry:
    return Entry(
        **{
            **found,
            "question": ClassQuestion.from_json(found["question"]),
            "truth": None if found["truth"] is None else Truth.from_json(found["truth"]),
            "rounds": tuple(Round(**each) for each in found["rounds"]),
            "let_through": tuple(found["let_through"]),
            "declined": tuple(found["declined"]),
        }
    )

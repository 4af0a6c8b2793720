"""What a phone is told of its room. Nothing in it gives an answer away before it is shown."""

from collections.abc import Sequence
from typing import Any

from components.core.classroom.questions import Answer
from components.core.classroom.room import Room
from components.core.classroom.tally import tally


def phone_view(room: Room, answers: Sequence[Answer]) -> dict[str, Any]:
    """Return what every phone in a room may know. answers: to the last round of the question that is shown."""
    entry = room.shown
    if entry is None:
        return {"version": room.version, "code": room.code, "question": None}
    question = entry.question.as_json() | {
        "round": entry.last_round.number,
        "again": len(entry.rounds) > 1,
        "open": entry.is_open,
        "revealed": entry.is_revealed and not entry.is_open,
    }
    if question["revealed"] and entry.truth is not None:
        counted = tally(entry.question, entry.truth, answers)
        question |= {
            "truth": entry.truth.answer,
            "also": list(entry.truth.also_right),
            "answered": counted.answered,
            "median": counted.median,
            "near": counted.near,
            "counts": list(counted.counts),
        }
    return {"version": room.version, "code": room.code, "question": question}

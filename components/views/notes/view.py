"""Python side of the notes: it takes what is to be said at each stop of a lesson."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import streamlit as st

_HERE = Path(__file__).parent
_mount = st.components.v2.component(
    "encoderscope_notes",
    html=(_HERE / "notes.html").read_text(encoding="utf-8"),
    css=(_HERE / "notes.css").read_text(encoding="utf-8"),
    js=(_HERE / "notes.js").read_text(encoding="utf-8"),
)


@dataclass(frozen=True)
class Note:
    """One stop: where it is, what is said there, and how many minutes it takes."""

    where: str
    say: str
    minutes: float


def notes(stops: Sequence[Note], *, lesson: str, at: int, key: str) -> None:
    """Draw the notes of a lesson; with no stops, the title of the screen that is presented.

    at: the index of the stop that is shown until the presenting window tells which it shows.
    """
    _mount(key=key, data={"stops": [asdict(stop) for stop in stops], "lesson": lesson, "at": at})

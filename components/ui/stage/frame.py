"""The frame of one screen: its title, its controls, its picture, and what can be opened beside them.

A part of a page draws into the frame that is current: `heading()` writes the title, `controls()` holds what is asked in
sight, `more()` what is asked behind a button, `details()` what is read on demand. All else is the picture.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

import pandas as pd
from markupsafe import Markup
from streamlit.delta_generator import DeltaGenerator

from components.ui.page import markup
from components.ui.stage.glossary import explained

MORE, DETAILS = "More settings", "Details"


@dataclass(frozen=True)
class SavedPicture:
    """One entry of the Save menu."""

    key: str  # of the picture
    name: str  # what it shows
    file: str  # its name without the ending
    caption: str  # what it shows, below the saved picture; the text and the model are added to it
    numbers: Callable[[], pd.DataFrame]


@dataclass
class Frame:
    """The slots of one screen, and what can be saved of it."""

    level: int  # of its heading: 1, or 2 below another screen
    head: DeltaGenerator
    asks: DeltaGenerator  # beside what is read: to ask the class
    controls: DeltaGenerator
    body: DeltaGenerator
    more_slot: DeltaGenerator
    details_slot: DeltaGenerator
    about: str = ""  # the text that the screen is about
    prints: bool = False  # True if the reader sees all screens: what opens on demand is then drawn in place
    more: DeltaGenerator | None = None
    details: DeltaGenerator | None = None
    verdict: str = ""  # how a guess and the truth differ
    saved: list[SavedPicture] = field(default_factory=list)
    known: set[str] = field(default_factory=set)  # the terms that are explained already


_CURRENT: ContextVar[Frame | None] = ContextVar("frame", default=None)


@contextmanager
def drawn_in(frame: Frame) -> Iterator[None]:
    """Make a frame the current one, and draw into its body."""
    token = _CURRENT.set(frame)
    try:
        with frame.body:
            yield
    finally:
        _CURRENT.reset(token)


def current() -> Frame:
    """Return the frame of the screen that is being drawn."""
    frame = _CURRENT.get()
    if frame is None:
        raise RuntimeError("A screen is drawn by Stage.run, which gives it a frame.")
    return frame


def heading(finding: str, lead: str = "") -> None:
    """State the screen's finding, and say what to look at. A screen calls it once."""
    frame = current()
    parts = [Markup("<h{0}>{1}</h{0}>").format(frame.level, finding)]
    if frame.verdict:
        parts.append(Markup('<p class="es-verdict">{}</p>').format(frame.verdict))
    if lead:
        parts.append(Markup('<p class="es-lead">{}</p>').format(explained(lead, frame.known)))
    with frame.head:
        markup(*parts)


def part(heading: str, explanation: str = "") -> None:
    """Head a part of the screen, such as a column."""
    below = Markup('<p class="es-note">{}</p>').format(explanation) if explanation else ""
    markup(Markup("<h{0}>{1}</h{0}>").format(current().level + 1, heading), below)


def note(text: str) -> None:
    """Write a sentence of explanation where the screen is being drawn."""
    markup(Markup('<p class="es-note">{}</p>').format(explained(text, current().known)))


@contextmanager
def controls() -> Iterator[None]:
    """Draw into the row above the picture: at most three controls."""
    with current().controls:
        yield


@contextmanager
def more() -> Iterator[None]:
    """Draw into the popover of the other controls."""
    frame = current()
    if frame.more is None:
        frame.more = open_more(frame.more_slot)
    with frame.more:
        yield


@contextmanager
def details() -> Iterator[None]:
    """Draw into the popover of what is read on demand: tables, formulas in full, sources and limits."""
    frame = current()
    if frame.details is None:
        if frame.prints:
            frame.details = frame.details_slot.container()
        else:
            frame.details = frame.details_slot.popover(DETAILS, width="content")
    with frame.details:
        yield


def open_more(slot: DeltaGenerator) -> DeltaGenerator:
    """Return the popover of further controls."""
    return slot.popover(MORE, width="content")

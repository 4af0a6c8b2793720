"""Python side of the scatter view: it takes dots and their sentences and returns the dots that are picked.

A map is sent as two payloads. The large one holds dots and sentences and stays the same while a reader picks and
searches; Streamlit does not send the same bytes twice. The small one, `marks`, holds what is highlighted.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import streamlit as st

from components.core.classroom.guesses import NOBODY, Guesses
from components.core.classroom.strips import round_names
from components.figures.palette import CATEGORIES_DARK, CATEGORIES_LIGHT, DARK, LIGHT
from components.views import picture

_HERE = Path(__file__).parent
_mount = st.components.v2.component(
    "encoderscope_scatter",
    html=picture.frame_html(
        '<canvas class="picture"></canvas><canvas class="overlay" aria-hidden="true"></canvas>'
        '<div class="tip" aria-hidden="true" hidden></div>',
        '<button class="lasso" type="button" aria-pressed="false">Lasso</button>',
        '<button class="closer" type="button" aria-label="Zoom in">+</button>',
        '<button class="wider" type="button" aria-label="Zoom out">−</button>',
        '<button class="whole" type="button">Whole map</button>',
        below='<div class="legend" role="group"></div>',
    ),
    css=picture.CSS + (_HERE / "scatter.css").read_text(encoding="utf-8"),
    js=picture.JS
    + (_HERE / "space.js").read_text(encoding="utf-8")
    + (_HERE / "paint.js").read_text(encoding="utf-8")
    + (_HERE / "pointer.js").read_text(encoding="utf-8")
    + (_HERE / "scatter.js").read_text(encoding="utf-8"),
)
_mount_marks = st.components.v2.component(
    "encoderscope_marks",
    html='<div class="view marks" hidden></div>',
    js=picture.JS + (_HERE / "marks.js").read_text(encoding="utf-8"),
)


Place = tuple[float, float]


@dataclass(frozen=True)
class Group:
    """Dots of one colour and shape. rest: True for the dots that belong to no group."""

    name: str
    rest: bool = False


@dataclass(frozen=True)
class Line:
    """A line from the picked dot to another. near: True if the map keeps the two close."""

    to: int
    cosine: float
    near: bool


@dataclass(frozen=True)
class MapMarks:
    """Additions to one map: sentences that were added later, a phrase, and the true neighbours of the picked dot."""

    added: np.ndarray  # (M, 2 or 3) the added sentences; their indices follow the N of the map
    phrase: np.ndarray | None  # (2 or 3,) the phrase of a search
    shape: tuple[int, ...]  # (N, 2 or 3) of the map that these marks belong to
    lines: tuple[Line, ...] = ()
    guesses: Guesses[Place] = NOBODY  # of where the sentence added last would be
    origin: np.ndarray | None = None  # (2 or 3,) where the sentence added last was before it moved


@dataclass(frozen=True)
class Marks:
    """Highlights on all maps of a channel: selected dots, the picked dot, added sentences, and a phrase."""

    selected: tuple[int, ...]
    picked: int | None
    added: tuple[str, ...]
    phrase: str | None
    asks: bool = False  # True while the reader is asked for a place on the map, which a click then is


def scatter(
    points: np.ndarray,
    says: Sequence[str],
    groups: Sequence[Group],
    group_of: np.ndarray,
    *,
    key: str,
    alt: str,
    file: str,
    channel: str,
    height: int,
    on_pick: Callable[[tuple[int, ...]], None],
    compact: bool = False,
    on_guess: Callable[[Place], None] | None = None,
) -> None:
    """Draw N dots.

    points: (N, 2 or 3), in equal units about 0. says: N texts, shown for the dot under the pointer. group_of: (N,)
    integers, indices into `groups`. channel: maps on one channel mark the same dot and share their highlights. on_pick:
    called with the indices of the picked dots, before the page runs again. compact: leaves out the list of groups and
    the zoom buttons, for a map beside another that has them. on_guess: called with the place that a reader guesses.
    """

    def picked() -> None:
        indices = st.session_state[key].picked
        if indices is not None:
            on_pick(tuple(int(index) for index in indices))

    def guessed() -> None:
        place = st.session_state[key].guessed
        if place is not None and on_guess is not None:
            on_guess((float(place[0]), float(place[1])))

    description = {
        "count": len(points),
        "dimensions": points.shape[1],
        "says": list(says),
        "groups": [asdict(group) for group in groups],
        "colours": {"light": CATEGORIES_LIGHT, "dark": CATEGORIES_DARK},
        "roles": {name: asdict(palette) for name, palette in {"light": LIGHT, "dark": DARK}.items()},
        "alt": alt,
        "file": file,
        "channel": channel,
        "map": key,
        "height": height,
        "compact": compact,
    }
    values = points.astype("<f4").tobytes() + group_of.astype("<i2").tobytes()
    _mount(key=key, data=picture.pack_payload(description, values), on_picked_change=picked, on_guessed_change=guessed)


def marks(shown: Marks, placed: Mapping[str, MapMarks], *, key: str, channel: str) -> None:
    """Send the highlights to the maps of a channel. placed: the additions by the key of the map."""
    data = {
        "channel": channel,
        "selected": list(shown.selected),
        "picked": -1 if shown.picked is None else shown.picked,
        "added": list(shown.added),
        "phrase": shown.phrase,
        "asks": shown.asks,
        "placed": {
            name: {
                "added": np.asarray(each.added, dtype=float).round(5).tolist(),
                "phrase": _rounded(each.phrase),
                "origin": _rounded(each.origin),
                "guess": each.guesses.own,
                "rounds": _rounds(each.guesses),
                "lines": [asdict(line) for line in each.lines],
                "shape": list(each.shape),
            }
            for name, each in placed.items()
        },
    }
    _mount_marks(key=key, data=data)


def _rounded(place: np.ndarray | None) -> list[float] | None:
    if place is None:
        return None
    rounded: list[float] = np.asarray(place, dtype=float).round(5).tolist()
    return rounded


def _rounds(guesses: Guesses[Place]) -> list[dict[str, Any]]:
    """Return each round in which somebody guessed: its name, its places, and their median along each axis."""
    return [
        {
            "name": f"{name} median".strip(),
            "places": [list(place) for place in places],
            "median": [median(each) for each in zip(*places, strict=True)],
        }
        for name, places in zip(round_names(len(guesses.rounds)), guesses.rounds, strict=True)
        if places
    ]

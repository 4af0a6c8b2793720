"""Python side of the pairs view: it takes the words of two sentences and which of them belong together."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import streamlit as st

from components.core.classroom.guesses import NOBODY, Guesses
from components.core.classroom.strips import strips
from components.figures.palette import DARK, LIGHT
from components.views import picture

_HERE = Path(__file__).parent
# Stacks of guesses side by side.
_PLACES = 40
_ROLES = ("ink", "quiet", "line", "paper", "position", "query", "word")
_mount = st.components.v2.component(
    "encoderscope_pairs",
    html=picture.frame_html('<svg class="picture"></svg>'),
    css=picture.CSS + (_HERE / "pairs.css").read_text(encoding="utf-8"),
    js=picture.JS + picture.STRIPS_JS + (_HERE / "pairs.js").read_text(encoding="utf-8"),
)


@dataclass(frozen=True)
class PairedWord:
    """One word of a sentence: its text, the position of its first token from 1, and whether it is a special token."""

    text: str
    position: int
    special: bool = False
    unknown: bool = False


@dataclass(frozen=True)
class CosineScale:
    """A cosine to be drawn on a scale from 0, or −1 where it is negative, to 1."""

    name: str
    cosine: float
    guesses: Guesses[float] = NOBODY

    def described(self) -> dict[str, Any]:
        """Return the scale as the view reads it: its lower end, and the guesses of a class in stacks."""
        own = [] if self.guesses.own is None else [self.guesses.own]
        values = [self.cosine, *own, *(value for each in self.guesses.rounds for value in each)]
        low = -1 if min(values) < 0 else 0
        return {
            "name": self.name,
            "cosine": self.cosine,
            "low": low,
            "guess": self.guesses.own,
            "rounds": [asdict(each) for each in strips(self.guesses, low, 1, _PLACES)],
            "places": _PLACES,
        }


def pairs(
    first: Sequence[PairedWord],
    second: Sequence[PairedWord],
    partners: Sequence[tuple[int, int]],
    scale: CosineScale,
    *,
    key: str,
    alt: str,
    file: str,
) -> None:
    """Draw the words of two sentences in their order, and a line from each word to its partner.

    partners: indices in `first` and `second`. A line that changes its position has the colour of positions. Where the
    sentences do not fit side by side, each word gets a row of its own, as many as there is room for.
    """
    _mount(
        key=key,
        data={
            "first": [asdict(word) for word in first],
            "second": [asdict(word) for word in second],
            "partners": [list(pair) for pair in partners],
            "scale": scale.described(),
            "colours": {
                theme: {role: getattr(palette, role) for role in _ROLES}
                for theme, palette in {"light": LIGHT, "dark": DARK}.items()
            },
            "alt": alt,
            "file": file,
        },
    )

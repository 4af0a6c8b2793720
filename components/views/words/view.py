"""Python side of the words view: it takes a text in pieces and returns the word that is clicked."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import streamlit as st

from components.figures.palette import DARK, LIGHT
from components.views import picture

_HERE = Path(__file__).parent
_ROLES = ("key", "query", "word")
_mount = st.components.v2.component(
    "encoderscope_words",
    html='<div class="view"><p class="text marks" dir="auto" role="group"></p><p class="foot"></p></div>',
    css=picture.CSS + (_HERE / "words.css").read_text(encoding="utf-8"),
    js=picture.JS + (_HERE / "words.js").read_text(encoding="utf-8"),
)


@dataclass(frozen=True)
class ShadedPiece:
    """A word of a text, or what stands between two words."""

    text: str
    word: int | None  # its index among the words; None between words
    shade: float = 0.0  # from −1, takes away most, to 1, adds most
    said: str = ""  # the number behind the shade


def words(
    pieces: Sequence[ShadedPiece],
    hidden: Sequence[int],
    *,
    key: str,
    alt: str,
    hint: str,
    on_click: Callable[[int | None], None],
) -> None:
    """Draw a text whose words are buttons; a hidden one is struck through and has its number in the order of hiding.

    hidden: indices of words. hint: stands below while none is hidden. on_click: called with the index of a clicked word
    before the page runs again; with None if all are to be shown.
    """

    def clicked() -> None:
        word = st.session_state[key].clicked
        # A browser can send anything.
        if isinstance(word, int | float) and int(word) in {*(piece.word for piece in pieces), -1}:
            on_click(int(word) if word >= 0 else None)

    data = {
        "pieces": [asdict(piece) for piece in pieces],
        "hidden": list(hidden),
        "colours": {
            theme: {role: getattr(palette, role) for role in _ROLES}
            for theme, palette in {"light": LIGHT, "dark": DARK}.items()
        },
        "alt": alt,
        "hint": hint,
    }
    _mount(key=key, data=data, on_clicked_change=clicked)

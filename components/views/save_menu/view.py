"""Python side of the Save menu: it takes the names of the pictures on the screen."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import streamlit as st

_HERE = Path(__file__).parent
_mount = st.components.v2.component(
    "encoderscope_save_menu",
    html='<div class="save-menu"></div>',
    css=(_HERE / "save_menu.css").read_text(encoding="utf-8"),
    js="".join(
        (_HERE / f"{name}.js").read_text(encoding="utf-8") for name in ("fonts", "plotly", "sheet", "save_menu")
    ),
)


@dataclass(frozen=True)
class Entry:
    """A picture that can be saved."""

    key: str  # of the picture
    name: str
    file: str  # its name without the ending
    alt: str  # what it shows
    about: str  # the rest of its caption: the text that it shows, and the model


def save_menu(entries: Sequence[Entry], *, key: str) -> None:
    """Draw a row for each picture, with buttons that save it as PNG and as SVG. key: names the widget."""
    _mount(key=key, data={"pictures": [asdict(entry) for entry in entries]})

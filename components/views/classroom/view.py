"""Python side of the corner: it takes the room, and hears when something in it has changed."""

import re
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import streamlit as st

_HERE = Path(__file__).parent
_SECRET = re.compile("[0-9a-f]{32}")
_mount = st.components.v2.component(
    "encoderscope_classroom",
    html=(_HERE / "classroom.html").read_text(encoding="utf-8"),
    css=(_HERE / "classroom.css").read_text(encoding="utf-8"),
    js=(_HERE / "classroom.js").read_text(encoding="utf-8"),
)


@dataclass(frozen=True)
class Corner:
    """A room as its corner shows it."""

    code: str
    secret: str  # of the tab that opened the room; "" for a tab that has not said yet whether it has one
    root: str  # the path under which the app is served, such as "/encoderscope"; "" for none
    version: int  # of the room, as the page shows it
    join: str  # the address that people type
    qr: str  # an SVG
    opened: bool  # True if the room was opened by this run
    asking: bool  # True while the screen waits for answers


def corner(shown: Corner, key: str, on_secret: Callable[[str], None]) -> None:
    """Draw the corner. key: names the widget.

    on_secret: called before the page runs again with the secret that the tab has kept, which makes it the host's.
    The page also runs again when the room has changed.
    """

    def kept() -> None:
        secret = st.session_state[key].secret
        # A browser can send anything.
        if isinstance(secret, str) and _SECRET.fullmatch(secret):
            on_secret(secret)

    _mount(key=key, data=asdict(shown), on_secret_change=kept, on_changed_change=lambda: None)

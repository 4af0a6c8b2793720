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
    key: str  # of the room; who has it is not held up by wrong codes of others behind the same address
    secret: str  # of the tab that opened the room; "" for a tab that follows, or has not said yet that it is the host
    root: str  # the path under which the app is served, such as "/encoderscope"; "" for none
    version: int  # of the room, as the page shows it
    join: str  # the address that people type
    qr: str  # an SVG; "" for who follows
    opened: bool  # True if the room was opened by this run
    asking: bool  # True while phones may answer
    leads: bool  # True if those who follow see what this tab shows
    device: str  # under which who follows is counted
    texts: int | None  # texts that the page knows of, while they are collected
    decided: int | None  # how many of them it knows to be let through or declined; None for who follows


def corner(shown: Corner, key: str, on_secret: Callable[[str], None], on_follow: Callable[[str], None]) -> None:
    """Draw the corner. key: names the widget.

    on_secret: called before the page runs again with the secret that the tab has kept, which makes it the host's.
    on_follow: called likewise with the code of the room if the tab has kept none. The page also runs again when the
    room has changed.
    """

    def kept() -> None:
        secret = st.session_state[key].secret
        # A browser can send anything.
        if isinstance(secret, str) and _SECRET.fullmatch(secret):
            on_secret(secret)

    def follows() -> None:
        code = st.session_state[key].follows
        if code == shown.code:
            on_follow(code)

    _mount(
        key=key, data=asdict(shown), on_secret_change=kept, on_follows_change=follows, on_changed_change=lambda: None
    )

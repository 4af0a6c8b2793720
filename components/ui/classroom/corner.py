"""The room in the corner of the screen, on every page and also while presenting."""

import segno
import streamlit as st

from components.core.classroom.questions import Kind
from components.core.classroom.room import Room
from components.core.errors import EncoderscopeError, StoreError
from components.ui import state
from components.ui.address import served_under
from components.ui.classroom import session
from components.ui.classroom.rooms import rooms
from components.views.classroom import Corner, corner

# What stands below can be scrolled from under the corner; views/stage/room.js keeps pictures above it.
_STYLE = "<style>@media screen { .stMain .stMainBlockContainer { padding-bottom: 3.25rem !important; } }</style>"
_UNSEEN = "<style>.st-key-room_corner { display: none; }</style>"


def draw() -> None:
    """Draw the room that the address names: for the tab that has opened it, and for those who follow."""
    _mount(_STYLE)


def listen() -> None:
    """Have the speaker's notes drawn anew when the room changes. They show no corner, and nobody in them is counted."""
    _mount(_UNSEEN, in_notes=True)


def _mount(style: str, in_notes: bool = False) -> None:
    hosted = session.hosted()
    room = hosted or session.followed()
    if room is None:
        return
    st.html(style)
    address = session.join_address()
    shown = room.shown
    collects = hosted is not None and shown is not None and shown.is_open and shown.question.kind is Kind.TEXT
    corner(
        Corner(
            room.code,
            room.key if hosted else "",
            st.session_state[state.Classroom.SECRET] if hosted else "",
            served_under(),
            room.version,
            address,
            _qr(f"{address}/{room.code}?k={room.key}") if hosted else "",
            opened=st.session_state.pop(state.Classroom.OPENED, None) == room.code,
            asking=room.open_round is not None,
            leads=hosted is not None and bool(st.session_state.get(state.Classroom.LEADS)),
            # A tab that was opened anew says first whether it is the host.
            device=_device() if not hosted and st.session_state.get(state.Classroom.FOLLOWS) == room.code else "",
            texts=_answered(room) if collects else None,
            decided=room.decided if hosted else None,
        ),
        key="room_corner",
        on_follow=lambda code: None if in_notes else st.session_state.update({state.Classroom.FOLLOWS: code}),
        on_secret=lambda secret: st.session_state.update({state.Classroom.SECRET: secret}),
    )


def _answered(room: Room) -> int:
    try:
        head = rooms().store.heads([room.code]).get(room.code)
    except StoreError:
        return 0
    return head.answered if head else 0


def _device() -> str:
    """Return the id under which this session is counted; "" if the room is full."""
    room = session.followed()
    try:
        return "" if room is None else session.device(room)
    except EncoderscopeError:
        return ""


def _qr(address: str) -> str:
    """Return a QR code (ISO/IEC 18004) as SVG; up to 15 % of it may be hidden or badly lit."""
    return str(segno.make(address, error="m", micro=False).svg_inline(border=3, omitsize=True))

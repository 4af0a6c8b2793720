"""The room in the corner of the screen, on every page and also while presenting."""

import segno
import streamlit as st

from components.ui import state
from components.ui.classroom import session
from components.views.classroom import Corner, corner


def draw() -> None:
    """Draw the room that the address names, if this tab has opened it."""
    code = session.code_in_address()
    if code is None:
        return
    room, address = session.hosted(), session.join_address()
    corner(
        Corner(
            code,
            st.session_state.get(state.Classroom.SECRET, "") if room else "",
            session.root(),
            room.version if room else 0,
            address,
            _qr(f"{address}/{code}?k={room.key}") if room else "",
            opened=st.session_state.pop(state.Classroom.OPENED, None) == code,
            asking=room is not None and room.open_round is not None,
        ),
        key="room_corner",
        on_secret=lambda secret: st.session_state.update({state.Classroom.SECRET: secret}),
    )


def _qr(address: str) -> str:
    """Return a QR code (ISO/IEC 18004) as SVG; up to 15 % of it may be hidden or badly lit."""
    return str(segno.make(address, error="m", micro=False).svg_inline(border=3, omitsize=True))

"""What the sidebar offers a teacher: to open a room, to look at what was answered, and to end it."""

import streamlit as st
from markupsafe import Markup

from components.ui import state
from components.ui.classroom import session
from components.ui.page import markup
from components.ui.stage.line import CLASS


def draw() -> None:
    """Offer to open a room, or say which is open."""
    problem = st.session_state.get(state.Classroom.PROBLEM)
    if problem:
        markup(Markup('<p class="es-problem">{}</p>').format(problem))
    room = session.hosted()
    if room is None:
        st.button(
            "Open a room for a class",
            on_click=session.open_room,
            help="Phones join by a QR code and answer your questions. No names, no accounts, and all is deleted "
            "afterwards.",
        )
        return
    with st.container(horizontal=True, gap="small"):
        st.page_link(CLASS.path, label=f"Room {room.code}: answers")
        offer_end("end_room_beside")


def offer_end(key: str) -> None:
    """Offer to end the room. key: names the button."""
    with st.popover("End the room"):
        markup(Markup("<p>Its questions and answers are deleted, on the phones too. Save them first.</p>"))
        st.button("End it and delete everything", type="primary", key=key, on_click=session.end_room)

"""What the sidebar offers a class: to open a room, to follow one, and to look at what was answered."""

import streamlit as st
from markupsafe import Markup

from components.ui import state
from components.ui.classroom import session
from components.ui.page import markup
from components.ui.stage.line import CLASS


def draw() -> None:
    """Offer to open or follow a room, or say which is open."""
    room, code = session.hosted(), session.code_in_address()
    if room is not None:
        st.page_link(CLASS.path, label=f"Room {room.code}: answers")
        if state.Classroom.LEADS not in st.session_state and room.address:
            # The tab was loaded anew while others followed it.
            st.session_state[state.Classroom.LEADS] = True
        st.toggle(
            "Lead",
            key=state.Classroom.LEADS,
            persist_state="session",
            help="Who follows this room in the app sees your screen, your sentence and your settings.",
        )
        offer_end("end_room_beside")
    elif session.followed() is not None:
        st.button(f"Leave room {code}", key=state.Classroom.LEAVE, on_click=session.leave)
    else:
        if code is not None:
            markup(Markup('<p class="es-note">Room {} has ended, or is not there.</p>').format(code))
        with st.popover("Your class", key="class_menu"):
            st.page_link(CLASS.path, label="What a class can do here")
            st.button(
                "Open a room",
                key=state.Classroom.OPEN_BESIDE,
                on_click=session.attempt,
                args=(session.open_room,),
                help="Phones join by a QR code and answer your questions. No names, no accounts, and all is deleted "
                "afterwards.",
            )
            st.text_input(
                "Or follow a teacher's room",
                placeholder="Its four letters",
                key=state.Classroom.CODE,
                max_chars=20,
                on_change=session.attempt,
                args=(session.follow,),
            )
    problem = st.session_state.get(state.Classroom.PROBLEM)
    if problem:
        markup(Markup('<p class="es-problem">{}</p>').format(problem))


def offer_end(key: str) -> None:
    """Offer to end the room. key: names the button."""
    with st.popover("End the room", key=f"{key}_menu"):
        markup(Markup("<p>Its questions and answers are deleted, on the phones too. Save them first.</p>"))
        st.button("End it and delete everything", key=key, on_click=session.attempt, args=(session.end_room,))

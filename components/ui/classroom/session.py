"""The room of this session: it stands in the address, and the tab that opened it keeps its secret."""

import logging
import os
from collections.abc import Callable
from urllib.parse import urlsplit

import streamlit as st
from streamlit import net_util

from components.core.classroom.codes import new_secret, read_code
from components.core.classroom.room import Room
from components.core.errors import EncoderscopeError, StoreError
from components.ui import state
from components.ui.address import served_under
from components.ui.classroom.rooms import rooms

_LOG = logging.getLogger(__name__)

_OWN_MACHINE = ("localhost", "127.0.0.1", "::1", "0.0.0.0")


def code_in_address() -> str | None:
    """Return the code of the room that the address names."""
    return read_code(st.query_params.get(state.Classroom.ROOM, ""))


def hosted() -> Room | None:
    """Return the room that this tab has opened, as it is now; None without one, or if it has ended."""
    code, secret = code_in_address(), st.session_state.get(state.Classroom.SECRET, "")
    if code is None or not secret:
        return None
    try:
        room = rooms().store.read(code)
    except StoreError as error:
        _LOG.warning("%s", error)
        return None
    return room if room is not None and rooms().is_host(room, secret) else None


def followed() -> Room | None:
    """Return the room of another tab that the address names, as it is now; None without one, or if it has ended."""
    code = code_in_address()
    if code is None or hosted() is not None:
        return None
    try:
        return rooms().store.read(code)
    except StoreError as error:
        _LOG.warning("%s", error)
        return None


def device(room: Room) -> str:
    """Return the id under which this session answers in a room, joining it first. Raises RoomError and StoreError."""
    devices: dict[str, str] = st.session_state.setdefault(state.Classroom.DEVICE, {})
    if room.code not in devices:
        devices[room.code] = rooms().join(room)
    return devices[room.code]


def attempt(act: Callable[[], object]) -> None:
    """Do something in a room; why it cannot be done is said beside what was pressed. For callbacks."""
    st.session_state.pop(state.Classroom.PROBLEM, None)
    try:
        act()
    except EncoderscopeError as error:
        st.session_state[state.Classroom.PROBLEM] = str(error)


def follow() -> None:
    """Follow the room whose code was typed. Raises RoomError and StoreError."""
    typed = st.session_state.get(state.Classroom.CODE, "")
    if not typed.strip():
        return
    room = rooms().find(typed, st.context.ip_address or "")
    st.session_state[state.Classroom.CODE] = ""
    st.query_params[state.Classroom.ROOM] = room.code


def open_room() -> None:
    """Open a room for this tab. Raises RoomError and StoreError."""
    secret = new_secret()
    room = rooms().open(secret)
    st.session_state[state.Classroom.SECRET] = secret
    st.session_state[state.Classroom.OPENED] = room.code
    # Whoever has a class wants it to guess.
    st.session_state[state.Stage.ASK_FIRST] = True
    st.query_params[state.Classroom.ROOM] = room.code


def end_room() -> None:
    """End the room of this tab, and delete everything in it. Raises StoreError."""
    room = hosted()
    if room is not None:
        rooms().end(room)
    leave()


def leave() -> None:
    """Take the room out of the address; for callbacks."""
    st.session_state.pop(state.Classroom.SECRET, None)
    st.query_params.pop(state.Classroom.ROOM, None)
    st.session_state.get(state.Stage.CARRIED, {}).pop(state.Classroom.ROOM, None)


def join_address() -> str:
    """Return the address that phones open: the operator's, or the one by which the teacher's browser came here.

    A browser on the server's own machine calls it localhost, which for a phone is the phone.
    """
    named = os.environ.get("ENCODERSCOPE_ADDRESS", "").rstrip("/")
    if named:
        return f"{named}/class"
    came = urlsplit(st.context.url or "")
    host = came.hostname or "localhost"
    if host in _OWN_MACHINE:
        host = net_util.get_internal_ip() or host
    port = came.port or (None if came.netloc else int(st.get_option("server.port")))
    shown = f"[{host}]" if ":" in host else host
    return f"{came.scheme or 'http'}://{shown}{f':{port}' if port else ''}{served_under()}/class"

"""Python side of the tab key: it offers a secret, and gets back the one that the tab already has."""

import re
import secrets
from pathlib import Path

import streamlit as st

_HERE = Path(__file__).parent
_KEY = re.compile("[0-9a-f]{32}")
_mount = st.components.v2.component(
    "encoderscope_tab_key",
    html='<div class="tab-key" hidden></div>',
    js=(_HERE / "tab_key.js").read_text(encoding="utf-8"),
)


def tab_key(key: str) -> str:
    """Return 32 hexadecimal digits that only this tab knows. They survive a reload and a restart of the server.

    key: names the widget; the session keeps the offered secret under it. A reloaded tab is a new session, which offers
    another secret; the tab then answers with its own, and the page runs again.
    """
    offered: str = st.session_state.setdefault(f"{key}_offered", secrets.token_hex(16))
    answered = _mount(key=key, data={"offered": offered}, on_kept_change=lambda: None).kept
    # A browser can send anything, so the answer is checked.
    return answered if isinstance(answered, str) and _KEY.fullmatch(answered) else offered

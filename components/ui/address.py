"""The app's address: the path under which it is served, and what Streamlit leaves out of the address bar."""

import streamlit as st
from streamlit import config
from streamlit.runtime.scriptrunner import get_script_run_ctx


def served_under() -> str:
    """Return the path under which the app is served, such as "/encoderscope"; "" for none."""
    path = str(config.get_option("server.baseUrlPath") or "").strip("/")
    return f"/{path}" if path else ""


def hold(name: str, default: str) -> None:
    """Have the address hold the text of a box that is bound to it, unless it is the one that the box has by default.

    Streamlit does not write there what a run has put into the box, if the reader has just come from another page; a
    copied link and Back would then open another text.
    """
    context = get_script_run_ctx()
    text = st.session_state[name]
    if context is not None and text != default and name not in st.query_params:
        with context.session_state.query_params() as parameters:
            parameters.set_corrected_value(name, text, "string_value")

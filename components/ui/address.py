"""The address bar, where Streamlit leaves out what it should hold."""

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx


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

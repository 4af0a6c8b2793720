"""Work that nobody waits for any more: a reader who types on, or has left, is taken out of the model's queue."""

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from components.core.numerics.lanes import while_waiting


def watch() -> None:
    """Have whoever waits for a turn give up when its page is asked to run again or to stop."""
    while_waiting(_give_up_if_overtaken)


def _give_up_if_overtaken() -> None:
    if get_script_run_ctx(suppress_warning=True) is not None:
        # Each look into the session is one of the points at which Streamlit ends a run that was overtaken.
        _ = "overtaken" in st.session_state

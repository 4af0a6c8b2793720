"""The address bar, where Streamlit leaves out what it should hold."""

from streamlit.runtime.scriptrunner import get_script_run_ctx


def hold(name: str, value: str) -> None:
    """Have the address hold the text of a box that is bound to it.

    Streamlit does not write there what a run has put into the box, if the reader has just come from another page.
    """
    context = get_script_run_ctx()
    if context is not None:
        with context.session_state.query_params() as parameters:
            parameters.set_corrected_value(name, value, "string_value")

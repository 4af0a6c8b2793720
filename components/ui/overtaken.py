"""Work that nobody waits for any more: a reader who types on, or has left, is taken out of the model's queue."""

from streamlit.runtime.scriptrunner_utils.script_run_context import get_run_yield_check

from components.core.numerics.lanes import while_waiting


def watch() -> None:
    """Have whoever waits for a turn give up when its page is asked to run again or to stop."""
    while_waiting(_give_up_if_overtaken)


def _give_up_if_overtaken() -> None:
    check = get_run_yield_check()
    if check is not None:
        check()

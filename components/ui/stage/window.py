"""The reader's window: its history, its keys, and the room that it leaves for a picture."""

from components.views.stage import stage


def watch() -> None:
    """Have the browser keep one entry of its history for each act of the reader, and fit pictures to the window."""
    stage(key="stage_window")

"""Python side of the stage: it mounts the scripts that work on the window as a whole."""

from pathlib import Path

import streamlit as st

_HERE = Path(__file__).parent
_SCRIPTS = ("history", "links", "legend", "keys", "room", "tell", "stage")
_mount = st.components.v2.component(
    "encoderscope_stage",
    html='<div class="stage-window" hidden></div>',
    js="".join((_HERE / f"{name}.js").read_text(encoding="utf-8") for name in _SCRIPTS),
)


def stage(key: str) -> None:
    """Watch the window. key: names the widget."""
    _mount(key=key)

"""Python side of the stage: it mounts the scripts that work on the window as a whole."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import streamlit as st

_HERE = Path(__file__).parent
_DRAWINGS = _HERE.parents[2] / "assets" / "glossary"
# How each picture begins; the script carries that once.
_BEGINNING = "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 160 72' fill='none' stroke='currentColor'"
_SCRIPTS = (
    *("history", "links", "legend", "glossary", "keys", "arrival", "popovers", "room", "tell", "scale", "print"),
    *("reconnect", "stage"),
)


def glossary_drawings() -> str:
    """JavaScript's `DRAWINGS`: the name of each term of the glossary → its picture as SVG; and `BEGINNING`.

    BEGINNING stands for the `<svg` of each picture: the attributes that all of them have. The pictures are part of the
    script, and not of what a term on a page carries, so that pages do not grow.
    """
    pictures = {}
    for path in sorted(_DRAWINGS.glob("*.svg")):
        svg = re.sub(r">\s+<", "><", path.read_text(encoding="utf-8").strip())
        # JSON would escape each of the double quotes.
        pictures[path.stem.replace("_", " ")] = svg.replace('"', "'").replace(_BEGINNING, "<svg")
    return (
        f"const BEGINNING = {json.dumps(_BEGINNING)};\nconst DRAWINGS = {json.dumps(pictures, ensure_ascii=False)};\n"
    )


_mount = st.components.v2.component(
    "encoderscope_stage",
    html='<div class="stage-window" hidden></div>',
    js=glossary_drawings() + "".join((_HERE / f"{name}.js").read_text(encoding="utf-8") for name in _SCRIPTS),
)


def stage(key: str, scale: float, on_scale: Callable[[float], None]) -> None:
    """Watch the window. key: names the widget.

    scale: how much larger than on an ordinary page text is, as far as the server knows. on_scale: called with another
    scale before the page runs again.
    """

    def scaled() -> None:
        measured = st.session_state[key].scale
        if measured is not None:
            on_scale(float(measured))

    _mount(key=key, data={"scale": scale}, on_scale_change=scaled, on_reconnected_change=lambda: None)

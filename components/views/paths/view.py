"""The Python side of the paths view: points and names in."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path as File

import numpy as np
import streamlit as st

from components.figures.palette import DARK, GROUPS, LIGHT
from components.views import picture

_HERE = File(__file__).parent
_mount = st.components.v2.component(
    "encoderscope_paths",
    html=picture.frame_html('<svg class="picture"></svg>', '<button class="replay" type="button">Replay</button>'),
    css=picture.CSS + (_HERE / "paths.css").read_text(encoding="utf-8"),
    js=picture.JS + (_HERE / "paths.js").read_text(encoding="utf-8"),
)


@dataclass(frozen=True)
class Path:
    """One thing on its way: its name on the picture, what the readout says of it, and its group's number."""

    name: str
    says: str
    group: int


def paths(
    points: np.ndarray,
    things: Sequence[Path],
    groups: Sequence[str],
    steps: Sequence[str],
    at: int,
    *,
    key: str,
    alt: str,
    file: str,
) -> None:
    """Draw N paths of T points up to one step, and move there from the step that was drawn before.

    points: (N, T, 2), in equal units. things: N. groups: their names. steps: T names. at: the step, from 0. Whoever
    asked their system for reduced motion sees no motion.
    """
    data = {
        "points": points.round(5).tolist(),
        "things": [asdict(thing) for thing in things],
        "groups": list(groups),
        "steps": list(steps),
        "at": at,
        "colours": {
            theme: [getattr(palette, role) for role in GROUPS]
            for theme, palette in {"light": LIGHT, "dark": DARK}.items()
        },
        "ink": {"light": LIGHT.ink, "dark": DARK.ink},
        "paper": {"light": LIGHT.paper, "dark": DARK.paper},
        "line": {"light": LIGHT.line, "dark": DARK.line},
        "alt": alt,
        "file": file,
    }
    _mount(key=key, data=data)

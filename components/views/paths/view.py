"""Python side of the paths view: it takes points and names."""

from collections.abc import Callable, Sequence
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
    js=picture.JS + "".join((_HERE / f"{name}.js").read_text(encoding="utf-8") for name in ("labels", "paths")),
)


@dataclass(frozen=True)
class Path:
    """One path: its name in the picture, its text in the readout, and the number of its group."""

    name: str
    says: str
    group: int


def paths(
    points: np.ndarray,
    things: Sequence[Path],
    groups: Sequence[str],
    steps: Sequence[str],
    at: int,
    on_step: Callable[[int], None],
    *,
    key: str,
    alt: str,
    file: str,
) -> None:
    """Draw N paths of T points up to one step, and move there from the step that was drawn before.

    points: (N, T, 2), in equal units. things: N. groups: their names. steps: T names. at: the step, from 0. on_step:
    called with the next step before the page runs again, while the reader plays the steps; it must lead to `at`.
    Readers whose system asks for reduced motion see no motion between steps.
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

    def stepped() -> None:
        number = st.session_state[key].step
        if number is not None:
            on_step(int(number))

    _mount(key=key, data=data, on_step_change=stepped)

"""Python side of the forming view: it takes a curve of losses and, once a model is trained, how it formed."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
import streamlit as st

from components.core.attention.quantization import quantize_weights
from components.core.training.formation import Formation
from components.figures.palette import DARK, LIGHT
from components.views import picture

_HERE = Path(__file__).parent
_ROLES = ("ink", "quiet", "line", "paper", "word", "output", "position", "query", "key", "value")
# Words of which bars are drawn.
_LISTED = 8
_mount = st.components.v2.component(
    "encoderscope_forming",
    html=picture.frame_html(
        '<svg class="picture"></svg>',
        below='<div class="time"><button type="button">Play</button><input type="range" min="0" step="1">'
        "<output></output></div>",
    ),
    css=picture.CSS + (_HERE / "forming.css").read_text(encoding="utf-8"),
    js=picture.JS + "".join((_HERE / f"{name}.js").read_text(encoding="utf-8") for name in ("panels", "forming")),
)


@dataclass(frozen=True)
class Loss:
    """A curve: what the floor is, and how far the loss has come down to it, in nats."""

    name: str
    losses: Sequence[float]  # of the batch of each step, from step 1
    tests: Sequence[tuple[int, float]]  # step, and the mean loss for one hidden word
    steps: int  # that the training has in all
    chance: float  # the loss of a model that takes every token for as likely
    floor: float
    bag: float | None  # the floor without the order of the words, where that is another one
    others: Sequence["Loss"] = ()
    colour: Literal["word", "position"] = "word"


@dataclass(frozen=True)
class Skill:
    """What the model can do from a step on; None if it never can."""

    says: str
    step: int | None


def forming(
    loss: Loss,
    formed: Formation | None = None,
    exact: Sequence[float] = (),
    groups: Sequence[str] = (),
    skills: Sequence[Skill] = (),
    *,
    says: str,
    key: str,
    alt: str,
    file: str,
) -> None:
    """Draw a curve; with `formed`, also the map of words, every head and what is said of the hidden word.

    exact: V, the grammar's probability of each word. groups: V names of colours. says: the line below the picture.
    """
    description: dict[str, Any] = {
        "key": key,
        "name": loss.name,
        "losses": [round(each, 4) for each in loss.losses],
        "tests": [[step, round(each, 5)] for step, each in loss.tests],
        "last": loss.steps,
        "chance": loss.chance,
        "floor": loss.floor,
        "bag": loss.bag,
        "others": [
            {"name": each.name, "colour": each.colour, "tests": [list(point) for point in each.tests]}
            for each in loss.others
        ],
        "says": says,
        "colours": {
            theme: {role: getattr(palette, role) for role in _ROLES}
            for theme, palette in {"light": LIGHT, "dark": DARK}.items()
        },
        "ramps": {"light": list(LIGHT.sequential), "dark": list(DARK.sequential)},
        "alt": alt,
        "file": file,
    }
    values = b""
    if formed is not None:
        likely = np.maximum(np.asarray(exact), formed.said[-1])
        description |= {
            "words": list(formed.words),
            "map": formed.map.round(3).tolist(),
            "variance": formed.kept_variance,
            "width": formed.width,
            "groups": list(groups),
            "tokens": list(formed.tokens),
            "layers": formed.attention.shape[1],
            "heads": formed.attention.shape[2],
            "said": formed.said.round(4).tolist(),
            "exact": list(exact),
            "listed": np.argsort(-likely, kind="stable")[:_LISTED].tolist(),
            "skills": [asdict(each) for each in skills],
        }
        size = formed.attention.shape[-1]
        values = quantize_weights(formed.attention.reshape(-1, size, size), most_bytes=formed.attention.size * 2).data
    _mount(key=key, data=picture.pack_payload(description, values))

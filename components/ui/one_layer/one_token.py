"""The way of one token through one layer: what each half adds, and what becomes of its vector."""

from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd

from components.core.numerics.similarity import cosine_similarity
from components.ui.charts import show
from components.ui.one_layer.session import LayerView, open_number
from components.ui.stage import frame, question
from components.ui.wording import in_brackets
from components.views.way import Path, Row, way

# Dimensions that can be pointed at in a strip.
_DIMENSIONS = 96
_ATTENTION, _NETWORK = "attention", "the network"


@dataclass(frozen=True, eq=False)
class _Step:
    name: str
    role: str  # the name of its colour in the palette
    vector: np.ndarray  # (D,)
    says: str = ""


def draw(view: LayerView) -> None:
    """Say by how much each half of the layer turns the token, and draw its vector step by step."""
    by_attention, by_network = (
        float(turns[view.token]) for turns in (view.steps.attention_turns, view.steps.network_turns)
    )
    asked = question.one_of(
        "layer_half",
        (view.reading.request, view.layer, view.token),
        f"Which half of layer {view.layer + 1} turns {view.name} further?",
        (_ATTENTION, _NETWORK),
        _ATTENTION if by_attention >= by_network else _NETWORK,
    )
    if asked.hidden:
        return
    said = in_brackets(asked.guesses, (_ATTENTION, _NETWORK))
    frame.heading(
        f"In layer {view.layer + 1}, attention turns {view.name} by {by_attention:.0f}°, the network by "
        f"{by_network:.0f}°",
        f"A layer has two halves: attention{said[_ATTENTION]} brings what other tokens hold, the feed-forward network"
        f"{said[_NETWORK]} works on each token alone. Each adds to what comes in, and a LayerNorm evens out the sum. "
        "Blue is above zero, red below."
        + (" This model normalises before each half." if view.parts.normalises_first else ""),
    )
    steps = _steps(view)
    came_in = view.steps.came_in[view.token]
    cosines = tuple(float(cosine_similarity(step.vector[None], came_in[None])[0, 0]) for step in steps)
    limit = float(np.percentile(np.abs(np.stack([step.vector for step in steps])), 99))
    rows = [
        Row(
            step.name,
            step.role,
            step.says,
            f"length {np.linalg.norm(step.vector):.2f}",
            matrix=step.vector[None, :_DIMENSIONS],
            limit=limit,
        )
        for step in steps
    ]
    show(
        partial(
            way,
            rows,
            (),
            hint="Point at a cell to read it. Click it to see how its number comes to be.",
            path=Path("cosine with what came in", cosines),
            subject=f"{view.layer} {view.token} {view.reading.tokens.text}",
            on_cell=lambda _, dimension: open_number(dimension),
        ),
        key="layer-way",
        alt=f"The vector of {view.reading.tokens.labels[view.token]} in layer {view.layer + 1}, step by step: "
        f"{', '.join(step.name.lstrip('+= ').lower() for step in steps)}; and the cosine of each with what came in",
        numbers=lambda: _numbers(steps, cosines),
    )
    with frame.details():
        frame.note(
            "The angle between two vectors is 0° if they point the same way and 90° if they have nothing in common. "
            "Attention is measured from what comes in to the end of the first half, the network from there to the end "
            "of the layer, each with its LayerNorm."
        )


def _steps(view: LayerView) -> list[_Step]:
    steps, token = view.steps, view.token
    first = view.parts.normalises_first
    shown = [_Step("Came in", "ink", steps.came_in[token])]
    shown += [
        _Step("+ attention", "key", steps.attention[token], "brought by the heads"),
        _Step("= sum", "ink", steps.attention_sum[token]),
        _Step("LayerNorm", "position", steps.network_input[token], "for the network alone" if first else "half way"),
        _Step("+ network", "word", steps.network[token], f"made by {view.parts.hidden_width:,} neurons"),
        _Step("= sum", "output" if first else "ink", steps.network_sum[token], view.goes_on if first else ""),
    ]
    if not first:
        shown.append(_Step("LayerNorm", "output", steps.out[token], view.goes_on))
    return shown


def _numbers(steps: list[_Step], cosines: tuple[float, ...]) -> pd.DataFrame:
    """Return every vector of the picture whole, dimensions counted from 1, its length and its cosine."""
    table = pd.DataFrame(
        [step.vector for step in steps], index=pd.Index([step.name.lstrip("+= ") for step in steps], name="step")
    )
    table.columns = [str(dimension) for dimension in range(1, table.shape[1] + 1)]
    table.insert(0, "length", [float(np.linalg.norm(step.vector)) for step in steps])
    table.insert(0, "cosine with what came in", cosines)
    return table

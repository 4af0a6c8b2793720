"""All layers: by how much attention and the network turn each token."""

from functools import partial

import numpy as np
import pandas as pd

from components.ui.caches import layers
from components.ui.charts import show
from components.ui.one_layer.session import MOST_TOKENS, LayerView, open_token, what_is_shown
from components.ui.progress import ProgressBar, TimedReport
from components.ui.stage import frame
from components.views.grids import Grid, Shade, grids

# Seconds in which no bar appears.
_QUIET = 0.3


def draw(view: LayerView) -> None:
    """Say in which layer each half turns tokens most, and draw its angle for each token and layer."""
    turns = _turns(view)
    assert turns is not None  # the page ends before for a model without known parts
    tokens = view.reading.tokens
    typed = ~tokens.special
    means = [half[:, typed].mean(axis=1) for half in turns]
    (first, first_layer), (second, second_layer) = ((half.max(), int(half.argmax()) + 1) for half in means)
    frame.heading(
        f"Attention turns the tokens most in layer {first_layer} (by {first:.0f}°), the network in layer "
        f"{second_layer} (by {second:.0f}°)",
        "Each cell is the angle by which one half of a layer turns one token. Click one to see how. The title is about "
        f"means over the {int(typed.sum())} tokens that were typed.{what_is_shown(tokens)}",
    )

    halves = dict(zip(("attention", "the network"), turns, strict=True))
    roles = ("key", "word")
    show(
        partial(
            grids,
            [Grid(name, role, half[:, :MOST_TOKENS]) for role, (name, half) in zip(roles, halves.items(), strict=True)],
            [str(layer) for layer in range(1, len(turns[0]) + 1)],
            tokens.labels[:MOST_TOKENS],
            Shade(0.0, float(max(half.max() for half in turns)) or 1.0, "angle", "°", written=0),
            hint="Rows are layers. Click a cell to open its token in its layer.",
            selected=(view.layer, view.token) if view.token < MOST_TOKENS else None,
            on_cell=partial(open_token, view),
        ),
        key="turns",
        alt="By how many degrees attention, and below it the network, turn each token: a row for each layer, a column "
        "for each token",
        numbers=lambda: pd.concat({name: _table(half, tokens.labels) for name, half in halves.items()}, names=["half"]),
    )


def _turns(view: LayerView) -> tuple[np.ndarray, np.ndarray] | None:
    bar = ProgressBar()
    report = TimedReport(bar, "Taking the layers apart", _QUIET)
    turns = layers.turns(view.reading.request, partial(report, "layer"))
    bar.clear()
    return turns


def _table(half: np.ndarray, labels: tuple[str, ...]) -> pd.DataFrame:
    """Return (L, S) angles, a token a row."""
    columns = [f"layer {layer}" for layer in range(1, len(half) + 1)]
    return pd.DataFrame(half.T, index=pd.Index(labels, name="token"), columns=columns)

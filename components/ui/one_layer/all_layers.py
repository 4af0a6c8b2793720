"""All layers: by how much attention and the network turn each token."""

import numpy as np
import pandas as pd

from components.figures.heatmaps.layers import turns_by_layer
from components.ui.caches import layers
from components.ui.charts import show
from components.ui.one_layer.session import LayerView
from components.ui.page import palette
from components.ui.stage import frame

# Tokens that can be told apart in a picture.
_MOST_TOKENS = 64


def draw(view: LayerView) -> None:
    """Say in which layer each half turns tokens most, and draw its angle for each token and layer."""
    turns = layers.turns(view.reading.request)
    assert turns is not None  # the page ends before for a model without known parts
    tokens = view.reading.tokens
    typed = ~tokens.special
    means = [half[:, typed].mean(axis=1) for half in turns]
    (first, first_layer), (second, second_layer) = ((half.max(), int(half.argmax()) + 1) for half in means)
    shown = min(len(tokens.labels), _MOST_TOKENS)
    part = f" Shown: the first {shown} of {len(tokens.labels)} tokens." if shown < len(tokens.labels) else ""
    frame.heading(
        f"Attention turns the tokens most in layer {first_layer} (by {first:.0f}°), the network in layer "
        f"{second_layer} (by {second:.0f}°)",
        "Each number is the angle in degrees by which one half of a layer turns one token. The title is about means "
        f"over the {int(typed.sum())} tokens that were typed.{part}",
    )

    halves = dict(zip(("attention", "the network"), turns, strict=True))
    show(
        turns_by_layer({name: half[:, :shown] for name, half in halves.items()}, tokens.labels[:shown], palette()),
        key="turns",
        alt="By how many degrees attention, and below it the network, turn each token: a row for each layer, a column "
        "for each token",
        numbers=lambda: pd.concat({name: _table(half, tokens.labels) for name, half in halves.items()}, names=["half"]),
    )


def _table(half: np.ndarray, labels: tuple[str, ...]) -> pd.DataFrame:
    """Return (L, S) angles, a token a row."""
    columns = [f"layer {layer}" for layer in range(1, len(half) + 1)]
    return pd.DataFrame(half.T, index=pd.Index(labels, name="token"), columns=columns)

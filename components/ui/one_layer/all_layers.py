"""All layers: by how much attention and the network turn each token."""

from functools import partial

import numpy as np
import pandas as pd
import streamlit as st

from components.ui import state
from components.ui.caches import layers
from components.ui.charts import show
from components.ui.one_layer.session import LayerView
from components.ui.pickers import token_option
from components.ui.stage import frame
from components.ui.stage.bar import show_screen
from components.views.tiles import Labels, tiles

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
        "Each cell is the angle by which one half of a layer turns one token; dark is far. The layer and the angle in "
        f"the title are means over the {int(typed.sum())} tokens that were typed.{part}",
    )

    def follow(row: int, column: int) -> None:
        st.session_state[state.OneLayer.TOKEN] = token_option(tokens, row)
        st.session_state[state.Shared.LAYER] = str(column + 1)
        show_screen("one token")

    depth = view.reading.encoder.num_layers
    names = ("attention", "the network")
    show(
        partial(
            tiles,
            np.stack(turns).transpose(0, 2, 1)[:, :shown],
            Labels(
                tuple(tokens.labels[:shown]),
                tuple(f"layer {layer}" for layer in range(1, depth + 1)),
                hint="Degrees. Click a cell to follow its token through its layer.",
            ),
            names=names,
            scale="sequential",
            decimals=1,
            columns=(2, 1),
            smallest_tile=280,
            tile_height=max(120, min(26 * shown, 420)),
            show_names=True,
            on_cell=follow,
        ),
        key="turns",
        alt="By how many degrees attention, and the network, turn each token: a row for each token, a column for each "
        "layer",
        numbers=lambda: pd.concat(
            {name: _table(half, tokens.labels) for name, half in zip(names, turns, strict=True)}, names=["half"]
        ),
    )


def _table(half: np.ndarray, labels: tuple[str, ...]) -> pd.DataFrame:
    """Return (L, S) angles, a token a row."""
    columns = [f"layer {layer}" for layer in range(1, len(half) + 1)]
    return pd.DataFrame(half.T, index=pd.Index(labels, name="token"), columns=columns)

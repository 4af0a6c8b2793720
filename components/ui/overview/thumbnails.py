"""The attention weights of all heads as thumbnails; a click on one opens it on the Attention page."""

from functools import partial

import pandas as pd
import streamlit as st

from components.ui import state
from components.ui.caches import traces
from components.ui.caches.requests import ThumbnailRequest
from components.ui.charts import show
from components.ui.page import Reading
from components.views.tiles import Labels, tiles

# Cells along a side that can be told apart in a thumbnail.
_SIDE = 40


def open_clicked_head() -> None:
    """Go to the Attention page if a thumbnail was clicked before this run."""
    clicked = st.session_state.pop(state.Overview.OPENED_HEAD, None)
    if clicked is not None:
        layer, head = clicked
        st.switch_page(
            "pages/encoder/attention.py",
            query_params={state.Shared.LAYER: str(layer + 1), state.Shared.HEAD: str(head + 1)},
        )


def draw(reading: Reading) -> None:
    """Draw one thumbnail per head, layers as rows."""
    trace = reading.trace()
    size, layers, heads = trace.num_tokens, trace.num_layers, trace.num_heads
    pooled, block = traces.attention_thumbnails(ThumbnailRequest(reading.request, _SIDE))
    shrunk = f" Each cell is the largest weight of {block} × {block}." if block > 1 else ""
    show(
        partial(
            tiles,
            pooled.reshape(layers * heads, *pooled.shape[2:]),
            Labels((), hint=f"Rows are layers, columns are heads. Click a head to open it.{shrunk}"),
            names=tuple(f"Layer {i + 1}, head {j + 1}" for i in range(layers) for j in range(heads)),
            scale="sequential",
            limit=1.0,
            decimals=-1,
            columns=(heads,),
            on_pick=lambda number: st.session_state.update({state.Overview.OPENED_HEAD: divmod(number, heads)}),
        ),
        key="all-heads",
        alt=f"Attention weights of all {layers * heads} heads, one row of thumbnails per layer",
        numbers=lambda: pd.DataFrame(
            trace.attention_weights().reshape(-1, size),
            columns=list(reading.tokens.labels),
            index=pd.MultiIndex.from_product(
                [range(1, layers + 1), range(1, heads + 1), reading.tokens.labels], names=["layer", "head", "query"]
            ),
        ),
    )

"""What differs in the attention of two sentences: all heads at a glance, and one of them opened."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from components.core.attention.quantization import pool_by_magnitude
from components.core.context.comparison import Comparison
from components.figures.heatmaps.attention import attention_difference, attention_heatmap
from components.ui import state
from components.ui.caches import comparisons
from components.ui.caches.requests import ComparisonRequest, DifferenceThumbnailRequest
from components.ui.charts import show, show_tiles
from components.ui.page import markup, palette, section
from components.views.tiles import Labels

_MOST = "the one that differs most"
# Words that can be told apart in a thumbnail.
_THUMBNAIL = 40
# Up to so many words a small heatmap has room for high rows, and up to so many its cells can be told apart.
_FEW, _READABLE = 12, 128


def draw(request: ComparisonRequest, compared: Comparison) -> None:
    """Thumbnails of all heads' differences; the head that is picked, or differs most, side by side and subtracted."""
    section(
        "Attention, head by head",
        "Second sentence minus first, in the first one's word order. Rows are layers, columns are heads; pick one to "
        "open it below.",
    )
    layers, heads = compared.attention_moved.shape
    options = [_MOST, *(f"layer {layer + 1}, head {head + 1}" for layer in range(layers) for head in range(heads))]
    above = st.container()
    picked = st.selectbox("Head", options, key=state.WordOrder.CHANGED_HEAD, bind=state.IN_URL, width=280)
    opened = int(compared.attention_moved.argmax()) if picked == _MOST else options.index(picked) - 1
    thumbnails, block = comparisons.difference_thumbnails(DifferenceThumbnailRequest(request, _THUMBNAIL))
    shrunk = f" Each cell is the largest of {block} × {block}." if block > 1 else ""
    with above:
        show_tiles(
            thumbnails.reshape(layers * heads, *thumbnails.shape[2:]),
            Labels((), hint=f"Blue: the second gives more. Red: it gives less. Pale: no difference.{shrunk}"),
            key="all-differences",
            alt=f"What differs in the attention of all {layers * heads} heads, a row of thumbnails a layer",
            numbers=lambda: pd.DataFrame(
                compared.attention_moved,
                index=pd.RangeIndex(1, layers + 1, name="layer"),
                columns=[f"head {head + 1}: share of attention moved" for head in range(heads)],
            ),
            names=tuple(
                f"{option.capitalize()}, {moved:.0%} of attention moved"
                for option, moved in zip(options[1:], compared.attention_moved.ravel(), strict=True)
            ),
            limit=1.0,
            decimals=-1,
            columns=(heads,),
            selected=opened,
            on_pick=lambda number: st.session_state.update({state.WordOrder.CHANGED_HEAD: options[number + 1]}),
        )
    _draw_head(compared, *divmod(opened, heads))


def _draw_head(compared: Comparison, layer: int, head: int) -> None:
    """One head in both sentences, and the second minus the first."""
    words = tuple(word.text for word in compared.alignment.first)
    weights, reordered = (side[head] for side in compared.attention(layer))
    pictures: dict[str, tuple[str, np.ndarray, Callable[..., go.Figure]]] = {
        "difference": ("Second minus first", reordered - weights, attention_difference),
        "first": ("First sentence", weights, attention_heatmap),
        "second": ("Second, in the first one's order", reordered, attention_heatmap),
    }
    # The difference large; the two that it comes from below it.
    columns = [st.container(), *st.columns(2)]
    heights = (34, 26, 26) if len(words) <= _FEW else (34, 18, 18)
    for column, height, (key, (heading, matrix, figure)) in zip(columns, heights, pictures.items(), strict=True):
        # Of words without a partner nothing is drawn, unless cells have to be drawn together.
        seen, times = (matrix, 1) if len(words) <= _READABLE else pool_by_magnitude(np.nan_to_num(matrix), _READABLE)
        together = f", the largest of {times} × {times} a cell" if times > 1 else ""
        with column:
            markup(f'<p class="es-note">{heading}{together}</p>')
            show(
                figure(seen, words[::times], palette(), step=times, cell=height),
                key=f"attention-{key}",
                alt=f"{heading}: attention between words in layer {layer + 1}, head {head + 1}",
                numbers=lambda matrix=matrix: pd.DataFrame(matrix, index=list(words), columns=list(words)),  # type: ignore[misc]
            )
    markup(
        f'<p class="es-note">In layer {layer + 1}, head {head + 1}, a word or special token of the second sentence '
        f"gives on average {compared.attention_moved[layer, head]:.0%} of its attention elsewhere than in the first. "
        "Of a word in pieces the rows are averaged and the columns added up, so that rows still sum to 1.</p>"
    )

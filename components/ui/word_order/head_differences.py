"""The differences in attention between two sentences: all heads as thumbnails, and one of them large."""

from collections.abc import Callable
from functools import partial

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import streamlit as st
from markupsafe import Markup

from components.core.attention.quantization import pool_by_magnitude
from components.core.context.comparison import Comparison
from components.figures.heatmaps.attention import attention_difference, attention_heatmap
from components.ui import state
from components.ui.caches import comparisons
from components.ui.caches.requests import ComparisonRequest, DifferenceThumbnailRequest
from components.ui.charts import show
from components.ui.page import markup, palette, section
from components.views.tiles import Labels, tiles

_MOST = "the one that differs most"
# Words that can be told apart in a thumbnail.
_THUMBNAIL = 40
# The most words for which a small heatmap has high rows, and for which its cells can be told apart.
_FEW, _READABLE = 12, 128


def draw(request: ComparisonRequest, compared: Comparison) -> None:
    """Draw all heads' differences, and below them both sentences and the difference for the picked head."""
    section(
        "Attention, head by head",
        "Second sentence minus first, in the word order of the first. Rows are layers, columns are heads. Pick a head "
        "to open it below.",
    )
    layers, heads = compared.attention_moved.shape
    options = [_MOST, *(f"layer {layer + 1}, head {head + 1}" for layer in range(layers) for head in range(heads))]
    above = st.container()
    picked = st.selectbox("Head", options, key=state.WordOrder.CHANGED_HEAD, bind=state.IN_URL, width=280)
    opened = int(compared.attention_moved.argmax()) if picked == _MOST else options.index(picked) - 1
    thumbnails, block = comparisons.difference_thumbnails(DifferenceThumbnailRequest(request, _THUMBNAIL))
    shrunk = f" Each cell is the largest of {block} × {block}." if block > 1 else ""
    with above:
        show(
            partial(
                tiles,
                thumbnails.reshape(layers * heads, *thumbnails.shape[2:]),
                Labels(
                    (), hint=f"Blue: more attention in the second sentence. Red: less. Pale: no difference.{shrunk}"
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
            ),
            key="all-differences",
            alt=f"Differences in the attention of all {layers * heads} heads, one row of thumbnails per layer",
            numbers=lambda: pd.DataFrame(
                compared.attention_moved,
                index=pd.RangeIndex(1, layers + 1, name="layer"),
                columns=[f"head {head + 1}: share of attention moved" for head in range(heads)],
            ),
        )
    _draw_head(compared, *divmod(opened, heads))


def _draw_head(compared: Comparison, layer: int, head: int) -> None:
    """Draw one head in both sentences, and the second minus the first."""
    words = tuple(word.text for word in compared.alignment.first)
    weights, reordered = (side[head] for side in compared.attention(layer))
    pictures: dict[str, tuple[str, np.ndarray, Callable[..., go.Figure]]] = {
        "difference": ("Second minus first", reordered - weights, attention_difference),
        "first": ("First sentence", weights, attention_heatmap),
        "second": ("Second sentence, in the word order of the first", reordered, attention_heatmap),
    }
    # The difference large; below it the two sentences.
    columns = [st.container(), *st.columns(2)]
    heights = (34, 26, 26) if len(words) <= _FEW else (34, 18, 18)
    for column, height, (key, (heading, matrix, figure)) in zip(columns, heights, pictures.items(), strict=True):
        # Words without a partner stay empty, unless cells have to be pooled.
        seen, times = (matrix, 1) if len(words) <= _READABLE else pool_by_magnitude(np.nan_to_num(matrix), _READABLE)
        pooled = f"; each cell is the largest of {times} × {times}" if times > 1 else ""
        with column:
            markup(Markup('<p class="es-note">{}{}</p>').format(heading, pooled))
            show(
                figure(seen, words[::times], palette(), step=times, cell=height),
                key=f"attention-{key}",
                alt=f"{heading}: attention between words in layer {layer + 1}, head {head + 1}",
                numbers=lambda matrix=matrix: pd.DataFrame(matrix, index=list(words), columns=list(words)),  # type: ignore[misc]
            )
    markup(
        Markup(
            '<p class="es-note">In layer {}, head {}, a word of the second sentence gives on average {:.0%} of its '
            "attention to other words than in the first. For a word of several tokens, rows are averaged and columns "
            "added, so that rows still sum to 1.</p>"
        ).format(layer + 1, head + 1, compared.attention_moved[layer, head])
    )

"""Many heads as one picture: their mean, their maximum, and attention rollout."""

import html

import numpy as np
import pandas as pd
import streamlit as st

from components.core.attention.quantization import pool_by_maximum
from components.figures.heatmaps.attention import attention_heatmap
from components.ui import state
from components.ui.attention.session import AttentionView
from components.ui.caches import attention
from components.ui.caches.requests import CombinedHeadsRequest
from components.ui.charts import show
from components.ui.page import palette, section
from components.ui.page import raw_markup as markup

# Tokens whose cells can be told apart.
_READABLE = 128
_OF_LAYER = ("mean of the layer", "maximum of the layer")
_OF_ALL = ("mean of all layers", "maximum of all layers", "rollout")
_FORMULAS = {
    "mean": "mean = Σ weights ÷ number of heads <span class='es-quiet'>(rows sum to 1)</span>",
    "maximum": "maximum = the largest weight of any head <span class='es-quiet'>(rows sum to more than 1)</span>",
    "rollout": "A<sub>layer</sub> = ½ · mean of its heads + ½ · identity<br>"
    "rollout = A<sub>last</sub> · … · A<sub>2</sub> · A<sub>1</sub> "
    "<span class='es-quiet'>(Abnar and Zuidema 2020, “Quantifying Attention Flow in Transformers”)</span>",
}
_MEANING = {
    "mean": "What a layer looks at on the whole; what a single head is busy with is washed out.",
    "maximum": "What any head looks at: a lone strong link stays visible, but nobody looks at all of it.",
    "rollout": "How much of each token’s last vector stems from which token, if attention and the residual connection "
    "were all that mixed them. Values, output projections and feed-forward layers are left out.",
}


def draw(studio: AttentionView) -> None:
    """One way of putting heads together, its formula, and its picture."""
    section(
        "Many heads, one picture",
        "Rows look at columns, as above. Each way of putting heads together shows something and hides something.",
    )
    ways = [*_OF_LAYER, *_OF_ALL]
    picked = st.segmented_control(
        "Put together", ways, default="rollout", required=True, key=state.Attention.OVER_HEADS, bind=state.IN_URL
    )
    way = picked.split()[0]
    layer = studio.layer if picked in _OF_LAYER else None
    weights = attention.combined_heads(CombinedHeadsRequest(studio.request, way, layer))
    where = "all layers" if layer is None else f"layer {layer + 1}"
    markup(f'<p class="es-note">{_MEANING[way]}</p><div class="es-formula">{_FORMULAS[way]}</div>')
    labels = studio.tokens.labels
    seen, step = pool_by_maximum(weights.astype(np.float32), _READABLE)
    if step > 1:
        markup(f'<p class="es-note">Each cell is the largest of {step} × {step}; the CSV holds every one.</p>')
    show(
        attention_heatmap(seen, labels[::step], palette(), step=step, cell=28),
        key="over-heads",
        alt=f"{way.capitalize()} of the attention of all heads of {where}",
        numbers=lambda: pd.DataFrame(weights, index=list(labels), columns=list(labels)),
    )
    column = weights[~studio.tokens.special].mean(axis=0)
    most = int(np.argmax(column))
    markup(
        f'<p class="es-note">Averaged over the typed tokens’ rows, the largest number stands at '
        f"“{html.escape(labels[most])}”: {column[most]:.3f}.</p>"
    )

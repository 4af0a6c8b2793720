"""Many heads combined in one picture: their mean, their maximum, and attention rollout."""

import numpy as np
import pandas as pd
import streamlit as st
from jaxtyping import Float
from markupsafe import Markup

from components.core.attention.quantization import pool_by_maximum
from components.figures.heatmaps.attention import attention_heatmap
from components.ui import state
from components.ui.attention.session import AttentionView
from components.ui.caches import attention
from components.ui.caches.requests import CombinedHeadsRequest
from components.ui.charts import show
from components.ui.page import markup, palette
from components.ui.stage import frame

# The most tokens whose cells can be told apart.
_READABLE = 128
# Weights that differ by less are equal up to the rounding of 32-bit numbers.
_EQUAL = 1e-6
_OF_LAYER = ("mean of the layer", "maximum of the layer")
_OF_ALL = ("mean of all layers", "maximum of all layers", "rollout")
_FORMULAS = {
    "mean": Markup("mean = Σ weights ÷ number of heads <span class='es-quiet'>(rows sum to 1)</span>"),
    "maximum": Markup(
        "maximum = the largest weight of any head <span class='es-quiet'>(rows sum to more than 1)</span>"
    ),
    "rollout": Markup(
        "A<sub>layer</sub> = ½ · mean of its heads + ½ · identity<br>"
        "rollout = A<sub>last</sub> · … · A<sub>2</sub> · A<sub>1</sub> "
        "<span class='es-quiet'>(Abnar and Zuidema 2020, “Quantifying Attention Flow in Transformers”)</span>"
    ),
}
_MEANING = {
    "mean": "What the heads attend to together; what a single head does is averaged out.",
    "maximum": "The strongest link of any head: a single strong link stays visible, but no single head has this "
    "pattern.",
    "rollout": "How much of each row’s last vector comes from each token, if only attention and the residual "
    "connection mixed them: values, output projections and feed-forward layers are left out.",
}


def finding(view: AttentionView, picked: str, weights: Float[np.ndarray, "S S"]) -> str:
    """The title: the token that gets most of the typed tokens' attention, or that several get as much."""
    column = weights[~view.tokens.special].mean(axis=0)
    most = np.flatnonzero(column > column.max() - _EQUAL)
    heads = picked.replace("the layer", f"layer {view.layer + 1}").capitalize()
    gets = f"{column.max():.3f} on average"
    if len(most) > 1:
        return f"{heads}: {len(most)} tokens share the first place, {gets}"
    return f"{heads}: {view.quoted(int(most[0]))} gets the most, {gets}"


def draw(view: AttentionView) -> None:
    """Ask for a way to combine heads, and draw its formula and its picture."""
    methods = [*_OF_LAYER, *_OF_ALL]
    with frame.controls():
        picked = st.selectbox(
            "Combine by",
            methods,
            index=methods.index("rollout"),
            key=state.Attention.OVER_HEADS,
            bind=state.IN_URL,
            persist_state="session",
            width=220,
        )
    method = picked.split()[0]
    layer = view.layer if picked in _OF_LAYER else None
    weights = attention.combined_heads(CombinedHeadsRequest(view.request, method, layer))
    where = "all layers" if layer is None else f"layer {layer + 1}"
    frame.heading(
        finding(view, picked, weights),
        _MEANING[method],
    )
    with frame.details():
        frame.note("The title averages over the rows of the typed tokens. Rows look at columns.")
        markup(Markup('<div class="es-formula">{}</div>').format(_FORMULAS[method]))
    labels = view.tokens.labels
    seen, step = pool_by_maximum(weights.astype(np.float32), _READABLE)
    if step > 1:
        frame.note(f"Each cell is the largest of {step} × {step}; the CSV contains every weight.")
    show(
        attention_heatmap(seen, labels[::step], palette(), step=step, cell=28),
        key="over-heads",
        alt=f"{method.capitalize()} of the attention of all heads of {where}",
        numbers=lambda: pd.DataFrame(weights, index=list(labels), columns=list(labels)),
    )

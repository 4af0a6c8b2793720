"""Each head switched off alone: how far the sentence vector moves without it."""

import numpy as np
import pandas as pd
import streamlit as st
from jaxtyping import Float

from components.core.attention.ablation import cosines_without_each_head
from components.figures.heatmaps.layers import layers_by_heads
from components.ui.attention.interventions import describe_changes, head_name, is_off, switch
from components.ui.attention.session import AttentionView, open_head
from components.ui.caches import attention
from components.ui.charts import show
from components.ui.page import palette
from components.ui.progress import ProgressBar
from components.ui.stage import frame
from components.ui.tables import table
from components.ui.wording import PRINTS_AS_ONE, format_cosine, format_count

# Longer texts are measured when the reader asks for it, since that takes a while.
_AT_ONCE = 64
_SHOWN = 8


def draw(view: AttentionView) -> None:
    """Draw the distance that the sentence vector moves without each head, and rank the heads by it."""
    also = f", in addition to {describe_changes(view.request.interventions)}" if view.request.interventions else ""
    heads = view.reading.encoder.num_layers * view.reading.encoder.num_heads
    cosines = _measured(view, heads)
    if cosines is None:
        return
    distances = np.maximum(1 - cosines, 0)  # rounding may leave a cosine just above 1
    frame.heading(
        finding(cosines),
        f"Each of the {heads} heads is switched off alone{also}. How far does the sentence vector move?",
    )
    colours = palette()
    show(
        layers_by_heads(distances, colours),
        key="single-heads",
        alt="Distance that the sentence vector moves when each head is switched off alone, layer by head",
        numbers=lambda: pd.DataFrame(
            cosines,
            index=pd.RangeIndex(1, len(cosines) + 1, name="layer"),
            columns=[f"head {head + 1}" for head in range(cosines.shape[1])],
        ),
    )
    order = np.argsort(-distances, axis=None, kind="stable")[:_SHOWN]
    heads_in_order = [divmod(int(number), cosines.shape[1]) for number in order]
    with frame.controls():
        first = heads_in_order[0]
        st.button(f"Open {head_name(*first)}", on_click=open_head, args=first)
        off = is_off(view.request.interventions, *first)
        st.button(f"Switch {head_name(*first)} {'on' if off else 'off'}", on_click=switch, args=first)
    with frame.details():
        table(
            ("switched off", "cosine", "distance (1 − cosine)"),
            [(head_name(*head), format_cosine(cosines[head]), f"{distances[head]:.4f}") for head in heads_in_order],
            "The sentence vector without that head compared with the one with it; the largest change first.",
        )


def finding(cosines: Float[np.ndarray, "L H"]) -> str:
    """The title: the head without which the sentence vector moves most, or that there is none."""
    most = divmod(int(cosines.argmin()), cosines.shape[1])
    if cosines[most] > PRINTS_AS_ONE:
        return "No single head matters to this sentence: without any of them the cosine is 1.0000"
    return f"Without {head_name(*most)} the sentence vector moves most: cosine {format_cosine(cosines[most])}"


def _measured(view: AttentionView, heads: int) -> np.ndarray | None:
    """The cosines without each head. For a long text they are measured when the reader asks."""
    count = len(view.tokens.tokens)
    if count > _AT_ONCE and not attention.has_single_heads(view.request):
        with frame.controls():
            wanted = st.button("Measure all heads")
        if not wanted:
            frame.heading(
                "Which single head matters most to this text?",
                f"Each of the {heads} heads is switched off alone, and the text is read anew. With "
                f"{format_count(count, 'token')} this takes a while; a bar shows the progress.",
            )
            return None
    return attention.single_heads(view.request, lambda: _measure(view))


def _measure(view: AttentionView) -> np.ndarray:
    bar = ProgressBar()
    bar.show(0, 1, "Switching heads off, one by one …")
    cosines = cosines_without_each_head(
        view.reading.encoder,
        view.tokens,
        view.request.interventions,
        progress=lambda done, total: bar.show(done, total, f"Switched off {done} of {total} heads …"),
    )
    bar.clear()
    return cosines

"""Which places may look at which, and at which one head does look."""

import numpy as np
import pandas as pd
import streamlit as st
from jaxtyping import Float

from components.core.kinds.attention_of_kinds import causal_mask, full_mask, joint_mask
from components.core.training.settings import Kind
from components.figures.heatmaps.masks import mask_pictures, masked_attention
from components.ui import state
from components.ui.caches import kinds
from components.ui.charts import show
from components.ui.kinds import trainings
from components.ui.kinds.session import KindsReading, pick_head
from components.ui.page import palette, quoted
from components.ui.pickers import pick_option
from components.ui.stage import frame

# Of the encoder: from “drinks”, it looks most at what comes much later.
_FIRST_HEAD = 1, 2
_QUERY, _KEY = "query: who is looking", "key: at whom"


def draw(reading: KindsReading) -> None:
    """Draw the masks of the three kinds, and the attention of one head of one of them."""
    with frame.controls():
        kind = Kind(pick_option("Model", [each.value for each in Kind], state.Kinds.KIND))
        layer, head = pick_head("Head", state.Kinds.HEAD, reading.models, _FIRST_HEAD)
    left, right = st.columns([4, 8], gap="medium")
    with right:
        if kind is Kind.BOTH:
            written = _draw_joint(reading, layer, head)
        else:
            written = ()
            _draw_square(reading, kind, layer, head)
    with left:
        _draw_masks(reading, kind, len(kinds.translator_attention_on(reading.request).tokens))
    with frame.details():
        frame.note(
            "A mask takes a score out before the softmax, so the weight is 0 and not merely small. Empty cells are "
            "masked. Rows look, columns are looked at; [CLS] begins and [SEP] ends what is read."
        )
        if written:
            frame.note(
                "An encoder–decoder has three attentions: its encoder’s, full; its decoder’s own, causal; and "
                "cross-attention, whose queries come from what is written and whose keys and values from what was read."
            )
        trainings.explain(reading.models)


def _draw_masks(reading: KindsReading, kind: Kind, written: int) -> None:
    read = len(reading.sentence) + 2
    masks = [full_mask(read, read), causal_mask(read - 1), joint_mask(written, read)]
    open_cells = [f"{int(mask.sum())} of {mask.size} cells" for mask in masks]
    names = [
        f"encoder: full<br>{open_cells[0]}",
        f"decoder: causal<br>{open_cells[1]}",
        f"encoder–decoder:<br>full, cross, causal<br>{open_cells[2]}",
    ]
    show(
        mask_pictures(masks, names, list(Kind).index(kind), palette()),
        key="masks",
        alt=f"Which place may look at which: encoder {open_cells[0]}, decoder {open_cells[1]}, encoder–decoder "
        f"{open_cells[2]}",
        numbers=lambda: _cells(masks),
    )


def _cells(masks: list[np.ndarray]) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {"model": kind.value, "query": query + 1, "key": key + 1, "may look": bool(mask[query, key])}
            for kind, mask in zip(Kind, masks, strict=True)
            for query, key in np.ndindex(mask.shape)
        ]
    )


def _draw_square(reading: KindsReading, kind: Kind, layer: int, head: int) -> None:
    """Draw the self-attention of the encoder or of the decoder, and state how much of it goes to what comes later."""
    if kind is Kind.ENCODER:
        encoded = kinds.encoder_attention_on(reading.request)
        tokens, weights = encoded.tokens, encoded.weights[layer, head]
        share = float(np.triu(weights, 1).sum() / len(tokens))
        finding = f"In the encoder, {share:.0%} of this head’s attention goes to what comes later"
        drawn = weights.astype(float)
    else:
        decoded = kinds.decoder_attention_on(reading.request)
        tokens, weights = decoded.tokens, decoded.weights[layer, head]
        finding = "In the decoder, no attention can go to what comes later: it has not been written yet"
        drawn = np.where(causal_mask(len(tokens)), weights, np.nan)
    frame.heading(
        finding,
        "Left: which place may look at which, in each kind. Right: the attention of one head on the sentence; grey is "
        "masked, a number is a weight in per cent.",
    )
    show(
        masked_attention(drawn, tokens, tokens, _QUERY, _KEY, palette()),
        key="attention-of-the-kind",
        alt=f"Attention of layer {layer + 1}, head {head + 1} of the {kind}: {_strongest(drawn, tokens, tokens)}",
        numbers=lambda: pd.DataFrame(weights, index=list(tokens), columns=list(tokens)),
    )


def _draw_joint(reading: KindsReading, layer: int, head: int) -> tuple[str, ...]:
    """Draw both attentions of the encoder–decoder's decoder side by side; return what it has written."""
    found = kinds.translator_attention_on(reading.request)
    assert found.cross is not None  # it has an encoder
    own, cross = found.weights[layer, head], found.cross[layer, head]
    drawn = np.hstack([cross, np.where(causal_mask(len(found.tokens)), own, np.nan)])
    columns = (*found.read, *found.tokens)
    frame.heading(
        f"The encoder–decoder looks at all {len(reading.sentence)} words it has read, and back at what it has written",
        "Both attentions of its decoder, in one head: cross-attention to the sentence and, behind the line, causal "
        "attention to its own words. In each row, each of the two sums to 1.",
    )
    show(
        masked_attention(
            drawn,
            found.tokens,
            columns,
            _QUERY,
            "key: at whom, read | written",
            palette(),
            divided_after=len(found.read),
        ),
        key="attention-of-both",
        alt=f"Cross-attention and causal attention of layer {layer + 1}, head {head + 1}: "
        f"{_strongest(cross, found.tokens, found.read)}",
        numbers=lambda: pd.DataFrame(
            np.hstack([cross, own]),
            index=list(found.tokens),
            columns=[*(f"read {token}" for token in found.read), *(f"written {token}" for token in found.tokens)],
        ),
    )
    return found.tokens


def _strongest(weights: Float[np.ndarray, "Q K"], rows: tuple[str, ...], columns: tuple[str, ...]) -> str:
    """Name the strongest cell, for those who do not see the picture."""
    row, column = np.unravel_index(int(np.nanargmax(weights)), weights.shape)
    return f"the most, {weights[row, column]:.2f}, goes from {quoted(rows[row])} to {quoted(columns[column])}"

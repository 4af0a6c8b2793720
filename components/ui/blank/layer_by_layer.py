"""Layer by layer: what the head reads in each layer's vector of the blank, and when a word comes up."""

import numpy as np
import pandas as pd
import streamlit as st

from components.figures.charts.layer_lines import LayerLine, layer_lines
from components.figures.heatmaps.words import words_by_layer
from components.ui.blank import missing_head
from components.ui.blank.session import Filling, NoHead
from components.ui.charts import show
from components.ui.page import palette, quoted
from components.ui.stage import frame
from components.ui.wording import format_percent, layer_steps

_RANKS = 3


def draw(found: Filling | NoHead | None) -> None:
    """Draw the first tokens of each layer, and the probability of a token from layer to layer."""
    assert found is not None  # the page reads it where this screen is shown
    if isinstance(found, NoHead):
        missing_head.draw(found)
        return
    probabilities = found.by_layer
    ranked = np.argsort(-probabilities, axis=1, kind="stable")[:, :_RANKS]
    top = int(ranked[-1, 0])
    frame.heading(_finding(found.word(top), ranked[:, 0] == top), _lead(found))
    steps = layer_steps(len(probabilities) - 1)
    followed = list(dict.fromkeys(token for token in (found.followed, top) if token is not None))
    left, right = st.columns([6, 5], gap="medium")
    with left:
        words = [[found.label(int(token)) for token in row] for row in ranked]
        show(
            words_by_layer(np.take_along_axis(probabilities, ranked, axis=1), words, steps, palette()),
            key="blank-layers",
            alt="The first tokens that the head reads in each layer's vector of the blank; "
            + "; ".join(f"{step}: {row[0]}" for step, row in zip(steps, words, strict=True)),
            numbers=lambda: _table(probabilities, ranked, words, steps),
        )
    with right:
        colours = palette()
        lines = [
            LayerLine(found.label(token), probabilities[:, token], colours.word if token == top else colours.query, 2.5)
            for token in followed
        ]
        show(
            layer_lines(lines, steps, "probability", colours, reach=(0, 1)),
            key="blank-word",
            alt="The probability that the head gives "
            + "; ".join(
                f"{found.label(token)}: {format_percent(float(probabilities[0, token]))} in the input, "
                f"{format_percent(float(probabilities[-1, token]))} in the last layer"
                for token in followed
            ),
            numbers=lambda: pd.DataFrame(
                {found.label(token): probabilities[:, token] for token in followed}, index=pd.Index(steps, name="layer")
            ),
        )
    with frame.details():
        frame.note(
            "This reading is called the logit lens (nostalgebraist 2020). The masked-word head has learned to read the "
            "vectors of the last layer. That it finds words in earlier ones shows that all layers write into one "
            "space, not that the model would answer so if it ended there."
        )
        if found.head.has_final_norm:
            frame.note(
                "This model normalises what its last layer hands on before the masked-word head reads it; here the "
                "vector of every layer goes through that same norm first."
            )


def _finding(word: str, comes_first: np.ndarray) -> str:
    """comes_first: for each hidden state, whether the last layer's first token is first there too."""
    missed = np.flatnonzero(~comes_first)
    since = int(missed[-1]) + 1 if len(missed) else 0
    if since == 0:
        return f"{quoted(word)} comes first in the input already, and in every layer"
    if since == len(comes_first) - 1:
        return f"Only the last layer puts {quoted(word)} first"
    return f"From layer {since} on, {quoted(word)} comes first"


def _lead(found: Filling) -> str:
    norm = ", through the model's final norm," if found.head.has_final_norm else ""
    return (
        f"Each layer's vector of {found.names_blank} goes{norm} through the masked-word head, which was trained for "
        f"the last layer only: in earlier layers it gives a hint.{found.alone}"
    )


def _table(probabilities: np.ndarray, ranked: np.ndarray, words: list[list[str]], steps: list[str]) -> pd.DataFrame:
    columns: dict[str, object] = {}
    for rank in range(ranked.shape[1]):
        columns[f"token {rank + 1}"] = [row[rank] for row in words]
        columns[f"probability {rank + 1}"] = probabilities[np.arange(len(steps)), ranked[:, rank]]
    return pd.DataFrame(columns, index=pd.Index(steps, name="layer"))

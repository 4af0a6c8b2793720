"""The way of one token through the encoder: its own row of every matrix, and how far each layer takes it."""

from functools import partial

import numpy as np
import pandas as pd
import streamlit as st

from components.core import Trace
from components.core.embeddings.pooling import shares_of_mean
from components.core.numerics.similarity import cosine_similarity
from components.ui import state
from components.ui.charts import show
from components.ui.overview.sentence_way import DIMENSIONS, numbered, pooling_name
from components.ui.page import Reading, quoted
from components.ui.pickers import longest_whole_word, pick_token
from components.ui.stage import frame, question
from components.ui.wording import format_count, format_signed, shorten
from components.views.way import Path, Row, way


def draw(reading: Reading) -> None:
    """Ask for a token, state how far the layers take its vector, and draw the vector after each of them."""
    trace = reading.trace()
    with frame.controls():
        token = pick_token(
            reading.tokens,
            "Token",
            state.Overview.TOKEN,
            longest_whole_word(reading.tokens),
            width=220,
        )
    cosines = _cosines_with_input(trace)
    label, kept = quoted(shorten(reading.tokens.labels[token], 24)), cosines[1:, token]
    layers = format_count(trace.num_layers, "layer")
    asked = question.scale(
        "token_way",
        (reading.request, token),
        f"After {layers}, how alike is the vector of {label} to the one that entered layer 1?",
        -1.0 if kept[-1] < 0 else 0.0,
        1.0,
        float(kept[-1]),
    )
    if asked.hidden:
        return
    turn = int(np.argmin(np.diff(cosines[:, token])))
    frame.heading(
        f"After {layers}, {label} has a cosine of {format_signed(float(kept[-1]), 3)} with where it began",
        f"Each row is one vector, its first {min(DIMENSIONS, trace.hidden_states.shape[2])} numbers. Layer {turn + 1} "
        f"takes it furthest from what entered layer 1. {_part_of_sentence(reading, trace, token)}",
    )
    rows, values = _rows(reading, trace, token, cosines[:, token])
    show(
        partial(
            way,
            rows,
            (),
            hint="Point at a cell to read it. Pick another token to see it move.",
            path=Path("cosine with layer 1’s input", values, asked.guesses),
            subject=f"{token} {reading.tokens.text}",
        ),
        key="token-way",
        alt=f"The vector of {reading.tokens.labels[token]} from its embedding to the last layer, a row for each step, "
        "and the cosine of each with what entered layer 1",
        numbers=lambda: _numbers(rows, trace, token, values),
    )
    with frame.details():
        frame.note(f"All {trace.num_tokens} tokens: the cosine of each layer’s output with what entered layer 1.")
        st.dataframe(_table(reading, cosines).style.format("{:.3f}"), height=360)


def _cosines_with_input(trace: Trace) -> np.ndarray:
    """(L + 1, S): the cosine of each token's vector after each layer with the one that entered layer 1."""
    states = trace.hidden_states.astype(np.float64)
    units = states / np.linalg.norm(states, axis=-1, keepdims=True)
    cosines: np.ndarray = np.einsum("lsd,sd->ls", units, units[0])
    return cosines


def _part_of_sentence(reading: Reading, trace: Trace, token: int) -> str:
    """Say what the token's last vector brings to the sentence vector, as far as that can be said exactly."""
    if reading.encoder.pooling == "mean":
        share = float(shares_of_mean(trace.hidden_states[-1])[token])
        return f"Of the mean of all {trace.num_tokens} vectors, its part is {share:.0%}.".replace("-", "−")
    cosine = float(cosine_similarity(trace.hidden_states[-1][token][None], trace.sentence_vector[None])[0, 0])
    return f"Its last vector has a cosine of {format_signed(cosine, 3)} with the sentence vector."


def _rows(
    reading: Reading, trace: Trace, token: int, cosines: np.ndarray
) -> tuple[list[Row], tuple[float | None, ...]]:
    """Return a row for each step, and its value in the column at the right."""
    addends = [("Word embedding", "word", trace.word_embeddings), ("+ Position", "position", trace.position_embeddings)]
    rows = [_row(name, role, matrix[token]) for name, role, matrix in addends if matrix is not None]
    before: list[float | None] = [None] * len(rows)
    states = trace.hidden_states[:, token]
    limit = float(np.percentile(np.abs(states), 99))
    rows.append(_row("Into layer 1", "ink", states[0], limit))
    rows += [_row(f"After layer {layer}", "output", states[layer], limit) for layer in range(1, len(states))]
    values = (*before, *(float(cosine) for cosine in cosines))
    if len(trace.sentence_vector) == states.shape[1]:
        rows.append(_row("Sentence vector", "output", trace.sentence_vector, says=pooling_name(reading)))
        values = (*values, None)
    return rows, values


def _row(name: str, role: str, vector: np.ndarray, limit: float | None = None, says: str = "") -> Row:
    strongest = float(np.percentile(np.abs(vector), 99)) if limit is None else limit
    return Row(name, role, says, matrix=vector[None, :DIMENSIONS], limit=strongest or 1.0)


def _numbers(rows: list[Row], trace: Trace, token: int, values: tuple[float | None, ...]) -> pd.DataFrame:
    """Return every vector of the picture whole, dimensions counted from 1, and its cosine with layer 1's input."""
    vectors = [trace.word_embeddings[token]]
    if trace.position_embeddings is not None:
        vectors.append(trace.position_embeddings[token])
    vectors += list(trace.hidden_states[:, token])
    if len(rows) > len(vectors):
        vectors.append(trace.sentence_vector)
    names = pd.Index([row.name.removeprefix("+ ") for row in rows], name="step")
    table = pd.DataFrame(vectors, index=names)
    table.columns = [str(dimension) for dimension in range(1, table.shape[1] + 1)]
    table.insert(0, "cosine with layer 1's input", values)
    return table


def _table(reading: Reading, cosines: np.ndarray) -> pd.DataFrame:
    return pd.DataFrame(
        cosines[1:].T,
        index=pd.Index(numbered(reading.tokens.labels), name="token"),
        columns=[f"layer {layer}" for layer in range(1, len(cosines))],
    )

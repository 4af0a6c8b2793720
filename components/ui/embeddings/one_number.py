"""One number of one token: the addition and the normalising, written out."""

import pandas as pd
import streamlit as st
from markupsafe import Markup

from components.core.model.layer_norm import LayerNorm
from components.ui import state
from components.ui.embeddings.addends import EmbeddingSum
from components.ui.page import Reading, markup, section
from components.ui.pickers import longest_token, pick_dimension, pick_token
from components.ui.wording import format_signed


def ask(reading: Reading, summed: EmbeddingSum) -> tuple[int, int]:
    """Ask for a token and a dimension; return both counted from 0."""
    section("One number, added up", "Pick a token and a dimension to follow one number through the addition.")
    left, right = st.columns(2)
    with left:
        token = pick_token(reading.tokens, "Token", state.Embeddings.TOKEN, longest_token(reading.tokens))
    with right:
        return token, pick_dimension(summed.width)


def draw(reading: Reading, summed: EmbeddingSum, token: int, dimension: int) -> None:
    """Write the addition and the normalising of one number as formulas, and list all numbers of the token."""
    lines = _addition(summed, token, dimension)
    if reading.encoder.embedding_norm is not None:
        lines += _normalising(summed, reading.encoder.embedding_norm, token, dimension)
    markup(Markup('<div class="es-formula">{}</div>').format(Markup("<br>").join(lines)))
    label = summed.labels[token].replace("[", "\\[")
    with st.expander(f"All {summed.width} numbers of “{label}”"):
        columns = {name: matrix[token] for name, matrix in summed.columns.items()}
        st.dataframe(
            pd.DataFrame(columns, index=pd.RangeIndex(1, summed.width + 1, name="dimension")),
            column_config={name: st.column_config.NumberColumn(format="%.6f") for name in columns},
            height=320,
        )


def _addition(summed: EmbeddingSum, token: int, dimension: int) -> list[Markup]:
    part = Markup('<span class="{}">{}</span>')
    numbers = [part.format(each.colour, format_signed(each.matrix[token, dimension], 6)) for each in summed.addends]
    names = [part.format(each.colour, each.name) for each in summed.addends]
    return [
        Markup("{} = <b>{}</b>").format(Markup(" + ").join(numbers), format_signed(summed.total[token, dimension], 6)),
        Markup('<span class="es-quiet">{} = sum, of “{}” in dimension {}</span>').format(
            Markup(" + ").join(names), summed.labels[token], dimension + 1
        ),
    ]


def _normalising(summed: EmbeddingSum, norm: LayerNorm, token: int, dimension: int) -> list[Markup]:
    mean, deviation = (float(value[0]) for value in norm.statistics(summed.total[token]))
    result = float(norm(summed.total[token])[dimension])
    return [
        Markup('({} − {}) / {:.6f} · {} + {} = <span class="es-o">{}</span>').format(
            format_signed(summed.total[token, dimension], 6),
            format_signed(mean, 6),
            deviation,
            format_signed(norm.gain[dimension], 6),
            format_signed(norm.bias[dimension], 6),
            format_signed(result),
        ),
        Markup(
            '<span class="es-quiet">(sum − mean of this token) / its standard deviation · learned gain + learned bias '
            "= {}</span>"
        ).format("what enters layer 1" if summed.keeps_width else "normalised"),
    ]

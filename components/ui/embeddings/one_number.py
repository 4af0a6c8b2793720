"""One number of one token: its look-up, the addition and the normalising, written out."""

import pandas as pd
import streamlit as st
from markupsafe import Markup

from components.core.model.layer_norm import LayerNorm
from components.ui import formulas
from components.ui.embeddings.addends import EmbeddingSum, draw_omission
from components.ui.page import Reading, markup, quoted
from components.ui.stage import frame
from components.ui.wording import format_bracketed, format_signed, shorten


def draw(reading: Reading, summed: EmbeddingSum | str, token: int, dimension: int) -> None:
    """Write how one number comes to be; list all numbers of the token on demand."""
    if isinstance(summed, str):
        draw_omission(summed)
        return
    name = quoted(shorten(summed.labels[token], 30))
    total = format_signed(summed.total[token, dimension], 3)
    frame.heading(
        f"Dimension {dimension + 1} of {name} starts at {total}"
        + (f", the sum of {len(summed.addends)} numbers" if len(summed.addends) > 1 else ""),
        "The numbers of this sentence, step by step. Pick another token or dimension, or click a cell of the sum.",
    )
    lines = [_look_up(reading, summed, token, dimension), _addition(summed, token, dimension)]
    if reading.encoder.embedding_norm is not None:
        lines.append(_normalising(summed, reading.encoder.embedding_norm, token, dimension))
    markup(Markup('<div class="es-formula es-large">{}</div>').format(Markup("").join(lines)))
    with frame.details():
        frame.note(f"All {summed.width} numbers of {name}, dimension by dimension.")
        columns = {each: matrix[token] for each, matrix in summed.columns.items()}
        st.dataframe(
            pd.DataFrame(columns, index=pd.RangeIndex(1, summed.width + 1, name="dimension")),
            column_config={each: st.column_config.NumberColumn(format="%.6f") for each in columns},
            height=320,
        )


def _look_up(reading: Reading, summed: EmbeddingSum, token: int, dimension: int) -> Markup:
    """Write the look-up of a row of the table as the product with a one-hot row."""
    size, row = len(reading.encoder.vocabulary), int(reading.tokens.token_ids[token])
    zero = Markup("<span>0</span>")
    before, after = row, size - 1 - row
    cells = [zero, "…"] if before > 1 else [zero] * before
    cells += [Markup('<span class="es-one">1</span>')]
    cells += ["…", zero] if after > 1 else [zero] * after
    formula = Markup(
        '<span class="es-onehot">{}</span> · table → row {:,}, dimension {}: <b class="es-w">{}</b>'
    ).format(Markup(" ").join(cells), row, dimension + 1, format_signed(summed.addends[0].matrix[token, dimension], 6))
    return formulas.line(
        formula,
        f"Look it up: a row of {size:,} zeros with one 1, in place {row:,} (counted from 0), times the table of "
        f"{size:,} × {summed.width} numbers is that row of the table.",
    )


def _addition(summed: EmbeddingSum, token: int, dimension: int) -> Markup:
    part = Markup('<span class="{}">{}</span>')
    numbers = [part.format(each.colour, format_bracketed(each.matrix[token, dimension], 6)) for each in summed.addends]
    formula = Markup("{} = <b>{}</b>").format(
        Markup(" + ").join(numbers), format_signed(summed.total[token, dimension], 6)
    )
    return formulas.line(formula, f"Add it up: {' + '.join(each.name for each in summed.addends)}.")


def _normalising(summed: EmbeddingSum, norm: LayerNorm, token: int, dimension: int) -> Markup:
    made = norm.derive(summed.total[token], dimension)
    formula = Markup('{} <b class="es-o">{}</b>').format(formulas.layer_norm(made, 6), format_signed(made.result))
    end = "this enters layer 1." if summed.keeps_width else "this is then projected."
    return formulas.line(formula, f"Normalise it: (sum − {formulas.LAYER_NORM}; {end}")

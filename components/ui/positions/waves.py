"""One dimension over all positions, and the formula of one number of it."""

import numpy as np
import pandas as pd
import streamlit as st
from markupsafe import Markup

from components.core import Encoder
from components.core.positions.encodings import frequencies
from components.figures.charts.curves import curves
from components.ui import state
from components.ui.charts import show
from components.ui.page import markup, palette
from components.ui.pickers import pick_dimension
from components.ui.positions.position_tables import PositionTables, draw_rows
from components.ui.stage import frame
from components.ui.wording import format_signed


def draw(encoder: Encoder, tables: PositionTables) -> None:
    """Ask for a position and a dimension; draw that dimension as a wave, and write one of its numbers as a formula."""
    with frame.controls():
        position = _pick_position(tables.positions)
        dimension = pick_dimension(tables.width)
    pair = dimension // 2 + 1
    frame.heading(
        f"The first transformer computed positions: dimension {dimension + 1} is a wave",
        f"Vaswani et al. (2017) gave each pair of dimensions a sine and a cosine of its own wavelength; this is pair "
        f"{pair} of {tables.width // 2}.",
    )
    _draw_curves(tables, position, dimension)
    _draw_formula(encoder, tables, position, dimension)
    with frame.details():
        frame.note("All dimensions of the sinusoidal table, position by position.")
        draw_rows(tables.sinusoidal, "sinusoidal-positions", "Sinusoidal position encoding", 1.0)


def _pick_position(count: int) -> int:
    """Ask for one of the positions; return it counted from 0."""
    picked = st.number_input(
        "Position", 1, count, min(7, count), key=state.Positions.POSITION, bind=state.IN_URL, width=150
    )
    return int(picked) - 1


def _draw_formula(encoder: Encoder, tables: PositionTables, position: int, dimension: int) -> None:
    pair, function = dimension // 2, "sin" if dimension % 2 == 0 else "cos"
    divisor = 1 / frequencies(tables.width)[dimension]
    number = Markup('PE(<span class="es-p">{}</span>, {}) = {} = {} = {} = <b class="es-p">{}</b>').format(
        position,
        dimension,
        Markup("{}({} / 10000<sup>{}/{}</sup>)").format(function, position, 2 * pair, tables.width),
        f"{function}({position} / {divisor:.4f})",
        f"{function}({position / divisor:.4f})",
        format_signed(tables.sinusoidal[position, dimension]),
    )
    lines = [number]
    if tables.learned is not None:
        learned = Markup('learned by {}: <span class="es-p">{}</span>')
        lines.append(learned.format(encoder.short_name, format_signed(tables.learned[position, dimension])))
    lines.append(
        Markup(
            '<span class="es-quiet">In the formula, positions and dimensions are counted from 0: this is position {}, '
            "dimension {}.</span>"
        ).format(position + 1, dimension + 1)
    )
    markup(Markup('<div class="es-formula">{}</div>').format(Markup("<br>").join(lines)))


def learned_wave(tables: PositionTables, dimension: int) -> np.ndarray | None:
    """(P,) one dimension of the learned positions, scaled so that the largest of all is 1; None if nothing is added."""
    if tables.learned is None:
        return None
    learned = tables.learned[:, dimension]
    return np.asarray(learned / (np.abs(learned).max() or 1.0))


def _draw_curves(tables: PositionTables, position: int, dimension: int) -> None:
    colours = palette()
    waves = {"sinusoidal": (tables.sinusoidal[:, dimension], colours.key)}
    learned = learned_wave(tables, dimension)
    if learned is not None:
        waves["learned, scaled to the same height"] = (learned, colours.position)
    positions = np.arange(1, tables.positions + 1)
    show(
        curves(
            positions,
            waves,
            "position",
            f"dimension {dimension + 1}",
            colours,
            y_range=(-1.15, 1.15),
            marked=position + 1,
        ),
        key="waves",
        alt=f"Dimension {dimension + 1} over all {tables.positions} positions",
        numbers=lambda: pd.DataFrame(
            {name: values for name, (values, _) in waves.items()}, index=pd.Index(positions, name="position")
        ),
    )

"""Vertical bars, one a token or word, in the order of the text."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
from jaxtyping import Float

from components.figures.base import Spec, axis, axis_positions, build_figure, escape_plotly, label_axis, tick_text
from components.figures.palette import Palette

# With more bars than this, the numbers no longer fit above them.
_WRITTEN_BARS = 16


def token_bars(
    values: Float[np.ndarray, " N"],
    labels: Sequence[str],
    numbers: Sequence[int],
    marked: int,
    unit: str,
    palette: Palette,
) -> go.Figure:
    """Draw a number a token as vertical bars in the order of the text.

    values: NaN where there is no bar. numbers: each token's position in the text, counted from 1. marked: the index of
    the bar that stands out. unit: the name of the value axis.
    """
    names = [f"{number} {escape_plotly(label)}" for number, label in zip(numbers, labels, strict=True)]
    written = len(labels) <= _WRITTEN_BARS
    drawn: Spec = {
        "type": "bar",
        "x": names,
        "y": values,
        "marker": {"color": palette.key, "opacity": [1 if i == marked else 0.4 for i in range(len(names))]},
        "hovertemplate": f"%{{x}}: {unit} <b>%{{y:.4f}}</b><extra></extra>",
    }
    if written:
        drawn |= {"texttemplate": "%{y:.2f}", "textposition": "outside", "cliponaxis": False}
    axis_of_tokens = label_axis(labels, "key: at whom", **({} if len(labels) <= 8 else {"tickangle": -60}))
    # The axis shows positions in the text, some of which may be missing here.
    axis_of_tokens |= {"categoryarray": names, "labelalias": dict(zip(names, map(tick_text, labels), strict=True))}
    low, high = min(0.0, float(np.nanmin(values))), max(0.0, float(np.nanmax(values)))
    room = 0.12 * (high - low or 1)
    return build_figure(
        [drawn],
        axis_of_tokens,
        axis(unit, range=[low - (room if low < 0 else 0), high + room], zeroline=True),
        palette,
        320,
    )


def tokens_per_word(counts: Sequence[int], words: Sequence[str], palette: Palette) -> go.Figure:
    """Draw the number of tokens of each word, in the order of the text."""
    bars = {
        "type": "bar",
        "x": axis_positions(words),
        "y": list(counts),
        "marker": {"color": [palette.word if count > 1 else palette.key for count in counts]},
        "hovertemplate": "%{x}  <b>%{y}</b><extra></extra>",
    }
    return build_figure(
        [bars],
        label_axis(words, "word", tickangle=-60 if len(words) > 8 else 0),
        axis("tokens", dtick=1 if max(counts) <= 12 else None, rangemode="tozero"),
        palette,
        300,
    )

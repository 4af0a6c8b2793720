"""The answers of several classifiers to one text."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
from jaxtyping import Float

from components.figures.base import Spec, axis, axis_positions, build_figure, escape_plotly, label_axis, line_shape
from components.figures.palette import Palette, colour_scale


def verdict_bars(
    probabilities: Float[np.ndarray, " R"],
    rows: Sequence[str],
    classes: tuple[str, str],
    palette: Palette,
    guess: int | None = None,
) -> go.Figure:
    """Draw each classifier's probability of the second of two classes as a bar that starts at 0.5.

    rows: the names of the R classifiers. guess: the class that the reader guessed.
    """
    second = probabilities >= 0.5
    bars = {
        "type": "bar",
        "orientation": "h",
        "x": probabilities - 0.5,
        "base": 0.5,
        "y": axis_positions(rows),
        "marker": {"color": np.where(second, palette.key, palette.query)},
        "text": [f"{probability:.2f}" for probability in probabilities],
        "textposition": "outside",
        "cliponaxis": False,
        "customdata": [escape_plotly(classes[int(each)]) for each in second],
        "hovertemplate": f"%{{y}}: %{{customdata}}, {escape_plotly(classes[1])} with <b>%{{text}}</b><extra></extra>",
    }
    ends = [f"0: {escape_plotly(classes[0])}", "0.5", f"1: {escape_plotly(classes[1])}"]
    return build_figure(
        [bars],
        axis(
            "probability",
            range=[-0.08, 1.08],
            tickvals=[0, 0.5, 1],
            ticktext=ends,
            ticklabeloverflow="allow",
            zeroline=False,
            tickangle=0,
        ),
        label_axis(rows, "", autorange="reversed", tickfont={}),
        palette,
        36 * len(rows) + 120,
        shapes=[line_shape(palette.ink, x0=0.5, x1=0.5, y0=0, y1=1, yref="paper")],
        bargap=0.35,
        annotations=[] if guess is None else [_guess(guess, palette)],
    )


def _guess(guess: int, palette: Palette) -> Spec:
    """The reader's guess, above the side of its class."""
    return {
        "x": 0.75 if guess else 0.25,
        "y": 1,
        "yref": "paper",
        "yanchor": "bottom",
        "text": "your guess →" if guess else "← your guess",
        "showarrow": False,
        "font": {"size": 15, "color": palette.word},
    }


def verdict_heatmap(
    probabilities: Float[np.ndarray, "R K"], rows: Sequence[str], classes: Sequence[str], palette: Palette
) -> go.Figure:
    """Draw each classifier's probability of each class. rows, classes: their names."""
    heatmap = {
        "type": "heatmap",
        "z": probabilities.astype(np.float32),
        "x": axis_positions(classes),
        "y": axis_positions(rows),
        "zmin": 0,
        "zmax": 1,
        "colorscale": colour_scale(palette.sequential),
        "showscale": False,
        "texttemplate": "%{z:.2f}",
        "xgap": 1,
        "ygap": 1,
        "hovertemplate": "%{y}: %{x} with <b>%{z:.4f}</b><extra></extra>",
    }
    return build_figure(
        [heatmap],
        label_axis(classes, "class", side="top", autotickangles=[0, -60, -90]),
        label_axis(rows, "", autorange="reversed", tickfont={}),
        palette,
        36 * len(rows) + 120,
    )

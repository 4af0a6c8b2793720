"""The answers of several classifiers to one text."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
from jaxtyping import Float

from components.core.classroom.guesses import NOBODY, Guesses, said_of
from components.core.classroom.strips import brief_counts, short_shares
from components.figures.base import Spec, axis, axis_positions, build_figure, escape_plotly, label_axis, line_shape
from components.figures.palette import Palette, colour_scale


def verdict_bars(
    probabilities: Float[np.ndarray, " R"],
    rows: Sequence[str],
    classes: tuple[str, str],
    palette: Palette,
    guesses: Guesses[int] = NOBODY,
) -> go.Figure:
    """Draw each classifier's probability of the second of two classes as a bar that starts at 0.5.

    rows: the names of the R classifiers. guesses: of the class, counted above its side.
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
    notes = _guess_notes(guesses, palette)
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
        annotations=notes,
        margin={"l": 8, "r": 8, "t": max(14, 12 + 20 * _lines_above(notes)), "b": 8},
    )


def _guess_notes(guesses: Guesses[int], palette: Palette) -> list[Spec]:
    """Who guessed which class, above its side: the reader, or how many of a class, a line for each round."""
    if guesses.own is not None and not guesses.rounds:
        own = guesses.own
        return [_note(0.75 if own else 0.25, "center", "your guess →" if own else "← your guess", palette)]
    notes = []
    for index, anchor in enumerate(("right", "left")):
        first, *later = short_shares(guesses, index).split(" → ")
        if first:
            text = "<br>then ".join([f"{first} guessed", *later])
            notes.append(_note(0.5, anchor, text, palette) | {"xshift": 8 if index else -8})
    return notes


def _note(x: float, anchor: str, text: str, palette: Palette) -> Spec:
    return {
        "x": x,
        "y": 1,
        "xanchor": anchor,
        "align": anchor,
        "yref": "paper",
        "yanchor": "bottom",
        "text": text,
        "showarrow": False,
        "font": {"size": 15, "color": palette.word},
    }


def _lines_above(notes: Sequence[Spec]) -> int:
    return max((1 + note["text"].count("<br>") for note in notes), default=0)


def verdict_heatmap(
    probabilities: Float[np.ndarray, "R K"],
    rows: Sequence[str],
    classes: Sequence[str],
    palette: Palette,
    guesses: Guesses[int] = NOBODY,
) -> go.Figure:
    """Draw each classifier's probability of each class. rows, classes: their names. guesses: said under a class."""
    across = label_axis(classes, "class", side="top", autotickangles=[0, -60, -90])
    for index, place in enumerate(axis_positions(classes)):
        said = brief_counts(guesses, index) or said_of(guesses, index)
        if said:
            across["labelalias"][place] += f"<br><span style='color:{palette.word}'>{said}</span>"
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
        across,
        label_axis(rows, "", autorange="reversed", tickfont={}),
        palette,
        36 * len(rows) + 120,
    )

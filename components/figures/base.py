"""The parts that all figures share: layout, axes of labels, lines, and text that Plotly does not read as markup.

The page's theme colours text and grid lines; only colours that carry meaning are set here.
"""

import itertools
from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go

from components.figures.palette import Palette
from components.figures.type_size import SMALLEST, Spec, state_sizes

CODE_FONT = "Source Code Pro, ui-monospace, monospace"

#: Characters of a label on an axis.
LONGEST_LABEL = 15

_ROOM_FOR_NAME = 32  # pixels above the picture, where a line of text stands there


def build_figure(traces: list[Spec], x: Spec, y: Spec, palette: Palette, height: int, **layout: Any) -> go.Figure:
    """Build a figure with tight margins and a hover label in the theme's colours.

    x, y: the axes. height: in pixels. layout: further layout. The figure is built in one call: Plotly's update
    methods, called one after the other, take ten times as long.
    """
    above = any(note.get("yref") == "paper" and note["y"] >= 1 for note in layout.get("annotations", []))
    data, described = state_sizes(
        traces,
        {
            "xaxis": x,
            "yaxis": y,
            "height": height,
            "margin": {"l": 8, "r": 8, "t": _ROOM_FOR_NAME if above else 14, "b": 8},
            "showlegend": False,
            "paper_bgcolor": "rgba(0,0,0,0)",
            "plot_bgcolor": "rgba(0,0,0,0)",
            "hoverlabel": {
                "bgcolor": palette.paper,
                "bordercolor": palette.line,
                "font": {"color": palette.ink, "family": CODE_FONT, "size": SMALLEST},
            },
            "dragmode": False,
            **layout,
        },
        palette,
    )
    return go.Figure({"data": data, "layout": described})


def axis(title: str, **more: Any) -> Spec:
    """Return an axis of numbers."""
    return {"title": {"text": title}, "automargin": True, **more}


def label_axis(labels: Sequence[str], title: str, first: int = 1, step: int = 1, **more: Any) -> Spec:
    """Return an axis with a position for each label, as axis_positions() names them.

    The browser leaves out labels that would overlap; the hover label still names each position.
    """
    names = axis_positions(labels, first, step)
    return {
        "title": {"text": title},
        "type": "category",
        "categoryorder": "array",
        "categoryarray": names,
        "labelalias": dict(zip(names, map(tick_text, labels), strict=True)),
        "tickfont": {"family": CODE_FONT},
        "showgrid": False,
        "zeroline": False,
        "automargin": True,
        **more,
    }


def axis_positions(labels: Sequence[str], first: int = 1, step: int = 1) -> list[str]:
    """Return a distinct axis position for each label, in order: its number and the label.

    Plotly would merge two equal labels, such as two "the", into one position. first: the first number. step: the
    difference between one number and the next.

    >>> axis_positions(["the", "oven", "the"])
    ['1 the', '2 oven', '3 the']
    """
    return [f"{number} {escape_plotly(label)}" for number, label in zip(itertools.count(first, step), labels)]


def tick_text(label: str) -> str:
    """Return a label truncated to LONGEST_LABEL characters and escaped for Plotly."""
    return escape_plotly(label if len(label) <= LONGEST_LABEL else label[: LONGEST_LABEL - 1] + "…")


def escape_plotly(text: str) -> str:
    """Replace the characters that Plotly would read as markup by entities.

    Plotly reads a small set of HTML tags in all its texts, so a token such as <b> would not be shown.

    >>> escape_plotly("<b>")
    '&lt;b&gt;'
    """
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def guess_mark(value: float, across: str, palette: Palette) -> tuple[Spec, Spec]:
    """Return a reader's guess as a line through the whole figure, and its name.

    across: the axis of the guess, "x" for an upright line, or "y".
    """
    along = "y" if across == "x" else "x"
    ends = {f"{across}0": value, f"{across}1": value, f"{along}0": 0, f"{along}1": 1, f"{along}ref": "paper"}
    name = {
        across: value,
        along: 1 if across == "x" else 0.01,
        f"{along}ref": "paper",
        "yanchor": "bottom",
        "text": "your guess",
        "showarrow": False,
        "font": {"color": palette.word, "size": 15},
    }
    return line_shape(palette.word, "dash", 3, **ends), name


def band_between(x: Sequence[float], low: Sequence[float], high: Sequence[float], colour: str, opacity: float) -> Spec:
    """Return the area between two lines over the same x, which answers no pointer and has no name."""
    return {
        "type": "scatter",
        "x": [*x, *x[::-1]],
        "y": [*high, *low[::-1]],
        "fill": "toself",
        "fillcolor": colour,
        "opacity": opacity,
        "line": {"width": 0},
        "hoverinfo": "skip",
        "showlegend": False,
    }


def line_shape(colour: str, dash: str = "solid", width: float = 1, **ends: object) -> Spec:
    """Return a straight line below the traces. ends: x0, y0, x1, y1 and, for lines across the figure, xref or yref."""
    return {"type": "line", "layer": "below", "line": {"color": colour, "width": width, "dash": dash}, **ends}

"""What all figures share: frame, axes of labels, and text that Plotly cannot mistake for markup.

Text and grid lines get their colour from the page's theme; only colours that carry meaning are set here.
"""

import itertools
from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go

from components.figures.palette import Palette

CODE_FONT = "Source Code, ui-monospace, monospace"

LONGEST_LABEL = 15

#: A part of a figure as Plotly's schema spells it.
Spec = dict[str, Any]


def build_figure(traces: list[Spec], x: Spec, y: Spec, palette: Palette, height: int, **layout: Any) -> go.Figure:
    """Put traces into a figure with tight margins and a hover label in the theme's colours.

    x, y: the axes. height: in pixels. The figure is built in one go: Plotly's update methods, called one after
    the other, take ten times as long.
    """
    return go.Figure(
        {
            "data": traces,
            "layout": {
                "xaxis": x,
                "yaxis": y,
                "height": height,
                "margin": {"l": 8, "r": 8, "t": 40, "b": 8},
                "showlegend": False,
                "paper_bgcolor": "rgba(0,0,0,0)",
                "plot_bgcolor": "rgba(0,0,0,0)",
                "hoverlabel": {
                    "bgcolor": palette.paper,
                    "bordercolor": palette.line,
                    "font": {"color": palette.ink, "family": CODE_FONT, "size": 14},
                },
                "modebar": {"bgcolor": "rgba(0,0,0,0)", "color": palette.quiet, "activecolor": palette.ink},
                "dragmode": False,
                **layout,
            },
        }
    )


def axis(title: str, **more: Any) -> Spec:
    """An axis of numbers."""
    return {"title": {"text": title}, "automargin": True, **more}


def label_axis(labels: Sequence[str], title: str, first: int = 1, step: int = 1, **more: Any) -> Spec:
    """An axis on which `places(labels, first, step)` stand, labelled with the labels themselves.

    The browser knows how long the axis is drawn and leaves out labels that would overlap; pointing at a place
    names it all the same.
    """
    count = len(labels)
    names = axis_positions(labels, first, step)
    return {
        "title": {"text": title},
        "type": "category",
        "categoryorder": "array",
        "categoryarray": names,
        "labelalias": dict(zip(names, map(tick_text, labels), strict=True)),
        "tickfont": {"family": CODE_FONT, "size": 13 if count <= 32 else 11 if count <= 48 else 9},
        "showgrid": False,
        "zeroline": False,
        "automargin": True,
        **more,
    }


def axis_positions(labels: Sequence[str], first: int = 1, step: int = 1) -> list[str]:
    """One distinct place on an axis for each label, in order, named by number and label.

    Plotly would merge two equal labels, such as two "the", into one place. first: the first one's number;
    step: how much the number grows from one to the next.

    >>> axis_positions(["the", "oven", "the"])
    ['1 the', '2 oven', '3 the']
    """
    return [f"{number} {escape_plotly(label)}" for number, label in zip(itertools.count(first, step), labels)]


def tick_text(label: str) -> str:
    """A label as short as an axis needs it, with its markup characters made harmless."""
    return escape_plotly(label if len(label) <= LONGEST_LABEL else label[: LONGEST_LABEL - 1] + "…")


def escape_plotly(text: str) -> str:
    """Text whose characters Plotly would read as markup are replaced by entities.

    Plotly reads a small set of HTML tags in all its texts, so a token such as <b> would vanish.

    >>> escape_plotly("<b>")
    '&lt;b&gt;'
    """
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")

"""Texts on both sides of a decision boundary."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go
from jaxtyping import Float

from components.figures.base import Spec, axis, build_figure, escape_plotly, line_shape
from components.figures.palette import Palette


@dataclass(frozen=True)
class DotGroup:
    """Texts of one class and one part of a split, drawn alike."""

    name: str
    points: Float[np.ndarray, "N 2"]
    texts: Sequence[str]
    colour: str
    filled: bool


def dots(groups: Sequence[DotGroup]) -> list[Spec]:
    """Return the traces of these groups."""
    return [
        {
            "type": "scatter",
            "mode": "markers",
            "name": escape_plotly(each.name),
            "x": each.points[:, 0],
            "y": each.points[:, 1],
            "marker": {
                "color": each.colour if each.filled else "rgba(0,0,0,0)",
                "size": 8,
                "opacity": 0.85,
                "line": {"color": each.colour, "width": 1.4},
            },
            "text": [escape_plotly(_truncate(text)) for text in each.texts],
            "hovertemplate": f"%{{text}}<br>{escape_plotly(each.name)}, <b>%{{x:+.3f}}</b><extra></extra>",
        }
        for each in groups
    ]


def decision_boundary(
    groups: Sequence[DotGroup], typed: Float[np.ndarray, " 2"] | None, sides: tuple[str, str], palette: Palette
) -> go.Figure:
    """Draw texts on both sides of a classifier's boundary, the vertical line at 0.

    typed: the position of the reader's text. sides: the classes on the left and on the right.
    """
    traces = dots(groups)
    annotations: list[Spec] = [
        {
            "x": x,
            "xref": "paper",
            "y": 1,
            "yref": "paper",
            "yanchor": "top",
            "xanchor": anchor,
            "text": escape_plotly(text),
            "showarrow": False,
            "font": {"size": 14, "color": colour},
        }
        for x, anchor, text, colour in (
            (0, "left", f"← {sides[0]}", palette.query),
            (1, "right", f"{sides[1]} →", palette.key),
        )
    ]
    if typed is not None:
        traces.append(
            {
                "type": "scatter",
                "mode": "markers",
                "name": "your text",
                "x": [typed[0]],
                "y": [typed[1]],
                "marker": {
                    "symbol": "star",
                    "size": 20,
                    "color": palette.word,
                    "line": {"color": palette.ink, "width": 1.5},
                },
                "hovertemplate": "your text, <b>%{x:+.3f}</b><extra></extra>",
                "cliponaxis": False,
            }
        )
    return build_figure(
        traces,
        axis("distance from the boundary", zeroline=False),
        axis("most of what else differs", zeroline=False),
        palette,
        460,
        showlegend=True,
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0, "itemsizing": "constant"},
        shapes=[line_shape(palette.ink, x0=0, x1=0, y0=0, y1=1, yref="paper", width=2)],
        annotations=annotations,
    )


def _truncate(text: str, width: int = 60) -> str:
    """Return a text of at most `width` characters, since Plotly's labels do not wrap."""
    return text if len(text) <= width else text[: width - 1].rstrip() + "…"

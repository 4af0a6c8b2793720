"""Strips of cosines: all passages of a search on one line, and where among them the one stands that answers."""

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from components.figures.base import Spec, axis, build_figure, escape_plotly
from components.figures.palette import Palette

# Half of a line's height, where neighbouring strips are 1 apart.
_HALF = 0.2


@dataclass(frozen=True)
class Strip:
    """The cosines of one question with passages."""

    label: str  # distinct, and short enough to stand beside the picture
    cosines: Sequence[float]
    names: Sequence[str]  # of the passages
    answer: float  # the cosine of the passage that answers
    says: str  # what stands beside it, such as its rank
    colour: str


def cosine_strips(strips: Sequence[Strip], palette: Palette) -> go.Figure:
    """Draw a row of thin lines for each strip, the first on top, and a dot where the answer is."""
    heights = range(len(strips))[::-1]
    cosines = [cosine for each in strips for cosine in (*each.cosines, each.answer)]
    margin = max(0.06 * (max(cosines) - min(cosines)), 0.01)
    lines = [_lines(each, height, palette) for each, height in zip(strips, heights, strict=True)]
    dots: Spec = {
        "type": "scatter",
        "mode": "markers",
        "x": [each.answer for each in strips],
        "y": list(heights),
        "marker": {
            "size": 15,
            "color": [each.colour for each in strips],
            "line": {"width": 2, "color": palette.paper},
        },
        "hovertemplate": "the answer: <b>%{x:.4f}</b><extra></extra>",
    }
    said = [
        {
            "x": each.answer,
            "y": height + _HALF,
            "yanchor": "bottom",
            "text": escape_plotly(each.says),
            "showarrow": False,
            "font": {"color": each.colour},
        }
        for each, height in zip(strips, heights, strict=True)
    ]
    return build_figure(
        [*lines, dots],
        axis(
            "cosine of the question with each passage",
            zeroline=False,
            range=[min(cosines) - margin, max(cosines) + margin],
        ),
        axis(
            "",
            # Room above the first strip for what stands over its dot.
            range=[-0.5, len(strips) - 0.3],
            tickvals=list(heights),
            ticktext=[escape_plotly(each.label) for each in strips],
            showgrid=False,
            zeroline=False,
        ),
        palette,
        72 * len(strips) + 80,
        annotations=said,
    )


def _lines(strip: Strip, height: int, palette: Palette) -> Spec:
    """Return one upright line for each passage, as one trace with gaps."""
    names = [escape_plotly(name) for name in strip.names]
    return {
        "type": "scatter",
        "mode": "lines",
        "x": [x for cosine in strip.cosines for x in (cosine, cosine, None)],
        "y": [y for _ in strip.cosines for y in (height - _HALF, height + _HALF, None)],
        "customdata": [each for name in names for each in (name, name, name)],
        "line": {"width": 1, "color": palette.quiet},
        "opacity": 0.7,
        "hovertemplate": "%{customdata}: <b>%{x:.4f}</b><extra></extra>",
    }

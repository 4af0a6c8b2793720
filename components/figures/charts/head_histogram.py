"""A histogram over all heads."""

import numpy as np
import plotly.graph_objects as go
from jaxtyping import Num

from components.figures.base import axis, build_figure
from components.figures.palette import Palette
from components.figures.type_size import SMALLEST

_LINE = 20  # the height of a name, in pixels


def head_count_histogram(
    counts: Num[np.ndarray, " N"], total: int, marks: dict[str, float], palette: Palette
) -> go.Figure:
    """Draw a histogram of the sentences that each head gets right, with named vertical lines.

    counts: one a head, from 0 to total. marks: name → count; the last line stands out.
    """
    values, heads = np.unique(counts, return_counts=True)
    drawn = {
        "type": "bar",
        "x": values,
        "y": heads,
        "width": 0.9,
        "marker": {"color": palette.key, "opacity": 0.55},
        "hovertemplate": "%{y} heads are right in <b>%{x}</b><extra></extra>",
    }
    low, high = (extreme([*values, *marks.values()]) for extreme in (min, max))
    lines, names = [], []
    for number, (name, count) in enumerate(marks.items()):
        last = number == len(marks) - 1
        colour = palette.query if last else palette.quiet
        line = {"color": colour, "width": 2.5 if last else 1.5, "dash": "solid" if last else "dot"}
        lines.append({"type": "line", "x0": count, "x1": count, "y0": 0, "y1": 1, "yref": "paper", "line": line})
        names.append(
            {
                "x": count,
                "y": 1,
                "yref": "paper",
                # One name above the other, each on the side where there is more room.
                "yshift": 2 + _LINE * number,
                "xanchor": "right" if 2 * count > low + high else "left",
                "yanchor": "bottom",
                "text": f"{name}: {count:g}",
                "showarrow": False,
                "font": {"color": colour, "size": SMALLEST},
            }
        )
    return build_figure(
        [drawn],
        axis(f"sentences of {total} in which a head is right", range=[low - 6, high + 6], dtick=5),
        axis("heads", rangemode="tozero"),
        palette,
        340,
        shapes=lines,
        annotations=names,
        margin={"l": 8, "r": 8, "t": 8 + _LINE * len(marks), "b": 8},
    )

"""The ranks of passages from step to step of a chain: which rise, which fall, and where one is left out."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import plotly.graph_objects as go

from components.figures.base import Spec, build_figure, escape_plotly
from components.figures.palette import Palette

_HEIGHT: Final = 460
# Letters of a name that stands at the end of a line.
_LONGEST: Final = 24
# Ends of a line that is left out lie between the two steps, where no dot stands.
_BROKEN_AT: Final = 0.45


@dataclass(frozen=True)
class RankLine:
    """The way of one passage through T steps."""

    name: str
    ranks: tuple[int | None, ...]  # T; from 1; None where it is not ranked
    colour: str
    left_out: int | None = None  # the step that leaves it out, from 0
    stressed: bool = False  # drawn thick, with a star at its name
    said: str = ""  # what else there is to say of it where the pointer is


def bump_chart(
    lines: Sequence[RankLine], steps: Sequence[str], depth: int, searches: int, palette: Palette
) -> go.Figure:
    """Draw a line for each passage from the first step to the last, the first rank on top.

    depth: ranks that have a row of their own; lower ones share the row below them. searches: the first so many steps
    are searches side by side, of which each leads to the step after them: the last by solid lines, those before it by
    dotted ones. A line that is left out ends in a cross before the step that leaves it out.
    """
    traces: list[Spec] = []
    names: list[Spec] = []
    below = depth + 1
    for line in sorted(lines, key=lambda each: each.stressed):
        rows = [min(rank, below) if rank is not None else below for rank in line.ranks]
        end = len(rows) if line.left_out is None else line.left_out
        width = 5 if line.stressed else 2.5
        hover = f"{escape_plotly(line.name)}: %{{customdata}}<extra>{escape_plotly(line.said)}</extra>"
        said = [
            f"{escape_plotly(step)}, {'not ranked' if rank is None else f'rank {rank:,}'}"
            for step, rank in zip(steps, line.ranks, strict=True)
        ]
        # Each of several searches leads to the step that joins them; what a search does not find has no line from it.
        first = searches if searches > 1 else 0
        for place in range(first):
            if line.ranks[place] is not None and end > first:
                ends = [rows[place], rows[first]]
                dash = "solid" if place == first - 1 else "dot"
                traces.append(_stroke([place, first], ends, line.colour, width, dash))
        traces.append(_stroke(range(first, end), rows[first:end], line.colour, width, "solid"))
        if line.left_out is not None:
            x = [end - 1, end - 1 + _BROKEN_AT]
            traces.append(_stroke(x, [rows[end - 1]] * 2, line.colour, width, "solid"))
            traces.append(
                {
                    "type": "scatter",
                    "mode": "markers",
                    "x": x[1:],
                    "y": [rows[end - 1]],
                    "customdata": [f"left out by {escape_plotly(steps[end])}"],
                    "marker": {"symbol": "x", "size": 13, "color": line.colour},
                    "cliponaxis": False,
                    "hovertemplate": hover,
                }
            )
        dots = [place for place in range(end) if rows[place] < below]
        traces.append(
            {
                "type": "scatter",
                "mode": "markers+text",
                "x": dots,
                "y": [rows[place] for place in dots],
                "text": [str(rows[place]) for place in dots],
                "textfont": {"color": palette.paper},
                "customdata": [said[place] for place in dots],
                "marker": {"size": 25, "color": line.colour},
                "cliponaxis": False,
                "hovertemplate": hover,
            }
        )
        if line.left_out is None and rows[-1] < below:
            names.append(_name(line, rows[-1]))
    return build_figure(
        traces,
        {
            "side": "top",
            "title": {"text": "step"},
            "tickvals": list(range(len(steps))),
            "ticktext": [f"<b>{escape_plotly(step)}</b>" for step in steps],
            "tickfont": {"color": palette.ink},
            "range": [-0.25, len(steps) - 1 + 0.25],
            "showgrid": True,
            "zeroline": False,
            "automargin": True,
            "fixedrange": True,
        },
        {
            "title": {"text": "rank"},
            # The dots hold the ranks.
            "tickvals": [below],
            "ticktext": ["lower"],
            "range": [below + 0.5, 0.4],
            "showgrid": False,
            "zeroline": False,
            "automargin": True,
            "fixedrange": True,
        },
        palette,
        _HEIGHT,
        annotations=names,
        margin={"l": 8, "r": 12 + 8 * max((len(each["text"]) for each in names), default=0), "t": 40, "b": 8},
    )


def _stroke(x: Sequence[float], y: Sequence[float], colour: str, width: float, dash: str) -> Spec:
    return {
        "type": "scatter",
        "mode": "lines",
        "x": list(x),
        "y": list(y),
        "line": {"color": colour, "width": width, "dash": dash},
        "hoverinfo": "skip",
    }


def _name(line: RankLine, row: int) -> Spec:
    name = line.name if len(line.name) <= _LONGEST else line.name[: _LONGEST - 1] + "…"
    return {
        "x": 1.0,
        "xref": "paper",
        "xanchor": "left",
        "y": row,
        "yref": "y",
        "text": escape_plotly(f"★ {name}" if line.stressed else name),
        "showarrow": False,
        "font": {"color": line.colour},
    }

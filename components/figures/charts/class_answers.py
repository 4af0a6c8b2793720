"""What a class has answered to one question: dots on its scale, or bars of its options, a row or colour a round."""

from collections import Counter
from collections.abc import Sequence

import plotly.graph_objects as go

from components.core.classroom.questions import Answer, ClassQuestion, Map, Truth
from components.core.classroom.strips import round_names
from components.figures.base import Spec, axis, build_figure, escape_plotly, label_axis, line_shape
from components.figures.palette import Palette

# Dots in a pile, below which each stands for one answer; of a higher pile, each stands for more.
_HIGHEST = 24
_DIAMETER = 11  # pixels


def class_answers(
    question: ClassQuestion, truth: Truth | None, rounds: Sequence[Sequence[Answer]], palette: Palette
) -> go.Figure:
    """Draw the answers to a question of numbers, options or places. rounds: the answers to each, in order."""
    if question.map is not None:
        return _places(question.map, truth, rounds, palette)
    if question.options:
        return _bars(question, truth, rounds, palette)
    return _dots(question, truth, rounds, palette)


def _names(rounds: Sequence[Sequence[Answer]]) -> list[str]:
    return [name or "answers" for name in round_names(len(rounds))]


def _places(drawn: Map, truth: Truth | None, rounds: Sequence[Sequence[Answer]], palette: Palette) -> go.Figure:
    """Draw the map in grey, the guesses on it, those of earlier rounds paler, and where the truth is."""

    def dots(places: Sequence[Answer], name: str, **marker: object) -> Spec:
        x, y = zip(*places, strict=True) if places else ((), ())
        return {
            "type": "scatter",
            "mode": "markers",
            "x": list(x),
            "y": list(y),
            "marker": marker,
            "hovertemplate": f"{name}<extra></extra>",
        }

    names = _names(rounds)
    traces = [dots(drawn.points, "a sentence of the map", color=palette.line, size=5)]
    for row, (name, given) in enumerate(zip(names, rounds, strict=True)):
        opacity = 1 if row == len(rounds) - 1 else 0.45
        traces.append(dots(given, name, color=palette.word, size=_DIAMETER, symbol="x", opacity=opacity))
    if truth is not None:
        traces.append(dots([truth.answer], "where it is", color=palette.key, size=16))
    hidden: Spec = {"showticklabels": False, "showgrid": False, "zeroline": False, "range": [-0.04, 1.04]}
    return build_figure(traces, axis("", **hidden), axis("", scaleanchor="x", **hidden), palette, 360)


def _dots(
    question: ClassQuestion, truth: Truth | None, rounds: Sequence[Sequence[Answer]], palette: Palette
) -> go.Figure:
    assert question.scale is not None
    scale = question.scale
    # Piles as wide as a dot, and never narrower than a step of the scale.
    step = max(10.0**-scale.decimals, (scale.high - scale.low) / 50)
    piles = [Counter(round((float(each) - scale.low) / step) for each in given) for given in rounds]  # type: ignore[arg-type]
    most = max((count for pile in piles for count in pile.values()), default=1)
    worth = -(-most // _HIGHEST)
    names, traces = _names(rounds), []
    for row, pile in enumerate(piles):
        places = [(place, rank) for place, count in sorted(pile.items()) for rank in range(-(-count // worth))]
        traces.append(
            {
                "type": "scatter",
                "mode": "markers",
                "x": [scale.low + step * place for place, _ in places],
                "y": [rank + 0.5 for _, rank in places],
                "yaxis": "y" if row == 0 else f"y{row + 1}",
                "marker": {"color": palette.word, "size": _DIAMETER},
                "customdata": [pile[place] for place, _ in places],
                "hovertemplate": f"{names[row]}: %{{customdata}} at %{{x:.{scale.decimals}f}}<extra></extra>",
            }
        )
    height = max(60, (_DIAMETER + 1) * -(-most // worth) + 30)
    share = 1 / len(rounds)
    others: Spec = {}
    for row, name in enumerate(names):
        top = 1 - row * share
        others["yaxis" if row == 0 else f"yaxis{row + 1}"] = axis(
            name, domain=[top - 0.88 * share, top], range=[0, max(4, -(-most // worth))], showticklabels=False,
            showgrid=False, zeroline=True, fixedrange=True,
        )  # fmt: skip
    shapes, notes = [], []
    if truth is not None and isinstance(truth.answer, float):
        shapes.append(line_shape(palette.key, width=3, x0=truth.answer, x1=truth.answer, y0=0, y1=1, yref="paper"))
        notes.append(
            {
                "x": truth.answer,
                "y": 1,
                "yref": "paper",
                "yanchor": "bottom",
                "text": f"{truth.answer:.{4 if scale.decimals else 0}f}{escape_plotly(scale.unit)}".replace("-", "−"),
                "showarrow": False,
                "font": {"color": palette.key, "size": 15},
            }
        )
    pad = 0.03 * (scale.high - scale.low)
    title = "answer" if worth == 1 else f"answer; each dot stands for up to {worth}"
    lowest = "y" if len(rounds) == 1 else f"y{len(rounds)}"
    x = axis(title, range=[scale.low - pad, scale.high + pad], anchor=lowest)
    y = others.pop("yaxis")
    return build_figure(traces, x, y, palette, height * len(rounds) + 70, shapes=shapes, annotations=notes, **others)


def _bars(
    question: ClassQuestion, truth: Truth | None, rounds: Sequence[Sequence[Answer]], palette: Palette
) -> go.Figure:
    names = _names(rounds)
    right = () if truth is None else (truth.answer, *truth.also_right)
    labels = [f"✓ {each}" if index in right else each for index, each in enumerate(question.options)]
    positions = label_axis(labels, "", autorange="reversed")
    counted = [Counter(given) for given in rounds]
    traces = [
        {
            "type": "bar",
            "orientation": "h",
            "x": [count[index] for index in range(len(labels))],
            "y": positions["categoryarray"],
            "name": name,
            "marker": {
                "color": [palette.key if index in right else palette.word for index in range(len(labels))],
                "opacity": 1 if row == len(rounds) - 1 else 0.45,
            },
            "text": [
                f"{count[index]}" + (f"  {name}" if len(rounds) > 1 and count[index] else "")
                for index in range(len(labels))
            ],
            "textposition": "outside",
            "cliponaxis": False,
            "constraintext": "none",
            "hovertemplate": f"{name}: %{{x}}<extra></extra>",
        }
        for row, (name, count) in enumerate(zip(names, counted, strict=True))
    ]
    highest = max((count for each in counted for count in each.values()), default=1)
    return build_figure(
        traces,
        axis("answers", range=[0, 1.25 * highest], rangemode="tozero", nticks=6, tickformat="d"),
        positions,
        palette,
        max(32, 24 * len(rounds)) * len(labels) + 80,
        barmode="group",
    )

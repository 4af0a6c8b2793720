"""Over many texts: which explanation deserves belief on this model, and which is no better than chance."""

import numpy as np
import pandas as pd
import streamlit as st
from jaxtyping import Float

from components.core.errors import EncoderscopeError
from components.core.explanations.deletion import OverTexts
from components.core.explanations.rankings import Explanation
from components.core.numerics.bootstrap import Interval, grouped_mean_intervals, joint_mean_intervals, may_be_best
from components.figures.charts.interval_dots import interval_dots
from components.ui import state
from components.ui.caches import explanations, models
from components.ui.caches.requests import OverTextsRequest
from components.ui.charts import show
from components.ui.explanations import measured
from components.ui.explanations.subject import Result
from components.ui.page import palette
from components.ui.progress import ProgressBar
from components.ui.stage import frame, question
from components.ui.tables import table
from components.ui.wording import format_signed, join_list


def draw(model: str, result: Result) -> None:
    """Draw the mean area of each explanation with its interval, or offer to measure it."""
    tested = _tested(model, result)
    if tested is None:
        return
    count, areas = len(tested.groups), tested.areas
    intervals = dict(zip(areas, joint_mean_intervals(_columns(areas), tested.groups), strict=True))
    order = sorted(intervals, key=lambda name: -intervals[name].value)
    asked = question.one_of(
        "explanations",
        (model, result),
        f"Which explanation of {result} is best, over {count} texts?",
        [each.value for each in intervals],
        order[0].value,
    )
    if asked.hidden:
        return
    frame.heading(
        _finding(result, tested, intervals, order),
        f"Words of {count} shipped texts are hidden in the order of each explanation. The farther right, the better it "
        "knows which words matter; at 0 it knows no more than chance. Bars: joint 95% intervals, texts drawn anew.",
    )
    unit = "log-odds" if result is Result.VERDICT else "cosine"
    x_title = f"area between both orders ({unit})"
    show(
        interval_dots(
            [intervals[name] for name in order],
            [name.value for name in order],
            x_title,
            palette(),
            asked.guesses.mapped([name.value for name in order].index),
        ),
        key="areas",
        alt=f"The mean area of each explanation of {result} over {count} texts, with its interval; 0 is chance",
        numbers=lambda: _numbers(result, tested),
    )
    with frame.details():
        _draw_both(tested, order, unit)
        frame.note(
            "The area is the mean distance between the result with the least important words hidden first and with the "
            "most important ones first. A random order has 0 on average, whatever the text. Leave-one-out hides words "
            "just as the test does, which favours it; integrated gradients start from padding, which of four starts "
            "did best in this test; attention and norms are not told which result is explained. The intervals hold "
            "for all explanations at once, and those of the differences for all pairs of explanations."
        )
        omitted = models.encoder(model).omissions.gradients
        if omitted:
            frame.note(omitted)
        elif Explanation.GRADIENT not in areas:
            frame.note(
                "Gradient × input is missing: the cosine of a text with itself is at its maximum, so its gradient is 0."
            )


def _columns(areas: dict[Explanation, Float[np.ndarray, " N"]]) -> Float[np.ndarray, "N M"]:
    return np.stack(list(areas.values()), axis=1)


def _draw_both(tested: OverTexts, order: list[Explanation], unit: str) -> None:
    """Print the area under each curve apart: how far the result falls in both orders."""
    columns = np.concatenate([tested.falls[name] for name in order], axis=1)
    said = [
        f"{format_signed(each.value, 2)} ({format_signed(each.low, 2)} to {format_signed(each.high, 2)})"
        for each in grouped_mean_intervals(columns, tested.groups)
    ]
    table(
        ("explanation", "most important first", "least important first"),
        [(name.value, *said[2 * row : 2 * row + 2]) for row, name in enumerate(order)],
        f"How far the result falls below that of the whole text ({unit}): the mean over the words hidden, which is the "
        "area above the curve, and over the texts, with 95% intervals. The first minus the second is the area of the "
        "picture.",
        prose={1, 2},
    )
    groups = len(np.unique(tested.groups))
    if groups < len(tested.groups):
        frame.note(
            f"The {len(tested.groups)} texts are compared with {groups} different ones; texts with one in common "
            "depend on one another and are drawn together."
        )


def _tested(model: str, result: Result) -> OverTexts | None:
    """Return what was measured beforehand, or what the reader had measured; None until the reader asks for it."""
    kept = measured.read(model)
    if kept is not None:
        return kept[result]
    request = OverTextsRequest(model, result)
    if not explanations.has_over_texts(request):
        frame.heading(
            f"How well {result} is explained has not been measured on this model yet",
            f"It takes about a second for each of {measured.TEXTS} texts. For the bundled model it was measured "
            "beforehand.",
        )
        if not st.button("Measure", key=state.Explanations.MEASURE, type="primary"):
            return None
    bar = ProgressBar()

    def report(done: int, total: int) -> None:
        bar.show(done, total, f"{done} of {total} texts")

    try:
        return explanations.over_texts(request, lambda: measured.measure(model, result, report))
    except EncoderscopeError as error:
        frame.note(str(error))
        return None
    finally:
        bar.clear()


def _finding(
    result: Result, tested: OverTexts, intervals: dict[Explanation, Interval], order: list[Explanation]
) -> str:
    """The title: the best explanations, which no difference sets apart, and those that are no better than chance."""
    best = order[0]
    wrong = [name for name in order if intervals[name].high < 0]
    reversed_ones = f"{_named(wrong)} {'are' if _is_plural(wrong) else 'is'} the wrong way round" if wrong else ""
    if intervals[best].low <= 0:
        none = f"No explanation of {result} is better than chance on this model"
        return f"{none}; {reversed_ones}" if wrong else none
    may_lead = dict(zip(tested.areas, may_be_best(_columns(tested.areas), tested.groups).tolist(), strict=True))
    leaders = [name for name in order if may_lead[name]]
    useless = [name for name in order if intervals[name].high >= 0 >= intervals[name].low]
    chance = f"{_named(useless)} {'are' if _is_plural(useless) else 'is'} no better than chance" if useless else ""
    first = f"{_named(leaders)} {'explain' if _is_plural(leaders) else 'explains'} {result} best"
    found = "; ".join(filter(None, (first, ", ".join(filter(None, (chance, reversed_ones))))))
    return found[0].upper() + found[1:]


def _named(names: list[Explanation]) -> str:
    return join_list([name.value for name in names])


def _is_plural(names: list[Explanation]) -> bool:
    return len(names) > 1 or names[0] in (Explanation.NORMS, Explanation.INTEGRATED)


def _numbers(result: Result, tested: OverTexts) -> pd.DataFrame:
    return pd.DataFrame(
        {name.value: values for name, values in tested.areas.items()},
        index=pd.Index(measured.texts_of(result), name="text"),
    )

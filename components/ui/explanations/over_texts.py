"""Over many texts: which explanation deserves belief on this model, and which is no better than chance."""

import numpy as np
import pandas as pd
import streamlit as st

from components.core.errors import EncoderscopeError
from components.core.explanations.deletion import Areas
from components.core.explanations.rankings import Explanation
from components.core.numerics.bootstrap import Interval, joint_mean_intervals, may_be_best
from components.figures.charts.interval_dots import interval_dots
from components.ui import state
from components.ui.caches import explanations, models
from components.ui.caches.requests import AreasRequest
from components.ui.charts import show
from components.ui.explanations import measured
from components.ui.explanations.subject import Result
from components.ui.page import palette
from components.ui.progress import ProgressBar
from components.ui.stage import frame, question
from components.ui.wording import join_list


def draw(model: str, result: Result) -> None:
    """Draw the mean area of each explanation with its interval, or offer to measure it."""
    areas = _areas(model, result)
    if areas is None:
        return
    ranked = {name: values[~np.isnan(values)] for name, values in areas.items() if not np.isnan(values).all()}
    count = len(next(iter(ranked.values())))
    intervals = dict(zip(ranked, joint_mean_intervals(np.stack(list(ranked.values()), axis=1)), strict=True))
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
        _finding(result, ranked, intervals, order),
        f"Words of {count} shipped texts are hidden in the order of each explanation. The farther right, the better it "
        "knows which words matter; at 0 it knows no more than chance. Bars: joint 95 % intervals, texts drawn anew.",
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
        numbers=lambda: _numbers(result, ranked),
    )
    with frame.details():
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
        elif len(ranked) < len(areas):
            frame.note(
                "Gradient × input is missing: the cosine of a text with itself is at its maximum, so its gradient is 0."
            )


def _areas(model: str, result: Result) -> Areas | None:
    """Return what was measured beforehand, or what the reader had measured; None until the reader asks for it."""
    kept = measured.read(model)
    if kept is not None:
        empty = np.full(measured.TEXTS, np.nan)
        return {name: kept[result].get(name, empty) for name in Explanation}
    request = AreasRequest(model, result)
    if not explanations.has_areas(request):
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
        return explanations.areas(request, lambda: measured.measure(model, result, report))
    except EncoderscopeError as error:
        frame.note(str(error))
        return None
    finally:
        bar.clear()


def _finding(result: Result, ranked: Areas, intervals: dict[Explanation, Interval], order: list[Explanation]) -> str:
    """The title: the best explanations, which no difference sets apart, and those that are no better than chance."""
    best = order[0]
    if intervals[best].low <= 0:
        return f"No explanation of {result} is better than chance on this model"
    level = may_be_best(np.stack([ranked[name] for name in order], axis=1)).tolist()
    leaders = [name for name, may in zip(order, level, strict=True) if may]
    useless = [name for name in order if intervals[name].high >= 0 >= intervals[name].low]
    wrong = [name for name in order if intervals[name].high < 0]
    parts = [f"{_named(leaders)} {'explain' if _is_plural(leaders) else 'explains'} {result} best"]
    if useless:
        parts.append(f"{_named(useless)} {'are' if _is_plural(useless) else 'is'} no better than chance")
    if wrong:
        parts.append(f"{_named(wrong)} {'are' if _is_plural(wrong) else 'is'} the wrong way round")
    found = "; ".join([parts[0], ", ".join(parts[1:])] if parts[1:] else parts)
    return found[0].upper() + found[1:]


def _named(names: list[Explanation]) -> str:
    return join_list([name.value for name in names])


def _is_plural(names: list[Explanation]) -> bool:
    return len(names) > 1 or names[0] in (Explanation.NORMS, Explanation.INTEGRATED)


def _numbers(result: Result, ranked: Areas) -> pd.DataFrame:
    return pd.DataFrame(
        {name.value: values for name, values in ranked.items()}, index=pd.Index(measured.texts_of(result), name="text")
    )

"""The picture of differences: what each technique gains or loses beside dense search, with its interval."""

import streamlit as st

from components.core.retrieval.evaluation.ladder import Verdict
from components.core.retrieval.search.ways.first_stage import DENSE
from components.figures.charts.interval_dots import interval_dots
from components.ui.charts import show
from components.ui.page import palette
from components.ui.retrieval.ladder.comparisons import Comparisons
from components.ui.stage import frame
from components.ui.tables import table
from components.ui.wording import format_count, format_signed, join_list, spell_number


def draw(comparisons: Comparisons) -> None:
    """Draw an interval for each technique, and its costs beside it."""
    frame.heading(finding(comparisons), comparisons.lead)
    if not comparisons.by_way:
        return
    ways = comparisons.drawn
    picture, beside = st.columns([6, 5], gap="medium")
    with picture:
        show(
            interval_dots(
                [comparisons.by_way[way].difference for way in ways],
                [way.short for way in ways],
                f"{comparisons.measure}: difference to dense",
                palette(),
                zero="dense",
                open_all=comparisons.too_few,
            ),
            key="ladder",
            alt=_alt(comparisons),
            numbers=comparisons.table,
        )
    with beside, st.container(key="scroll_ladder"):
        _draw_costs(comparisons)


def finding(comparisons: Comparisons) -> str:
    """Which techniques are better than dense, and whether that can be told."""
    count = len(comparisons.by_way)
    if not count:
        return "Pick techniques, and see what each is worth beside dense search"
    techniques = format_count(count, "technique")
    if comparisons.too_few:
        few = format_count(comparisons.answered, "question")
        are = "is" if comparisons.answered == 1 else "are"
        return f"{few} {are} too few to tell {techniques} from dense search"
    better, worse = comparisons.of(Verdict.BETTER), comparisons.of(Verdict.WORSE)
    if better:
        best = comparisons.by_way[better[0]].difference.value
        gain = f"{comparisons.measure} +{best:.2f}"
        if count == 1:
            return f"{better[0].name} is better than dense search: {gain}"
        if len(better) == 1:
            return f"Of {techniques} only {better[0].name} is better than dense search: {gain}"
        return f"{len(better)} of {techniques} are better than dense search, {better[0].name} most: {gain}"
    lost = ""
    if worse:
        lost = f"; {spell_number(len(worse))} {'is' if len(worse) == 1 else 'are'} worse"
    if count == 1:
        (only,) = comparisons.by_way
        return f"{only.name} is {'worse' if worse else 'not better'} than dense search on {comparisons.these_questions}"
    return f"None of {techniques} is better than dense search on {comparisons.these_questions}{lost}"


def _alt(comparisons: Comparisons) -> str:
    said = [
        f"{way.name} {format_signed(each.difference.value, 3)} ({format_signed(each.difference.low, 3)} to "
        f"{format_signed(each.difference.high, 3)})"
        for way, each in comparisons.by_way.items()
    ]
    return f"{comparisons.measure} minus that of dense search, with its 95% interval: {join_list(said)}"


def _draw_costs(comparisons: Comparisons) -> None:
    rows = []
    for way in (DENSE, *comparisons.by_way):
        cost = comparisons.results[way].cost
        won, lost = ("–", "–")
        if way != DENSE:
            won, lost = (f"{len(each):,}" for each in (comparisons.by_way[way].won, comparisons.by_way[way].lost))
        rows.append(
            [
                way.short,
                f"{comparisons.mean(way):.2f}",
                won,
                lost,
                format_bytes(cost.bytes_a_passage),
                format_ms(cost.question_ms),
            ]
        )
    table(
        ["way of searching", comparisons.measure.partition("@")[0], "won", "lost", "bytes", "ms"],
        rows,
        f"Won and lost: questions whose {comparisons.measure} is higher or lower than with dense search. Bytes: kept "
        "for a passage beside its text. Ms: processor time for a question, its encoding included (median).",
    )


def format_bytes(number: float) -> str:
    """Print a number of bytes."""
    return f"{number:,.0f}"


def format_ms(milliseconds: float) -> str:
    """Print milliseconds, with a decimal below 100 and two below 1.

    >>> format_ms(0.123), format_ms(8.26), format_ms(1234.5)
    ('0.12', '8.3', '1,234')
    """
    decimals = 2 if milliseconds < 1 else 1 if milliseconds < 100 else 0
    return f"{milliseconds:,.{decimals}f}"

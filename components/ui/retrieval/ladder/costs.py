"""The picture of quality against cost: bytes that are kept for a passage, or milliseconds for a question."""

from collections.abc import Callable
from dataclasses import dataclass

from components.core.retrieval.evaluation.ladder import Cost, Verdict
from components.core.retrieval.search.ways.first_stage import DENSE
from components.core.retrieval.search.ways.way import Way
from components.figures.charts.quality_cost import CostPoint, quality_cost
from components.ui.charts import show
from components.ui.page import palette
from components.ui.retrieval.ladder.comparisons import Comparisons
from components.ui.retrieval.ladder.differences import format_bytes, format_ms
from components.ui.stage import frame
from components.ui.wording import join_list


@dataclass(frozen=True)
class CostKind:
    """A cost, and how it is named and printed."""

    key: str
    title: str  # of the axis
    of: Callable[[Cost], float]
    printed: Callable[[float], str]
    unit: str  # after the printed number, in a sentence
    least: str  # the beginning of the finding


# From this share of what dense search costs, another way costs about as much.
_ALIKE = 0.9

BYTES = CostKind(
    "bytes",
    "bytes a passage, beside the text",
    lambda cost: cost.bytes_a_passage,
    format_bytes,
    "bytes a passage",
    "Smallest",
)
TIME = CostKind(
    "time", "ms a question, its encoding included", lambda cost: cost.question_ms, format_ms, "ms a question", "Fastest"
)


def draw(comparisons: Comparisons, kind: CostKind) -> None:
    """Draw the mean of the measure by the cost."""
    frame.heading(finding(comparisons, kind), comparisons.lead)
    colours = palette()
    ways = [DENSE, *comparisons.drawn]
    show(
        quality_cost(
            [
                CostPoint(
                    way.short,
                    _cost(comparisons, way, kind),
                    comparisons.mean(way),
                    comparisons.colour(way, colours),
                    filled=way == DENSE or comparisons.by_way[way].verdict in (Verdict.BETTER, Verdict.WORSE),
                )
                for way in ways
            ],
            kind.title,
            f"mean {comparisons.measure}",
            0,
            colours,
        ),
        key=f"ladder-{kind.key}",
        alt=f"Mean {comparisons.measure} by {kind.unit}: "
        + join_list(
            [f"{way.name} {comparisons.mean(way):.3f} at {kind.printed(_cost(comparisons, way, kind))}" for way in ways]
        ),
        numbers=comparisons.table,
    )
    with frame.details():
        frame.note(
            "Full dots differ from dense by more than chance explains; hollow ones cannot be told from it. "
            + (
                "Times are medians over the questions, of this server’s processor; encoding a question takes "
                f"{format_ms(comparisons.dense.cost.reading_ms)} ms of them."
                if kind is TIME
                else f"Dense keeps {format_bytes(comparisons.dense.cost.bytes_a_passage)}: four for each dimension."
            )
        )


def finding(comparisons: Comparisons, kind: CostKind) -> str:
    """Which way costs least of those that are not worse than dense."""
    if not comparisons.by_way:
        return "Pick techniques, and see what each costs beside dense search"
    kept = [DENSE, *comparisons.of(Verdict.BETTER, Verdict.OPEN, Verdict.TOO_FEW)]
    least = min(kept, key=lambda way: _cost(comparisons, way, kind))
    printed = f"{kind.printed(_cost(comparisons, least, kind))} {kind.unit}"
    if comparisons.too_few:
        return f"{comparisons.answered} questions are too few to tell what is lost; {least.name} takes least: {printed}"
    if least == DENSE:
        return f"Nothing here that takes less than dense search ({printed}) keeps up with it"
    share = _cost(comparisons, least, kind) / _cost(comparisons, DENSE, kind)
    if share > _ALIKE:
        return f"What keeps up with dense search takes about as much: {least.name}, {printed}"
    return f"{kind.least} without a loss that can be told: {least.name}, {printed}, {share:.0%} of dense"


def _cost(comparisons: Comparisons, way: Way, kind: CostKind) -> float:
    return kind.of(comparisons.results[way].cost)

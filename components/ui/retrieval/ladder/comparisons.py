"""The ways that are measured, beside dense search, by the measure that the reader chooses."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import pandas as pd

from components.core.lazy import cached_property
from components.core.numerics.bootstrap import Interval
from components.core.retrieval.documents import Question
from components.core.retrieval.evaluation.evaluation import MEASURES
from components.core.retrieval.evaluation.ladder import FEWEST_QUESTIONS, Comparison, Verdict, WayResult, compare
from components.core.retrieval.search.ways.first_stage import DENSE
from components.core.retrieval.search.ways.way import Way
from components.figures.palette import Palette
from components.ui.stage.window import text_scale
from components.ui.wording import format_count, join_list

#: Measures as texts name them.
REFERENCE: Final = "dense"


# Techniques that a sentence names; more are counted.
_NAMED: Final = 4
# Techniques that a picture has room for, as it is and with presenters' larger type.
_DRAWN, _PRESENTED = 20, 10


def _named(ways: Sequence[Way]) -> str:
    return join_list([way.short for way in ways]) if len(ways) <= _NAMED else format_count(len(ways), "technique")


@dataclass(frozen=True)
class Comparisons:
    """Results of ways for the same questions; DENSE is one of them."""

    results: Mapping[Way, WayResult]
    questions: tuple[Question, ...]
    measure: str  # one of MEASURES
    wanted: int  # ways besides dense that the reader has picked
    problems: Mapping[Way, str]

    @property
    def dense(self) -> WayResult:
        """What the others are compared with."""
        return self.results[DENSE]

    @cached_property
    def by_way(self) -> dict[Way, Comparison]:
        """Each other way beside dense, the best first."""
        return dict(sorted(self._by(self.measure).items(), key=lambda item: -item[1].difference.value))

    def _by(self, measure: str) -> dict[Way, Comparison]:
        """Each other way beside dense, by a measure."""
        ways = [way for way in self.results if way != DENSE]
        compared = compare([self.results[way].result for way in ways], self.dense.result, measure)
        return dict(zip(ways, compared, strict=True))

    @cached_property
    def drawn(self) -> list[Way]:
        """The other ways that a picture has room for, the best first: if there are more, those that differ most."""
        most = _DRAWN if text_scale() == 1 else _PRESENTED
        differ = sorted(self.by_way, key=lambda way: -abs(self.by_way[way].difference.value))[:most]
        return [way for way in self.by_way if way in differ]

    @property
    def answered(self) -> int:
        """The number of questions that have an answer."""
        return sum(bool(each.answers) for each in self.questions)

    @property
    def independent(self) -> int:
        """The number of these questions that have different answers."""
        return len(set(self.dense.result.groups_measured))

    @property
    def too_few(self) -> bool:
        """True if so few questions tell nothing."""
        return self.independent < FEWEST_QUESTIONS

    def of(self, *verdicts: Verdict) -> list[Way]:
        """The ways about which the interval says one of these."""
        return [way for way, each in self.by_way.items() if each.verdict in verdicts]

    def mean(self, way: Way) -> float:
        """The mean of the measure."""
        return self.results[way].result.means[self.measure].value

    def colour(self, way: Way, palette: Palette) -> str:
        """The colour of a way in pictures."""
        colours = {Verdict.BETTER: palette.key, Verdict.WORSE: palette.query}
        return palette.ink if way == DENSE else colours.get(self.by_way[way].verdict, palette.quiet)

    @property
    def these_questions(self) -> str:
        """The questions that are counted, as sentences name them.

        >>> Comparisons({}, (), "MRR@10", 0, {}).these_questions
        'these 0 questions'
        """
        return "this 1 question" if self.answered == 1 else f"these {format_count(self.answered, 'question')}"

    @property
    def _that_differ(self) -> str:
        return " of different answers" if self.independent < self.answered else ""

    @property
    def lead(self) -> str:
        """What is measured, and what cannot be told."""
        parts = []
        if len(self.by_way) + len(self.problems) < self.wanted:
            parts.append(f"So far {len(self.by_way)} of {format_count(self.wanted, 'technique')}.")
        if self.too_few:
            parts.append(
                f"With fewer than {FEWEST_QUESTIONS} questions{self._that_differ} the intervals are too narrow to be "
                "trusted: add questions under “Your own data”."
            )
            return " ".join(parts)
        same = [way for way, each in self.by_way.items() if not each.won and not each.lost]
        undecided = [way for way in self.of(Verdict.OPEN) if way not in same]
        if undecided:
            parts.append(
                f"For {_named(undecided)} the interval contains 0: on {self.these_questions} no difference can be told."
            )
        if same:
            parts.append(f"{_named(same)} {'changes' if len(same) == 1 else 'change'} nothing.")
        if len(self.drawn) < len(self.by_way):
            parts.append(f"Drawn are the {len(self.drawn)} that differ most.")
        return " ".join(parts)

    def table(self) -> pd.DataFrame:
        """Everything that is measured, one way a row, dense first."""
        rows = []
        by_measure = {name: self._by(name) for name in MEASURES}
        for way in (DENSE, *self.by_way):
            result = self.results[way]
            row: dict[str, object] = {"way of searching": way.name}
            for name in MEASURES:
                difference = by_measure[name][way].difference if way != DENSE else Interval(0.0, 0.0, 0.0)
                row |= {
                    name: result.result.means[name].value,
                    f"{name} − dense": difference.value,
                    f"{name} − dense, low": difference.low,
                    f"{name} − dense, high": difference.high,
                }
            rows.append(
                row
                | {
                    f"questions won ({self.measure})": len(self.by_way[way].won) if way != DENSE else 0,
                    f"questions lost ({self.measure})": len(self.by_way[way].lost) if way != DENSE else 0,
                    "questions": self.answered,
                    "bytes a passage": result.cost.bytes_a_passage,
                    "ms to read a question": result.cost.reading_ms,
                    "ms to search": result.cost.searching_ms,
                    "passages": result.passages,
                    "characters a passage": result.characters,
                }
            )
        return pd.DataFrame(rows).set_index("way of searching")

"""The score of dense search by how documents are divided: by tokens, sentences, paragraphs or meaning."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor
from statistics import fmean
from typing import Final

import numpy as np
import pandas as pd

from components.core.model.prompts import TextKind
from components.core.retrieval.documents import ChunkSettings, Question, Unit
from components.core.retrieval.evaluation.evaluation import MethodResult, best_methods
from components.core.retrieval.search.methods import SearchMethod
from components.figures.charts.curves import curves_apart
from components.ui.caches import models
from components.ui.charts import show
from components.ui.page import palette
from components.ui.progress import ProgressBar
from components.ui.retrieval.corpus_index import index_corpus
from components.ui.retrieval.indexed_corpus import IndexedCorpus
from components.ui.retrieval.method_comparison import RANKED_BY, compare_methods
from components.ui.stage import frame
from components.ui.tables import table
from components.ui.wording import format_count, join_list

# The sizes that are compared; by meaning, the percentiles.
_SIZES: Final = {
    Unit.TOKENS: (32, 64, 128),
    Unit.SENTENCES: (1, 3, 6),
    Unit.PARAGRAPHS: (1, 2),
    Unit.MEANING: (50, 30, 10),
}


@dataclass(frozen=True)
class _Division:
    """Documents divided in one way, and how well dense search finds answers in them."""

    settings: ChunkSettings
    passages: int
    tokens: float  # of a passage, on average
    result: MethodResult

    @property
    def score(self) -> float:
        """The mean of the measure over the questions."""
        return self.result.means[RANKED_BY].value

    @property
    def label(self) -> str:
        """The size beside the name of the unit."""
        return f"{self.settings.percentile}%" if self.settings.unit is Unit.MEANING else str(self.settings.size)

    @property
    def name(self) -> str:
        """The unit and the size of a passage."""
        if self.settings.unit is Unit.MEANING:
            return f"meaning, {self.settings.percentile}% cut"
        return format_count(self.settings.size, self.settings.unit.value.removesuffix("s"))


def draw(indexed_corpus: IndexedCorpus, questions: Sequence[Question], owner: str | None) -> None:
    """Measure all divisions, and draw their scores. owner: of the documents; None for a shipped corpus."""
    measured = _measure(indexed_corpus, questions, owner)
    frame.heading(*_finding(measured))
    _draw_picture(measured)
    with frame.details():
        _draw_table(measured)
        frame.note(
            "By meaning: a document is cut where the three sentences before a border are least like the three after it "
            "(semantic chunking). A division may do as well as the best if the 95% interval of their difference, "
            "question by question, contains 0; the intervals hold for all pairs of divisions at once."
        )


def _measure(indexed_corpus: IndexedCorpus, questions: Sequence[Question], owner: str | None) -> list[_Division]:
    model, corpus = indexed_corpus.model, indexed_corpus.corpus
    room = models.encoder(model).room(TextKind.PASSAGE)
    compared = [
        ChunkSettings(unit, room, percentile=size) if unit is Unit.MEANING else ChunkSettings(unit, size)
        for unit, sizes in _SIZES.items()
        for size in sizes
    ]
    measured: list[_Division] = []
    bar = ProgressBar()
    for settings in compared:
        bar.show(len(measured), len(compared), f"{len(measured)} of {len(compared)} ways to divide measured")
        divided = index_corpus(model, corpus, settings, owner)
        (result,) = compare_methods(divided, questions, (SearchMethod.DENSE,)).results.values()
        tokens = fmean(chunk.token_count for chunk in divided.chunks)
        measured.append(_Division(settings, len(divided.chunks), tokens, result))
    bar.clear()
    return measured


def _finding(measured: Sequence[_Division]) -> tuple[str, str]:
    best = max(measured, key=lambda each: round(each.score, 2))
    others = [each for each in measured if each is not best]
    level = best_methods([each.result for each in measured], RANKED_BY).tolist()
    near = [each for each, may in zip(measured, level, strict=True) if may and each is not best]
    some = f"all {len(others)}" if len(near) == len(others) else f"{len(near)} of {len(others)}"
    rest = f"{some} other ways to divide may do as well" if near else "no other does as well"
    return (
        f"Divided by {best.name}, Dense does best: {RANKED_BY} of {best.score:.2f}; {rest}",
        f"The same documents, divided in {len(measured)} ways. Numbers: the most tokens, sentences or paragraphs in a "
        "passage; by meaning, the percent of the borders between sentences that are cut.",
    )


def _draw_picture(measured: Sequence[_Division]) -> None:
    colours = palette()
    colour_of = {
        Unit.TOKENS: colours.word,
        Unit.SENTENCES: colours.position,
        Unit.PARAGRAPHS: colours.output,
        Unit.MEANING: colours.key,
    }
    lines = {
        unit.value: (
            np.array([each.tokens for each in measured if each.settings.unit is unit]),
            np.array([each.score for each in measured if each.settings.unit is unit]),
            colour,
        )
        for unit, colour in colour_of.items()
    }
    scores = [each.score for each in measured]
    show(
        curves_apart(
            lines,
            "tokens per passage, on average",
            RANKED_BY,
            colours,
            # A tenth of room on both sides.
            (max(0.0, floor(10 * min(scores) - 1) / 10), min(1.05, ceil(10 * max(scores) + 1) / 10)),
            measured=True,
            texts={unit.value: [each.label for each in measured if each.settings.unit is unit] for unit in Unit},
        ),
        key="scores-by-division",
        alt=f"{RANKED_BY} of dense search with documents divided by "
        + join_list([f"{each.name} ({each.score:.2f})" for each in measured]),
        numbers=lambda: pd.DataFrame(
            {
                "passages": [each.passages for each in measured],
                "tokens": [each.tokens for each in measured],
                RANKED_BY: [each.score for each in measured],
            },
            index=pd.Index([each.name for each in measured], name="divided by"),
        ),
    )


def _draw_table(measured: Sequence[_Division]) -> None:
    table(
        ["divided by", "passages", "tokens", "nDCG"],
        [[each.name, f"{each.passages:,}", f"{each.tokens:.0f}", f"{each.score:.2f}"] for each in measured],
        "Tokens: of a passage, on average. nDCG: of the first ten passages of dense search.",
    )

"""The scores of all search methods by the size of passages, or of one method by how documents are divided."""

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
import pandas as pd
import streamlit as st

from components.core.model.prompts import TextKind
from components.core.retrieval.documents import ChunkSettings, Question, Unit
from components.core.retrieval.evaluation.evaluation import Evaluation
from components.core.retrieval.search.methods import SearchMethod
from components.figures.charts.curves import curves
from components.ui import state
from components.ui.caches import models
from components.ui.charts import show
from components.ui.page import palette
from components.ui.pickers import pick_option
from components.ui.progress import ProgressBar
from components.ui.retrieval.corpus_index import index_corpus
from components.ui.retrieval.indexed_corpus import IndexedCorpus
from components.ui.retrieval.method_comparison import RANKED_BY, compare_methods
from components.ui.stage import frame
from components.ui.tables import table
from components.ui.wording import join_list

# Tokens per passage; the largest size measured is what the model has room for.
_SIZES: Final = (32, 64, 128)
#: What is compared: search methods, or divisions.
METHODS, DIVISIONS = "ways of searching", "ways to divide"


def ask() -> str | None:
    """Ask whether to measure sizes of passages; returns METHODS, DIVISIONS, or None if it is not wanted."""
    with frame.controls():
        wanted = st.toggle(
            "Measure sizes of passages",
            key=state.Retrieval.SIZES_WANTED,
            bind=state.IN_URL,
            persist_state="session",
            help="The same questions, with the documents divided into smaller and larger passages. The first time, all "
            "documents are encoded for each size.",
        )
        return pick_option("Compared", [METHODS, DIVISIONS], state.Retrieval.SIZES_COMPARED) if wanted else None


def draw_methods(indexed_corpus: IndexedCorpus, questions: Sequence[Question], owner: str | None) -> None:
    """Draw the score of each search method by the size of passages.

    owner: of the documents; None for a shipped corpus.
    """
    room = models.encoder(indexed_corpus.model).room(TextKind.PASSAGE)
    sizes = [*(size for size in _SIZES if size < room), room]
    results: dict[int, Evaluation] = {}
    bar = ProgressBar()
    for done, size in enumerate(sizes):
        bar.show(done, len(sizes), f"{done} of {len(sizes)} sizes measured")
        results[size] = compare_methods(_by_tokens(indexed_corpus, size, owner), questions)
    bar.clear()
    lines = {
        method.value: (np.array([each.results[method].means[RANKED_BY].value for each in results.values()]), colour)
        for method, colour in _colours().items()
    }
    show(
        curves(np.array(sizes), lines, "maximum tokens per passage", RANKED_BY, palette(), (0.0, 1.0), measured=True),
        key="scores-by-size",
        alt=f"nDCG@10 of {join_list([method.value for method in SearchMethod])} by the size of passages",
        numbers=lambda: pd.DataFrame(
            {name: values for name, (values, _) in lines.items()}, index=pd.Index(sizes, name="tokens")
        ),
    )
    with frame.details():
        _draw_table(indexed_corpus, owner, results)


def _draw_table(indexed_corpus: IndexedCorpus, owner: str | None, results: Mapping[int, Evaluation]) -> None:
    table(
        ["maximum tokens per passage", *(str(size) for size in results)],
        [
            ["passages", *(f"{len(_by_tokens(indexed_corpus, size, owner).chunks):,}" for size in results)],
            *(
                [method.value, *(f"{each.results[method].means[RANKED_BY].value:.2f}" for each in results.values())]
                for method in SearchMethod
            ),
        ],
        "nDCG@10. A passage holds an answer if at least half of the answer is in it, or if the answer makes up half of "
        "the passage. When a passage is too long for the model, its vector misses the end; BM25 reads all of it.",
    )


def _by_tokens(indexed_corpus: IndexedCorpus, size: int, owner: str | None) -> IndexedCorpus:
    """The same documents, divided by tokens."""
    settings = ChunkSettings(Unit.TOKENS, size)
    return index_corpus(indexed_corpus.model, indexed_corpus.corpus, settings, owner)


def _colours() -> dict[SearchMethod, str]:
    colours = palette()
    return {
        SearchMethod.BM25: colours.word,
        SearchMethod.DENSE: colours.key,
        SearchMethod.HYBRID: colours.output,
        SearchMethod.STATIC: colours.quiet,
        SearchMethod.UNORDERED: colours.position,
    }

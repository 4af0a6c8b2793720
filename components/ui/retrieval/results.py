"""The first passages by several ways of searching side by side, with the arithmetic of the hybrid ranks."""

from collections.abc import Sequence
from typing import Any

import streamlit as st
from markupsafe import Markup

from components.core.classroom.guesses import Guesses, said_of
from components.core.classroom.strips import brief_counts
from components.core.retrieval.search.ranking import FusedItem, RankedItem
from components.core.retrieval.search.ways.way import Way
from components.core.text.words import TextSpan
from components.ui import state
from components.ui.caches import models
from components.ui.page import markup
from components.ui.retrieval import feedback, marking, prediction, prompts_read, summary
from components.ui.retrieval.columns import Column, read
from components.ui.retrieval.live_ways import Hit
from components.ui.retrieval.passages import (
    best_sentences,
    best_sentences_key,
    name_of,
    name_of_part,
    part_html,
    passage_html,
)
from components.ui.retrieval.search_result import BM25, DENSE, HYBRID, SearchResult
from components.ui.stage import frame
from components.ui.stage.bar import show_screen
from components.ui.tables import table
from components.ui.wording import format_count

#: The screen that is drawn here, and the screen that a passage's button opens.
RESULTS = "results"
# Columns that are wide enough for a button beside the name of a passage.
_WIDE = 3
WHY = "why"


def draw(result: SearchResult, guesses: Guesses[str], threshold: float, lesson: str, ways: Sequence[Way]) -> None:
    """Draw the rankings of several ways side by side.

    guesses: of the document or the passage. threshold: a passage with a lower cosine counts as no
    answer. lesson: what to look at; "" for the usual.
    """
    lead = lesson or summary.lead(result, threshold)
    if any(guesses.rounds):
        lead += " In colour: how many of the class guessed it."
    frame.heading(summary.finding(result, threshold), lead)
    columns = [read(result, way) for way in ways]
    indices = sorted({hit.index for column in columns for hit in column.hits if hit.index is not None})
    slot = st.empty()
    if best_sentences_key(indices) not in result.memo:
        # The passages come first: comparing their sentences takes longer than the search.
        with slot.container():
            _draw_columns(result, columns, {}, "first", guesses)
    best = best_sentences(result, indices)
    with slot.container():
        _draw_columns(result, columns, best, "", guesses)
    marking.say()
    prompts_read.say(models.encoder(result.indexed_corpus.model))
    if said := summary.pairs_said(result):
        frame.note(said)
    with frame.details():
        _draw_arithmetic(result)
    _draw_exact(result)


def _draw_columns(
    result: SearchResult, columns: Sequence[Column], best: dict[int, TextSpan], name: str, guesses: Guesses[str]
) -> None:
    with st.container(key=f"{'narrow' if len(columns) > _WIDE else 'wide'}_columns_{name}"):
        slots = st.columns(len(columns), gap="medium")
    for drawn, slot in zip(columns, slots, strict=True):
        with slot, st.container(gap="xxsmall"):
            _draw_ranking(result, drawn, best, name, guesses)


def _draw_ranking(
    result: SearchResult, column: Column, best: dict[int, TextSpan], name: str, guesses: Guesses[str]
) -> None:
    """Draw one ranking: its first passage in full, the others to be opened."""
    markup(
        Markup('<div class="es-ranking{}"><h2>{}</h2><p class="es-note">{}</p></div>').format(
            "" if column.is_live_method else " es-stacked", column.title, column.says
        )
    )
    if column.problem:
        markup(Markup('<p class="es-lead">{}</p>').format(column.problem))
    wrong = feedback.marked_wrong(result)
    for hit in column.hits:
        with st.container(gap=None, key=f"passage_{name}_{column.key}_{hit.rank}"):
            _draw_hit(result, column, hit, best, guesses)
            if hit.index is not None:
                _offer(result, column, hit, name, wrong)


def _draw_hit(result: SearchResult, column: Column, hit: Hit, best: dict[int, TextSpan], guesses: Guesses[str]) -> None:
    indexed_corpus = result.indexed_corpus
    if hit.index is None:
        passage, text, mark = name_of_part(indexed_corpus, hit.passage), part_html(indexed_corpus, hit.passage), ""
    else:
        passage = name_of(indexed_corpus, hit.index)
        text = passage_html(indexed_corpus, hit.index, best.get(hit.index), by_words=column.key == BM25)
        option = prediction.option_of(result, hit.index)
        said, brief = said_of(guesses, option), brief_counts(guesses, option)
        mark = _guessed(said, brief) if said else ""
    shape = _WHOLE if hit.rank == 1 else _TO_OPEN
    markup(shape.format(hit.rank, passage, mark, format_score(column.key, hit.score), text))


def _offer(result: SearchResult, column: Column, hit: Hit, name: str, wrong: Sequence[int]) -> None:
    """Offer the reason for a passage's rank, and to mark it as wrong for the question."""
    passage = name_of(result.indexed_corpus, hit.index) if hit.index is not None else ""
    st.button(
        f"Why rank {hit.rank}?" if column.is_live_method else "Its cosine",
        key=f"why_{name}_{column.key}_{hit.rank}",
        type="tertiary",
        help=f"{passage}: the reason for its {'score' if column.is_live_method else 'cosine with the question'}",
        on_click=_open,
        args=(column.method, hit.passage.id),
    )
    st.button(
        "Wrong: take it back" if hit.index in wrong else "Not this one",
        key=f"{'marked' if hit.index in wrong else 'wrong'}_{name}_{column.key}_{hit.rank}",
        type="tertiary",
        help=f"{passage}: "
        + (
            "marked as wrong for this question; the map shows how that moves the question"
            if hit.index in wrong
            else "mark it as wrong for this question; the map shows how that moves the question"
        ),
        on_click=feedback.toggle_wrong,
        args=(result, hit.passage.id),
    )
    if hit.index is not None:
        marking.offer(result, hit.index, f"{name}_{column.key}_{hit.rank}")


def _guessed(said: str, brief: str) -> Markup:
    """Who guessed a passage, beside its name. brief: of a class, since the line is short."""
    return Markup(' <b class="es-w" title="{}">{}</b>' if brief else ' <b class="es-w">{}</b>').format(
        *((said, brief) if brief else (said,))
    )


_WHOLE = Markup(
    '<div class="es-passage"><p><span class="es-rank">{}</span> <span class="es-name">{}</span>{}'
    '<b class="es-score">{}</b></p>{}</div>'
)
_TO_OPEN = Markup(
    '<details class="es-passage"><summary><span class="es-rank">{}</span> <span class="es-name">{}</span>{}'
    '<b class="es-score">{}</b></summary>{}</details>'
)


def _open(method: str, chunk: str) -> None:
    st.session_state[state.Retrieval.PASSAGE] = chunk
    st.session_state[state.Retrieval.RANKED_BY] = method
    show_screen(WHY)


def format_score(method: str, number: float) -> str:
    """A score as its ranking prints it; one that no live ranking has, with four decimals.

    >>> format_score("Dense", 0.61239), format_score("BM25", 7.45), format_score("Hybrid", 1 / 61 + 1 / 61)
    ('0.6124', '7.450', '0.03279')
    """
    return f"{number:.{ {BM25: 3, HYBRID: 5}.get(method, 4) }f}"


def _draw_arithmetic(result: SearchResult) -> None:
    frame.note(
        "Cosines and BM25 scores cannot be added: they have different scales. Instead, reciprocal rank fusion adds "
        "1 ÷ (60 + rank) over the two lists (Cormack, Clarke and Büttcher 2009)."
    )
    table(
        ["passage", "cosine", "rank by meaning", "BM25", "rank by words", "sum", "hybrid score"],
        [_row(result, each) for each in result.ranking(HYBRID) if isinstance(each, FusedItem)],
        f"The first {format_count(result.k, 'passage')} of the hybrid ranking. “–”: not among the first "
        f"{result.depth} of that list; it adds nothing to the sum.",
    )


def _row(result: SearchResult, item: FusedItem) -> list[str]:
    by_index: dict[str, dict[int, RankedItem]] = result.memo.get(
        "items by index",
        lambda: {
            DENSE: {each.index: each for each in result.dense},
            BM25: {each.index: each for each in result.words},
        },
    )
    cells: list[str] = []
    terms = []
    for method in (DENSE, BM25):
        ranked: Any = by_index[method].get(item.index)
        cells += [format_score(method, ranked.score), str(ranked.rank)] if ranked else ["–", "–"]
        terms += [f"1/{60 + ranked.rank}"] if ranked else []
    name = name_of(result.indexed_corpus, item.index)
    return [name, *cells, " + ".join(terms), format_score(HYBRID, item.score)]


def _draw_exact(result: SearchResult) -> None:
    if result.trouble:
        markup(Markup('<p class="es-problem">{}</p>').format(result.trouble))
        frame.note("So the question was compared with every passage, without the index.")
        return
    if result.index_opened_again:
        frame.note("The index had stopped. It was opened again, and filled anew, for this question.")
    missed, count = result.missed, min(result.k, len(result.exact))
    if not missed:
        comparison = f"found the same {format_count(count, 'passage')} as a comparison with every passage."
    else:
        names = "; ".join(f"{name_of(result.indexed_corpus, each.index)} ({each.score:.4f})" for each in missed)
        comparison = f"missed {len(missed)} of the {count} passages that an exact search finds: {names}."
    with frame.details():
        frame.note(f"The index (HNSW, approximate) {comparison}")

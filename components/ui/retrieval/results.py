"""The first passages by meaning, by words and by both, side by side, with the arithmetic of their ranks."""

from typing import Any

import streamlit as st
from markupsafe import Markup

from components.core.classroom.guesses import Guesses, said_of
from components.core.classroom.strips import brief_counts
from components.core.retrieval.search.ranking import FusedItem, RankedItem
from components.core.text.words import TextSpan
from components.ui import state
from components.ui.caches import models
from components.ui.page import markup
from components.ui.retrieval import marking, prediction, prompts_read, summary
from components.ui.retrieval.passages import best_sentences, best_sentences_key, name_of, passage_html
from components.ui.retrieval.search_result import BM25, DENSE, HYBRID, METHODS, SearchResult
from components.ui.stage import frame
from components.ui.stage.bar import show_screen
from components.ui.tables import table
from components.ui.wording import format_count

#: Ranking → what orders it.
SAYS = {
    DENSE: "by meaning: how near the vectors are",
    BM25: "by shared words; rare words count most",
    HYBRID: "by both ranks: 1 ÷ (60 + rank), summed",
}
#: The screen that is drawn here, and the screen that a passage's button opens.
RESULTS = "results"
WHY = "why"


def draw(result: SearchResult, guesses: Guesses[str], threshold: float, lesson: str) -> None:
    """Draw the three rankings.

    guesses: of the document or the passage. threshold: a passage with a lower cosine counts as no
    answer. lesson: what to look at; "" for the usual.
    """
    lead = lesson or summary.lead(result, threshold)
    if any(guesses.rounds):
        lead += " In colour: how many of the class guessed it."
    frame.heading(summary.finding(result, threshold), lead)
    indices = sorted({each.index for method in METHODS for each in result.ranking(method)})
    slot = st.empty()
    if best_sentences_key(indices) not in result.memo:
        # The passages come first: comparing their sentences takes longer than the search.
        with slot.container():
            _draw_columns(result, {}, "first", guesses)
    best = best_sentences(result, indices)
    with slot.container():
        _draw_columns(result, best, "", guesses)
    marking.say()
    prompts_read.say(models.encoder(result.indexed_corpus.model))
    if said := summary.pairs_said(result):
        frame.note(said)
    with frame.details():
        _draw_arithmetic(result)
    _draw_exact(result)


def _draw_columns(result: SearchResult, best: dict[int, TextSpan], name: str, guesses: Guesses[str]) -> None:
    for method, column in zip(METHODS, st.columns(len(METHODS), gap="medium"), strict=True):
        with column, st.container(gap="xxsmall"):
            _draw_ranking(result, method, best, name, guesses)


def _draw_ranking(
    result: SearchResult, method: str, best: dict[int, TextSpan], name: str, guesses: Guesses[str]
) -> None:
    """Draw one ranking: its first passage in full, the others to be opened."""
    ranking = result.ranking(method)
    markup(Markup('<div class="es-ranking"><h2>{}</h2><p class="es-note">{}</p></div>').format(method, SAYS[method]))
    if not ranking:
        reason = (
            "No passage here shares a word with the question; words such as “the” do not count."
            if method == BM25
            else "There is no passage to search."
        )
        markup(Markup('<p class="es-lead">{}</p>').format(reason))
    for each in ranking:
        chunk, passage = result.chunk(each.index), name_of(result.indexed_corpus, each.index)
        option = prediction.option_of(result, each.index)
        said, brief = said_of(guesses, option), brief_counts(guesses, option)
        shape = _WHOLE if each.rank == 1 else _TO_OPEN
        with st.container(gap=None, key=f"passage_{name}_{method}_{each.rank}"):
            markup(
                shape.format(
                    each.rank,
                    passage,
                    _guessed(said, brief) if said else "",
                    format_score(method, each.score),
                    passage_html(result.indexed_corpus, each.index, best.get(each.index)),
                )
            )
            st.button(
                f"Why rank {each.rank}?",
                key=f"why_{name}_{method}_{each.rank}",
                type="tertiary",
                help=f"{passage}: the reason for its score",
                on_click=_open,
                args=(method, chunk.id),
            )
            marking.offer(result, each.index, f"{name}_{method}_{each.rank}")


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
    """A score as its ranking prints it.

    >>> format_score("Dense", 0.61239), format_score("BM25", 7.45), format_score("Hybrid", 1 / 61 + 1 / 61)
    ('0.6124', '7.450', '0.03279')
    """
    return f"{number:.{ {DENSE: 4, BM25: 3, HYBRID: 5}[method] }f}"


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

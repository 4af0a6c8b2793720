"""The first passages by meaning, by words and by both, side by side, with the arithmetic of their ranks."""

from typing import Any

import streamlit as st
from markupsafe import Markup

from components.core.retrieval.search.ranking import FusedItem, RankedItem
from components.ui import state
from components.ui.page import markup, section
from components.ui.retrieval.passages import Span, best_sentences, best_sentences_key, name_of, passage_html
from components.ui.retrieval.search_result import BM25, DENSE, HYBRID, METHODS, SearchResult, is_below
from components.ui.tables import table
from components.ui.wording import format_count

#: Ranking → what orders it.
SAYS = {
    DENSE: "by meaning: how near the vectors are",
    BM25: "by shared words; rare words count most",
    HYBRID: "by both ranks: 1 ÷ (60 + rank), summed",
}
#: The view that is drawn here, and the view that a passage's button opens.
RESULTS = "Results"
WHY = "Why this passage"


def draw(result: SearchResult, threshold: float) -> None:
    """Draw the three rankings. threshold: a passage with a lower cosine counts as no answer."""
    draw_warning(result.best, threshold, "A search always returns the nearest passages, even if they are far away.")
    indices = sorted({each.index for method in METHODS for each in result.ranking(method)})
    slot = st.empty()
    if best_sentences_key(indices) not in result.memo:
        # The passages come first: comparing their sentences takes longer than the search.
        with slot.container():
            _draw_columns(result, {}, "first")
    best = best_sentences(result, indices)
    with slot.container():
        _draw_columns(result, best, "")
    _draw_arithmetic(result)
    _draw_exact(result)


def draw_warning(best: float | None, threshold: float, consequence: str) -> None:
    """Say that no passage may answer the question, if the best cosine is below the threshold."""
    if best is not None and is_below(best, threshold):
        markup(
            Markup(
                '<p class="es-changed"><b>Perhaps nothing here answers this</b>: the best cosine is {:.2f}, below the '
                "threshold of {:.2f}. {}</p>"
            ).format(best, threshold, consequence)
        )


def _draw_columns(result: SearchResult, best: dict[int, Span], name: str) -> None:
    for method, column in zip(METHODS, st.columns(len(METHODS), gap="medium"), strict=True):
        with column:
            _draw_ranking(result, method, best, name)


def _draw_ranking(result: SearchResult, method: str, best: dict[int, Span], name: str) -> None:
    ranking = result.ranking(method)
    markup(Markup('<h2>{}</h2><p class="es-note">{}</p>').format(method, SAYS[method]))
    if not ranking:
        reason = (
            "No passage here shares a word with the question; words such as “the” do not count."
            if method == BM25
            else "There is no passage to search."
        )
        markup(Markup('<p class="es-lead">{}</p>').format(reason))
    for each in ranking:
        chunk, passage = result.chunk(each.index), name_of(result.indexed_corpus, each.index)
        with st.container(gap=None):
            markup(
                Markup(
                    '<div class="es-passage"><p><span class="es-rank">{}</span> {}'
                    '<b class="es-score">{}</b></p>{}</div>'
                ).format(
                    each.rank,
                    passage,
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


def _open(method: str, chunk: str) -> None:
    st.session_state[state.Retrieval.PASSAGE] = chunk
    st.session_state[state.Retrieval.RANKED_BY] = method
    st.session_state[state.Retrieval.VIEW] = WHY


def format_score(method: str, number: float) -> str:
    """A score as its ranking prints it.

    >>> format_score("Dense", 0.61239), format_score("BM25", 7.45), format_score("Hybrid", 1 / 61 + 1 / 61)
    ('0.6124', '7.450', '0.03279')
    """
    return f"{number:.{ {DENSE: 4, BM25: 3, HYBRID: 5}[method] }f}"


def _draw_arithmetic(result: SearchResult) -> None:
    with st.expander("The arithmetic of each rank"):
        section(
            "Ranks become scores",
            "Cosines and BM25 scores cannot be added: they have different scales. Instead, reciprocal rank fusion adds "
            "1 ÷ (60 + rank) over the two lists (Cormack, Clarke and Büttcher 2009).",
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
        markup(Markup('<p class="es-note">So the question was compared with every passage, without the index.</p>'))
        return
    missed, count = result.missed, min(result.k, len(result.exact))
    if not missed:
        comparison = f"found the same {format_count(count, 'passage')} as a comparison with every passage."
    else:
        names = "; ".join(f"{name_of(result.indexed_corpus, each.index)} ({each.score:.4f})" for each in missed)
        comparison = f"missed {len(missed)} of the {count} passages that an exact search finds: {names}."
    markup(Markup('<p class="es-note">The index (HNSW, approximate) {}</p>').format(comparison))

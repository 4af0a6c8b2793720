"""What comes back: the first passages by meaning, by words and by both, side by side, and the arithmetic of each."""

import html
from typing import Any

import streamlit as st

from components.core.retrieval.search.ranking import FusedItem, RankedItem
from components.ui import state
from components.ui.page import markup, section
from components.ui.retrieval.passages import Place, best_name, best_sentences, name_of, passage_html
from components.ui.retrieval.search_result import BM25, DENSE, HYBRID, METHODS, SearchResult, is_below
from components.ui.tables import table
from components.ui.wording import format_count

#: What a ranking goes by, and what its scores are.
SAYS = {
    DENSE: "by meaning: how near the vectors are",
    BM25: "by words: those it shares, rare ones most",
    HYBRID: "by both: their ranks added up",
}
#: The page's question that is answered here, and the one that a passage's button leads to.
BACK = "What comes back"
WHY = "Why this passage"


def draw(searched: SearchResult, threshold: float) -> None:
    """Draw the three rankings. threshold: below this cosine nothing is taken for an answer."""
    _say_if_nothing_answers(searched, threshold)
    places = sorted({each.index for method in METHODS for each in searched.ranking(method)})
    drawn = st.empty()
    if best_name(places) not in searched.memo:
        # Reading their sentences one by one takes longer than finding them.
        with drawn.container():
            _draw_columns(searched, {}, "first")
    best = best_sentences(searched, places)
    with drawn.container():
        _draw_columns(searched, best, "")
    _draw_arithmetic(searched)
    _draw_exact(searched)


def _say_if_nothing_answers(searched: SearchResult, threshold: float) -> None:
    if searched.best is not None and is_below(searched.best, threshold):
        markup(
            f'<p class="es-changed"><b>Nothing here answers this</b>, as far as a threshold can tell: the best cosine '
            f"is {searched.best:.2f}, below {threshold:.2f}. A search always brings back its nearest passages, however "
            "far they are.</p>"
        )


def _draw_columns(searched: SearchResult, best: dict[int, Place], name: str) -> None:
    for method, column in zip(METHODS, st.columns(len(METHODS), gap="medium"), strict=True):
        with column:
            _draw_ranking(searched, method, best, name)


def _draw_ranking(searched: SearchResult, method: str, best: dict[int, Place], name: str) -> None:
    found = searched.ranking(method)
    markup(f'<h2>{method}</h2><p class="es-note">{SAYS[method]}</p>')
    if not found:
        why = (
            "No passage searched shares a word with the question; words such as “the” do not count."
            if method == BM25
            else "There is no passage to search."
        )
        markup(f'<p class="es-lead">{why}</p>')
    for each in found:
        chunk, passage = searched.chunk(each.index), name_of(searched.prepared, each.index)
        with st.container(gap=None):
            markup(
                f'<div class="es-passage"><p><span class="es-rank">{each.rank}</span> '
                f"{html.escape(passage)}"
                f'<b class="es-score">{score(method, each.score)}</b></p>'
                f"{passage_html(searched.prepared, each.index, best.get(each.index))}</div>"
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


def score(method: str, number: float) -> str:
    """A score as its ranking prints it.

    >>> score("Dense", 0.61239), score("BM25", 7.45), score("Hybrid", 1 / 61 + 1 / 61)
    ('0.6124', '7.450', '0.03279')
    """
    return f"{number:.{ {DENSE: 4, BM25: 3, HYBRID: 5}[method] }f}"


def _draw_arithmetic(searched: SearchResult) -> None:
    with st.expander("The arithmetic of each rank"):
        section(
            "Ranks become scores",
            "Cosines and BM25 scores cannot be added: they are of different sizes. Reciprocal rank fusion adds "
            "1 ÷ (60 + rank) over the two lists instead (Cormack, Clarke and Büttcher 2009).",
        )
        table(
            ["passage", "cosine", "rank by meaning", "BM25", "rank by words", "sum", "hybrid score"],
            [_row(searched, each) for each in searched.ranking(HYBRID) if isinstance(each, FusedItem)],
            f"The first {format_count(searched.k, 'passage')} of the hybrid ranking. “–”: not among the first "
            f"{searched.depth} of that list, and so without a part in the sum.",
        )


def _row(searched: SearchResult, each: FusedItem) -> list[str]:
    by: dict[str, dict[int, RankedItem]] = searched.memo.get(
        "by place",
        lambda: {
            DENSE: {hit.index: hit for hit in searched.dense},
            BM25: {hit.index: hit for hit in searched.words},
        },
    )
    cells: list[str] = []
    terms = []
    for method in (DENSE, BM25):
        hit: Any = by[method].get(each.index)
        cells += [score(method, hit.score), str(hit.rank)] if hit else ["–", "–"]
        terms += [f"1/{60 + hit.rank}"] if hit else []
    name = name_of(searched.prepared, each.index)
    return [name, *cells, " + ".join(terms), score(HYBRID, each.score)]


def _draw_exact(searched: SearchResult) -> None:
    if searched.trouble:
        markup(
            f'<p class="es-problem">{html.escape(searched.trouble)}</p>'
            '<p class="es-note">So every passage was compared, one by one.</p>'
        )
        return
    missed, count = searched.missed, min(searched.k, len(searched.exact))
    if not missed:
        said = f"found the same {format_count(count, 'passage')} as comparing the question with every one."
    else:
        names = "; ".join(f"{name_of(searched.prepared, each.index)} ({each.score:.4f})" for each in missed)
        said = f"missed {len(missed)} of the {count} passages that an exact search finds: {names}."
    markup(f'<p class="es-note">The index (HNSW, approximate) {html.escape(said)}</p>')

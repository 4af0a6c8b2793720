"""Why a passage has its score: the cosine token by token, BM25 term by term, and what made one passage beat another."""

import html

import pandas as pd
import streamlit as st

from components.core import Encoder
from components.core.errors import EncoderscopeError
from components.core.retrieval.search.bm25 import K1, B
from components.core.retrieval.search.score_grid import ScoreGrid, score_difference, score_grids
from components.figures.heatmaps.tables import shares_heatmap
from components.ui import state
from components.ui.charts import show
from components.ui.page import markup, palette, section
from components.ui.retrieval.passages import name_of
from components.ui.retrieval.question_map import ask_for_ranking
from components.ui.retrieval.results import score
from components.ui.retrieval.search_result import BM25, DENSE, SearchResult
from components.ui.tables import table
from components.ui.word_shares import draw_shaded, largest, table_of_words
from components.ui.wording import format_count, format_signed

_NOBODY = "nothing"


def draw(searched: SearchResult, encoder: Encoder) -> None:
    """Draw the reasons for the score of one passage, or of two."""
    first, second = _pick(searched)
    if first is None:
        markup('<p class="es-lead">No passage was found by this ranking: there is no score to explain.</p>')
        return
    places = [first] if second is None else [first, second]
    try:
        grids = searched.memo.get(
            ("grids", tuple(places)),
            lambda: score_grids(encoder, searched.question, [searched.chunk(place).text for place in places]),
        )
    except EncoderscopeError as error:
        markup(f'<p class="es-problem">{html.escape(str(error))}</p>')
    else:
        if second is not None:
            _draw_difference(searched, grids, first, second)
        _explain_grid(encoder)
        for place, grid in zip(places, grids, strict=True):
            _draw_grid(searched, place, grid, alone=second is None)
    _explain_terms(searched)
    for place in places:
        _draw_terms(searched, place)


def _pick(searched: SearchResult) -> tuple[int | None, int | None]:
    """Ask which passage, and which other it is held against."""
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
        method = ask_for_ranking()
        offered = {
            f"{each.rank}  {name_of(searched.prepared, each.index)}": each.index for each in searched.ranking(method)
        }
        # A passage that was clicked on the map may be none of the first.
        opened = searched.prepared.indices.get(st.session_state.pop(state.Retrieval.PASSAGE, ""))
        if opened is not None:
            named = [name for name, place in offered.items() if place == opened]
            name = named[0] if named else f"–  {name_of(searched.prepared, opened)}"
            offered[name] = opened
            st.session_state[state.Retrieval.PASSAGE_EXPLAINED] = name
        if not offered:
            return None, None
        if st.session_state.get(state.Retrieval.PASSAGE_EXPLAINED) not in offered:
            st.session_state.pop(state.Retrieval.PASSAGE_EXPLAINED, None)
        first = st.selectbox("Passage", list(offered), key=state.Retrieval.PASSAGE_EXPLAINED, width=255)
        others = [_NOBODY, *(name for name in offered if name != first)]
        if st.session_state.get(state.Retrieval.PASSAGE_AGAINST) not in others:
            st.session_state.pop(state.Retrieval.PASSAGE_AGAINST, None)
        second = st.selectbox("Compared with", others, key=state.Retrieval.PASSAGE_AGAINST, width=255)
    return offered[first], None if second == _NOBODY else offered[second]


def _explain_grid(encoder: Encoder) -> None:
    mean = encoder.pooling == "mean"
    section(
        "By meaning: every pair of tokens has a share",
        (
            "Both vectors are means of token vectors, so their cosine is a sum over all pairs of tokens, special ones "
            "included."
            if mean
            else "Both vectors are those of the first token, so their cosine is that pair's alone."
        )
        + " Blue adds to the score, red takes from it; the darker, the more.",
    )
    formula = " ÷ (n · m · |q̄| · |c̄|)" if mean else " ÷ (|q₁| · |c₁|), of the first tokens"
    markup(
        f'<p class="es-formula">cos(q, c) = Σᵢⱼ <span class="es-q">qᵢ</span>·<span class="es-k">cⱼ</span>{formula}</p>'
    )


def _draw_grid(searched: SearchResult, place: int, grid: ScoreGrid, alone: bool) -> None:
    name = name_of(searched.prepared, place)
    rows, columns = grid.cells.shape
    markup(
        f"<h2>{html.escape(name)}: {rows} × {columns} cells sum to {score(DENSE, grid.total)}</h2>",
        f'<p class="es-formula">n = {rows}, m = {columns}; sum of the {format_count(rows * columns, "cell")} '
        f"<b>{score(DENSE, grid.total)}</b> = cosine of the two vectors <b>{score(DENSE, grid.cosine)}</b></p>",
    )
    for what, tokens in (("question", grid.question), ("passage", grid.chunk)):
        if tokens.unread_text:
            markup(
                f'<p class="es-note">Of this {what} only the first {len(tokens.tokens)} tokens are read: what follows '
                "has no part in the score.</p>"
            )
    most = largest((*grid.question_words, *grid.chunk_words))
    draw_shaded(grid.question.text, grid.question_words, most, "question")
    draw_shaded(grid.chunk.text, grid.chunk_words, most, "passage")
    if not alone:
        return
    labels = grid.question.labels, grid.chunk.labels
    show(
        shares_heatmap(grid.cells, *labels, "question", "passage", palette()),
        key="score-grid",
        alt=f"What each of {rows} × {columns} pairs of tokens brings to the cosine of {score(DENSE, grid.total)}",
        numbers=lambda: pd.DataFrame(grid.cells, index=list(labels[0]), columns=list(labels[1])),
    )
    _draw_words(grid)


def _draw_words(grid: ScoreGrid) -> None:
    sides = {"question": grid.question_words, "passage": grid.chunk_words}
    for column, (what, words) in zip(st.columns(2), sides.items(), strict=True):
        with column:
            table_of_words(
                words,
                (f"words of the {what}", "share"),
                f"What the words of the {what} bring to the cosine: the sums of "
                f"{'rows' if what == 'question' else 'columns'} of the grid.",
            )


def _explain_terms(searched: SearchResult) -> None:
    bm25 = searched.prepared.bm25
    section(
        "By words: every shared word adds to BM25",
        "A word adds idf · f · (k₁ + 1) ÷ (f + k₁ · (1 − b + b · length ÷ average)): f is how often the passage has "
        f"it, idf is the higher the fewer passages have it, k₁ = {K1}, b = {B}, and passages count "
        f"{bm25.average_length:.1f} words on average. Words such as “the” are not counted (Robertson and Zaragoza "
        "2009).",
    )


def _draw_terms(searched: SearchResult, place: int) -> None:
    """BM25, term by term."""
    bm25 = searched.prepared.bm25
    terms = bm25.contributions(searched.question, place)
    total = sum(term.share for term in terms)
    length = format_count(int(bm25.lengths[place]), "word")
    name = html.escape(name_of(searched.prepared, place))
    markup(f'<h2>{name}: BM25 is {score(BM25, total)}</h2><p class="es-note">It counts {length}.</p>')
    if not terms:
        markup('<p class="es-note">The question has no word that counts.</p>')
        return
    table(
        ["word", "in the passage", f"in passages of {bm25.size:,}", "idf", "adds"],
        [
            [
                term.term if term.count_in_question == 1 else f"{term.term} (asked {term.count_in_question} times)",
                str(term.count_in_chunk),
                f"{term.documents_with_it:,}",
                f"{term.idf:.3f}",
                f"{term.share:.3f}",
            ]
            for term in terms
        ]
        + [["sum", "", "", "", score(BM25, total)]],
        "What each word of the question adds to the BM25 score.",
    )


def _draw_difference(searched: SearchResult, grids: tuple[ScoreGrid, ...], first: int, second: int) -> None:
    found = score_difference(*grids)
    names = [name_of(searched.prepared, place) for place in (first, second)]
    winner, loser = names if found.total >= 0 else names[::-1]
    section(
        f"{winner} is {score(DENSE, abs(found.total))} nearer to the question than {loser}",
        "Each word of the question, with what it finds in either passage. The last column sums to the difference.",
    )
    rows = [
        [of_first.text, format_signed(of_first.share), format_signed(of_second.share), format_signed(each.share)]
        for of_first, of_second, each in zip(
            grids[0].question_words, grids[1].question_words, found.by_word, strict=True
        )
    ]
    sums = [format_signed(grids[0].total), format_signed(grids[1].total), format_signed(found.total)]
    table(
        ["word of the question", names[0], names[1], "difference"],
        [*rows, ["sum", *sums]],
        "What each word of the question brings to the cosine with either passage.",
    )
    strongest = [
        ", ".join(f"{word.text} ({format_signed(word.share)})" for word in words)
        for words in (found.strongest_of_a, found.strongest_of_b)
    ]
    table(
        ["passage", "its words that bring most"],
        [[name, words] for name, words in zip(names, strongest, strict=True)],
        "The words of either passage that bring most to its cosine.",
        prose={1},
    )

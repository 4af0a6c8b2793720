"""The reasons for a passage's score: the cosine token by token, BM25 word by word, and two passages compared."""

import pandas as pd
import streamlit as st
from markupsafe import Markup

from components.core import Encoder
from components.core.errors import EncoderscopeError
from components.core.retrieval.search.score_grid import ScoreGrid, score_difference, score_grids
from components.figures.heatmaps.tables import shares_heatmap
from components.ui import state
from components.ui.charts import show
from components.ui.page import markup, palette, section
from components.ui.retrieval.bm25_explanation import draw_terms, explain_terms
from components.ui.retrieval.passages import name_of
from components.ui.retrieval.question_map import ask_for_ranking
from components.ui.retrieval.results import format_score
from components.ui.retrieval.search_result import DENSE, SearchResult
from components.ui.tables import table
from components.ui.word_shares import draw_shaded, largest, table_of_words
from components.ui.wording import format_count, format_signed

_NOTHING = "nothing"


def draw(result: SearchResult, encoder: Encoder) -> None:
    """Draw the reasons for the score of one passage, or of two."""
    first, second = _pick(result)
    if first is None:
        markup(Markup('<p class="es-lead">This ranking found no passage, so there is no score to explain.</p>'))
        return
    indices = [first] if second is None else [first, second]
    try:
        grids = result.memo.get(
            ("grids", tuple(indices)),
            lambda: score_grids(encoder, result.question, [result.chunk(index).text for index in indices]),
        )
    except EncoderscopeError as error:
        markup(Markup('<p class="es-problem">{}</p>').format(str(error)))
    else:
        if second is not None:
            _draw_difference(result, grids, first, second)
        _explain_grid(encoder)
        for index, grid in zip(indices, grids, strict=True):
            _draw_grid(result, index, grid, alone=second is None)
    explain_terms(result)
    for index in indices:
        draw_terms(result, index)


def _pick(result: SearchResult) -> tuple[int | None, int | None]:
    """Ask for a passage, and for another to compare it with."""
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
        method = ask_for_ranking()
        offered = {
            f"{each.rank}  {name_of(result.indexed_corpus, each.index)}": each.index for each in result.ranking(method)
        }
        # A passage that was clicked on the map may not be among the first.
        opened = result.indexed_corpus.indices.get(st.session_state.pop(state.Retrieval.PASSAGE, ""))
        if opened is not None:
            named = [name for name, index in offered.items() if index == opened]
            name = named[0] if named else f"–  {name_of(result.indexed_corpus, opened)}"
            offered[name] = opened
            st.session_state[state.Retrieval.PASSAGE_EXPLAINED] = name
        if not offered:
            return None, None
        if st.session_state.get(state.Retrieval.PASSAGE_EXPLAINED) not in offered:
            st.session_state.pop(state.Retrieval.PASSAGE_EXPLAINED, None)
        first = st.selectbox("Passage", list(offered), key=state.Retrieval.PASSAGE_EXPLAINED, width=255)
        others = [_NOTHING, *(name for name in offered if name != first)]
        if st.session_state.get(state.Retrieval.PASSAGE_AGAINST) not in others:
            st.session_state.pop(state.Retrieval.PASSAGE_AGAINST, None)
        second = st.selectbox("Compared with", others, key=state.Retrieval.PASSAGE_AGAINST, width=255)
    return offered[first], None if second == _NOTHING else offered[second]


def _explain_grid(encoder: Encoder) -> None:
    mean = encoder.pooling == "mean"
    section(
        "By meaning: each pair of tokens adds a share",
        (
            "Both vectors are means of token vectors, so their cosine is a sum over all pairs of tokens, with special "
            "tokens."
            if mean
            else "Both vectors are those of the first token, so their cosine comes from that pair alone."
        )
        + " Blue raises the score, red lowers it; a stronger colour is a larger share.",
    )
    divisor = " ÷ (n · m · |q̄| · |c̄|)" if mean else " ÷ (|q₁| · |c₁|), of the first tokens"
    markup(
        Markup(
            '<p class="es-formula">cos(q, c) = Σᵢⱼ <span class="es-q">qᵢ</span>·<span class="es-k">cⱼ</span>{}</p>'
        ).format(divisor)
    )


def _draw_grid(result: SearchResult, index: int, grid: ScoreGrid, alone: bool) -> None:
    name = name_of(result.indexed_corpus, index)
    rows, columns = grid.cells.shape
    total = format_score(DENSE, grid.total)
    markup(
        Markup("<h2>{}: {} × {} cells sum to {}</h2>").format(name, rows, columns, total),
        Markup(
            '<p class="es-formula">n = {}, m = {}; sum of the {} <b>{}</b> = cosine of the two vectors <b>{}</b></p>'
        ).format(rows, columns, format_count(rows * columns, "cell"), total, format_score(DENSE, grid.cosine)),
    )
    for what, tokens in (("question", grid.question), ("passage", grid.chunk)):
        if tokens.unread_text:
            note = "Only the first {} tokens of this {} are read; the rest does not count in the score."
            markup(Markup('<p class="es-note">{}</p>').format(note.format(len(tokens.tokens), what)))
    most = largest((*grid.question_words, *grid.chunk_words))
    draw_shaded(grid.question.text, grid.question_words, most, "question")
    draw_shaded(grid.chunk.text, grid.chunk_words, most, "passage")
    if not alone:
        return
    labels = grid.question.labels, grid.chunk.labels
    show(
        shares_heatmap(grid.cells, *labels, "question", "passage", palette()),
        key="score-grid",
        alt=f"The share of each of {rows} × {columns} pairs of tokens in the cosine of {total}",
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
                f"The share of each word of the {what} in the cosine: the sums of the grid's "
                f"{'rows' if what == 'question' else 'columns'}.",
            )


def _draw_difference(result: SearchResult, grids: tuple[ScoreGrid, ...], first: int, second: int) -> None:
    difference = score_difference(*grids)
    names = [name_of(result.indexed_corpus, index) for index in (first, second)]
    winner, loser = names if difference.total >= 0 else names[::-1]
    section(
        f"{winner} is {format_score(DENSE, abs(difference.total))} nearer to the question than {loser}",
        "The share of each word of the question in both cosines. The last column sums to the difference.",
    )
    rows = [
        [of_first.text, format_signed(of_first.share), format_signed(of_second.share), format_signed(each.share)]
        for of_first, of_second, each in zip(
            grids[0].question_words, grids[1].question_words, difference.by_word, strict=True
        )
    ]
    sums = [format_signed(grids[0].total), format_signed(grids[1].total), format_signed(difference.total)]
    table(
        ["word of the question", names[0], names[1], "difference"],
        [*rows, ["sum", *sums]],
        "The share of each word of the question in the cosine with each passage.",
    )
    strongest = [
        ", ".join(f"{word.text} ({format_signed(word.share)})" for word in words)
        for words in (difference.strongest_of_a, difference.strongest_of_b)
    ]
    table(
        ["passage", "its words with the largest shares"],
        [[name, words] for name, words in zip(names, strongest, strict=True)],
        "The words of each passage with the largest shares in its cosine.",
        prose={1},
    )

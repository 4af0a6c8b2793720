"""The reasons for a passage's score: the cosine token by token, BM25 word by word, and two passages compared.

Beside the cosine, the score by late interaction.
"""

import pandas as pd
import streamlit as st
from markupsafe import Markup
from streamlit.delta_generator import DeltaGenerator

from components.core import Encoder
from components.core.errors import EncoderscopeError
from components.core.retrieval.search.score_grid import ScoreGrid, score_difference, score_grids
from components.figures.heatmaps.tables import shares_heatmap
from components.ui import state
from components.ui.charts import show
from components.ui.page import markup, palette
from components.ui.pickers import pick_option
from components.ui.retrieval import best_matches, prompts_read, summary, typed_words
from components.ui.retrieval.bm25_explanation import draw_terms, formula
from components.ui.retrieval.passages import name_of
from components.ui.retrieval.results import format_score
from components.ui.retrieval.search_result import BM25, DENSE, SearchResult
from components.ui.stage import frame
from components.ui.tables import table
from components.ui.word_shares import draw_shaded, largest, table_of_words
from components.ui.wording import format_count, format_signed

_NOTHING = "nothing"
#: What the score is divided among; the last is another score, late interaction.
VECTORS, WORDS, MATCHES = "context vectors", "typed words", "best matches"


def draw(result: SearchResult, encoder: Encoder, method: str, slot: DeltaGenerator) -> None:
    """Draw the reasons for the score of one passage, or of two.

    method: of the ranking they are picked from. slot: where the second one is asked for.
    """
    first, second = _pick(result, method, slot)
    if first is None:
        frame.heading("This ranking found no passage, so there is no score to explain")
        return
    indices = [first] if second is None else [first, second]
    if method == BM25:
        lead = f"Each word of the question that the passage shares adds to it. {summary.pairs_said(result)}".rstrip()
        frame.heading(_words_finding(result, indices), lead)
        for index in indices:
            draw_terms(result, index)
    among = VECTORS
    if method != BM25 and second is None:
        with frame.controls():
            among = pick_option("Divided among", [VECTORS, WORDS, MATCHES], state.Retrieval.DIVIDED_AMONG)
    if among == MATCHES:
        best_matches.draw(result, first, encoder)
        return
    with frame.details():
        frame.note(formula(result))
        if method != BM25:
            for index in indices:
                draw_terms(result, index)
    try:
        grids = result.memo.get(
            ("grids", tuple(indices)),
            lambda: score_grids(encoder, result.question, [result.chunk(index).text for index in indices]),
        )
    except EncoderscopeError as error:
        if method != BM25:
            frame.heading("This score cannot be taken apart", str(error))
        return
    with frame.details():
        _explain_grid(encoder)
    if method == BM25:
        return
    if among == WORDS:
        typed_words.draw(result, first, grids[0])
        return
    if second is not None:
        _draw_difference(result, grids, first, second)
    prompts_read.say(encoder)
    for index, grid in zip(indices, grids, strict=True):
        _draw_grid(result, index, grid, alone=second is None)


def _words_finding(result: SearchResult, indices: list[int]) -> str:
    """The title of an explanation by words."""
    totals = [sum(term.share for term in result.bm25.contributions(result.question, index)) for index in indices]
    names = [name_of(result.indexed_corpus, index) for index in indices]
    if len(indices) == 1:
        return f"By words {names[0]} scores {format_score(BM25, totals[0])}"
    return " and ".join(f"{name} scores {format_score(BM25, total)}" for name, total in zip(names, totals, strict=True))


def _pick(result: SearchResult, method: str, slot: DeltaGenerator) -> tuple[int | None, int | None]:
    """Ask for a passage, and for another to compare it with."""
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
    with frame.controls():
        first = st.selectbox("Passage", list(offered), key=state.Retrieval.PASSAGE_EXPLAINED, width=255)
    others = [_NOTHING, *(name for name in offered if name != first)]
    if st.session_state.get(state.Retrieval.PASSAGE_AGAINST) not in others:
        st.session_state.pop(state.Retrieval.PASSAGE_AGAINST, None)
    second = slot.selectbox("Compared with", others, key=state.Retrieval.PASSAGE_AGAINST, width=255)
    return offered[first], None if second == _NOTHING else offered[second]


def _explain_grid(encoder: Encoder) -> None:
    mean = encoder.pooling == "mean"
    frame.part(
        "By meaning: each pair of context vectors adds a share",
        "Both vectors are means of context vectors, so their cosine is a sum over all pairs of them, with those of "
        "special tokens. A context vector holds something of every word, so a word’s row is not what typing it adds."
        if mean
        else "Both vectors are those of the first token, so their cosine comes from that pair alone.",
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
    finding = f"{name}: {rows} × {columns} cells sum to {total}"
    explained = (
        "The score is divided among context vectors, not among the words typed: each holds something of every word. "
        "Blue raises it, red lowers it."
    )
    if alone:
        frame.heading(finding, explained)
    else:
        frame.part(finding, explained)
    with frame.details():
        markup(
            Markup(
                '<p class="es-formula">n = {}, m = {}; sum of the {} <b>{}</b> = cosine of the two vectors '
                "<b>{}</b></p>"
            ).format(rows, columns, format_count(rows * columns, "cell"), total, format_score(DENSE, grid.cosine))
        )
    for what, tokens in (("question", grid.question), ("passage", grid.chunk)):
        if tokens.unread_text:
            frame.note(
                f"Only the first {len(tokens.tokens)} tokens of this {what} are read; the rest does not count in the "
                "score."
            )
    most = largest((*grid.question_words, *grid.chunk_words))
    # The rows of the grid show the question.
    with frame.details():
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
    with frame.details():
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
    frame.heading(
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

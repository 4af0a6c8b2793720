"""A passage's score by late interaction: the best match of each token of the question, which sum to it."""

import pandas as pd
import streamlit as st
from markupsafe import Markup

from components.core import Encoder
from components.core.retrieval.search.late_interaction import LateInteraction, late_interaction
from components.figures.heatmaps.tables import best_matches_heatmap
from components.ui import state
from components.ui.charts import show
from components.ui.page import markup, palette, quoted
from components.ui.retrieval import prompts_read
from components.ui.retrieval.passages import name_of
from components.ui.retrieval.search_result import SearchResult
from components.ui.stage import frame
from components.ui.tables import table
from components.ui.word_shares import draw_shaded, largest
from components.ui.wording import format_signed


def draw(result: SearchResult, index: int, encoder: Encoder) -> None:
    """Draw the grid of one passage with the best match of each token of the question. Raises SentenceError."""
    special = _ask_for_special()
    found = result.memo.get(
        ("best matches", index, special),
        lambda: late_interaction(encoder, result.question, result.chunk(index).text, special),
    )
    name = name_of(result.indexed_corpus, index)
    frame.heading(*_finding(name, found))
    prompts_read.say(encoder)
    labels = found.question_labels, found.passage_labels
    show(
        best_matches_heatmap(found.similarities, found.best, *labels, "question", "passage", palette()),
        key="best-matches",
        alt=_described(name, found),
        numbers=lambda: pd.DataFrame(found.similarities, index=list(labels[0]), columns=list(labels[1])),
    )
    with frame.details():
        _explain(found)


def _ask_for_special() -> bool:
    with frame.more():
        return st.toggle(
            "Count special tokens",
            key=state.Retrieval.SPECIAL_COUNTED,
            bind=state.IN_URL,
            persist_state="session",
            help="Best matches: whether tokens such as [CLS], and those of a prompt, look for a match and are found.",
        )


def _finding(name: str, found: LateInteraction) -> tuple[str, str]:
    count = len(found.parts)
    return (
        f"{name}: {count} best {'match sums' if count == 1 else 'matches sum'} to {format_signed(found.score)}",
        "Late interaction: each token of the question counts the cosine of the passage token nearest to it, and no "
        f"other. Nearest is {_pair(found, int(found.parts.argmax()))}, farthest "
        f"{_pair(found, int(found.parts.argmin()))}.",
    )


def _pair(found: LateInteraction, row: int) -> str:
    matched = found.passage_labels[found.best[row]]
    return f"{quoted(found.question_labels[row])} with {quoted(matched)}, {format_signed(float(found.parts[row]))}"


def _described(name: str, found: LateInteraction) -> str:
    pairs = ", ".join(_pair(found, row) for row in range(len(found.parts)))
    return f"The best match in {name} of each token of the question: {pairs}"


def _explain(found: LateInteraction) -> None:
    frame.part(
        "By late interaction: each best match adds its cosine",
        "MaxSim (Khattab and Zaharia 2020, “ColBERT”), over the context vectors of the last layer. It is the score of "
        "another search, not a part of the cosine. ColBERT is trained for it; most encoders of sentences are not.",
    )
    markup(
        Markup(
            '<p class="es-formula">score(q, c) = Σᵢ maxⱼ cos(<span class="es-q">qᵢ</span>, '
            '<span class="es-k">cⱼ</span>) = <b>{}</b></p>'
        ).format(format_signed(found.score))
    )
    table(
        ["token of the question", "best match", "cosine"],
        [
            [label, found.passage_labels[column], format_signed(float(part))]
            for label, column, part in zip(found.question_labels, found.best, found.parts, strict=True)
        ]
        + [["sum", "–", format_signed(found.score)]],
        "The passage token nearest to each token of the question. The cosines sum to the score.",
        prose={1},
    )
    draw_shaded(found.passage.text, found.passage_words, largest(found.passage_words), "passage")
    for what, tokens in (("question", found.question), ("passage", found.passage)):
        if tokens.unread_text:
            frame.note(f"Only the first {len(tokens.tokens)} tokens of this {what} are read, and can be matched.")

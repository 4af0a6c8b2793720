"""A passage's score divided among the words that were typed, beside its division among their context vectors."""

import numpy as np
import pandas as pd
from markupsafe import Markup

from components.core.embeddings.token_contributions import WordContribution, word_contributions
from components.core.errors import EncoderscopeError
from components.core.explanations.gradients import MOST_GAP, IntegratedGradients
from components.core.retrieval.search.score_grid import ScoreGrid
from components.figures.charts.bars import twin_bars
from components.ui.caches.explanations import divided_score
from components.ui.caches.requests import ScoreRequest
from components.ui.charts import show
from components.ui.page import markup, palette, quoted
from components.ui.progress import ProgressBar
from components.ui.retrieval.passages import name_of
from components.ui.retrieval.results import format_score
from components.ui.retrieval.search_result import DENSE, SearchResult
from components.ui.stage import frame
from components.ui.tables import table
from components.ui.wording import format_signed

# What neither side divides further: the text without its words, and the context vectors of special tokens.
_REST = "special tokens"
# Tokens of a question whose division takes long enough for a bar.
_WORTH_A_BAR = 32


def draw(result: SearchResult, index: int, grid: ScoreGrid) -> None:
    """Draw both divisions of the score of one passage, word by word of the question."""
    request = ScoreRequest(result.indexed_corpus.model, result.question, result.chunk(index).text)
    try:
        divided = _divided(request, len(grid.question.tokens))
    except EncoderscopeError as error:
        frame.heading("This score cannot be divided among the words typed", str(error))
        return
    typed = [word for word in word_contributions(grid.question, divided.values) if not word.special]
    vectors = [word for word in grid.question_words if not word.special]
    names = [word.text for word in typed] + [_REST]
    by_words = np.array([word.share for word in typed] + [divided.baseline])
    by_vectors = np.array([word.share for word in vectors] + [grid.total - sum(word.share for word in vectors)])
    name = name_of(result.indexed_corpus, index)
    frame.heading(*_finding(name, typed, vectors, divided.whole))
    show(
        twin_bars(
            [
                ("typed words", by_words, palette().word),
                ("context vectors", by_vectors, palette().output),
            ],
            names,
            "word of the question",
            palette(),
        ),
        key="typed-words",
        alt=f"What each word of the question adds to its score with {name}, as it is typed and as a context vector",
        numbers=lambda: pd.DataFrame({"typed words": by_words, "context vectors": by_vectors}, index=names),
    )
    _draw_gap(divided)
    with frame.details():
        _explain(divided, names, by_words, by_vectors)


def _divided(request: ScoreRequest, tokens: int) -> IntegratedGradients:
    """Return the score divided among the words; a bar is drawn for a question that takes long."""
    if tokens < _WORTH_A_BAR:
        return divided_score(request)
    bar = ProgressBar()
    try:
        return divided_score(request, lambda done, steps: bar.show(done, steps, f"{done} of {steps} steps"))
    finally:
        bar.clear()


def _finding(
    passage: str, typed: list[WordContribution], vectors: list[WordContribution], score: float
) -> tuple[str, str]:
    first, second = (max(words, key=lambda word: word.share) for words in (typed, vectors))
    same = (first.start, first.end) == (second.start, second.end)
    return (
        f"{quoted(first.text)} adds most to {passage}: {format_signed(first.share)} of {format_score(DENSE, score)}",
        "Left: what typing a word adds (integrated gradients). Right: its context vector, which holds something of all "
        f"words; there {'it' if same else quoted(second.text)} adds most{' too' if same else ''}.",
    )


def _draw_gap(divided: IntegratedGradients) -> None:
    """Print the sum, and how far it misses what it divides."""
    added = float(divided.values.sum())
    markup(
        Markup(
            '<p class="es-formula">without words {} + words {} = {}; score <b>{}</b>; '
            "completeness gap <b>{:.2%}</b> after {} steps</p>"
        ).format(
            format_signed(divided.baseline),
            format_signed(added),
            format_signed(divided.baseline + added),
            format_signed(divided.whole),
            divided.gap,
            divided.steps,
        )
    )
    if divided.gap >= MOST_GAP:
        frame.note(f"The gap is above {MOST_GAP:.0%}, and more steps are not taken: read these shares as estimates.")


def _explain(divided: IntegratedGradients, names: list[str], by_words: np.ndarray, by_vectors: np.ndarray) -> None:
    frame.part(
        "Divided among the words typed",
        "Integrated gradients (Sundararajan, Taly and Yan 2017) go in small steps from the question without its words, "
        "whose tokens all have the word embedding of padding, to the question, and add up what each word’s "
        f"embedding does to the score on the way. What is left undivided must be below {MOST_GAP:.0%}, or more steps "
        "are taken. The passage stays as it is.",
    )
    table(
        ("word of the question", "typed", "context vector"),
        [
            [name, format_signed(float(one)), format_signed(float(other))]
            for name, one, other in zip(names, by_words, by_vectors, strict=True)
        ]
        + [["sum", format_signed(float(by_words.sum())), format_signed(float(by_vectors.sum()))]],
        "The score divided among the words typed, and among their context vectors. “special tokens”: what the "
        "question scores without its words; and the context vectors of special tokens.",
    )

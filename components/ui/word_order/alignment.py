"""The words of one sentence, each joined to the same word of the other, and the cosine of the two."""

from collections.abc import Sequence
from functools import partial

import pandas as pd

from components.core.context.alignment import Alignment
from components.core.tokens.tokens import Tokens, Word
from components.ui.charts import show
from components.ui.stage import frame, question
from components.ui.word_order.pair import Pair
from components.ui.word_order.summary import finding, lead
from components.ui.wording import format_count
from components.views.pairs import CosineScale, PairedWord, pairs


def draw(pair: Pair) -> None:
    """Draw both sentences, a line from each word to its partner, and their cosine on a scale."""
    compared = pair.compared()
    cosine = min(1.0, float(compared.sentence_cosines[-1]))
    asked = question.scale(
        "alike",
        (pair.model, pair.first.text, pair.second.text, pair.mode),
        "How alike are the two sentence vectors?",
        -1.0 if cosine < 0 else 0.0,
        1.0,
        cosine,
    )
    if asked.hidden:
        return
    frame.heading(finding(compared, pair.mode), lead(compared, pair.mode))
    aligned = compared.alignment
    show(
        partial(
            pairs,
            _words(aligned.first, pair.first),
            _words(aligned.second, pair.second),
            aligned.pairs,
            CosineScale("cosine of the sentence vectors", cosine, asked.guesses),
        ),
        key="pairs",
        alt="The words of both sentences with a line from each word to the same word of the other",
        numbers=lambda: _table(aligned),
    )
    unpaired = len(aligned.only_first) + len(aligned.only_second)
    if unpaired:
        frame.note(f"{format_count(unpaired, 'word')} without a partner, underlined.")
    if pair.first.unknown.any() or pair.second.unknown.any():
        frame.note("Words that are not in the vocabulary are all read as the one unknown token.")


def _words(words: Sequence[Word], tokens: Tokens) -> list[PairedWord]:
    return [
        PairedWord(
            word.text, word.token_indices[0] + 1, word.special, bool(tokens.unknown[list(word.token_indices)].any())
        )
        for word in words
    ]


def _table(aligned: Alignment) -> pd.DataFrame:
    partner = dict(aligned.pairs)
    rows: list[tuple[str, int | None, int | None]] = [
        (
            word.text,
            word.token_indices[0] + 1,
            aligned.second[partner[i]].token_indices[0] + 1 if i in partner else None,
        )
        for i, word in enumerate(aligned.first)
    ]
    rows += [(aligned.second[j].text, None, aligned.second[j].token_indices[0] + 1) for j in aligned.only_second]
    return pd.DataFrame(
        rows, columns=["word", "position in the first sentence", "position in the second sentence"]
    ).set_index("word")

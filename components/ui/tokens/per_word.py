"""The number of tokens of each word."""

import pandas as pd

from components.core.tokens.tokens import Tokens
from components.figures.charts.token_bars import tokens_per_word
from components.ui.charts import show
from components.ui.page import palette, quoted
from components.ui.stage import frame
from components.ui.wording import format_count, shorten


def draw(tokens: Tokens) -> None:
    """Draw the number of tokens of each word, punctuation marks included."""
    words = tokens.words
    counts, names = [len(word.token_indices) for word in words], [word.text for word in words]
    frame.heading(
        finding(tokens),
        f"{format_count(sum(counts), 'token')} in all, special tokens apart; a punctuation mark counts as a word "
        "here. Rarer words are usually cut into more pieces; [UNK] counts as one.",
    )
    show(
        tokens_per_word(counts, names, palette()),
        key="tokens-per-word",
        alt=f"Bars: the number of tokens of each of {len(words)} words and punctuation marks",
        numbers=lambda: pd.DataFrame(
            {"word": names, "tokens": counts}, index=pd.RangeIndex(1, len(words) + 1, name="place")
        ),
    )


def finding(tokens: Tokens) -> str:
    """Return the title: the mean number of tokens of a word, and the word with the most."""
    counts = [len(word.token_indices) for word in tokens.words]
    if max(counts) == 1:
        return "As many tokens as words and marks: one each"
    longest = tokens.words[counts.index(max(counts))].text
    return f"{sum(counts) / len(counts):.2f} tokens a word; {quoted(shorten(longest, 40))} takes {max(counts)}"

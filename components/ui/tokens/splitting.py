"""The splitting of words: the tokenizer's look-ups in the vocabulary, and the number of tokens of each word."""

import pandas as pd
from markupsafe import Markup

from components.core import Encoder
from components.core.tokens.tokens import Tokens, Word
from components.core.tokens.wordpiece import Step
from components.figures.charts.token_bars import tokens_per_word
from components.ui.charts import show
from components.ui.page import markup, palette, section, shorten
from components.ui.tokens.summary import split_words
from components.ui.wording import format_count

# Words whose look-ups are listed.
_EXPLAINED = 6
_LISTED = 4


def draw_lookups(encoder: Encoder, tokens: Tokens) -> None:
    """List the look-ups for the words that are split, if there are any."""
    split = split_words(tokens)
    if not split:
        return
    section(
        f"Why “{shorten(split[0].text, 30)}” is split",
        "From the left, the tokenizer takes the longest piece that is in its vocabulary, and continues with the rest. "
        "Pieces that continue a word begin with ##."
        if encoder.wordpiece_steps(split[0].text) is not None
        else "The pieces of the vocabulary were chosen by how often they occur in text; a rare word needs several.",
    )
    for word in split[:_EXPLAINED]:
        markup(
            Markup('<div class="es-formula"><b>{}</b><br>{}</div>').format(word.text, _pieces(encoder, tokens, word))
        )
    if len(split) > _EXPLAINED:
        rest = format_count(len(split) - _EXPLAINED, "other word")
        verb = "is" if len(split) == _EXPLAINED + 1 else "are"
        markup(Markup('<p class="es-note">{} of this text {} split too.</p>').format(rest, verb))


def _pieces(encoder: Encoder, tokens: Tokens, word: Word) -> Markup:
    """Return a word's look-ups, one line each, or its pieces where the tokenizer makes no such look-ups."""
    steps = encoder.wordpiece_steps(word.text)
    if steps is None:
        return Markup(" + ").join(Markup("<b>{}</b>").format(tokens.labels[index]) for index in word.token_indices)
    return Markup("<br>").join(_step(step) for step in steps)


def _step(step: Step) -> Markup:
    tried = [Markup('<span class="es-tried">{}</span>').format(piece) for piece in step.tried]
    if len(tried) > _LISTED:
        failed = Markup(" … ").join([tried[0], f"{len(tried) - 2} more", tried[-1]])
    else:
        failed = Markup(", ").join(tried)
    found = "no piece fits: [UNK]" if step.found is None else step.found
    return Markup('{} → <b class="es-w">{}</b>').format(failed, found)


def draw_tokens_per_word(tokens: Tokens) -> None:
    """Draw the number of tokens of each word."""
    words = tokens.words
    typed = len(tokens.tokens) - int(tokens.special.sum())
    section(
        "Tokens per word",
        f"{typed} tokens for {format_count(len(words), 'word')}: {typed / len(words):.2f} per word on average. "
        "Rarer words are usually split into more pieces; [UNK] counts as one.",
    )
    counts = [len(word.token_indices) for word in words]
    names = [word.text for word in words]
    show(
        tokens_per_word(counts, names, palette()),
        key="tokens-per-word",
        alt=f"Bars: the number of tokens of each of the {len(words)} words",
        numbers=lambda: pd.DataFrame({"word": names, "tokens": counts}),
    )

"""The screen that shows how the text is cut: a title, a question, and the chips of each word."""

from collections.abc import Sequence

from components.core import Encoder
from components.core.tokens.tokens import Tokens, Word
from components.ui import chips
from components.ui.page import quoted
from components.ui.stage import frame, question
from components.ui.tokens import token_table
from components.ui.wording import format_count, join_list, shorten

# Words in sight; beyond them a text does not fit the window.
_MOST_WORDS = 60
# Where the guesses of a class stand below them.
_MOST_BESIDE_GUESSES = 15
# Pieces that a guess can be: more than a word of everyday length has.
_MOST_PIECES = 12


def draw(encoder: Encoder, tokens: Tokens) -> None:
    """Draw the words of the text above their tokens; ask before into how many pieces a word is cut."""
    asked_word = (split_words(tokens) or _longest(tokens.words))[0]
    pieces = len(asked_word.token_indices)
    asked = question.scale(
        "pieces",
        tokens.text,
        f"Into how many pieces is {quoted(shorten(asked_word.text, 40))} cut?",
        1,
        max(_MOST_PIECES, pieces),
        pieces,
        decimals=0,
    )
    if asked.hidden:
        return
    frame.heading(finding(tokens), lead(encoder, tokens))
    most = _MOST_BESIDE_GUESSES if any(asked.guesses.rounds) else _MOST_WORDS
    chips.words(
        tokens,
        most=most,
        guesses=(asked_word.token_indices[0], asked.guesses.mapped(round)),
    )
    notes = [note for note in (_about_special(tokens), _about_unknown(tokens)) if note]
    if len(tokens.words_and_marks) > most:
        notes.insert(0, "The whole text stands in the table under Details.")
    if notes:
        frame.note(" ".join(notes))
    with frame.details():
        token_table.draw(tokens)


def split_words(tokens: Tokens) -> list[Word]:
    """Return the words of several tokens, each once, the one with the most tokens first."""
    words = list({word.text: word for word in tokens.words if len(word.token_indices) > 1}.values())
    if words:
        longest = max(words, key=lambda word: len(word.token_indices))
        words = [longest, *(word for word in words if word is not longest)]
    return words


def _longest(words: Sequence[Word]) -> list[Word]:
    return [max(words, key=lambda word: len(word.text))]


def finding(tokens: Tokens) -> str:
    """Return the title: the word with the most pieces, else the unknown tokens, if there are any."""
    split = split_words(tokens)
    if split:
        return f"{quoted(shorten(split[0].text, 40))} is cut into {len(split[0].token_indices)} pieces"
    unknown = int(tokens.unknown.sum())
    if unknown:
        return f"{format_count(unknown, 'token')} here stand{'s' if unknown == 1 else ''} for something unknown"
    return "Here every word is one token"


def lead(encoder: Encoder, tokens: Tokens) -> str:
    """Return the sentence under the title: what is counted, and what the numbers are."""
    marks = len(tokens.words) - tokens.num_words
    parts = [format_count(tokens.num_words, "word")]
    parts += [format_count(marks, "punctuation mark")] if marks else []
    parts += [format_count(int(tokens.special.sum()), "special token")] if tokens.special.any() else []
    return (
        f"The model knows {len(encoder.vocabulary):,} pieces of text and reads nothing else. Under each word are its "
        f"tokens, each with its number in that list: {join_list(parts)} make {len(tokens.tokens)} tokens."
    )


def _about_special(tokens: Tokens) -> str:
    labels = list(dict.fromkeys(label for label, added in zip(tokens.labels, tokens.special, strict=True) if added))
    if not labels:
        return ""
    added = [f"{tokens.labels[0]} at the start of the text"] if tokens.special[0] else []
    added += [f"{tokens.labels[-1]} at the end"] if tokens.special[-1] else []
    return (
        f"{join_list(labels)} (dashed) {'was' if len(labels) == 1 else 'were'} not typed: the tokenizer adds "
        f"{join_list(added)}."
    )


def _about_unknown(tokens: Tokens) -> str:
    count = int(tokens.unknown.sum())
    if not count:
        return ""
    return (
        f"{format_count(count, 'token')} (red) {'stands' if count == 1 else 'stand'} for text that the vocabulary has "
        "no piece for. The model cannot tell one unknown thing from another."
    )

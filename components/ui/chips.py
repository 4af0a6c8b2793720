"""Tokens as chips: small boxes in the order of the text, special tokens dashed, unknown ones marked."""

from markupsafe import Markup

from components.core.classroom.guesses import Guesses
from components.core.tokens.tokens import Tokens, Word
from components.ui.page import markup
from components.ui.wording import shorten

# As if there were so many times as many words: the room that the bars of a class leave to them.
_BARS_TAKE = 1.5


def words(tokens: Tokens, most: int, guesses: tuple[int, Guesses[int]] | None = None) -> None:
    """Draw the words of the text, each above the chips of its tokens with their ids, larger where there are few.

    most: words that are drawn. guesses: the index of the first token of a word, and into how many pieces it was
    guessed to be cut: for a reader as many empty chips are drawn below it, for a class bars below all words.
    """
    groups: list[Markup] = []
    bars = Markup()
    number = 0
    shown = tokens.words_and_marks[:most]
    for word in shown:
        number += not word.special
        shade = "" if word.special else "es-odd" if number % 2 else "es-even"
        text = Markup("&nbsp;") if word.special else word.text
        chips = Markup("").join(_chip(tokens, index, with_id=True) for index in word.token_indices)
        guessed = Markup()
        if guesses and guesses[0] == word.token_indices[0]:
            guessed = Markup() if guesses[1].own is None else _own_guess(guesses[1].own)
            bars = _guess_bars(guesses[1], word) if any(guesses[1].rounds) else bars
        groups.append(
            Markup('<div class="es-word {}"><span dir="auto">{}</span><div class="es-chips">{}</div>{}</div>').format(
                shade, text, chips, guessed
            )
        )
    groups.append(Markup("<div>{}</div>").format(_rest(len(tokens.words_and_marks) - most)))
    crowd = len(shown) * (_BARS_TAKE if bars else 1)
    size = "es-few" if crowd <= 12 else "es-some" if crowd <= 28 else ""
    markup(Markup('<div class="es-words {}">{}</div>{}').format(size, Markup("").join(groups), bars))


def _guess_bars(guesses: Guesses[int], word: Word) -> Markup:
    """Return a column for each number of pieces, with a bar for each round, and the true one marked."""
    truth = len(word.token_indices)
    counts = guesses.counts()
    highest = max(max(count.values(), default=0) for count in counts)
    guessed = sorted({truth, *(pieces for count in counts for pieces in count)})
    columns = Markup().join(
        Markup("<li{}>{}<b>{}</b></li>").format(
            Markup(' class="es-true"') if pieces == truth else "",
            Markup().join(_bar(count[pieces], highest) for count in counts),
            pieces,
        )
        for pieces in range(guessed[0], guessed[-1] + 1)
    )
    many = ", then by ".join(str(sum(count.values())) for count in counts)
    said = "; ".join(f"{pieces}: {', then '.join(str(count[pieces]) for count in counts)}" for pieces in guessed)
    return Markup(
        '<div class="es-guess-bars"><p>pieces of <span dir="auto">{}</span>, guessed by {}</p>'
        '<ol role="img" aria-label="Pieces guessed: {}">{}</ol></div>'
    ).format(shorten(word.text, 40), many, said, columns)


def _bar(count: int, highest: int) -> Markup:
    return Markup('<i style="--es-share:{:.3f}">{}</i>').format(count / highest, count or "")


def _own_guess(count: int) -> Markup:
    empty = Markup('<span class="es-chip es-guessed">&nbsp;&nbsp;&nbsp;</span>') * count
    return Markup(
        '<div class="es-chips" role="img" aria-label="Your guess: {}">{}</div><span>your guess</span>'
    ).format(count, empty)


def _chip(tokens: Tokens, index: int, with_id: bool = False) -> Markup:
    kind = " es-special" if tokens.special[index] else " es-unknown" if tokens.unknown[index] else ""
    number = Markup("<small>{}</small>").format(tokens.token_ids[index]) if with_id else ""
    return Markup('<span class="es-chip{}">{}{}</span>').format(kind, tokens.labels[index], number)


def _rest(count: int) -> str:
    return Markup('<span class="es-quiet">and {} more words</span>').format(count) if count > 0 else ""

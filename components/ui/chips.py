"""Tokens as chips: small boxes in the order of the text, special tokens dashed, unknown ones marked."""

from markupsafe import Markup

from components.core.tokens.tokens import Tokens
from components.ui.page import markup


def words(tokens: Tokens, most: int, guess: tuple[int, int] | None = None) -> None:
    """Draw the words of the text, each above the chips of its tokens with their ids, larger where there are few.

    most: words that are drawn. guess: the index of the first token of a word, and into how many pieces a reader thinks
    it is cut; as many empty chips are drawn below it.
    """
    groups: list[Markup] = []
    number = 0
    shown = tokens.words_and_marks[:most]
    for word in shown:
        number += not word.special
        shade = "" if word.special else "es-odd" if number % 2 else "es-even"
        text = Markup("&nbsp;") if word.special else word.text
        chips = Markup("").join(_chip(tokens, index, with_id=True) for index in word.token_indices)
        guessed = _guessed(guess[1]) if guess and guess[0] == word.token_indices[0] else ""
        groups.append(
            Markup('<div class="es-word {}"><span dir="auto">{}</span><div class="es-chips">{}</div>{}</div>').format(
                shade, text, chips, guessed
            )
        )
    groups.append(Markup("<div>{}</div>").format(_rest(len(tokens.words_and_marks) - most)))
    size = "es-few" if len(shown) <= 12 else "es-some" if len(shown) <= 28 else ""
    markup(Markup('<div class="es-words {}">{}</div>').format(size, Markup("").join(groups)))


def _guessed(count: int) -> Markup:
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

"""Tokens as chips: small boxes in the order of the text, special tokens dashed, unknown ones marked."""

from markupsafe import Markup

from components.core.tokens.tokens import Tokens
from components.ui.page import markup


def row(tokens: Tokens, most: int) -> None:
    """Draw the first `most` tokens in one flow."""
    chips = Markup("").join(_chip(tokens, index) for index in range(min(most, len(tokens.tokens))))
    markup(Markup('<div class="es-chips">{}{}</div>').format(chips, _rest(len(tokens.tokens) - most)))


def words(tokens: Tokens) -> None:
    """Draw the words of the text, each above the chips of its tokens with their ids."""
    groups: list[Markup] = []
    number = 0
    for word in tokens.words_and_marks:
        number += not word.special
        shade = "" if word.special else "es-odd" if number % 2 else "es-even"
        text = Markup("&nbsp;") if word.special else word.text
        chips = Markup("").join(_chip(tokens, index, with_id=True) for index in word.token_indices)
        groups.append(
            Markup('<div class="es-word {}"><span dir="auto">{}</span><div class="es-chips">{}</div></div>').format(
                shade, text, chips
            )
        )
    markup(Markup('<div class="es-words">{}</div>').format(Markup("").join(groups)))


def _chip(tokens: Tokens, index: int, with_id: bool = False) -> Markup:
    kind = " es-special" if tokens.special[index] else " es-unknown" if tokens.unknown[index] else ""
    number = Markup("<small>{}</small>").format(tokens.token_ids[index]) if with_id else ""
    return Markup('<span class="es-chip{}">{}{}</span>').format(kind, tokens.labels[index], number)


def _rest(count: int) -> str:
    return Markup('<span class="es-quiet">and {} more</span>').format(count) if count > 0 else ""

"""Tokens as chips: small boxes in the order of the text, special tokens dashed, unknown ones marked."""

from markupsafe import Markup

from components.core.context.alignment import Alignment
from components.core.tokens.tokens import Tokens, Word
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


def pairs(alignment: Alignment, first: Tokens, second: Tokens, most: int) -> None:
    """Draw the first `most` words of two sentences, each above its partner, with the positions of both."""
    partner = dict(alignment.pairs)
    no_partner = Markup('<span class="es-chip es-none">no partner</span>')
    columns = [
        (_positioned(first, word), _positioned(second, alignment.second[partner[i]]) if i in partner else no_partner)
        for i, word in enumerate(alignment.first)
    ]
    columns += [(no_partner, _positioned(second, alignment.second[j])) for j in alignment.only_second]
    groups = Markup("").join(
        Markup('<div class="es-word"><div class="es-chips">{}</div><div class="es-chips">{}</div></div>').format(
            *column
        )
        for column in columns[:most]
    )
    markup(Markup('<div class="es-words es-pairs">{}{}</div>').format(groups, _rest(len(columns) - most)))


def _positioned(tokens: Tokens, word: Word) -> Markup:
    """Return a word's chips after the position of the first of them, counted from 1."""
    position = Markup('<span class="es-quiet">{}</span>').format(word.token_indices[0] + 1)
    return position + Markup("").join(_chip(tokens, index) for index in word.token_indices)


def _chip(tokens: Tokens, index: int, with_id: bool = False) -> Markup:
    kind = " es-special" if tokens.special[index] else " es-unknown" if tokens.unknown[index] else ""
    number = Markup("<small>{}</small>").format(tokens.token_ids[index]) if with_id else ""
    return Markup('<span class="es-chip{}">{}{}</span>').format(kind, tokens.labels[index], number)


def _rest(count: int) -> str:
    return Markup('<span class="es-quiet">and {} more</span>').format(count) if count > 0 else ""

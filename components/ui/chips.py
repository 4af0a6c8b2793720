"""Tokens as chips. Everything the reader typed is escaped here."""

import html

from components.core.context.alignment import Alignment
from components.core.tokens.tokens import Tokens, Word
from components.ui.page import raw_markup as markup


def row(tokens: Tokens, most: int) -> None:
    """All tokens in one flow, special ones dashed, unknown ones marked; at most `most` of them."""
    chips = "".join(_chip(tokens, index, False) for index in range(min(most, len(tokens.tokens))))
    rest = len(tokens.tokens) - most
    more = f'<span class="es-quiet">and {rest} more</span>' if rest > 0 else ""
    markup(f'<div class="es-chips">{chips}{more}</div>')


def words(tokens: Tokens) -> None:
    """The words of the text, each above the chips of its tokens with their ids."""
    groups: list[str] = []
    number = 0
    for word in tokens.words_and_marks:
        number += not word.special
        shade = "" if word.special else "es-odd" if number % 2 else "es-even"
        text = "&nbsp;" if word.special else html.escape(word.text)
        chips = "".join(_chip(tokens, member, True) for member in word.token_indices)
        groups.append(
            f'<div class="es-word {shade}"><span dir="auto">{text}</span><div class="es-chips">{chips}</div></div>'
        )
    markup(f'<div class="es-words">{"".join(groups)}</div>')


def pairs(alignment: Alignment, first: Tokens, second: Tokens, most: int) -> None:
    """The words of two sentences, each above its partner with the places of both; what has none says so.

    At most `most` of them are shown.
    """
    partner = dict(alignment.pairs)
    columns = [
        (_placed(first, word), _placed(second, alignment.second[partner[i]]) if i in partner else "")
        for i, word in enumerate(alignment.first)
    ]
    columns += [("", _placed(second, alignment.second[j])) for j in alignment.only_second]
    nobody = '<span class="es-chip es-none">no partner</span>'
    groups = "".join(
        f'<div class="es-word">{"".join(f"""<div class="es-chips">{side or nobody}</div>""" for side in column)}</div>'
        for column in columns[:most]
    )
    rest = len(columns) - most
    more = f'<span class="es-quiet">and {rest} more</span>' if rest > 0 else ""
    markup(f'<div class="es-words es-pairs">{groups}{more}</div>')


def _placed(tokens: Tokens, word: Word) -> str:
    """A word's chips, the first of them with its place in the sentence."""
    place = f'<span class="es-quiet">{word.token_indices[0] + 1}</span>'
    return place + "".join(_chip(tokens, index, False) for index in word.token_indices)


def _chip(tokens: Tokens, index: int, with_id: bool) -> str:
    kind = " es-special" if tokens.special[index] else " es-unknown" if tokens.unknown[index] else ""
    number = f"<small>{tokens.token_ids[index]}</small>" if with_id else ""
    return f'<span class="es-chip{kind}">{html.escape(tokens.labels[index])}{number}</span>'

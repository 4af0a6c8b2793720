"""Tokens as chips. Everything the reader typed is escaped here."""

import html

from components.core.tokens import Tokens
from components.ui.frame import markup


def row(tokens: Tokens, most: int) -> None:
    """All tokens in one flow, special ones dashed, unknown ones marked; at most `most` of them."""
    chips = "".join(_chip(tokens, index, False) for index in range(min(most, len(tokens.tokens))))
    rest = len(tokens.tokens) - most
    more = f'<span class="es-quiet">and {rest} more</span>' if rest > 0 else ""
    markup(f'<div class="es-chips">{chips}{more}</div>')


def words(tokens: Tokens) -> None:
    """The words of the text, each above the chips of its tokens with their ids."""
    groups: list[str] = []
    shown: set[int] = set()
    number = 0
    by_first = {word.token_indices[0]: word for word in tokens.words}
    for index in range(len(tokens.tokens)):
        if index in shown:
            continue
        word = by_first.get(index)
        members = word.token_indices if word else (index,)
        shown.update(members)
        text = html.escape(word.text) if word else "&nbsp;"
        number += word is not None
        shade = "" if word is None else "es-odd" if number % 2 else "es-even"
        chips = "".join(_chip(tokens, member, True) for member in members)
        groups.append(
            f'<div class="es-word {shade}"><span dir="auto">{text}</span><div class="es-chips">{chips}</div></div>'
        )
    markup(f'<div class="es-words">{"".join(groups)}</div>')


def _chip(tokens: Tokens, index: int, with_id: bool) -> str:
    kind = " es-special" if tokens.special[index] else " es-unknown" if tokens.unknown[index] else ""
    number = f"<small>{tokens.token_ids[index]}</small>" if with_id else ""
    return f'<span class="es-chip{kind}">{html.escape(tokens.labels[index])}{number}</span>'

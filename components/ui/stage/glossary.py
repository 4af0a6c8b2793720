"""The terms of the app: each is marked where it first stands on a screen, and says in a sentence what it is."""

import re
from dataclasses import dataclass
from functools import cache as once

from markupsafe import Markup, escape

from components.ui import state
from components.ui.assets import read_toml
from components.ui.lesson.progress import page_address

# What of a marked-up text is left alone: tags, and what a reader has typed, which stands in quotes or is isolated.
_LEFT_ALONE = r"<bdi\b.*?</bdi>|<[^>]*>|“[^”]*”|&\w+;"


@dataclass(frozen=True)
class Term:
    """One term: what it is, and the screen that shows it."""

    name: str
    says: str
    page: str
    screen: str


@once
def terms() -> dict[str, Term]:
    """Each form of each term, case folded, → the term."""
    found: dict[str, Term] = {}
    for entry in read_toml("glossary")["term"]:
        term = Term(entry["name"], entry["says"], entry["page"], entry["screen"])
        found |= dict.fromkeys(map(str.casefold, (entry["name"], *entry.get("also", ()))), term)
    return found


def explained(text: str, known: set[str]) -> Markup:
    """Mark the terms of a text that are not yet known, and add them to `known`.

    text: Markup as it is, any other text escaped. The browser shows what a marked term is when it is picked.

    >>> explained("its cosine", {"cosine"})
    Markup('its cosine')
    """

    def mark(found: re.Match[str]) -> str:
        form = found["term"]
        if form is None:
            return found[0]
        term = terms()[form.casefold()]
        if term.name in known:
            return found[0]
        known.add(term.name)
        return Markup(
            '<span class="es-term" role="button" tabindex="0" data-term="{}" data-says="{}" '
            'data-shown="{}" data-address="{}">{}</span>'
        ).format(
            term.name,
            term.says,
            f"{term.page}: {term.screen}",
            page_address(term.page, {state.Stage.SCREEN: term.screen}),
            form,
        )

    return Markup(_pattern().sub(mark, escape(text)))


@once
def _pattern() -> re.Pattern[str]:
    forms = sorted(terms(), key=len, reverse=True)
    return re.compile(f"{_LEFT_ALONE}|\\b(?P<term>{'|'.join(map(re.escape, forms))})\\b", re.IGNORECASE | re.DOTALL)

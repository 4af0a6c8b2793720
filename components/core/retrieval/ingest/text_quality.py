"""How much of a document is text: signs that nobody can read, and pages without any.

A PDF names the glyphs that it draws, and not always the characters that they stand for. What is taken out of such a
file are the names or numbers of glyphs. Pages that a scanner made have no characters at all.
"""

import re
import unicodedata
from typing import Final

#: From this part of unreadable signs on, and from this part of pages without text on, a document is doubted.
MOST_UNREADABLE: Final = 0.1
MOST_EMPTY: Final = 0.25
#: A page of text has hundreds of characters; fewer on average are those of a stamp or a page number.
FEWEST_ON_A_PAGE: Final = 40

# Names and numbers of glyphs, as they are written for lack of characters.
_GLYPHS = re.compile(r"(?:/[A-Za-z]{1,3}\d+|\(cid:\d+\))")
# Categories of Unicode: of private use, unassigned, half a character.
_NO_CHARACTERS = ("Co", "Cn", "Cs")


def unreadable_share(text: str) -> float:
    """Return the part of a text's characters, without white space, that are no readable signs.

    >>> unreadable_share("/g131/g146 ab"), unreadable_share("Hot soup."), unreadable_share(" ")
    (0.8333333333333334, 0.0, 0.0)
    """
    whole = len("".join(text.split()))
    rest = "".join(_GLYPHS.sub("", text).split())
    readable = len(rest) if rest.isascii() else sum(map(_is_readable, rest))
    return 1 - readable / whole if whole else 0.0


def doubt_about(text: str, pages: int = 0, empty: int = 0) -> str:
    """Say in a sentence why a document may not be worth searching; "" if nothing speaks against it.

    pages: of the file; 0 if it has none. empty: those without text.

    >>> doubt_about("Hot soup."), doubt_about("Hot soup. " * 9, pages=3, empty=2)
    ('', '2 of its 3 pages have no text: they may be pictures. Text recognition (OCR) would find what is on them.')
    """
    share = unreadable_share(text)
    if share > MOST_UNREADABLE:
        return (
            f"{share:.0%} of its characters are no text but names of glyphs: the file does not say which letters they "
            "stand for. Print it into a new PDF, or paste its text."
        )
    if pages > 1 and empty > MOST_EMPTY * pages:
        return (
            f"{empty:,} of its {pages:,} pages {'has' if empty == 1 else 'have'} no text: they may be pictures. Text "
            "recognition (OCR) would find what is on them."
        )
    if pages and len(text) < FEWEST_ON_A_PAGE * pages:
        on = "1 page" if pages == 1 else f"{pages:,} pages"
        return (
            f"It has {len(text):,} characters of text on {on}: most of it may be pictures. Text recognition (OCR) "
            "would find what is on them."
        )
    return ""


def _is_readable(character: str) -> bool:
    return character != "\ufffd" and unicodedata.category(character) not in _NO_CHARACTERS

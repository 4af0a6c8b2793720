"""Tidy text from files: line breaks that only fit a page are removed, and invisible characters too.

Afterwards a blank line separates paragraphs, and a line break inside a paragraph is the author's.
"""

import re
import unicodedata
from collections.abc import Sequence
from itertools import pairwise

from components.core.text.table_rows import collapse_white_space

_BLANK_LINES = re.compile(r"\n{3,}")
_SOFT_HYPHEN = "\u00ad"
_LIGATURES = {code: unicodedata.normalize("NFKC", chr(code)) for code in range(0xFB00, 0xFB07)}  # ﬀ ﬁ ﬂ ﬃ ﬄ ﬅ ﬆ
# Beginnings of lines that stay lines: bullets, numbers with a point or bracket, Markdown's headings, quotes and tables.
_OWN_LINE = re.compile(r"[-*+•◦▪‣–—·#>|]|\(?\w{1,3}[.)] |```")
_NEVER_CONTINUED = re.compile(r"#{1,6} |\||```")
_BROKEN_WORD = re.compile(r"[^\W\d_]-$")

# A line is long from this part of the text's width on. The author ended shorter lines on purpose.
_LONG = 0.75
# Widths, in characters, at which prose is broken. In wider texts each line is a paragraph.
_WIDTHS = range(40, 161)
# The lines of a text were broken for width if more than this part of the lines after long ones begin in small letters.
_CONTINUING = 0.25


def clean_text(text: str) -> str:
    """Return a text without control characters, with single blanks and at most one blank line in a row.

    Lines have no white space at their ends. Soft hyphens are removed and ligatures such as ﬁ become letters: tokenizers
    and searches by words would not recognise the words otherwise.

    >>> clean_text("e\u00adf\ufb01cient  text\\n\\n\\n\\nEnd ")
    'efficient text\\n\\nEnd'
    """
    text = text.replace(_SOFT_HYPHEN, "").translate(_LIGATURES)
    return _BLANK_LINES.sub("\n\n", "\n".join(map(collapse_white_space, text.splitlines()))).strip()


def join_broken_lines(text: str) -> str:
    """Join the lines of a clean_text() text that were broken for width.

    They were if enough lines after long ones begin with a small letter, or with a letter of a script without capitals.
    Then each long line is joined to the next one, and each line to a next one that begins with a small letter, but
    never to a bullet or a numbered line. A hyphen at the end of a line, before a small letter, is removed, unless the
    word has others.
    """
    lines = text.split("\n")
    lengths = sorted(len(line) for line in lines if line)
    width = lengths[len(lengths) * 9 // 10] if lengths else 0
    if width not in _WIDTHS or not _were_broken(lines, _LONG * width):
        return text
    parts = lines[:1]
    for line, following in pairwise(lines):
        if not _may_go_on(line, following) or (len(line) < _LONG * width and not following[0].islower()):
            parts.append("\n" + following)
        elif _BROKEN_WORD.search(line) and following[0].islower():
            # A word of several parts, such as state-of-the-art, is broken at a hyphen of its own.
            if "-" not in line.split()[-1][:-1]:
                parts[-1] = parts[-1][:-1]
            parts.append(following)
        else:
            parts.append(("" if _is_wide(line[-1]) and _is_wide(following[0]) else " ") + following)
    return "".join(parts)


def continues_after_break(before: str, after: str) -> bool:
    """Return whether a sentence continues after a page break: no end mark before it, a small letter after it."""
    return bool(before and after) and after[0].islower() and before[-1] not in ".!?:;…"


def _were_broken(lines: Sequence[str], long: float) -> bool:
    firsts = [following[0] for line, following in pairwise(lines) if len(line) >= long and _may_go_on(line, following)]
    return sum(first.isalpha() and not first.isupper() for first in firsts) > _CONTINUING * len(firsts)


def _may_go_on(line: str, following: str) -> bool:
    return bool(line and following) and not _NEVER_CONTINUED.match(line) and not _OWN_LINE.match(following)


def _is_wide(character: str) -> bool:
    """Return whether this is a letter of a script without blanks, such as Chinese or Japanese."""
    return unicodedata.east_asian_width(character) in "WF"

"""Text as it comes out of files, tidied: what a line break means, and which characters are left out.

Afterwards a blank line stands between paragraphs, and a line break inside one was made by the author, not by the width
of a page.
"""

import re
import unicodedata
from collections.abc import Sequence
from itertools import pairwise

from components.core.text.table_rows import collapse_white_space

_BLANK_LINES = re.compile(r"\n{3,}")
_SOFT_HYPHEN = "\u00ad"
_LIGATURES = {place: unicodedata.normalize("NFKC", chr(place)) for place in range(0xFB00, 0xFB07)}  # ﬀ ﬁ ﬂ ﬃ ﬄ ﬅ ﬆ
# What begins a line of its own: a bullet, a number with a point or bracket, and Markdown's headings, quotes and tables.
_OWN_LINE = re.compile(r"[-*+•◦▪‣–—·#>|]|\(?\w{1,3}[.)] |```")
_NEVER_CONTINUED = re.compile(r"#{1,6} |\||```")
_BROKEN_WORD = re.compile(r"[^\W\d_]-$")

# Of the long lines of a text: shorter ones were ended on purpose.
_LONG = 0.75
# Characters: nobody breaks prose at less, and what is wider is a paragraph a line.
_WIDTHS = range(40, 161)
# Of the lines that follow a long one: the least that go on in small letters if the long ones were broken for width.
_CONTINUING = 0.25


def clean_text(text: str) -> str:
    """A text without control characters, each run of blanks one blank, and at most one blank line in a row.

    No white space stands at either end of a line. Soft hyphens go, and ligatures such as ﬁ become their letters, since
    no tokenizer and no word search would find the word again.
    """
    text = text.replace(_SOFT_HYPHEN, "").translate(_LIGATURES)
    return _BLANK_LINES.sub("\n\n", "\n".join(map(collapse_white_space, text.splitlines()))).strip()


def join_broken_lines(text: str) -> str:
    """A clean_text() text whose lines, where they were broken for width, are put together again.

    They were if enough lines that follow a long one go on in small letters, or in letters that are neither small nor
    capital. Then each long line is joined to the next one, and each line to one that begins with a small letter, but
    never to a bullet or a numbered line. A hyphen between small letters at such a break is taken for the typesetter's.
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
            parts[-1] = parts[-1][:-1]
            parts.append(following)
        else:
            parts.append(("" if _is_wide(line[-1]) and _is_wide(following[0]) else " ") + following)
    return "".join(parts)


def continues_after_break(before: str, after: str) -> bool:
    """Whether a text that a page break ends goes on after it: in the midst of a sentence, in a small letter."""
    return bool(before and after) and after[0].islower() and before[-1] not in ".!?:;…"


def _were_broken(lines: Sequence[str], long: float) -> bool:
    firsts = [following[0] for line, following in pairwise(lines) if len(line) >= long and _may_go_on(line, following)]
    return sum(first.isalpha() and not first.isupper() for first in firsts) > _CONTINUING * len(firsts)


def _may_go_on(line: str, following: str) -> bool:
    return bool(line and following) and not _NEVER_CONTINUED.match(line) and not _OWN_LINE.match(following)


def _is_wide(character: str) -> bool:
    """Whether this is a letter of a script that writes no blanks, as Chinese and Japanese."""
    return unicodedata.east_asian_width(character) in "WF"

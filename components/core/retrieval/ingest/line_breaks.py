"""Tidy text from files: line breaks that only fit a page are removed, and invisible characters too.

Afterwards a blank line separates paragraphs, and a line break inside a paragraph is the author's.
"""

import re
import unicodedata
from collections.abc import Sequence, Set
from itertools import pairwise

from components.core.text.table_rows import collapse_white_space

_BLANK_LINES = re.compile(r"\n{3,}")
_SOFT_HYPHEN = "\u00ad"
_LIGATURES = {code: unicodedata.normalize("NFKC", chr(code)) for code in range(0xFB00, 0xFB07)}  # ﬀ ﬁ ﬂ ﬃ ﬄ ﬅ ﬆ
# Beginnings of lines that stay lines: bullets, numbers with a point or bracket, Markdown's headings, quotes and tables.
_OWN_LINE = re.compile(r"[-*+•◦▪‣–—·#>|]|\(?\w{1,3}[.)] |```")
_NEVER_CONTINUED = re.compile(r"#{1,6} |\||```")
_HYPHENATED = re.compile(r"[^\W\d_]+-[^\W\d_]+")
_BROKEN_WORD = re.compile(r"[^\W\d_]-$")
# Between the two parts of a pair, as in "left- and right-hand"; the hyphen before it stands for the rest of the word.
_BETWEEN_PARTS = re.compile(r"(and|or|nor|und|oder|bzw|et|ou|y|o|e|en|og|och)\b(?!-)")

# Accents that are signs of their own → the marks that stand over, or under, the letter before them.
_ACCENTS = {
    **{"\u00a8": "\u0308", "\u00b4": "\u0301", "\u02c6": "\u0302", "\u02dc": "\u0303", "\u02c7": "\u030c"},
    **{"\u02d8": "\u0306", "\u02d9": "\u0307", "\u02da": "\u030a", "\u00b8": "\u0327", "\u02dd": "\u030b"},
    **{"\u00af": "\u0304", "\u02db": "\u0328"},
}
# An accent with the letter before it and the one after it. A blank between accent and letter comes of the width of the
# accent, and only within a word; an accent may be typed for the apostrophe of a contraction.
_BESIDE_LETTERS = re.compile(
    rf"(?P<before>[^\W\d_]?)(?P<accent>[{''.join(_ACCENTS)}])(?!(?:s|m|d|t|ll|re|ve)\b)"
    r"(?P<blank> ?)(?P<after>[^\W\d_]?)"
)
_DOTLESS = str.maketrans("\u0131\u0237", "ij")

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
    never to a bullet or a numbered line. A hyphen at the end of a line, before a small letter, is removed, unless it
    belongs to the text: see _keeps_hyphen().
    """
    lines = text.split("\n")
    lengths = sorted(len(line) for line in lines if line)
    width = lengths[len(lengths) * 9 // 10] if lengths else 0
    if width not in _WIDTHS or not _were_broken(lines, _LONG * width):
        return text
    parts, hyphenated = lines[:1], _hyphenated(text)
    for line, following in pairwise(lines):
        if not _may_go_on(line, following) or (len(line) < _LONG * width and not following[0].islower()):
            parts.append("\n" + following)
        elif _breaks_word(line, following):
            if _BETWEEN_PARTS.match(following):
                parts.append(" ")
            elif not _keeps_hyphen(line, following, hyphenated):
                parts[-1] = parts[-1][:-1]
            parts.append(following)
        else:
            parts.append(("" if _is_wide(line[-1]) and _is_wide(following[0]) else " ") + following)
    return "".join(parts)


def join_over_break(before: str, after: str) -> str | None:
    """Return two pages as one text if a sentence continues after the page break, else None.

    It does if there is no end mark before the break and a small letter after it.

    >>> join_over_break("The first sent-", "ence"), join_over_break("The end.", "and so on")
    ('The first sentence', None)
    """
    if not (before and after and after[0].islower()) or before[-1] in ".!?:;…":
        return None
    if not _breaks_word(before, after) or _BETWEEN_PARTS.match(after):
        return f"{before} {after}"
    return (before if _keeps_hyphen(before, after, _hyphenated(f"{before}\n{after}")) else before[:-1]) + after


def compose_accents(text: str) -> str:
    """Return a text whose letters have the accents that stand beside them, as many PDF files have them.

    TeX sets an accent before its letter, and the letter below it. Where both neighbours could have it, it is the one
    after it.

    >>> compose_accents("na\u00a8\u0131ve M\u00a8 uller, Franc\u00b8ois")
    'naïve Müller, François'
    """

    def composed(found: re.Match[str]) -> str:
        before, accent, blank, after = found.group("before", "accent", "blank", "after")
        on_after = unicodedata.normalize("NFC", after.translate(_DOTLESS) + _ACCENTS[accent])
        if after and len(on_after) == 1 and (before or not blank):
            return before + on_after
        on_before = unicodedata.normalize("NFC", before.translate(_DOTLESS) + _ACCENTS[accent])
        return on_before + after if before and after and not blank and len(on_before) == 1 else found[0]

    return _BESIDE_LETTERS.sub(composed, text)


def _were_broken(lines: Sequence[str], long: float) -> bool:
    firsts = [following[0] for line, following in pairwise(lines) if len(line) >= long and _may_go_on(line, following)]
    return sum(first.isalpha() and not first.isupper() for first in firsts) > _CONTINUING * len(firsts)


def _breaks_word(line: str, following: str) -> bool:
    return bool(_BROKEN_WORD.search(line)) and following[0].islower()


def _keeps_hyphen(line: str, following: str, hyphenated: Set[str]) -> bool:
    """Return whether the hyphen at the end of a line is part of a word: state-of-the-art has others.

    hyphenated: the words that the text writes with a hyphen in other places.
    """
    first, rest = line.split()[-1], following.split()[0]
    return "-" in first[:-1] or "-" in rest or not _hyphenated(first + rest).isdisjoint(hyphenated)


def _hyphenated(text: str) -> set[str]:
    return set(_HYPHENATED.findall(text.lower()))


def _may_go_on(line: str, following: str) -> bool:
    return bool(line and following) and not _NEVER_CONTINUED.match(line) and not _OWN_LINE.match(following)


def _is_wide(character: str) -> bool:
    """Return whether this is a letter of a script without blanks, such as Chinese or Japanese."""
    return unicodedata.east_asian_width(character) in "WF"

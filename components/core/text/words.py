"""What a word is, told by characters alone: the same for every page, tokenizer and search.

A word is a run of letters and digits with the marks that follow them: accents, vowel signs, joiners. Chinese, Japanese,
Thai, Lao, Khmer and Burmese put no spaces between words, and only a dictionary could find them; there every character
stands for itself, and a search takes pairs of neighbours. A character is what a reader takes for one: a letter with its
marks, a whole emoji (Unicode Standard Annex 29, grapheme clusters).
"""

from collections.abc import Iterator
from itertools import pairwise
from typing import Final

import regex

from components.core.text.spelling import CHARACTER, fold

TextSpan = tuple[int, int]  # start and end in characters, such as (0, 5) for text[0:5]

#: Scripts that write words without spaces between them, as a page names them.
UNSPACED: Final = ("Chinese", "Japanese", "Thai", "Lao", "Khmer", "Burmese")

# Their letters; the mark of a long vowel in kana belongs to no script.
_UNSPACED = r"[[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}\u30fc\uff70]&&[\p{L}\p{Nl}]]"
# Whatever Unicode never separates from the character before it.
_MARK = r"[\p{GCB=Extend}\p{GCB=SpacingMark}\p{GCB=ZWJ}]"
_RUN = rf"(?:[[\p{{L}}\p{{N}}]--{_UNSPACED}]{_MARK}*+)++"
_SINGLE = rf"(?:(?={_UNSPACED})\X)"
_SEEN = r"(?:(?![\s\p{Cc}\p{Cf}\p{Cs}])\X)"

_WORD = regex.compile(rf"(?P<word>{_RUN})|{_SINGLE}++", regex.V1)
_WORD_WITH_APOSTROPHES = regex.compile(rf"(?P<word>{_RUN}(?:'{_RUN})*+)|{_SINGLE}++", regex.V1)
_UNIT = regex.compile(rf"{_RUN}|{_SINGLE}|{_SEEN}", regex.V1)
_LONGEST_CHARACTER = 64
_MARKS = regex.compile(rf"{_MARK}*+", regex.V1)
_HAS_UNSPACED = regex.compile(_UNSPACED, regex.V1)
# Zero-width signs between letters of one word.
_JOINERS = "\u200c\u200d"
_IN_WORD = regex.compile(rf"[[\p{{L}}\p{{N}}\p{{M}}]--{_UNSPACED}]", regex.V1)


def units_of(text: str) -> list[TextSpan]:
    """Return the spans of everything in a text that can be seen: words, and each other character by itself.

    They do not overlap, and hold all but white space and control characters.

    >>> [text[slice(*span)] for text in ["C++ isn't 我的!"] for span in units_of(text)]
    ['C', '+', '+', 'isn', "'", 't', '我', '的', '!']
    """
    return [found.span() for found in _UNIT.finditer(text)]


def terms_of_search(text: str) -> list[str]:
    """Return what a search by words counts, in order, folded: words, and pairs of characters where there are no spaces.

    An apostrophe ends a word. A character between others of no such script stands alone. The terms of a text of terms
    are these terms.

    >>> terms_of_search("Don’t eat 比萨饼 or 面")
    ['don', 't', 'eat', '比萨', '萨饼', 'or', '面']
    """
    return _terms(_WORD, fold(text))


def words_in(text: str) -> list[str]:
    """Return the words of a text in order, folded, with apostrophes between letters as a part of them.

    Where a script has no spaces between words, pairs of characters stand for them.

    >>> words_in("Don’t feed Squatch’s 2 dogs! 🐕")
    ["don't", 'feed', "squatch's", '2', 'dogs']
    """
    return _terms(_WORD_WITH_APOSTROPHES, fold(text).replace("’", "'"))


def has_unspaced(text: str) -> bool:
    """Return whether a text has letters of a script without spaces between words.

    >>> has_unspaced("a pizza"), has_unspaced("a 比萨饼"), has_unspaced("피자를 먹는다")
    (False, True, False)
    """
    return not text.isascii() and _HAS_UNSPACED.search(text) is not None


def is_inside_word(text: str, index: int) -> bool:
    """Return whether a word, or a character with its marks, goes on across the border before an index.

    >>> [is_inside_word("a cat", index) for index in (0, 1, 2, 3)], is_inside_word("比萨饼", 1)
    ([False, False, False, True], False)
    """
    if not 0 < index < len(text):
        return False
    if not text[index - 1 : index + 1].isascii() and start_of_character(text, index) < index:
        return True
    before = index - 1
    # Persian joins the parts of a word without joining their letters.
    while before and text[before] in _JOINERS:
        before -= 1
    return bool(_IN_WORD.match(text[before]) and _IN_WORD.match(text[index]))


def end_of_marks(text: str, index: int) -> int:
    """Return the index at which the marks end that follow the character before an index; the index if there is none.

    >>> end_of_marks("cafe\\u0301s", 4), end_of_marks("cafe\\u0301s", 5)
    (5, 5)
    """
    marks = _MARKS.match(text, index)
    assert marks is not None, "no mark at all is a match as well"
    return int(marks.end()) if index else 0


def characters_of(text: str) -> Iterator[TextSpan]:
    """Yield the spans of the characters as a reader sees them: all of the text, in order.

    >>> [text[slice(*span)] for text in ["né👨‍👩‍👧"] for span in characters_of(text)]
    ['n', 'é', '👨‍👩‍👧']
    """
    return (found.span() for found in CHARACTER.finditer(text))


def start_of_character(text: str, index: int) -> int:
    """Return the index at which the character begins that a border at an index would cut; else the index.

    >>> start_of_character("cafe\u0301s", 4), start_of_character("cafe\u0301s", 3)
    (3, 3)
    """
    index = max(0, min(index, len(text)))
    # Longer than any character in use; the first of the window may be cut, and the others are whole.
    window = max(0, index - _LONGEST_CHARACTER)
    borders = (window + start for start, _ in characters_of(text[window : index + _LONGEST_CHARACTER]))
    return max((start for start in borders if start <= index), default=index) if index < len(text) else index


def _terms(pattern: regex.Pattern[str], folded: str) -> list[str]:
    terms: list[str] = []
    for found in pattern.finditer(folded):
        if found["word"]:
            terms.append(found["word"])
        else:
            characters = CHARACTER.findall(found[0])
            terms += map("".join, pairwise(characters)) if len(characters) > 1 else characters
    return terms

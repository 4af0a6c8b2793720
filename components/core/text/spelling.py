"""Equal spellings: one form for every way in which a text can be typed, and the way back to the characters typed.

Whoever compares what two people typed compares folded texts. Two texts fold alike if they differ in capitals only, in
whether "é" is one character or a letter and an accent, or in how an emoji is drawn. Accents count: "cafe" is another
word than "café".
"""

import re
import unicodedata
from array import array
from collections.abc import Iterator, Sequence
from typing import Final

import regex

# These choose how the character before them is drawn, the third as a key, and are no part of the spelling.
_WAYS_OF_DRAWING = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef\u20e3]")
# The dot that Unicode keeps of "İ" in lower case, also after a mark below the letter.
_DOT_OVER_I = regex.compile(r"(?<=i(?:(?!\p{ccc=230})[\p{M}--\p{ccc=0}])*)\u0307", regex.V1)
#: A character as a reader sees it, with its marks: a grapheme cluster (Unicode Standard Annex 29).
CHARACTER: Final = regex.compile(r"\X")
_RUN = re.compile(r"\s+|\S+")


def fold(text: str) -> str:
    """Return the text with capitals, composed letters and ways of drawing an emoji made alike; white space stays.

    Unicode's canonical caseless matching (The Unicode Standard, section 3.13), composed again, where "İ" is a capital
    "i" as Turkish has it. Folding twice is folding once.

    >>> fold("ISTANBUL") == fold("İstanbul") == "istanbul", fold("CAFE\\u0301") == "café", fold("Straße")
    (True, True, 'strasse')
    """
    if text.isascii():
        return text.lower()
    folded = _WAYS_OF_DRAWING.sub("", unicodedata.normalize("NFD", text).casefold())
    folded = unicodedata.normalize("NFD", folded)
    if "\u0307" in folded:
        folded = _DOT_OVER_I.sub("", folded)
    return unicodedata.normalize("NFC", folded)


def indices_containing(phrase: str, texts: Sequence[str]) -> tuple[int, ...]:
    """Return the indices of the texts that contain a phrase, however either is spelled; blanks and marks count.

    >>> indices_containing("CAFE\u0301", ["the café", "the cafe"])
    (0,)
    """
    wanted = fold(phrase)
    return tuple(index for index, text in enumerate(texts) if wanted in fold(text))


class FoldedText:
    """A text with its spelling folded and each run of white space made one blank, and where each character came from.

    >>> folded = FoldedText("Zur  STRASSE!")
    >>> folded.text, folded.origin(4, 11)
    ('zur strasse!', (5, 12))
    """

    def __init__(self, text: str) -> None:
        pieces: list[str] = []
        # Of each folded character, where the character typed begins and ends; a letter and its marks are one.
        self._starts, self._ends = array("L"), array("L")
        for run in _RUN.finditer(text):
            for start, end, folded in _folded_pieces(run[0]):
                pieces.append(folded)
                if len(folded) == end - start and folded.isascii():
                    self._starts.extend(range(run.start() + start, run.start() + end))
                    self._ends.extend(range(run.start() + start + 1, run.start() + end + 1))
                else:
                    self._starts.extend([run.start() + start] * len(folded))
                    self._ends.extend([run.start() + end] * len(folded))
        self.text = "".join(pieces)

    def find(self, wanted: str) -> Iterator[int]:
        """Yield the indices in the folded text at which another folded text begins; none for an empty one."""
        at = self.text.find(wanted) if wanted else -1
        while at >= 0:
            yield at
            at = self.text.find(wanted, at + 1)

    def origin(self, start: int, end: int) -> tuple[int, int]:
        """Return the characters [start, end) of the text typed from which a part of the folded text comes."""
        return self._starts[start], self._ends[end - 1]


def _folded_pieces(run: str) -> Iterator[tuple[int, int, str]]:
    """Yield parts of a run of white space, or of none, with their folded spelling."""
    if run.isspace():
        yield 0, len(run), " "
    elif run.isascii():
        yield 0, len(run), run.lower()
    else:
        # Folding reaches over the marks of a character and no further.
        for character in CHARACTER.finditer(run):
            yield *character.span(), fold(character[0])

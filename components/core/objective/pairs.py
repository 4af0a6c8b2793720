"""Pairs of texts that belong together, as people write them down."""

from dataclasses import dataclass
from typing import Final

from components.core.errors import SentenceError

#: How many pairs a batch may hold: with one there is nothing to confuse, and a picture names so many.
FEWEST, MOST = 2, 8
#: The most characters of one text.
MOST_CHARACTERS: Final = 200
_SEPARATORS: Final = ("|", "\t")


@dataclass(frozen=True)
class Pair:
    """Two texts that belong together, such as a question and its answer."""

    first: str
    second: str


def read_pairs(text: str) -> tuple[Pair, ...]:
    """Read pairs, one a line, both texts with | or a tab between them; empty lines count for nothing.

    Raises SentenceError, which names the line.

    >>> read_pairs("salt | pepper\\nneedle\\tthread")
    (Pair(first='salt', second='pepper'), Pair(first='needle', second='thread'))
    """
    lines = [(number, line) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    if not FEWEST <= len(lines) <= MOST:
        todo = f"Delete {len(lines) - MOST:,} of them" if len(lines) > MOST else "Type another line"
        counted = "is 1 pair" if len(lines) == 1 else f"are {len(lines):,} pairs"
        raise SentenceError(f"There {counted}; it takes {FEWEST} to {MOST}. {todo}.")
    return tuple(_pair(number, line) for number, line in lines)


def _pair(number: int, line: str) -> Pair:
    texts = _divided(line)
    if len(texts) != 2:
        raise SentenceError(
            f"Line {number} holds {len(texts)} text{'' if len(texts) == 1 else 's'}; a pair has 2. Put one | between "
            "the two."
        )
    for text in texts:
        if not text:
            raise SentenceError(f"Line {number} has nothing on one side of |. Type a text on both sides.")
        if len(text) > MOST_CHARACTERS:
            raise SentenceError(
                f"A text in line {number} has {len(text):,} characters; it may have {MOST_CHARACTERS}. Shorten it."
            )
    return Pair(*texts)


def _divided(line: str) -> list[str]:
    """Divide a line at the first kind of separator that it has."""
    separator = next((each for each in _SEPARATORS if each in line), None)
    return [" ".join(part.split()) for part in (line.split(separator) if separator else [line])]


def written(pairs: tuple[Pair, ...]) -> str:
    """Write pairs down as read_pairs() reads them.

    >>> written((Pair("salt", "pepper"),))
    'salt | pepper'
    """
    return "\n".join(f"{pair.first} | {pair.second}" for pair in pairs)

"""Documents cut into chunks: by tokens, sentences or paragraphs. Nothing that the model can read is lost.

Also where sentences begin and end, and from where on a model no longer reads a chunk.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from itertools import pairwise

import sentencex

from components.core.model.encoder import Encoder
from components.core.retrieval.documents import Chunk, ChunkSettings, Document, Unit

Place = tuple[int, int]  # [start, end) in characters

_BLANK_LINES = re.compile(r"\n\s*\n")
_MARKS = " #"  # what may stand around a heading in Markdown

#: Characters. A section of so many can be read as one passage; a longer one is a page or a chapter.
LONGEST_PASSAGE = 1_500
# Of a chunk's size: so much of it is filled before it may end with a paragraph that has room for the next sentence.
_FILLED = 0.5


def chunks_of(document: Document, settings: ChunkSettings, encoder: Encoder) -> tuple[Chunk, ...]:
    """Cut a document into chunks.

    Tokens: as many of the encoder's as fit into the size, special tokens not counted. A chunk ends with a paragraph if
    that fills half of it, else with a sentence, else with a word, else, in a word that is too long, with a token; the
    tokens it shares with the one before begin with a sentence if they can, else with a word. Sentences: those of
    sentences_in(). Paragraphs: what stands between blank lines, and each section of up to LONGEST_PASSAGE characters as
    one; a heading alone belongs to what follows it. Chunks cross the borders of sections. A chunk without a token is
    left out; one that is longer than the model reads stays whole.
    """
    text = document.text
    if settings.unit is Unit.TOKENS:
        places = _by_tokens(text, settings.size, settings.overlap, encoder)
    else:
        units = sentences_in(text) if settings.unit is Unit.SENTENCES else passages_in(document)
        places = _windows(units, settings.size, settings.overlap)
    places = [place for start, end in places if (place := _stripped(text, start, end))]
    nothing, *counts = encoder.token_counts(["", *(text[start:end] for start, end in places)])
    kept = [(place, count) for place, count in zip(places, counts, strict=True) if count > nothing]
    return tuple(
        Chunk(document.id, number, start, end, text[start:end], count)
        for number, ((start, end), count) in enumerate(kept)
    )


def unread_from(chunk: Chunk, encoder: Encoder) -> int | None:
    """The place in a chunk's text from which Encoder.encode() no longer reads it; None if it reads all."""
    # Special tokens are counted, so that one with fewer is surely read; to see it in the text takes long.
    if chunk.token_count <= encoder.room:
        return None
    tokens = encoder.token_spans(chunk.text)
    return int(tokens[encoder.room, 0]) if len(tokens) > encoder.room else None


def sentences_in(text: str) -> tuple[Place, ...]:
    """Where the sentences of a text begin and end, without white space around them.

    By the rules of sentencex for English; a line break ends a sentence too, as it does a heading and a list's items.

    >>> sentences_in("Title\\nDr. Smith eats. Alone?")
    ((0, 5), (6, 21), (22, 28))
    """
    starts = {match.end() for match in re.finditer("\n+", text)}
    starts.update(found["start_index"] for found in sentencex.get_sentence_boundaries("en", text))
    return tuple(_between(text, 0, len(text), starts))


def passages_in(document: Document) -> tuple[Place, ...]:
    """Where the paragraphs of a document begin and end, those of a short section together."""
    text = document.text
    places: list[Place] = []
    end = 0
    headings: dict[int, str] = {}
    for section in document.sections:
        places += _paragraphs(text, end, section.start)
        if section.end - section.start <= LONGEST_PASSAGE:
            places += _between(text, section.start, section.end)
        else:
            places += _paragraphs(text, section.start, section.end)
        headings[section.start] = section.heading
        end = section.end
    places += _paragraphs(text, end, len(text))
    passages: list[Place] = []
    begun = None
    for start, end in places:
        alone = bool(headings.get(start)) and text[start:end].strip(_MARKS) == headings[start].strip(_MARKS)
        begun = start if begun is None else begun
        # The last heading has nothing to belong to.
        if not alone or (start, end) == places[-1]:
            passages.append((begun, end))
            begun = None
    return tuple(passages)


def _by_tokens(text: str, size: int, overlap: int, encoder: Encoder) -> list[Place]:
    """Chunks of at most `size` tokens, the text between two tokens with the first of them."""
    tokens = encoder.token_spans(text)
    starts: list[int] = tokens[:, 0].tolist()
    total = len(starts)

    def first_tokens(places: Sequence[Place]) -> list[int]:
        """The numbers of the tokens that places begin with, and of the end."""
        return sorted({*(bisect_left(starts, start) for start, _ in places), total})

    paragraphs, sentences = first_tokens(_paragraphs(text, 0, len(text))), first_tokens(sentences_in(text))
    # Some tokenizers count the blank before a word as a part of it.
    words = [k for k, start in enumerate(starts) if text[start].isspace() or text[start - 1 : start].isspace()]
    words.append(total)
    starts = [0, *starts[1:], len(text)] if starts else []
    found: list[Place] = []
    begin = end = 0
    while end < total:
        limit = begin + size
        half = max(end, begin + int(_FILLED * size))
        done = end
        end = _last(paragraphs, half, limit) or _last(sentences, done, limit) or _last(words, done, limit) or limit
        found.append((starts[begin], starts[end]))
        # Never so far back that all of this chunk comes again, or that a word or a sentence would not fit that could.
        earliest = max(end - overlap, begin + 1)
        for borders in words, sentences:
            following = borders[min(bisect_right(borders, end), len(borders) - 1)]
            if following - end <= size:
                earliest = max(earliest, following - size)
        begin = _first(sentences, earliest, end - 1) or _first(words, earliest, end) or earliest
    return found


def _last(numbers: Sequence[int], above: int, most: int) -> int | None:
    """The greatest of sorted numbers in (above, most]."""
    place = bisect_right(numbers, most) - 1
    return numbers[place] if place >= 0 and numbers[place] > above else None


def _first(numbers: Sequence[int], least: int, most: int) -> int | None:
    """The smallest of sorted numbers in [least, most]."""
    place = bisect_left(numbers, least)
    return numbers[place] if place < len(numbers) and numbers[place] <= most else None


def _windows(units: Sequence[Place], size: int, overlap: int) -> list[Place]:
    """`size` units each, of which neighbours share `overlap`; the last may have fewer."""
    firsts = range(0, max(len(units) - overlap, min(len(units), 1)), size - overlap)
    return [(units[first][0], units[first : first + size][-1][1]) for first in firsts]


def _paragraphs(text: str, start: int, end: int) -> list[Place]:
    return list(_between(text, start, end, {match.end() for match in _BLANK_LINES.finditer(text, start, end)}))


def _between(text: str, start: int, end: int, borders: set[int] | frozenset[int] = frozenset()) -> Iterator[Place]:
    """The parts of text[start:end] between the borders, without white space around them and without blank ones."""
    places = [start, *sorted(border for border in borders if start < border < end), end]
    for first, last in pairwise(places):
        if place := _stripped(text, first, last):
            yield place


def _stripped(text: str, start: int, end: int) -> Place | None:
    """The place of text[start:end] without white space around it; None if there is nothing else."""
    part = text[start:end]
    start += len(part) - len(part.lstrip())
    stripped = part.strip()
    return (start, start + len(stripped)) if stripped else None

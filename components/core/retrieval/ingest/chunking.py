"""Chunking: documents are divided by tokens, sentences or paragraphs. No readable text is lost.

Also the borders of sentences and paragraphs, and the index from which a model no longer reads a chunk.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from itertools import pairwise

import sentencex

from components.core.model.encoder import Encoder
from components.core.model.prompts import TextKind
from components.core.retrieval.documents import Chunk, ChunkSettings, Document, Unit

TextSpan = tuple[int, int]  # start and end in characters, such as (0, 5) for text[0:5]

_BLANK_LINES = re.compile(r"\n\s*\n")
_MARKS = " #"  # marks around a heading in Markdown

#: The most characters of a section that is one passage. A longer section is a page or a chapter, and is divided.
LONGEST_PASSAGE = 1_500
# A chunk may end with a paragraph, although the next sentence would fit, once this part of its size is filled.
_FILLED = 0.5


def chunks_of(document: Document, settings: ChunkSettings, encoder: Encoder) -> tuple[Chunk, ...]:
    """Divide a document into chunks.

    Tokens: a chunk has as many of the encoder's tokens as fit into the size, without special tokens. It ends with a
    paragraph if that fills half of it, else with a sentence, else with a word, else, in a word that is too long, with
    a token. Its overlap with the chunk before begins with a sentence if possible, else with a word. Sentences: those of
    sentences_in(). Paragraphs: the text between blank lines, and each section of up to LONGEST_PASSAGE characters; a
    heading alone is joined to the paragraph after it. Chunks cross the borders of sections. A chunk without a token is
    omitted; one that is longer than the model reads stays whole.
    """
    text = document.text
    if settings.unit is Unit.TOKENS:
        spans = _by_tokens(text, settings.size, settings.overlap, encoder)
    else:
        units = sentences_in(text) if settings.unit is Unit.SENTENCES else passages_in(document)
        spans = _windows(units, settings.size, settings.overlap)
    spans = [span for start, end in spans if (span := _strip(text, start, end))]
    special, *counts = encoder.token_counts(["", *(text[start:end] for start, end in spans)])
    kept = [(span, count) for span, count in zip(spans, counts, strict=True) if count > special]
    return tuple(
        Chunk(document.id, number, start, end, text[start:end], count)
        for number, ((start, end), count) in enumerate(kept)
    )


def unread_from(chunk: Chunk, encoder: Encoder) -> int | None:
    """Return the index in a chunk's text from which Encoder.encode() no longer reads it; None if it reads all."""
    # The count includes special tokens, so a smaller one is surely read; to tokenize the text takes long.
    room = encoder.room(TextKind.PASSAGE)
    if chunk.token_count <= room:
        return None
    tokens = encoder.token_spans(chunk.text)
    return int(tokens[room, 0]) if len(tokens) > room else None


def sentences_in(text: str) -> tuple[TextSpan, ...]:
    """Return the spans of the sentences of a text, without white space around them.

    By the rules of sentencex for English; a line break also ends a sentence, since it ends headings and list items.

    >>> sentences_in("Title\\nDr. Smith eats. Alone?")
    ((0, 5), (6, 21), (22, 28))
    """
    starts = {match.end() for match in re.finditer("\n+", text)}
    starts.update(found["start_index"] for found in sentencex.get_sentence_boundaries("en", text))
    return tuple(_between(text, 0, len(text), starts))


def passages_in(document: Document) -> tuple[TextSpan, ...]:
    """Return the spans of the paragraphs of a document; the paragraphs of a short section are one span."""
    text = document.text
    spans: list[TextSpan] = []
    end = 0
    headings: dict[int, str] = {}
    for section in document.sections:
        spans += _paragraphs(text, end, section.start)
        if section.end - section.start <= LONGEST_PASSAGE:
            spans += _between(text, section.start, section.end)
        else:
            spans += _paragraphs(text, section.start, section.end)
        headings[section.start] = section.heading
        end = section.end
    spans += _paragraphs(text, end, len(text))
    passages: list[TextSpan] = []
    passage_start = None
    for start, end in spans:
        only_heading = bool(headings.get(start)) and text[start:end].strip(_MARKS) == headings[start].strip(_MARKS)
        passage_start = start if passage_start is None else passage_start
        # Nothing follows the last heading.
        if not only_heading or (start, end) == spans[-1]:
            passages.append((passage_start, end))
            passage_start = None
    return tuple(passages)


def _by_tokens(text: str, size: int, overlap: int, encoder: Encoder) -> list[TextSpan]:
    """Return chunks of at most `size` tokens. Text between two tokens belongs to the first of them."""
    tokens = encoder.token_spans(text)
    starts: list[int] = tokens[:, 0].tolist()
    total = len(starts)

    def first_tokens(spans: Sequence[TextSpan]) -> list[int]:
        """Return the numbers of the tokens with which spans begin, and the total."""
        return sorted({*(bisect_left(starts, start) for start, _ in spans), total})

    paragraphs, sentences = first_tokens(_paragraphs(text, 0, len(text))), first_tokens(sentences_in(text))
    # Some tokenizers include the blank before a word.
    words = [k for k, start in enumerate(starts) if text[start].isspace() or text[start - 1 : start].isspace()]
    words.append(total)
    starts = [0, *starts[1:], len(text)] if starts else []
    found: list[TextSpan] = []
    begin = end = 0
    while end < total:
        limit = begin + size
        half = max(end, begin + int(_FILLED * size))
        done = end
        end = _last(paragraphs, half, limit) or _last(sentences, done, limit) or _last(words, done, limit) or limit
        found.append((starts[begin], starts[end]))
        # Never so far back that the next chunk repeats all of this one, or divides a word or sentence that would fit.
        earliest = max(end - overlap, begin + 1)
        for borders in words, sentences:
            following = borders[min(bisect_right(borders, end), len(borders) - 1)]
            if following - end <= size:
                earliest = max(earliest, following - size)
        begin = _first(sentences, earliest, end - 1) or _first(words, earliest, end) or earliest
    return found


def _last(numbers: Sequence[int], above: int, most: int) -> int | None:
    """Return the largest of sorted numbers in (above, most]; None if there is none."""
    index = bisect_right(numbers, most) - 1
    return numbers[index] if index >= 0 and numbers[index] > above else None


def _first(numbers: Sequence[int], least: int, most: int) -> int | None:
    """Return the smallest of sorted numbers in [least, most]; None if there is none."""
    index = bisect_left(numbers, least)
    return numbers[index] if index < len(numbers) and numbers[index] <= most else None


def _windows(units: Sequence[TextSpan], size: int, overlap: int) -> list[TextSpan]:
    """Return windows of `size` units; neighbours share `overlap` units, and the last may be smaller.

    >>> _windows([(0, 5), (6, 11), (12, 17)], size=2, overlap=1)
    [(0, 11), (6, 17)]
    """
    firsts = range(0, max(len(units) - overlap, min(len(units), 1)), size - overlap)
    return [(units[first][0], units[first : first + size][-1][1]) for first in firsts]


def _paragraphs(text: str, start: int, end: int) -> list[TextSpan]:
    return list(_between(text, start, end, {match.end() for match in _BLANK_LINES.finditer(text, start, end)}))


def _between(text: str, start: int, end: int, borders: set[int] | frozenset[int] = frozenset()) -> Iterator[TextSpan]:
    """Yield the spans between borders in text[start:end], without white space around them; blank ones are omitted."""
    all_borders = [start, *sorted(border for border in borders if start < border < end), end]
    for first, last in pairwise(all_borders):
        if span := _strip(text, first, last):
            yield span


def _strip(text: str, start: int, end: int) -> TextSpan | None:
    """Return the span of text[start:end] without white space around it; None if it is blank."""
    part = text[start:end]
    start += len(part) - len(part.lstrip())
    stripped = part.strip()
    return (start, start + len(stripped)) if stripped else None

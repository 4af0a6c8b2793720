"""Chunking: documents are divided by tokens, sentences, paragraphs or meaning. No readable text is lost.

Also the borders of sentences and paragraphs, and the index from which a model no longer reads a chunk.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise

import numpy as np
import sentencex
from jaxtyping import Float32, Int

from components.core.model.encoder import Encoder
from components.core.model.prompts import TextKind
from components.core.numerics.similarity import normalise_rows
from components.core.retrieval.documents import Chunk, ChunkSettings, Document, Unit
from components.core.retrieval.ingest.semantic_chunking import Part, border_cosines, divide_further, parts_by_meaning
from components.core.storage.cached_encoding import find_unreadable
from components.core.text.words import TextSpan, characters_of

_BLANK_LINES = re.compile(r"\n\s*\n")
_MARKS = " #"  # marks around a heading in Markdown

#: The most characters of a section that is one passage. A longer section is a page or a chapter, and is divided.
LONGEST_PASSAGE = 1_500
# Tokens of one character, at most: its bytes in UTF-8.
_MOST_TOKENS = 4
# A chunk may end with a paragraph, although the next sentence would fit, once this part of its size is filled.
_FILLED = 0.5

#: A function that returns the vectors of N texts, each of length 1.
Encode = Callable[[Sequence[str]], Float32[np.ndarray, "N D"]]


def chunks_of(
    document: Document, settings: ChunkSettings, encoder: Encoder, encode: Encode | None = None
) -> tuple[Chunk, ...]:
    """Divide a document into chunks.

    Tokens: a chunk has as many of the encoder's tokens as fit into the size, without special tokens. It ends with a
    paragraph if that fills half of it, else with a sentence, else with a word, else, in a word that is too long, with
    a token, but never within a letter and its marks, unless they alone have more tokens than fit. Its overlap with the
    chunk before begins with a sentence if possible, else with a word. Sentences: those of sentences_in(). Paragraphs:
    the text between blank lines, and each section of up to LONGEST_PASSAGE characters; a heading alone is joined to the
    paragraph after it. A sentence or a paragraph that alone is longer than the model reads is divided, as by tokens, so
    that chunks of one are always read whole; larger ones may not be. Meaning: neighbouring sentences part where they
    are least alike (see semantic_chunking.py), and what has more tokens than fit into the size is divided further
    there; a sentence that does not fit is divided by tokens. Chunks cross the borders of sections. A chunk without a
    token is omitted.

    encode: gives the vectors of sentences, for a division by meaning; None for the encoder's own.
    """
    text = document.text
    if settings.unit is Unit.TOKENS:
        borders = _borders(text, encoder.token_spans(text))
        spans, counts, special = _count(text, _by_tokens(borders, settings.size, settings.overlap), encoder)
        if max(counts, default=0) - special > settings.size:
            # Read alone, a part of a text may have more tokens: many tokenizers join the blank before a word to it. To
            # count each chunk by itself takes long, so it is done for the texts that need it.
            checked = _by_tokens(borders, settings.size, settings.overlap, partial(_fits, text, settings.size, encoder))
            spans, counts, special = _count(text, checked, encoder)
    elif settings.unit is Unit.MEANING:
        spans, counts, special = _count(text, _by_meaning(document, settings, encoder, encode), encoder)
    else:
        whole = sentences_in(text) if settings.unit is Unit.SENTENCES else passages_in(document)
        units = _readable(text, whole, encoder)
        spans, counts, special = _count(text, _windows(units, settings.size, settings.overlap), encoder)
    kept = [(span, count) for span, count in zip(spans, counts, strict=True) if count > special]
    return tuple(
        Chunk(document.id, number, start, end, text[start:end], count)
        for number, ((start, end), count) in enumerate(kept)
    )


def _readable(text: str, units: Sequence[TextSpan], encoder: Encoder) -> list[TextSpan]:
    """Divide each part of a text that the encoder does not read to its end into parts that it does."""
    room = encoder.room(TextKind.PASSAGE)
    # A character has several tokens at most where a tokenizer reads bytes.
    long = [span for span in units if _MOST_TOKENS * (span[1] - span[0]) > room]
    lengths = {span: len(encoder.token_spans(text[slice(*span)])) for span in long}
    readable: list[TextSpan] = []
    for start, end in units:
        if lengths.get((start, end), 0) <= room:
            readable.append((start, end))
            continue
        part = text[start:end]
        borders = _borders(part, encoder.token_spans(part))
        divided = _by_tokens(borders, room, 0, partial(_fits, part, room, encoder))
        stripped = (_strip(part, *span) for span in divided)
        readable += [(start + first, start + last) for span in stripped if span for first, last in [span]]
    return readable


def sentences_compared(document: Document, encoder: Encoder) -> tuple[TextSpan, ...]:
    """Return the spans that a division by meaning compares: the sentences, a heading joined to what it heads.

    A sentence without a token is joined to the one before it, or after it at the beginning.
    """
    text = document.text
    spans = _join_headings(document, sentences_in(text))
    unreadable = {index for index, _ in find_unreadable(encoder, [text[start:end] for start, end in spans])}
    starts = {start for index, (start, _) in enumerate(spans) if index not in unreadable}
    return tuple(_between(text, 0, len(text), frozenset(sorted(starts)[1:])))


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
    for section in document.sections:
        spans += _paragraphs(text, end, section.start)
        if section.end - section.start <= LONGEST_PASSAGE:
            spans += _between(text, section.start, section.end)
        else:
            spans += _paragraphs(text, section.start, section.end)
        end = section.end
    spans += _paragraphs(text, end, len(text))
    return _join_headings(document, spans)


def _join_headings(document: Document, spans: Sequence[TextSpan]) -> tuple[TextSpan, ...]:
    """Join each span that is nothing but the heading of a section to the span after it."""
    headings = {section.start: section.heading for section in document.sections}
    joined: list[TextSpan] = []
    joined_start = None
    for start, end in spans:
        heading = headings.get(start, "")
        only_heading = bool(heading) and document.text[start:end].strip(_MARKS) == heading.strip(_MARKS)
        joined_start = start if joined_start is None else joined_start
        # Nothing follows the last heading.
        if not only_heading or (start, end) == spans[-1]:
            joined.append((joined_start, end))
            joined_start = None
    return tuple(joined)


@dataclass(frozen=True)
class _Borders:
    """The tokens of a text with which a chunk may begin, by kind, as their numbers; the last of each is the total.

    All of them begin with a character, but for code points.
    """

    starts: list[int]  # of each token in the text, and the end of the text
    total: int
    paragraphs: list[int]
    sentences: list[int]
    words: list[int]
    characters: list[int]  # as a reader sees them: a letter with its marks, a whole emoji
    code_points: list[int]  # for a character with more tokens than a chunk may have


def _borders(text: str, tokens: Int[np.ndarray, "S 2"]) -> _Borders:
    """Find the borders of chunks in a text of S tokens, which is the only place where they are defined.

    Bytes of one character may be several tokens (byte-level BPE), and letters with their marks several characters of
    the text: none of them is a border.
    """
    starts: list[int] = tokens[:, 0].tolist()
    total = len(starts)
    code_points = [k for k, start in enumerate(starts) if k == 0 or (start > starts[k - 1] and start < len(text))]
    seen = {start for start, _ in characters_of(text)}
    characters = [k for k in code_points if k == 0 or starts[k] in seen]
    allowed = set(characters)

    def begun_by(spans: Sequence[TextSpan]) -> list[int]:
        return sorted({*(k for start, _ in spans if (k := bisect_left(starts, start)) in allowed), total})

    # Some tokenizers include the blank before a word.
    blank = {index for index, character in enumerate(text) if character.isspace()}
    words = [k for k in characters if starts[k] in blank or starts[k] - 1 in blank]
    return _Borders(
        starts=[0, *starts[1:], len(text)] if starts else [],
        total=total,
        paragraphs=begun_by(list(_paragraphs(text, 0, len(text)))),
        sentences=begun_by(sentences_in(text)),
        words=[*words, total],
        characters=[*characters, total],
        code_points=[*code_points, total],
    )


def _count(text: str, spans: Sequence[TextSpan], encoder: Encoder) -> tuple[list[TextSpan], list[int], int]:
    """Return the spans without white space around them, the count of tokens of each, and that of an empty text."""
    stripped = [span for start, end in spans if (span := _strip(text, start, end))]
    special, *counts = encoder.token_counts(["", *(text[start:end] for start, end in stripped)])
    return stripped, counts, special


def _fits(text: str, size: int, encoder: Encoder, span: TextSpan) -> bool:
    """Return whether a part of a text, read alone, has at most so many tokens without special ones."""
    _, counts, special = _count(text, [span], encoder)
    return sum(counts) - special * len(counts) <= size


def _by_meaning(document: Document, settings: ChunkSettings, encoder: Encoder, encode: Encode | None) -> list[TextSpan]:
    """Return the spans of chunks whose sentences are alike, of at most `size` tokens."""
    text = document.text
    sentences = sentences_compared(document, encoder)
    if not sentences:
        return []
    texts = [text[start:end] for start, end in sentences]
    # One sentence alone has no border; it may even have no token.
    cosines = border_cosines((encode or _encode_by(encoder))(texts)) if len(texts) > 1 else np.zeros(0)

    def span(part: Part) -> TextSpan:
        return sentences[part[0]][0], sentences[part[1] - 1][1]

    def fit(parts: Sequence[Part]) -> list[bool]:
        _, counts, special = _count(text, [span(part) for part in parts], encoder)
        return [count - special <= settings.size for count in counts]

    parts = divide_further(parts_by_meaning(cosines, settings.percentile or 0), cosines, fit)
    spans: list[TextSpan] = []
    by_tokens = ChunkSettings(Unit.TOKENS, settings.size)
    for part, fits in zip(parts, fit(parts), strict=True):
        start, end = span(part)
        within = [] if fits else chunks_of(Document("", text[start:end]), by_tokens, encoder)
        spans += [(start + each.start, start + each.end) for each in within] if within else [(start, end)]
    return spans


def _encode_by(encoder: Encoder) -> Encode:
    return lambda texts: normalise_rows(encoder.encode(texts))


def _by_tokens(
    borders: _Borders, size: int, overlap: int, fits: Callable[[TextSpan], bool] = lambda _: True
) -> list[TextSpan]:
    """Return chunks of at most `size` tokens. Text between two tokens belongs to the first of them.

    fits: says whether a chunk, read alone, is small enough.
    """
    starts, total = borders.starts, borders.total
    found: list[TextSpan] = []
    begin = end = 0
    while end < total:
        done = end
        while (fitting := _end_of_chunk(borders, begin, done, size, fits)) is None and begin < done:
            # What is shared with the chunk before leaves no room for more.
            begin = min(done, borders.characters[bisect_right(borders.characters, begin)])
        # One that has more tokens than fit is not divided.
        end = fitting or borders.code_points[bisect_right(borders.code_points, done)]
        found.append((starts[begin], starts[end]))
        # Never so far back that the next chunk repeats all of this one, or divides a word or sentence that would fit.
        earliest = max(end - overlap, begin + 1)
        for kind in borders.code_points, borders.characters, borders.words, borders.sentences:
            following = kind[min(bisect_right(kind, end), len(kind) - 1)]
            if following - end <= size:
                earliest = max(earliest, following - size)
        begin = (
            _first(borders.sentences, earliest, end - 1)
            or _first(borders.words, earliest, end)
            or _first(borders.characters, earliest, end)
            or end
        )
    return found


def _end_of_chunk(borders: _Borders, begin: int, done: int, size: int, fits: Callable[[TextSpan], bool]) -> int | None:
    """Return the best border after `done` at which a chunk can end that begins with a token; None if nothing fits."""
    limit = begin + size
    half = max(done, begin + int(_FILLED * size))
    following = borders.characters[bisect_right(borders.characters, done)]
    # The token of the blank before a character, which some tokenizers count to it, is not read where it is read alone.
    if begin == done and following > limit and fits((borders.starts[begin], borders.starts[following])):
        return following
    while limit > done:
        end = (
            _last(borders.paragraphs, half, limit)
            or _last(borders.sentences, done, limit)
            or _last(borders.words, done, limit)
            or _last(borders.characters, done, limit)
            # No character is divided for what the chunk shares with the one before.
            or (_last(borders.code_points, done, limit) if begin >= done else None)
        )
        if end is None or fits((borders.starts[begin], borders.starts[end])):
            return end
        limit = end - 1
    return None


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

"""A passage as it stands on the page: where it is from, and its text with a part of it marked."""

import html
import re
from collections.abc import Hashable, Sequence
from itertools import islice, pairwise

import numpy as np

from components.core.retrieval.documents import Chunk, Document
from components.core.retrieval.ingest.chunking import sentences_in, unread_from
from components.core.retrieval.ingest.corpora import sections_at
from components.core.retrieval.search.score_grid import best_sentence
from components.core.storage.cached_encoding import find_unreadable
from components.ui.caches import models
from components.ui.caches.encoding import encode_texts
from components.ui.page import shorten
from components.ui.retrieval.indexed_corpus import IndexedCorpus
from components.ui.retrieval.search_result import SearchResult

# "cooking-07" in the document “Cooking” is its passage 7.
_NUMBERED = re.compile(r"^[a-z]+-(\d+)$")
# A longer passage is shown around its best sentence, with the rest one click away.
_LONGEST = 700
# One that is longer still is not sent three times over with each letter typed.
_LONGEST_WHOLE = 10_000
_LONGEST_WORD = 40
# Of a sentence nothing is said if there is only one.
_FEWEST = 2
# So many sentences of one passage are compared with the question.
_MOST_SENTENCES = 200


def place_of(prepared: IndexedCorpus, place: int) -> str:
    """Where in its document a chunk stands: its section, its number, or, if it is a part of a section, both."""
    chunk = prepared.chunks[place]
    number = f"passage {chunk.number + 1}"
    sections = sections_at(prepared.corpus.by_id[chunk.document], chunk.start, chunk.end)
    if not sections:
        return number
    first, last = (_NUMBERED.sub(lambda found: str(int(found[1])), each.id) for each in (sections[0], sections[-1]))
    if chunk.start <= sections[0].start and sections[-1].end <= chunk.end:
        return first if first == last else f"{first} to {last}"
    return f"{first}, {number}" if first == last else f"{first} to {last}, {number}"


def name_of(prepared: IndexedCorpus, place: int) -> str:
    """What a chunk is called in one line, unlike any other of the corpus."""
    return f"{shorten(prepared.titles[prepared.chunks[place].document], 40)} · {place_of(prepared, place)}"


#: Where in a passage's text a sentence begins and ends.
Place = tuple[int, int]


def best_sentences(searched: SearchResult, places: Sequence[int]) -> dict[int, Place]:
    """Place of a chunk → its sentence whose own vector is nearest to the question's; of one sentence: none."""

    def find() -> dict[int, Place]:
        spans = {place: _read_sentences(searched, place) for place in places}
        spans = {place: each for place, each in spans.items() if len(each) >= _FEWEST}
        texts = [searched.chunk(place).text[start:end] for place, each in spans.items() for start, end in each]
        units = iter(encode_texts(searched.prepared.model, texts))
        found = {}
        for place, each in spans.items():
            of_chunk = np.array(list(islice(units, len(each))))
            found[place] = each[best_sentence(of_chunk, searched.question_vector)]
        return found

    kept: dict[int, Place] = searched.memo.get(best_name(places), find)
    return kept


def best_name(places: Sequence[int]) -> Hashable:
    """What Searched keeps the best sentences of these chunks under."""
    return "best sentences", tuple(places)


def _read_sentences(searched: SearchResult, place: int) -> list[Place]:
    """Where the sentences of a chunk are, the first of them, but for those that the model does not read."""
    chunk, encoder = searched.chunk(place), models.encoder(searched.prepared.model)
    unread = unread_from(chunk, encoder)
    spans = [span for span in sentences_in(chunk.text) if unread is None or span[0] < unread][:_MOST_SENTENCES]
    refused = {number for number, _ in find_unreadable(encoder, [chunk.text[start:end] for start, end in spans])}
    return [span for number, span in enumerate(spans) if number not in refused]


def passage_html(prepared: IndexedCorpus, place: int, best: Place | None) -> str:
    """A passage with its best sentence marked; a very long one shows that sentence first, and all of it on a click.

    What of it the model does not read is struck through.
    """
    chunk = prepared.chunks[place]
    text, unread = chunk.text, unread_from(chunk, models.encoder(prepared.model))
    marks = [(0, _heading(prepared.corpus.by_id[chunk.document], chunk), "b")]
    marks += [(*best, "mark")] if best else []
    marks += [] if unread is None else [(unread, len(text), "s")]
    flag = "" if unread is None else '<p class="es-count">The model reads only the beginning of this passage.</p>'
    if len(text) <= _LONGEST:
        return f'{flag}<p class="es-text" dir="auto">{_marked(text, 0, len(text), marks)}</p>'
    start, end = best or (0, 0)
    first = _word_border(text, start - _LONGEST // 4)
    last = _word_border(text, max(end + _LONGEST // 4, first + _LONGEST // 2))
    part = ("… " if first else "") + _marked(text, first, last, marks) + (" …" if last < len(text) else "")
    shown = f'{flag}<p class="es-text" dir="auto">{part}</p>'
    if len(text) > _LONGEST_WHOLE:
        return f'{shown}<p class="es-count">All {len(text):,} characters stand under “The passages”.</p>'
    whole = _marked(text, 0, len(text), marks)
    return (
        f"{shown}<details><summary>All {len(text):,} characters</summary>"
        f'<p class="es-text" dir="auto">{whole}</p></details>'
    )


def _word_border(text: str, place: int) -> int:
    """The nearest place before this one, or at it, where a word begins."""
    if place <= 0 or place >= len(text):
        return max(0, min(place, len(text)))
    blank = text.rfind(" ", max(0, place - _LONGEST_WORD), place)
    return place if blank < 0 else blank + 1


def _heading(document: Document, chunk: Chunk) -> int:
    """How many of a passage's first characters are the heading of a section."""
    headings = (section.heading for section in document.sections if section.start == chunk.start)
    heading = next(headings, "")
    return len(heading) if heading and chunk.text.startswith(f"{heading}\n") else 0


def _marked(text: str, first: int, last: int, marks: Sequence[tuple[int, int, str]]) -> str:
    """A part of a text, escaped, with elements around what is marked. marks: from where to where, and the element."""
    borders = {first, last, *(place for start, end, _ in marks for place in (start, end) if first < place < last)}
    parts = []
    for start, stop in pairwise(sorted(borders)):
        part = html.escape(text[start:stop])
        for begin, end, element in marks:
            if begin <= start < end:
                part = f"<{element}>{part}</{element}>"
        parts.append(part)
    return "".join(parts)

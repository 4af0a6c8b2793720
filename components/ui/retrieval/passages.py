"""A passage on the page: its name, and its text with the best sentence marked."""

import re
from collections.abc import Hashable, Sequence
from itertools import islice, pairwise

import numpy as np
from markupsafe import Markup, escape

from components.core.model.prompts import TextKind
from components.core.retrieval.documents import Chunk, Document, Section
from components.core.retrieval.ingest.chunking import sentences_in, unread_from
from components.core.retrieval.ingest.corpora import sections_at
from components.core.retrieval.search.score_grid import best_sentence
from components.core.storage.cached_encoding import find_unreadable
from components.core.text.words import TextSpan, start_of_character
from components.ui.caches import models
from components.ui.caches.encoding import encode_texts
from components.ui.retrieval.indexed_corpus import IndexedCorpus
from components.ui.retrieval.search_result import SearchResult
from components.ui.wording import shorten

# "cooking-07" in the document “Cooking” is its passage 7.
_NUMBERED = re.compile(r"^[a-z]+-(\d+)$")
# Of a longer passage the part around its best sentence is shown, the rest after a click.
_LONGEST = 700
# A still longer one is not sent whole: it would be sent three times with each letter typed.
_LONGEST_WHOLE = 10_000
_LONGEST_WORD = 40
_LONGEST_HEADING = 40
# In a passage of one sentence nothing is marked.
_FEWEST = 2
# Sentences of one passage that are compared with the question.
_MOST_SENTENCES = 200
_PARAGRAPH = Markup('<p class="es-text" dir="auto">{}</p>')


def location(indexed_corpus: IndexedCorpus, index: int) -> str:
    """A chunk's section in its document, or its number, or both if it is a part of a section.

    A section that is only counted, as those of a reader's files, is named with its heading.
    """
    chunk = indexed_corpus.chunks[index]
    number = f"passage {chunk.number + 1}"
    sections = sections_at(indexed_corpus.corpus.by_id[chunk.document], chunk.start, chunk.end)
    if not sections:
        return number
    first, last = (_section_name(each) for each in (sections[0], sections[-1]))
    if chunk.start <= sections[0].start and sections[-1].end <= chunk.end:
        return first if first == last else f"{first} to {last}"
    return f"{first}, {number}" if first == last else f"{first} to {last}, {number}"


def name_of_part(indexed_corpus: IndexedCorpus, part: Chunk) -> str:
    """The name of a part of a document that is no chunk of the corpus: its sections, or the place where it begins."""
    sections = sections_at(indexed_corpus.corpus.by_id[part.document], part.start, part.end)
    place = f"from character {part.start + 1:,}"
    if sections:
        first, last = _section_name(sections[0]), _section_name(sections[-1])
        place = first if first == last else f"{first} to {last}"
    return f"{shorten(indexed_corpus.titles[part.document], 40)} · {place}"


def _section_name(section: Section) -> str:
    number = _NUMBERED.sub(lambda match: str(int(match[1])), section.id)
    return f"{number} {shorten(section.heading, _LONGEST_HEADING)}".rstrip() if section.id.isdigit() else number


def name_of(indexed_corpus: IndexedCorpus, index: int) -> str:
    """The name of a chunk in one line; no other chunk of the corpus has it."""
    title = indexed_corpus.titles[indexed_corpus.chunks[index].document]
    return f"{shorten(title, 40)} · {location(indexed_corpus, index)}"


def best_sentences(result: SearchResult, indices: Sequence[int]) -> dict[int, TextSpan]:
    """Index of a chunk → its sentence nearest to the question. A chunk of one sentence is left out."""

    def compare() -> dict[int, TextSpan]:
        spans = {index: _read_sentences(result, index) for index in indices}
        spans = {index: each for index, each in spans.items() if len(each) >= _FEWEST}
        texts = [result.chunk(index).text[start:end] for index, each in spans.items() for start, end in each]
        vectors = iter(encode_texts(result.indexed_corpus.model, texts, kind=TextKind.PASSAGE))
        best = {}
        for index, each in spans.items():
            of_chunk = np.array(list(islice(vectors, len(each))))
            best[index] = each[best_sentence(of_chunk, result.question_vector)]
        return best

    best: dict[int, TextSpan] = result.memo.get(best_sentences_key(indices), compare)
    return best


def best_sentences_key(indices: Sequence[int]) -> Hashable:
    """The key of these chunks' best sentences in SearchResult.memo."""
    return "best sentences", tuple(indices)


def _read_sentences(result: SearchResult, index: int) -> list[TextSpan]:
    """The spans of a chunk's first sentences, without those that the model does not read."""
    chunk, encoder = result.chunk(index), models.encoder(result.indexed_corpus.model)
    unread = unread_from(chunk, encoder)
    spans = [span for span in sentences_in(chunk.text) if unread is None or span[0] < unread][:_MOST_SENTENCES]
    unreadable = {number for number, _ in find_unreadable(encoder, [chunk.text[start:end] for start, end in spans])}
    return [span for number, span in enumerate(spans) if number not in unreadable]


def passage_html(indexed_corpus: IndexedCorpus, index: int, best: TextSpan | None, by_words: bool = False) -> Markup:
    """A passage with its best sentence marked. A long passage shows the part around it, and all of it after a click.

    Text that the model does not read is struck through, but not where a ranking counts all words.
    """
    return part_html(indexed_corpus, indexed_corpus.chunks[index], best, by_words)


def part_html(
    indexed_corpus: IndexedCorpus, chunk: Chunk, best: TextSpan | None = None, by_words: bool = False
) -> Markup:
    """A part of a document, which need not be a chunk of the corpus, as passage_html() shows a chunk."""
    text, unread = chunk.text, None if by_words else unread_from(chunk, models.encoder(indexed_corpus.model))
    marks = [(0, _heading(indexed_corpus.corpus.by_id[chunk.document], chunk), "b")]
    marks += [(*best, "mark")] if best else []
    marks += [] if unread is None else [(unread, len(text), "s")]
    flag = Markup("")
    if unread is not None:
        flag = Markup('<p class="es-count">The model reads only the beginning of this passage.</p>')
    if len(text) <= _LONGEST:
        return flag + _PARAGRAPH.format(_marked(text, 0, len(text), marks))
    start, end = best or (0, 0)
    first = _word_border(text, start - _LONGEST // 4)
    last = _word_border(text, max(end + _LONGEST // 4, first + _LONGEST // 2))
    part = ("… " if first else "") + _marked(text, first, last, marks) + (" …" if last < len(text) else "")
    shown = flag + _PARAGRAPH.format(part)
    if len(text) > _LONGEST_WHOLE:
        note = Markup('<p class="es-count">All {:,} characters are under the screen “passages”.</p>')
        return shown + note.format(len(text))
    whole = _PARAGRAPH.format(_marked(text, 0, len(text), marks))
    return shown + Markup("<details><summary>All {:,} characters</summary>{}</details>").format(len(text), whole)


def _word_border(text: str, index: int) -> int:
    """The nearest start of a word at this index or before it."""
    if index <= 0 or index >= len(text):
        return max(0, min(index, len(text)))
    blank = text.rfind(" ", max(0, index - _LONGEST_WORD), index)
    return start_of_character(text, index) if blank < 0 else blank + 1


def _heading(document: Document, chunk: Chunk) -> int:
    """The length of the section heading that a passage begins with; 0 if there is none."""
    headings = (section.heading for section in document.sections if section.start == chunk.start)
    heading = next(headings, "")
    return len(heading) if heading and chunk.text.startswith(f"{heading}\n") else 0


def _marked(text: str, first: int, last: int, marks: Sequence[tuple[int, int, str]]) -> Markup:
    """A part of a text with elements around the marked spans. marks: start, end, name of the element."""
    borders = {first, last, *(index for start, end, _ in marks for index in (start, end) if first < index < last)}
    parts = []
    for start, stop in pairwise(sorted(borders)):
        part = escape(text[start:stop])
        for begin, end, element in marks:
            if begin <= start < end:
                part = Markup("<{0}>{1}</{0}>").format(element, part)
        parts.append(part)
    return Markup("").join(parts)

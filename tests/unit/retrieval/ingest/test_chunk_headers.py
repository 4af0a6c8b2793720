"""Headers before chunks: what they say, by hand, and what they push out of what the model reads."""

import numpy as np
import pytest

from components.core import Encoder
from components.core.model.prompts import TextKind
from components.core.retrieval.documents import Chunk, ChunkSettings, Document, Section, Unit
from components.core.retrieval.ingest.chunk_headers import HeaderCut, header_cut, header_of, with_headers
from components.core.retrieval.ingest.chunking import chunks_of

TEXT = "Dough\nKnead it. Let it rise.\n\nHeat the oven.\n\nEat."
FOOD = Document("Pizza \n at home", TEXT, (Section("1", "Dough", 0, 28), Section("2", "", 30, 44)))


def chunk(start: int, end: int, document: Document = FOOD, tokens: int = 5) -> Chunk:
    return Chunk(document.id, start, start, end, document.text[start:end], tokens)


@pytest.mark.parametrize(
    ("start", "end", "header"),
    [
        (16, 28, "Pizza at home: Dough"),
        (0, 15, "Pizza at home"),  # it begins with its heading
        (30, 44, "Pizza at home"),  # its section has none
        (46, 50, "Pizza at home"),  # outside of all sections
        (16, 44, "Pizza at home: Dough"),  # the section that it begins in
    ],
)
def test_a_header_is_the_title_and_the_heading_that_a_chunk_does_not_begin_with(
    start: int, end: int, header: str
) -> None:
    assert header_of(chunk(start, end), FOOD) == header
    assert with_headers([chunk(start, end)], [FOOD]) == (f"{header}\n{TEXT[start:end]}",)


def test_what_a_document_does_not_have_is_not_in_the_header() -> None:
    untitled = Document(" ", "It rises.")
    assert with_headers([chunk(0, 9, untitled)], [untitled]) == ("It rises.",)
    repeated = Document("Bread", "It rises.", (Section("1", "Bread", 0, 9),))
    assert header_of(chunk(0, 9, repeated), repeated) == "Bread"
    first_words = Document("Bread  rises", "Bread\nrises slowly.")
    assert header_of(chunk(0, 19, first_words), first_words) == ""


def test_headers_that_leave_room_for_all_cut_nothing(encoder: Encoder) -> None:
    chunks = chunks_of(FOOD, ChunkSettings(Unit.SENTENCES, 1), encoder)
    assert header_cut(chunks, with_headers(chunks, [FOOD]), encoder) == HeaderCut(0, 0)
    assert header_cut([], [], encoder) == HeaderCut(0, 0)


def test_the_tokens_that_headers_push_out_are_counted_and_really_not_read(encoder: Encoder) -> None:
    room = encoder.room(TextKind.PASSAGE)
    # Four of title and line: "one two three" and no token for the line break.
    document = Document("one two three", f"{'word ' * (room - 1)}last\n\nshort\n\n{'word ' * (room + 9)}last")
    chunks = chunks_of(document, ChunkSettings(Unit.PARAGRAPHS, 1), encoder)
    headed = with_headers(chunks, [document])
    # Of the first chunk and of the third, which is too long by itself, 3 tokens each are read no more.
    assert header_cut(chunks, headed, encoder) == HeaderCut(2, 6)
    kept = headed[0].rsplit(" ", 3)[0]
    whole, without_three, without_four = encoder.encode([headed[0], kept, kept.rsplit(" ", 1)[0]])
    np.testing.assert_allclose(without_three, whole, atol=1e-6)
    assert np.abs(without_four - whole).max() > 1e-4


def test_a_title_longer_than_what_is_read_leaves_nothing_of_a_chunk(encoder: Encoder) -> None:
    document = Document("word " * 400, "It rises slowly.")
    chunks = chunks_of(document, ChunkSettings(Unit.PARAGRAPHS, 1), encoder)
    assert header_cut(chunks, with_headers(chunks, [document]), encoder) == HeaderCut(1, 4)

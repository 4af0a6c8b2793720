"""Chunks handed over as the section or document that they are in: by hand, and each parent once."""

import numpy as np
import pytest

from components.core import Encoder
from components.core.retrieval.documents import Chunk, ChunkSettings, Document, Section, Unit
from components.core.retrieval.ingest.chunking import chunks_of
from components.core.retrieval.search.parent_documents import Parent, Parents, parents_of, rank_parents

FOOD = Document(
    "Food",
    "Dough rises. Knead it.\n\nOvens heat. Bake it.\n\nEat it.",
    (Section("1", "", 0, 22), Section("2", "", 24, 44)),
)
PLAIN = Document("Plain", "Nothing is divided here. It has no sections.")


def sentences(encoder: Encoder, *documents: Document) -> list[Chunk]:
    return [each for one in documents for each in chunks_of(one, ChunkSettings(Unit.SENTENCES, 1), encoder)]


def test_chunks_are_handed_over_as_their_sections_and_as_themselves_where_there_is_none(encoder: Encoder) -> None:
    chunks = sentences(encoder, PLAIN, FOOD)
    found = parents_of(chunks, [FOOD, PLAIN], Parent.SECTION, encoder)
    assert [each.text for each in found.passages] == [
        *("Dough rises. Knead it.", "Ovens heat. Bake it.", "Eat it."),
        *("Nothing is divided here.", "It has no sections."),
    ]
    assert found.of.tolist() == [3, 4, 0, 0, 1, 1, 2]
    assert [each.number for each in found.passages] == [0, 1, 2, 0, 1]
    assert len({each.id for each in found.passages}) == 5
    for each in found.passages:
        document = FOOD if each.document == FOOD.id else PLAIN
        assert document.text[each.start : each.end] == each.text
        assert each.token_count == encoder.token_counts([each.text])[0]


def test_chunks_are_handed_over_as_their_documents(encoder: Encoder) -> None:
    found = parents_of(sentences(encoder, FOOD, PLAIN), [FOOD, PLAIN], Parent.DOCUMENT, encoder)
    assert [each.text for each in found.passages] == [FOOD.text, PLAIN.text]
    assert found.of.tolist() == [0] * 5 + [1] * 2


@pytest.mark.parametrize(("start", "end", "section"), [(10, 30, 0), (16, 40, 1), (20, 26, 0), (22, 24, None)])
def test_a_chunk_across_a_border_belongs_to_the_section_that_it_shares_more_with(
    encoder: Encoder, start: int, end: int, section: int | None
) -> None:
    chunk = Chunk(FOOD.id, 0, start, end, FOOD.text[start:end], 9)
    (found,) = parents_of([chunk], [FOOD], Parent.SECTION, encoder).passages
    expected = (start, end) if section is None else (FOOD.sections[section].start, FOOD.sections[section].end)
    assert (found.start, found.end) == expected


def test_each_parent_stands_once_at_the_rank_of_its_best_chunk() -> None:
    parents = Parents((), np.array([0, 0, 2, 1, 1]))
    assert rank_parents([3, 1, 4, 0, 2], parents) == (1, 0, 2)
    assert rank_parents([2, 0], parents) == (2, 0)
    assert rank_parents([], parents) == ()


def test_no_chunk_has_no_parent(encoder: Encoder) -> None:
    found = parents_of([], [FOOD], Parent.SECTION, encoder)
    assert (found.passages, found.of.tolist()) == ((), [])

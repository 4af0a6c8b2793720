"""Corpora are read as their tables say; those that ship are whole, plain and short, and their questions point right."""

import re
import tomllib
import unicodedata
from pathlib import Path
from typing import Any

import pytest

from components.core import Encoder
from components.core.retrieval.documents import Corpus, Document, Question, Section, Span
from components.core.retrieval.ingest.corpora import corpus_from, questions_from, sections_at
from components.core.text.content_words import content_words_in
from components.ui.assets import ASSETS

Table = dict[str, Any]

_BESIDE = ("_questions", "_french")  # what belongs to a corpus
SHIPPED = sorted(file.stem for file in (ASSETS / "corpora").glob("*.toml") if not file.stem.endswith(_BESIDE))


def menu() -> Table:
    return {
        "name": "Menu",
        "document": [
            {
                "title": " Dinner ",
                "section": [
                    {"id": "1", "heading": " To  start ", "text": "\nSoup,\n  hot.\n \n\nOr salad. \n"},
                    {"id": "2", "heading": "", "text": "Pizza."},
                    {"id": "3", "text": "Ice\tcream."},
                ],
            },
            {"title": "Drinks", "section": [{"id": "4", "heading": "Cold", "text": "Water."}]},
        ],
    }


def asked(*answered_by: str) -> Table:
    return {"question": [{"text": " What  is\nhot? ", "answered_by": list(answered_by)}]}


# Reading a table


def test_a_document_is_its_sections_with_their_headings_and_each_section_knows_its_place() -> None:
    corpus = corpus_from(menu())
    first = "To start\nSoup, hot.\n\nOr salad."
    dinner = Document(
        "Dinner",
        first + "\n\nPizza.\n\nIce cream.",
        (Section("1", "To start", 0, 30), Section("2", "", 32, 38), Section("3", "", 40, 50)),
    )
    assert corpus == Corpus("Menu", (dinner, Document("Drinks", "Cold\nWater.", (Section("4", "Cold", 0, 11),))))
    assert dinner.text[0:30] == first
    assert (dinner.text[32:38], dinner.text[40:50]) == ("Pizza.", "Ice cream.")


def test_an_id_that_is_used_twice_is_refused_even_in_two_documents() -> None:
    table = menu()
    table["document"][1]["section"][0]["id"] = "2"
    with pytest.raises(ValueError, match=r"Two sections of Menu have the id 2\."):
        corpus_from(table)


def test_a_section_without_text_is_refused() -> None:
    table = menu()
    table["document"][0]["section"][1]["text"] = " \n "
    with pytest.raises(ValueError, match=r"Section 2 has no text\."):
        corpus_from(table)


def test_what_answers_a_question_is_where_its_sections_are() -> None:
    corpus = corpus_from(menu())
    dinner, drinks = (document.id for document in corpus.documents)
    table = asked("4", "1")
    table["question"].append({"text": "Is there cheese?", "answered_by": [], "note": " answered by  nothing "})
    assert questions_from(table, corpus) == (
        Question("What is hot?", (Span(drinks, 0, 11), Span(dinner, 0, 30))),
        Question("Is there cheese?", (), "answered by nothing"),
    )


def test_a_section_that_is_not_there_answers_nothing() -> None:
    with pytest.raises(ValueError, match=r"No section has the id 1\.1\."):
        questions_from(asked("1", "1.1"), corpus_from(menu()))


# What a chunk cites


@pytest.mark.parametrize(
    ("start", "end", "ids"),
    [
        (0, 50, ["1", "2", "3"]),
        (0, 30, ["1"]),
        (29, 33, ["1", "2"]),
        (30, 32, []),  # the blank line between two sections
        (30, 33, ["2"]),
        (29, 32, ["1"]),
        (34, 35, ["2"]),
        (38, 99, ["3"]),
        (35, 35, []),
    ],
)
def test_a_part_of_a_text_cites_the_sections_it_shares_characters_with(start: int, end: int, ids: list[str]) -> None:
    dinner = corpus_from(menu()).documents[0]
    assert [section.id for section in sections_at(dinner, start, end)] == ids
    characters = set(range(start, end))
    assert ids == [each.id for each in dinner.sections if characters & set(range(each.start, each.end))]


# What ships


@pytest.fixture(params=SHIPPED)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def read(name: str) -> Table:
    return tomllib.loads(Path(ASSETS, "corpora", f"{name}.toml").read_text(encoding="utf-8"))


def shipped(name: str) -> tuple[Corpus, tuple[Question, ...]]:
    corpus = corpus_from(read(name))
    return corpus, questions_from(read(f"{name}_questions"), corpus)


def texts_of(corpus: Corpus) -> list[str]:
    return [document.text[each.start : each.end] for document in corpus.documents for each in document.sections]


def test_the_lecture_notes_ship_in_65_sections_at_most() -> None:
    assert "notes" in SHIPPED
    corpus, _ = shipped("notes")
    assert 55 <= len(texts_of(corpus)) <= 65
    assert all(section.heading for document in corpus.documents for section in document.sections)


def test_every_section_is_found_at_its_place_with_its_heading_and_every_word(name: str) -> None:
    table, (corpus, _) = read(name), shipped(name)
    assert table["says"].strip()
    assert len(corpus.documents) == len(corpus.by_id) == len(table["document"])
    for document, written in zip(corpus.documents, table["document"], strict=True):
        for section, source in zip(document.sections, written["section"], strict=True):
            text = document.text[section.start : section.end]
            assert section.id == source["id"]
            assert text.split() == f"{source.get('heading', '')} {source['text']}".split()
            assert text.startswith(section.heading)


def test_sections_cover_their_document_and_none_overlaps_another(name: str) -> None:
    for document in shipped(name)[0].documents:
        ends = [0, *(section.end + 2 for section in document.sections)]
        assert [section.start for section in document.sections] == ends[:-1]
        assert ends[-1] == len(document.text) + 2
        assert all(document.text[end - 2 : end] == "\n\n" for end in ends[1:-1])


def test_no_section_is_there_twice(name: str) -> None:
    bodies = [section["text"].split() for document in read(name)["document"] for section in document["section"]]
    assert len({" ".join(body) for body in bodies}) == len(bodies)


def test_the_bundled_model_reads_every_section_to_its_end(name: str, encoder: Encoder) -> None:
    assert encoder.encode_limit == 256
    assert max(encoder.tokenize(text).total_tokens for text in texts_of(shipped(name)[0])) <= 256


def test_texts_are_plain_characters_without_doubled_blanks(name: str) -> None:
    corpus, questions = shipped(name)
    for text in [*texts_of(corpus), *(question.text for question in questions)]:
        odd = {each for each in text if unicodedata.category(each)[0] in "CZ"} - {" ", "\n"}
        assert not odd
        assert "  " not in text
        assert text == unicodedata.normalize("NFC", text).strip()


def test_there_are_forty_different_questions_and_a_few_that_nothing_answers(name: str) -> None:
    corpus, questions = shipped(name)
    assert len({question.text for question in questions}) == len(questions) == 40
    assert 4 <= sum(not question.answers for question in questions) <= 8
    assert any(len(question.answers) > 1 for question in questions)
    for question in questions:
        assert len(set(question.answers)) == len(question.answers)
        for answer in question.answers:
            document = corpus.by_id[answer.document]
            assert (answer.start, answer.end) in {(each.start, each.end) for each in document.sections}


def test_questions_quote_no_section(name: str) -> None:
    corpus, questions = shipped(name)
    together = " ".join(" ".join(texts_of(corpus)).split()).lower()
    assert not [question.text for question in questions if question.text.lower().rstrip("?") in together]


def test_a_question_said_to_share_no_content_word_with_its_answers_shares_none(name: str) -> None:
    corpus, questions = shipped(name)
    for question in questions:
        if re.search(r"\bshares? no content word\b", question.note):
            assert question.answers
            for answer in question.answers:
                text = corpus.by_id[answer.document].text[answer.start : answer.end]
                assert not set(content_words_in(question.text)) & set(content_words_in(text))

"""Questions and test collections that a reader brings: read as they are meant, or refused in words."""

import io
import json
import zipfile
from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from components.core.errors import UploadError
from components.core.retrieval.documents import Corpus, Document, Span
from components.core.retrieval.ingest import beir, judged_questions
from components.core.retrieval.ingest.beir import JudgedCorpus, read_beir, read_beir_zip
from components.core.retrieval.ingest.judged_questions import MOST_OCCURRENCES, JudgedQuestions, read_questions
from components.core.text import table_rows, uploads
from components.core.text.spelling import FoldedText, fold
from components.core.text.uploads import MOST_BYTES

_OVEN = Document(
    "Oven", "The oven must be hot.\n\nBake  for twelve\nminutes, at 230 °C. Straße 5, 12 Grüße. Art is art."
)
_DOUGH = Document("Dough", "Part of the dough rests. The oven must be hot. " + "again and " * 6)
_CORPUS = Corpus("Pizza", (_OVEN, _DOUGH))


def _questions(*lines: str, corpus: Corpus = _CORPUS) -> JudgedQuestions:
    return read_questions("questions.csv", "\n".join(lines).encode(), corpus)


def _quoted(found: JudgedQuestions, number: int = 0) -> list[str]:
    """The parts of the documents that answer a question."""
    return [_CORPUS.by_id[span.document].text[span.start : span.end] for span in found.questions[number].answers]


def _why(found: JudgedQuestions) -> dict[int, str]:
    return {each.line: each.why for each in found.rejected}


# A table of questions


@pytest.mark.parametrize(
    ("answer", "quoted"),
    [
        ("Bake for twelve minutes", ["Bake  for twelve\nminutes"]),
        ("bake FOR   twelve", ["Bake  for twelve"]),
        ("STRASSE 5", ["Straße 5"]),
        ("12 grüsse", ["12 Grüße"]),
        ("hot. bake", ["hot.\n\nBake"]),
        ("the oven must be hot", ["The oven must be hot", "The oven must be hot"]),
        ("art", ["Art", "art"]),  # and not a part of "Part"
        ("230 °C.", ["230 °C."]),
    ],
)
def test_an_answer_is_found_whatever_its_white_space_and_capitals(answer: str, quoted: list[str]) -> None:
    found = _questions("question,answer", f'How?,"{answer}"')
    assert (_quoted(found), found.rejected) == (quoted, ())


@settings(max_examples=60)
@given(st.text(st.sampled_from("aB ßÉ\nİ1."), min_size=1, max_size=30), st.data())
def test_every_part_of_a_text_that_begins_and_ends_with_a_word_is_found_where_it_stands(
    text: str, data: st.DataObject
) -> None:
    words = text.split()
    if not words:
        return
    first = data.draw(st.integers(0, len(words) - 1))
    last = data.draw(st.integers(first, len(words) - 1))
    part = " ".join(words[first : last + 1])
    found = list(judged_questions._find("any", FoldedText(text), FoldedText(part.upper()).text))
    spans = [text[span.start : span.end] for span in found]
    assert all(fold(" ".join(span.split())) == fold(part) for span in spans)
    assert part in [" ".join(span.split()) for span in spans]


def test_rows_with_one_question_give_it_several_answers_and_an_empty_one_says_that_there_is_none() -> None:
    found = _questions(
        "Answer;note;QUESTION", "twelve minutes;;How long?", "230 °C;x;How hot?", ";;Who won?", "Bake;;How long?"
    )
    assert [question.text for question in found.questions] == ["How long?", "How hot?", "Who won?"]
    assert _quoted(found) == ["twelve\nminutes", "Bake"]
    assert _quoted(found, 2) == []


def test_a_question_none_of_whose_answers_stands_in_a_document_is_left_out_and_not_one_without_an_answer() -> None:
    found = _questions(
        *(
            "question,answer",
            "How long?,ten minutes",
            "How hot?,230 °C",
            "How hot?,240 °C",
            ",Bake",
            "How hot?,230  °c",
        ),
        *("Who?,", "Who?,", "Art?,again", "How hot?,", "Only one"),
    )
    assert [question.text for question in found.questions] == ["How hot?", "Who?"]
    assert _quoted(found) == ["230 °C"]
    assert found.questions[1].answers == ()
    assert _why(found) == {
        2: "has an answer that stands in none of 2 documents",
        4: "has an answer that stands in none of 2 documents",
        5: "has no question",
        6: "repeats line 3",
        8: "repeats line 7",
        9: f"has an answer that stands in 6 places, of which at most {MOST_OCCURRENCES} are used; quote more of it",
        10: "says that nothing answers it, and another line has an answer",
        11: "has 1 field where line 1 has 2",
    }


def test_a_file_of_questions_that_cannot_be_used_is_refused_with_its_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UploadError, match=r"no column named 'answer' among the 2 of this file: question, reply\. Name"):
        _questions("question,reply", "How?,Bake")
    with pytest.raises(UploadError, match=r"no question to use among 1 rows: line 2 has an answer that stands in none"):
        _questions("question,answer", "How?,Boil it")
    with pytest.raises(UploadError, match="does not end in one of"):
        read_questions("questions.xlsx", b"", _CORPUS)
    lines = ["question,answer", *(f"How {number}?,Bake" for number in range(3))]
    monkeypatch.setattr(judged_questions, "MOST_QUESTIONS", 3)
    assert len(_questions(*lines).questions) == 3
    with pytest.raises(UploadError, match="There are 4 questions; at most 3 are used"):
        _questions(*lines, "Why?,Bake")


def test_a_table_longer_than_is_read_is_refused_and_not_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (table_rows, uploads, judged_questions):
        monkeypatch.setattr(module, "MOST_LINES", 3)
    assert len(_questions("question,answer", "How?,Bake", "Why?,Bake").questions) == 2
    with pytest.raises(UploadError, match=r"has 4 lines; at most 3 are read"):
        _questions("question,answer", "How?,Bake", "Why?,Bake", "Who?,")


# A test collection


def _lines(*objects: object) -> bytes:
    return "\n".join(json.dumps(each) for each in objects).encode()


_FILES = {
    "corpus.jsonl": _lines(
        {"_id": "d1", "title": "Oven", "text": "It must be hot.\nVery.", "metadata": {}},
        {"_id": "d2", "title": "", "text": "The dough rests."},
        {"_id": 3, "text": "Water boils."},
        {"_id": "d1", "title": "Oven", "text": "Again."},
        {"_id": "d5", "title": "", "text": " "},
        {"_id": "d6", "title": "Oven", "text": "It must be hot.\nVery."},
    ),
    "queries.jsonl": _lines(
        {"_id": "q1", "text": "How hot?"},
        {"_id": "q2", "text": "Does  it rest?"},
        {"_id": "q3", "text": "Who won?"},
        {"_id": "q4", "text": "Judged with nothing"},
        {"_id": "q1", "text": "Again?"},
        {"_id": "q6", "text": ""},
    ),
    "qrels.tsv": b"query-id\tcorpus-id\tscore\nq1\td1\t1\nq1\td6\t2\nq1\td2\t0\nq2\td2\t1\nq2\t3\t1\n"
    b"q9\td1\t1\nq1\td9\t1\nq3\td1\t0\nq4\td1\nq4\td1\tgood\n\nq6\td1\t1\n",
}


def _packed(
    files: Mapping[str, bytes], folder: str = "", compression: int = zipfile.ZIP_DEFLATED, password: bool = False
) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", compression) as packed:
        for name, content in files.items():
            packed.writestr(folder + name, content)
    archive = bytearray(file.getvalue())
    if password:  # the flag that says so, of every file here and in the list of them
        for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
            at = archive.find(mark)
            while at >= 0:
                archive[at + offset] |= 1
                at = archive.find(mark, at + 1)
    return bytes(archive)


def _whys(found: JudgedCorpus) -> dict[str, dict[int, str]]:
    return {name: {each.line: each.why for each in rest} for name, rest in found.rejected.items()}


def test_a_collection_is_its_documents_and_the_queries_that_some_of_them_are_relevant_to() -> None:
    found = read_beir("Kitchen", _FILES)
    documents = found.corpus.documents
    assert found.corpus.name == "Kitchen"
    assert [(each.title, each.text) for each in documents] == [
        ("Oven", "Oven\nIt must be hot.\nVery."),
        ("d2", "The dough rests."),
        ("3", "Water boils."),
    ]
    assert [question.text for question in found.questions] == ["How hot?", "Does it rest?"]
    whole = [Span(each.id, 0, len(each.text)) for each in documents]
    # d6 is the same as d1: one answer.
    assert [question.answers for question in found.questions] == [(whole[0],), (whole[1], whole[2])]


def test_what_a_collection_names_and_does_not_have_is_counted_and_listed_by_file() -> None:
    assert _whys(read_beir("Kitchen", _FILES)) == {
        "corpus.jsonl": {4: "repeats the _id 'd1'", 5: "is empty"},
        "queries.jsonl": {
            3: "has no relevant document",
            4: "has no relevant document",
            5: "repeats the _id 'q1'",
            6: "is empty",
        },
        "qrels.tsv": {
            7: "names a query that queries.jsonl does not have",
            8: "names a document that corpus.jsonl does not have",
            10: "has 2 fields where the first line has 3",
            11: "has a score that is no number: 'good'",
        },
    }


def test_a_document_that_is_the_question_itself_is_not_ranked_for_it_and_one_that_only_has_its_id_is() -> None:
    # 1: asked twice. 2: an unrelated document of the same number. 3: its only relevant document has its own text.
    texts = ["How hot is an oven?", "Water boils.", "Who won?", "Which heat does an oven need?", "Who won?"]
    files = {
        "corpus.jsonl": _lines(*({"_id": str(n), "title": "Q", "text": text} for n, text in enumerate(texts, 1))),
        "queries.jsonl": _lines(
            {"_id": "1", "text": "How hot is  an OVEN?"},
            {"_id": "2", "text": "When?"},
            {"_id": "3", "text": "Who won?"},
        ),
        "qrels.tsv": b"query-id\tcorpus-id\tscore\n1\t1\t1\n1\t4\t1\n2\t2\t1\n3\t5\t1\n",
    }
    found = read_beir("Twice", files)
    whole = [Span(each.id, 0, len(each.text)) for each in found.corpus.documents]
    assert [question.answers for question in found.questions] == [(whole[3],), (whole[1],), (whole[2],)]
    assert [question.omitted for question in found.questions] == [(whole[0],), (), ()]


@pytest.mark.parametrize("folder", ["", "kitchen/"])
def test_a_packed_collection_is_the_same_as_its_files(folder: str) -> None:
    others = {"qrels/train.tsv": b"x", "__MACOSX/corpus.jsonl": b"x", "readme.md": b"x"}
    named = {"corpus.jsonl": _FILES["corpus.jsonl"], "queries.jsonl": _FILES["queries.jsonl"]}
    as_published = {**named, "qrels/test.tsv": _FILES["qrels.tsv"], **others}
    for files in (_FILES, as_published):
        packed = _packed(files, folder)
        if folder:
            packed = packed.replace(b"kitchen/__MACOSX/", b"__MACOSX/kitchen/")
        assert read_beir_zip("Kitchen", packed) == read_beir("Kitchen", _FILES)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"qrels.tsv": None}, r"1 is missing: qrels\.tsv\. Add"),
        ({"qrels.tsv": None, "corpus.jsonl": None}, r"2 are missing: corpus\.jsonl, qrels\.tsv"),
        ({"other/corpus.jsonl": b"x"}, r"2 files that may be corpus\.jsonl: corpus\.jsonl, other/corpus\.jsonl"),
        ({"qrels.tsv": None, "dev.tsv": b"x", "train.tsv": b"x"}, r"2 files that may be qrels\.tsv"),
        (
            {"queries.jsonl": b'\n{"_id": "q1", "text": "a"}\n{"_id": "q2", '},
            r"Line 3 of queries\.jsonl cannot be read",
        ),
        ({"corpus.jsonl": b"[" * 100_000}, r"Line 1 of corpus\.jsonl cannot be read as JSON\. Every"),
        ({"corpus.jsonl": b'{"_id": "d1", "title": "a"}'}, r"Line 1 of corpus\.jsonl has no 'text'"),
        ({"queries.jsonl": b'["q1", "text"]'}, r"Line 1 of queries\.jsonl has no '_id'"),
        ({"qrels.tsv": b"query-id\tscore\nq1\t1"}, r"Line 1 of qrels\.tsv does not name 1 of 3 columns: corpus-id\."),
        ({"qrels.tsv": b"q1\td1\t1"}, r"does not name 3 of 3 columns"),
        ({"qrels.tsv": b""}, r"does not name 3 of 3 columns"),
        (
            {"qrels.tsv": b"query-id\tcorpus-id\tscore\nx\td1\t1"},
            r"no question to use among 5 queries with 1 judgements",
        ),
        ({"corpus.jsonl": b"%PDF-"}, "looks like a PDF"),
    ],
)
def test_a_collection_that_cannot_be_used_is_refused_with_its_reason(
    changes: dict[str, bytes | None], message: str
) -> None:
    files = {name: content for name, content in {**_FILES, **changes}.items() if content is not None}
    with pytest.raises(UploadError, match=message):
        read_beir("Kitchen", files)
    with pytest.raises(UploadError, match=message):
        read_beir_zip("Kitchen", _packed(files))


def test_more_documents_or_questions_than_are_used_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(beir, "MOST_DOCUMENTS", 4)
    read_beir("Kitchen", _FILES)
    monkeypatch.setattr(beir, "MOST_DOCUMENTS", 3)
    with pytest.raises(UploadError, match=r"corpus\.jsonl has 4 documents; at most 3 are read"):
        read_beir("Kitchen", _FILES)
    monkeypatch.undo()
    # Queries that are not judged do not count.
    monkeypatch.setattr(judged_questions, "MOST_QUESTIONS", 2)
    read_beir("Kitchen", _FILES)
    monkeypatch.setattr(judged_questions, "MOST_QUESTIONS", 1)
    with pytest.raises(UploadError, match="There are 2 questions; at most 1 are used"):
        read_beir("Kitchen", _FILES)


@pytest.mark.parametrize(
    "content",
    [
        b"no archive",
        _packed(_FILES)[:-30],
        _packed(_FILES).replace(b"PK\x03\x04", b"PK\x03\x05"),
        _packed(_FILES, password=True),
        _packed(_FILES)[1:],
        b"",
    ],
)
def test_a_broken_or_locked_archive_is_refused(content: bytes) -> None:
    with pytest.raises(UploadError, match=r"bytes cannot be unpacked as \.zip"):
        read_beir_zip("Kitchen", content)


@pytest.mark.parametrize("compression", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_an_archive_packed_so_that_a_few_bytes_may_fill_the_memory_is_refused(compression: int) -> None:
    with pytest.raises(UploadError, match="is packed in a way that is not read"):
        read_beir_zip("Kitchen", _packed(_FILES, compression=compression))


def test_no_more_is_unpacked_than_is_read_whatever_size_the_archive_says(monkeypatch: pytest.MonkeyPatch) -> None:
    spaces = b" " * 25_000_000
    bomb = _packed({**_FILES, "queries.jsonl": spaces})
    assert len(bomb) < 100_000
    # It says that the file is small, or huge.
    said = len(spaces).to_bytes(4, "little")
    assert bomb.count(said) == 2
    unpacked = []
    read = zipfile.ZipExtFile.read

    def counted(file: zipfile.ZipExtFile, n: int | None = -1) -> bytes:
        content = read(file, n)
        unpacked.append(len(content))
        return content

    monkeypatch.setattr(zipfile.ZipExtFile, "read", counted)
    for size in (len(spaces), 4_000_000_000):
        unpacked.clear()
        with pytest.raises(UploadError, match="have more than 20 MB; at most 20 MB are read"):
            read_beir_zip("Kitchen", bomb.replace(said, size.to_bytes(4, "little")))
        assert sum(unpacked) == MOST_BYTES + 1
    # Shorter than it is, it is broken: no byte beyond is unpacked.
    unpacked.clear()
    with pytest.raises(UploadError, match="cannot be unpacked"):
        read_beir_zip("Kitchen", bomb.replace(said, (1_000).to_bytes(4, "little")))
    assert sum(unpacked) <= MOST_BYTES


def test_files_that_are_too_large_together_are_refused() -> None:
    blank = b" " * (MOST_BYTES // 2)
    for files in ({**_FILES, "corpus.jsonl": blank, "queries.jsonl": blank}, {**_FILES, "qrels.tsv": 3 * blank}):
        with pytest.raises(UploadError, match=r"The 3 files have (20\.1|30\.1) MB; at most 20 MB are read"):
            read_beir("Kitchen", files)
    with pytest.raises(UploadError, match=r"have 20\.1 MB"):
        read_beir_zip("Kitchen", b" " * (MOST_BYTES + 1))

"""Whatever bytes are handed over, each reader of files ends in what it reads or in a sentence, never in another error.

ENCODERSCOPE_FUZZ=10000 tries as many files with each reader.
"""

import json
import os
from collections.abc import Callable
from typing import TypeVar

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from components.core.classification.datasets import split_dataset
from components.core.errors import EncoderscopeError, UploadError
from components.core.lessons.lesson import Lesson, read_lesson
from components.core.retrieval.documents import Corpus, Document, Question
from components.core.retrieval.ingest import document_files, parser_worker
from components.core.retrieval.ingest.beir import JudgedCorpus, read_beir, read_beir_zip
from components.core.retrieval.ingest.document_files import KINDS as DOCUMENT_KINDS
from components.core.retrieval.ingest.document_files import read_document
from components.core.retrieval.ingest.judged_questions import read_questions, select_questions
from components.core.retrieval.ingest.parser_worker import Part
from components.core.text.charsets import ENCODINGS, decode
from components.core.text.delimiters import NO_DELIMITER
from components.core.text.likely_columns import likely_columns
from components.core.text.rejection_summary import summarise_rejected
from components.core.text.sentence_set import select_sentences
from components.core.text.table_rows import Reason, RejectedRow
from components.core.text.uploads import KINDS as TABLE_KINDS
from components.core.text.uploads import TableFormat, Upload, read_upload
from tests.support.broken_files import (
    CORPUS,
    LESSON,
    QRELS,
    QUERIES,
    QUESTIONS,
    TABLES,
    collections,
    documents,
    mutations_of,
)

_T = TypeVar("_T")

_EXAMPLES = int(os.environ.get("ENCODERSCOPE_FUZZ", "40"))
_fuzzed = settings(
    max_examples=_EXAMPLES,
    # The parsers of documents are changed for all examples alike.
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
_FORMATS = st.just(TableFormat()) | st.builds(
    TableFormat,
    st.none() | st.sampled_from(ENCODINGS),
    st.none() | st.sampled_from([*",;\t|:", NO_DELIMITER]),
    st.none() | st.booleans(),
)
_DOCUMENTS = (
    Document("Oven", "The oven must be hot.\n\nBake  for twelve\nminutes, at 230 °C."),
    Document("Art", "Art is art."),
)
_SCREENS = {"Tokens": ("one sentence", "words"), "Context": ("senses",)}


def _unless_refused(read: Callable[[], _T]) -> _T | None:
    """What is read, or None if it is refused, which must be said in a sentence."""
    try:
        return read()
    except EncoderscopeError as error:
        message = str(error)
    assert message.endswith((".", "…”.", ".)")), message
    message.encode()
    return None


def _check_rejected(rejected: tuple[RejectedRow, ...]) -> None:
    """Each row that is not used has a line, a reason that is known, and its part in the sentence about all of them."""
    assert all(each.line > 0 and each.why and each.rows > 0 and each.reason is not Reason.OTHER for each in rejected)
    said = summarise_rejected(rejected)
    assert bool(said) == bool(rejected)
    said.encode()


def _check_table(upload: Upload) -> None:
    assert {len(fields) for _, fields in upload.rows} == {len(upload.columns)}
    assert len(set(upload.columns)) == len(upload.columns)
    _check_rejected(upload.rejected)
    taken = [line for line, _ in upload.rows] + [each.line for each in upload.rejected]
    assert len(set(taken)) == len(taken)
    assert all(1 <= line <= upload.lines for line in taken)


@_fuzzed
@given(data=st.data(), given_format=_FORMATS)
@pytest.mark.parametrize("kind", TABLE_KINDS)
def test_any_table_is_read_or_refused_however_its_owner_says(
    kind: str, data: st.DataObject, given_format: TableFormat
) -> None:
    content = data.draw(mutations_of(*TABLES[kind]))
    upload = _unless_refused(lambda: read_upload(f"a.{kind}", content, given_format))
    if upload is None:
        return
    _check_table(upload)
    if given_format.encoding is not None:
        assert upload.encoding == given_format.encoding
    for has_header in (True, False):
        turned = _unless_refused(lambda has_header=has_header: upload.with_header(has_header))  # type: ignore[misc]
        assert turned is None or turned.table is None or turned.has_header == has_header
    # What was read in one way is read in the same way again.
    assert _unless_refused(lambda: read_upload(f"a.{kind}", content, upload.format)) is not None
    sentences = _unless_refused(lambda: select_sentences(upload, *likely_columns(upload)))
    if sentences is not None:
        _check_rejected(sentences.rejected)
        dataset = _unless_refused(lambda: split_dataset(sentences))
        if dataset is not None:
            _check_rejected(dataset.texts.rejected)
            assert len(dataset.texts.sentences) + dataset.texts.rejected_count == (
                len(sentences.sentences) + sentences.rejected_count
            )


def _parts_in_this_process(kind: str, content: bytes) -> list[Part]:
    """Parse as the separate process does, which would take longer to start than to parse."""
    answer = json.loads(json.dumps(parser_worker._answer(kind, content)))
    if "refused" in answer:
        raise UploadError(answer["refused"])
    return [(id, heading, text) for id, heading, text in answer["parts"]]


@_fuzzed
@given(data=st.data())
@pytest.mark.parametrize("kind", DOCUMENT_KINDS)
def test_any_document_is_read_or_refused(kind: str, data: st.DataObject, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(document_files, "parts_of", _parts_in_this_process)
    content = data.draw(documents(kind))
    document = _unless_refused(lambda: read_document(f"a.{kind}", content))
    if document is None:
        return
    assert document.text.strip()
    document.text.encode()
    assert document.id
    ends = 0
    for section in document.sections:
        assert ends <= section.start < section.end <= len(document.text)
        assert document.text[section.start : section.end].strip()
        ends = section.end


def _check_questions(questions: tuple[Question, ...], corpus: Corpus) -> None:
    assert questions
    for question in questions:
        assert question.text
        question.text.encode()
        for span in question.answers:
            assert corpus.by_id[span.document].text[span.start : span.end].strip()


@_fuzzed
@given(content=mutations_of(*QUESTIONS), given_format=_FORMATS, kind=st.sampled_from(TABLE_KINDS))
def test_any_table_of_questions_is_read_or_refused(content: bytes, given_format: TableFormat, kind: str) -> None:
    corpus = Corpus("Kitchen", _DOCUMENTS)
    found = _unless_refused(lambda: read_questions(f"a.{kind}", content, corpus))
    if found is not None:
        _check_questions(found.questions, corpus)
        _check_rejected(found.rejected)
    upload = _unless_refused(lambda: read_upload(f"a.{kind}", content, given_format))
    if upload is not None:
        chosen = _unless_refused(lambda: select_questions(upload, corpus, upload.columns[0], upload.columns[-1]))
        if chosen is not None:
            _check_questions(chosen.questions, corpus)
            _check_rejected(chosen.rejected)


def _check_collection(found: JudgedCorpus | None) -> None:
    if found is not None:
        _check_questions(found.questions, found.corpus)
        assert found.counts.relevant >= 1
        for rejected in found.rejected.values():
            _check_rejected(rejected)


@_fuzzed
@given(
    corpus=st.just(CORPUS) | mutations_of(CORPUS),
    queries=st.just(QUERIES) | mutations_of(QUERIES),
    qrels=mutations_of(*QRELS),
)
def test_any_test_collection_is_read_or_refused(corpus: bytes, queries: bytes, qrels: bytes) -> None:
    files = {"corpus.jsonl": corpus, "queries.jsonl": queries, "qrels.tsv": qrels}
    _check_collection(_unless_refused(lambda: read_beir("Kitchen", files)))


@_fuzzed
@given(content=collections())
def test_any_packed_test_collection_is_read_or_refused(content: bytes) -> None:
    _check_collection(_unless_refused(lambda: read_beir_zip("Kitchen", content)))


@_fuzzed
@given(content=mutations_of(LESSON))
def test_any_lesson_is_read_or_refused(content: bytes) -> None:
    lesson: Lesson | None = _unless_refused(lambda: read_lesson(decode(content)[0], _SCREENS))
    if lesson is not None:
        assert lesson.stops
        assert lesson.minutes > 0

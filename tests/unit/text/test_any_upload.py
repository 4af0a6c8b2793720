"""Any file and any paste is read as sentences, or refused in words."""

import csv
import io
import json
from collections.abc import Callable
from typing import TypeVar

from hypothesis import example, given, settings
from hypothesis import strategies as st

from components.core.errors import UploadError
from components.core.text.likely_columns import likely_columns
from components.core.text.sentence_set import select_sentences, sentences_from_paste
from components.core.text.table_rows import collapse_white_space
from components.core.text.uploads import KINDS, read_upload
from tests.support.uploaded import ENCODINGS, LABELLED, SENTENCES, reasons

_T = TypeVar("_T")


@settings(max_examples=60)
@given(
    pairs=LABELLED,
    delimiter=st.sampled_from(",;\t|"),
    encoding=st.sampled_from(ENCODINGS),
    quoting=st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL, csv.QUOTE_NONNUMERIC]),
    newline=st.sampled_from(["\n", "\r\n", "\r"]),
    broken=st.booleans(),
)
def test_what_the_csv_module_writes_comes_back_with_its_labels_and_lines(
    pairs: list[tuple[str, str]], delimiter: str, encoding: str, quoting: int, newline: str, broken: bool
) -> None:
    file = io.StringIO(newline="")
    writer = csv.writer(file, delimiter=delimiter, quoting=quoting, lineterminator=newline)  # type: ignore[arg-type]
    writer.writerow(["sentence", "label"])
    lines = []
    for sentence, label in pairs:
        lines.append(file.getvalue().count(newline) + 1)
        writer.writerow([sentence.replace(" ", newline) if broken else sentence, label])
    upload = read_upload("Class 9b.CSV", file.getvalue().encode(encoding))
    assert upload.columns == ("sentence", "label")
    assert upload.encoding == encoding.removesuffix("-sig")
    assert [line for line, _ in upload.rows] == lines
    assert upload.lines == upload.lines_read == file.getvalue().count(newline)
    found = select_sentences(upload, "sentence", "label")
    assert list(zip(found.sentences, found.labels or (), strict=True)) == pairs
    assert found.rejected == ()


@settings(max_examples=60)
@given(pairs=LABELLED, encoding=st.sampled_from(ENCODINGS), escaped=st.booleans())
def test_what_the_json_module_writes_comes_back_with_its_labels_and_lines(
    pairs: list[tuple[str, str]], encoding: str, escaped: bool
) -> None:
    text = "\n".join(json.dumps({"a": label, "b": sentence}, ensure_ascii=escaped) for sentence, label in pairs)
    upload = read_upload("a.jsonl", text.encode(encoding))
    assert upload.columns == ("a", "b")
    assert [line for line, _ in upload.rows] == list(range(1, len(pairs) + 1))
    found = select_sentences(upload, "b", "a")
    assert list(zip(found.sentences, found.labels or (), strict=True)) == pairs


@settings(max_examples=60)
@given(
    sentences=st.lists(SENTENCES, min_size=1, max_size=8, unique=True),
    encoding=st.sampled_from(ENCODINGS),
    newline=st.sampled_from(["\n", "\r\n", "\r"]),
)
def test_lines_of_a_text_come_back_uploaded_and_pasted(sentences: list[str], encoding: str, newline: str) -> None:
    # A file may say at its beginning that it is something else, as "%PDF-" does.
    sentences = ["These are sentences:", *sentences]
    text = newline.join(sentences)
    found = select_sentences(read_upload("a.txt", text.encode(encoding)), "sentence")
    assert found.sentences == sentences_from_paste(text).sentences == tuple(dict.fromkeys(sentences))


#: What decides how a file is read.
_PIECES = st.sampled_from(
    [
        *(byte.encode() for byte in '",;\t|\n\r a{}[]\0é\u2028\ufeff'),
        *(b"\xe9", b"\xff\xfe", b"PK\x03\x04", b"Hi.", b"9" * 5_000),
        *(b'{"a": 1}', b'{"b": "\\ud83d"}', b'"\\u200b"'),
    ]
)


def _unless_refused(read: Callable[[], _T]) -> _T | None:
    """What is read, or None if it is refused, which must be said in a sentence."""
    try:
        return read()
    except UploadError as error:
        message = str(error)
    assert message.endswith(".")
    return None


@settings(max_examples=250)
@given(kind=st.sampled_from(KINDS), content=st.binary(max_size=60) | st.lists(_PIECES, max_size=25).map(b"".join))
@example(kind="jsonl", content=b"[" * 100_000)
@example(kind="jsonl", content=b'{"a":' * 20_000)
@example(kind="csv", content=b'"')
@example(kind="csv", content=b",")
@example(kind="jsonl", content=b"{}")
def test_any_bytes_are_a_table_or_refused_in_words(kind: str, content: bytes) -> None:
    upload = _unless_refused(lambda: read_upload(f"a.{kind}", content))
    if upload is None:
        return
    assert upload.columns
    assert all(upload.columns)
    assert len(set(upload.columns)) == len(upload.columns)
    assert upload.rows
    assert {len(fields) for _, fields in upload.rows} == {len(upload.columns)}
    assert all(field == collapse_white_space(field) for _, fields in upload.rows for field in fields)
    for found in ([line for line, _ in upload.rows], [each.line for each in upload.rejected]):
        assert found == sorted(set(found))
        assert set(found) <= set(range(1, upload.lines + 1))
    assert not {line for line, _ in upload.rows} & set(reasons(upload))
    column, label = likely_columns(upload)
    assert column in upload.columns
    assert label != column
    sentences = _unless_refused(lambda: select_sentences(upload, column, label))
    if sentences is None:
        return
    assert len(set(sentences.sentences)) == len(sentences.sentences)
    assert all(sentences.sentences)
    assert label is None or (len(sentences.labels or ()) == len(sentences.sentences) and all(sentences.labels or ()))
    assert [each.line for each in sentences.rejected] == sorted(each.line for each in sentences.rejected)
    assert len(sentences.sentences) + len(sentences.rejected) == len(upload.rows) + len(upload.rejected)
    "".join([*sentences.sentences, *upload.columns, *(each.text for each in sentences.rejected)]).encode()


@settings(max_examples=100)
@given(text=st.text(st.sampled_from("a \n\r\u2028\u200b\x00\ud83d\ufeff") | st.characters(), max_size=40))
def test_any_pasted_text_is_sentences_or_refused_in_words(text: str) -> None:
    found = _unless_refused(lambda: sentences_from_paste(text))
    if found is not None:
        assert all(found.sentences)
        assert all(each.why.startswith("repeats line") for each in found.rejected)

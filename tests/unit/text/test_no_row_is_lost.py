"""Of any table that the csv module writes, each row is read, is the row of names, or is listed with its line."""

import csv
import io
import re

from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from components.core.text.sentence_set import select_sentences
from components.core.text.uploads import Upload, read_upload
from tests.support.uploaded import ENCODINGS, LABELLED

_ORDINARY = st.sampled_from(["I like pizza", "What a day", "ok", "Coming home, or not", "Win!", "No; never.", "ham"])
_PAIRS = LABELLED | st.lists(st.tuples(_ORDINARY, _ORDINARY), min_size=1, max_size=8, unique_by=lambda pair: pair[0])


def _file(
    pairs: list[tuple[str, str]], header: bool, dialect: str, delimiter: str, named: bool, marks: int, label_first: bool
) -> tuple[str, list[int]]:
    """Return a table as the csv module writes it, and the line in which each row begins."""
    file = io.StringIO(newline="")
    writer = csv.writer(file, dialect, delimiter=delimiter)
    end = writer.dialect.lineterminator
    file.write("\ufeff" * marks + (f"sep={delimiter}{end}" if named else ""))
    starts = []
    for row in ([("text", "label")] if header else []) + pairs:
        starts.append(file.getvalue().count(end) + 1)
        writer.writerow(row[::-1] if label_first else row)
    return file.getvalue(), starts[header:]


def _lines(upload: Upload) -> set[int]:
    return {line for line, _ in upload.rows} | {each.line for each in upload.rejected}


@settings(max_examples=200)
@given(
    pairs=_PAIRS,
    header=st.booleans(),
    dialect=st.sampled_from(["excel", "excel-tab", "unix"]),
    delimiter=st.sampled_from(",;\t|"),
    named=st.booleans(),
    marks=st.integers(0, 2),
    label_first=st.booleans(),
    encoding=st.sampled_from(ENCODINGS),
)
@example([("I like pizza", "I hate rain"), ("What a day", "ok")], False, "excel", ",", False, 0, True, "utf-8")
@example([("What a day", "ham"), ("ok", "ham")], False, "excel", ";", True, 2, True, "utf-8-sig")
def test_no_row_of_a_written_table_is_lost(
    pairs: list[tuple[str, str]],
    header: bool,
    dialect: str,
    delimiter: str,
    named: bool,
    marks: int,
    label_first: bool,
    encoding: str,
) -> None:
    text, starts = _file(pairs, header, dialect, delimiter, named, marks, label_first)
    # A file may say at its beginning that it is something else.
    assume(not text.lstrip("\ufeff").startswith(("PK", "%PDF-", "ï»¿")))
    upload = read_upload("a.csv", text.encode(encoding))
    # As it is guessed, only a first row that is shown as names is no row.
    assert set(starts) - _lines(upload) <= ({starts[0]} if upload.has_header and not header else set())
    # One click away, every row is data, or listed.
    data = upload.with_header(False)
    assert set(starts) <= _lines(data)
    if named:  # then it is also known how the rows are divided
        column = data.columns[1 if label_first else 0]
        found = select_sentences(data, column)
        rejected = {each.line for each in found.rejected}
        for line, (sentence, _) in zip(starts, pairs, strict=True):
            assert sentence in found.sentences or line in rejected


@settings(max_examples=100)
@given(pairs=_PAIRS, delimiter=st.sampled_from(",;\t|"), marks=st.integers(0, 2), named=st.booleans())
def test_every_sentence_below_usual_names_is_in_the_set(
    pairs: list[tuple[str, str]], delimiter: str, marks: int, named: bool
) -> None:
    text, _ = _file(pairs, True, "excel", delimiter, named, marks, False)
    upload = read_upload("a.csv", text.encode())
    assert upload.columns == ("text", "label")
    assert select_sentences(upload, "text", "label").sentences == tuple(sentence for sentence, _ in pairs)


@settings(max_examples=100)
@given(
    rows=st.lists(st.lists(_ORDINARY, min_size=1, max_size=4), min_size=1, max_size=8),
    delimiter=st.sampled_from(",;\t"),
)
@example([["I like pizza", "ok", "Coming home, or not"], ["Coming home, or not", "ok"]], ",")
def test_no_row_that_was_written_without_quotation_marks_is_lost(rows: list[list[str]], delimiter: str) -> None:
    lines = [delimiter.join(row) for row in rows]
    upload = read_upload("a.csv", "\n".join(lines).encode())
    kept = _lines(upload) | ({1} if upload.has_header else set())
    assert kept == set(range(1, len(lines) + 1))
    for line, fields in upload.rows:
        assert _letters("".join(fields)) == _letters(lines[line - 1])


def _letters(text: str) -> str:
    """Return a text without what may divide it into fields."""
    return re.sub(r"[ ,;\t]", "", text)

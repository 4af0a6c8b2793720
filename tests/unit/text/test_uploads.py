"""Whatever is uploaded or pasted is read as sentences, or refused in words: by hand, and against the csv module."""

import csv
import hashlib
import io
import json
from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from components.core.errors import EncoderscopeError, UploadError
from components.core.text import sentence_set, table_rows, uploads
from components.core.text.sentence_set import SentenceSet, likely_columns, select_sentences, sentences_from_paste
from components.core.text.table_rows import RejectedRow, collapse_white_space
from components.core.text.uploads import KINDS, MOST_BYTES, Upload, read_upload

_T = TypeVar("_T")

_ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "utf-32"]
#: Characters that matter to a table, to lines or to people, and all others but control characters and half ones.
_TEXTS = st.text(
    st.sampled_from(" ,;\t|\"'“”é\u2028\u2029🍕") | st.characters(exclude_categories=["Cc", "Cs"]), max_size=30
)
#: Marks that only shape the letters around them stand for no sentence by themselves.
_SENTENCES = _TEXTS.map(lambda text: " ".join(text.split())).filter(lambda text: any(map(str.isprintable, text)))
_LABELLED = st.lists(st.tuples(_SENTENCES, _SENTENCES), min_size=1, max_size=8, unique_by=lambda pair: pair[0])


def _read(name: str, text: str) -> Upload:
    return read_upload(name, text.encode())


def _sentences(name: str, text: str, column: str = "sentence", label: str | None = None) -> SentenceSet:
    return select_sentences(_read(name, text), column, label)


def _why(found: Upload | SentenceSet) -> dict[int, str]:
    return {each.line: each.why for each in found.rejected}


def _refused(name: str, content: bytes) -> str:
    with pytest.raises(UploadError) as caught:
        read_upload(name, content)
    return str(caught.value)


# What holds for any file


@settings(max_examples=60)
@given(
    pairs=_LABELLED,
    delimiter=st.sampled_from(",;\t|"),
    encoding=st.sampled_from(_ENCODINGS),
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
@given(pairs=_LABELLED, encoding=st.sampled_from(_ENCODINGS), escaped=st.booleans())
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
    sentences=st.lists(_SENTENCES, min_size=1, max_size=8, unique=True),
    encoding=st.sampled_from(_ENCODINGS),
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
    assert not {line for line, _ in upload.rows} & set(_why(upload))
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


# What is refused


def test_an_upload_error_may_be_shown_to_the_reader() -> None:
    assert issubclass(UploadError, EncoderscopeError)


@pytest.mark.parametrize("name", ["notes.docx", "sentences", "", "csv.gz", "a.json"])
def test_a_file_of_another_kind_is_refused_with_the_kinds_that_are_read(name: str) -> None:
    message = _refused(name, b"Hi.")
    assert repr(name) in message
    assert ".csv, .tsv, .txt and .jsonl" in message


def test_a_file_that_is_too_large_is_refused_before_it_is_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "decode", lambda content: pytest.fail("decoded"))
    assert "52.4 MB; at most 20 MB are read" in _refused("a.csv", b"\xe9" * 52_400_000)
    # 20.0 MB would not be more than 20.
    assert "20.1 MB" in _refused("a.csv", b"a" * (MOST_BYTES + 1))


def test_a_file_of_the_largest_size_is_read() -> None:
    assert len(read_upload("a.txt", (b"a" * 99_999 + b"\n") * 200).rows) == 200


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"PK\x03\x04\x14\0\x06\0", "This looks like a spreadsheet file (.xlsx); save it as CSV"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "This looks like a spreadsheet file (.xls); save it as CSV"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "a picture (PNG)"),
        (b"\xff\xd8\xff\xe0", "a picture (JPEG)"),
        (b"%PDF-1.7\n", "a PDF"),
        (b"\x1f\x8b\x08", "gzip"),
        (b"a\0b\0", "no text: it has 2 NUL characters"),
        (b"caf\xe9\0", "no text: it has 1 NUL character."),
        ("\ufeffa\0b".encode("utf-16-le"), "no text: it has 1 NUL character."),
        (b"\xff\xfea\0b", "marked as UTF-16, but byte 5 of 5"),
        (b"\xff\xfe\0\0abcd", "marked as UTF-32, but byte 5 of 8"),
        (b"\xef\xbb\xbfcaf\xe9", "marked as UTF-8, but byte 7 of 7"),
        (bytes(range(1, 256)), "is not UTF-8, and none of 18 older encodings makes text of its 255 bytes"),
    ],
)
@pytest.mark.parametrize("kind", KINDS)
def test_what_is_no_text_is_refused_with_what_it_is(kind: str, content: bytes, said: str) -> None:
    assert said in _refused(f"a.{kind}", content)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("encoding", _ENCODINGS)
def test_an_empty_file_is_refused(kind: str, encoding: str) -> None:
    assert "This is empty: it has 0 characters." in _refused(f"a.{kind}", "".encode(encoding))
    assert "This is empty: its characters, 5 of them, are all blank" in _refused(
        f"a.{kind}", "\n \t\n\n".encode(encoding)
    )


def test_a_file_with_only_a_header_is_refused_with_the_names_in_it() -> None:
    message = _refused("a.csv", b"sentence,topic\n")
    assert "Line 1 was read as the names of 2 columns (sentence, topic), and there is no row below it" in message
    assert "the names of 1 column (Squatch)" in _refused("a.csv", b"\nSquatch\n\n")


def test_a_file_with_no_row_left_is_refused_with_the_first_reasons() -> None:
    message = _refused("a.tsv", b"sentence\ttopic\na\n\nb\nc\n")
    assert "There is no sentence to read." in message
    assert (
        "line 2 has 1 field where line 1 has 2; line 3 is empty; line 4 has 1 field where line 1 has 2, and 1 more."
        in message
    )
    with pytest.raises(UploadError, match=r"Not used: line 2 is empty; line 3 is empty\. "):
        _sentences("a.csv", "sentence,topic\n,x\n,y")


def test_a_table_with_too_many_columns_is_refused() -> None:
    assert "has 101 columns; at most 100 are read" in _refused("a.csv", (b"a" + b",a" * 100 + b"\n") * 2)


def test_a_json_list_is_refused_with_what_to_do() -> None:
    text = json.dumps([{"text": "Hi."}, {"text": "Bye."}], indent=2)
    assert "These 8 lines are one JSON list" in _refused("a.jsonl", text.encode())


# Encodings


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("cp1252", "She said “hello” and left.\nIt’s a café – really…\n"),
        ("cp1252", "Die Straße ist schön.\nÜber den Flüssen fliegen Vögel.\n"),
        ("cp1252", "Le café était fermé hier soir.\nElle préfère le thé à la crème.\n"),
        ("cp1252", "Home at last. " * 30 + "\n" + "It’s late.\n"),
        ("cp1250", "Zażółć gęślą jaźń.\nDziękuję bardzo.\n"),
        ("cp1251", "Это предложение о погоде.\nКошка спит на диване.\n"),
        ("cp1253", "Η γάτα κοιμάται στον καναπέ.\nΟ καιρός είναι καλός σήμερα.\n"),
        ("cp932", "これは日本語の文章です。\n猫がソファで寝ています。\n"),
        ("gb18030", "这是一个中文句子。\n猫在沙发上睡觉。\n"),
        ("mac_roman", "Le café était fermé hier soir.\nElle préfère le thé à la crème.\n"),
    ],
)
def test_an_encoding_that_older_programs_save_in_is_found(encoding: str, text: str) -> None:
    upload = read_upload("a.txt", text.encode(encoding))
    assert upload.encoding == encoding
    assert [fields for _, fields in upload.rows] == [(" ".join(line.split()),) for line in text.splitlines()]


def test_latin_1_is_read_whether_or_not_it_is_cp1252_too() -> None:
    text = "¿Cómo estás? El niño comió mañana.\nÇa va très bien, merci à vous.\n"
    assert read_upload("a.txt", text.encode("latin-1")).rows[0][1] == ("¿Cómo estás? El niño comió mañana.",)
    # This byte is a control character in Latin-1, and nothing in cp1252.
    upload = read_upload("a.txt", (text + "Sí,\x81 señor.\n").encode("latin-1"))
    assert upload.rows[2][1] == ("Sí, señor.",)


def test_a_script_is_told_by_the_lines_that_are_in_it_however_late_they_come() -> None:
    plain = "The weather is nice today.\n" * 5_000
    upload = read_upload("a.txt", (plain + "Это предложение о погоде.\n").encode("cp1251"))
    assert upload.rows[-1][1] == ("Это предложение о погоде.",)


@pytest.mark.parametrize("start", ["", "x", "xx"])
def test_more_letters_than_are_looked_at_do_not_cut_one_in_two(start: str) -> None:
    # Of these, the one or the other would, whose letters have two bytes.
    assert read_upload("a.txt", (start + "猫がソファで寝ています。 " * 5_000).encode("cp932")).encoding == "cp932"


def test_what_does_not_fit_the_rest_of_the_file_is_not_taken_for_its_encoding() -> None:
    # The last line is not among those that are looked at, and its control character is nothing in cp1252.
    content = "Le café était fermé hier soir.\n".encode("cp1252") * 2_000
    assert read_upload("a.txt", content).encoding == "cp1252"
    upload = read_upload("a.txt", content + b"S\xed,\x81 se\xf1or.\n")
    assert upload.encoding == "latin_1"
    assert upload.rows[-1][1] == ("Sí, señor.",)


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be", "utf-8"])
def test_a_byte_order_mark_is_believed_and_is_no_part_of_the_first_name(encoding: str) -> None:
    upload = read_upload("a.csv", "\ufeffsentence,topic\nÉté.,x\n".encode(encoding))
    assert upload.columns == ("sentence", "topic")
    assert upload.encoding == encoding.removesuffix("-le").removesuffix("-be")
    assert upload.rows == ((2, ("Été.", "x")),)


# Lines and blanks


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_three_ways_to_end_a_line_count_the_same(newline: str) -> None:
    found = _sentences("a.txt", newline.join(["One.", "", "Two.", "One.", ""]))
    assert found.sentences == ("One.", "Two.")
    assert _why(found) == {2: "is empty", 4: "repeats line 1"}


@pytest.mark.parametrize("separator", ["\u2028", "\u2029", "\x0b", "\x0c", "\x1c", "\x85"])
@pytest.mark.parametrize("kind", ["csv", "tsv", "txt", "jsonl"])
def test_no_other_separator_ends_a_line(kind: str, separator: str) -> None:
    line = f"One{separator}half."
    lines = ["sentence\ttopic", f"{line}\tx", "Two.\tx"] if kind in ("csv", "tsv") else [line, "Two."]
    if kind == "jsonl":
        lines = [json.dumps({"sentence": each}, ensure_ascii=False) for each in lines]
    # The json module takes control characters in a string for a mistake.
    if kind != "jsonl" or separator > "\x1f":
        assert _sentences(f"a.{kind}", "\n".join(lines)).sentences == ("One half.", "Two.")
    assert "One half." in sentences_from_paste(f"One{separator}half.").sentences


def test_white_space_is_one_blank_and_control_characters_are_gone() -> None:
    assert collapse_white_space("  one\t two\xa0three\r\n\nfour ") == "one two three four"
    assert collapse_white_space("o\x00n\x07e\x7f \x1b[0mtwo\x9f") == "one [0mtwo"
    assert collapse_white_space("half \ud83d an emoji") == "half an emoji"


def test_accents_stay_as_they_are_typed() -> None:
    assert _sentences("a.txt", "Cafe\u0301.\nCaf\u00e9.").sentences == ("Cafe\u0301.", "Caf\u00e9.")


def test_marks_that_nobody_sees_are_no_sentence_but_stay_inside_one() -> None:
    found = _sentences("a.txt", "\u200b\u200d\nOne 👩\u200d🚀.\n\x07\n")
    assert found.sentences == ("One 👩\u200d🚀.",)
    assert _why(found) == {1: "is empty", 3: "is empty"}


def test_a_sentence_that_comes_again_is_left_out_and_a_new_label_is_told() -> None:
    found = _sentences("a.csv", "sentence,topic\nA b.,x\n a  b.,x\nA  b. ,x\nA b.,y\nC.,\nC.,x\n", label="topic")
    assert (found.sentences, found.labels) == (("A b.", "a b.", "C."), ("x", "x", "(no label)"))
    assert _why(found) == {
        4: "repeats line 2",
        5: "repeats line 2 with another label",
        7: "repeats line 6 with another label",
    }
    # Without labels there is no other one.
    assert _why(_sentences("a.csv", "sentence,topic\nA b.,x\nA b.,y\n")) == {3: "repeats line 2"}


def test_an_empty_sentence_is_left_out_and_found_by_the_rest_of_its_row() -> None:
    found = _sentences("a.csv", "id,sentence,topic\n1,Hi.,x\n2, ,y\n,,\n\n")
    assert found.sentences == ("Hi.",)
    assert found.rejected == (
        RejectedRow(3, "is empty", "2, y"),
        RejectedRow(4, "is empty", ""),
        RejectedRow(5, "is empty", ""),
    )


def test_a_row_left_out_is_shown_by_its_beginning() -> None:
    text = "word " * 40
    (left_out,) = _sentences("a.txt", f"{text}\n{text}\n").rejected
    assert len(left_out.text) == 60
    assert left_out.text.endswith("…")
    assert text.startswith(left_out.text[:-1])


# CSV


@pytest.mark.parametrize("name", ["a.csv", "A.CSV"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_the_one_that_divides_the_rows_alike(name: str, delimiter: str) -> None:
    lines = ["sentence;topic", '"Salt, pepper, oil; done.";Cooking', "Well well well.;Cooking", '"A|b, c.";"x\ty"']
    upload = _read(
        name, "\n".join("".join(delimiter if c == ";" and i != 30 else c for i, c in enumerate(line)) for line in lines)
    )
    assert upload.columns == ("sentence", "topic")
    assert upload.rows[1] == (3, ("Well well well.", "Cooking"))


def test_commas_in_sentences_do_not_divide_what_semicolons_divide() -> None:
    upload = _read("a.csv", "Salt, please.;Talk\nYes, no, perhaps.;Talk\nYou, too.;Talk\nOh, well.;Talk\n")
    assert upload.columns == ("column 1", "column 2")
    assert upload.rows[1] == (2, ("Yes, no, perhaps.", "Talk"))


def test_lines_whose_commas_divide_them_unlike_are_one_column() -> None:
    lines = ["Well, I like salt.", "No.", "Yes, no, perhaps.", "He sleeps."]
    upload = _read("a.csv", "\n".join(lines))
    assert upload.columns == ("column 1",)
    assert [fields[0] for _, fields in upload.rows] == lines


def test_in_a_tsv_only_tabs_divide() -> None:
    upload = _read("a.tsv", "sentence,a\ttopic,b\nSalt.\tx\n")
    assert upload.columns == ("sentence,a", "topic,b")


def test_quotes_hold_delimiters_quotes_and_line_breaks() -> None:
    upload = _read("a.csv", 'sentence,topic\n"Salt, ""pepper""\nand\n\noil.",x\nTwo., "y, z"\n')
    assert upload.rows == ((2, ('Salt, "pepper" and oil.', "x")), (6, ("Two.", "y, z")))
    assert upload.rejected == ()


_UNCLOSED = "has a quotation mark that is not closed, or that is not doubled inside a quoted text"


def test_a_quote_that_is_not_closed_loses_its_own_row_only() -> None:
    lines = ["sentence,topic", "One.,x", '"Two.,x', "Three.,x", '"Four, or so.",x', '"He said "five".",x', "Six.,x"]
    found = _sentences("a.csv", "\n".join(lines))
    assert found.sentences == ("One.", "Three.", "Four, or so.", "Six.")
    assert found.rejected == (RejectedRow(3, _UNCLOSED, '"Two.,x'), RejectedRow(6, _UNCLOSED, '"He said "five".",x'))
    # No other quotation mark comes after it.
    assert _sentences("a.csv", 'sentence,topic\nOne.,x\n"Two.,x\nThree.,x\n').sentences == ("One.", "Three.")


def test_a_quote_is_closed_within_a_hundred_lines_or_not_at_all() -> None:
    def file(breaks: int) -> str:
        return "sentence,topic\n" + '"' + "word\n" * breaks + '",x\nLast.,x\n'

    assert _read("a.csv", file(99)).rejected == ()
    assert _read("a.csv", file(99)).rows[1] == (102, ("Last.", "x"))
    assert _why(_read("a.csv", file(100)))[2] == _UNCLOSED
    assert _read("a.csv", file(100)).rows[-1] == (103, ("Last.", "x"))


def test_a_field_that_is_too_long_for_the_csv_module_is_left_out() -> None:
    upload = _read("a.csv", "sentence,topic\n" + '"' + ("a" * 100_000 + "\n") * 3 + '",x\nLast.,x\n')
    assert _why(upload)[2] == _UNCLOSED
    assert upload.rows[-1] == (6, ("Last.", "x"))


def test_a_file_of_open_quotes_is_refused_and_not_searched_forever() -> None:
    line = b'"a' + b'""' * 60_000 + b"\n"
    assert "rows up to line" in _refused("a.csv", line * 160)


def test_rows_with_fewer_or_more_fields_are_left_out_unless_the_additional_ones_are_empty() -> None:
    upload = _read("a.csv", "sentence,topic\nOne.,x\nTwo.\nThree.,x,y,z\nFour.,x,,\nFive.,\n")
    assert upload.rows == ((2, ("One.", "x")), (5, ("Four.", "x")), (6, ("Five.", "")))
    assert upload.rejected == (
        RejectedRow(3, "has 1 field where line 1 has 2", "Two."),
        RejectedRow(4, "has 4 fields where line 1 has 2", "Three., x, y, z"),
    )


def test_the_lines_of_left_out_rows_come_in_order_whatever_the_reason() -> None:
    upload = _read("a.csv", '\nsentence,topic\nOne.\n\n"Two\nThree.,x\nFour.\n')
    assert list(_why(upload)) == [1, 3, 4, 5, 7]
    assert _why(upload)[7] == "has 1 field where line 2 has 2"


@pytest.mark.parametrize("kind", ["csv", "tsv", "txt", "jsonl"])
def test_a_line_that_is_far_too_long_is_left_out(kind: str) -> None:
    first = {"csv": "sentence", "tsv": "sentence", "txt": "sentence", "jsonl": '"sentence"'}[kind]
    upload = _read(f"a.{kind}", f"{first}\n{'a' * 131_073}\n" + ('"Last"' if kind == "jsonl" else "Last"))
    assert upload.rejected == (RejectedRow(2, "has 131,073 characters; at most 131,072 are read", "a" * 59 + "…"),)
    assert upload.rows[-1] == (3, ("Last",))


# The names of columns


@pytest.mark.parametrize(
    "first",
    [
        "Salt on the table",
        "Do you like salt?,Pepper",
        "Timestamp,What did you like best about the course?",
        "sentence,1",
        "sentence,x",
    ],
)
def test_a_first_row_with_a_name_in_it_holds_the_names(first: str) -> None:
    width = first.count(",") + 1
    upload = _read("a.csv", "\n".join([first, *[",".join(["One.", "x"][:width])] * 2]))
    assert upload.columns == tuple(first.split(","))
    assert len(upload.rows) == 2


@pytest.mark.parametrize(
    "first",
    [
        "This line has no full stop but more than forty characters",
        "Do you like salt?",
        "He said “yes.”",
        "Do you like salt?,x",
        "Do you like salt?,17",
        "17,Do you like salt!",
        "One.,Two.",
        "One.,",
    ],
)
def test_a_first_row_of_a_sentence_and_what_goes_with_it_is_a_row(first: str) -> None:
    width = first.count(",") + 1
    upload = _read("a.csv", "\n".join([first, *[",".join(["One.", "x"][:width])] * 2]))
    assert upload.columns == tuple(f"column {number}" for number in range(1, width + 1))
    assert upload.rows[0] == (1, tuple(first.split(",")))
    assert len(upload.rows) == 3


def test_names_are_distinct_and_not_empty() -> None:
    assert _read("a.csv", "a,,a,a (2), b  c ,a\n1,2,3,4,5,6").columns == (
        "a",
        "column 2",
        "a (2)",
        "a (2) (2)",
        "b c",
        "a (3)",
    )
    assert _read("a.jsonl", '{"a": "1", " a": "2", "": "3"}').columns == ("a", "a (2)", "column 3")


# JSON


def test_the_columns_of_json_are_all_keys_and_values_are_text() -> None:
    lines = [
        {"text": " Salt\nplease. ", "stars": 5},
        {"stars": 4.5, "text": None, "good": True},
        {"tags": ["a", {"b": "é"}]},
    ]
    upload = _read("a.jsonl", "\n".join(json.dumps(line) for line in lines))
    assert upload.columns == ("text", "stars", "good", "tags")
    assert [fields for _, fields in upload.rows] == [
        ("Salt please.", "5", "", ""),
        ("", "4.5", "true", ""),
        ("", "", "", '["a",{"b":"é"}]'),
    ]


def test_a_line_of_json_may_be_a_string_alone() -> None:
    assert _sentences("a.jsonl", '"One.\\nHalf."\n{"sentence": "Two."}').sentences == ("One. Half.", "Two.")


def test_lines_that_are_no_objects_are_left_out() -> None:
    nested = "[" * 60_000 + "]" * 60_000
    lines = [
        '{"a": "One."}',
        "One.",
        "17",
        '{"a": "Two."',
        "{}",
        "",
        f'{{"a": {nested}}}',
        '{"a": ' + "9" * 5_000 + "}",
    ]
    upload = _read("a.jsonl", "\n".join(lines))
    assert upload.rows == ((1, ("One.",)),)
    assert _why(upload) == {
        2: "cannot be read as JSON from character 1 on",
        3: "is not a JSON object",
        4: "cannot be read as JSON from character 13 on",
        5: "is empty",
        6: "is empty",
        7: "is JSON with too many brackets or digits",
        8: "is JSON with too many brackets or digits",
    }


def test_half_an_emoji_in_json_is_not_handed_on() -> None:
    assert _sentences("a.jsonl", '{"sentence": "Oh \\ud83d"}').sentences == ("Oh",)


def test_objects_that_have_ever_new_keys_are_left_out() -> None:
    upload = _read("a.jsonl", "\n".join(json.dumps({f"key {number}": "a"}) for number in range(102)))
    assert len(upload.columns) == 100
    assert _why(upload) == dict.fromkeys((101, 102), "has 1 key that no line above has; at most 100 in all are read")


# Too many


def test_of_more_sentences_than_are_used_the_first_distinct_ones_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sentence_set, "MOST_SENTENCES", 3)
    found = _sentences("a.txt", "1\n2\n1\n\n3\n4\n\n4\n5\n")
    assert found.sentences == ("1", "2", "3")
    unread = RejectedRow(6, "is not read, like the 3 lines after it: at most 3 sentences are used", "4")
    assert found.rejected == (RejectedRow(3, "repeats line 1", "1"), RejectedRow(4, "is empty", ""), unread)
    assert _sentences("a.txt", "1\n2\n3\n").rejected == ()
    assert _why(_sentences("a.txt", "1\n2\n3\n4")) == {4: "is not read: at most 3 sentences are used"}
    assert _why(sentences_from_paste("1\n2\n3\n4\n5")) == {
        4: "is not read, like the 1 line after it: at most 3 sentences are used"
    }


def test_twenty_thousand_sentences_are_used() -> None:
    found = _sentences(
        "a.csv", "sentence,topic\n" + "".join(f'"Sentence, {n}.",x\n' for n in range(20_001)), label="topic"
    )
    assert found.sentences == tuple(f"Sentence, {n}." for n in range(20_000))
    assert len(found.labels or ()) == 20_000
    assert _why(found) == {20_002: "is not read: at most 20,000 sentences are used"}


@pytest.mark.parametrize("kind", KINDS)
def test_of_more_lines_than_are_read_the_first_are(monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    for module in (table_rows, uploads, sentence_set):
        monkeypatch.setattr(module, "MOST_LINES", 4)
    lines = ["sentence", "1", "2", "3", "4", "5", "6"]
    upload = _read(f"a.{kind}", "\n".join(json.dumps(line) if kind == "jsonl" else line for line in lines))
    assert (upload.lines, upload.lines_read) == (7, 4)
    found = select_sentences(upload, upload.columns[0])
    assert found.sentences[-1] == "3"
    assert _why(found) == {5: "is not read, like the 2 lines after it: at most 4 lines are read"}


def test_a_row_that_begins_in_the_last_line_read_is_read_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (table_rows, uploads, sentence_set):
        monkeypatch.setattr(module, "MOST_LINES", 4)
    found = _sentences("a.csv", 'sentence\n1\n2\n"3\n4"\n5\n6\n')
    assert found.sentences == ("1", "2", "3 4")
    assert _why(found) == {6: "is not read, like the 1 line after it: at most 4 lines are read"}


def test_of_many_rows_left_out_a_thousand_are_listed_and_the_others_counted() -> None:
    found = _sentences("a.txt", "One.\n" + "\n" * 999 + "One.\n" + "\n" * 5)
    assert len(found.rejected) == 1_001
    assert found.rejected[999] == RejectedRow(1_001, "repeats line 1", "One.")
    assert found.rejected[1_000] == RejectedRow(1_002, "is left out too, like 4 rows after it", "")
    assert _sentences("a.txt", "One.\n" + "\n" * 1_001).rejected[-1].why == "is left out too"
    assert _sentences("a.txt", "One.\n" + "\n" * 1_000).rejected[-1].why == "is empty"


# Pasted


def test_pasted_lines_are_sentences_and_blank_ones_are_passed_over() -> None:
    found = sentences_from_paste('\n One. \r\n\n\u200b\nTwo, "or" 2.\n  \nOne.\n')
    assert (found.sentences, found.labels) == (("One.", 'Two, "or" 2.'), None)
    assert found.rejected == (RejectedRow(7, "repeats line 2", "One."),)


@pytest.mark.parametrize("text", ["", " \n\n", "\u200b\n\x07"])
def test_pasting_nothing_is_refused(text: str) -> None:
    with pytest.raises(UploadError):
        sentences_from_paste(text)


def test_pasting_too_much_is_refused() -> None:
    with pytest.raises(UploadError, match=r"This text has 30\.0 MB; at most 20 MB are read"):
        sentences_from_paste("é" * 15_000_000)


# Sets of sentences


def test_a_column_that_is_not_there_is_refused_with_those_that_are() -> None:
    for columns in (("text", None), ("sentence", "text")):
        with pytest.raises(UploadError, match="no column 'text'; the file has 2: sentence, topic"):
            select_sentences(_read("a.csv", "sentence,topic\nHi.,x\n"), *columns)


def test_sets_are_equal_by_sentences_and_labels_alone() -> None:
    one = SentenceSet(("a", "b"), ("x", "y"), (1, 2), ())
    assert one == replace(one, rejected=(RejectedRow(1, "is empty", ""),))
    assert hash(one) == hash(SentenceSet(("a", "b"), ("x", "y"), (1, 2), ()))
    others = [
        SentenceSet(("a", "b"), None, (1, 2), ()),
        SentenceSet(("a", "b"), ("x", "z"), (1, 2), ()),
        SentenceSet(("b", "a"), ("x", "y"), (1, 2), ()),
        SentenceSet(("a", "b", "x", "y"), None, (1, 2, 3, 4), ()),
        SentenceSet(("ab",), ("xy",), (1,), ()),
    ]
    assert len({one, *others}) == 6
    assert one != ("a", "b")
    assert one.digest == hashlib.sha256(b'[["a", "b"], ["x", "y"]]').hexdigest()


# Which columns


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("sentence,topic\nSalt.,Cooking", ("sentence", "topic")),
        ("topic,sentence\nCooking and baking,Salt.", ("sentence", "topic")),
        ("id,Review text,note\n1,Good.,a much longer note than that\n2,Bad.,none", ("Review text", None)),
        ("text_id,text,class\na1,Good salt.,x", ("text", "class")),
        ("a,b,c\n1,Good salt.,x\n2,Bad salt.,x\n3,No salt.,y\n4,More salt.,y", ("b", "c")),
        ("a,b,c\n1,Good salt.,x\n2,Bad salt.,x\n3,No salt.,x\n4,More salt.,x", ("b", None)),
        ("a,b,Group\n1,Good salt.,x\n1,Bad salt.,y\n2,No salt.,z\n2,More salt.,w", ("b", "Group")),
        ("text,b\n,Salt.\n,Pepper.", ("b", None)),
        ("sentence,label\nSalt.,\nPepper.,", ("sentence", None)),
        ("a\nSalt\nPepper", ("a", None)),
        (f"sentence,class\n{'Salt. ' * 30},{'Salt. ' * 20}", ("sentence", None)),
    ],
)
def test_the_columns_are_guessed_by_name_and_by_what_they_hold(text: str, expected: tuple[str, str | None]) -> None:
    assert likely_columns(_read("a.csv", text)) == expected


def test_what_is_refused_is_taken_out_and_listed_by_its_line() -> None:
    given = select_sentences(read_upload("a.csv", b"text,topic\none,x\none,x\ntwo,y\nthree,z\n"), "text", "topic")
    assert given.without({}) is given
    left = given.without({1: "says nothing"})
    assert (left.sentences, left.labels, left.lines) == (("one", "three"), ("x", "z"), (2, 5))
    assert [(each.line, each.why, each.text) for each in left.rejected] == [
        (3, "repeats line 2", "one"),
        (4, "says nothing", "two"),
    ]
    assert left != given

"""Rows of CSV and TSV files: delimiters, quotation marks, line breaks, and rows that do not fit."""

import pytest

from components.core.text.table_rows import RejectedRow
from tests.support.uploaded import reasons, refusal, sentences_of, upload_of


@pytest.mark.parametrize("name", ["a.csv", "A.CSV"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_the_one_that_divides_the_rows_alike(name: str, delimiter: str) -> None:
    lines = ["sentence;topic", '"Salt, pepper, oil; done.";Cooking', "Well well well.;Cooking", '"A|b, c.";"x\ty"']
    upload = upload_of(
        name, "\n".join("".join(delimiter if c == ";" and i != 30 else c for i, c in enumerate(line)) for line in lines)
    )
    assert upload.columns == ("sentence", "topic")
    assert upload.rows[1] == (3, ("Well well well.", "Cooking"))


def test_commas_in_sentences_do_not_divide_what_semicolons_divide() -> None:
    upload = upload_of("a.csv", "Salt, please.;Talk\nYes, no, perhaps.;Talk\nYou, too.;Talk\nOh, well.;Talk\n")
    assert upload.columns == ("column 1", "column 2")
    assert upload.rows[1] == (2, ("Yes, no, perhaps.", "Talk"))


def test_lines_whose_commas_divide_them_unlike_are_one_column() -> None:
    lines = ["Well, I like salt.", "No.", "Yes, no, perhaps.", "He sleeps."]
    upload = upload_of("a.csv", "\n".join(lines))
    assert upload.columns == ("column 1",)
    assert [fields[0] for _, fields in upload.rows] == lines


def test_in_a_tsv_only_tabs_divide() -> None:
    upload = upload_of("a.tsv", "sentence,a\ttopic,b\nSalt.\tx\n")
    assert upload.columns == ("sentence,a", "topic,b")


def test_quotes_hold_delimiters_quotes_and_line_breaks() -> None:
    upload = upload_of("a.csv", 'sentence,topic\n"Salt, ""pepper""\nand\n\noil.",x\nTwo., "y, z"\n')
    assert upload.rows == ((2, ('Salt, "pepper" and oil.', "x")), (6, ("Two.", "y, z")))
    assert upload.rejected == ()


_UNCLOSED = "has a quotation mark that is not closed, or that is not doubled inside a quoted text"


def test_a_quote_that_is_not_closed_loses_its_own_row_only() -> None:
    lines = ["sentence,topic", "One.,x", '"Two.,x', "Three.,x", '"Four, or so.",x', '"He said "five".",x', "Six.,x"]
    found = sentences_of("a.csv", "\n".join(lines))
    assert found.sentences == ("One.", "Three.", "Four, or so.", "Six.")
    assert found.rejected == (RejectedRow(3, _UNCLOSED, '"Two.,x'), RejectedRow(6, _UNCLOSED, '"He said "five".",x'))
    # No other quotation mark comes after it.
    assert sentences_of("a.csv", 'sentence,topic\nOne.,x\n"Two.,x\nThree.,x\n').sentences == ("One.", "Three.")


def test_a_quote_is_closed_within_a_hundred_lines_or_not_at_all() -> None:
    def file(breaks: int) -> str:
        return "sentence,topic\n" + '"' + "word\n" * breaks + '",x\nLast.,x\n'

    assert upload_of("a.csv", file(99)).rejected == ()
    assert upload_of("a.csv", file(99)).rows[1] == (102, ("Last.", "x"))
    assert reasons(upload_of("a.csv", file(100)))[2] == _UNCLOSED
    assert upload_of("a.csv", file(100)).rows[-1] == (103, ("Last.", "x"))


def test_a_field_that_is_too_long_for_the_csv_module_is_left_out() -> None:
    upload = upload_of("a.csv", "sentence,topic\n" + '"' + ("a" * 100_000 + "\n") * 3 + '",x\nLast.,x\n')
    assert reasons(upload)[2] == _UNCLOSED
    assert upload.rows[-1] == (6, ("Last.", "x"))


def test_a_file_of_open_quotes_is_refused_and_not_searched_forever() -> None:
    line = b'"a' + b'""' * 60_000 + b"\n"
    assert "rows up to line" in refusal("a.csv", line * 160)


def test_rows_with_fewer_or_more_fields_are_left_out_unless_the_additional_ones_are_empty() -> None:
    upload = upload_of("a.csv", "sentence,topic\nOne.,x\nTwo.\nThree.,x,y,z\nFour.,x,,\nFive.,\n")
    assert upload.rows == ((2, ("One.", "x")), (5, ("Four.", "x")), (6, ("Five.", "")))
    assert upload.rejected == (
        RejectedRow(3, "has 1 field where line 1 has 2", "Two."),
        RejectedRow(4, "has 4 fields where line 1 has 2", "Three., x, y, z"),
    )


def test_the_lines_of_left_out_rows_come_in_order_whatever_the_reason() -> None:
    upload = upload_of("a.csv", '\nsentence,topic\nOne.\n\n"Two\nThree.,x\nFour.\n')
    assert list(reasons(upload)) == [1, 3, 4, 5, 7]
    assert reasons(upload)[7] == "has 1 field where line 2 has 2"


@pytest.mark.parametrize("kind", ["csv", "tsv", "txt", "jsonl"])
def test_a_line_that_is_far_too_long_is_left_out(kind: str) -> None:
    first = {"csv": "sentence", "tsv": "sentence", "txt": "sentence", "jsonl": '"sentence"'}[kind]
    upload = upload_of(f"a.{kind}", f"{first}\n{'a' * 131_073}\n" + ('"Last"' if kind == "jsonl" else "Last"))
    assert upload.rejected == (RejectedRow(2, "has 131,073 characters; at most 131,072 are read", "a" * 59 + "…"),)
    assert upload.rows[-1] == (3, ("Last",))

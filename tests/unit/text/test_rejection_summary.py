"""What is not used of a file is counted by reason, and its lines are named."""

import pytest

from components.core.text.rejection_summary import summarise_rejected
from components.core.text.sentence_set import select_sentences
from components.core.text.table_rows import MOST_CHARACTERS, Reason, RejectedRow
from tests.support.uploaded import sentences_of, upload_of


def _rows(reason: Reason, *lines: int) -> list[RejectedRow]:
    return [RejectedRow(line, "", "", reason=reason) for line in lines]


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ((4,), "1 repeated (line 4)"),
        ((4, 5), "2 repeated (lines 4 to 5)"),
        ((4, 9), "2 repeated (lines 4 and 9)"),
        ((1, 2, 3, 7, 9, 10), "6 repeated (lines 1 to 3, 7 and 9 to 10)"),
        ((1, 3, 5, 7, 9, 11), "6 repeated (lines 1, 3, 5, 7 and 2 more)"),
        (tuple(range(1_000, 3_000)), "2,000 repeated (lines 1,000 to 2,999)"),
    ],
)
def test_neighbouring_lines_are_a_run_and_no_more_than_four_are_named(lines: tuple[int, ...], said: str) -> None:
    assert summarise_rejected(_rows(Reason.REPEATED, *lines)) == said


def test_the_most_frequent_reason_comes_first_and_no_row_has_no_sentence() -> None:
    rows = _rows(Reason.NO_TEXT, 2) + _rows(Reason.REPEATED, 3, 5)
    assert summarise_rejected(rows) == "2 repeated (lines 3 and 5), 1 without text (line 2)"
    assert summarise_rejected([]) == ""


def test_each_reason_of_a_table_is_named() -> None:
    long = "x" * (MOST_CHARACTERS + 1)
    text = f'text,label\nHot.,x\n,y\nHot.,x\ntorn\n"open, x\n{long},y\nCold.,y\n'
    found = select_sentences(upload_of("a.csv", text), "text", "label")
    assert found.sentences == ("Hot.", "Cold.")
    said = summarise_rejected(found.rejected)
    assert said == (
        "1 without text (line 3), 1 repeated (line 4), 1 with too few or too many fields (line 5), "
        "1 with an open quotation mark (line 6), 1 too long (line 7)"
    )


def test_rows_beyond_the_limit_are_named_as_a_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("components.core.text.sentence_set.MOST_SENTENCES", 2)
    found = sentences_of("a.txt", "One.\nTwo.\nThree.\nFour.\nFive.\n")
    assert summarise_rejected(found.rejected) == "3 beyond the limit (lines 3 to 5)"


def test_of_more_rows_than_are_listed_each_reason_keeps_its_number() -> None:
    lines = ["One.", *[""] * 1_001, *["One."] * 5, *[""] * 3, "Two."]
    found = sentences_of("a.txt", "\n".join(lines))
    assert found.rejected_count == 1_009
    assert summarise_rejected(found.rejected) == (
        "1,004 without text (lines 2 to 1,002 and 3 more), 5 repeated (lines 1,003 and 4 more)"
    )

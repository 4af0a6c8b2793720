"""Pairs are read line by line, and a line that is none is named."""

import pytest

from components.core.errors import SentenceError
from components.core.objective.pairs import Pair, read_pairs, written


def test_pairs_are_read_from_bars_and_from_two_columns_of_a_table() -> None:
    pairs = (Pair("a b", "c"), Pair("d", "e | f"))
    assert read_pairs("a  b|c\n\n d\te ") == (Pair("a b", "c"), Pair("d", "e"))
    assert read_pairs(written(pairs[:1] * 2)) == pairs[:1] * 2


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "There are 0 pairs; it takes 2 to 8. Type another line."),
        ("a | b", "There is 1 pair; it takes 2 to 8"),
        ("a | b\n" * 11, "There are 11 pairs; it takes 2 to 8. Delete 3 of them."),
        ("a | b\nc d", "Line 2 holds 1 text; a pair has 2"),
        ("a | b\nc | d | e", "Line 2 holds 3 texts; a pair has 2"),
        ("a | b\n\n | d", "Line 3 has nothing on one side"),
        ("a | b\nc | " + "d" * 201, "A text in line 2 has 201 characters; it may have 200"),
        ("x" * 1_000_000, "There is 1 pair"),
    ],
)
def test_what_is_no_pair_is_answered_with_its_line(text: str, said: str) -> None:
    with pytest.raises(SentenceError) as error:
        read_pairs(text)
    assert said in str(error.value)

"""Text from files is tidied: lines broken for width are joined, and all others stay lines."""

import pytest

from components.core.retrieval.ingest.line_breaks import clean_text, join_broken_lines
from tests.support.sample_files import WRAPPED


def test_soft_hyphens_go_and_ligatures_become_letters() -> None:
    assert clean_text("e\u00adf\ufb01cient o\ufb03ce") == "efficient office"


def test_lines_broken_for_width_are_joined_and_a_broken_word_is_made_whole() -> None:
    first, second = join_broken_lines(WRAPPED).split("\n")
    assert first.startswith("A neural network multiplies and adds numbers. It cannot multiply the word pizza")
    assert first.endswith("the words in a dictionary: then zebra would be larger than pizza.")
    assert second == "Another paragraph begins here, after a short line, and it also runs on over the next line."


def test_a_word_of_several_parts_keeps_the_hyphen_at_which_it_is_broken() -> None:
    text = WRAPPED.replace("diction-\nary", "state-of-the-\nart")
    assert "state-of-the-art" in join_broken_lines(text)


def test_a_hyphen_before_a_capital_letter_and_a_bullet_stay_where_they_are() -> None:
    text = WRAPPED.replace("diction-\nary", "Anglo-\nSaxon") + "\n- one bullet\n- another bullet"
    assert "Anglo- Saxon" in join_broken_lines(text)
    assert join_broken_lines(text).endswith("next line.\n- one bullet\n- another bullet")


@pytest.mark.parametrize(
    "text",
    [
        # A sentence a line, each long and beginning with a capital letter.
        "\n".join(f"Number {n} is a sentence that is as long as the others are here." for n in "abcdef"),
        # A list of small words, which nobody broke for width.
        "\n".join(["apple", "banana", "pear"] * 5),
        # A paragraph a line.
        "\n".join(["the same old words " * 20] * 3),
        "",
    ],
)
def test_lines_that_were_not_broken_for_width_stay_lines(text: str) -> None:
    assert join_broken_lines(text) == text


def test_lines_of_a_script_without_blanks_are_joined_without_a_blank() -> None:
    assert join_broken_lines("\n".join(["三" * 50] * 4)) == "三" * 200

"""Text from files is tidied: lines broken for width are joined, and all others stay lines."""

import pytest

from components.core.retrieval.ingest.line_breaks import (
    clean_text,
    compose_accents,
    join_broken_lines,
    join_over_break,
)
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


@pytest.mark.parametrize(
    ("broken", "joined"),
    [
        # The second part of the pair follows: the hyphen stands for a word, and a blank belongs after it.
        ("left-\nand right-hand", "left- and right-hand"),
        ("ein-\nund zweimal", "ein- und zweimal"),
        # The rest of a word of several parts has another hyphen.
        ("state-\nof-the-art", "state-of-the-art"),
        # A word may begin as a conjunction does.
        ("tor-\nment", "torment"),
        ("un-\norganised", "unorganised"),
    ],
)
def test_a_hyphen_that_belongs_to_the_text_is_kept_at_the_end_of_a_line(broken: str, joined: str) -> None:
    assert f" {joined}: then zebra" in join_broken_lines(WRAPPED.replace("diction-\nary", broken))


def test_a_word_is_joined_as_the_text_writes_it_elsewhere() -> None:
    again = WRAPPED.replace("diction-\nary", "encoder-\ndecoder")
    assert "encoderdecoder" in join_broken_lines(again)
    assert "encoder-decoder:" in join_broken_lines(f"{again}\nThe encoder-decoder was first.")


@pytest.mark.parametrize(
    ("before", "after", "joined"),
    [
        ("They count words in a diction-", "ary of all.", "They count words in a dictionary of all."),
        ("It is on the left-", "and right-hand side.", "It is on the left- and right-hand side."),
        ("The first sentence", "goes on here.", "The first sentence goes on here."),
        ("It ends here.", "and then goes on", None),
        ("It ends", "Here", None),
        ("", "and", None),
    ],
)
def test_a_sentence_and_its_last_word_go_on_over_a_page_break(before: str, after: str, joined: str | None) -> None:
    assert join_over_break(before, after) == joined


def test_accents_that_stand_beside_their_letters_are_composed_with_them() -> None:
    # As PDF files made by TeX have them: the accent is a sign of its own, before the letter that it is set over.
    assert (
        compose_accents("na\u00a8\u0131ve M\u00a8uller caf\u00b4e \u02c7Cech fac\u00b8ade")
        == "naïve Müller café Čech façade"
    )
    assert (
        compose_accents("Franc\u00b8ois and M\u00a8 uller, Erd\u02ddos, \u02daAngstr\u00a8om")
        == "François and Müller, Erdős, Ångström"
    )
    assert compose_accents("it\u00b4s, we\u00b4re, 5\u02daC") == "it\u00b4s, we\u00b4re, 5\u02daC"
    # Where the letter comes first, a blank or the end of the text follows the accent.
    assert compose_accents("x \u00b4 y, 5 \u00b4, a\u00a8 b, \u00a8") == "x \u00b4 y, 5 \u00b4, a\u00a8 b, \u00a8"

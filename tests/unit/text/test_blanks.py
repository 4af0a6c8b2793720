"""A blank is found however people write it, and what cannot be filled in is answered in a sentence."""

import pytest

from components.core.errors import SentenceError
from components.core.text.blanks import MOST_BLANKS, mark_blanks

MASK = "[MASK]"


@pytest.mark.parametrize(
    "blank",
    ["___", "__", "_", "[MASK]", "[mask]", "<mask>", "<MASK>", "[blank]", "{mask}", "[]", "?", "???", "...", "…", "*"],
)
def test_a_blank_is_found_however_it_is_written(blank: str) -> None:
    assert mark_blanks(f"Squatch eats {blank} today", MASK) == ("Squatch eats [MASK] today", 1)
    assert mark_blanks(f"Squatch eats {blank}!", MASK) == ("Squatch eats [MASK]!", 1)


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("What ___ this?", "What [MASK] this?"),
        ("He eats < mask >.", "He eats [MASK]."),
        ("He eats [ ].", "He eats [MASK]."),
        ("Is ___ warm ?", "Is [MASK] warm ?"),  # beside a plain blank, a question mark is one
        ("What a ? it is?", "What a [MASK] it is?"),
        ("Wait... he eats ___ * today", "Wait... he eats [MASK] * today"),
        ("read snake_case ___", "read snake_case [MASK]"),
        ("un___able", "un[MASK]able"),
        ("  a\n___\tb  ", "a [MASK] b"),
        ("\0 a ___", "a [MASK]"),
    ],
)
def test_only_what_is_meant_as_a_blank_is_one(text: str, marked: str) -> None:
    assert mark_blanks(text, MASK) == (" ".join(marked.split()), 1)


def test_each_model_s_own_mask_token_is_a_blank_and_takes_the_place_of_all_others() -> None:
    assert mark_blanks("a ¤ b ___ c [MASK]", "¤") == ("a ¤ b ¤ c ¤", 3)


@pytest.mark.parametrize("text", ["🍕 ___", "הוא אוכל ___", "彼は___を食べる", "<script>alert(1)</script> ___"])
def test_every_script_may_stand_beside_a_blank(text: str) -> None:
    assert mark_blanks(text, MASK) == (text.replace("___", MASK), 1)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "nothing was typed"),
        (" \n ", "nothing was typed"),
        ("Squatch eats pizza.", "There is no blank in this text. Type three underscores"),
        ("Is it warm?", "There is no blank"),
        ("___", "Beside the blank there is no word"),
        ("[MASK] ___ , ?", "Beside the blank there is no word"),
        ("___ a " * (MOST_BLANKS + 1), f"has {MOST_BLANKS + 1} blanks; it may have {MOST_BLANKS}"),
        ("a ___" * 200_000, "has 1,000,000 characters; a text with a blank may have at most 2,000"),
    ],
)
def test_a_text_that_cannot_be_filled_in_is_answered_in_a_sentence(text: str, said: str) -> None:
    with pytest.raises(SentenceError, match=said.replace("(", r"\(")):
        mark_blanks(text, MASK)

"""Codes of rooms are told apart, and read as people type them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.core.classroom.codes import LENGTH, LETTERS, new_code, new_secret, read_code


def test_a_code_has_four_letters_that_look_like_no_other() -> None:
    codes = {new_code() for _ in range(500)}
    assert len(codes) > 490  # of 130,321
    for code in codes:
        assert len(code) == LENGTH == 4
        assert set(code) <= set(LETTERS)
    assert not set(LETTERS) & set("AEIOULV0158")


@given(st.text(LETTERS, min_size=4, max_size=4), st.sampled_from(["{}", " {} ", "{}\n", "-{}", "\t{}"]))
def test_a_code_is_read_in_small_letters_and_with_blanks_and_hyphens(code: str, around: str) -> None:
    for typed in (code, code.lower(), f"{code[:2]}-{code[2:]}", " ".join(code)):
        assert read_code(around.format(typed)) == code


@pytest.mark.parametrize("typed", ["", "KXP", "KXPMM", "KXP1", "KXPA", "KX/PM", "../KXPM", "KXPM" * 1_000_000, "КХРМ"])
def test_what_is_no_code_is_none(typed: str) -> None:
    assert read_code(typed) is None


@given(st.text())
def test_whatever_is_typed_is_a_code_or_none(typed: str) -> None:
    code = read_code(typed)
    assert code is None or (len(code) == LENGTH and set(code) <= set(LETTERS))


def test_secrets_have_32_digits_and_differ() -> None:
    secrets = {new_secret() for _ in range(100)}
    assert len(secrets) == 100
    assert all(len(each) == 32 and int(each, 16) >= 0 for each in secrets)

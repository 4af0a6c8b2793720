"""Names made unique: none occurs twice, the first of each stays as it is, and repetitions are numbered from 2."""

from hypothesis import given
from hypothesis import strategies as st

from components.core.text.unique_names import unique_names

NAMES = st.lists(st.sampled_from(["a", "b", "", "a (2)", "a (3)", "a (2) (2)"]), max_size=12)


def one_by_one(names: list[str]) -> list[str]:
    """Each name with the lowest number from 2 that makes it new, or none if it is new already."""
    unique: list[str] = []
    for name in names:
        numbered = (f"{name} ({number})" for number in range(2, len(names) + 2))
        unique.append(next(each for each in [name, *numbered] if each not in unique))
    return unique


@given(NAMES)
def test_each_name_gets_the_lowest_number_that_makes_it_new(names: list[str]) -> None:
    assert list(unique_names(names)) == one_by_one(names)


@given(NAMES)
def test_no_two_names_are_equal_and_none_is_lost(names: list[str]) -> None:
    unique = unique_names(names)
    assert len(set(unique)) == len(unique) == len(names)
    assert all(new.startswith(old) for new, old in zip(unique, names, strict=True))


def test_ten_thousand_equal_names_are_numbered_in_one_pass() -> None:
    assert unique_names(["Pizza"] * 10_000)[-1] == "Pizza (10000)"

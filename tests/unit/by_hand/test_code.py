"""Numbers in an address: what is written is read again, and what is no network is refused."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.core.by_hand.code import LARGEST, decode, encode
from components.core.by_hand.language import read_language
from components.core.by_hand.network import Network, Switches
from components.core.errors import SentenceError

LANGUAGE = read_language("norm eats\ntim drinks")
COUNT = 2 * 5 + 12
HUNDREDTHS = st.integers(-round(LARGEST * 100), round(LARGEST * 100))


@given(st.lists(HUNDREDTHS, min_size=COUNT, max_size=COUNT), st.lists(st.booleans(), min_size=4, max_size=4))
def test_numbers_come_back_to_the_hundredth_and_switches_as_they_were(steps: list[int], on: list[bool]) -> None:
    numbers = np.array(steps) / 100
    query, key, value = numbers[-12:].reshape(3, 2, 2)
    network = Network(numbers[:-12].reshape(-1, 2), query, key, value, Switches(*on))
    code = encode(network)
    again = decode(code, LANGUAGE)
    np.testing.assert_array_equal(again.embeddings, network.embeddings)
    for name in ("query", "key", "value"):
        np.testing.assert_array_equal(getattr(again, name), getattr(network, name))
    assert again.switches == network.switches
    assert encode(again) == code
    assert code.replace("-", "").replace("_", "").isalnum()


def read_or_refusal(code: str) -> Network | str:
    """The network, or why there is none."""
    try:
        return decode(code, LANGUAGE)
    except SentenceError as error:
        return str(error)


@given(st.text(max_size=80))
def test_any_text_is_a_network_or_refused_with_the_count_that_is_needed(text: str) -> None:
    network = read_or_refusal(text)
    assert isinstance(network, Network) or f"{COUNT} numbers are needed" in network


def test_the_numbers_of_another_language_are_refused() -> None:
    code = encode(Network(np.zeros((9, 2)), *np.zeros((3, 2, 2))))
    with pytest.raises(SentenceError, match="those of a network for 4 words"):
        decode(code, LANGUAGE)

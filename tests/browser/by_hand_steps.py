"""The page By hand: its numbers as a person finds them, and networks by their numbers."""

import numpy as np
from playwright.sync_api import Locator

from components.core.by_hand.code import decode
from components.core.by_hand.language import Language, read_language
from components.core.by_hand.network import Network, Switches
from components.ui.by_hand.exercises import opening_language
from tests.browser.reader import Reader

PAGE = "By hand"
LANGUAGE = read_language(opening_language())

#: What is changed of a network: numbers by their place, or a switch.
Changes = dict[int | str, float | bool]


def number(reader: Reader, label: str) -> Locator:
    """The first box for a number of the network."""
    return reader.main.get_by_role("spinbutton", name=label, exact=True).first


def network_of(numbers: np.ndarray, switches: Switches) -> Network:
    """The network of a flat array of its numbers, in the order of an address."""
    query, key, value = numbers[-12:].reshape(3, 2, 2)
    return Network(numbers[:-12].reshape(-1, 2), query, key, value, switches)


def with_numbers(code: str, changes: Changes, language: Language = LANGUAGE) -> Network:
    """The network of a code, with some of its numbers and switches changed."""
    network = decode(code, language)
    flat = np.concatenate(
        [network.embeddings.ravel(), network.query.ravel(), network.key.ravel(), network.value.ravel()]
    )
    switches = dict(vars(network.switches))
    for place, value in changes.items():
        if isinstance(place, int):
            flat[place] = value
        else:
            switches[place] = bool(value)
    return network_of(flat, Switches(**switches))

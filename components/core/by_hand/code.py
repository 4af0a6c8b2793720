"""The numbers of a network as a short text, for an address: two bytes a number, in hundredths."""

import base64
import binascii
import struct
from typing import Final

import numpy as np

from components.core.by_hand.language import Language
from components.core.by_hand.network import Network, Switches, count_numbers
from components.core.errors import SentenceError

#: Numbers lie between −LARGEST and LARGEST.
LARGEST: Final = 99.99
_STEPS_OF_ONE = 100
_SWITCHES = ("positions", "residual", "scaled", "two_heads")  # bits 0 to 3 of the first byte


def encode(network: Network) -> str:
    """Return the text for a network; its numbers are rounded to hundredths.

    >>> one = np.eye(2)
    >>> encode(Network(np.array([[0.5, -1.0], [0.0, 0.25]]), one, one, one))
    'BwAy_5wAAAAZAGQAAAAAAGQAZAAAAAAAZABkAAAAAABk'
    """
    numbers = np.concatenate([each.ravel() for each in (network.embeddings, network.query, network.key, network.value)])
    steps = np.rint(np.clip(numbers, -LARGEST, LARGEST) * _STEPS_OF_ONE).astype(int)
    flags = sum(getattr(network.switches, name) << bit for bit, name in enumerate(_SWITCHES))
    packed = struct.pack(f">B{len(steps)}h", flags, *steps.tolist())
    return base64.urlsafe_b64encode(packed).decode("ascii").rstrip("=")


def decode(code: str, language: Language) -> Network:
    """Return the network that a text stands for. Raises SentenceError if it is not one of this language."""
    count = count_numbers(language)
    try:
        packed = base64.b64decode(code + "=" * (-len(code) % 4), altchars=b"-_", validate=True)
        flags, *steps = struct.unpack(f">B{count}h", packed)
    except (binascii.Error, ValueError, struct.error) as error:
        raise SentenceError(
            f"The numbers in this address are not those of a network for {len(language.words)} words: {count} numbers "
            "are needed. Ask for the address again, or start with the numbers that the page opens with."
        ) from error
    numbers = np.clip(np.array(steps) / _STEPS_OF_ONE, -LARGEST, LARGEST)
    query, key, value = numbers[-12:].reshape(3, 2, 2)
    switches = Switches(**{name: bool(flags >> bit & 1) for bit, name in enumerate(_SWITCHES)})
    return Network(numbers[:-12].reshape(-1, 2), query, key, value, switches)

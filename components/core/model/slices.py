"""Division of bulk work on texts into slices, each of which takes one turn at a lane."""

import sys
from collections.abc import Sequence

# Characters in one slice, as padded: some 250 tokens, which take a processor a twentieth of a second.
_SLICE_CHARACTERS = 1_200


def longest_first(lengths: Sequence[int]) -> list[int]:
    """Return the indices of texts sorted by length: then texts of a batch are padded little."""
    return sorted(range(len(lengths)), key=lambda index: -lengths[index])


def slices_of(lengths: Sequence[int], order: Sequence[int], device: str, batch_size: int = 32) -> list[list[int]]:
    """Divide texts, given by their indices, the longest first, into batches.

    lengths: of all texts, in characters. device: torch's type; only a CPU's batches are bounded by characters.

    >>> slices_of([300, 500, 900, 500], order=[2, 1, 3, 0], device="cpu")
    [[2], [1, 3], [0]]
    """
    most = _SLICE_CHARACTERS if device == "cpu" else sys.maxsize
    slices: list[list[int]] = []
    for index in order:
        if not slices or len(slices[-1]) == batch_size or (len(slices[-1]) + 1) * lengths[slices[-1][0]] > most:
            slices.append([])
        slices[-1].append(index)
    return slices

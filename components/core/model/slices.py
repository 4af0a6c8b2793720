"""Division of bulk work on texts into slices, each of which takes one turn at a lane."""

import sys
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Protocol, TypeVar

from components.core.numerics.lanes import at_once

Made = TypeVar("Made", covariant=True)


class Compute(Protocol[Made]):
    """A function that computes something of a slice, given by the indices of its texts."""

    def __call__(self, some: list[int], /, *, bulk: bool) -> Made:
        """bulk: False for a slice that is all there is to do."""


# Texts between two reports of progress.
_CHUNK = 64
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


def in_slices(
    lengths: Sequence[int],
    device: str,
    compute: Compute[Made],
    progress: Callable[[int, int], None] | None = None,
) -> Iterator[tuple[list[int], Made]]:
    """Yield the indices of each slice of N texts, and what is computed of it; each computation takes turns by itself.

    progress(done, N) is called as texts are done, and may raise to stop.
    """
    order = longest_first(lengths)
    for start in range(0, len(order), _CHUNK):
        slices = slices_of(lengths, order[start : start + _CHUNK], device)
        bulk = len(order) > _CHUNK or len(slices) > 1
        yield from zip(slices, at_once(partial(compute, bulk=bulk), slices), strict=True)
        if progress:
            progress(min(start + _CHUNK, len(order)), len(order))

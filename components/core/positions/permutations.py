"""Orders of the words of a sentence."""

import itertools
import math
import random
from collections.abc import Sequence


def word_orders(words: Sequence[str], most: int = 24, seed: int = 0) -> list[tuple[int, ...]]:
    """Return orders of the words, the original first: all of them if there are at most `most`, else a sample.

    A sample holds the original, the reverse and random shuffles drawn with the seed, none twice.
    Returns tuples of indices into `words`. Equal words make equal sentences; those are listed once.

    >>> word_orders(["a", "b"])
    [(0, 1), (1, 0)]
    """
    count = len(words)
    first = tuple(range(count))
    candidates = (
        itertools.permutations(first)
        if math.factorial(count) <= most
        else itertools.chain([first, first[::-1]], _shuffles(count, seed, tries=20 * most))
    )
    orders: dict[tuple[str, ...], tuple[int, ...]] = {}
    for order in candidates:
        orders.setdefault(tuple(words[i] for i in order), order)
        if len(orders) == most:
            break
    return list(orders.values())


def shuffle_positions(special: Sequence[bool], seed: int) -> tuple[int, ...]:
    """Permute the positions of the typed tokens; special tokens keep theirs.

    special: S booleans. Returns a permutation of range(S) for PositionsReordered: token i gets the position
    of token order[i]. With two or more typed tokens it is never the identity.

    >>> shuffle_positions([True, False, False, True], seed=1)
    (0, 2, 1, 3)
    """
    typed = [i for i, is_special in enumerate(special) if not is_special]
    dealt = typed[:]
    draw = random.Random(seed)
    while len(typed) > 1 and dealt == typed:
        draw.shuffle(dealt)
    order = list(range(len(special)))
    for index, position in zip(typed, dealt, strict=True):
        order[index] = position
    return tuple(order)


def _shuffles(count: int, seed: int, tries: int) -> list[tuple[int, ...]]:
    draw = random.Random(seed)
    return [tuple(draw.sample(range(count), count)) for _ in range(tries)]

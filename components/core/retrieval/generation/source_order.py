"""The order of sources in a prompt: the best at both ends, the weakest in the middle.

Liu et al. 2023, "Lost in the Middle: How Language Models Use Long Contexts": language models use what stands first and
last in a prompt more than what stands between.
"""

from collections.abc import Sequence
from typing import TypeVar

_Item = TypeVar("_Item")


def best_at_the_ends(best_first: Sequence[_Item]) -> tuple[_Item, ...]:
    """Put the best item first, the second last, the third second, the fourth last but one, and so on.

    >>> best_at_the_ends([1, 2, 3, 4, 5])
    (1, 3, 5, 4, 2)
    """
    return (*best_first[::2], *best_first[1::2][::-1])

"""Alignment of the words of two sentences, independent of their order."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import linear_sum_assignment

from components.core.text.spelling import fold
from components.core.tokens.tokens import Tokens, Word


@dataclass(frozen=True)
class Alignment:
    """The words and special tokens of two sentences, and which of them are the same."""

    first: tuple[Word, ...]
    second: tuple[Word, ...]
    pairs: tuple[tuple[int, int], ...]  # indices in first and second, in the order of the first

    @property
    def only_first(self) -> tuple[int, ...]:
        """Indices of words of the first sentence that have no partner in the second."""
        paired = {one for one, _ in self.pairs}
        return tuple(index for index in range(len(self.first)) if index not in paired)

    @property
    def only_second(self) -> tuple[int, ...]:
        """Indices of words of the second sentence that have no partner in the first."""
        paired = {other for _, other in self.pairs}
        return tuple(index for index in range(len(self.second)) if index not in paired)


def align(first: Tokens, second: Tokens) -> Alignment:
    """Pair the words of two sentences by their spelling, not by their positions.

    Words match if fold() finds their spelling equal, or if the vocabulary has neither: the model reads all
    unknown words alike. A special token matches the same special token. If a word occurs more than once, occurrences
    that share most neighbouring words are paired; ties keep the order of the text.
    """
    ones, others = first.words_and_marks, second.words_and_marks
    spelled, spelled_other = _spellings(first, ones), _spellings(second, others)
    indices: dict[str, tuple[list[int], list[int]]] = defaultdict(lambda: ([], []))
    for side, spellings in enumerate((spelled, spelled_other)):
        for index, spelling in enumerate(spellings):
            indices[spelling][side].append(index)
    pairs: list[tuple[int, int]] = []
    for here, there in indices.values():
        # Order decides what neighbours leave open. Squares, since of plain distances two that cross add up to as much
        # as two that do not; all of them together stay below the gain of one neighbour.
        gain = np.array(
            [
                [_shared(spelled, i, spelled_other, j) - 1e-9 * (m - n) ** 2 for n, j in enumerate(there)]
                for m, i in enumerate(here)
            ]
        ).reshape(len(here), len(there))
        rows, columns = linear_sum_assignment(gain, maximize=True)
        pairs += [(here[row], there[column]) for row, column in zip(rows, columns, strict=True)]
    return Alignment(ones, others, tuple(sorted(pairs)))


def _spellings(tokens: Tokens, words: Sequence[Word]) -> list[str]:
    """Return the key by which each word is matched; a leading blank keeps special tokens apart from typed words."""
    return [
        f" {word.text}"
        if word.special
        else " unknown"
        if tokens.unknown[list(word.token_indices)].all()
        else fold(word.text)
        for word in words
    ]


def _shared(spelled: list[str], i: int, spelled_other: list[str], j: int) -> int:
    """Score how similar the neighbours of two words are.

    4 for each word on the same side and 2 on the other; only 1 for a special token on the same side, since every
    sentence begins and ends with one.
    """
    left, right = _neighbours(spelled, i)
    left_other, right_other = _neighbours(spelled_other, j)
    shared = 0
    for word, same_side, other_side in ((left, left_other, right_other), (right, right_other, left_other)):
        if word.startswith(" "):
            shared += word == same_side
        elif word:
            shared += 4 * (word == same_side) + 2 * (word == other_side)
    return shared


def _neighbours(spelled: list[str], index: int) -> tuple[str, str]:
    before = spelled[index - 1] if index else ""
    after = spelled[index + 1] if index + 1 < len(spelled) else ""
    return before, after

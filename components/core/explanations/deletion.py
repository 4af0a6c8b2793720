"""Explanations put to the test: words are hidden in the order of their importance, and the target is measured again.

Samek et al. 2017, "Evaluating the Visualization of What a Deep Neural Network Has Learned" (most important first);
DeYoung et al. 2020, "ERASER" (comprehensiveness and sufficiency). If a ranking is right, the target falls fast with the
most important words hidden first and slowly with the least important first. N texts, W words.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from components.core.embeddings.hidden_words import vectors_of_visible, visible_without
from components.core.explanations.rankings import Explanation, importances
from components.core.explanations.target import Target
from components.core.model.encoder import Encoder
from components.core.tokens.tokens import Tokens

#: Random orders whose spread stands for chance on one text: half of them are drawn, the others are their reverses.
RANDOM_ORDERS = 10
#: The most steps in which the words of a text are hidden; of a longer text several go at once.
MOST_STEPS = 16


@dataclass(frozen=True, eq=False)
class DeletionCurves:
    """The target with more and more words hidden, in two opposite orders."""

    order: Int[np.ndarray, " W"]  # words, the most important first
    hidden: Int[np.ndarray, " P"]  # how many are hidden, from 0 to W
    most_first: Float[np.ndarray, " P"]
    least_first: Float[np.ndarray, " P"]

    @property
    def falls(self) -> tuple[float, float]:
        """How far the target falls on average, with the most and with the least important words hidden first.

        The means over the steps between none and all hidden, which are the areas between each curve and its start.
        """
        if len(self.hidden) < 3:
            return 0.0, 0.0
        start = self.most_first[0]
        return float((start - self.most_first[1:-1]).mean()), float((start - self.least_first[1:-1]).mean())

    @property
    def area(self) -> float:
        """The mean distance of the two curves: 0 to expect by chance, below 0 if the ranking is upside down.

        The ends are the same in both orders and are left out.
        """
        most, least = self.falls
        return most - least

    def reversed(self) -> "DeletionCurves":
        """Return the curves of the opposite order."""
        return DeletionCurves(self.order[::-1], self.hidden, self.least_first, self.most_first)


def deletion_curves(
    encoder: Encoder,
    tokens: Tokens,
    target: Target,
    orders: Sequence[Int[np.ndarray, " W"]],
    progress: Callable[[int, int], None] | None = None,
) -> list[DeletionCurves]:
    """Hide the words of a text in each of these orders, and in its reverse. Equal sets of words are read once.

    progress(done, all) is called as sets are read, and may raise to stop.
    """
    words = tokens.words
    hidden = np.unique(np.rint(np.linspace(0, len(words), min(len(words), MOST_STEPS) + 1)).astype(int))
    sets: dict[frozenset[int], int] = {}

    def number_of(some: Int[np.ndarray, " k"]) -> int:
        return sets.setdefault(frozenset(some.tolist()), len(sets))

    along = [[[number_of(each[:count]) for count in hidden] for each in (order, order[::-1])] for order in orders]
    visible = visible_without(tokens, [[words[index] for index in some] for some in sets])
    results = target.of(vectors_of_visible(encoder, tokens, visible, progress))
    return [
        DeletionCurves(np.asarray(order), hidden, results[most], results[least])
        for order, (most, least) in zip(orders, along, strict=True)
    ]


def target_without(encoder: Encoder, tokens: Tokens, target: Target, hidden: Sequence[int]) -> float:
    """Return the target with some words of a text hidden, by their indices."""
    visible = visible_without(tokens, [[tokens.words[index] for index in hidden]])
    return float(target.of(vectors_of_visible(encoder, tokens, visible))[0])


@dataclass(frozen=True, eq=False)
class TestedExplanations:
    """All explanations of one text's target, put to the test."""

    importances: dict[Explanation, Float[np.ndarray, " W"]]
    curves: dict[Explanation, DeletionCurves]
    random: list[DeletionCurves]  # of RANDOM_ORDERS random orders


def put_to_the_test(
    encoder: Encoder, tokens: Tokens, target: Target, progress: Callable[[int, int], None] | None = None
) -> TestedExplanations:
    """Explain a target of a text in every way, and hide its words in the order of each explanation and at random.

    progress: as for deletion_curves().
    """
    found = importances(encoder, tokens, target)
    orders = {name: np.argsort(-values, kind="stable") for name, values in found.items()}
    draws = np.random.default_rng(0)
    drawn = [draws.permutation(len(tokens.words)) for _ in range(RANDOM_ORDERS // 2)]
    curves = deletion_curves(encoder, tokens, target, [*orders.values(), *drawn], progress)
    random = curves[len(orders) :]
    return TestedExplanations(
        found, dict(zip(orders, curves, strict=False)), [*random, *(each.reversed() for each in random)]
    )


@dataclass(frozen=True, eq=False)
class OverTexts:
    """What the test of each explanation gives on N texts."""

    falls: dict[Explanation, Float[np.ndarray, "N 2"]]  # as DeletionCurves.falls; none of one that ranks nothing
    groups: Int[np.ndarray, " N"]  # equal numbers for texts whose results depend on one another

    @property
    def areas(self) -> dict[Explanation, Float[np.ndarray, " N"]]:
        """The area between both curves on each text, explanation by explanation."""
        return {name: falls[:, 0] - falls[:, 1] for name, falls in self.falls.items()}


def measure_over_texts(
    encoder: Encoder,
    texts: Sequence[tuple[Tokens, Target]],
    groups: Sequence[int],
    progress: Callable[[int, int], None] | None = None,
) -> OverTexts:
    """Put the explanations of each of N texts' targets to the test. groups: as of OverTexts.

    progress(done, N) is called after each text, and may raise to stop.
    """
    falls: dict[Explanation, list[tuple[float, float]]] = {}
    for number, (tokens, target) in enumerate(texts):
        found = importances(encoder, tokens, target)
        orders = [np.argsort(-values, kind="stable") for values in found.values()]
        for name, curves in zip(found, deletion_curves(encoder, tokens, target, orders), strict=True):
            falls.setdefault(name, []).append(curves.falls)
        if progress:
            progress(number + 1, len(texts))
    return OverTexts({name: np.array(each) for name, each in falls.items()}, np.array(groups))

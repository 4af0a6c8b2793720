"""Guesses along an axis: near ones in one stack, as in a dot plot (Wilkinson 1999), and the median of each round."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median, quantiles

from components.core.classroom.guesses import Answer, Guesses, said_of

_NAMES = ("1st", "2nd", "3rd")


@dataclass(frozen=True)
class Strip:
    """One round along an axis. Its stacks, and those below and above the axis, add up to all its guesses."""

    name: str  # "30 guesses"; of several rounds "1st: 30 guesses"
    stacks: tuple[tuple[float, int], ...]  # where each stands, and how many guesses it holds
    median: float
    below: int = 0  # guesses that lie before the axis begins
    above: int = 0  # and beyond its end


def strips(guesses: Guesses[float], low: float, high: float, places: int = 40) -> tuple[Strip, ...]:
    """Return the rounds along an axis from `low` to `high`; a round in which nobody guessed is left out.

    places: stacks that stand side by side from end to end.
    """
    found = []
    for name, values in zip(round_names(len(guesses.rounds)), guesses.rounds, strict=True):
        if not values:
            continue
        inside = [value for value in values if low <= value <= high]
        counted = f"{len(values)} guess{'es' if len(values) > 1 else ''}"
        found.append(
            Strip(
                f"{name}: {counted}" if name else counted,
                stack(inside, (high - low) / places),
                median(values),
                sum(value < low for value in values),
                sum(value > high for value in values),
            )
        )
    return tuple(found)


def stack(values: Sequence[float], width: float) -> tuple[tuple[float, int], ...]:
    """Stack values that are nearer than `width` to the first of their stack, and put each stack in their middle.

    >>> stack([0.5, 0.1, 0.125, 0.5], width=0.05)
    ((0.1125, 2), (0.5, 2))
    """
    stacks: list[list[float]] = []
    for value in sorted(values):
        if stacks and value - stacks[-1][0] < width:
            stacks[-1].append(value)
        else:
            stacks.append([value])
    return tuple(((each[0] + each[-1]) / 2, len(each)) for each in stacks)


def round_names(count: int) -> tuple[str, ...]:
    """Return the names of rounds; the only one has none.

    >>> round_names(1), round_names(2)
    (('',), ('1st', '2nd'))
    """
    return ("",) if count == 1 else tuple(_NAMES[at] if at < len(_NAMES) else f"{at + 1}th" for at in range(count))


def reach(guesses: Guesses[float], low: float, high: float) -> tuple[float, float]:
    """Return the ends of an axis that shows the guesses of a class beside a truth that needs `low` to `high`.

    It grows to twice that length for every guess, and beyond for those that are no outliers in their round (Tukey
    1977): many guesses far from the truth are what there is to see, a single one must not squeeze the rest.

    >>> reach(Guesses(rounds=((0.9, 0.91, 0.92, 0.93, 0.1),)), 0.95, 1.0)
    (0.9, 1.0)
    """
    kept = [value for values in guesses.rounds for value in _without_outliers(values)]
    every = [value for values in guesses.rounds for value in values]
    span = high - low
    near = [value for value in every if high - 2 * span <= value <= low + 2 * span]
    return min([low, *kept, *near]), max([high, *kept, *near])


def short_shares(guesses: Guesses[Answer], answer: Answer) -> str:
    """Return how many of a class gave this answer, as briefly as can be; "" if nobody did.

    >>> short_shares(Guesses(rounds=((1, 0, 1),)), 1), short_shares(Guesses(rounds=((1, 0), (1, 1))), 1)
    ('2 of 3', '1 of 2 → 2 of 2')
    """
    counts = guesses.counts()
    if not any(count[answer] for count in counts):
        return ""
    return " → ".join(f"{count[answer]} of {sum(count.values())}" for count in counts)


def guessed_by(guesses: Guesses[Answer], answer: Answer) -> str:
    """Return who gave this answer, briefly: "your guess", or how many of a class; "" if nobody did."""
    return short_shares(guesses, answer) or said_of(guesses, answer)


def brief_counts(guesses: Guesses[Answer], answer: Answer) -> str:
    """Return the same for a narrow place: of several rounds only how many gave this answer.

    >>> brief_counts(Guesses(rounds=((1, 0, 1),)), 1), brief_counts(Guesses(rounds=((1, 0), (1, 1))), 1)
    ('2 of 3', '1 → 2')
    """
    said = short_shares(guesses, answer)
    return said if len(guesses.rounds) < 2 or not said else " → ".join(str(each[answer]) for each in guesses.counts())


def last_share(guesses: Guesses[Answer], answer: Answer) -> float:
    """Return the share of this answer in the last round, from 0 to 1.

    >>> last_share(Guesses(rounds=((1, 0), (1, 1, 0, 0))), 1)
    0.5
    """
    last = guesses.counts()[-1] if guesses.rounds else {}
    return last.get(answer, 0) / max(1, sum(last.values()))


def _without_outliers(values: Sequence[float]) -> list[float]:
    if len(values) < 4:
        return list(values)
    first, _, third = quantiles(values, n=4, method="inclusive")
    fence = 1.5 * (third - first)
    return [value for value in values if first - fence <= value <= third + fence]

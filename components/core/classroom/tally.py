"""What a class has answered, in numbers."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from components.core.classroom.questions import Answer, ClassQuestion, Kind, Truth


@dataclass(frozen=True)
class Tally:
    """The answers to one round."""

    answered: int
    median: Answer | None  # of numbers, and of places coordinate by coordinate
    near: int | None  # how many count as right, or near enough; None without a truth
    counts: tuple[int, ...]  # how often each option was chosen


def tally(question: ClassQuestion, truth: Truth | None, answers: Sequence[Answer]) -> Tally:
    """Count the answers to one round.

    >>> tally(ClassQuestion(Kind.CHOICE, "?", options=("a", "b")), Truth(1), [1, 1, 0])
    Tally(answered=3, median=None, near=2, counts=(1, 2))
    """
    middle: Answer | None = None
    if answers and question.kind is Kind.NUMBER:
        middle = float(median(float(each) for each in answers if isinstance(each, float | int)))
    elif answers and question.kind is Kind.PLACE:
        places = [each for each in answers if isinstance(each, tuple)]
        middle = median(x for x, _ in places), median(y for _, y in places)
    counted = Counter(answers)
    return Tally(
        len(answers),
        middle,
        None if truth is None else sum(truth.is_near(each) for each in answers),
        tuple(counted[index] for index in range(len(question.options))),
    )

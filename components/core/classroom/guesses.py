"""What was guessed before an answer is shown: by a reader alone, or by a class, round by round."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

Answer = TypeVar("Answer")
Other = TypeVar("Other")


@dataclass(frozen=True)
class Guesses(Generic[Answer]):
    """A reader's own guess, or the guesses of a class: a class that is asked again has two rounds or more.

    It is false if nobody has guessed.
    """

    own: Answer | None = None
    rounds: tuple[tuple[Answer, ...], ...] = ()

    def __bool__(self) -> bool:
        return self.own is not None or any(self.rounds)

    def mapped(self, function: "Callable[[Answer], Other]") -> "Guesses[Other]":
        """Return the same guesses in another form, such as the index of an option in place of its name.

        >>> Guesses("oven", (("oven", "pizza"),)).mapped(["pizza", "oven"].index)
        Guesses(own=1, rounds=((1, 0),))
        """
        own = None if self.own is None else function(self.own)
        return Guesses(own, tuple(tuple(map(function, each)) for each in self.rounds))

    def counts(self) -> "list[Counter[Answer]]":
        """Return for each round how often each answer was given.

        >>> Guesses(rounds=(("oven", "pizza", "oven"),)).counts()
        [Counter({'oven': 2, 'pizza': 1})]
        """
        return [Counter(each) for each in self.rounds]


#: Nobody has guessed.
NOBODY: Guesses[Any] = Guesses()


def said_of(guesses: Guesses[Answer], answer: Answer) -> str:
    """Return in a few words who guessed this answer; "" if nobody did.

    >>> said_of(Guesses(1), 1), said_of(Guesses(1), 0)
    ('your guess', '')
    >>> said_of(Guesses(rounds=((1, 0, 1),)), 1), said_of(Guesses(rounds=((1, 0), (1, 1))), 1)
    ('2 of 3 guessed this', '1 of 2 guessed this, then 2 of 2')
    """
    if guesses.own is not None and not guesses.rounds:
        return "your guess" if guesses.own == answer else ""
    counted = [(count[answer], sum(count.values())) for count in guesses.counts()]
    if not any(count for count, _ in counted):
        return ""
    (first, total), *later = counted
    return ", then ".join([f"{first} of {total} guessed this", *(f"{count} of {of}" for count, of in later)])

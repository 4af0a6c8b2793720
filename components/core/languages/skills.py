"""Skills: what a model of a language is able to say of hidden words, each tested on a few sentences.

A model has a skill when, on the average over the sentences of its test, its probabilities for the hidden word differ
from the grammar's by less than BOUND in total variation: half the sum of the absolute differences, 0 if they are equal
and 1 if they have no word in common.
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Any, Final

from components.core.errors import GrammarError
from components.core.languages.language import ToyLanguage, language_of, read_blank

#: In total variation: a model below it has the skill.
BOUND: Final = 0.1


@dataclass(frozen=True)
class Skill:
    """One skill and its test."""

    says: str  # a clause, such as "it knows what is eaten"
    sentences: tuple[str, ...]  # each with one hidden word, ___


@dataclass(frozen=True)
class LanguageFile:
    """A language that is shipped."""

    name: str
    about: str
    sentence: str  # one of its own, to begin with
    blank: str  # the same or another, with one word hidden
    grammar: str
    skills: tuple[Skill, ...]

    @property
    def language(self) -> ToyLanguage:
        """The language of its grammar."""
        return language_of(self.grammar)


def read_language_file(text: str) -> LanguageFile:
    """Read a language from the text of a TOML file with name, about, sentence, blank, grammar and skills."""
    content: dict[str, Any] = tomllib.loads(text)
    skills = tuple(Skill(each["says"], tuple(each["sentences"])) for each in content["skills"])
    return LanguageFile(
        content["name"], content["about"], content["sentence"], content["blank"], content["grammar"].strip(), skills
    )


def tests_of(language: ToyLanguage, skill: Skill) -> tuple[tuple[str | None, ...], ...]:
    """Return the sentences of a skill's test that the language can write; () if its rules were changed too much.

    >>> language = language_of("S: norm eats FOOD\\nFOOD: bread | pizza")
    >>> tests_of(language, Skill("it knows food", ("norm eats ___", "ada eats ___", "eats ___ norm")))
    (('norm', 'eats', None),)
    """
    found = []
    for sentence in skill.sentences:
        try:
            read = read_blank(language, sentence)
        except GrammarError:
            continue
        if language.hidden_word(read):
            found.append(read)
    return tuple(found)


def total_variation(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    """Return half the sum of the absolute differences of two distributions.

    >>> total_variation({"tea": 0.5, "milk": 0.5}, {"tea": 1.0})
    0.5
    """
    return sum(abs(one.get(word, 0.0) - other.get(word, 0.0)) for word in {*one, *other}) / 2


def first_kept(distances: Sequence[float], bound: float = BOUND) -> int | None:
    """Return the index from which on all distances are below a bound; None if the last is not.

    >>> first_kept([0.9, 0.05, 0.2, 0.08, 0.01]), first_kept([0.01, 0.2])
    (3, None)
    """
    if not distances or distances[-1] >= bound:
        return None
    above = [index for index, distance in enumerate(distances) if distance >= bound]
    return above[-1] + 1 if above else 0


def mean_distance(
    language: ToyLanguage, said: Sequence[Mapping[str, float]], test: Sequence[Sequence[str | None]]
) -> float:
    """Return how far what a model says of the hidden words of a test is from the grammar, in total variation."""
    return fmean(
        total_variation(each, language.hidden_word(sentence)) for each, sentence in zip(said, test, strict=True)
    )

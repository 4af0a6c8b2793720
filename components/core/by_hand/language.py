"""A little language: a few sentences, the words in them, and how well a hidden word can be known at all."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import zip_longest
from typing import Final

import numpy as np

from components.core.errors import SentenceError

#: Limits, so that every number has room on one screen.
MOST_WORDS: Final = 10
MOST_SENTENCES: Final = 8
LONGEST: Final = 5  # words of a sentence
MASK: Final = "[MASK]"
_MOST_LETTERS = 12
# What a reader may type for a hidden word.
_HIDDEN = {"[mask]", "?", "…", "___"}


@dataclass(frozen=True)
class Sentence:
    """Words by their numbers in the vocabulary; the number of words in the vocabulary stands for a hidden one."""

    words: tuple[int, ...]
    looks: int  # the position whose word is asked for: the first hidden one, or the last


@dataclass(frozen=True)
class Language:
    """The sentences of a language, each as often as it is said."""

    words: tuple[str, ...]
    sentences: tuple[tuple[int, ...], ...]

    @property
    def mask(self) -> int:
        """The number that stands for a hidden word, one more than the last word's."""
        return len(self.words)

    @cached_property
    def examples(self) -> tuple[tuple[Sentence, int], ...]:
        """Each sentence with each of its words hidden in turn, and the number of the hidden word."""
        return tuple(
            (Sentence((*words[:at], self.mask, *words[at + 1 :]), at), words[at])
            for words in self.sentences
            for at in range(len(words))
        )

    def floor(self, *, ordered: bool) -> float:
        """The least mean loss that any model can have on the examples, in nats: the conditional entropy of the word.

        ordered: False for a model that cannot tell in which order the other words stand.

        >>> language = read_language("norm eats bread\\nnorm eats pizza")
        >>> round(language.floor(ordered=True), 4)  # of three words one, with two that are equally likely
        0.231
        """
        seen: dict[tuple[int, ...], Counter[int]] = {}
        for sentence, word in self.examples:
            context = sentence.words if ordered else tuple(sorted(sentence.words))
            seen.setdefault(context, Counter())[word] += 1
        losses = [-count * np.log(count / words.total()) for words in seen.values() for count in words.values()]
        return float(sum(losses)) / len(self.examples)

    def spell(self, words: Sequence[int]) -> str:
        """Write words by their numbers.

        >>> read_language("norm eats bread").spell((0, 3, 2))
        'norm [MASK] bread'
        """
        return " ".join([*self.words, MASK][word] for word in words)


def read_language(text: str) -> Language:
    """Read a language: one sentence a line, words separated by blanks; capitals count as small letters.

    Raises SentenceError that names the line.

    >>> read_language("norm eats\\nnorm drinks")
    Language(words=('norm', 'eats', 'drinks'), sentences=((0, 1), (0, 2)))
    """
    lines = [(number, line.lower().split()) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    if not lines:
        raise SentenceError("This language has no sentence. Write one a line, such as “norm eats bread”.")
    if len(lines) > MOST_SENTENCES:
        raise SentenceError(f"This language has {len(lines)} sentences; at most {MOST_SENTENCES} fit. Take some out.")
    for number, words in lines:
        if not 2 <= len(words) <= LONGEST:
            raise SentenceError(
                f"Line {number} has {len(words)} word{'s' * (len(words) != 1)}; a sentence has 2 to {LONGEST}."
            )
        for word in words:
            if word in _HIDDEN or len(word) > _MOST_LETTERS or not word.isprintable():
                raise SentenceError(
                    f"Line {number}: “{word[:_MOST_LETTERS]}” is no word here. A word has 1 to {_MOST_LETTERS} letters "
                    "and does not stand for a hidden one."
                )
    # All first words, then all second ones: words that are used alike stand together.
    columns = zip_longest(*(words for _, words in lines))
    vocabulary = tuple(dict.fromkeys(word for column in columns for word in column if word is not None))
    if len(vocabulary) > MOST_WORDS:
        raise SentenceError(
            f"This language has {len(vocabulary)} words; the numbers of at most {MOST_WORDS} fit. Use some words again."
        )
    return Language(vocabulary, tuple(tuple(vocabulary.index(word) for word in words) for _, words in lines))


def read_sentence(language: Language, text: str) -> Sentence:
    """Read a sentence in the words of a language, with [MASK] (or ?) for a hidden word.

    Raises SentenceError.

    >>> read_sentence(read_language("norm eats bread"), "norm ? bread")
    Sentence(words=(0, 3, 2), looks=1)
    """
    words = text.lower().split()
    if not 1 <= len(words) <= LONGEST:
        raise SentenceError(
            f"This sentence has {len(words)} word{'s' * (len(words) != 1)}; here it has 1 to {LONGEST}, with {MASK} "
            "for a hidden one."
        )
    numbers = []
    for word in words:
        if word in _HIDDEN:
            numbers.append(language.mask)
        elif word in language.words:
            numbers.append(language.words.index(word))
        else:
            raise SentenceError(
                f"“{word[:_MOST_LETTERS]}” is no word of this language. Its words are {', '.join(language.words)}; "
                f"{MASK} hides one."
            )
    looks = numbers.index(language.mask) if language.mask in numbers else len(numbers) - 1
    return Sentence(tuple(numbers), looks)

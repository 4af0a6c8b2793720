"""The sentences of a grammar, and how well a hidden word or the next word can be known at all.

Every way to write a sentence is as likely as another. A word is hidden by choosing a sentence, and then one of its
places, each as likely as another. The least mean loss that any model can reach is then the conditional entropy of the
hidden word (Shannon 1948, "A Mathematical Theory of Communication"), in nats. Up to MOST_SENTENCES ways, all sentences
are written and counted. Beyond, sentences are drawn; what is known of a hidden word is still exact, by counting the
ways to write it.
"""

import math
import random
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from statistics import fmean, stdev
from typing import Final

from components.core.errors import GrammarError
from components.core.languages.grammar import Grammar, read_grammar
from components.core.lazy import cached_property

#: So many ways to write a sentence are written out and counted; of more, so many are drawn.
MOST_SENTENCES: Final = 20_000
#: Of drawn sentences, those on which the least loss is measured.
_MEASURED = 200
# Contexts on which a model is tested, at most; of more, so many are drawn.
_MOST_CONTEXTS = 4_000
#: What is hidden, in a text that a reader types.
BLANKS: Final = frozenset({"___", "__", "_", "?", "…", "[mask]", "<mask>"})
#: The end of a sentence, for the next word.
END: Final = ""

#: A sentence in which None hides a word.
Words = Sequence[str | None]


@dataclass(frozen=True)
class Floor:
    """The least mean loss that any model can reach, in nats."""

    nats: float
    error: float = 0.0  # the standard error, where sentences were drawn


@dataclass(frozen=True)
class Context:
    """A sentence with one hidden word, and what is known of it."""

    sentence: tuple[str | None, ...]
    words: Mapping[str, float]  # what is hidden, with its probability
    share: float  # how often just this is asked; all shares sum to 1
    least: float  # the least mean loss here, in nats


@dataclass(frozen=True)
class ToyLanguage:
    """A grammar and its sentences."""

    grammar: Grammar
    sentences: Mapping[tuple[str, ...], int]  # each with the number of ways to write it, or of times it was drawn
    whole: bool  # False if sentences were drawn

    @property
    def words(self) -> tuple[str, ...]:
        """The vocabulary."""
        return self.grammar.words

    @property
    def longest(self) -> int:
        """The number of words of the longest sentence."""
        return self.grammar.longest

    @property
    def ways(self) -> int:
        """In how many ways a sentence can be written."""
        return self.grammar.ways

    @cached_property
    def _weight(self) -> int:
        return sum(self.sentences.values())

    @cached_property
    def _hidden(self) -> Mapping[tuple[str | None, ...], Mapping[str, int]]:
        """A sentence with one word hidden → what may be hidden, with the number of ways."""
        found: dict[tuple[str | None, ...], Counter[str]] = {}
        for sentence, ways in self.sentences.items():
            for at, word in enumerate(sentence):
                found.setdefault(_hide(sentence, at), Counter())[word] += ways
        return found

    @cached_property
    def _bags(self) -> Mapping[tuple[str, ...], Mapping[str, int]]:
        """The other words of a sentence in alphabetical order → what may be hidden, with the number of ways."""
        found: dict[tuple[str, ...], Counter[str]] = {}
        for hidden, words in self._hidden.items():
            found.setdefault(_bag(hidden), Counter()).update(words)
        return found

    def hidden_word(self, sentence: Words, ordered: bool = True) -> dict[str, float]:
        """Return word → its exact probability at the one hidden place; {} if the grammar writes no such sentence.

        ordered: False for a model that cannot tell in which order the other words stand; only for a whole language.
        Raises ValueError unless one word is hidden.

        >>> language = language_of("S: A sees A\\nA: norm | ada")
        >>> language.hidden_word(("norm", None, "ada")), language.hidden_word((None, "sees", "ada"))
        ({'sees': 1.0}, {'norm': 0.5, 'ada': 0.5})
        """
        if sum(word is None for word in sentence) != 1:
            raise ValueError("One word is hidden.")
        if not ordered:
            return _shares(self._bags.get(_bag(sentence), {}))
        if self.whole:
            return _shares(self._hidden.get(tuple(sentence), {}))
        at = sentence.index(None)
        return _shares({word: self.ways_to_write((*sentence[:at], word, *sentence[at + 1 :])) for word in self.words})

    def next_word(self, past: Sequence[str]) -> dict[str, float]:
        """Return word → its exact probability after these words, END among them; {} if no sentence begins so.

        Of a language that is not whole, among the sentences that were drawn.

        >>> language_of("S: A sees A\\nA: norm | ada").next_word(("ada", "sees"))
        {'norm': 0.5, 'ada': 0.5}
        """
        return _shares(self._nexts.get(tuple(past), {}))

    @cached_property
    def _nexts(self) -> Mapping[tuple[str, ...], Mapping[str, int]]:
        """The beginning of a sentence → what may come next, with the number of ways."""
        found: dict[tuple[str, ...], Counter[str]] = {}
        for sentence, ways in self.sentences.items():
            for at, word in enumerate((*sentence, END)):
                found.setdefault(sentence[:at], Counter())[word] += ways
        return found

    def floor(self, ordered: bool = True) -> Floor | None:
        """Return the least mean loss for one hidden word; None for the bags of words of a language that is not whole.

        ordered: False for a model that cannot tell in which order the other words stand.

        >>> language = language_of("S: A1 sees A2\\nA: norm | ada")
        >>> language.floor().nats, round(language.floor(ordered=False).nats, 4)
        (0.0, 0.0)
        """
        return self._floor if ordered else self._floor_of_bags

    @cached_property
    def _floor(self) -> Floor:
        if self.whole:
            return Floor(math.fsum(_entropy(words) * share for words, share in self._with_shares(True)))
        least = [context.least for context in self.contexts]
        return Floor(fmean(least), stdev(least) / math.sqrt(_MEASURED))

    @cached_property
    def _floor_of_bags(self) -> Floor | None:
        if not self.whole:
            return None
        return Floor(math.fsum(_entropy(words) * share for words, share in self._with_shares(False)))

    def _with_shares(self, ordered: bool) -> Iterator[tuple[Mapping[str, int], float]]:
        """What may be hidden at each place, and how often just that is asked."""
        for others, words in (self._hidden if ordered else self._bags).items():
            length = len(others) if ordered else len(others) + 1
            yield words, sum(words.values()) / length / self._weight

    @cached_property
    def contexts(self) -> tuple[Context, ...]:
        """What a model is tested on: each sentence with each word hidden, or so many drawn ones.

        The mean loss of any model, to be compared with floor(), is floor().nats + Σ share · (its cross-entropy with
        `words` − least). Where contexts are drawn, the difference varies far less than either loss.
        """
        if not self.whole:
            chosen = list(self.sentences)[:_MEASURED]
            return tuple(
                Context(_hide(sentence, at), {word: 1.0}, 1 / len(sentence) / len(chosen), self._least(sentence, at))
                for sentence in chosen
                for at, word in enumerate(sentence)
            )
        every = [
            Context(hidden, _shares(words), share, _entropy(words))
            for hidden, (words, share) in zip(self._hidden, self._with_shares(True), strict=True)
        ]
        if len(every) <= _MOST_CONTEXTS:
            return tuple(every)
        drawn = random.Random(0).choices(every, [each.share for each in every], k=_MOST_CONTEXTS)
        return tuple(replace(each, share=1 / _MOST_CONTEXTS) for each in drawn)

    def _least(self, sentence: tuple[str, ...], at: int) -> float:
        return _loss(self.ways_to_write(sentence), self.ways_to_write(_hide(sentence, at)))

    def next_floor(self) -> Floor:
        """Return the least mean loss for the next word, over all places of a sentence, its end among them.

        Of a language that is not whole, of the sentences that were drawn, which are too few: it is then too low.
        """
        losses = [
            ways * _loss(words[word], sum(words.values())) / (len(sentence) + 1)
            for sentence, ways in self.sentences.items()
            for at, word in enumerate((*sentence, END))
            for words in [self._nexts[sentence[:at]]]
        ]
        return Floor(math.fsum(losses) / self._weight)

    def ways_to_write(self, sentence: Words) -> int:
        """Return in how many ways the grammar writes a sentence in which None stands for any one word.

        >>> language_of("S: A sees A\\nA: norm | ada").ways_to_write((None, "sees", "ada"))
        2
        """
        rules, words = self.grammar.rules, tuple(sentence)

        @cache
        def of_rule(name: str, start: int, end: int) -> int:
            return sum(of_items(each.items, start, end) for each in rules[name])

        @cache
        def of_items(items: tuple[str, ...], start: int, end: int) -> int:
            if not items:
                return int(start == end)
            first, rest = items[0], items[1:]
            if end - start < len(items):  # no item is written as nothing
                return 0
            if first not in rules:
                return of_items(rest, start + 1, end) if words[start] in (None, first) else 0
            return sum(
                here * of_items(rest, middle, end)
                for middle in range(start + 1, end - len(rest) + 1)
                if (here := of_rule(first, start, middle))
            )

        return of_rule(self.grammar.start, 0, len(words))

    @cached_property
    def translations(self) -> Mapping[tuple[str, ...], Mapping[tuple[str, ...], int]]:
        """Sentence → its translations, with the number of ways; {} if the grammar does not translate."""
        if not self.grammar.translates:
            return {}
        found: dict[tuple[str, ...], Counter[tuple[str, ...]]] = {}
        for number in _numbers(self.ways):
            words, translated = self.grammar.written(number)
            found.setdefault(words, Counter())[translated] += 1
        return found


def language_of(text: str) -> ToyLanguage:
    """Read a grammar and write its sentences. Raises GrammarError.

    >>> language = language_of("S: norm eats FOOD\\nFOOD: bread | pizza")
    >>> [" ".join(sentence) for sentence in language.sentences], language.whole
    (['norm eats bread', 'norm eats pizza'], True)
    """
    grammar = read_grammar(text)
    ways = grammar.ways
    sentences = Counter(grammar.written(number)[0] for number in _numbers(ways))
    if len(sentences) < 2:
        raise GrammarError("All alternatives of this grammar write 1 sentence. Add another one with |.")
    return ToyLanguage(grammar, sentences, ways <= MOST_SENTENCES)


def _numbers(ways: int) -> Iterator[int]:
    """All ways to write a sentence, or so many drawn ones, the same each time."""
    if ways <= MOST_SENTENCES:
        yield from range(ways)
    else:
        drawn = random.Random(0)
        for _ in range(MOST_SENTENCES):
            yield drawn.randrange(ways)


def read_blank(language: ToyLanguage, text: str) -> tuple[str | None, ...]:
    """Read a sentence of a language with one hidden word, written as ___ or [MASK].

    Raises GrammarError if a word is none of the language's, or another number of words is hidden.

    >>> read_blank(language_of("S: norm eats FOOD\\nFOOD: bread | pizza"), "Norm eats ___")
    ('norm', 'eats', None)
    """
    words = text.lower().split()
    read = tuple(None if word in BLANKS else word for word in words)
    unknown = [word for word in read if word is not None and word not in language.words]
    if unknown:
        raise GrammarError(
            f"“{unknown[0][:30]}” is no word of this language ({len(unknown)} of {len(words)} are none). Its words are "
            f"{', '.join(language.words)}."
        )
    hidden = sum(word is None for word in read)
    if hidden != 1:
        raise GrammarError(f"This sentence hides {hidden} words. Write ___ for the one to be guessed.")
    return read


def _hide(sentence: Sequence[str], at: int) -> tuple[str | None, ...]:
    return (*sentence[:at], None, *sentence[at + 1 :])


def _bag(hidden: Words) -> tuple[str, ...]:
    return tuple(sorted(word for word in hidden if word is not None))


def _shares(ways: Mapping[str, int]) -> dict[str, float]:
    total = sum(ways.values())
    return {word: count / total for word, count in ways.items() if count}


def _entropy(ways: Mapping[str, int]) -> float:
    total = sum(ways.values())
    return math.fsum(count / total * _loss(count, total) for count in ways.values())


def _loss(ways: int, of: int) -> float:
    return math.log(of / ways)

"""A grammar as a reader types it: rules that write sentences, and its faults by line.

A context-free grammar (Chomsky 1956, "Three models for the description of language") without recursion, so that it
writes a finite number of sentences. One rule:

    SENTENCE: the EATER eats the FOOD
            | the EATER sleeps
    EATER: squatch | dog

A name in capitals stands for any of its rule's alternatives; any other word stands for itself. The first rule writes
the sentences. `#` begins a comment. Names with numbers, as WHO1 and WHO2, stand for different alternatives of WHO, the
same wherever the number stands in one alternative: `the WHO1 sees the WHO2 so the WHO2 hides`. An alternative may say
its translation after `->`, with the same names in another order (a synchronous grammar: Chiang 2007, "Hierarchical
phrase-based translation").
"""

import itertools
import math
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import regex

from components.core.errors import GrammarError
from components.core.lazy import cached_property

#: Limits, so that a language can be read in full, and a tiny model learns it within a demonstration.
MOST_CHARACTERS: Final = 4_000
MOST_RULES: Final = 40
MOST_WORDS: Final = 80
LONGEST: Final = 16  # words of a sentence
_LONGEST_WORD = 20  # letters
# So many alternatives are written for one with numbers.
_MOST_NUMBERED = 2_000

_RULE = regex.compile(r"\s*(\S+?)\s*:(?:\s+|$)(.*)")
_GOES_ON = regex.compile(r"\s*\|(.*)")
_NUMBERED = regex.compile(r"(.*?[^0-9])([0-9]+)")
# Letters with their marks, or one sign that ends a part of a sentence.
_WORD = regex.compile(r"[\p{L}\p{M}]+|[.,!?]")
_EXAMPLE = "Write a rule as NAME: one way | another way."


@dataclass(frozen=True)
class Alternative:
    """One way to write a rule: words and names of rules. translation: the same in another language; None if unsaid."""

    items: tuple[str, ...]
    translation: tuple[str, ...] | None
    line: int  # of the text, from 1


@dataclass(frozen=True)
class Grammar:
    """Rules by name, the one that writes sentences first. No rule leads back to itself.

    Where the text has names with numbers, the rules have an alternative for each choice of what they stand for.
    """

    text: str
    rules: Mapping[str, tuple[Alternative, ...]]

    @property
    def start(self) -> str:
        """The name of the rule that writes sentences."""
        return next(iter(self.rules))

    @cached_property
    def words(self) -> tuple[str, ...]:
        """All words, in the order in which the text has them."""
        items = (item for rule in self.rules.values() for each in rule for item in each.items)
        return tuple(dict.fromkeys(item for item in items if item not in self.rules))

    @cached_property
    def translates(self) -> bool:
        """True if every alternative says its translation; one of names alone is translated in their order."""
        return all(each.translation is not None for rule in self.rules.values() for each in rule)

    @cached_property
    def ways(self) -> int:
        """In how many ways a sentence can be written, each as likely as another."""
        return self.count(self.start)

    def count(self, rule: str) -> int:
        """Return in how many ways a rule can be written out."""
        if rule not in self._counts:
            self._counts[rule] = sum(
                math.prod(self.count(item) for item in each.items if item in self.rules) for each in self.rules[rule]
            )
        return self._counts[rule]

    @cached_property
    def _counts(self) -> dict[str, int]:
        return {}

    @cached_property
    def longest(self) -> int:
        """The number of words of the longest sentence."""
        found: dict[str, int] = {}

        def length(name: str) -> int:
            if name not in found:
                found[name] = max(
                    sum(length(item) if item in self.rules else 1 for item in each.items) for each in self.rules[name]
                )
            return found[name]

        return length(self.start)

    def written(self, number: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return one way to write a sentence, and its translation: () if the grammar says none.

        number: of the way, from 0 to ways − 1.
        """
        return self.written_of(self.start, number)

    def written_of(self, name: str, number: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return one way to write out a rule, and its translation."""
        for each in self.rules[name]:
            parts = [item for item in each.items if item in self.rules]
            ways = math.prod(self.count(part) for part in parts)
            if number >= ways:
                number -= ways
                continue
            written: dict[str, list[tuple[tuple[str, ...], tuple[str, ...]]]] = {}
            for part in parts:
                number, at = divmod(number, self.count(part))
                written.setdefault(part, []).append(self.written_of(part, at))
            words = tuple(_filled(each.items, written, 0))
            return words, tuple(_filled(each.translation, written, 1)) if each.translation is not None else ()
        raise IndexError(f"{name} is not written in so many ways.")


def _filled(
    items: tuple[str, ...], written: Mapping[str, list[tuple[tuple[str, ...], tuple[str, ...]]]], side: int
) -> Iterator[str]:
    """Put what each name stands for in its place, for names that stand several times in their order."""
    seen: Counter[str] = Counter()
    for item in items:
        if item in written:
            yield from written[item][seen[item]][side]
            seen[item] += 1
        else:
            yield item


def is_name(word: str) -> bool:
    """Return whether a word is the name of a rule: it has letters, and they are capitals.

    >>> is_name("FOOD"), is_name("WARM-FOOD"), is_name("food"), is_name("."), is_name("A")
    (True, True, False, False, True)
    """
    return word.isupper()


def read_grammar(text: str) -> Grammar:
    """Read a grammar. Raises GrammarError, which names the line and what to do.

    >>> grammar = read_grammar("S: the WHO sleeps\\nWHO: cat | dog")
    >>> grammar.words, grammar.ways, [" ".join(grammar.written(number)[0]) for number in (0, 1)]
    (('the', 'sleeps', 'cat', 'dog'), 2, ['the cat sleeps', 'the dog sleeps'])
    """
    if len(text) > MOST_CHARACTERS:
        raise GrammarError(
            f"This grammar has {len(text):,} characters; at most {MOST_CHARACTERS:,} can be read in full. Shorten it."
        )
    rules: dict[str, list[Alternative]] = {}
    lines: dict[str, int] = {}
    last = ""
    for number, line in enumerate(text.splitlines(), 1):
        said = line.split("#", 1)[0]
        if not said.strip():
            continue
        rule, goes_on = _RULE.fullmatch(said), _GOES_ON.fullmatch(said)
        if rule:
            last = rule[1]
            if not is_name(last):
                raise GrammarError(
                    f"Line {number}: “{last[:40]}” is no name of a rule; names stand in capitals. {_EXAMPLE}"
                )
            if rule_of(last) != last:
                raise GrammarError(
                    f"Line {number}: the name {last} ends in a number. Numbers stand where a rule is used: {last} is "
                    f"an alternative of {rule_of(last)}."
                )
            if last in rules:
                raise GrammarError(
                    f"Line {number}: there are two rules {last}; the other stands in line {lines[last]}. Join them "
                    "with |."
                )
            rules[last], lines[last] = [], number
        elif not goes_on or not last:
            raise GrammarError(f"Line {number} is no rule: it has no name and no colon. {_EXAMPLE}")
        alternatives = rule[2] if rule else goes_on[1] if goes_on else ""
        rules[last] += [_read_alternative(each, number, last) for each in alternatives.split("|")]
    if not rules:
        raise GrammarError(f"This grammar has no rule. {_EXAMPLE}")
    if len(rules) > MOST_RULES:
        raise GrammarError(f"This grammar has {len(rules)} rules; at most {MOST_RULES} can be read in full. Join some.")
    grammar = Grammar(text, {name: tuple(each) for name, each in rules.items()})
    _check_names(grammar, lines)
    grammar = _without_numbers(grammar)
    _check_size(grammar)
    return grammar


def rule_of(item: str) -> str:
    """Return the rule that a name with or without a number stands for; a word stands for itself.

    >>> rule_of("WHO2"), rule_of("WHO"), rule_of("who")
    ('WHO', 'WHO', 'who')
    """
    numbered = _NUMBERED.fullmatch(item)
    return numbered[1] if numbered and is_name(item) else item


def _without_numbers(grammar: Grammar) -> Grammar:
    """Write an alternative with numbered names once for each choice of what they stand for."""
    written: dict[str, tuple[Alternative, ...]] = {}

    def write(name: str) -> None:
        for item in (rule_of(item) for each in grammar.rules[name] for item in each.items):
            if item in grammar.rules and item not in written:
                write(item)
        below = Grammar(grammar.text, {name: (), **written})
        written[name] = tuple(chosen for each in grammar.rules[name] for chosen in _choices(each, below, name))

    write(grammar.start)
    return Grammar(grammar.text, {name: written[name] for name in grammar.rules})


def _choices(each: Alternative, below: Grammar, name: str) -> list[Alternative]:
    """Return an alternative with its numbered names replaced, for each choice; the rules that it uses are written."""
    numbers: dict[str, list[str]] = {}  # rule → its different numbered names
    for item in dict.fromkeys(each.items):
        if rule_of(item) != item:
            numbers.setdefault(rule_of(item), []).append(item)
    ways = math.prod(math.perm(below.count(rule), len(names)) for rule, names in numbers.items())
    if ways > _MOST_NUMBERED:
        raise GrammarError(
            f"Line {each.line}: the numbered names of {name} can be chosen in {ways:,} ways; at most "
            f"{_MOST_NUMBERED:,} are written. Use fewer of them, or rules with fewer alternatives."
        )
    if not ways:
        raise GrammarError(
            f"Line {each.line}: {name} asks for more different alternatives than a rule has. Add some, or use fewer "
            "numbers."
        )
    lists = [
        itertools.permutations([below.written_of(rule, number) for number in range(below.count(rule))], len(names))
        for rule, names in numbers.items()
    ]
    order = [item for names in numbers.values() for item in names]
    chosen = []
    for choice in itertools.product(*lists):
        stands_for = dict(zip(order, itertools.chain(*choice), strict=True))
        sides: list[tuple[str, ...] | None] = []
        for side, items in enumerate((each.items, each.translation)):
            filled = (stands_for[item][side] if item in stands_for else (item,) for item in items or ())
            sides.append(None if items is None else tuple(itertools.chain(*filled)))
        chosen.append(Alternative(sides[0] or (), sides[1], each.line))
    return chosen


def _read_alternative(text: str, line: int, rule: str) -> Alternative:
    sides = text.split("->")
    if len(sides) > 2:
        raise GrammarError(
            f"Line {line}: one alternative of {rule} has {len(sides) - 1} arrows; write one translation."
        )
    items = tuple(sides[0].split())
    if not items:
        raise GrammarError(f"Line {line}: one alternative of {rule} is empty. Write words, or take out a “|”.")
    for word in items:
        if not is_name(word):
            _check_word(word, line)
    translation = tuple(sides[1].split()) if len(sides) == 2 else items if all(map(is_name, items)) else None
    if translation is not None and sorted(filter(is_name, items)) != sorted(filter(is_name, translation)):
        raise GrammarError(
            f"Line {line}: the two sides of “->” have different names. Each name stands on both sides as often."
        )
    return Alternative(items, translation, line)


def _check_word(word: str, line: int) -> None:
    """Raise GrammarError for a word that a tokenizer of BERT's kind would divide or change."""
    if len(word) > _LONGEST_WORD:
        raise GrammarError(
            f"Line {line}: “{word[:_LONGEST_WORD]}…” has {len(word)} letters; a word has at most {_LONGEST_WORD}."
        )
    if word != word.lower():
        raise GrammarError(
            f"Line {line}: “{word}” has small letters and capitals. Write a word in small letters, the name of a rule "
            "in capitals."
        )
    if not _WORD.fullmatch(word) or _is_divided(word):
        raise GrammarError(
            f"Line {line}: “{word}” is no word here. A word has letters alone; a full stop or a comma stands apart."
        )


def _is_divided(word: str) -> bool:
    """True for a word of several signs in Chinese, which BERT's tokenizer divides into signs."""
    return len(word) > 1 and any("\u3400" <= sign <= "\u9fff" or "\uf900" <= sign <= "\ufaff" for sign in word)


def _check_names(grammar: Grammar, lines: Mapping[str, int]) -> None:
    """Raise GrammarError for a name without a rule, a rule that leads back to itself, and one that is never used."""
    for name, alternatives in grammar.rules.items():
        for each in alternatives:
            for item in each.items:
                if is_name(item) and rule_of(item) not in grammar.rules:
                    raise GrammarError(
                        f"Line {each.line}: {name} uses {item}, and there is no rule {rule_of(item)}. Add "
                        f"“{rule_of(item)}: …”, or write the word in small letters."
                    )
    reached: dict[str, bool] = {}  # name → True once it is followed to its end

    def follow(name: str, way: tuple[str, ...]) -> None:
        if name in way:
            circle = " → ".join([*way[way.index(name) :], name])
            raise GrammarError(
                f"Line {lines[name]}: {name} leads back to itself ({circle}), so its sentences never end. Take one out."
            )
        if reached.get(name):
            return
        for each in grammar.rules[name]:
            for item in map(rule_of, each.items):
                if item in grammar.rules:
                    follow(item, (*way, name))
        reached[name] = True

    follow(grammar.start, ())
    for name, line in lines.items():
        if name not in reached:
            raise GrammarError(
                f"Line {line}: no sentence uses {name}. The first rule, {grammar.start}, writes the sentences; use "
                f"{name} there, or take it out."
            )


def _check_size(grammar: Grammar) -> None:
    if len(grammar.words) > MOST_WORDS:
        raise GrammarError(
            f"This grammar has {len(grammar.words)} different words; a tiny model learns at most {MOST_WORDS}. Take "
            "some out."
        )
    if grammar.longest > LONGEST:
        raise GrammarError(
            f"The longest sentence of this grammar has {grammar.longest} words; at most {LONGEST} fit. Shorten a rule."
        )
    if grammar.ways < 2:
        raise GrammarError("This grammar writes 1 sentence, so there is nothing to predict. Add an alternative with |.")

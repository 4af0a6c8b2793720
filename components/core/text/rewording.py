"""New sentences from a sentence: its words in another order, or its negation."""

import random
import re
import unicodedata
from collections.abc import Callable
from itertools import pairwise

from components.core.text.words import has_unspaced, units_of

# Half of all shuffles of two different words give the other order; 64 shuffles miss it once in 10¹⁹ times.
_TRIES = 64


def movable_words(text: str) -> tuple[list[str], str]:
    """Return the words of a text that can change places, and what stands between them.

    White space separates them. A text without any, in a script that has none between words, is its characters; there a
    punctuation mark moves with the character before it, and an opening one with the character after it.

    >>> movable_words("Squatch eats pizza."), movable_words("猫吃「饼」。")
    ((['Squatch', 'eats', 'pizza.'], ' '), (['猫', '吃', '「饼」。'], ''))
    """
    words = text.split()
    if len(words) != 1 or not has_unspaced(text):
        return words, " "
    (run,) = words
    starts, opened = [], None
    for start, _ in units_of(run):
        if unicodedata.category(run[start]) in ("Ps", "Pi"):
            opened = start if opened is None else opened
        elif run[start].isalnum():
            starts.append(start if opened is None else opened)
            opened = None
    borders = [0, *starts[1:], len(run)]
    return [run[start:end] for start, end in pairwise(borders)], ""


def reverse_words(text: str) -> str:
    """Return the words of a text from last to first.

    >>> reverse_words("Squatch eats pizza"), reverse_words("猫吃饼")
    ('pizza eats Squatch', '饼吃猫')
    """
    words, between = movable_words(text)
    return between.join(reversed(words))


def shuffle_words(text: str, seed: int, unlike: str = "") -> str:
    """Return the words of a text in a random order that differs from its own and, if possible, from `unlike`.

    >>> shuffle_words("Squatch eats pizza", seed=1)
    'eats pizza Squatch'
    """
    words, between = movable_words(text)
    own = between.join(words)
    draw = random.Random(seed)
    drawn = own
    for _ in range(_TRIES):
        draw.shuffle(words)
        if between.join(words) == own:
            continue
        drawn = between.join(words)
        if drawn != unlike:
            break
    return drawn


def swap_words(text: str, one: int, other: int) -> str:
    """Return the text with two of its words, counted from 0, exchanged.

    >>> swap_words("Squatch eats pizza", 0, 2)
    'pizza eats Squatch'
    """
    words, between = movable_words(text)
    words[one], words[other] = words[other], words[one]
    return between.join(words)


# English puts "not" after these, unless they are nouns: "the can", "May".
_AUXILIARY = re.compile(
    r"(?<!\b[Tt]he )(?<!\b[Aa] )(?<!\bof )(?<!\bin )(?<!\bmy )"
    r"\b((?i:am|is|are|was|were|can|could|will|would|shall|should|might|must)|may|MAY)\b(?:['’]ve\b)?"
)
_CONTRACTED = re.compile(r"\b(\w+)n['’]t\b|\b(can)not\b", re.IGNORECASE)
_NOT_FIRST = re.compile(r"^(\s*)Not\s+(\w)")
_NOT = re.compile(r"\s+not\b|\bnot\s+", re.IGNORECASE)
# Verbs that English shortens before "n't", with their full forms.
_SHORTENED = {"ca": "can", "wo": "will", "sha": "shall", "ai": "is"}
# Words that have a capital only at the beginning of a sentence.
_OPENER = re.compile(r"(A|An|The|This|That|These|Those|He|She|It|We|You|They|My|Your|His|Her|Its|Our|Their)\b")


def negate(text: str) -> str:
    """Negate an English sentence: remove its "not", or insert one after the first auxiliary.

    A sentence without an auxiliary is negated as a whole: "It is not true that ...". These rules know no grammar, so a
    question, or a noun that looks like a verb, may give an odd sentence.

    >>> negate("The film was not bad"), negate("The film was bad"), negate("The cat sleeps")
    ('The film was bad', 'The film was not bad', 'It is not true that the cat sleeps')
    """
    denials: list[tuple[re.Pattern[str], Callable[[re.Match[str]], str]]] = [
        (_CONTRACTED, _in_full),
        (_NOT_FIRST, lambda found: found[1] + found[2].upper()),
        (_NOT, lambda _: ""),
    ]
    for denial, affirmed in denials:
        if denial.search(text):
            return denial.sub(affirmed, text, count=1)
    if _AUXILIARY.search(text):
        return _AUXILIARY.sub(_followed_by_not, text, count=1)
    sentence = text.strip()
    if not sentence:
        return text
    if _OPENER.match(sentence):
        sentence = sentence[0].lower() + sentence[1:]
    return f"It is not true that {sentence}"


def _followed_by_not(auxiliary: re.Match[str]) -> str:
    return f"{auxiliary[1]} not have" if auxiliary[0] != auxiliary[1] else f"{auxiliary[1]} not"


def _in_full(denial: re.Match[str]) -> str:
    """Return the verb of "can't" or "isn't", with its capital if it has one."""
    short = denial[1] or denial[2]
    verb = _SHORTENED.get(short.lower(), short)
    return verb.capitalize() if short[0].isupper() and short != short.upper() else verb

"""Another sentence made from one: its words in another order, or what it says denied.

Words are what whitespace separates.
"""

import random
import re
from collections.abc import Callable

# Of two different words half of all shuffles are another order; so many tries miss it once in 10¹⁹ times.
_TRIES = 64


def reverse_words(text: str) -> str:
    """The words of a text from last to first.

    >>> reverse_words("Squatch eats pizza")
    'pizza eats Squatch'
    """
    return " ".join(reversed(text.split()))


def shuffle_words(text: str, seed: int, unlike: str = "") -> str:
    """The words of a text in an order drawn with the seed: another than its own and, if there is one, than `unlike`.

    >>> shuffle_words("Squatch eats pizza", seed=1)
    'eats pizza Squatch'
    """
    words = text.split()
    own = " ".join(words)
    draw = random.Random(seed)
    drawn = own
    for _ in range(_TRIES):
        draw.shuffle(words)
        if " ".join(words) == own:
            continue
        drawn = " ".join(words)
        if drawn != unlike:
            break
    return drawn


def swap_words(text: str, one: int, other: int) -> str:
    """The text with two of its words, counted from 0, in each other's place.

    >>> swap_words("Squatch eats pizza", 0, 2)
    'pizza eats Squatch'
    """
    words = text.split()
    words[one], words[other] = words[other], words[one]
    return " ".join(words)


# After these English puts its "not", unless they are nouns: "the can", "May".
_AUXILIARY = re.compile(
    r"(?<!\b[Tt]he )(?<!\b[Aa] )(?<!\bof )(?<!\bin )(?<!\bmy )"
    r"\b((?i:am|is|are|was|were|can|could|will|would|shall|should|might|must)|may|MAY)\b(?:['’]ve\b)?"
)
_CONTRACTED = re.compile(r"\b(\w+)n['’]t\b|\b(can)not\b", re.IGNORECASE)
_NOT_FIRST = re.compile(r"^(\s*)Not\s+(\w)")
_NOT = re.compile(r"\s+not\b|\bnot\s+", re.IGNORECASE)
# Where English shortens the verb before its "n't", or leaves out a letter.
_SHORTENED = {"ca": "can", "wo": "will", "sha": "shall", "ai": "is"}
# Words that have a capital only because a sentence begins with them.
_OPENER = re.compile(r"(A|An|The|This|That|These|Those|He|She|It|We|You|They|My|Your|His|Her|Its|Our|Their)\b")


def negate(text: str) -> str:
    """An English sentence denied: its "not" taken out, or put in after the first auxiliary.

    Where there is no auxiliary, the whole is denied: "It is not true that ...". This knows no grammar: a question or
    a noun that looks like a verb may come out odd.

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
    """The verb of "can't" or "isn't", with the capital it had."""
    short = denial[1] or denial[2]
    verb = _SHORTENED.get(short.lower(), short)
    return verb.capitalize() if short[0].isupper() and short != short.upper() else verb

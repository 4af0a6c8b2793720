"""Another sentence made from one: its words in another order, or what it says denied.

Words are what whitespace separates.
"""

import random
import re


def reversed_words(text: str) -> str:
    """The words of a text from last to first.

    >>> reversed_words("Squatch eats pizza")
    'pizza eats Squatch'
    """
    return " ".join(reversed(text.split()))


def shuffled_words(text: str, seed: int) -> str:
    """The words of a text in an order drawn with the seed: never the same text, if there is another order.

    >>> shuffled_words("Squatch eats pizza", seed=1)
    'eats pizza Squatch'
    """
    words = text.split()
    if len(set(words)) < 2:
        return " ".join(words)
    draw = random.Random(seed)
    shuffled = words[:]
    while shuffled == words:
        draw.shuffle(shuffled)
    return " ".join(shuffled)


def swapped_words(text: str, one: int, other: int) -> str:
    """The text with two of its words, counted from 0, in each other's place.

    >>> swapped_words("Squatch eats pizza", 0, 2)
    'pizza eats Squatch'
    """
    words = text.split()
    words[one], words[other] = words[other], words[one]
    return " ".join(words)


# After these English puts its "not".
_AUXILIARIES = "am|is|are|was|were|can|could|will|would|shall|should|may|might|must"
_AUXILIARY = re.compile(rf"\b({_AUXILIARIES})\b", re.IGNORECASE)
_CONTRACTED = re.compile(r"\b(\w+)n['’]t\b|\b(can)not\b", re.IGNORECASE)
_NOT = re.compile(r"\s+not\b|\bnot\s+", re.IGNORECASE)
# Where English shortens the verb before its "n't", or leaves out a letter.
_SHORTENED = {"ca": "can", "wo": "will", "sha": "shall", "ai": "is"}
# Words that have a capital only because a sentence begins with them.
_OPENER = re.compile(r"(A|An|The|This|That|These|Those|He|She|It|We|You|They|My|Your|His|Her|Its|Our|Their)\b")


def negated(text: str) -> str:
    """An English sentence denied: its "not" taken out, or put in where English puts it.

    Where no auxiliary says where that is, the whole is denied: "It is not true that ...".

    >>> negated("The film was not bad"), negated("The film was bad"), negated("The cat sleeps")
    ('The film was bad', 'The film was not bad', 'It is not true that the cat sleeps')
    """
    for denial, affirmed in ((_CONTRACTED, _in_full), (_NOT, lambda _: "")):
        if denial.search(text):
            return denial.sub(affirmed, text, count=1)
    if _AUXILIARY.search(text):
        return _AUXILIARY.sub(r"\1 not", text, count=1)
    sentence = text.strip()
    if not sentence:
        return text
    if _OPENER.match(sentence):
        sentence = sentence[0].lower() + sentence[1:]
    return f"It is not true that {sentence}"


def _in_full(denial: re.Match[str]) -> str:
    """The verb of "can't" or "isn't", with the capital it had."""
    short = denial[1] or denial[2]
    verb = _SHORTENED.get(short.lower(), short)
    return verb.capitalize() if short[0].isupper() and short != short.upper() else verb

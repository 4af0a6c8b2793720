"""Sentences for the readers of a class: short plain words, 16 tokens each, none of them twice."""

import random

_ADJECTIVES = """
big small old young red green blue black white warm cold wet dry clean dark bright soft hard heavy light quick slow
quiet loud happy sad hungry tired brave kind rich poor round flat long short deep tall wide thin
"""
_NOUNS = """
dog cat bird horse cow fox bear fish mouse girl boy man woman child farmer doctor teacher baker driver king queen
table chair window door house garden street river lake hill forest boat train car bus bread apple soup cake letter
book picture lamp clock coat hat ball stone tree flower cloud kitchen school shop market bridge
"""
_VERBS = """
sees finds carries pushes pulls hides follows watches holds drops paints lifts moves brings takes buys sells
loves hates hears misses wants needs
"""
_PREPOSITIONS = "near behind under over beside above below across"
_TIMES = "morning evening night day week month year spring summer winter"


class Sentences:
    """A source of sentences that never gives the same one twice. Equal seeds give equal sentences in the same order."""

    def __init__(self, seed: int = 0) -> None:
        """seed: of the words that are chosen."""
        self._random = random.Random(seed)
        self._given: set[str] = set()

    def new(self, about: str | None = None) -> str:
        """Return the next sentence: 13 words and a full stop, which BERT's vocabulary reads as 16 tokens.

        about: a word that it contains, as a noun.

        >>> Sentences(seed=1).new(about="bank").split().count("bank")
        1
        """
        while True:
            sentence = self._one(about)
            if sentence not in self._given:
                self._given.add(sentence)
                return sentence

    def _one(self, about: str | None) -> str:
        def pick(words: str) -> str:
            return self._random.choice(words.split())

        subject, thing, place = self._random.sample(_NOUNS.split(), 3)
        return (
            f"The {pick(_ADJECTIVES)} {subject} {pick(_VERBS)} the {pick(_ADJECTIVES)} {thing} "
            f"{pick(_PREPOSITIONS)} the {pick(_ADJECTIVES)} {about or place} every {pick(_TIMES)}."
        )

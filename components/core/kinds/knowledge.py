"""What each kind can know of each word of a sentence: of a hidden word from both sides, of the next from the past."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import torch

from components.core.kinds.models import KindModels, Sentence, row_of
from components.core.languages.language import END, ToyLanguage
from components.core.training.tiny_model import LAST, SPECIAL, hidden_words

#: Word → its probability. END stands for the end of the sentence.
Words = Mapping[str, float]


@dataclass(frozen=True)
class Known:
    """What a model says of one word, and what the grammar says. exact: {} if the grammar writes no such sentence."""

    said: Words
    exact: Words


@dataclass(frozen=True)
class Knowledge:
    """What is known of each word of a sentence."""

    sentence: Sentence
    by_encoder: tuple[Known, ...]  # all other words are in sight
    by_decoder: tuple[Known, ...]  # the words before are


def knowledge(models: KindModels, sentence: Sentence) -> Knowledge:
    """Return what encoder and decoder know of each word of a sentence, beside the exact answer of the grammar."""
    hidden = [(*sentence[:place], None, *sentence[place + 1 :]) for place in range(len(sentence))]
    logs = hidden_words(models.encoder, models.language, hidden)
    by_encoder = [
        Known(_words(models.language, row.exp()), models.language.hidden_word(each))
        for row, each in zip(logs, hidden, strict=True)
    ]
    return Knowledge(sentence, tuple(by_encoder), next_words(models, sentence)[:-1])


def next_words(models: KindModels, past: Sentence) -> tuple[Known, ...]:
    """Return what the decoder says after each beginning of some words: after none, the first, …, all of them."""
    with torch.inference_mode():
        scores = models.decoder(input_ids=row_of(models.language, past, ends=False)).logits[0].double()
    return tuple(
        Known(_words(models.language, shares), models.language.next_word(past[:place]))
        for place, shares in enumerate(torch.softmax(scores, dim=-1))
    )


def cooled(words: Words, temperature: float) -> dict[str, float]:
    """Return probabilities at a temperature: each to the power of 1 / temperature, divided by their sum.

    For a model's softmax it is the same as dividing its scores (Ackley et al. 1985, "A Learning Algorithm for Boltzmann
    Machines"). temperature: above 0; 1 changes nothing.

    >>> cooled({"tea": 0.8, "milk": 0.2}, 0.5)["tea"].__round__(4)
    0.9412
    """
    if not words:
        return {}
    # Divided by the largest first, so that nothing becomes 0 that need not.
    highest = max(words.values())
    powers = {word: (share / highest) ** (1 / temperature) for word, share in words.items()}
    total = sum(powers.values())
    return {word: power / total for word, power in powers.items()}


def likeliest(words: Words) -> str:
    """Return the word of the highest probability, of equals the first."""
    return max(words, key=lambda word: words[word])


def all_shown(*known: Words, most: int, least: float = 0.005) -> list[str]:
    """Return up to `most` words that one of some distributions holds for more than `least`, the likeliest first."""
    highest: dict[str, float] = {}
    for words in known:
        for word, share in words.items():
            highest[word] = max(share, highest.get(word, 0.0))
    ranked = sorted(highest, key=lambda word: -highest[word])
    return [word for word in ranked if highest[word] > least][:most]


def _words(language: ToyLanguage, shares: Sequence[float] | torch.Tensor) -> dict[str, float]:
    """Return the probability of each word; of the special tokens, only the end of a sentence is one."""
    numbers = [float(share) for share in shares]
    words = dict(zip(language.words, numbers[len(SPECIAL) :], strict=True))
    return words | {END: numbers[SPECIAL.index(LAST)]}

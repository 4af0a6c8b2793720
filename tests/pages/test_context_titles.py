"""Titles and leads of the Context page, tried on many choices of sentences for contradictions with the numbers."""

import random
import re

import numpy as np
import pytest

from components.core import Encoder
from components.core.context.word_occurrences import UNKNOWN_SENSE, Usage, WordOccurrences, follow_word
from components.ui.context import layers, occlusion
from components.ui.context.senses import shipped
from components.ui.context.summary import Followed, finding, lead
from components.ui.wording import PRINTS_AS_ONE

_NUMBERS = re.compile(r"cosine (−?\d\.\d{3}) within, (−?\d\.\d{3}) between$")


def choices() -> list[tuple[str, tuple[Usage, ...]]]:
    """Words with up to eight of their sentences, under their own senses, mixed up, or with one left open."""
    draws = random.Random(0)
    chosen = []
    for word in shipped():
        for kind in ("own", "own", "own", "mixed", "mixed", "mixed", "open", "open"):
            usages = draws.sample(shipped()[word], draws.randint(3, 8))
            if kind == "mixed":
                usages = [Usage(each.sentence, draws.choice(["one", "other"])) for each in usages]
            if kind == "open":
                usages[0] = Usage(usages[0].sentence, UNKNOWN_SENSE)
            chosen.append((word, tuple(usages)))
    return chosen


def followed(encoder: Encoder, word: str, usages: tuple[Usage, ...]) -> Followed:
    """The word in these sentences."""
    return Followed(follow_word(encoder, word, usages), "\n".join(each.sentence for each in usages))


def means(found: WordOccurrences, step: int) -> tuple[float, float]:
    """Mean cosine within senses and between them, pair by pair."""
    within: list[float] = []
    between: list[float] = []
    for i, one in enumerate(found.occurrences):
        for j, other in enumerate(found.occurrences[:i]):
            senses = one.usage.sense, other.usage.sense
            if UNKNOWN_SENSE not in senses:
                (within if senses[0] == senses[1] else between).append(found.cosines[step][i, j])
    return float(np.mean(within or [np.nan])), float(np.mean(between or [np.nan]))


def nearest_of_same_sense(found: WordOccurrences) -> int:
    """How many uses of a given sense have their nearest such use in the same sense."""
    known = [i for i, each in enumerate(found.occurrences) if each.usage.sense != UNKNOWN_SENSE]
    count = 0
    for i in known:
        nearest = max((j for j in known if j != i), key=lambda j: found.cosines[-1][i, j])
        count += found.occurrences[i].usage.sense == found.occurrences[nearest].usage.sense
    return count


@pytest.mark.parametrize("number", range(48))
def test_no_title_contradicts_its_numbers(encoder: Encoder, number: int) -> None:
    word, usages = choices()[number]
    shown = followed(encoder, word, usages)
    found = shown.found
    title, said = finding("", shown), lead("", shown)
    within, between = means(found, -1)
    stated = _NUMBERS.search(title)
    if stated is None:
        assert np.isnan(within) or np.isnan(between)
        return
    assert stated.groups() == (f"{within:.3f}", f"{between:.3f}")
    count = nearest_of_same_sense(found)
    partnered = int(found.with_partner.sum())
    assert f"For {count} of {partnered} use" in said
    if "Context separates" in title:
        assert within > between
        assert count == partnered
    elif "partly separates" in title:
        assert within > between
        assert count < partnered
    else:
        assert within <= between or count <= found.nearest_by_chance or count <= found.most_by_chance
        assert ("not clearly" in title) == (within > between and count > found.nearest_by_chance)
    if "not" not in title:
        # More than chance, or so few that nothing could be.
        assert (count > found.most_by_chance) or ("With so few uses that can be chance." in said)
    steps = ["word embedding", "input", *(f"layer {layer}" for layer in range(1, encoder.num_layers + 1))]
    assert layers.finding(found, steps, 0) == f"As word embeddings, all uses of “{word}” are one vector"
    assert found.cosines[0].min() > PRINTS_AS_ONE
    for step in range(1, len(steps)):
        stated = _NUMBERS.search(layers.finding(found, steps, step))
        assert stated is not None
        assert stated.groups() == tuple(f"{min(mean, 1):.3f}" for mean in means(found, step))


def test_a_word_is_named_as_the_source_if_it_has_the_longest_bar() -> None:
    for shares, moved in (([0.1, 0.3], [0.2, 0.1]), ([0.3, 0.1], [0.2, 0.1])):
        words = ["one", "other"]
        title, said = occlusion.finding("bank", words, np.array(shares), np.array(moved))
        assert f"“{words[int(np.argmax(moved))]}”" in title
        assert ("instead" in said) == (np.argmax(shares) != np.argmax(moved))

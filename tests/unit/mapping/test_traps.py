"""The shipped sentences, and that each trap is what it says: held against sentence-transformers' own vectors."""

import tomllib
from collections import Counter
from itertools import combinations

import numpy as np
import pytest

from components.core.text.words import words_in
from components.ui.sentence_map.sentences import shipped
from tests.support.paths import ROOT
from tests.support.reference import Opened

TRAPS = {each["name"]: each for each in tomllib.loads((ROOT / "assets/traps.toml").read_text(encoding="utf-8"))["trap"]}
SENTENCES = shipped().sentences
TOPIC = dict(zip(SENTENCES, shipped().labels or (), strict=True))
KINDS = ("same words, different meaning", "different words, same meaning", "negation", "two languages")
EACH_OTHERS_NEAREST = (
    "Hot spring",
    "Cold in April",
    "Thirsty flowers",
    "Late homework",
    "Bland soup",
    "Pineapple or not",
    "Snow or no snow",
    "The new roof",
    "Healing or not",
)
OWN_TOPIC_NEAREST = ("Bark", "Off pitch", "Tied up at the bank")


@pytest.fixture(scope="module")
def cosines(bundled: Opened) -> np.ndarray:
    """(N, N): of all shipped sentences, each with itself left out."""
    vectors = bundled.sentence_model.encode(list(SENTENCES), normalize_embeddings=True)
    found: np.ndarray = vectors @ vectors.T
    np.fill_diagonal(found, -np.inf)
    return found


def places(name: str) -> list[int]:
    """Where a trap's sentences stand."""
    return [SENTENCES.index(sentence) for sentence in TRAPS[name]["sentences"]]


def rank(cosines: np.ndarray, one: int, other: int) -> int:
    """Among the neighbours of one, the place of the other, counted from 1."""
    return 1 + int((cosines[one] > cosines[one, other]).sum())


def test_there_are_24_sentences_of_each_of_ten_topics_each_once_and_nothing_is_left_out() -> None:
    assert set(Counter(shipped().labels).values()) == {24}
    assert len(SENTENCES) == len(set(SENTENCES)) == 240
    assert shipped().rejected == ()


@pytest.mark.parametrize("name", TRAPS)
def test_a_trap_is_made_of_shipped_sentences_and_of_its_kind(name: str) -> None:
    trap = TRAPS[name]
    assert trap["kind"] in KINDS
    assert set(trap["sentences"]) <= set(SENTENCES)
    topics = {TOPIC[sentence] for sentence in trap["sentences"]}
    shared = set.intersection(*(set(words_in(sentence)) for sentence in trap["sentences"]))
    if trap["kind"] == KINDS[0]:
        assert len(topics) == len(trap["sentences"])
        assert shared
    else:
        assert len(topics) == 1
    if trap["kind"] == KINDS[1]:
        assert not shared


@pytest.mark.parametrize("name", EACH_OTHERS_NEAREST)
def test_of_these_each_is_the_others_nearest_neighbour(name: str, cosines: np.ndarray) -> None:
    one, other = places(name)
    assert rank(cosines, one, other) == rank(cosines, other, one) == 1


@pytest.mark.parametrize("name", OWN_TOPIC_NEAREST)
def test_of_these_the_nearest_neighbour_is_of_its_own_topic(name: str, cosines: np.ndarray) -> None:
    for place in places(name):
        assert TOPIC[SENTENCES[int(cosines[place].argmax())]] == TOPIC[SENTENCES[place]]
    ranks = [rank(cosines, *pair) for pair in (places(name), places(name)[::-1])]
    assert min(ranks) > 50 if name == "Bark" else max(ranks) <= 10


def test_the_other_traps_are_what_they_say(cosines: np.ndarray) -> None:
    rain, pouring = sorted(places("Rain without the word"), key=lambda place: "rain" not in words_in(SENTENCES[place]))
    assert rank(cosines, rain, pouring) > 3
    roof = cosines[tuple(places("The new roof"))]
    assert (np.triu(cosines, 1) >= roof).sum() <= 3
    ferry = places("Is the ferry late?")
    alike = {pair: cosines[pair] for pair in combinations(ferry, 2)}
    assert min(alike, key=lambda pair: alike[pair]) == (ferry[1], ferry[2])
    english, french = places("The train to Lyon")
    assert rank(cosines, english, french) == 1
    english, spanish = places("Sore throat")
    assert rank(cosines, english, spanish) > 120
    english, french = places("Orchestra, orchestre")
    foreign = foreign_sentences()
    assert len(foreign) == 12
    assert all(cosines[french, place] > cosines[french, english] for place in foreign if place != french)
    _, *others = places("Sun in three languages")
    for place in others:
        assert set(np.argsort(-cosines[place])[:2].tolist()) <= set(foreign)


def foreign_sentences() -> list[int]:
    """Where the French, Spanish and German sentences stand: each has an article that English does not."""
    articles = {"le", "la", "el", "un", "une", "die"}
    return [place for place, sentence in enumerate(SENTENCES) if articles & set(words_in(sentence))]

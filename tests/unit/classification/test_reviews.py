"""The shipped reviews: balanced, split alike in every domain, with a hard set of which some hold the same words."""

import csv
import re
from collections import Counter

import pytest

from components.ui.assets import ASSETS
from components.ui.sentiment.texts import hard_kinds, shipped_reviews
from tests.support.paths import ROOT

Review = dict[str, str]


@pytest.fixture(scope="module")
def reviews() -> list[Review]:
    with (ROOT / "assets" / "reviews.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def words(text: str) -> Counter[str]:
    return Counter(re.findall(r"[a-z']+", text.lower()))


def test_no_text_stands_twice_and_none_is_much_like_another(reviews: list[Review]) -> None:
    ordinary = [words(each["text"]).keys() for each in reviews if each["split"] != "hard"]
    assert len({each["text"].lower() for each in reviews}) == len(reviews) == 612
    assert max(len(a & b) / len(a | b) for place, a in enumerate(ordinary) for b in ordinary[:place]) < 0.6


def test_every_domain_has_as_many_of_each_label_to_learn_from_and_to_be_scored_on(reviews: list[Review]) -> None:
    counts = Counter((each["domain"], each["label"], each["split"]) for each in reviews if each["split"] != "hard")
    assert len({domain for domain, _, _ in counts}) == 6
    assert len(counts) == 24
    assert all(count == {"train": 30, "test": 15}[split] for (_, _, split), count in counts.items())


def test_every_kind_of_the_hard_set_has_six_of_each_label_and_is_explained(reviews: list[Review]) -> None:
    hard = [each for each in reviews if each["split"] == "hard"]
    assert all(bool(each["kind"]) == (each["split"] == "hard") for each in reviews)
    counts = Counter((each["kind"], each["label"]) for each in hard)
    assert set(counts.values()) == {6}
    assert len(counts) == 12
    assert set(hard_kinds()) == {each["kind"] for each in hard}


def test_texts_on_word_order_come_in_pairs_of_the_same_words_and_unlike_labels(reviews: list[Review]) -> None:
    ordered = [each for each in reviews if each["kind"] == "word order"]
    for first, second in zip(ordered[::2], ordered[1::2], strict=True):
        assert words(first["text"]) == words(second["text"])
        assert {first["label"], second["label"]} == {"positive", "negative"}


def test_the_page_learns_from_what_the_file_says_and_from_nothing_hard(reviews: list[Review]) -> None:
    found = shipped_reviews()
    assert found.texts.rejected == ()
    assert list(found.texts.sentences) == [each["text"] for each in reviews]
    assert [found.classes[target] for target in found.targets] == [each["label"] for each in reviews]
    for split, places in (("train", found.train_indices), ("test", found.test_indices)):
        assert places.tolist() == [place for place, each in enumerate(reviews) if each["split"] == split]
    apart = {kind: [reviews[place]["kind"] for place in places] for kind, places in found.challenge_sets}
    assert apart == {kind: [kind] * 12 for kind in hard_kinds()}
    assert (ASSETS / "reviews.csv").stat().st_size < 100_000

"""The most similar and the most surprising pair of sentences, against all pairs looked at one by one."""

import unicodedata
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS
from sklearn.metrics.pairwise import cosine_similarity as sklearn_cosine

from components.core.mapping.sentence_pairs import SurprisingPair, most_similar, most_surprising, words_of
from components.core.numerics.similarity import normalise_rows
from components.core.text.content_words import content_words_in, count_content_words

pytestmark = pytest.mark.filterwarnings("error")


def _directions(*degrees: float) -> np.ndarray:
    """Unit rows on a plane."""
    angles = np.deg2rad(degrees)
    return np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)


@pytest.mark.parametrize(
    ("sentence", "words"),
    [
        ("The dog saw THE dog.", {"the", "dog", "saw"}),
        ("Don't! Don’t!", {"don't"}),
        ("'Twas the dogs' rock'n'roll, \"really\"", {"twas", "the", "dogs", "rock'n'roll", "really"}),
        ("42 dogs in Room-2_b", {"42", "dogs", "in", "room", "2", "b"}),
        ("Älter als Žižek", {"älter", "als", "žižek"}),
        ("Кошка спит", {"кошка", "спит"}),
        ("हिन्दी में", {"हिन्दी", "में"}),
        ("نَصّ קָטָן", {"نَصّ", "קָטָן"}),
        ("狗 睡", {"狗", "睡"}),
        ("1️⃣ dog", {"1", "dog"}),
        ("❤️ 👍🏽 🇮🇹 👨‍👩‍👧 …", set()),
        ("", set()),
    ],
)
def test_words_are_those_of_any_script_with_their_apostrophes(sentence: str, words: set[str]) -> None:
    assert words_of(sentence) == {unicodedata.normalize("NFC", word) for word in words}


def test_an_accent_is_the_same_however_it_is_encoded() -> None:
    assert words_of(unicodedata.normalize("NFD", "Café")) == words_of("café")


@given(sentence=st.text(max_size=40))
def test_words_have_no_spaces_and_are_their_own_only_word(sentence: str) -> None:
    for word in words_of(sentence):
        assert word.split() == [word]
        assert words_of(word) == {word}


@pytest.mark.parametrize(
    "word", ["It's", "they’ll", "I'm", "don't", "Isn’t", "can't", "won't", "what's", "the", "nobody"]
)
def test_function_words_are_no_content_contracted_or_not(word: str) -> None:
    assert content_words_in(word) == []


def test_function_words_are_scikit_learns_but_for_those_with_a_meaning() -> None:
    kept = {word for word in ENGLISH_STOP_WORDS if content_words_in(word)}
    assert {"bill", "fire", "interest", "keep", "take", "un"} <= kept
    assert kept.isdisjoint({"the", "not", "with", "they", "mine", "whereas"})
    assert len(kept) < 60


def test_an_ending_makes_no_other_word() -> None:
    assert content_words_in("Squatch's dog, dogs, O'Sullivan") == ["squatch", "dog", "dogs", "o'sullivan"]


def test_content_words_are_counted_by_sentence_and_in_alphabetical_order() -> None:
    counts, words = count_content_words(["The dog's dog.", "", "A cat saw the dog"])
    assert words == ("cat", "dog", "saw")
    assert counts.toarray().tolist() == [[0, 2, 0], [0, 0, 0], [1, 1, 1]]


@pytest.mark.parametrize("sentences", [[], ["😀"], ["", "the"]])
def test_sentences_without_content_words_have_counts_of_no_words(sentences: list[str]) -> None:
    counts, words = count_content_words(sentences)
    assert counts.shape == (len(sentences), 0)
    assert words == ()


@pytest.mark.parametrize("count", [2, 3, 40])
def test_the_most_similar_pair_is_the_best_of_all_pairs(count: int) -> None:
    units = normalise_rows(np.random.default_rng(count).normal(size=(count, 12))).astype(np.float32)
    cosines = sklearn_cosine(units)
    best = max(combinations(range(count), 2), key=lambda pair: cosines[pair])
    found = most_similar(units)
    assert found is not None
    assert found[:2] == best
    assert found[2] == pytest.approx(cosines[best], abs=1e-6)


def test_sentences_that_are_all_opposite_still_have_a_most_similar_pair() -> None:
    assert most_similar(_directions(0, 180)) == (0, 1, -1)


@pytest.mark.parametrize("count", [0, 1])
def test_fewer_than_two_sentences_make_no_pair(count: int) -> None:
    units = np.ones((count, 3), dtype=np.float32)
    assert most_similar(units) is None
    assert most_surprising(units, ["Squatch"] * count) is None


def test_of_equal_pairs_the_first_is_taken_and_its_cosine_is_not_above_1() -> None:
    row = normalise_rows(np.random.default_rng(1).normal(size=(1, 384))).astype(np.float32)
    # Apart by what two batches of the encoder may differ by.
    units = np.concatenate([-row, row + 1e-8, row, np.nextafter(row, np.float32(2)), row])
    assert most_similar(units) == (1, 2, 1)
    assert most_surprising(units, ["one", "dog", "cat", "mouse", "fish"]) == SurprisingPair(1, 2, 1.0, ())


def test_the_most_surprising_pair_has_function_words_in_common_at_most() -> None:
    sentences = ["The dog sleeps on it.", "A dog naps.", "The puppy dozes on a mat."]
    found = most_surprising(_directions(0, 5, 30), sentences)
    # 0 and 1 are nearest, and share "dog"; 1 and 2 are nearer than 0 and 2.
    assert found is not None
    assert (found.first, found.second, found.in_common) == (1, 2, ("a",))
    assert found.cosine == pytest.approx(np.cos(np.deg2rad(25)), abs=1e-6)
    found = most_surprising(_directions(0, 50, 30), ["The dog sleeps on it.", "It rains", "The puppy dozes on it."])
    assert found is not None
    assert (found.first, found.second, found.in_common) == (1, 2, ("it",))
    found = most_surprising(_directions(0, 50), ["So it was, and the dog is on it.", "It is on the mat and so was I."])
    assert found is not None
    assert found.in_common == ("and", "is", "it", "on", "so", "the", "was")


def test_a_pair_without_any_word_in_common_has_none() -> None:
    found = most_surprising(_directions(0, 10), ["A dog sleeps", "The puppy dozes"])
    assert found is not None
    assert found.in_common == ()


@pytest.mark.parametrize(
    ("sentences", "degrees"),
    [
        (["Dog", "My DOG sleeps"], (0, 10)),
        (["Squatch's", "Squatch’s pizza"], (0, 10)),
        (["Squatch's pizza", "I like Squatch"], (0, 10)),
        (["Dog", "Cat"], (0, 90)),
        (["Dog", "Cat"], (0, 120)),
    ],
)
def test_no_pair_surprises_that_shares_a_content_word_or_is_not_similar(
    sentences: list[str], degrees: tuple[float, float]
) -> None:
    assert most_surprising(_directions(*degrees), sentences) is None


def test_sentences_without_content_words_surprise_nobody() -> None:
    assert most_surprising(_directions(0, 0, 10, 20), ["😀", "👍🏽", "It is.", "So it was."]) is None
    found = most_surprising(_directions(0, 0, 10, 80), ["😀", "👍🏽", "A dog sleeps", "The puppy dozes"])
    assert found is not None
    assert (found.first, found.second) == (2, 3)


def test_a_plural_is_a_word_of_its_own() -> None:
    assert most_surprising(_directions(0, 10), ["A dog", "Dogs"]) is not None


_TEXTS = st.lists(st.sampled_from(["dog", "Dog's", "cat", "rain", "the", "it's", "Don't", "7", "😀"]), max_size=4)


@given(texts=st.lists(_TEXTS.map(" ".join), max_size=9), seed=st.integers(0, 99))
def test_the_most_surprising_pair_is_the_best_of_all_that_qualify(texts: list[str], seed: int) -> None:
    units = normalise_rows(np.random.default_rng(seed).normal(size=(len(texts), 3))).astype(np.float32)
    cosines = sklearn_cosine(units.astype(np.float64)).round(6) if texts else np.empty((0, 0))
    contents = [set(content_words_in(text)) for text in texts]
    qualify = [
        (i, j)
        for i, j in combinations(range(len(texts)), 2)
        if contents[i] and contents[j] and not contents[i] & contents[j] and cosines[i, j] > 0
    ]
    found = most_surprising(units, texts)
    if not qualify:
        assert found is None
        return
    i, j = max(qualify, key=lambda pair: cosines[pair])
    common = tuple(sorted(words_of(texts[i]) & words_of(texts[j])))
    assert found is not None
    assert (found.first, found.second, found.in_common) == (i, j, common)
    assert found.cosine == pytest.approx(cosines[i, j], abs=2e-6)
    assert not any(content_words_in(word) for word in common)

"""A search for the head that links two words finds it, and is not taken in by a head that minds neither."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.core import Encoder
from components.core.attention.head_search import HeadSearch, search_heads
from components.core.tokens.tokens import Tokens
from tests.support.reference import SENTENCES, Opened, assert_close

#: [CLS] the cat saw the dog and it ran . [SEP]
TEXT = "the cat saw the dog and it ran."
CLS, CAT, DOG, IT, SEP = 0, 2, 5, 7, 10


@pytest.fixture(scope="module")
def tokens(encoder: Encoder) -> Tokens:
    """Eleven tokens, nine of them typed."""
    found = encoder.tokenize(TEXT)
    assert [found.tokens[place] for place in (CLS, CAT, DOG, IT, SEP)] == ["[CLS]", "cat", "dog", "it", "[SEP]"]
    assert len(found.tokens) == 11
    return found


def at_home(size: int = 11) -> np.ndarray:
    """A head that looks from every token at itself."""
    return np.eye(size)


def linking(query: int, key: int, weight: float) -> np.ndarray:
    """A head at home that sends this weight from one token to another, and nothing of the kind elsewhere."""
    head = at_home()
    head[query, query] -= weight
    head[query, key] += weight
    return head


def back(distance: int) -> np.ndarray:
    """A head that always looks so many tokens back; the first ones look at the first."""
    return np.eye(11)[[max(place - distance, 0) for place in range(11)]]


def towards(key: int) -> np.ndarray:
    """A head that looks at one token from everywhere."""
    return np.eye(11)[[key] * 11]


def search(heads: list[np.ndarray], tokens: Tokens, query: int, key: int) -> HeadSearch:
    return search_heads(np.stack(heads)[None], tokens, query, key)


def counted(weights: np.ndarray, tokens: Tokens, query: int, key: int) -> tuple[list[float], list[float]]:
    """What one head gives at the same distance and to the same key, pair by pair. weights: (S, S)."""
    apart, to_key = [], []
    size = len(weights)
    for row in range(size):
        if row == query or tokens.special[row]:
            continue
        for column in range(size):
            same_kind = tokens.special[column] == tokens.special[key]
            if column - row == key - query and same_kind:
                apart.append(float(weights[row, column]))
            if column == key and row != key:
                to_key.append(float(weights[row, column]))
    return apart, to_key


def random_weights(size: int, layers: int, heads: int, seed: int = 0) -> np.ndarray:
    weights = np.random.default_rng(seed).exponential(size=(layers, heads, size, size)) ** 3
    return weights / weights.sum(axis=-1, keepdims=True)


# Heads that are to win, and heads that are not


def test_a_head_that_looks_two_back_from_everywhere_loses_to_one_that_does_from_this_token(tokens: Tokens) -> None:
    found = search([back(2), linking(IT, DOG, 0.5)], tokens, IT, DOG)
    assert found.weights.tolist() == [[1, 0.5]]
    assert found.same_distance.tolist() == [[1, 0]]
    assert_close(found.beyond, [[0, 0.5]])
    assert found.ranked() == [(0, 1), (0, 0)]


def test_a_head_that_looks_at_the_noun_from_everywhere_loses(tokens: Tokens) -> None:
    found = search([towards(DOG), linking(IT, DOG, 0.3)], tokens, IT, DOG)
    assert found.weights.tolist() == [[1, pytest.approx(0.3)]]
    assert found.same_key.tolist() == [[1, 0]]
    assert found.ranked() == [(0, 1), (0, 0)]


@pytest.mark.parametrize("mark", [CLS, SEP])
def test_a_head_that_looks_at_a_mark_from_everywhere_loses_the_search_for_that_mark(tokens: Tokens, mark: int) -> None:
    found = search([towards(mark), linking(IT, mark, 0.2)], tokens, IT, mark)
    assert found.weights.tolist() == [[1, pytest.approx(0.2)]]
    assert_close(found.beyond, [[0, 0.2]])
    assert found.ranked() == [(0, 1), (0, 0)]


def test_that_a_token_looks_at_itself_is_not_held_against_a_head_that_looks_at_it_from_elsewhere(
    tokens: Tokens,
) -> None:
    found = search([linking(IT, DOG, 0.5)], tokens, IT, DOG)  # "dog" gives all to itself
    assert found.same_key.tolist() == [[0]]
    assert_close(found.beyond, [[0.5]])


def test_a_head_that_looks_at_home_from_everywhere_wins_nothing_by_doing_so_here(tokens: Tokens) -> None:
    found = search([at_home()], tokens, IT, IT)
    assert found.weights.tolist() == found.same_distance.tolist() == [[1]]
    assert found.beyond.tolist() == [[0]]


def test_the_pair_itself_is_in_neither_mean(tokens: Tokens) -> None:
    quiet, loud = (search([linking(IT, DOG, weight)], tokens, IT, DOG) for weight in (0.0, 1.0))
    assert quiet.anyway.tolist() == loud.anyway.tolist() == [[0]]


def test_what_a_head_does_anyway_is_the_larger_of_the_two_means(tokens: Tokens) -> None:
    both = search([(back(2) + towards(DOG)) / 2, 0.9 * back(2) + 0.1 * towards(DOG)], tokens, IT, DOG)
    assert_close(both.same_distance, [[0.5, 0.9]])
    assert_close(both.same_key, [[0.5, 0.1]])
    assert_close(both.anyway, [[0.5, 0.9]])
    assert_close(both.beyond, [[0.5, 0.1]])


def test_pairs_as_far_apart_that_end_on_a_mark_do_not_count_for_words(tokens: Tokens) -> None:
    # From "the" two back is outside; from "cat" it is [CLS]. Seven typed tokens look at a word two back.
    head = np.zeros((11, 11))
    head[CAT, CLS] = 1
    assert search([head], tokens, IT, DOG).same_distance.tolist() == [[0]]
    for row in range(3, 10):
        head = np.zeros((11, 11))
        head[row, row - 2] = 0.6
        expected = 0 if row == IT else 0.1  # one of six
        assert search([head], tokens, IT, DOG).same_distance[0, 0] == pytest.approx(expected)


@pytest.mark.filterwarnings("error")
def test_without_another_pair_at_that_distance_only_the_key_is_compared(tokens: Tokens) -> None:
    # From the first typed token to the last: nothing else is as far apart.
    found = search([towards(9), linking(1, 9, 0.4)], tokens, 1, 9)
    assert np.isnan(found.same_distance).all()
    assert found.same_key.tolist() == [[1, 0]]
    assert_close(found.beyond, [[0, 0.4]])


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(("query", "key"), [(1, 1), (1, 0), (1, 2)])
def test_in_a_sentence_of_one_word_a_head_does_nothing_anyway(encoder: Encoder, query: int, key: int) -> None:
    weights = random_weights(3, 2, 4)
    found = search_heads(weights, encoder.tokenize("it"), query, key)
    assert np.isnan(found.same_distance).all()
    assert np.isnan(found.same_key).all()
    assert not found.anyway.any()
    np.testing.assert_array_equal(found.beyond, weights[:, :, query, key])
    best = found.ranked()[0]
    assert found.weights[best] == weights[:, :, query, key].max()


def test_both_texts_of_a_pair_are_searched(encoder: Encoder) -> None:
    pair = encoder.tokenize("the cat ran", second="it ran")
    assert pair.tokens == ("[CLS]", "the", "cat", "ran", "[SEP]", "it", "ran", "[SEP]")
    weights = random_weights(8, 2, 4)
    found = search_heads(weights, pair, query=5, key=2)
    # Three back: from the second "ran" to the first; from the first "ran" it is [CLS]. The other four look at "cat".
    assert_close(found.weights, weights[:, :, 5, 2])
    assert_close(found.same_distance, weights[:, :, 6, 3])
    assert_close(found.same_key, weights[:, :, [1, 3, 6], 2].mean(axis=-1))
    # From the first "ran" to the middle [SEP]: as far apart, and on a mark too, is the second "ran" from the last one.
    assert_close(search_heads(weights, pair, query=3, key=4).same_distance, weights[:, :, 6, 7])


# Many heads at once


@given(
    query=st.integers(0, 10),
    key=st.integers(0, 10),
    seed=st.integers(0, 2**32 - 1),
    layers=st.integers(1, 4),
    heads=st.integers(1, 5),
)
def test_every_search_ranks_all_heads_by_what_a_slow_count_gives(
    tokens: Tokens, query: int, key: int, seed: int, layers: int, heads: int
) -> None:
    weights = random_weights(11, layers, heads, seed)
    found = search_heads(weights, tokens, query, key)
    for layer, head in np.ndindex(layers, heads):
        means = [
            sum(given) / len(given) if given else float("nan")
            for given in counted(weights[layer, head], tokens, query, key)
        ]
        np.testing.assert_allclose((found.same_distance[layer, head], found.same_key[layer, head]), means, atol=1e-12)
        anyway = max([mean for mean in means if mean == mean], default=0.0)
        assert found.beyond[layer, head] == pytest.approx(weights[layer, head, query, key] - anyway, abs=1e-12)
    ranked = found.ranked()
    assert sorted(ranked) == list(np.ndindex(layers, heads))
    assert (found.beyond <= found.weights).all()
    beyond = [found.beyond[pair] for pair in ranked]
    assert beyond == sorted(beyond, reverse=True)


def test_heads_that_do_alike_are_ranked_as_they_are_counted(tokens: Tokens) -> None:
    links = np.random.default_rng(0).integers(0, 3, size=(6, 12))
    weights = np.stack([[linking(IT, DOG, link / 4) for link in row] for row in links])
    expected = [pair for link in (2, 1, 0) for pair in np.ndindex(6, 12) if links[pair] == link]
    assert search_heads(weights, tokens, IT, DOG).ranked() == expected


def test_it_finds_the_pizza_in_head_2_of_layer_4(bundled: Opened) -> None:
    trace = bundled.encoder.trace(SENTENCES[2])
    it, pizza = trace.tokens.index("it"), trace.tokens.index("pizza")
    found = search_heads(trace.attention_weights(), trace.tokenized, it, pizza)
    assert found.ranked()[0] == (3, 1)
    assert round(float(found.weights[3, 1]), 2) == 0.70
    assert_close(found.weights, bundled.reference(SENTENCES[2]).attentions[:, :, it, pizza])

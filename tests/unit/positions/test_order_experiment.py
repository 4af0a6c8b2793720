"""Orders of words, and the experiment that switches positions off for all of them."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.core import Encoder
from components.core.positions.order_experiment import run_order_experiment, shuffle_orders
from components.core.positions.permutations import shuffle_positions, word_orders


@given(st.lists(st.sampled_from("abcd"), min_size=1, max_size=4))
def test_few_words_give_every_distinct_order_once_the_original_first(words: list[str]) -> None:
    orders = word_orders(words, most=24)
    sentences = [tuple(words[i] for i in order) for order in orders]
    assert sentences[0] == tuple(words)
    assert len(set(sentences)) == len(sentences)
    assert set(sentences) == set(itertools.permutations(words))


@given(st.integers(5, 60), st.integers(0, 3))
def test_many_words_give_a_sample_with_the_reverse_that_a_seed_repeats(count: int, seed: int) -> None:
    words = [str(i) for i in range(count)]
    orders = word_orders(words, most=24, seed=seed)
    assert len(set(orders)) == len(orders) == 24
    assert orders[:2] == [tuple(range(count)), tuple(reversed(range(count)))]
    assert all(sorted(order) == list(range(count)) for order in orders)
    assert orders == word_orders(words, most=24, seed=seed)


@given(st.lists(st.booleans(), min_size=1, max_size=20), st.integers(0, 5))
def test_shuffled_positions_leave_special_tokens_and_move_the_others(special: list[bool], seed: int) -> None:
    order = shuffle_positions(special, seed)
    assert sorted(order) == list(range(len(special)))
    assert all(order[i] == i for i, own in enumerate(special) if own)
    if special.count(False) > 1:
        assert order != tuple(range(len(special)))


def test_squatch_and_pizza_change_places_only_with_positions_on(encoder: Encoder) -> None:
    experiment = run_order_experiment(encoder, "Squatch eats pizza")
    assert experiment.complete
    assert len(experiment.sentences) == 6
    swapped = experiment.sentences.index("pizza eats Squatch")
    assert experiment.cosines["on"][swapped] == pytest.approx(0.9647, abs=5e-5)
    np.testing.assert_allclose(experiment.cosines["off"], 1, atol=1e-6)
    assert shuffle_orders(encoder, experiment.sentences).cosines.min() < 0.99


def test_the_shuffled_condition_is_the_trace_with_those_positions(encoder: Encoder) -> None:
    from components.core import PositionsReordered

    text = "Squatch eats pizza"
    order = shuffle_positions(encoder.tokenize(text).special.tolist(), seed=0)
    plain = encoder.trace(text).sentence_vector
    shuffled = encoder.trace(text, [PositionsReordered(order)]).sentence_vector
    assert shuffle_orders(encoder, (text, "pizza eats Squatch")).alone == pytest.approx(
        float(plain @ shuffled), abs=1e-5
    )


@pytest.mark.parametrize(
    ("words", "orders", "complete"), [(3, 6, True), (4, 24, True), (5, 10, False), (12, 10, False)]
)
def test_of_more_words_than_four_a_sample_of_orders_is_read(
    encoder: Encoder, words: int, orders: int, complete: bool
) -> None:
    text = " ".join(
        ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"][:words]
    )
    experiment = run_order_experiment(encoder, text)
    assert (len(experiment.sentences), experiment.complete) == (orders, complete)
    assert experiment.sentences[0] == text
    assert " ".join(reversed(text.split())) in experiment.sentences


@pytest.mark.parametrize("text", ["pizza", "pizza pizza pizza", "🍕", "a" * 900])
def test_words_with_one_order_are_no_experiment(encoder: Encoder, text: str) -> None:
    experiment = run_order_experiment(encoder, text)
    assert experiment.sentences == (text,)
    assert experiment.cosines == {}


def test_a_text_beyond_what_is_encoded_is_tried_with_its_first_words(encoder: Encoder) -> None:
    # 40 different words of about eleven tokens each would be cut, and a cut order holds other words.
    text = " ".join(f"floccinaucinihilipilification{i}" for i in range(40))
    experiment = run_order_experiment(encoder, encoder.tokenize(text, truncate=True).text, most=6)
    assert 1 < experiment.words < 40
    np.testing.assert_allclose(experiment.cosines["off"], 1, atol=1e-5)

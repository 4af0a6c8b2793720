"""The network by hand: attention as transformers computes it, and its loss against exact optima."""

from itertools import permutations

import numpy as np
import pytest
import torch
from transformers import BertConfig
from transformers.models.bert.modeling_bert import BertSelfAttention

from components.core.by_hand.code import decode
from components.core.by_hand.language import Language, read_language, read_sentence
from components.core.by_hand.network import Network, Switches, loss, run
from components.ui.by_hand.exercises import opening_language, opening_sentence, trained_numbers


@pytest.fixture
def language() -> Language:
    return read_language(opening_language())


def random_network(seed: int, words: int = 8, **switches: bool) -> Network:
    draws = np.random.default_rng(seed)
    query, key, value = draws.normal(size=(3, 2, 2))
    return Network(draws.normal(size=(words + 1, 2)), query, key, value, Switches(**switches))


@pytest.mark.parametrize("two_heads", [False, True])
@pytest.mark.parametrize("seed", range(5))
def test_scores_weights_and_sums_are_those_of_transformers_on_the_same_matrices(seed: int, two_heads: bool) -> None:
    network = random_network(seed, two_heads=two_heads)
    steps = run(network, (0, 8, 3, 5))
    config = BertConfig(hidden_size=2, num_attention_heads=2 if two_heads else 1)
    config._attn_implementation = "eager"
    attention = BertSelfAttention(config).double().eval()
    with torch.no_grad():
        for linear, matrix in (
            (attention.query, network.query),
            (attention.key, network.key),
            (attention.value, network.value),
        ):
            linear.weight.copy_(torch.tensor(matrix.T))
            linear.bias.zero_()
        attended, weights = attention(torch.tensor(steps.inputs)[None])[:2]
    np.testing.assert_allclose(weights[0], steps.weights, atol=1e-12)
    np.testing.assert_allclose(attended[0], steps.attended, atol=1e-12)
    np.testing.assert_allclose(steps.results, steps.attended + steps.inputs, atol=1e-12)


def test_each_switch_takes_one_thing_out_of_the_computation() -> None:
    words = (0, 8, 3)
    full = run(random_network(1), words)
    without = {name: run(random_network(1, **{name: False}), words) for name in ("positions", "residual", "scaled")}
    np.testing.assert_array_equal(without["positions"].inputs, full.embeddings)
    np.testing.assert_allclose(without["residual"].results, full.attended, atol=1e-12)
    np.testing.assert_allclose(without["scaled"].scores, full.scores * np.sqrt(2), atol=1e-12)


def test_without_positions_the_order_of_the_other_words_changes_nothing() -> None:
    network = random_network(2, positions=False)
    expected = run(network, (8, 0, 3, 5)).probabilities[0]
    for order in permutations((0, 3, 5)):
        np.testing.assert_allclose(run(network, (8, *order)).probabilities[0], expected, atol=1e-12)


def test_the_opening_numbers_know_all_that_can_be_known_of_the_opening_language(language: Language) -> None:
    network = decode(trained_numbers(), language)
    assert len(language.words) == 8
    # Of each sentence the first and the last word have two equally likely fillings, and the verb has one.
    assert language.floor(ordered=True) == pytest.approx(2 / 3 * np.log(2))
    assert loss(network, language) == pytest.approx(language.floor(ordered=True), abs=0.005)
    sentence = read_sentence(language, opening_sentence())
    shares = run(network, sentence.words).probabilities[sentence.looks]
    assert shares[language.words.index("pizza")] == pytest.approx(0.5, abs=0.01)
    assert shares[language.words.index("bread")] == pytest.approx(0.5, abs=0.01)


def test_no_network_is_better_than_the_floor(language: Language) -> None:
    for seed in range(20):
        for positions in (False, True):
            network = random_network(seed, positions=positions)
            assert loss(network, language) >= language.floor(ordered=positions)


def test_the_loss_of_numbers_as_large_as_they_come_is_a_number(language: Language) -> None:
    draws = np.random.default_rng(5).choice([-99.99, 99.99], size=30)
    query, key, value = draws[18:].reshape(3, 2, 2)
    found = loss(Network(draws[:18].reshape(9, 2), query, key, value), language)
    assert np.isfinite(found)
    assert found > 100


def test_order_that_decides_cannot_be_known_without_positions() -> None:
    language = read_language("norm sees tim\ntim calls norm")
    assert language.floor(ordered=True) == 0
    # The hidden name is known from the other two words; which verb it is takes the order of the names.
    assert language.floor(ordered=False) == pytest.approx(np.log(2) / 3)

"""Rankings are what they say they are, and hiding words in their order measures what a case by hand gives."""

import numpy as np
import pytest

from components.core import Encoder
from components.core.classification.classifiers import LinearClassifier
from components.core.context.occlusion import occlusion
from components.core.explanations.deletion import (
    DeletionCurves,
    deletion_curves,
    measure_over_texts,
    put_to_the_test,
)
from components.core.explanations.rankings import Explanation, importances, of_words
from components.core.explanations.target import Target, log_odds
from components.core.layer.norms import attention_norms
from components.core.numerics.similarity import normalise_rows
from tests.support.reference import Opened, assert_close

TEXT = "The squatch eats a warm pizza!"


def target_of(encoder: Encoder, text: str) -> Target:
    return Target(normalise_rows(encoder.encode([text]))[0])


def test_the_area_lies_between_both_curves_without_their_ends() -> None:
    curves = DeletionCurves(
        np.array([2, 0, 1]), np.arange(4), np.array([1.0, 0.4, 0.2, 0.0]), np.array([1.0, 0.9, 0.7, 0.0])
    )
    assert curves.area == pytest.approx((0.5 + 0.5) / 2)
    assert curves.falls == pytest.approx(((0.6 + 0.8) / 2, (0.1 + 0.3) / 2))
    upside_down = curves.reversed()
    assert upside_down.order.tolist() == [1, 0, 2]
    np.testing.assert_array_equal(upside_down.most_first, curves.least_first)
    assert upside_down.area == pytest.approx(-curves.area)
    assert DeletionCurves(np.array([0]), np.arange(2), np.array([1.0, 0.5]), np.array([1.0, 0.5])).area == 0


def test_a_text_of_which_words_are_hidden_is_the_same_text_with_these_masked_as_padding(bundled: Opened) -> None:
    encoder = bundled.encoder
    tokens, target = encoder.tokenize(TEXT), target_of(encoder, "A bear ate.")
    order = np.array([3, 0, 5, 1, 2, 4, 6])
    (curves,) = deletion_curves(encoder, tokens, target, [order])
    model, inputs = bundled.sentence_model, bundled.tokenizer(TEXT, return_tensors="pt")
    for way, results in ((order, curves.most_first), (order[::-1], curves.least_first)):
        for count in range(len(order) + 1):
            mask = inputs["attention_mask"].clone()
            for word in way[:count]:
                mask[0, list(tokens.words[word].token_indices)] = 0
            features = model({**inputs, "attention_mask": mask})
            vector = features["sentence_embedding"][0].detach().numpy()
            assert float(vector @ target.direction) == pytest.approx(results[count], abs=1e-5)


def test_of_a_long_text_several_words_are_hidden_at_once_from_none_to_all(encoder: Encoder) -> None:
    tokens, target = encoder.tokenize(" ".join(["pizza", "oven", "bear"] * 13)), target_of(encoder, "A bear ate.")
    told: list[tuple[int, int]] = []
    order = np.arange(39)
    (curves,) = deletion_curves(encoder, tokens, target, [order], lambda done, total: told.append((done, total)))
    assert len(curves.hidden) == len(curves.most_first) == 17
    assert (curves.hidden[0], curves.hidden[-1]) == (0, 39)
    assert set(np.diff(curves.hidden)) == {2, 3}
    assert told[-1] == (32, 32)  # none and all are read once for both orders
    (whole,) = target.of(normalise_rows(encoder.encode([tokens.text])))
    assert curves.most_first[0] == pytest.approx(whole, abs=1e-5)


def test_leave_one_out_is_the_first_step_of_hiding_that_word(encoder: Encoder) -> None:
    tokens, target = encoder.tokenize(TEXT), target_of(encoder, "A bear ate.")
    found = importances(encoder, tokens, target)[Explanation.LEAVE_ONE_OUT]
    for word, importance in enumerate(found):
        others = [each for each in range(len(found)) if each != word]
        (curves,) = deletion_curves(encoder, tokens, target, [np.array([word, *others])])
        assert curves.most_first[0] - curves.most_first[1] == pytest.approx(importance, abs=1e-6)


def test_attention_rollout_and_norms_are_means_over_those_who_look(encoder: Encoder) -> None:
    tokens, target = encoder.tokenize(TEXT), target_of(encoder, "A bear ate.")
    found, trace, size = importances(encoder, tokens, target), encoder.trace(TEXT), len(tokens.tokens)
    weights = np.stack([trace.attention_weights(layer) for layer in range(trace.num_layers)])
    received = [float(np.mean([head[:, token].mean() for layer in weights for head in layer])) for token in range(size)]
    assert_close(found[Explanation.ATTENTION], of_words(tokens, np.array(received)))
    rolled = np.eye(size)
    for layer in weights.mean(axis=1):
        rolled = (0.5 * layer + 0.5 * np.eye(size)) @ rolled
    assert_close(found[Explanation.ROLLOUT], of_words(tokens, rolled.mean(axis=0)))
    brought = np.zeros(size)
    for layer in range(trace.num_layers):
        block = attention_norms(encoder, trace, layer).whole_block
        assert block is not None
        brought += (block / block.sum(axis=1, keepdims=True)).mean(axis=0) / trace.num_layers
    assert_close(found[Explanation.NORMS], of_words(tokens, brought))


def test_a_word_in_pieces_has_the_sum_of_its_pieces(encoder: Encoder) -> None:
    tokens = encoder.tokenize(TEXT)
    assert [len(word.token_indices) for word in tokens.words][:2] == [1, 2]
    assert of_words(tokens, np.arange(10.0)).tolist() == [1, 2 + 3, 4, 5, 6, 7, 8]


def test_the_log_odds_of_two_classes_are_a_target_of_the_sentence_vector() -> None:
    draws = np.random.default_rng(0)
    classifier = LinearClassifier(draws.normal(size=(3, 4)), draws.normal(size=3))
    vectors = draws.normal(size=(5, 4))
    logits = classifier.logits(vectors)
    assert_close(log_odds(classifier, 2, 0).of(vectors), logits[:, 2] - logits[:, 0])


def test_every_explanation_is_tested_in_its_order_and_chance_in_ten(encoder: Encoder) -> None:
    tokens, target = encoder.tokenize(TEXT), target_of(encoder, "A bear ate.")
    tested = put_to_the_test(encoder, tokens, target)
    assert list(tested.curves) == list(tested.importances) == list(Explanation)
    for name, curves in tested.curves.items():
        assert (np.diff(tested.importances[name][curves.order]) <= 0).all()
    assert len({tuple(each.order) for each in tested.random}) == len(tested.random) == 10
    ends = {tuple(np.round(curves.most_first[[0, -1]], 5)) for curves in (*tested.curves.values(), *tested.random)}
    assert len(ends) == 1
    over_texts = measure_over_texts(encoder, [(tokens, target)], [0])
    for name, curves in tested.curves.items():
        assert over_texts.areas[name].tolist() == pytest.approx([curves.area], abs=1e-6)
        assert over_texts.falls[name].tolist() == [pytest.approx(curves.falls, abs=1e-6)]


def test_a_target_of_the_text_itself_has_no_gradient_to_rank_by(encoder: Encoder) -> None:
    tokens = encoder.tokenize(TEXT)
    target = Target(normalise_rows(encoder.encode([TEXT]))[0], of_itself=True)
    assert Explanation.GRADIENT not in importances(encoder, tokens, target)
    told: list[tuple[int, int]] = []
    found = measure_over_texts(encoder, [(tokens, target)] * 2, [5, 5], lambda done, total: told.append((done, total)))
    assert told == [(1, 2), (2, 2)]
    assert set(found.areas) == set(Explanation) - {Explanation.GRADIENT}
    assert len(found.areas[Explanation.INTEGRATED]) == 2
    assert found.groups.tolist() == [5, 5]


def test_hiding_one_word_moves_another_as_occlusion_says(encoder: Encoder) -> None:
    # Both hide words in the same way.
    tokens = encoder.tokenize(TEXT)
    pizza, warm = tokens.words[5], tokens.words[4]
    ids = tokens.token_ids[None]
    visible = np.ones(ids.shape, dtype=bool)
    visible[0, list(warm.token_indices)] = False
    whole, hidden = (
        encoder.context_vectors(ids, seen)[0, -1, pizza.token_indices[0]] for seen in (np.ones_like(visible), visible)
    )
    cosine = float(whole @ hidden / np.linalg.norm(whole) / np.linalg.norm(hidden))
    assert float(occlusion(encoder, tokens, pizza, [warm])[0]) == pytest.approx(1 - cosine, abs=1e-6)

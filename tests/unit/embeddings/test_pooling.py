"""Pooling: the model's own, three ways by hand, and what padding would do."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis.extra.numpy import arrays
from hypothesis.strategies import floats

from components.core import Encoder
from components.core.embeddings.pooling import poolings, shares_of_mean, with_padding
from tests.support.reference import SENTENCES, Opened, assert_close, cosine


@pytest.mark.parametrize("text", SENTENCES)
def test_the_last_layer_pooled_is_what_sentence_transformers_encodes(opened: Opened, text: str) -> None:
    trace = opened.encoder.trace(text)
    pooled = opened.encoder.pooled(trace.hidden_states)
    assert pooled.shape == (opened.encoder.num_layers + 1, opened.encoder.vector_size)
    assert_close(pooled[-1], opened.sentence_model.encode(text))


def test_the_mean_is_the_vector_the_bundled_model_encodes(bundled: Opened) -> None:
    vectors = bundled.reference(SENTENCES[2]).hidden_states[-1]
    pooled = poolings(vectors)
    assert cosine(pooled["mean"], bundled.sentence_model.encode(SENTENCES[2])) == pytest.approx(1, abs=1e-6)
    assert_close(pooled["[CLS]"], vectors[0])
    assert_close(pooled["max"], np.array([max(column) for column in vectors.T]))


@given(arrays(np.float64, (5, 3), elements=floats(-10, 10)))
def test_shares_sum_to_one_and_weigh_the_mean_by_its_parts(vectors: np.ndarray) -> None:
    mean = vectors.mean(axis=0)
    if np.linalg.norm(mean) < 1e-3:
        return
    shares = shares_of_mean(vectors)
    assert shares.sum() == pytest.approx(1)
    # What token i brings along the mean's direction, of the mean's own length.
    length = np.linalg.norm(mean)
    np.testing.assert_allclose(shares, [v @ (mean / length) / 5 / length for v in vectors], atol=1e-6)


def test_padding_that_is_hidden_changes_nothing_and_padding_that_is_seen_does(bundled: Opened) -> None:
    means = with_padding(bundled.encoder, bundled.encoder.tokenize(SENTENCES[1]))
    assert means is not None
    alone, hidden, seen = means
    states = bundled.reference(SENTENCES[1]).hidden_states[-1]
    assert_close(alone, states.mean(axis=0))
    assert_close(hidden, alone)
    padded = bundled.tokenizer(SENTENCES[1], padding="max_length", max_length=2 * len(states), return_tensors="pt")
    everything = dict(padded) | {"attention_mask": padded["attention_mask"] * 0 + 1}
    assert_close(seen, bundled.reference("", **everything).hidden_states[-1].mean(axis=0))
    assert cosine(alone, seen) < 0.95


def test_a_sentence_too_long_to_be_doubled_has_no_padded_mean(encoder: Encoder) -> None:
    assert with_padding(encoder, encoder.tokenize("word " * 300)) is None

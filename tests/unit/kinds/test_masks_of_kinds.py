"""Masks are proven by changing words: what may not be looked at changes nothing, to the last bit."""

from typing import Any

import numpy as np
import pytest
import torch

from components.core.kinds.attention_of_kinds import (
    causal_mask,
    decoder_attention,
    encoder_attention,
    full_mask,
    joint_mask,
    translator_attention,
)
from components.core.kinds.models import row_of
from tests.support.kinds_of_kitchen import PIZZA, TEA, kitchen, words

MODELS = kitchen()
# One word of TEA changed at each place.
CHANGED = [(*TEA[:place], "bread", *TEA[place + 1 :]) for place in range(len(TEA))]


def states(model: torch.nn.Module, sentence: tuple[str, ...]) -> torch.Tensor:
    """The last layer's vectors of [CLS] and the words."""
    with torch.inference_mode():
        found: torch.Tensor = model(input_ids=row_of(MODELS.language, sentence, ends=False)).last_hidden_state[0]
    return found


@pytest.mark.parametrize("place", range(len(TEA)))
def test_a_changed_word_moves_nothing_before_it_in_the_decoder_and_itself_and_all_after_it(place: int) -> None:
    before, after = states(MODELS.decoder.bert, TEA), states(MODELS.decoder.bert, CHANGED[place])
    # [CLS] stands before the words.
    assert torch.equal(before[: place + 1], after[: place + 1])
    assert all(not torch.equal(before[later], after[later]) for later in range(place + 1, len(TEA) + 1))


@pytest.mark.parametrize("place", range(len(TEA)))
def test_a_changed_word_moves_every_place_of_the_encoder(place: int) -> None:
    before, after = states(MODELS.encoder.bert, TEA), states(MODELS.encoder.bert, CHANGED[place])
    assert all(not torch.equal(*pair) for pair in zip(before, after, strict=True))


def test_a_changed_word_of_what_is_read_moves_every_place_that_is_written() -> None:
    written = words("vio sovira elim")
    found = []
    for sentence in (TEA, CHANGED[4]):
        with torch.inference_mode():
            output = MODELS.translator(
                input_ids=row_of(MODELS.language, sentence, ends=True),
                decoder_input_ids=row_of(MODELS.other, written, ends=False),
            )
        found.append(output.logits[0])
    assert all(not torch.equal(*pair) for pair in zip(*found, strict=True))


def test_a_changed_word_that_is_written_moves_nothing_before_it_and_nothing_that_was_read() -> None:
    found = []
    for written in ("vio sovira elim tavo", "vio sovira velarun tavo"):
        with torch.inference_mode():
            output = MODELS.translator(
                input_ids=row_of(MODELS.language, TEA, ends=True),
                decoder_input_ids=row_of(MODELS.other, words(written), ends=False),
            )
        found.append((output.logits[0], output.encoder_last_hidden_state))
    (one, read_one), (other, read_other) = found
    assert torch.equal(one[:3], other[:3])
    assert torch.equal(read_one, read_other)
    assert all(not torch.equal(one[place], other[place]) for place in (3, 4))


def test_the_masks_are_just_the_cells_that_have_weight() -> None:
    encoded, decoded = encoder_attention(MODELS, PIZZA), decoder_attention(MODELS, PIZZA)
    both = translator_attention(MODELS, PIZZA)
    size = len(PIZZA)
    assert (encoded.weights > 0).all()
    assert ((decoded.weights > 0) == causal_mask(size + 1)).all()
    assert both.cross is not None
    assert (both.cross > 0).all()
    assert ((both.weights > 0) == causal_mask(len(both.tokens))).all()
    for weights in (encoded.weights, decoded.weights, both.weights, both.cross):
        np.testing.assert_allclose(weights.sum(axis=-1), 1, atol=1e-6)


def test_the_joint_mask_is_made_of_the_three_attentions_of_an_encoder_decoder() -> None:
    mask = joint_mask(written=3, read=4)
    assert (mask[:4, :4] == full_mask(4, 4)).all()
    assert not mask[:4, 4:].any()
    assert (mask[4:, :4] == full_mask(3, 4)).all()
    assert (mask[4:, 4:] == causal_mask(3)).all()


def test_the_weights_are_softmax_of_queries_and_keys_by_hand() -> None:
    """The first layer of the decoder, from its own matrices."""
    row = row_of(MODELS.language, TEA, ends=False)
    bert: Any = MODELS.decoder.bert
    with torch.inference_mode():
        x = bert.embeddings(input_ids=row)[0]
        attention = bert.encoder.layer[0].attention.self
        query, key = attention.query(x), attention.key(x)
        per_head = query.shape[1] // MODELS.heads
        for head in range(MODELS.heads):
            part = slice(head * per_head, (head + 1) * per_head)
            scores = query[:, part] @ key[:, part].T / per_head**0.5
            scores = scores.masked_fill(~torch.from_numpy(causal_mask(len(TEA) + 1)), -torch.inf)
            np.testing.assert_allclose(
                decoder_attention(MODELS, TEA).weights[0, head], torch.softmax(scores, dim=-1).numpy(), atol=1e-5
            )

"""An intervention does to the running model what it says, and nothing else.

The independent reference is always a plain Hugging Face model, changed by hand or given other inputs.
"""

from collections.abc import Callable
from itertools import permutations

import numpy as np
import pytest
import torch
from transformers import PreTrainedModel

from components.core import (
    Encoder,
    FutureMasked,
    HeadsOff,
    HeadUniform,
    Intervention,
    InterventionError,
    PositionsOff,
    PositionsReordered,
    SelfOnly,
    Trace,
)
from components.core.model.loading import BUNDLED_NAME
from tests.support.reference import SENTENCES, Opened, Outputs, assert_close, cosine, output_projections
from tests.support.tiny_models import HEADS, SUPPORTED

TEXT = SENTENCES[2]
OpenModel = Callable[[str], Opened]


def assert_same(trace: Trace, expected: Outputs) -> None:
    """The trace holds the reference's hidden states and derives the reference's weights, layer by layer."""
    assert_close(trace.hidden_states, expected.hidden_states)
    assert_close(trace.attention_weights(), expected.attentions)


# Positions


@pytest.mark.parametrize("name", [BUNDLED_NAME, "bert", "roberta", "modernbert-wide"])
def test_without_positions_every_order_of_the_words_gives_the_same_context_vectors(
    open_model: OpenModel, name: str
) -> None:
    encoder = open_model(name).encoder

    def context_vectors(words: tuple[str, ...]) -> dict[str, np.ndarray]:
        # The blank before the first word makes byte-level tokens of a word the same wherever it stands.
        trace = encoder.trace("".join(f" {word}" for word in words), [PositionsOff()])
        return dict(zip(trace.tokens, trace.hidden_states[-1], strict=True))

    expected = context_vectors(("Squatch", "eats", "pizza"))
    for words in permutations(("Squatch", "eats", "pizza")):
        vectors = context_vectors(words)
        assert vectors.keys() == expected.keys()
        for token, vector in vectors.items():
            assert_close(vector, expected[token])


def test_who_eats_whom_is_in_the_positions_alone(encoder: Encoder) -> None:
    def similarity(*interventions: Intervention) -> float:
        a, b = (encoder.trace(text, interventions) for text in ("Squatch eats pizza", "pizza eats Squatch"))
        return cosine(a.sentence_vector, b.sentence_vector)

    assert round(similarity(), 4) == 0.9647
    assert similarity(PositionsOff()) == pytest.approx(1, abs=1e-6)


@pytest.mark.parametrize("name", [BUNDLED_NAME, *(name for name in SUPPORTED if "modernbert" not in name)])
def test_positions_off_is_a_position_table_of_zeros(open_model: OpenModel, name: str) -> None:
    opened = open_model(name)
    model = opened.hugging_face()
    (table,) = (p for key, p in model.named_parameters() if key.endswith("position_embeddings.weight"))
    table.data.zero_()
    trace = opened.encoder.trace(TEXT, [PositionsOff()])
    assert_same(trace, opened.reference(TEXT, model))
    assert trace.position_embeddings is not None
    assert not trace.position_embeddings.any()


@pytest.mark.parametrize("name", ["modernbert", "modernbert-wide"])
def test_positions_off_in_a_rotary_model_gives_every_token_position_zero(open_model: OpenModel, name: str) -> None:
    opened = open_model(name)
    trace = opened.encoder.trace(TEXT, [PositionsOff()])
    same = torch.zeros((1, trace.num_tokens), dtype=torch.long)  # a rotation by 0 turns nothing
    assert_same(trace, opened.reference(TEXT, position_ids=same))


def test_positions_reordered_gives_each_token_the_position_named(opened: Opened) -> None:
    tokens = len(opened.encoder.tokenize(TEXT).tokens)
    order = np.random.default_rng(0).permutation(tokens)
    trace = opened.encoder.trace(TEXT, [PositionsReordered(tuple(order.tolist()))])
    table = opened.encoder.position_embedding_table
    if table is not None:
        np.testing.assert_array_equal(trace.position_embeddings, table[order])
    if "distilbert" in str(opened.directory):  # takes no position_ids: reorder the table's rows instead
        model = opened.hugging_face()
        rows = model.get_parameter("embeddings.position_embeddings.weight").data
        rows[:tokens] = rows[:tokens][torch.from_numpy(order).to(rows.device)]
        assert_same(trace, opened.reference(TEXT, model))
    else:
        first = 2 if "roberta" in str(opened.directory) else 0
        position_ids = torch.from_numpy(order + first).unsqueeze(0)
        assert_same(trace, opened.reference(TEXT, position_ids=position_ids))


def test_positions_in_their_own_order_change_no_bit(opened: Opened) -> None:
    untouched = opened.encoder.trace(TEXT)
    identity = opened.encoder.trace(TEXT, [PositionsReordered(tuple(range(untouched.num_tokens)))])
    np.testing.assert_array_equal(identity.hidden_states, untouched.hidden_states)
    np.testing.assert_array_equal(identity.attention_weights(), untouched.attention_weights())


def test_position_interventions_leave_words_and_token_types_as_they_were(encoder: Encoder) -> None:
    untouched = encoder.trace(TEXT)
    backwards = PositionsReordered(tuple(reversed(range(untouched.num_tokens))))
    for intervention in (PositionsOff(), backwards):
        trace = encoder.trace(TEXT, [intervention])
        np.testing.assert_array_equal(trace.word_embeddings, untouched.word_embeddings)
        np.testing.assert_array_equal(trace.token_type_embeddings, untouched.token_type_embeddings)
        assert not np.allclose(trace.hidden_states[0], untouched.hidden_states[0])


# Heads


def _zero_columns(model: PreTrainedModel, heads: frozenset[tuple[int, int]]) -> PreTrainedModel:
    """Take a head out of a plain model: the columns of the output projection that read from it."""
    for layer, head in heads:
        weight = output_projections(model)[layer].weight.data
        width = weight.shape[1] // model.config.num_attention_heads
        weight[:, head * width : (head + 1) * width] = 0
    return model


# ALBERT is left out: its layers share one output projection, so that zeroing it takes out a head of several.
@pytest.mark.parametrize("name", [BUNDLED_NAME, *(name for name in SUPPORTED if name != "albert")])
@pytest.mark.parametrize("heads", [{(1, 2)}, {(0, 0), (0, 3), (2, 1)}, {(1, head) for head in range(HEADS)}])
def test_a_head_that_is_off_is_a_head_whose_output_nobody_reads(
    open_model: OpenModel, name: str, heads: set[tuple[int, int]]
) -> None:
    opened, off = open_model(name), HeadsOff(heads)
    trace = opened.encoder.trace(TEXT, [off])
    assert_same(trace, opened.reference(TEXT, _zero_columns(opened.hugging_face(), off.heads)))
    for layer in range(trace.num_layers):
        silent = [not output.any() for output in trace.head_outputs(layer)]
        assert silent == [(layer, head) in heads for head in range(trace.num_heads)]


@pytest.mark.parametrize("intervention", [HeadsOff({(3, 5)}), HeadUniform(3, 5)])
def test_a_change_in_the_fourth_layer_leaves_all_before_it_alone(
    encoder: Encoder, intervention: HeadsOff | HeadUniform
) -> None:
    untouched, trace = encoder.trace(TEXT), encoder.trace(TEXT, [intervention])
    np.testing.assert_array_equal(trace.hidden_states[:4], untouched.hidden_states[:4])
    for part in ("queries", "keys", "values"):
        np.testing.assert_array_equal(getattr(trace, part)[:4], getattr(untouched, part)[:4])
    weights, before = trace.attention_weights(), untouched.attention_weights()
    np.testing.assert_array_equal(weights[:3], before[:3])
    np.testing.assert_array_equal(np.delete(weights[3], 5, axis=0), np.delete(before[3], 5, axis=0))
    # A head that is off still looks where it looked; a uniform one does not.
    assert np.array_equal(weights[3, 5], before[3, 5]) == isinstance(intervention, HeadsOff)
    for later in (4, 5):
        assert not np.allclose(trace.hidden_states[later], untouched.hidden_states[later], atol=1e-4)
        assert not np.allclose(weights[later], before[later], atol=1e-4)


@pytest.mark.parametrize("intervention", [HeadsOff({(5, 11)}), HeadUniform(5, 11)])
def test_layers_and_heads_can_be_counted_from_the_end(encoder: Encoder, intervention: HeadsOff | HeadUniform) -> None:
    trace = encoder.trace(TEXT, [intervention])
    np.testing.assert_array_equal(trace.attention_weights(-1), trace.attention_weights(5))
    np.testing.assert_array_equal(trace.attention_weights(-1, -1), trace.attention_weights(5, 11))
    np.testing.assert_array_equal(trace.head_outputs(-1), trace.head_outputs(5))
    np.testing.assert_array_equal(trace.head_outputs(-1, -1), trace.head_outputs(5, 11))


@pytest.mark.parametrize("name", [BUNDLED_NAME, "bert", "roberta", "electra", "xlm-roberta"])
def test_a_uniform_head_is_a_head_whose_queries_are_zero(open_model: OpenModel, name: str) -> None:
    opened, layer, head = open_model(name), 1, 2
    model = opened.hugging_face()
    query = model.get_submodule(f"encoder.layer.{layer}.attention.self.query")
    width = opened.encoder.hidden_size // opened.encoder.num_heads
    for parameter in query.parameters():
        parameter.data[head * width : (head + 1) * width] = 0
    trace = opened.encoder.trace(TEXT, [HeadUniform(layer, head)])
    assert_same(trace, opened.reference(TEXT, model))
    np.testing.assert_allclose(trace.attention_weights(layer, head), 1 / trace.num_tokens, rtol=1e-6)


def test_a_uniform_head_shares_its_attention_among_the_visible_tokens_only(open_model: OpenModel) -> None:
    trace = open_model("modernbert").encoder.trace(TEXT, [HeadUniform(1, 0)])
    weights = trace.attention_weights(1, 0)
    visible = open_model("modernbert").encoder.trace(TEXT).attention_weights(1, 0) > 0
    assert not visible.all()
    np.testing.assert_allclose(weights, visible / visible.sum(axis=1, keepdims=True), rtol=1e-6)

    causal = open_model("bert").encoder.trace(TEXT, [HeadUniform(1, 0), FutureMasked()]).attention_weights(1, 0)
    by_hand = np.tri(len(causal)) / np.arange(1, len(causal) + 1)[:, None]  # 1; 1/2, 1/2; 1/3, 1/3, 1/3; …
    np.testing.assert_allclose(causal, by_hand, rtol=1e-6)


# Masks


def _hidden(visible: np.ndarray) -> torch.Tensor:
    """(1, 1, S, S): what Hugging Face takes as an additive mask of its caller's own."""
    return torch.from_numpy(np.where(visible, 0.0, np.finfo(np.float32).min).astype(np.float32))[None, None]


@pytest.mark.parametrize("name", [BUNDLED_NAME, *(name for name in SUPPORTED if "modernbert" not in name)])
@pytest.mark.parametrize(("intervention", "visible"), [(FutureMasked(), np.tri), (SelfOnly(), np.eye)])
def test_a_masked_view_is_what_hugging_face_computes_with_that_mask(
    open_model: OpenModel, name: str, intervention: Intervention, visible: Callable[[int], np.ndarray]
) -> None:
    opened = open_model(name)
    trace = opened.encoder.trace(TEXT, [intervention])
    mask = _hidden(visible(trace.num_tokens) > 0)
    assert_same(trace, opened.reference(TEXT, attention_mask=mask))


def test_with_the_future_masked_no_weight_stands_above_the_diagonal(opened: Opened) -> None:
    weights = opened.encoder.trace(TEXT, [FutureMasked()]).attention_weights()
    above = ~np.tri(weights.shape[-1], dtype=bool)
    assert (weights[..., above] == 0).all()
    np.testing.assert_allclose(weights.sum(axis=-1), 1, rtol=1e-5)


def test_with_the_future_masked_a_word_knows_nothing_of_what_follows(encoder: Encoder) -> None:
    short, long = (encoder.trace(text, [FutureMasked()]) for text in ("Squatch eats", "Squatch eats pizza"))
    read = short.num_tokens - 1  # all but [SEP]
    assert_close(short.hidden_states[:, :read], long.hidden_states[:, :read])


def test_attention_to_self_only_has_identity_weights(opened: Opened) -> None:
    trace = opened.encoder.trace(TEXT, [SelfOnly()])
    weights = trace.attention_weights()
    np.testing.assert_array_equal(weights, np.broadcast_to(np.eye(trace.num_tokens), weights.shape))
    np.testing.assert_array_equal(trace.head_outputs(1), trace.values[1])


# All together


def test_sentences_of_one_length_can_be_encoded_with_their_positions_reordered(opened: Opened) -> None:
    texts = ["it", "of"]
    tokens = len(opened.encoder.tokenize("it").tokens)
    backwards = [PositionsReordered(tuple(reversed(range(tokens))))]
    expected = [opened.encoder.trace(text, backwards).sentence_vector for text in texts]
    assert_close(opened.encoder.encode(texts, backwards), expected)


_EACH_KIND: list[list[Intervention]] = [
    [PositionsOff()],
    [HeadsOff({(0, 1), (2, 3)})],
    [HeadUniform(1, 2)],
    [FutureMasked()],
    [SelfOnly()],
    [PositionsOff(), HeadsOff({(1, 1)}), HeadUniform(0, 3), FutureMasked()],
]


@pytest.mark.parametrize("interventions", _EACH_KIND)
def test_encode_with_interventions_gives_the_sentence_vectors_of_the_traces(
    opened: Opened, interventions: list[Intervention]
) -> None:
    texts = [*SENTENCES, "eats " * 9, "eats"]  # of unequal lengths: a batch is padded
    expected = [opened.encoder.trace(text, interventions).sentence_vector for text in texts]
    encoded = opened.encoder.encode(texts, interventions, batch_size=4)
    assert_close(encoded, expected)
    assert not np.allclose(encoded, opened.encoder.encode(texts), atol=1e-3)


@pytest.mark.parametrize("interventions", _EACH_KIND)
def test_an_experiment_leaves_no_mark_on_the_model(opened: Opened, interventions: list[Intervention]) -> None:
    before = opened.encoder.trace(TEXT)
    opened.encoder.trace(TEXT, interventions)
    opened.encoder.encode([TEXT], interventions)
    after = opened.encoder.trace(TEXT)
    np.testing.assert_array_equal(after.hidden_states, before.hidden_states)
    np.testing.assert_array_equal(after.sentence_vector, before.sentence_vector)


# Refusals


@pytest.mark.parametrize("bad", [HeadsOff({(0, 0), (6, 0)}), HeadUniform(6, 0)])
def test_a_layer_that_does_not_exist_is_refused(encoder: Encoder, bad: Intervention) -> None:
    with pytest.raises(InterventionError, match=r"Layer 7, head 1 does not exist.* 6 layers of 12 heads\. Pick"):
        encoder.trace(TEXT, [bad])
    with pytest.raises(InterventionError, match="Layer 7, head 1 does not exist"):
        encoder.encode([TEXT], [bad])


@pytest.mark.parametrize(
    "bad", [HeadsOff({(0, 12)}), HeadUniform(0, 12), HeadsOff({(-1, 0)}), HeadUniform(0, -1), HeadUniform(-6, 0)]
)
def test_a_head_that_does_not_exist_is_refused(encoder: Encoder, bad: Intervention) -> None:
    with pytest.raises(InterventionError, match="does not exist"):
        encoder.trace(TEXT, [bad])


@pytest.mark.parametrize("order", [(), (0, 1, 2), (0, 1, 2, 3, 4, 4), (1, 2, 3, 4, 5, 6), (0, 1, 2, 3, 4, 5, 6)])
def test_an_order_that_is_no_permutation_is_refused(encoder: Encoder, order: tuple[int, ...]) -> None:
    with pytest.raises(InterventionError, match=rf"has {len(order)} entries and must name each of the 6 positions"):
        encoder.trace("Squatch eats pizza", [PositionsReordered(order)])


def test_an_order_of_positions_is_refused_where_sentences_have_different_lengths(encoder: Encoder) -> None:
    with pytest.raises(InterventionError, match=r"order of positions fits sentences of one length"):
        encoder.encode(["it", TEXT], [PositionsReordered((0, 1, 2))])


def test_an_order_of_positions_is_refused_where_encode_would_cut(encoder: Encoder) -> None:
    order = PositionsReordered(tuple(reversed(range(300))))
    assert encoder.trace("pizza " * 298, [order]).num_tokens == 300
    with pytest.raises(InterventionError, match=r"that are read whole"):
        encoder.encode(["pizza " * 298], [order])

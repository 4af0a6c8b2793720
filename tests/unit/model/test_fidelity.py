"""What a trace shows is what the model computed, in every supported architecture."""

import dataclasses
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import Normalize, Pooling, Transformer

from components.core import Encoder, SentenceError, Trace, load_encoder
from components.core.numerics.device import device
from tests.support.reference import SENTENCES, Opened, assert_close, output_projections, plain_model
from tests.support.tiny_models import HEADS, LIMIT, SUPPORTED, WINDOW, save_tiny, tiny_model, wordpiece

OpenModel = Callable[[str], Opened]


@pytest.mark.parametrize("text", SENTENCES)
def test_attention_weights_are_hugging_faces_own(opened: Opened, text: str) -> None:
    assert_close(opened.encoder.trace(text).attention_weights(), opened.reference(text).attentions)


@pytest.mark.parametrize("text", SENTENCES)
def test_hidden_states_are_hugging_faces_own(opened: Opened, text: str) -> None:
    assert_close(opened.encoder.trace(text).hidden_states, opened.reference(text).hidden_states)


def test_queries_and_keys_are_a_layers_input_times_its_matrices_plus_a_bias(bundled: Opened) -> None:
    trace = bundled.encoder.trace(SENTENCES[0])
    for layer in range(trace.num_layers):
        projections = bundled.encoder.input_projections(layer)
        assert projections is not None
        for projection, made in zip(projections, (trace.queries[layer], trace.keys[layer]), strict=True):
            for head in range(trace.num_heads):
                of_head = projection.of_head(head, trace.num_heads)
                product = trace.hidden_states[layer] @ of_head.weight.T + of_head.bias
                assert np.abs(product - made[head]).max() < 1e-5


def test_a_trace_of_the_bundled_model_is_hugging_faces_to_the_last_bit(bundled: Opened) -> None:
    for text in SENTENCES:
        assert np.array_equal(bundled.encoder.trace(text).hidden_states, bundled.reference(text).hidden_states)


@pytest.mark.parametrize("text", SENTENCES)
def test_sentence_vector_is_sentence_transformers_own(opened: Opened, text: str) -> None:
    assert_close(opened.encoder.trace(text).sentence_vector, opened.sentence_model.encode(text))


def test_encode_is_sentence_transformers_own_in_batches_of_unequal_lengths(opened: Opened) -> None:
    texts = [*SENTENCES, *reversed(SENTENCES), "eats " * 9, "eats"]
    expected = opened.sentence_model.encode(texts, batch_size=3)
    assert_close(opened.encoder.encode(texts, batch_size=3), expected)
    assert_close(opened.encoder.encode(texts), expected)


def test_encode_cuts_long_texts_where_sentence_transformers_does(opened: Opened) -> None:
    start = "The pizza came out of the oven and " * opened.encoder.encode_limit
    texts = [f"{start} {end}" for end in ("it tasted good!", "Squatch eats it.")]
    vectors = opened.encoder.encode([*texts, "it"])
    assert_close(vectors, opened.sentence_model.encode([*texts, "it"]))
    assert_close(vectors[0], vectors[1])  # what differs lies beyond the cut


def test_encode_limit_is_the_sentence_configurations_and_trace_limit_the_positions(
    bundled: Opened, open_model: OpenModel
) -> None:
    assert (bundled.encoder.encode_limit, bundled.encoder.trace_limit) == (256, 512)
    for name in SUPPORTED:
        assert (open_model(name).encoder.encode_limit, open_model(name).encoder.trace_limit) == (LIMIT, LIMIT)


def test_encode_cuts_at_the_last_position_where_no_configuration_says_how_long_texts_may_be(
    tmp_path: Path, open_model: OpenModel
) -> None:
    # Published RoBERTas say 512 in tokenizer_config.json; without it their 514 rows are taken for 514 positions.
    directory = save_tiny(tmp_path / "unlimited", *SUPPORTED["roberta"])
    settings = directory / "tokenizer_config.json"
    without = settings.read_text().replace(f'"model_max_length": {LIMIT}', '"model_max_length": 1000000')
    assert without != settings.read_text()
    settings.write_text(without)
    encoder = load_encoder(str(directory))
    text = "pizza eats Squatch " * LIMIT
    assert encoder.encode_limit == LIMIT
    assert_close(encoder.encode([text]), open_model("roberta").sentence_model.encode([text]))


@pytest.mark.parametrize(("pooling", "normalises"), [("cls", False), ("cls", True), ("max", False), ("mean", True)])
def test_pooling_and_normalising_are_read_from_the_models_configuration(
    tmp_path: Path, pooling: str, normalises: bool
) -> None:
    plain = save_tiny(tmp_path / "plain", *SUPPORTED["bert"])
    transformer = Transformer(str(plain), max_seq_length=20)
    modules: list[torch.nn.Module] = [transformer, Pooling(transformer.get_embedding_dimension(), pooling)]
    SentenceTransformer(modules=[*modules, *([Normalize()] if normalises else [])]).save(str(tmp_path / "sentence"))

    encoder = load_encoder(str(tmp_path / "sentence"))
    assert (encoder.pooling, encoder.normalises, encoder.encode_limit) == (pooling, normalises, 20)
    expected = SentenceTransformer(str(tmp_path / "sentence"), device=device())
    texts = [*SENTENCES, "eats " * 50]
    assert_close(encoder.encode(texts), expected.encode(texts))
    assert_close(encoder.trace("it eats").sentence_vector, expected.encode("it eats"))


def test_half_precision_weights_are_computed_with_in_full_precision(tmp_path: Path) -> None:
    tokenizer = wordpiece()
    tiny_model(SUPPORTED["bert"][0](), tokenizer).half().save_pretrained(tmp_path)
    tokenizer.save_pretrained(tmp_path)
    model, text = plain_model(tmp_path), "Squatch eats pizza"
    with torch.inference_mode():
        encoded = tokenizer(text, return_tensors="pt").to(model.device)
        expected = model(**encoded, output_attentions=True).attentions
    trace = load_encoder(str(tmp_path)).trace(text)
    assert_close(trace.attention_weights(), torch.stack(expected)[:, 0].cpu().numpy())


def test_attention_weights_are_the_softmax_of_attention_scores(opened: Opened) -> None:
    trace = opened.encoder.trace(SENTENCES[2])
    expected = torch.softmax(torch.tensor(trace.attention_scores()), dim=-1).numpy()
    assert_close(trace.attention_weights(), expected)


def test_attention_scores_are_the_dot_products_of_queries_and_keys(opened: Opened) -> None:
    trace = opened.encoder.trace("it")  # shorter than any window: nothing is masked
    width = trace.queries.shape[-1]
    expected = np.einsum("lhid,lhjd->lhij", trace.queries, trace.keys) / np.sqrt(width)
    assert_close(trace.attention_scores(), expected, atol=1e-4)


def test_one_head_one_layer_and_all_layers_show_the_same_numbers(opened: Opened) -> None:
    trace = opened.encoder.trace(SENTENCES[2])
    tokens, layers, heads = trace.num_tokens, trace.num_layers, trace.num_heads
    for part in (trace.attention_scores, trace.attention_weights):
        whole = part()
        assert whole.shape == (layers, heads, tokens, tokens)
        for layer in range(layers):
            assert part(layer).shape == (heads, tokens, tokens)
            assert_close(part(layer), whole[layer])
            for head in range(heads):
                assert part(layer, head).shape == (tokens, tokens)
                assert_close(part(layer, head), whole[layer, head])


def test_a_head_without_a_layer_is_refused(encoder: Encoder) -> None:
    with pytest.raises(ValueError, match="belongs to a layer"):
        encoder.trace("it").attention_scores(head=1)


def test_head_outputs_are_what_the_models_output_projection_receives(opened: Opened) -> None:
    model = opened.hugging_face()
    received: list[np.ndarray] = []  # one a layer: ALBERT's shared projection is called once for each
    for projection in output_projections(model):
        projection.register_forward_pre_hook(lambda _, inputs: received.append(inputs[0][0].cpu().numpy()))
    opened.reference(SENTENCES[2], model)
    trace = opened.encoder.trace(SENTENCES[2])
    assert len(received) == trace.num_layers
    for layer, expected in enumerate(received):
        outputs = trace.head_outputs(layer)  # (H, S, d); the model puts heads side by side: (S, H·d)
        beside = outputs.transpose(1, 0, 2).reshape(trace.num_tokens, -1)
        assert_close(beside, expected.reshape(beside.shape))
        assert_close(trace.head_outputs(layer, HEADS - 1), outputs[HEADS - 1])


def test_a_local_layer_of_modernbert_looks_no_farther_than_its_window(open_model: OpenModel) -> None:
    trace = open_model("modernbert").encoder.trace(SENTENCES[2])
    rows, columns = np.indices((trace.num_tokens, trace.num_tokens))
    outside = np.abs(rows - columns) > WINDOW
    assert outside.any()
    reaches = [bool((trace.attention_weights(layer)[:, outside] > 0).all()) for layer in range(trace.num_layers)]
    assert reaches == [True, False, True]
    assert (trace.attention_weights(1)[:, outside] == 0).all()
    assert (trace.attention_weights(1)[:, ~outside] > 0).all()


def test_every_array_of_a_trace_is_read_only(opened: Opened) -> None:
    trace = opened.encoder.trace("Squatch eats pizza")
    held = [getattr(owner, f.name) for owner in (trace, trace.tokenized) for f in dataclasses.fields(owner)]
    arrays = [value for value in [*held, *trace.masks] if isinstance(value, np.ndarray)]
    assert len(arrays) >= 9
    assert not any(array.flags.writeable for array in arrays)
    tables = (opened.encoder.word_embedding_table, opened.encoder.position_embedding_table)
    assert not any(table.flags.writeable for table in tables if table is not None)


@pytest.mark.parametrize("name", ["roberta", "xlm-roberta"])
def test_position_table_starts_with_the_row_that_the_first_token_gets(open_model: OpenModel, name: str) -> None:
    opened = open_model(name)
    trace = opened.encoder.trace(SENTENCES[1])
    rows = opened.hugging_face().get_parameter("embeddings.position_embeddings.weight").detach().cpu().numpy()
    table = opened.encoder.position_embedding_table
    assert table is not None
    assert table.shape == (LIMIT, rows.shape[1])
    np.testing.assert_array_equal(table, rows[2:])  # rows 0 and 1 belong to no token of a text
    np.testing.assert_array_equal(trace.position_embeddings, table[: trace.num_tokens])


def _words(count: int, encoder: Encoder) -> str:
    """A text of exactly this many tokens, special ones included."""
    text = " pizza" * count
    tokens = encoder.tokenize(text, truncate=True)
    while tokens.total_tokens > count:
        text = text[:-1].rstrip()
        tokens = encoder.tokenize(text, truncate=True)
    return text + "." * (count - tokens.total_tokens)


def test_a_text_of_exactly_the_limit_is_traced_and_one_token_more_is_refused(opened: Opened) -> None:
    encoder = opened.encoder
    limit = encoder.trace_limit
    trace = encoder.trace(_words(limit, encoder))
    assert trace.num_tokens == limit
    assert np.isfinite(trace.hidden_states).all()
    with pytest.raises(SentenceError, match=rf"has {limit + 1} tokens.* at most {limit}\. Shorten"):
        encoder.trace(_words(limit + 1, encoder))


@pytest.fixture(scope="module")
def longest(encoder: Encoder) -> Trace:
    """The bundled model's trace of as many tokens as it has positions."""
    return encoder.trace("pizza " * 510)


def test_the_longest_trace_of_the_bundled_model_holds_at_most_25_million_bytes(longest: Trace) -> None:
    arrays = [value for f in dataclasses.fields(longest) if isinstance(value := getattr(longest, f.name), np.ndarray)]
    assert longest.num_tokens == 512
    assert sum(array.nbytes for array in arrays) <= longest.nbytes <= 25e6


def test_the_longest_trace_of_the_bundled_model_is_still_hugging_faces_own(longest: Trace, bundled: Opened) -> None:
    expected = bundled.reference("pizza " * 510)
    assert_close(longest.hidden_states, expected.hidden_states)
    for layer in range(longest.num_layers):
        assert_close(longest.attention_weights(layer), expected.attentions[layer])

"""What pages say of a model is checked when it is opened: what does not hold is left out, or the model is refused."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from sentence_transformers.sentence_transformer.modules import Dense
from transformers import AttentionInterface

from components.core import Encoder, ModelError, load_encoder
from components.core.explanations.gradients import integrated_gradients
from components.core.explanations.rankings import Explanation, importances
from components.core.explanations.target import Target
from components.core.model import gate, probe
from components.core.model.omissions import NOTHING
from tests.support.architectures import ARCHITECTURES
from tests.support.reference import Opened, plain_model
from tests.support.tiny_models import HIDDEN, SUPPORTED, save_pooled, save_tiny

TEXT = "the pizza came out of the oven"

Open = Callable[[str], tuple[Path, Encoder]]


@pytest.fixture(scope="module")
def open_kind(tmp_path_factory: pytest.TempPathFactory) -> Open:
    """Open the tiny model of an architecture, once."""
    opened: dict[str, tuple[Path, Encoder]] = {}

    def open_once(name: str) -> tuple[Path, Encoder]:
        if name not in opened:
            directory = save_tiny(tmp_path_factory.mktemp("kinds") / "model", *ARCHITECTURES[name])
            opened[name] = directory, load_encoder(str(directory))
        return opened[name]

    return open_once


def _refused(directory: Path) -> str:
    """Why the model in this directory is refused, in words for the reader."""
    with pytest.raises(ModelError) as refused:
        load_encoder(str(directory))
    return str(refused.value)


def test_of_the_architectures_that_pages_were_made_for_nothing_is_left_out(opened: Opened) -> None:
    assert opened.encoder.omissions == NOTHING


# The sum of the embeddings


@pytest.mark.parametrize("name", ["ERNIE with task ids", "LayoutLM", "RoCBert", "ESM-2", "EmbeddingGemma"])
def test_a_sum_that_is_not_what_enters_layer_1_is_left_out(open_kind: Open, name: str) -> None:
    directory, encoder = open_kind(name)
    trace = encoder.trace(TEXT)
    addends = [trace.word_embeddings, trace.position_embeddings, trace.token_type_embeddings]
    summed = sum(torch.tensor(each) for each in addends if each is not None)
    norm: torch.nn.Module = torch.nn.Identity()
    if encoder.embedding_norm:
        norm = plain_model(directory).get_submodule("embeddings.LayerNorm")
    with torch.inference_mode():
        gap = np.abs(norm(summed).numpy() - trace.hidden_states[0]).max()
    assert gap > 0.01
    said = encoder.omissions.embedding_sum
    assert said is not None
    assert said.startswith(encoder.architecture)
    assert "The sum is left out" in said


@pytest.mark.parametrize("name", ["ERNIE", "XLM-R XL", "GTE", "EuroBERT"])
def test_a_sum_that_enters_layer_1_is_kept_with_a_norm_and_without(open_kind: Open, name: str) -> None:
    assert open_kind(name)[1].omissions.embedding_sum is None


def test_a_model_that_scales_its_rows_shows_those_of_its_table_and_says_that_it_multiplies_them(
    open_kind: Open,
) -> None:
    directory, encoder = open_kind("EmbeddingGemma")
    trace = encoder.trace(TEXT)
    table = plain_model(directory).get_parameter("embed_tokens.weight").detach().numpy()
    np.testing.assert_array_equal(trace.word_embeddings, table[trace.token_ids])
    assert np.abs(trace.hidden_states[0] - table[trace.token_ids]).max() > 0.1
    assert "multiplies the rows of its table" in str(encoder.omissions.embedding_sum)


# Gradients


@pytest.mark.parametrize("name", ["ESM-2", "EmbeddingGemma", "ESM C"])
def test_gradients_of_a_text_that_rows_read_otherwise_are_left_out(open_kind: Open, name: str) -> None:
    encoder = open_kind(name)[1]
    said = encoder.omissions.gradients
    assert said is not None
    tokens, target = encoder.tokenize(TEXT), Target(np.ones(encoder.vector_size) / encoder.vector_size)
    with pytest.raises(ModelError) as refused:
        integrated_gradients(encoder, tokens, target)
    assert str(refused.value) == said
    assert set(importances(encoder, tokens, target)).isdisjoint({Explanation.GRADIENT, Explanation.INTEGRATED})


# One layer


def test_parts_that_do_not_make_what_a_layer_hands_on_are_not_known(open_kind: Open) -> None:
    encoder = open_kind("X-MOD")[1]  # after its network each layer has an adapter
    assert "hands on something else" in str(encoder.omissions.layer_parts)
    assert (encoder.layer_parts(0), encoder.hidden_width) == (None, None)


def test_parts_under_other_names_are_not_known(open_kind: Open) -> None:
    assert "names that are not known" in str(open_kind("EuroBERT")[1].omissions.layer_parts)


# Refused


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        *(
            (name, "reads only what stands before a word, as decoders do")
            for name in ("GPT-2", "OPT", "Gemma", "Falcon")
        ),
        ("CLIP's text model", "reads only what stands before a word, as decoders do"),
        ("BART", "is an encoder and a decoder"),
        ("BROS", "cannot read a text alone (You have to specify bbox)"),
        ("CANINE", "does not look its tokens up in a table with a row for each"),
        ("I-BERT", "but in a QuantEmbedding of its own"),
        ("DPR", "answers with one vector for a whole text"),
        ("T5's encoder", "changes its attention scores by more than a mask"),
        ("MRA", "does not compute its attention by transformers' attention interface alone"),
        ("Funnel", "does not compute its attention by transformers' attention interface alone"),
        ("MobileBERT", "still tells the order of words when no position is added"),
    ],
)
def test_a_model_of_which_nothing_true_could_be_shown_is_refused_for_the_true_reason(
    tmp_path: Path, name: str, reason: str
) -> None:
    said = _refused(save_tiny(tmp_path / "model", *ARCHITECTURES[name]))
    assert reason in said
    assert "such as a BERT" in said or "Use a BERT" in said


def test_attention_that_is_not_what_queries_and_keys_give_is_refused_with_the_number_of_heads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    directory = save_tiny(tmp_path / "model", *SUPPORTED["bert"])
    calls = iter(range(1000))

    def one_head_recorded_otherwise(module: Any, query: Any, key: Any, *given: Any, **named: Any) -> Any:
        output, weights = probe.probed_attention(module, query, key, *given, **named)
        current = probe.current_run()
        if current is not None and "keys" in current.heads and next(calls) % 3 == 0:
            current.heads["keys"][0][0, 1] *= 2
        return output, weights

    monkeypatch.setitem(AttentionInterface._global_mapping, probe.ATTENTION_NAME, one_head_recorded_otherwise)
    assert "reports other attention than its queries and keys give, in 1 of 12 heads" in _refused(directory)


def test_a_sentence_vector_that_is_not_sentence_transformers_own_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    directory = save_tiny(tmp_path / "model", *SUPPORTED["bert"])
    monkeypatch.setattr(Encoder, "_truncated", lambda self, vectors: 1.01 * vectors)
    assert "The sentence vector that sentence-transformers makes" in _refused(directory)


@pytest.mark.parametrize("key", ["embedding_dimension", "word_embedding_dimension"])
def test_a_pooling_configuration_of_the_wrong_size_is_named_when_the_model_is_opened(tmp_path: Path, key: str) -> None:
    directory = save_pooled(tmp_path, "mean")
    config = next(directory.glob("*Pooling/config.json"))
    settings = {name: value for name, value in json.loads(config.read_text()).items() if "dimension" not in name}
    config.write_text(json.dumps(settings | {key: 2 * HIDDEN}))
    said = _refused(directory)
    assert f"is for vectors of {2 * HIDDEN} numbers, but its transformer makes vectors of {HIDDEN}" in said
    assert f"Write {HIDDEN} as embedding_dimension" in said


def test_a_module_after_pooling_that_fits_no_vector_is_named_when_the_model_is_opened(tmp_path: Path) -> None:
    said = _refused(save_pooled(tmp_path, "mean", Dense(2 * HIDDEN, 8)))
    assert "What follows the transformer of" in said
    assert "cannot make a sentence vector" in said


def test_whatever_else_fails_at_the_gate_is_an_error_for_the_reader(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    directory = save_tiny(tmp_path / "model", *SUPPORTED["bert"])

    def fails(*_: object) -> None:
        raise KeyError("attention_bias")

    monkeypatch.setattr(gate, "check_positions", fails)
    assert "cannot be run (KeyError: 'attention_bias'). Use another model" in _refused(directory)

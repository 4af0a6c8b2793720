"""Decoders and cross-encoders are refused, each with its reason: their vectors are not what the pages say."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
import transformers
from sentence_transformers import CrossEncoder
from transformers import PreTrainedConfig, PreTrainedModel

from components.core import ModelError, load_encoder
from tests.support.tiny_models import SUPPORTED, roberta_bytes, save_pooled, save_tiny, wordpiece

_SIZES: dict[str, Any] = {
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "hidden_size": 32,
    "intermediate_size": 48,
    "max_position_embeddings": 64,
}

_DECODERS: dict[str, Callable[[], PreTrainedConfig]] = {
    "BertModel": lambda: transformers.BertConfig(**_SIZES, is_decoder=True),
    "GPT2Model": lambda: transformers.GPT2Config(n_layer=2, n_head=4, n_embd=32, n_positions=64),
    "LlamaModel": lambda: transformers.LlamaConfig(**_SIZES, num_key_value_heads=4),
}


def _save(directory: Path, model: type[PreTrainedModel]) -> Path:
    """Save a tiny BERT with the head of this class on it."""
    tokenizer = wordpiece()
    model(transformers.BertConfig(**_SIZES, vocab_size=len(tokenizer))).save_pretrained(directory)
    tokenizer.save_pretrained(directory)
    return directory


@pytest.mark.parametrize("name", _DECODERS)
def test_a_decoder_is_refused_because_its_tokens_see_only_those_before_them(tmp_path: Path, name: str) -> None:
    tokenizer = wordpiece if name == "BertModel" else roberta_bytes
    directory = save_tiny(tmp_path / "model", _DECODERS[name], tokenizer)
    with pytest.raises(
        ModelError, match=rf"^{name} \(.*reads only what stands before a word, as decoders do.*reads both sides"
    ):
        load_encoder(str(directory))


def test_a_model_that_runs_as_a_decoder_is_refused_whatever_its_configuration_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    directory = save_tiny(tmp_path / "model", *SUPPORTED["bert"])
    load_encoder(str(directory))  # sees both sides so far

    def causal(module: Any, query: Any, key: Any, value: Any, *_: Any, **__: Any) -> tuple[torch.Tensor, None]:
        output = torch.nn.functional.scaled_dot_product_attention(query, key, value, is_causal=True)
        return output.transpose(1, 2), None

    monkeypatch.setattr("transformers.models.bert.modeling_bert.eager_attention_forward", causal)
    with pytest.raises(ModelError, match="as decoders do"):
        load_encoder(str(directory))


def test_a_cross_encoder_is_refused_because_it_makes_no_sentence_vector(tmp_path: Path) -> None:
    plain = _save(tmp_path / "plain", transformers.BertForSequenceClassification)
    CrossEncoder(str(plain)).save_pretrained(str(tmp_path / "saved"))
    for directory in (plain, tmp_path / "saved"):
        with pytest.raises(ModelError, match=r"^BertForSequenceClassification .*cross-encoder.*no sentence vector"):
            load_encoder(str(directory))


def test_a_model_trained_to_fill_in_words_opens(tmp_path: Path) -> None:
    assert load_encoder(str(_save(tmp_path / "model", transformers.BertForMaskedLM))).architecture == "BertModel"


def test_a_classifier_with_a_sentence_configuration_opens(tmp_path: Path) -> None:
    directory = save_pooled(tmp_path, "mean")
    config = next(path for path in directory.rglob("config.json") if "architectures" in path.read_text())
    config.write_text(config.read_text().replace('"BertModel"', '"BertForSequenceClassification"'))
    assert load_encoder(str(directory)).pooling == "mean"

"""A model's fingerprint: the same for the same model, another for whatever gives other sentence vectors."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
import transformers
from sentence_transformers.sentence_transformer.modules import Dense, Normalize, Pooling
from tokenizers.normalizers import BertNormalizer

from components.core import Encoder, load_encoder
from tests.support.reference import Opened
from tests.support.tiny_models import HIDDEN, LIMIT, SUPPORTED, save_tiny


def _pipeline(encoder: Encoder) -> Any:
    return encoder._pipeline


def _change_one_weight(encoder: Encoder) -> None:
    weight = next(p for name, p in encoder._model.named_parameters() if name.endswith("query.weight"))
    with torch.no_grad():
        # By the least that a float32 can change.
        weight[3, 5] = torch.nextafter(weight[3, 5], torch.tensor(9.0))


def _change_precision(encoder: Encoder) -> None:
    for parameter in encoder._model.parameters():
        parameter.data = parameter.data.to(torch.bfloat16)


def _pool_otherwise(encoder: Encoder) -> None:
    _pipeline(encoder)[1] = Pooling(HIDDEN, pooling_mode="cls")


def _normalise(encoder: Encoder) -> None:
    _pipeline(encoder).append(Normalize())


def _squash(encoder: Encoder) -> None:
    _pipeline(encoder).append(_dense(torch.nn.Tanh()))


def _dense(activation: torch.nn.Module) -> Dense:
    dense = Dense(HIDDEN, HIDDEN, activation_function=activation)
    torch.nn.init.ones_(dense.linear.weight)
    return dense


def _read_less(encoder: Encoder) -> None:
    _pipeline(encoder).max_seq_length = LIMIT - 1


def _begin_with_a_prompt(encoder: Encoder) -> None:
    _pipeline(encoder).prompts = {"document": "it eats "}
    _pipeline(encoder).default_prompt_name = "document"


def _cut_the_vector(encoder: Encoder) -> None:
    _pipeline(encoder).truncate_dim = HIDDEN // 2


def _take_more_heads(encoder: Encoder) -> None:
    encoder._model.config.num_attention_heads *= 2


def _keep_capitals(encoder: Encoder) -> None:
    encoder._tokenizer.backend_tokenizer.normalizer = BertNormalizer(lowercase=False)


def _cut_at_the_start(encoder: Encoder) -> None:
    encoder._tokenizer.truncation_side = "left"


def _pad_at_the_start(encoder: Encoder) -> None:
    encoder._tokenizer.padding_side = "left"


def _hand_over_no_types(encoder: Encoder) -> None:
    encoder._tokenizer.model_input_names = ["input_ids", "attention_mask"]


_CHANGES = [
    _change_one_weight,
    _change_precision,
    _pool_otherwise,
    _normalise,
    _squash,
    _read_less,
    _begin_with_a_prompt,
    _cut_the_vector,
    _take_more_heads,
    _keep_capitals,
    _cut_at_the_start,
    _pad_at_the_start,
    _hand_over_no_types,
]


@pytest.fixture
def bert(open_model: Callable[[str], Opened]) -> Opened:
    return open_model("bert")


def test_a_model_opened_twice_has_one_fingerprint(opened: Opened) -> None:
    # The bundled model by its name, and by the folder that it lies in.
    assert load_encoder(str(opened.directory)).fingerprint == opened.encoder.fingerprint


def test_a_copy_in_another_folder_has_the_same_fingerprint(bert: Opened, tmp_path: Path) -> None:
    copied = shutil.copytree(bert.directory, tmp_path / "copy")
    assert load_encoder(str(copied)).fingerprint == bert.encoder.fingerprint


def test_reading_with_a_model_leaves_its_fingerprint_as_it_was(bert: Opened) -> None:
    used = load_encoder(str(bert.directory))
    used.encode(["pizza " * 2 * LIMIT, "it"])
    used.trace("it eats")
    assert used.fingerprint == load_encoder(str(bert.directory)).fingerprint


def test_models_of_different_kinds_have_different_fingerprints(open_model: Callable[[str], Opened]) -> None:
    assert len({open_model(name).encoder.fingerprint for name in SUPPORTED}) == len(SUPPORTED)


@pytest.mark.parametrize("change", _CHANGES)
def test_what_changes_sentence_vectors_changes_the_fingerprint(bert: Opened, change: Callable[[Encoder], None]) -> None:
    changed = load_encoder(str(bert.directory))
    change(changed)
    assert changed.fingerprint != bert.encoder.fingerprint


def test_two_configurations_of_one_module_have_different_fingerprints(bert: Opened) -> None:
    fingerprints = set()
    for activation in (torch.nn.Tanh(), torch.nn.ReLU()):
        encoder = load_encoder(str(bert.directory))
        _pipeline(encoder).append(_dense(activation))
        fingerprints.add(encoder.fingerprint)
    assert len(fingerprints) == 2


def test_two_modules_configured_alike_have_different_fingerprints(bert: Opened) -> None:
    class AnotherNormalize(Normalize):
        pass

    fingerprints = set()
    for module in (Normalize(), AnotherNormalize()):
        encoder = load_encoder(str(bert.directory))
        _pipeline(encoder).append(module)
        fingerprints.add(encoder.fingerprint)
    assert len(fingerprints) == 2


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("weight", torch.zeros(6)), ("gain", torch.zeros(6))),
        (("weight", torch.zeros(6)), ("weight", torch.zeros(2, 3))),
        (("weight", torch.zeros(6)), ("weight", torch.zeros(6, dtype=torch.int32))),
        (("weight", torch.zeros(())), ("weight", torch.zeros(0))),
        (("weight", torch.ones(6, dtype=torch.bfloat16)), ("weight", torch.zeros(6, dtype=torch.bfloat16))),
        (("weight", torch.arange(6.0).reshape(2, 3).T), ("weight", torch.arange(6.0).reshape(3, 2))),
    ],
    ids=["name", "shape", "type", "none", "bfloat16", "strides"],
)
def test_a_tensor_counts_by_its_name_type_shape_and_numbers(
    bert: Opened, one: tuple[str, torch.Tensor], other: tuple[str, torch.Tensor]
) -> None:
    fingerprints = []
    for name, tensor in (one, one, other):
        encoder = load_encoder(str(bert.directory))
        _pipeline(encoder).register_buffer(name, tensor)
        fingerprints.append(encoder.fingerprint)
    assert fingerprints[0] == fingerprints[1]
    assert fingerprints[0] != fingerprints[2]


def test_a_model_saved_without_its_pooler_has_one_fingerprint(tmp_path: Path) -> None:
    # What is not in the file is filled in with random numbers, others each time.
    directory = save_tiny(tmp_path / "bert", *SUPPORTED["bert"])
    model = transformers.BertModel.from_pretrained(directory, add_pooling_layer=False)
    model.save_pretrained(directory)
    first, second = load_encoder(str(directory)), load_encoder(str(directory))
    assert any("pooler" in name for name in first._model.state_dict())
    assert first.fingerprint == second.fingerprint

"""Norms of what attention sums up are those of vectors made one by one from Hugging Face's own modules and outputs."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial

import numpy as np
import pytest
import torch
from torch import nn
from transformers import PreTrainedModel

from components.core import HeadsOff
from components.core.layer.layer_steps import layer_steps
from components.core.layer.norms import MEASURES, AttentionNorms, Summands, attention_norms, centred, summands
from components.core.model.interventions import HalfOff, Intervention, ResidualOff
from components.core.model.loading import BUNDLED_NAME
from components.core.model.opened_model import layer_norm_of
from tests.support.reference import OUTPUT_PROJECTIONS, SENTENCES, Opened, assert_close, output_projections

TEXT = SENTENCES[1]
OpenModel = Callable[[str], Opened]

_VALUES = ("attention.self.value", "attention.v_lin", "attention.value", "attn.Wqkv")
_NORMS = ("attention.output.LayerNorm", "sa_layer_norm", "attention.LayerNorm")


@dataclass
class Seen:
    """What went through Hugging Face's modules, one entry a layer."""

    values: list[torch.Tensor] = field(default_factory=list)  # (S, D)
    projections: list[nn.Linear] = field(default_factory=list)
    outputs: list[torch.Tensor] = field(default_factory=list)  # of the projections
    norms: list[nn.LayerNorm] = field(default_factory=list)  # empty where the model normalises first
    sums: list[torch.Tensor] = field(default_factory=list)  # what the norms are given
    states: list[torch.Tensor] = field(default_factory=list)
    weights: list[torch.Tensor] = field(default_factory=list)  # (H, S, S)


def watched(opened: Opened, model: PreTrainedModel) -> Seen:
    """Run a plain model on TEXT and keep what its modules are given and give."""
    seen = Seen()

    def hook(name: str, module: nn.Module, inputs: tuple[torch.Tensor, ...], output: torch.Tensor) -> None:
        if name.endswith(_VALUES):
            seen.values.append(output[0].chunk(3, dim=-1)[2] if name.endswith("Wqkv") else output[0])
        elif name.endswith(OUTPUT_PROJECTIONS):
            assert isinstance(module, nn.Linear)
            seen.projections.append(module)
            seen.outputs.append(output[0])
        else:
            assert isinstance(module, nn.LayerNorm)
            seen.norms.append(module)
            seen.sums.append(inputs[0][0])

    for name, module in model.named_modules():
        if name.endswith((*_VALUES, *_NORMS)) or (name.endswith(OUTPUT_PROJECTIONS) and isinstance(module, nn.Linear)):
            module.register_forward_hook(partial(hook, name))
    with torch.inference_mode():
        result = model(**opened.tokenizer(TEXT, return_tensors="pt"), output_hidden_states=True, output_attentions=True)
    seen.states = [states[0] for states in result.hidden_states]
    seen.weights = [weights[0] for weights in result.attentions]
    return seen


def norms_one_by_one(seen: Seen, layer: int, head: int | None = None) -> dict[str, np.ndarray]:
    """The formulas of Kobayashi et al., one vector at a time."""
    weights, values = seen.weights[layer].double(), seen.values[layer].double()
    matrix = seen.projections[layer].weight.double()
    count, tokens = weights.shape[:2]
    size = values.shape[1] // count
    found = {name: np.zeros((tokens, tokens)) for name in MEASURES}
    for query in range(tokens):
        for key in range(tokens):
            brought = torch.zeros(len(matrix), dtype=torch.float64)
            for number in range(count) if head is None else [head]:
                own = slice(number * size, (number + 1) * size)
                brought += weights[number, query, key] * (matrix[:, own] @ values[key, own])
            looked = weights[:, query, key].mean() if head is None else weights[head, query, key]
            found["weight"][query, key] = looked
            found["norm"][query, key] = torch.linalg.norm(brought)
            if query == key:
                brought = brought + seen.states[layer][query].double()
            found["with residual"][query, key] = torch.linalg.norm(brought)
            if seen.norms:
                norm, whole = seen.norms[layer], seen.sums[layer][query].double()
                deviation = torch.sqrt(whole.var(unbiased=False) + norm.eps)
                brought = (brought - brought.mean()) / deviation * norm.weight.double()
            found["whole block"][query, key] = torch.linalg.norm(brought)
    return found


def assert_norms(found: AttentionNorms, expected: dict[str, np.ndarray]) -> None:
    assert tuple(found.known) == tuple(expected)
    for name, matrix in found.known.items():
        np.testing.assert_allclose(matrix, expected[name], rtol=2e-5, atol=2e-6, err_msg=name)


@torch.inference_mode()
def test_norms_are_those_of_vectors_summed_one_by_one(opened: Opened) -> None:
    seen = watched(opened, opened.hugging_face())
    trace = opened.encoder.trace(TEXT)
    assert len(seen.values) == len(seen.projections) == trace.num_layers
    assert len(seen.norms) in (0, trace.num_layers)
    for layer in range(trace.num_layers):
        assert_norms(attention_norms(opened.encoder, trace, layer), norms_one_by_one(seen, layer))
    one_head = norms_one_by_one(seen, 1, head=2)
    expected = {name: one_head[name] for name in ("weight", "norm")}
    assert_norms(attention_norms(opened.encoder, trace, 1, head=2), expected)


@pytest.mark.parametrize("name", [BUNDLED_NAME, "roberta", "distilbert", "modernbert"])
@torch.inference_mode()
def test_a_head_that_is_off_keeps_its_weights_and_brings_nothing(open_model: OpenModel, name: str) -> None:
    opened = open_model(name)
    model = opened.hugging_face()
    linear = output_projections(model)[1]
    size = linear.in_features // opened.encoder.num_heads
    linear.weight[:, 2 * size : 3 * size] = 0
    seen = watched(opened, model)
    trace = opened.encoder.trace(TEXT, [HeadsOff({(1, 2)})])
    for layer in (1, 2):
        assert_norms(attention_norms(opened.encoder, trace, layer), norms_one_by_one(seen, layer))
    alone = attention_norms(opened.encoder, trace, 1, head=2)
    assert alone.norm is not None
    assert not alone.norm.any()
    assert_close(alone.weight, trace.attention_weights(1, 2))


def test_what_all_tokens_bring_and_the_bias_add_up_to_the_attention_output(opened: Opened) -> None:
    seen = watched(opened, opened.hugging_face())
    trace = opened.encoder.trace(TEXT)
    for layer in range(trace.num_layers):
        found = summands(opened.encoder, trace, layer)
        assert found is not None
        rows = [found.of_query(query).sum(axis=0) + found.bias for query in range(trace.num_tokens)]
        assert_close(rows, seen.outputs[layer])
        assert_close(found.output(), seen.outputs[layer])


def test_after_the_layer_norm_the_parts_and_the_biases_add_up_to_what_goes_on(bundled: Opened) -> None:
    trace = bundled.encoder.trace(TEXT)
    found, steps, parts = (
        summands(bundled.encoder, trace, 3),
        layer_steps(bundled.encoder, trace, 3),
        bundled.encoder.layer_parts(3),
    )
    assert found is not None
    assert found.residual is not None
    assert steps is not None
    assert parts is not None
    norm = layer_norm_of(parts.attention_norm)
    assert norm is not None
    _, deviations = norm.statistics(steps.attention_sum)
    for query in range(trace.num_tokens):
        vectors = found.of_query(query)
        vectors[query] += found.residual[query]
        whole = centred(np.vstack([vectors, found.bias]), norm) / deviations[query]
        assert_close(whole.sum(axis=0) + norm.bias, steps.halfway[query])


@pytest.mark.parametrize(
    ("change", "brings"), [(HalfOff(1, "attention"), np.eye), (ResidualOff(1, "attention"), None)], ids=["half", "sum"]
)
def test_a_half_and_a_residual_that_are_off_bring_nothing(
    bundled: Opened, change: Intervention, brings: Callable[[int], np.ndarray] | None
) -> None:
    trace = bundled.encoder.trace(TEXT, [change])
    found, steps = attention_norms(bundled.encoder, trace, 1), layer_steps(bundled.encoder, trace, 1)
    parts = summands(bundled.encoder, trace, 1)
    assert found.norm is not None
    assert found.with_residual is not None
    assert steps is not None
    assert parts is not None
    assert_close(parts.output(), steps.attention)
    if brings is None:
        np.testing.assert_allclose(found.with_residual, found.norm)
        return
    assert not found.norm.any()
    lengths = np.linalg.norm(trace.hidden_states[1], axis=1)
    np.testing.assert_allclose(found.with_residual, brings(len(lengths)) * lengths, rtol=1e-6)


def test_where_a_model_normalises_first_the_whole_block_is_its_residual_sum(open_model: OpenModel) -> None:
    encoder = open_model("modernbert").encoder
    found = attention_norms(encoder, encoder.trace(TEXT), 1)
    assert found.whole_block is found.with_residual
    assert found.with_residual is not None
    assert found.nbytes == 3 * found.with_residual.nbytes


def test_of_a_model_with_unknown_parts_there_are_the_measures_that_need_none(
    bundled: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    encoder, trace = bundled.encoder, bundled.encoder.trace(TEXT)
    parts = encoder.layer_parts(0)
    assert parts is not None
    unknown = replace(parts, attention_norm=nn.Identity())
    monkeypatch.setattr(encoder, "layer_parts", lambda _: unknown)
    assert tuple(attention_norms(encoder, trace, 0).known) == MEASURES[:3]
    monkeypatch.setattr(encoder, "layer_parts", lambda _: None)
    assert tuple(attention_norms(encoder, trace, 0).known) == MEASURES[:2]
    monkeypatch.setattr(encoder, "output_projection", lambda _: None)
    assert tuple(attention_norms(encoder, trace, 0).known) == MEASURES[:1]
    assert tuple(attention_norms(encoder, trace, 0, head=1).known) == MEASURES[:1]


def test_a_token_brings_itself_the_vectors_on_the_diagonal() -> None:
    rng = np.random.default_rng(0)
    parts = Summands(rng.random((2, 3, 3)), rng.random((2, 3, 4)), np.zeros(4), None)
    expected = [parts.of_query(token)[token] for token in range(3)]
    assert_close(parts.of_itself(), expected)

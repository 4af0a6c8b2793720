"""Half a layer, a residual or a neuron switched off: the model does just that.

The independent reference is a plain Hugging Face model whose weights, or the forward functions of whose layers, are
changed by hand.
"""

from collections.abc import Callable
from itertools import count
from typing import Any

import numpy as np
import pytest
import torch
from transformers import AutoModel, PreTrainedModel

from components.core import Encoder, HalfOff, HeadsOff, Intervention, InterventionError, NeuronOff, ResidualOff
from components.core.layer.layer_steps import layer_steps
from components.core.model.interventions import Half
from components.core.model.loading import BUNDLED_NAME
from tests.support.reference import SENTENCES, Opened, assert_close, output_projections
from tests.support.tiny_models import SUPPORTED

OpenModel = Callable[[str], Opened]
TEXT = SENTENCES[2]
HALVES: tuple[Half, ...] = ("attention", "network")
#: Where a layer's second matrix stands: the end of its name.
_NETWORK_OUT = ("ffn.lin2", "mlp.Wo", "ffn_output", "output.dense")
NAMES = [BUNDLED_NAME, *SUPPORTED]


def with_own_layers(model: PreTrainedModel) -> PreTrainedModel:
    """An ALBERT that computes the same with weights of its own in each layer, so that one can be changed; others as
    they are.
    """
    config: Any = model.config
    if config.model_type != "albert":
        return model
    groups, layers = config.num_hidden_groups, config.num_hidden_layers
    config.num_hidden_groups = layers
    own: PreTrainedModel = AutoModel.from_config(config, attn_implementation="eager").eval()
    group = "encoder.albert_layer_groups."
    weights = {name: tensor for name, tensor in model.state_dict().items() if not name.startswith(group)}
    for layer in range(layers):
        shared = f"{group}{layer * groups // layers}."
        weights |= {
            name.replace(shared, f"{group}{layer}."): tensor
            for name, tensor in model.state_dict().items()
            if name.startswith(shared)
        }
    own.load_state_dict(weights)
    return own.to(model.device)  # type: ignore[arg-type]


def second_matrices(model: PreTrainedModel) -> list[torch.nn.Linear]:
    """The second matrix of each layer's network."""
    return [
        module
        for name, module in model.named_modules()
        if name.endswith(_NETWORK_OUT) and "attention" not in name and isinstance(module, torch.nn.Linear)
    ]


@pytest.mark.parametrize("half", HALVES)
@pytest.mark.parametrize("name", NAMES)
def test_a_half_that_is_off_is_one_whose_last_matrix_is_zero(open_model: OpenModel, name: str, half: Half) -> None:
    opened = open_model(name)
    model = with_own_layers(opened.hugging_face())
    matrices = output_projections(model) if half == "attention" else second_matrices(model)
    for parameter in matrices[1].parameters():
        parameter.data.zero_()
    expected = opened.reference(TEXT, model)
    trace = opened.encoder.trace(TEXT, [HalfOff(1, half)])
    assert_close(trace.hidden_states, expected.hidden_states)
    assert_close(trace.attention_weights(), expected.attentions)
    assert not np.allclose(trace.hidden_states[2], opened.encoder.trace(TEXT).hidden_states[2], atol=1e-3)


@pytest.mark.parametrize("name", NAMES)
def test_a_neuron_that_is_off_is_one_whose_column_of_the_second_matrix_is_zero(
    open_model: OpenModel, name: str
) -> None:
    opened = open_model(name)
    model = with_own_layers(opened.hugging_face())
    for neuron in (0, 17):
        second_matrices(model)[1].weight.data[:, neuron] = 0
    trace = opened.encoder.trace(TEXT, [NeuronOff(1, 17), NeuronOff(1, 0)])
    assert_close(trace.hidden_states, opened.reference(TEXT, model).hidden_states)
    assert not np.array_equal(trace.hidden_states[2], opened.encoder.trace(TEXT).hidden_states[2])


def without_residual(model: PreTrainedModel, off: set[tuple[int, Half]]) -> None:
    """Change the layers of a plain model by hand, so that some (layer, half) pairs lack their residual."""
    numbers = count()

    def kept(layer: int, half: Half) -> int:
        return 0 if (layer, half) in off else 1

    layers: list[Any] = list(model.modules())
    for layer in layers:
        kind = type(layer).__name__
        if kind == "TransformerBlock":
            layer.forward = _distilbert(layer, next(numbers), kept)
        elif kind == "AlbertLayer":
            layer.forward = _albert(layer, numbers, kept)
        elif kind == "ModernBertEncoderLayer":
            layer.forward = _modernbert(layer, next(numbers), kept)
        elif kind.endswith("Layer") and hasattr(layer, "intermediate"):
            number = next(numbers)
            layer.attention.output.forward = _bert(layer.attention.output, kept(number, "attention"))
            layer.output.forward = _bert(layer.output, kept(number, "network"))


def _bert(output: Any, keeps: int) -> Callable[..., Any]:
    return lambda hidden, came_in: output.LayerNorm(output.dense(hidden) + keeps * came_in)


def _distilbert(layer: Any, number: int, kept: Callable[[int, Half], int]) -> Callable[..., Any]:
    def forward(came_in: torch.Tensor, attention_mask: Any = None, **keywords: Any) -> torch.Tensor:
        attention = layer.attention(came_in, attention_mask=attention_mask, **keywords)[0]
        halfway = layer.sa_layer_norm(attention + kept(number, "attention") * came_in)
        out: torch.Tensor = layer.output_layer_norm(layer.ffn(halfway) + kept(number, "network") * halfway)
        return out

    return forward


def _albert(layer: Any, numbers: Any, kept: Callable[[int, Half], int]) -> Callable[..., Any]:
    norm = layer.attention.LayerNorm

    def forward(came_in: torch.Tensor, attention_mask: Any = None, **keywords: Any) -> torch.Tensor:
        number = next(numbers)
        sums: list[torch.Tensor] = []
        handle = norm.register_forward_pre_hook(lambda _, inputs: sums.append(inputs[0]))
        halfway = layer.attention(came_in, attention_mask, **keywords)[0]
        handle.remove()
        if not kept(number, "attention"):
            halfway = norm(sums[0] - came_in)
        network = layer.ffn_output(layer.activation(layer.ffn(halfway)))
        out: torch.Tensor = layer.full_layer_layer_norm(network + kept(number, "network") * halfway)
        return out

    return forward


def _modernbert(layer: Any, number: int, kept: Callable[[int, Half], int]) -> Callable[..., Any]:
    def forward(came_in: torch.Tensor, *positional: Any, **keywords: Any) -> torch.Tensor:
        attention = layer.attn(layer.attn_norm(came_in), *positional, **keywords)[0]
        halfway = attention + kept(number, "attention") * came_in
        out: torch.Tensor = layer.mlp(layer.mlp_norm(halfway)) + kept(number, "network") * halfway
        return out

    return forward


@pytest.mark.parametrize("half", HALVES)
def test_without_a_residual_what_a_half_makes_goes_on_alone(opened: Opened, half: Half) -> None:
    for layer in range(opened.encoder.num_layers):
        model = opened.hugging_face()
        without_residual(model, {(layer, half)})
        trace = opened.encoder.trace(TEXT, [ResidualOff(layer, half)])
        expected = opened.reference(TEXT, model).hidden_states
        # Without its residual, ModernBERT's last network ends in numbers that grow with each layer.
        assert_close(trace.hidden_states, expected, atol=2e-5)
        assert not np.allclose(trace.hidden_states[-1], opened.encoder.trace(TEXT).hidden_states[-1], atol=1e-3)


_EACH_KIND: list[list[Intervention]] = [
    [HalfOff(0, "attention")],
    [HalfOff(2, "network")],
    [ResidualOff(1, "attention"), ResidualOff(1, "network")],
    [NeuronOff(0, 3), NeuronOff(2, 5), HeadsOff({(1, 1)})],
]


@pytest.mark.parametrize("interventions", _EACH_KIND)
def test_the_steps_of_a_changed_layer_are_derived_as_the_model_ran(
    opened: Opened, interventions: list[Intervention]
) -> None:
    trace = opened.encoder.trace(TEXT, interventions)
    for layer in range(trace.num_layers):
        steps = layer_steps(opened.encoder, trace, layer)
        assert steps is not None
        after = trace.hidden_states[layer + 1]
        if layer + 1 < trace.num_layers:  # a last norm may follow the last layer
            np.testing.assert_allclose(steps.out, after, rtol=2e-7, atol=1e-5)


@pytest.mark.parametrize("interventions", _EACH_KIND)
def test_many_texts_are_encoded_with_a_changed_layer_as_each_is_traced(
    opened: Opened, interventions: list[Intervention]
) -> None:
    texts = [*SENTENCES, "eats " * 9, "eats"]  # of unequal lengths: a batch is padded
    expected = [opened.encoder.trace(text, interventions).sentence_vector for text in texts]
    assert_close(opened.encoder.encode(texts, interventions, batch_size=4), expected)


@pytest.mark.parametrize("interventions", _EACH_KIND)
def test_a_changed_layer_leaves_no_mark_on_the_model(opened: Opened, interventions: list[Intervention]) -> None:
    before = opened.encoder.trace(TEXT)
    opened.encoder.trace(TEXT, interventions)
    opened.encoder.encode([TEXT], interventions)
    np.testing.assert_array_equal(opened.encoder.trace(TEXT).hidden_states, before.hidden_states)


def test_attention_without_its_half_still_has_its_weights(encoder: Encoder) -> None:
    before, after = encoder.trace(TEXT), encoder.trace(TEXT, [HalfOff(0, "attention")])
    np.testing.assert_array_equal(after.attention_weights(0), before.attention_weights(0))


@pytest.mark.parametrize(
    ("bad", "says"),
    [
        (HalfOff(6, "network"), r"Layer 7 does not exist: this model has 6 layers\. Pick one"),
        (ResidualOff(-1, "network"), "Layer 0 does not exist"),
        (NeuronOff(0, 1536), r"Neuron 1537 does not exist: a layer of this model has 1536 hidden neurons\. Pick one"),
        (NeuronOff(0, -1), "Neuron 0 does not exist"),
    ],
)
def test_what_does_not_exist_is_not_switched_off(encoder: Encoder, bad: Intervention, says: str) -> None:
    with pytest.raises(InterventionError, match=says):
        encoder.trace(TEXT, [bad])
    with pytest.raises(InterventionError, match=says):
        encoder.encode([TEXT], [bad])


def test_a_model_whose_layers_have_unknown_parts_is_not_changed_there(
    encoder: Encoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(encoder, "_layer_parts", (None,) * encoder.num_layers)
    assert encoder.hidden_width is None
    with pytest.raises(InterventionError, match=r"parts that are not known.*Choose another model"):
        encoder.trace(TEXT, [HalfOff(0, "network")])

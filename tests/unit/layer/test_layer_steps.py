"""The steps of a layer are the intermediate outputs of Hugging Face's own modules, in every supported architecture."""

from collections.abc import Callable
from dataclasses import fields

import numpy as np
import pytest
import torch

from components.core.layer.layer_steps import LayerSteps, layer_steps, turns_of_all_layers
from components.core.model.interventions import HeadsOff, PositionsOff
from components.core.model.layer_parts import find_layer_parts
from tests.support.reference import SENTENCES, Opened, assert_close

#: A step of a layer → where Hugging Face's modules hold it: the end of a module's name, and its input, its output or,
#: of a gated network, the first half of its output.
_BERT = {
    "came_in": ("attention", "in"),
    "joined": ("attention.output.dense", "in"),
    "attention": ("attention.output.dense", "out"),
    "attention_sum": ("attention.output.LayerNorm", "in"),
    "halfway": ("attention.output", "out"),
    "network_input": ("intermediate.dense", "in"),
    "hidden_before": ("intermediate.dense", "out"),
    "hidden": ("intermediate", "out"),
    "network": (r"\d.output.dense", "out"),
    "network_sum": (r"\d.output.LayerNorm", "in"),
    "out": (r"\d.output", "out"),
}
_WHERE: dict[str, dict[str, tuple[str, str]]] = {
    "DistilBertModel": {
        "came_in": ("attention", "in"),
        "joined": ("attention.out_lin", "in"),
        "attention": ("attention.out_lin", "out"),
        "attention_sum": ("sa_layer_norm", "in"),
        "halfway": ("sa_layer_norm", "out"),
        "network_input": ("ffn.lin1", "in"),
        "hidden_before": ("ffn.lin1", "out"),
        "hidden": ("ffn.lin2", "in"),
        "network": ("ffn", "out"),
        "network_sum": ("output_layer_norm", "in"),
        "out": ("output_layer_norm", "out"),
    },
    "AlbertModel": {
        "came_in": ("attention", "in"),
        "joined": ("attention.dense", "in"),
        "attention": ("attention.dense", "out"),
        "attention_sum": ("attention.LayerNorm", "in"),
        "halfway": ("attention.LayerNorm", "out"),
        "network_input": (r"\d.ffn", "in"),
        "hidden_before": (r"\d.ffn", "out"),
        "hidden": ("ffn_output", "in"),
        "network": ("ffn_output", "out"),
        "network_sum": ("full_layer_layer_norm", "in"),
        "out": ("full_layer_layer_norm", "out"),
    },
    "ModernBertModel": {
        "came_in": (r"layers.\d", "in"),
        "joined": ("attn.Wo", "in"),
        "attention": ("attn.Wo", "out"),
        "attention_sum": ("mlp_norm", "in"),
        "halfway": ("mlp_norm", "in"),
        "network_input": ("mlp.Wi", "in"),
        "hidden_before": ("mlp.Wi", "half"),
        "hidden": ("mlp.Wo", "in"),
        "network": ("mlp", "out"),
        "network_sum": (r"layers.\d", "out"),
        "out": (r"layers.\d", "out"),
    },
}


def hugging_faces_own(opened: Opened, text: str) -> dict[str, list[np.ndarray]]:
    """Step → its arrays as Hugging Face's modules hold them, one a layer, in the order in which they run."""
    model = opened.hugging_face()
    where = _WHERE.get(type(model).__name__, _BERT)
    seen: dict[str, list[np.ndarray]] = {step: [] for step in where}

    def first(value: object) -> torch.Tensor:
        tensor = value[0] if isinstance(value, tuple) else value
        assert isinstance(tensor, torch.Tensor)
        return tensor

    def watch(step: str, side: str) -> Callable[..., None]:
        def hook(_: object, inputs: object, keywords: dict[str, torch.Tensor], output: object) -> None:
            given = first(inputs) if inputs else keywords["hidden_states"]
            array = (given if side == "in" else first(output))[0].numpy().copy()
            seen[step].append(array[:, : array.shape[1] // 2] if side == "half" else array)

        return hook

    for name, module in model.named_modules():
        for step, (ending, side) in where.items():
            if _ends(name, ending):
                module.register_forward_hook(watch(step, side), with_kwargs=True)
    with torch.inference_mode():
        model(**opened.tokenizer(text, return_tensors="pt"))
    return seen


def _ends(name: str, ending: str) -> bool:
    """True if a module's name ends so: `\\d` stands for a number."""
    parts, wanted = name.split("."), ending.split(".")
    return len(parts) >= len(wanted) and all(
        part.isdigit() if want == r"\d" else part == want
        for part, want in zip(parts[-len(wanted) :], wanted, strict=True)
    )


@pytest.mark.parametrize("text", SENTENCES)
def test_each_step_is_what_hugging_faces_modules_compute(opened: Opened, text: str) -> None:
    trace = opened.encoder.trace(text)
    own = hugging_faces_own(opened, text)
    assert set(own) == {field.name for field in fields(LayerSteps)}
    assert {len(arrays) for arrays in own.values()} == {trace.num_layers}
    for layer in range(trace.num_layers):
        steps = layer_steps(opened.encoder, trace, layer)
        assert steps is not None
        for step, arrays in own.items():
            # One number of the bundled model's sums is 192.63: single precision ends at 1.5e-5 there.
            np.testing.assert_allclose(getattr(steps, step), arrays[layer], rtol=2e-7, atol=1e-5, err_msg=step)


def test_what_goes_on_is_what_the_next_layer_reads(opened: Opened) -> None:
    trace = opened.encoder.trace(SENTENCES[2])
    for layer in range(trace.num_layers - 1):
        steps = layer_steps(opened.encoder, trace, layer)
        assert steps is not None
        assert_close(steps.out, trace.hidden_states[layer + 1])


@pytest.mark.parametrize("changes", [(PositionsOff(),), (HeadsOff({(0, 0), (1, 1)}),)], ids=["positions", "heads"])
def test_the_steps_of_a_changed_trace_are_those_of_the_changed_model(
    bundled: Opened, changes: tuple[PositionsOff | HeadsOff, ...]
) -> None:
    trace = bundled.encoder.trace(SENTENCES[2], changes)
    for layer in range(trace.num_layers):
        steps = layer_steps(bundled.encoder, trace, layer)
        assert steps is not None
        assert_close(steps.out, trace.hidden_states[layer + 1])


def test_turns_are_angles_between_what_comes_in_half_way_and_out(bundled: Opened) -> None:
    trace = bundled.encoder.trace("Squatch eats pizza")
    turns = turns_of_all_layers(bundled.encoder, trace)
    assert turns is not None
    for layer in range(trace.num_layers):
        steps = layer_steps(bundled.encoder, trace, layer)
        assert steps is not None
        for half, (before, after) in zip(
            turns, ((steps.came_in, steps.halfway), (steps.halfway, steps.out)), strict=True
        ):
            cosines = [
                float(np.dot(u.astype(float), v) / np.linalg.norm(u.astype(float)) / np.linalg.norm(v.astype(float)))
                for u, v in zip(before, after, strict=True)
            ]
            np.testing.assert_allclose(half[layer], np.degrees(np.arccos(cosines)), atol=1e-4)


def test_a_right_angle_is_90_degrees_and_the_same_direction_0() -> None:
    came_in, halfway, out = (np.array([row], np.float32) for row in ([1, 0], [0, 3], [0, 5]))
    nothing = {field.name: np.zeros((1, 2), np.float32) for field in fields(LayerSteps)}
    steps = LayerSteps(**nothing | {"came_in": came_in, "halfway": halfway, "out": out})
    assert steps.attention_turns == pytest.approx([90])
    assert steps.network_turns == pytest.approx([0])


def test_a_model_whose_parts_have_other_names_has_no_steps(bundled: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    trace = bundled.encoder.trace("it")
    parts = bundled.encoder.layer_parts(0)
    assert parts is not None
    monkeypatch.setattr("components.core.model.layer_parts._KNOWN", ())
    assert find_layer_parts(bundled.encoder._model, parts.projection) is None
    monkeypatch.setattr(bundled.encoder, "layer_parts", lambda _: None)
    assert layer_steps(bundled.encoder, trace, 0) is None
    assert turns_of_all_layers(bundled.encoder, trace) is None

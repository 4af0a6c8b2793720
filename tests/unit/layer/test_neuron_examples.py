"""What fires each neuron most is what Hugging Face's own module computes on each text; so says the shipped file."""

from pathlib import Path

import numpy as np
import pytest
import torch

from components.core import Encoder, ModelError
from components.core.layer.layer_steps import layer_steps
from components.core.layer.neuron_examples import load_examples, measure_neurons, save_examples
from components.ui.one_layer.shipped_texts import EXAMPLES_FILE, shipped_texts
from tests.support.reference import SENTENCES, Opened

TEXTS = (*SENTENCES, "Good pizza, good oven", "it came out of it")
# Half precision keeps 11 bits.
_HALF = 1e-3


def own_activations(opened: Opened) -> list[np.ndarray]:
    """(L, S, F) of each text, by hooks on a plain BERT, without special tokens."""
    model = opened.hugging_face()
    seen: list[np.ndarray] = []
    for name, module in model.named_modules():
        if name.endswith(".intermediate"):
            module.register_forward_hook(lambda _, __, output: seen.append(output[0, 1:-1].numpy().copy()))
    kept = []
    for text in TEXTS:
        seen.clear()
        with torch.inference_mode():
            model(**opened.tokenizer(text, return_tensors="pt"))
        kept.append(np.stack(seen))
    return kept


def test_the_strongest_texts_of_each_neuron_are_those_of_hugging_faces_own_activations(bundled: Opened) -> None:
    examples = measure_neurons(bundled.encoder, TEXTS, 3)
    own = own_activations(bundled)
    peaks = np.stack([each.max(axis=1) for each in own])  # texts, L, F
    expected = -np.sort(-peaks, axis=0)[:3]
    np.testing.assert_allclose(np.moveaxis(examples.activations, -1, 0), expected, rtol=_HALF, atol=_HALF)
    for layer, neuron in ((0, 0), (3, 700), (5, 1535)):
        kept = (each[layer, neuron] for each in (examples.texts, examples.tokens, examples.activations))
        for text, token, value in zip(*kept, strict=True):
            # Token 0 is [CLS], which is left out.
            assert own[text][layer, token - 1, neuron] == pytest.approx(float(value), rel=_HALF, abs=_HALF)
            assert own[text][layer, :, neuron].argmax() == token - 1
        assert len(set(examples.texts[layer, neuron].tolist())) == 3
    every = np.concatenate(own, axis=1)
    np.testing.assert_allclose(examples.shares, (every > 0).mean(axis=1), rtol=_HALF, atol=1e-4)


def test_what_is_saved_is_read_again(encoder: Encoder, tmp_path: Path) -> None:
    measured = measure_neurons(encoder, TEXTS[:2], 1)
    save_examples(measured, tmp_path / "kept.npz")
    read = load_examples(tmp_path / "kept.npz")
    assert read.digest == measured.digest == encoder.digest_with(TEXTS[:2])
    for name in ("texts", "tokens", "activations", "shares"):
        np.testing.assert_array_equal(getattr(read, name), getattr(measured, name))


def test_progress_is_reported_and_a_model_of_unknown_parts_is_refused(
    encoder: Encoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[tuple[int, int]] = []
    measure_neurons(encoder, TEXTS[:2], 1, lambda done, total: told.append((done, total)))
    assert told == [(1, 2), (2, 2)]
    monkeypatch.setattr(encoder, "_layer_parts", (None,) * encoder.num_layers)
    with pytest.raises(ModelError, match=r"parts that are not known\. Choose another model"):
        measure_neurons(encoder, TEXTS, 1)


def test_the_shipped_file_was_measured_on_this_model_and_these_texts(encoder: Encoder) -> None:
    # If a shipped text has changed: python -m components.ui.one_layer.shipped_texts
    assert load_examples(EXAMPLES_FILE).digest == encoder.digest_with(shipped_texts())
    assert EXAMPLES_FILE.stat().st_size < 400_000


def test_the_shipped_file_names_what_the_model_computes(encoder: Encoder) -> None:
    examples, texts = load_examples(EXAMPLES_FILE), shipped_texts()
    draws = np.random.default_rng(0)
    for number in draws.choice(len(texts), 12, replace=False):
        trace = encoder.trace(texts[number], truncate=True)
        typed = ~trace.tokenized.special
        for layer in range(encoder.num_layers):
            steps = layer_steps(encoder, trace, layer)
            assert steps is not None
            peaks = steps.hidden[typed].max(axis=0)
            listed = examples.texts[layer] == number
            # A text that is not listed is no stronger than the last that is.
            assert (peaks <= examples.activations[layer, :, -1] + _HALF * 4 + listed.any(axis=1) * 100).all()
            for neuron, place in np.argwhere(listed):
                token = int(examples.tokens[layer, neuron, place])
                kept = float(examples.activations[layer, neuron, place])
                assert steps.hidden[token, neuron] == pytest.approx(kept, rel=2 * _HALF, abs=_HALF)

"""Attributions by gradients are Captum's on a plain Hugging Face model, in every supported architecture."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from captum.attr import InputXGradient, IntegratedGradients
from hypothesis import given, settings
from hypothesis import strategies as st

from components.core import Encoder
from components.core.explanations.gradients import (
    MOST_GAP,
    gradient_times_input,
    integrated_gradients,
)
from components.core.explanations.target import Target
from components.core.model.loading import BUNDLED_NAME
from components.core.numerics.similarity import normalise_rows
from components.ui.caches import models
from tests.support.reference import SENTENCES, Opened, assert_close

TEXT = SENTENCES[2]


def random_target(size: int) -> Target:
    direction = np.random.default_rng(4).normal(size=size)
    return Target(direction / np.linalg.norm(direction), offset=0.25)


def plain(opened: Opened, text: str, target: Target) -> tuple[Callable[[torch.Tensor], torch.Tensor], torch.Tensor]:
    """The target as a function of word embeddings (B, S, E) on a plain model, and the text's own embeddings."""
    model = opened.hugging_face()
    inputs = dict(opened.tokenizer(text, return_tensors="pt"))
    rows = model.get_input_embeddings()(inputs.pop("input_ids")).detach()
    direction = torch.from_numpy(target.direction.astype(np.float32))
    after: list[Any] = list(opened.sentence_model)[1:]

    def function(embeddings: torch.Tensor) -> torch.Tensor:
        count = len(embeddings)
        repeated = {name: tensor.expand(count, -1) for name, tensor in inputs.items()}
        features = {
            "token_embeddings": model(inputs_embeds=embeddings, **repeated).last_hidden_state,
            "attention_mask": repeated["attention_mask"],
        }
        for module in after:
            features = module(features)
        vectors = torch.nn.functional.normalize(features["sentence_embedding"], dim=-1)
        return vectors @ direction + target.offset

    return function, rows


def baseline_of(opened: Opened, rows: torch.Tensor, special: np.ndarray) -> torch.Tensor:
    """The embeddings with that of padding for each word."""
    embedding: Any = opened.hugging_face().get_input_embeddings()
    table = embedding.weight.detach()
    return torch.where(torch.from_numpy(special.copy())[None, :, None], rows, table[opened.tokenizer.pad_token_id])


def test_gradient_times_input_is_captums(opened: Opened) -> None:
    encoder = opened.encoder
    target, tokens = random_target(encoder.vector_size), encoder.tokenize(TEXT)
    function, rows = plain(opened, TEXT, target)
    expected = InputXGradient(function).attribute(rows.clone().requires_grad_())[0].sum(dim=-1).detach().numpy()
    found = gradient_times_input(encoder, tokens, target)
    assert_close(found[~tokens.special], expected[~tokens.special])
    assert not found[tokens.special].any()


def test_integrated_gradients_are_captums(opened: Opened) -> None:
    encoder = opened.encoder
    target, tokens = random_target(encoder.vector_size), encoder.tokenize(TEXT)
    found = integrated_gradients(encoder, tokens, target)
    function, rows = plain(opened, TEXT, target)
    start = baseline_of(opened, rows, tokens.special)
    expected = IntegratedGradients(function).attribute(
        rows, baselines=start, n_steps=found.steps, method="gausslegendre", internal_batch_size=16
    )
    assert_close(found.values, expected[0].sum(dim=-1).detach().numpy())
    with torch.inference_mode():
        assert found.whole == pytest.approx(float(function(rows)), abs=1e-5)
        assert found.baseline == pytest.approx(float(function(start)), abs=1e-5)


# What people type besides sentences: one word, marks alone, pictures, other scripts, markup, names of tokens.
ODD = [
    "pizza", "a", "!!! ??? ...", "🍕🍕🍕 😀", "שלום עולם, זה טוב מאוד", "没有", "<script>alert(1)</script>", "x" * 90,
    "1 2 3 4 5 6 7 8 9", "[PAD] [PAD]", "padding", "[MASK] is [CLS]", "the the the the the the the",
    "What happened in 1908?", " ".join(["We sat by the river and ate cold pizza,"] * 6),
]  # fmt: skip


@pytest.mark.parametrize("text", [*SENTENCES, *ODD])
def test_integrated_gradients_leave_less_than_a_hundredth_undivided(bundled: Opened, text: str) -> None:
    encoder = bundled.encoder
    # A text that most of these resemble little: the less there is to divide, the more an error weighs.
    target = Target(normalise_rows(encoder.encode(["We ate a delicious pizza."]))[0])
    found = integrated_gradients(encoder, encoder.tokenize(text), target)
    assert found.gap < MOST_GAP
    difference = found.whole - found.baseline
    assert float(found.values.sum()) == pytest.approx(difference, rel=MOST_GAP, abs=2e-6)


@settings(max_examples=4, deadline=None, derandomize=True)
@given(words=st.lists(st.sampled_from(sorted({*" ".join(SENTENCES).split(), *ODD[:6]})), min_size=1, max_size=8))
def test_of_any_words_in_any_order_less_than_a_hundredth_stays_undivided(words: list[str]) -> None:
    encoder = models.encoder(BUNDLED_NAME)
    found = integrated_gradients(encoder, encoder.tokenize(" ".join(words)), random_target(encoder.vector_size))
    assert found.gap < MOST_GAP


def test_words_that_are_padding_leave_nothing_to_divide_and_no_gap(bundled: Opened) -> None:
    encoder = bundled.encoder
    found = integrated_gradients(encoder, encoder.tokenize("[PAD] [PAD]"), random_target(encoder.vector_size))
    assert found.whole == pytest.approx(found.baseline, abs=1e-6)
    assert found.gap < MOST_GAP
    assert found.steps == 24, "more steps could not divide it any better"


def test_each_step_is_told_and_who_is_told_can_stop(bundled: Opened) -> None:
    encoder, told = bundled.encoder, list[tuple[int, int]]()
    tokens, target = encoder.tokenize(" ".join(SENTENCES)), random_target(encoder.vector_size)
    found = integrated_gradients(encoder, tokens, target, lambda done, steps: told.append((done, steps)))
    assert told[-1] == (found.steps, found.steps)
    assert [done for done, steps in told if steps == 24] == sorted({done for done, steps in told if steps == 24})

    def stop(done: int, steps: int) -> None:
        raise StopIteration

    with pytest.raises(StopIteration):
        integrated_gradients(encoder, tokens, target, stop)


def test_the_gradient_of_a_cosine_with_itself_is_nothing(encoder: Encoder) -> None:
    target = Target(normalise_rows(encoder.encode([TEXT]))[0], of_itself=True)
    assert np.abs(gradient_times_input(encoder, encoder.tokenize(TEXT), target)).max() < 1e-5


def test_gradients_leave_no_mark_on_the_model(opened: Opened) -> None:
    encoder = opened.encoder
    before = encoder.trace(TEXT)
    integrated_gradients(encoder, encoder.tokenize(TEXT), random_target(encoder.vector_size))
    np.testing.assert_array_equal(encoder.trace(TEXT).hidden_states, before.hidden_states)
    assert all(parameter.grad is None for parameter in encoder._model.parameters())

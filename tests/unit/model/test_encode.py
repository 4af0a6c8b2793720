"""Many texts become vectors: in their order, with a report of progress, exact or fast."""

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import example, given, settings
from hypothesis import strategies as st

from components.core import Encoder, HeadsOff, SentenceError, load_encoder
from components.core.model import encoder as encoder_module
from tests.support.reference import SENTENCES, Opened, assert_close
from tests.support.tiny_models import save_pooled

#: Of every length, so that sorting by length would be noticed.
TEXTS = ["it eats", "pizza " * 40, "Squatch", *SENTENCES, "the oven " * 7, "good", "and " * 20, "out of the oven"]


def _cosines(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return (a * b).sum(axis=1) / np.linalg.norm(a, axis=1) / np.linalg.norm(b, axis=1)


def test_vectors_come_in_the_order_of_the_texts(encoder: Encoder) -> None:
    one_by_one = np.stack([encoder.trace(text).sentence_vector for text in TEXTS])
    assert_close(encoder.encode(TEXTS), one_by_one)
    assert_close(encoder.encode(TEXTS[::-1]), one_by_one[::-1])


def test_vectors_of_many_chunks_come_in_the_order_of_the_texts(
    encoder: Encoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = encoder.encode(TEXTS)
    monkeypatch.setattr(encoder_module, "_CHUNK", 3)
    assert_close(encoder.encode(TEXTS, batch_size=2), expected)
    off = [HeadsOff({(0, 0)})]
    changed = np.stack([encoder.trace(text, off).sentence_vector for text in TEXTS])
    assert_close(encoder.encode(TEXTS, off, batch_size=2), changed)


def test_vectors_are_float32_and_as_wide_as_the_model_says(opened: Opened) -> None:
    vectors = opened.encoder.encode(["it", "eats"])
    assert (vectors.shape, vectors.dtype) == ((2, opened.encoder.vector_size), np.float32)


def test_no_texts_give_no_vectors(encoder: Encoder) -> None:
    assert encoder.encode([]).shape == (0, 384)


def test_one_blank_text_among_many_is_refused(encoder: Encoder) -> None:
    with pytest.raises(SentenceError, match=r"2 blank characters were typed"):
        encoder.encode(["it", "  "])


@settings(max_examples=50)
@given(text=st.text(st.characters(codec=None), max_size=20))
@example(text="\x00")
@example(text="...")
@example(text="🍕")
def test_a_text_can_be_encoded_if_and_only_if_it_can_be_traced(open_model: Callable[[str], Opened], text: str) -> None:
    encoder = open_model("bert").encoder
    try:
        expected = encoder.trace(text).sentence_vector
    except SentenceError as refusal:
        with pytest.raises(SentenceError, match=f"^{re.escape(str(refusal))}$"):
            encoder.encode([text])
    else:
        assert_close(encoder.encode([text])[0], expected)


# Progress


def test_progress_is_told_growing_counts_up_to_all(encoder: Encoder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encoder_module, "_CHUNK", 3)
    told: list[tuple[int, int]] = []
    encoder.encode(TEXTS[:8], progress=lambda done, total: told.append((done, total)))
    assert told == [(3, 8), (6, 8), (8, 8)]


def test_progress_comes_after_each_256_texts(open_model: Callable[[str], Opened]) -> None:
    told: list[tuple[int, int]] = []
    open_model("bert").encoder.encode(["it"] * 600, progress=lambda done, total: told.append((done, total)))
    assert told == [(256, 600), (512, 600), (600, 600)]


def test_an_exception_raised_by_progress_stops_the_work_and_nothing_else(
    encoder: Encoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Stopped(Exception):  # noqa: N818 - a request, not an error
        pass

    monkeypatch.setattr(encoder_module, "_CHUNK", 3)
    done_when_stopped: list[int] = []

    def stop_at_the_second(done: int, _: int) -> None:
        done_when_stopped.append(done)
        if len(done_when_stopped) == 2:
            raise Stopped

    with pytest.raises(Stopped):
        encoder.encode(TEXTS, progress=stop_at_the_second)
    assert done_when_stopped == [3, 6]  # of 11
    assert_close(encoder.encode(["it eats"])[0], encoder.trace("it eats").sentence_vector)


# Precision


def test_bfloat16_is_near_the_exact_vectors_and_not_equal_to_them(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(encoder_module, "fast_precision", lambda: torch.bfloat16)
    exact, fast = opened.encoder.encode(TEXTS), opened.encoder.encode(TEXTS, fast=True)
    assert fast.dtype == np.float32
    assert _cosines(exact, fast).min() > 0.999
    assert not np.array_equal(exact, fast)


def test_bfloat16_with_an_intervention_is_near_the_exact_intervention(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(encoder_module, "fast_precision", lambda: torch.bfloat16)
    off = [HeadsOff({(1, 1), (2, 0)})]
    exact, fast = opened.encoder.encode(TEXTS, off), opened.encoder.encode(TEXTS, off, fast=True)
    assert _cosines(exact, fast).min() > 0.999
    assert not np.array_equal(exact, fast)


def test_fast_is_exact_to_the_last_bit_where_no_lower_precision_helps(
    encoder: Encoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(encoder_module, "fast_precision", lambda: None)
    np.testing.assert_array_equal(encoder.encode(TEXTS, fast=True), encoder.encode(TEXTS))


def test_without_fast_no_lower_precision_is_used(encoder: Encoder, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = encoder.encode(TEXTS)
    monkeypatch.setattr(encoder_module, "fast_precision", lambda: torch.bfloat16)
    np.testing.assert_array_equal(encoder.encode(TEXTS), expected)


@pytest.mark.parametrize(
    ("cuda", "cuda_has_it", "avx512", "amx", "expected"),
    [
        (True, True, False, False, torch.bfloat16),
        (True, False, True, True, None),
        (False, False, True, False, torch.bfloat16),
        (False, False, False, True, torch.bfloat16),
        (False, False, False, False, None),
    ],
)
def test_fast_precision_is_bfloat16_only_where_the_device_computes_with_it(
    monkeypatch: pytest.MonkeyPatch,
    cuda: bool,
    cuda_has_it: bool,
    avx512: bool,
    amx: bool,
    expected: torch.dtype | None,
) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: cuda)
    monkeypatch.setattr(torch.cuda, "is_bf16_supported", lambda: cuda_has_it)
    monkeypatch.setattr(torch.cpu, "_is_avx512_bf16_supported", lambda: avx512)
    monkeypatch.setattr(torch.cpu, "_is_amx_tile_supported", lambda: amx)
    assert encoder_module.fast_precision() == expected


def test_a_model_that_keeps_the_first_numbers_of_a_vector_keeps_them_in_traces_too(tmp_path: Path) -> None:
    encoder = load_encoder(str(save_pooled(tmp_path, "mean")))
    tokens = encoder.tokenize("it eats pizza")
    whole = encoder.trace("it eats pizza").sentence_vector
    encoder._pipeline.truncate_dim = 5
    expected = encoder.encode(["it eats pizza"])
    assert expected.shape == (1, 5)
    visible = np.ones((1, len(tokens.tokens)), dtype=bool)
    vectors = [
        encoder.trace("it eats pizza").sentence_vector,
        encoder.sentence_vectors_of_visible(tokens, visible)[0],
        encoder.pooled(encoder.context_vectors(tokens.token_ids[None], visible)[:, -1])[0],
    ]
    for vector in vectors:
        assert_close(vector, expected[0])
        assert_close(vector, whole[:5])

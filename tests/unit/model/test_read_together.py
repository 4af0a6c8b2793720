"""Texts of one length that wait for the model together are read as one batch, and none shows it."""

import threading
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import fields
from typing import Any, TypeVar

import numpy as np
import pytest

from components.core import Encoder, HeadsOff, Intervention, PositionsOff, Trace
from components.core.model import encoder as encoders
from components.core.numerics.lanes import Lanes
from components.core.tokens.tokens import Tokens
from tests.support.reference import Opened, assert_close

Made = TypeVar("Made")


def _of_one_length(encoder: Encoder, count: int, tokens: int) -> list[str]:
    """Texts of the same words in other orders, of one number of tokens: of so many where a word is one token."""
    words = ["it"] * (tokens - 3)
    texts = [" ".join([*words[:place], "good", *words[place:]]) for place in range(1, count + 1)]
    assert len({len(encoder.tokenize(text).tokens) for text in texts}) == 1
    return texts


def _while_all_wait(
    monkeypatch: pytest.MonkeyPatch, compute: Callable[[str], Made], texts: Sequence[str]
) -> list[Made]:
    """Compute something of each text in a thread of its own; nothing begins before all of them wait."""
    lanes = Lanes(1)
    monkeypatch.setattr(encoders, "lanes", lanes)
    with ThreadPoolExecutor(len(texts)) as pool, ExitStack() as turn:
        turn.enter_context(lanes.turn())
        begun = [pool.submit(compute, text) for text in texts]
        while lanes.waiting < len(texts):
            threading.Event().wait(0.001)
        turn.close()
        return [each.result() for each in begun]


def _batches_of(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """A list that grows by the number of texts of each batch that is traced."""
    sizes: list[int] = []
    traces = Encoder._traces

    def counted(self: Encoder, texts: Sequence[Tokens], interventions: tuple[Intervention, ...]) -> list[Trace]:
        sizes.append(len(texts))
        return traces(self, texts, interventions)

    monkeypatch.setattr(Encoder, "_traces", counted)
    return sizes


def _arrays(trace: Trace) -> Iterable[tuple[str, Any]]:
    for field in fields(trace):
        value = getattr(trace, field.name)
        if isinstance(value, np.ndarray):
            yield field.name, value
    yield from (("mask", mask) for mask in trace.masks if mask is not None)


@pytest.mark.parametrize("changes", [(), (PositionsOff(), HeadsOff({(0, 0)}))], ids=["unchanged", "changed"])
def test_traces_that_wait_together_are_those_of_each_text_alone(
    opened: Opened, changes: tuple[Intervention, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    encoder = opened.encoder
    texts = _of_one_length(encoder, 5, tokens=18)
    alone = [encoder.trace(text, changes) for text in texts]
    sizes = _batches_of(monkeypatch)
    together = _while_all_wait(monkeypatch, lambda text: encoder.trace(text, changes), texts)
    assert sizes == [5]
    for trace, expected in zip(together, alone, strict=True):
        assert (trace.text, trace.tokens) == (expected.text, expected.tokens)
        assert trace.scaling == expected.scaling
        assert len(trace.masks) == len(expected.masks)
        for (name, made), (_, wanted) in zip(_arrays(trace), _arrays(expected), strict=True):
            assert made.shape == wanted.shape, name
            # One array for all would stay in memory for as long as one of the traces is kept.
            assert made.base is None or made.base.nbytes == made.nbytes, name
            assert_close(made, wanted)


def test_sentence_vectors_that_wait_together_are_those_of_each_text_alone(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    encoder = opened.encoder
    texts = _of_one_length(encoder, 5, tokens=18)
    alone = [encoder.encode([text])[0] for text in texts]
    together = _while_all_wait(monkeypatch, lambda text: encoder.encode([text])[0], texts)
    for vector, expected in zip(together, alone, strict=True):
        assert_close(vector, expected)


@pytest.mark.parametrize(("tokens", "expected"), [(15, [1, 1, 1]), (16, [3]), (100, [2, 1])])
def test_only_texts_whose_last_digits_stay_are_read_together_and_no_more_than_a_slice(
    bundled: Opened, tokens: int, expected: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes = _batches_of(monkeypatch)
    _while_all_wait(monkeypatch, bundled.encoder.trace, _of_one_length(bundled.encoder, 3, tokens))
    assert sizes == expected


def test_texts_with_other_lengths_or_changes_are_read_apart(bundled: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    encoder = bundled.encoder
    short, long = (_of_one_length(encoder, 2, tokens) for tokens in (18, 20))
    sizes = _batches_of(monkeypatch)

    def trace(text: str) -> Trace:
        return encoder.trace(text, [PositionsOff()] if text == short[0] else [])

    _while_all_wait(monkeypatch, trace, [*short, *long])
    assert sorted(sizes) == [1, 1, 2]

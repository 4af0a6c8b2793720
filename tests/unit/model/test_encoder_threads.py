"""One encoder serves many threads at once, each with its own experiment, as if it were alone."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle, islice
from typing import TypeVar

import numpy as np
import pytest

from components.core import (
    FutureMasked,
    HeadsOff,
    HeadUniform,
    Intervention,
    PositionsOff,
    SelfOnly,
    Trace,
)
from components.core.model.loading import BUNDLED_NAME
from tests.support.reference import SENTENCES, Opened, assert_close

T = TypeVar("T")

THREADS = 8

_EXPERIMENTS: list[tuple[Intervention, ...]] = [
    (),
    (PositionsOff(),),
    (HeadsOff({(0, 0), (2, 3)}),),
    (HeadUniform(1, 1),),
    (FutureMasked(),),
    (SelfOnly(),),
    (PositionsOff(), FutureMasked()),
]

# 4 texts and 7 experiments have no common divisor: 28 jobs are all the pairs.
_JOBS = list(islice(zip(cycle(SENTENCES), cycle(_EXPERIMENTS), strict=False), 28))


def _from(first: int, all_of_them: list[T]) -> list[T]:
    """Half of the list, from there on and round the end."""
    return (all_of_them[first:] + all_of_them[:first])[: len(all_of_them) // 2]


def _assert_same(trace: Trace, expected: Trace) -> None:
    """Compare within a bound: a text may have been read beside others of its length."""
    assert trace.tokens == expected.tokens
    for part in ("word_embeddings", "queries", "keys", "values", "hidden_states", "sentence_vector"):
        assert_close(getattr(trace, part), getattr(expected, part))
    assert_close(trace.attention_weights(), expected.attention_weights())


@pytest.mark.parametrize("name", [BUNDLED_NAME, "albert", "modernbert"])
def test_traces_of_eight_threads_are_those_of_one_while_another_encodes(
    open_model: Callable[[str], Opened], name: str
) -> None:
    encoder = open_model(name).encoder
    texts = [*SENTENCES, "eats " * 9]
    expected_traces = [encoder.trace(*job) for job in _JOBS]
    expected_vectors = encoder.encode(texts)

    start, traced = threading.Barrier(THREADS + 1), threading.Event()

    def trace_all(first: int) -> list[Trace]:
        start.wait()
        # Each thread begins elsewhere, so that different experiments meet.
        return [encoder.trace(*job) for job in _from(first, _JOBS)]

    def encode_meanwhile() -> list[np.ndarray]:
        start.wait()
        encoded = [encoder.encode(texts)]
        while not traced.is_set():
            encoded.append(encoder.encode(texts))
        return encoded

    with ThreadPoolExecutor(THREADS + 1) as pool:
        encoding = pool.submit(encode_meanwhile)
        firsts = [thread * len(_JOBS) // THREADS for thread in range(THREADS)]
        tracing = [pool.submit(trace_all, first) for first in firsts]
        try:
            results = [future.result() for future in tracing]
        finally:
            traced.set()
        encoded = encoding.result()

    for first, traces in zip(firsts, results, strict=True):
        for trace, expected in zip(traces, _from(first, expected_traces), strict=True):
            _assert_same(trace, expected)
    for vectors in encoded:
        np.testing.assert_array_equal(vectors, expected_vectors)


@pytest.mark.parametrize("name", [BUNDLED_NAME, "roberta"])
def test_texts_tokenized_in_eight_threads_while_another_encodes_are_never_cut(
    open_model: Callable[[str], Opened], name: str
) -> None:
    # sentence-transformers sets its tokenizer to cut and pad at each call; a trace must not see that.
    opened = open_model(name)
    encoder = opened.encoder
    long = "pizza " * (encoder.encode_limit + 50)
    expected = len(opened.tokenizer(long)["input_ids"])
    start = threading.Barrier(THREADS + 1)

    def count(_: int) -> set[int]:
        start.wait()
        return {encoder.tokenize(long, truncate=True).total_tokens for _ in range(20)}

    def encode() -> None:
        start.wait()
        for _ in range(3):
            encoder.encode([long, "it"])

    with ThreadPoolExecutor(THREADS + 1) as pool:
        encoding = pool.submit(encode)
        counts = set().union(*pool.map(count, range(THREADS)))
        encoding.result()
    assert counts == {expected}


def test_eight_threads_encode_at_once_what_each_encodes_alone(open_model: Callable[[str], Opened]) -> None:
    encoder = open_model("bert").encoder
    # Of other lengths in each thread, and some with an experiment: each pads and cuts in its own way.
    lists = [[f"{'eats ' * length}{text}" for text in SENTENCES] for length in range(0, 8 * THREADS, 8)]
    experiments = list(islice(cycle(_EXPERIMENTS), THREADS))
    expected = [encoder.encode(*job) for job in zip(lists, experiments, strict=True)]
    start = threading.Barrier(THREADS)

    def encode(thread: int) -> list[np.ndarray]:
        start.wait()
        return [encoder.encode(lists[thread], experiments[thread]) for _ in range(10)]

    with ThreadPoolExecutor(THREADS) as pool:
        for vectors, alone in zip(pool.map(encode, range(THREADS)), expected, strict=True):
            for each in vectors:
                np.testing.assert_array_equal(each, alone)

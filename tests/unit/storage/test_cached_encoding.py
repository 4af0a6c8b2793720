"""Sentences encoded with a store: the same vectors, none computed twice, and a job that was stopped goes on."""

import re
import sqlite3
from collections.abc import Callable, Sequence
from itertools import permutations
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import example, given, settings
from hypothesis import strategies as st

from components.core import (
    Encoder,
    HeadsOff,
    Intervention,
    InterventionError,
    PositionsOff,
    PositionsReordered,
    SentenceError,
)
from components.core.model import encoder as encoder_module
from components.core.storage import cached_encoding as encoding_module
from components.core.storage.cached_encoding import Progress, encode_with_store, find_unreadable
from components.core.storage.vector_store import VectorStore
from tests.support.reference import SENTENCES, Opened, assert_close

#: 150 different ones, of every length and in no order.
TEXTS = [" ".join(["it", "eats", "the", "pizza"][: 1 + i % 4]) + " good" * (i * 7 % 40) + f" {i}" for i in range(150)]


@pytest.fixture
def bert(open_model: Callable[[str], Opened]) -> Encoder:
    return open_model("bert").encoder


@pytest.fixture
def store(tmp_path: Path) -> VectorStore:
    return VectorStore(tmp_path / "vectors.sqlite")


@pytest.fixture
def encode_calls(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The texts of each call of Encoder.encode, of any encoder."""
    calls: list[list[str]] = []
    encode = Encoder.encode

    def counted(self: Encoder, texts: Sequence[str], *arguments: Any, **named: Any) -> np.ndarray:
        calls.append(list(texts))
        return encode(self, texts, *arguments, **named)

    monkeypatch.setattr(Encoder, "encode", counted)
    return calls


def _count_vectors(store: VectorStore) -> int:
    """How many vectors are in the store."""
    connection = sqlite3.connect(store._database.file)
    count = connection.execute("SELECT count(*) FROM vectors").fetchone()[0]
    connection.close()
    return int(count)


class StopRequest(Exception):  # noqa: N818 - a request, not an error
    pass


# Vectors


def test_vectors_are_those_that_encode_gives_found_or_not(encoder: Encoder, store: VectorStore) -> None:
    expected = encoder.encode(SENTENCES)
    for _ in range(2):
        vectors = encode_with_store(encoder, SENTENCES, store)
        assert (vectors.shape, vectors.dtype) == ((len(SENTENCES), 384), np.float32)
        assert_close(vectors, expected)


def test_vectors_of_every_architecture_are_those_that_encode_gives(opened: Opened, store: VectorStore) -> None:
    encode_with_store(opened.encoder, SENTENCES[:2], store)
    assert_close(encode_with_store(opened.encoder, SENTENCES[::-1], store), opened.encoder.encode(SENTENCES[::-1]))


def test_vectors_of_many_chunks_come_in_the_order_of_the_sentences(bert: Encoder, store: VectorStore) -> None:
    expected = bert.encode(TEXTS)
    assert_close(encode_with_store(bert, TEXTS, store), expected)
    assert_close(encode_with_store(bert, TEXTS[::-1], store), expected[::-1])
    assert_close(encode_with_store(bert, ["the oven", *TEXTS[30:60]], store)[1:], expected[30:60])


def test_no_sentences_give_no_vectors(bert: Encoder, store: VectorStore, encode_calls: list[list[str]]) -> None:
    assert encode_with_store(bert, [], store).shape == (0, bert.vector_size)
    assert encode_calls == []


# None computed twice


def test_what_one_process_encoded_the_next_does_not(
    bert: Encoder, tmp_path: Path, encode_calls: list[list[str]]
) -> None:
    first = encode_with_store(bert, TEXTS, VectorStore(tmp_path / "file"))
    encode_calls.clear()
    np.testing.assert_array_equal(encode_with_store(bert, TEXTS, VectorStore(tmp_path / "file")), first)
    assert encode_calls == []


def test_equal_sentences_are_encoded_once(bert: Encoder, store: VectorStore, encode_calls: list[list[str]]) -> None:
    vectors = encode_with_store(bert, ["it", "the oven", "it", "it"], store)
    assert encode_calls == [["the oven", "it"]]
    assert_close(vectors, bert.encode(["it", "the oven", "it", "it"]))


def test_sentences_that_differ_in_a_blank_are_not_mixed_up(bert: Encoder, store: VectorStore) -> None:
    texts = ["it eats", "it  eats", " it eats", "It eats"]
    encode_with_store(bert, texts, store)
    assert _count_vectors(store) == 4


def test_the_rest_is_encoded_in_chunks_long_ones_first(
    bert: Encoder, store: VectorStore, encode_calls: list[list[str]]
) -> None:
    encode_with_store(bert, TEXTS[:10], store)
    encode_calls.clear()
    encode_with_store(bert, TEXTS, store)
    assert [len(call) for call in encode_calls] == [64, 64, 12]
    lengths = [len(text) for call in encode_calls for text in call]
    assert lengths == sorted(lengths, reverse=True)
    assert {text for call in encode_calls for text in call} == set(TEXTS[10:])


def test_a_store_that_keeps_nothing_costs_only_time(
    bert: Encoder, tmp_path: Path, encode_calls: list[list[str]]
) -> None:
    (tmp_path / "file").write_text("in the way")
    nowhere = VectorStore(tmp_path / "file" / "vectors.sqlite")
    expected = bert.encode(TEXTS)
    encode_calls.clear()
    for _ in range(2):
        assert_close(encode_with_store(bert, TEXTS, nowhere), expected)
    assert len(encode_calls) == 6


# Different vectors of one sentence


def test_interventions_are_kept_apart(bert: Encoder, store: VectorStore) -> None:
    experiments: list[tuple[Intervention, ...]] = [
        (),
        (PositionsOff(),),
        (HeadsOff({(0, 0)}),),
        (HeadsOff({(0, 1)}),),
        (PositionsReordered((1, 0, 2)),),
    ]
    for _ in range(2):
        for interventions in experiments:
            vectors = encode_with_store(bert, ["it"], store, interventions)
            assert_close(vectors, bert.encode(["it"], interventions))
    assert _count_vectors(store) == len(experiments)


def test_equal_interventions_are_found_again_however_they_were_put_together(
    bert: Encoder, store: VectorStore, encode_calls: list[list[str]]
) -> None:
    heads = [(layer, head) for layer in range(3) for head in range(4)]
    both_ways = [(HeadsOff(pair), HeadsOff(pair[::-1])) for pair in permutations(heads, 2)]
    one, other = next((one, other) for one, other in both_ways if repr(one) != repr(other))
    assert one == other
    for interventions in [(one,), (other,)]:
        encode_with_store(bert, ["it"], store, interventions)
    assert len(encode_calls) == 1


def _fast_precision_is(monkeypatch: pytest.MonkeyPatch, precision: torch.dtype | None) -> None:
    for module in (encoder_module, encoding_module):
        monkeypatch.setattr(module, "fast_precision", lambda: precision)


def test_exact_and_fast_vectors_are_kept_apart(
    bert: Encoder, store: VectorStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    _fast_precision_is(monkeypatch, torch.bfloat16)
    for _ in range(2):
        for fast in (True, False):
            np.testing.assert_array_equal(
                encode_with_store(bert, ["it eats"], store, fast=fast), bert.encode(["it eats"], fast=fast)
            )
    assert _count_vectors(store) == 2


def test_fast_vectors_are_the_exact_ones_where_no_lower_precision_helps(
    bert: Encoder, store: VectorStore, monkeypatch: pytest.MonkeyPatch, encode_calls: list[list[str]]
) -> None:
    _fast_precision_is(monkeypatch, None)
    exact = encode_with_store(bert, TEXTS[:5], store)
    np.testing.assert_array_equal(encode_with_store(bert, TEXTS[:5], store, fast=True), exact)
    assert len(encode_calls) == 1


def test_models_are_kept_apart(open_model: Callable[[str], Opened], store: VectorStore) -> None:
    # All of one width.
    encoders = [open_model(name).encoder for name in ("bert", "roberta", "electra")]
    for _ in range(2):
        for encoder in encoders:
            assert_close(encode_with_store(encoder, TEXTS[:3], store), encoder.encode(TEXTS[:3]))


# Stopping, and going on


def test_a_job_that_was_stopped_goes_on_where_it_was(
    bert: Encoder, store: VectorStore, encode_calls: list[list[str]]
) -> None:
    def stop_after_two_chunks(progress: Progress) -> None:
        if progress.done == 128:
            raise StopRequest

    with pytest.raises(StopRequest):
        encode_with_store(bert, TEXTS, store, progress=stop_after_two_chunks)
    first = [text for call in encode_calls for text in call]
    assert len(first) == 128
    encode_calls.clear()
    vectors = encode_with_store(bert, TEXTS, store)
    assert len(encode_calls) == 1
    assert set(encode_calls[0]) == set(TEXTS) - set(first)
    assert_close(vectors, bert.encode(TEXTS))


def test_a_job_stopped_at_its_start_has_encoded_nothing(
    bert: Encoder, store: VectorStore, encode_calls: list[list[str]]
) -> None:
    def stop(_: Progress) -> None:
        raise StopRequest

    with pytest.raises(StopRequest):
        encode_with_store(bert, TEXTS, store, progress=stop)
    assert encode_calls == []


# Progress


def _progress_reports(encoder: Encoder, sentences: Sequence[str], store: VectorStore) -> list[Progress]:
    told: list[Progress] = []
    encode_with_store(encoder, sentences, store, progress=told.append)
    return told


def test_progress_counts_all_sentences_and_the_pace_only_those_encoded(
    bert: Encoder, store: VectorStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    encode_with_store(bert, TEXTS[:50], store)
    seconds = iter([100.0, 102.0, 110.0])
    monkeypatch.setattr(encoding_module, "time", SimpleNamespace(perf_counter=lambda: next(seconds)))
    # 50 found, each twice, and 100 encoded, one of them three times: the longest, so in the first chunk.
    longest = max(TEXTS[50:], key=len)
    told = _progress_reports(bert, [*TEXTS[:50], *TEXTS, longest, longest], store)
    assert told == [Progress(100, 202, 0.0), Progress(166, 202, 32.0), Progress(202, 202, 10.0)]


def test_progress_is_told_once_when_everything_was_found(bert: Encoder, store: VectorStore) -> None:
    encode_with_store(bert, TEXTS[:3], store)
    assert _progress_reports(bert, TEXTS[:3], store) == [Progress(3, 3, 0.0)]
    assert _progress_reports(bert, [], store) == [Progress(0, 0, 0.0)]


# Refusals


@pytest.mark.parametrize("refused", ["", "  ", "\x00", "\ud83c"])
def test_a_sentence_with_nothing_in_it_is_refused_before_any_is_encoded(
    bert: Encoder, store: VectorStore, encode_calls: list[list[str]], refused: str
) -> None:
    with pytest.raises(SentenceError) as expected:
        bert.encode([refused])
    encode_calls.clear()
    with pytest.raises(SentenceError, match=f"^{re.escape(str(expected.value))}$"):
        encode_with_store(bert, [*TEXTS, refused], store)
    assert encode_calls == []


def test_an_intervention_that_does_not_fit_is_refused(bert: Encoder, store: VectorStore) -> None:
    with pytest.raises(InterventionError, match="Layer 10, head 1 does not exist"):
        encode_with_store(bert, ["it"], store, (HeadsOff({(9, 0)}),))


def test_unreadable_sentences_are_named_by_their_places_with_the_reason(bert: Encoder) -> None:
    assert find_unreadable(bert, ["it", "  ", "eats", "\x00\x01", "🍕", ""]) == [
        (1, "There is no sentence to read: 2 blank characters were typed. Type at least one word."),
        (
            3,
            "The tokenizer finds nothing to read in 2 characters: it drops control characters and blanks. "
            "Type at least one word.",
        ),
        (5, "There is no sentence to read: nothing was typed. Type at least one word."),
    ]


@settings(max_examples=50)
@given(text=st.text(st.characters(codec=None), max_size=20))
@example(text="\x00")
@example(text="...")
@example(text="\ud83c")
@example(text="pizza \udf55")
@example(text="é " * 500)
@pytest.mark.parametrize("name", ["bert", "roberta", "xlm-roberta"])
def test_a_sentence_is_unreadable_if_and_only_if_encode_refuses_it(
    open_model: Callable[[str], Opened], name: str, text: str
) -> None:
    encoder = open_model(name).encoder
    refused = []
    try:
        encoder.encode([text])
    except SentenceError as refusal:
        refused = [(0, str(refusal))]
    assert find_unreadable(encoder, [text]) == refused


def test_ordinary_text_is_not_tokenized_to_see_that_it_can_be_read(
    bert: Encoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    tokenized: list[str] = []
    tokenize = bert.tokenize

    def counted(text: str, *arguments: Any, **named: Any) -> Any:
        tokenized.append(text)
        return tokenize(text, *arguments, **named)

    monkeypatch.setattr(bert, "tokenize", counted)
    assert find_unreadable(bert, [*TEXTS, "¿?"]) == []
    assert tokenized == ["¿?"]

"""Token vectors of many texts: those of a trace and of plain Hugging Face, within the bytes that are allowed."""

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest

from components.core import Encoder, SentenceError, load_encoder
from components.core.embeddings.token_contributions import tokens_read
from components.core.embeddings.token_vectors import (
    TokenVectorCache,
    TokenVectors,
    bytes_needed,
    check_fits,
    joined,
    token_vectors,
)
from components.core.errors import StoreError
from components.core.model.prompts import TextKind
from tests.support.reference import SENTENCES, Opened, assert_close
from tests.support.tiny_models import LIMIT, save_pooled

# A half has 11 bits: a number below 1 is kept to within 2⁻¹².
HALF = 2.0**-12


def rows_of(found: TokenVectors, text: int) -> np.ndarray:
    return found.of([text]).vectors


def units(states: np.ndarray) -> np.ndarray:
    return states / np.linalg.norm(states, axis=1, keepdims=True)


@pytest.fixture
def with_prompt(tmp_path: Path) -> Encoder:
    """A tiny model that reads "eats: " before questions."""
    return load_encoder(str(save_pooled(tmp_path, "mean", prompts={"query": "eats: "})))


def by_hand() -> TokenVectors:
    """Three texts of 3, 1 and 2 tokens, whose vectors are 0 to 5; the first and the last token are special."""
    return TokenVectors(
        np.arange(6, dtype=np.float16)[:, None], np.array([3, 1, 2]), np.array([True, False, False, False, False, True])
    )


def test_token_vectors_are_the_last_layers_in_plain_hugging_face_for_every_architecture(opened: Opened) -> None:
    found = token_vectors(opened.encoder, SENTENCES)
    assert found.vectors.dtype == np.float16
    for number, text in enumerate(SENTENCES):
        expected = units(opened.reference(text).hidden_states[-1])
        assert_close(rows_of(found, number), expected, atol=HALF + 1e-5)
    assert found.special.sum() == sum(opened.encoder.tokenize(text).special.sum() for text in SENTENCES)


def test_token_vectors_of_300_texts_of_many_lengths_are_those_of_their_traces(
    open_model: Callable[[str], Opened],
) -> None:
    encoder = open_model("bert").encoder
    texts = [" ".join(["it eats", *["pizza"] * (number % 7), "oven"]) for number in range(300)]
    told: list[tuple[int, int]] = []
    found = token_vectors(encoder, texts, progress=lambda *done: told.append(done))
    assert len(found) == 300
    assert told[-1] == (300, 300)
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    for number in (0, 5, 63, 64, 255, 256, 299):
        trace = encoder.trace(texts[number])
        assert_close(rows_of(found, number), units(trace.hidden_states[-1]), atol=HALF + 1e-5)
        of_text = slice(found.starts[number], found.starts[number] + found.counts[number])
        np.testing.assert_array_equal(found.special[of_text], trace.tokenized.special)


def test_a_text_that_is_too_long_has_the_tokens_that_are_read(open_model: Callable[[str], Opened]) -> None:
    opened = open_model("bert")
    text = "it squatch " * LIMIT
    found = token_vectors(opened.encoder, [text])
    assert found.counts.tolist() == [opened.encoder.encode_limit]
    read = tokens_read(opened.encoder, text)
    assert_close(found.vectors, units(opened.encoder.trace(read.text).hidden_states[-1]), atol=HALF + 1e-5)


def test_the_tokens_of_a_prompt_count_as_special(with_prompt: Encoder) -> None:
    plain, question = (
        token_vectors(with_prompt, ["it eats pizza"], kind) for kind in (TextKind.PASSAGE, TextKind.QUESTION)
    )
    whole = with_prompt.trace("eats: it eats pizza")
    assert_close(question.vectors, units(whole.hidden_states[-1]), atol=HALF + 1e-5)
    assert question.typed.counts.tolist() == plain.typed.counts.tolist()
    assert question.counts[0] > plain.counts[0]


def test_texts_are_picked_in_any_order_and_special_tokens_left_out_by_hand() -> None:
    found = by_hand()
    assert found.starts.tolist() == [0, 3, 4]
    assert found.of([2, 0]).vectors[:, 0].tolist() == [4, 5, 0, 1, 2]
    assert found.of([2, 0]).special.tolist() == [False, True, True, False, False]
    assert found.of([]).counts.tolist() == []
    assert found.typed.vectors[:, 0].tolist() == [1, 2, 3, 4]
    assert found.typed.counts.tolist() == [2, 1, 1]
    assert found.of([1, 2]).typed.vectors[:, 0].tolist() == [3, 4]
    assert joined([found.of([0]), found.of([1, 2])]).vectors[:, 0].tolist() == [0, 1, 2, 3, 4, 5]


def test_no_text_has_no_vector(open_model: Callable[[str], Opened]) -> None:
    found = token_vectors(open_model("bert").encoder, [])
    assert (len(found), found.nbytes, found.typed.counts.tolist()) == (0, 0, [])


def test_a_text_with_nothing_to_read_is_refused(open_model: Callable[[str], Opened]) -> None:
    with pytest.raises(SentenceError, match="blank"):
        token_vectors(open_model("bert").encoder, ["it", " "])


@pytest.mark.parametrize("kind", TextKind)
def test_bytes_are_known_before_anything_is_encoded(with_prompt: Encoder, kind: TextKind) -> None:
    texts = [*SENTENCES, "it squatch " * LIMIT]
    assert (
        bytes_needed(with_prompt, with_prompt.token_counts(texts), kind)
        == token_vectors(with_prompt, texts, kind).nbytes
    )


def test_passages_that_do_not_fit_are_refused_with_how_many_would(open_model: Callable[[str], Opened]) -> None:
    encoder = open_model("bert").encoder
    each = bytes_needed(encoder, [10])
    check_fits(encoder, [10] * 100, 100 * each)
    with pytest.raises(StoreError, match=r"100 passages take .* enough for some 75.*Re-rank the first"):
        check_fits(encoder, [10] * 100, 75 * each)


class CountedEncoding:
    """Token vectors of texts that are numbers: as many tokens as the number, each vector the number itself."""

    def __init__(self) -> None:
        self.encoded: list[str] = []

    def __call__(self, texts: Sequence[str]) -> TokenVectors:
        self.encoded += texts
        counts = np.array([int(text) for text in texts], dtype=int)
        vectors = np.repeat(counts, counts).astype(np.float16)[:, None]
        return TokenVectors(vectors, counts, np.zeros(len(vectors), dtype=bool))


def test_kept_vectors_are_not_encoded_again_and_no_more_bytes_are_kept_than_allowed() -> None:
    encode = CountedEncoding()
    cache = TokenVectorCache([str(number) for number in range(1, 10)], encode, most_bytes=20)
    assert cache.of([3, 1, 3]).vectors[:, 0].tolist() == [4] * 4 + [2] * 2 + [4] * 4
    assert encode.encoded == ["4", "2"]
    assert cache.nbytes == 12
    assert cache.of([1, 0]).counts.tolist() == [2, 1]
    assert encode.encoded == ["4", "2", "1"]
    # Five more vectors of two bytes leave no room for the four that were not asked for longest.
    cache.of([4])
    assert cache.nbytes == 16
    cache.of([3])
    assert encode.encoded == ["4", "2", "1", "5", "4"]


def test_vectors_that_exceed_what_is_kept_are_returned_all_the_same() -> None:
    cache = TokenVectorCache(["9", "8"], CountedEncoding(), most_bytes=17)
    assert cache.of([0, 1]).counts.tolist() == [9, 8]
    assert cache.nbytes == 16
    assert cache.of([]).counts.tolist() == []

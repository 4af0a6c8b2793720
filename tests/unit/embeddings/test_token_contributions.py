"""A unit sentence vector divided among tokens: by hand, against plain Hugging Face, and what cannot be divided."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from sentence_transformers.sentence_transformer.modules import Dense, Normalize

from components.core import Encoder, ModelError, SentenceError, load_encoder
from components.core.embeddings.token_contributions import (
    are_alike,
    divide_unit_vector,
    token_contributions,
    tokens_encoded,
    word_contributions,
)
from tests.support.reference import SENTENCES, Opened, assert_close
from tests.support.tiny_models import HIDDEN, LIMIT, save_pooled

# Where a tiny model stops reading, it is in the middle of a word, or between two of the four bytes of a character.
_LONG = ["it squatch " * LIMIT, "squatch" * LIMIT, "🍕" * LIMIT]


def _saved(directory: Path, pooling: str, *following: torch.nn.Module, prompt: str = "") -> Encoder:
    torch.manual_seed(0)
    prompts = {"query": prompt} if prompt else {}
    return load_encoder(
        str(save_pooled(directory, pooling, *following, prompts=prompts, default="query" if prompt else None))
    )


# The sum


def test_parts_worked_by_hand() -> None:
    # The mean is (2, 1), of length √5.
    parts = divide_unit_vector(np.array([[4.0, 0.0], [0.0, 2.0]]), np.full(2, 0.5))
    np.testing.assert_allclose(parts, np.array([[2, 0], [0, 1]]) / 5**0.5)


def test_parts_of_vectors_that_cancel_out_sum_to_zero() -> None:
    parts = divide_unit_vector(np.array([[1.0, 2.0], [-1.0, -2.0]]), np.full(2, 0.5))
    np.testing.assert_array_equal(parts.sum(axis=0), [0, 0])
    np.testing.assert_array_equal(parts[0], [0.5, 1])


def test_parts_sum_to_the_unit_vector_encoded_for_every_architecture(opened: Opened) -> None:
    texts = [*SENTENCES, *_LONG]
    found = token_contributions(opened.encoder, texts)
    expected = opened.sentence_model.encode(texts).astype(np.float64)
    expected /= np.linalg.norm(expected, axis=1, keepdims=True)
    assert len(found) == len(texts)
    for each, unit in zip(found, expected, strict=True):
        assert each.parts.dtype == np.float64
        assert each.parts.shape == (len(each.tokens.tokens), len(unit))
        assert_close(each.parts.sum(axis=0), unit, atol=1e-5)
        assert_close(each.unit, unit, atol=1e-5)


def test_a_part_is_the_tokens_context_vector_by_the_number_of_tokens_and_the_length_of_the_mean(
    opened: Opened,
) -> None:
    for text, found in zip(SENTENCES, token_contributions(opened.encoder, SENTENCES), strict=True):
        vectors = opened.reference(text).hidden_states[-1].astype(np.float64)
        assert_close(found.parts, vectors / len(vectors) / np.linalg.norm(vectors.mean(axis=0)))


def test_texts_keep_their_order_however_many_run_at_once(encoder: Encoder) -> None:
    texts = ["pizza " * (1 + place * 7 % 12) + str(place) for place in range(40)]
    together = token_contributions(encoder, texts)
    assert [each.tokens.text for each in together] == texts
    for place in (0, 15, 16, 39):
        assert_close(together[place].parts, token_contributions(encoder, [texts[place]])[0].parts)


def test_no_texts_have_no_parts(encoder: Encoder) -> None:
    assert token_contributions(encoder, []) == ()


def test_only_the_first_token_of_a_model_that_pools_by_it_has_a_part(tmp_path: Path) -> None:
    encoder = _saved(tmp_path, "cls", Normalize())
    (found,) = token_contributions(encoder, ["pizza came out of the oven"])
    assert_close(found.parts[0], encoder.encode(["pizza came out of the oven"])[0])
    assert not found.parts[1:].any()


def test_vectors_that_are_alike_differ_by_no_more_than_rounding() -> None:
    ones = np.array([[3.0, 4.0], [0.0, 1.0]])
    assert are_alike(ones, 2 * ones)
    assert are_alike(ones, ones + 1e-5)
    assert not are_alike(ones, ones + np.array([[0.0, 0.0], [1e-3, 0.0]]))
    assert not are_alike(ones, -ones)
    assert not are_alike(ones, ones[:, :1])


# Tokens and words


def test_the_tokens_are_those_that_encode_reads(opened: Opened) -> None:
    limit = opened.encoder.encode_limit
    for text in [*SENTENCES, *_LONG]:
        tokens = tokens_encoded(opened.encoder, text)
        whole = opened.tokenizer(text, verbose=False)["input_ids"]
        assert tokens.token_ids.tolist() == opened.tokenizer(text, truncation=True, max_length=limit)["input_ids"]
        assert tokens.total_tokens == len(whole)
        assert tokens.text + tokens.unread_text == text
        assert bool(tokens.unread_text.strip()) == (len(whole) > limit)


def test_a_text_at_the_limit_is_read_whole(encoder: Encoder) -> None:
    for words, unread in ((254, ""), (255, " the")):
        tokens = tokens_encoded(encoder, " ".join(["the"] * words))
        assert (len(tokens.tokens), tokens.unread_text) == (256, unread)


def test_words_share_out_what_their_tokens_bring(encoder: Encoder) -> None:
    tokens = encoder.tokenize("An electroencephalography!")
    shares = 2.0 ** np.arange(len(tokens.tokens))
    words = word_contributions(tokens, shares)
    assert [(word.text, word.start, word.end, word.special) for word in words] == [
        ("[CLS]", 0, 0, True),
        ("An", 0, 2, False),
        ("electroencephalography", 3, 25, False),
        ("!", 25, 26, False),
        ("[SEP]", 0, 0, True),
    ]
    assert [word.share for word in words] == [1, 2, shares[2:-2].sum(), shares[-2], shares[-1]]


# What cannot be divided


@pytest.mark.parametrize("pooling", ["max", "weightedmean", "lasttoken"])
def test_a_model_that_pools_in_another_way_is_refused(tmp_path: Path, pooling: str) -> None:
    with pytest.raises(ModelError, match=f"pools by '{pooling}', and only 2 ways of pooling, mean and cls, add up"):
        token_contributions(_saved(tmp_path, pooling), ["pizza"])


@pytest.mark.parametrize("width", [HIDDEN, 8])
def test_a_model_with_a_layer_after_pooling_is_refused(tmp_path: Path, width: int) -> None:
    with pytest.raises(ModelError, match=f"their {width} numbers are not the token vectors pooled by 'mean'"):
        token_contributions(_saved(tmp_path, "mean", Dense(HIDDEN, width)), ["it eats", "pizza"])


def test_a_model_that_reads_a_prompt_first_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="a prompt be read before the text"):
        token_contributions(_saved(tmp_path, "mean", prompt="the good pizza "), ["it eats"])


def test_a_text_longer_than_a_trace_is_divided_where_encode_reads_no_more_and_refused_where_it_does(
    open_model: Callable[[str], Opened], monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = open_model("bert")
    text = "squatch came out of the oven " * 20
    (found,) = token_contributions(opened.encoder, [text])
    assert len(found.tokens.tokens) == LIMIT
    monkeypatch.setattr(opened.encoder, "trace_limit", LIMIT // 2)
    short = "the " * (LIMIT // 2 - 2)
    assert tokens_encoded(opened.encoder, short).unread_text == ""
    for longer in (text, short + "the"):
        with pytest.raises(SentenceError, match=rf"has [\d]+ tokens; what .* at most {LIMIT // 2}. Choose a shorter"):
            token_contributions(opened.encoder, [longer])


def test_a_text_without_a_word_is_refused(encoder: Encoder) -> None:
    for text, why in (("", "nothing was typed"), ("  ", "blank"), ("\u200b", "finds nothing to read")):
        with pytest.raises(SentenceError, match=why):
            token_contributions(encoder, ["pizza", text])

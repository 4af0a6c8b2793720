"""Leave-one-out: what the word's vector would be if one other word could not be seen."""

import numpy as np
import pytest
import torch

from components.core import Encoder
from components.core.context.occlusion import occlusion
from tests.support.reference import Opened, assert_close, cosine

TEXT = "We sat on the bank of the Squatch river"


def test_leave_one_out_is_a_direct_run_with_that_word_masked(opened: Opened) -> None:
    encoder = opened.encoder
    tokens = encoder.tokenize(TEXT)
    words = tokens.words
    bank = next(word for word in words if word.text == "bank")
    others = [word for word in tokens.words_and_marks if word.token_indices != bank.token_indices]
    moved = occlusion(encoder, tokens, bank, others)
    places = list(bank.token_indices)
    whole = opened.reference(TEXT).hidden_states[-1, places].mean(axis=0)
    for other, distance in zip(others, moved, strict=True):
        mask = torch.ones((1, len(tokens.tokens)), dtype=torch.long)
        mask[0, list(other.token_indices)] = 0
        masked = opened.reference(TEXT, attention_mask=mask).hidden_states[-1, places].mean(axis=0)
        assert_close(distance, 1 - cosine(whole, masked))


def test_a_batch_that_is_larger_than_one_run_is_read_whole(encoder: Encoder) -> None:
    tokens = encoder.tokenize("the bank " * 20)
    word, *others = tokens.words
    moved = occlusion(encoder, tokens, word, others)
    assert moved.shape == (39,)
    assert_close(moved[[0, 17, 38]], [occlusion(encoder, tokens, word, [others[i]])[0] for i in (0, 17, 38)])


def test_the_river_is_what_makes_the_bank_a_rivers(encoder: Encoder) -> None:
    tokens = encoder.tokenize("We sat on the bank of the river and watched the boats go by.")
    others = [word for word in tokens.words if word.text != "bank"]
    bank = next(word for word in tokens.words if word.text == "bank")
    moved = occlusion(encoder, tokens, bank, others)
    assert others[int(np.argmax(moved))].text == "river"


@pytest.mark.parametrize("visible", [[True, False, True, True], [False, True, True, True]])
def test_hidden_tokens_are_what_an_attention_mask_hides(bundled: Opened, visible: list[bool]) -> None:
    tokens = bundled.encoder.tokenize("bank river")
    vectors = bundled.encoder.context_vectors(tokens.token_ids[None], np.array([visible]))
    expected = bundled.reference("bank river", attention_mask=torch.tensor([visible]).long()).hidden_states
    assert_close(vectors[0], expected)


def test_reading_several_texts_at_once_changes_none_of_them(opened: Opened) -> None:
    texts = ["it", "Squatch eats pizza", "The pizza came out of the oven and it tasted good!"]
    tokens = [opened.encoder.tokenize(text) for text in texts]
    for text, vectors in zip(texts, opened.encoder.context_vectors_of_all(tokens), strict=True):
        assert_close(vectors, opened.reference(text).hidden_states, atol=2e-5)
    assert opened.encoder.context_vectors_of_all([]) == []

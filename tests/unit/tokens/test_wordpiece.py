"""The look-up that the Tokens page spells out, against what the tokenizer really does."""

from hypothesis import given, settings
from hypothesis import strategies as st

from components.core import Encoder
from components.core.tokens.wordpiece import wordpiece_steps


@settings(max_examples=200, deadline=None)
@given(st.text("abcdefghijklmnopqrstuvwxyzé", min_size=1, max_size=30))
def test_the_steps_find_the_tokenizers_own_pieces(encoder: Encoder, word: str) -> None:
    tokens = encoder.tokenize(word)
    pieces = [token for token, special in zip(tokens.tokens, tokens.special, strict=True) if not special]
    steps = encoder.wordpiece_steps(word)
    assert steps is not None
    assert [step.found for step in steps] == pieces


def test_everything_tried_before_a_piece_is_longer_and_not_in_the_vocabulary(encoder: Encoder) -> None:
    steps = encoder.wordpiece_steps("Squatch")
    assert steps is not None
    assert [step.found for step in steps] == ["squat", "##ch"]
    assert [step.tried for step in steps] == [("squatch", "squatc"), ()]
    assert not {"squatch", "squatc"} & set(encoder.vocabulary)


def test_a_word_without_pieces_ends_in_nothing_found() -> None:
    assert [step.found for step in wordpiece_steps("xq", {"x"})] == ["x", None]


def test_a_word_of_more_than_a_hundred_letters_is_unknown_as_in_bert(encoder: Encoder) -> None:
    tokens = encoder.tokenize("a" * 101)
    assert tokens.tokens[1:-1] == ("[UNK]",)
    steps = encoder.wordpiece_steps("a" * 101)
    assert steps is not None
    assert [step.found for step in steps] == [None]

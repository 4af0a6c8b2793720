"""The sentences of the load benchmark."""

from components.core import Encoder
from tests.benchmarks.sentences import Sentences


def test_no_sentence_is_given_twice_and_each_has_16_tokens(encoder: Encoder) -> None:
    sentences = Sentences(seed=3)
    given = [sentences.new() for _ in range(2_000)]
    assert len(set(given)) == len(given)
    assert {encoder.tokenize(sentence).total_tokens for sentence in given} == {16}


def test_equal_seeds_give_equal_sentences() -> None:
    first, second = Sentences(seed=1), Sentences(seed=1)
    assert [first.new() for _ in range(5)] == [second.new() for _ in range(5)]

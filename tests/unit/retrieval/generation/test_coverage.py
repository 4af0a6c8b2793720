"""Which source covers a sentence of an answer: held against cosines computed pair by pair, and cases by hand."""

import math

import numpy as np
import pytest

from components.core import Encoder
from components.core.numerics.similarity import normalise_rows
from components.core.retrieval.generation.coverage import Support, find_supports

AXES = np.eye(3, dtype=np.float32)


def test_each_sentence_finds_the_nearest_of_all_sources() -> None:
    generator = np.random.default_rng(0)
    answer, sentences = (normalise_rows(generator.normal(size=(rows, 8))) for rows in (5, 20))
    numbers = [1 + index // 4 for index in range(20)]
    for row, support in zip(answer, find_supports(answer, sentences, numbers, 0.5), strict=True):
        cosines = [math.fsum(a * b for a, b in zip(row, other, strict=True)) for other in sentences]
        best = max(range(20), key=lambda index: cosines[index])
        assert support is not None
        assert (support.sentence, support.source) == (best, numbers[best])
        assert support.cosine == pytest.approx(cosines[best], abs=1e-12)
        assert support.covered == (cosines[best] >= 0.5)


def test_a_cosine_that_reaches_the_threshold_covers() -> None:
    answer = np.array([[0.6, 0.8, 0.0]])
    below, at = (find_supports(answer, AXES[:1].astype(float), [4], threshold)[0] for threshold in (0.61, 0.6))
    assert below == Support(0, 4, 0.6, False)
    assert at == Support(0, 4, 0.6, True)


def test_of_sentences_equally_near_the_first_is_named_also_where_the_last_digit_differs() -> None:
    nearly = AXES[:1] * np.float32(1 - 1e-7)
    support = find_supports(AXES[:1], np.vstack([AXES[1:2], nearly, AXES[:1]]), [1, 2, 3], 0.9)[0]
    assert support is not None
    assert (support.sentence, support.source, support.covered) == (1, 2, True)
    assert support.cosine == pytest.approx(1.0, abs=1e-6)


def test_rounding_takes_no_cosine_beyond_one() -> None:
    long = AXES[:1] * np.float32(1 + 1e-6)
    support = find_supports(AXES[:1], long, [1], 1.0)[0]
    assert support is not None
    assert support.cosine == 1.0


def test_without_sources_nothing_is_near() -> None:
    assert find_supports(AXES[:2], np.empty((0, 3)), [], 0.0) == (None, None)


def test_an_answer_without_sentences_has_no_support() -> None:
    assert find_supports(np.empty((0, 3)), AXES, [1, 1, 2], 0.5) == ()


def test_a_number_of_a_source_is_wanted_for_each_sentence() -> None:
    with pytest.raises(ValueError, match="3 sentences, but 2 numbers"):
        find_supports(AXES, AXES, [1, 2], 0.5)


def test_the_bundled_model_finds_what_was_said_and_not_what_was_not(encoder: Encoder) -> None:
    sources = ["Knead the dough for ten minutes.", "The goalkeeper caught the ball.", "Salt the soup at the end."]
    answer = ["The dough is kneaded for 10 minutes.", "The moon is made of rock."]
    kneaded, moon = find_supports(
        normalise_rows(encoder.encode(answer)), normalise_rows(encoder.encode(sources)), [1, 1, 2], 0.6
    )
    assert kneaded is not None
    assert moon is not None
    assert (kneaded.sentence, kneaded.source, kneaded.covered) == (0, 1, True)
    assert not moon.covered

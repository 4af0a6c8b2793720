"""A task of encoders, put to a decoder: areas are scikit-learn's, and intervals draw sentences."""

import numpy as np
import pytest
import torch
from sklearn.metrics import roc_auc_score

from components.core.kinds.models import row_of
from components.core.kinds.similarity_question import Vector, areas, compare, sentence_vectors
from components.core.numerics.similarity import normalise_rows
from tests.support.kinds_of_kitchen import PIZZA, TEA, kitchen

MODELS = kitchen()
SENTENCES = list(MODELS.language.sentences)
FIRST, SECOND = np.triu_indices(len(SENTENCES), 1)


def test_the_vectors_are_means_and_last_words_of_transformers_own_states() -> None:
    vectors = sentence_vectors(MODELS, [TEA, PIZZA])
    for number, sentence in enumerate((TEA, PIZZA)):
        with torch.inference_mode():
            read = MODELS.encoder.bert(row_of(MODELS.language, sentence, ends=True)).last_hidden_state[0].numpy()
            past = MODELS.decoder.bert(row_of(MODELS.language, sentence, ends=False)).last_hidden_state[0].numpy()
        np.testing.assert_allclose(vectors[Vector.ENCODER_MEAN][number], read[1:-1].mean(axis=0), atol=1e-5)
        np.testing.assert_allclose(vectors[Vector.DECODER_MEAN][number], past[1:].mean(axis=0), atol=1e-5)
        np.testing.assert_allclose(vectors[Vector.DECODER_LAST][number], past[-1], atol=1e-5)


@pytest.mark.parametrize("place", [1, 4, 8])
def test_the_area_over_all_pairs_is_scikit_learns(place: int) -> None:
    (answers,) = compare(MODELS, [place])
    same = [SENTENCES[one][place] == SENTENCES[other][place] for one, other in zip(FIRST, SECOND, strict=True)]
    for kind, vectors in sentence_vectors(MODELS, SENTENCES).items():
        units = normalise_rows(vectors)
        expected = roc_auc_score(same, (units[FIRST] * units[SECOND]).sum(axis=1))
        assert answers[kind].area.value == pytest.approx(expected, abs=1e-9)
        assert answers[kind].area.low <= answers[kind].area.value <= answers[kind].area.high
        assert answers[kind].beyond.value == pytest.approx(expected - answers[Vector.ENCODER_MEAN].area.value, abs=1e-9)


def test_a_sample_of_sentences_counts_its_pairs_as_often_as_they_are_drawn() -> None:
    drawn = np.random.default_rng(0)
    first, second = np.triu_indices(8, 1)
    # Few different cosines, so that many are equal.
    cosines, same = drawn.integers(0, 6, len(first)) / 6, drawn.random(len(first)) < 0.4
    counts = drawn.multinomial(8, np.full(8, 1 / 8), size=20)
    expected = []
    for count in counts:
        times = count[first] * count[second]
        expected.append(roc_auc_score(np.repeat(same, times), np.repeat(cosines, times)))
    np.testing.assert_allclose(areas(cosines, same, first, second, counts), expected)


def test_the_encoder_is_compared_with_itself_without_a_difference() -> None:
    (answers,) = compare(MODELS, [8])
    beyond = answers[Vector.ENCODER_MEAN].beyond
    assert (beyond.low, beyond.value, beyond.high) == (0, 0, 0)

"""A task of encoders, put to a decoder: areas are scikit-learn's, and those of all trainings are kept."""

import numpy as np
import pytest
import torch
from sklearn.metrics import roc_auc_score

from components.core.kinds.models import row_of
from components.core.kinds.similarity_question import Vector, area, compare, sentence_vectors
from components.core.numerics.similarity import normalise_rows
from components.ui.kinds.similarity import QUESTIONS, TRAININGS, read_areas, read_trained_as, trained_as
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
        assert answers[kind] == pytest.approx(expected, abs=1e-9)


def test_equal_cosines_count_half() -> None:
    drawn = np.random.default_rng(0)
    cosines, same = drawn.integers(0, 6, 60) / 6, drawn.random(60) < 0.4
    assert area(cosines, same) == pytest.approx(roc_auc_score(same, cosines))


def test_the_measured_trainings_are_of_todays_settings_and_the_first_is_the_shipped_one() -> None:
    # If they are not: python -m components.ui.kinds.similarity
    assert read_trained_as() == trained_as(MODELS)
    kept = read_areas()
    for answers, name in zip(compare(MODELS, tuple(QUESTIONS)), QUESTIONS.values(), strict=True):
        for vector in Vector:
            assert kept[name][vector][0] == pytest.approx(answers[vector], abs=1e-5)
            assert len(set(kept[name][vector])) == TRAININGS, "each seed gives other areas"

"""Changes of log-odds by hidden words, against plain Hugging Face."""

from pathlib import Path

import numpy as np
import pytest
import torch

from components.core import Encoder, ModelError, load_encoder
from components.core.classification.attributions import OcclusionEffects, occlusion_effects
from components.core.classification.classifiers import (
    Classifier,
    ClassifierMethod,
)
from components.core.numerics.similarity import normalise_rows
from tests.support.reference import SENTENCES, Opened, assert_close
from tests.support.small_classifiers import (
    CLASSES,
    TRAINING_TEXTS,
    Classifiers,
    fit_all,
    inputs_of,
    linear_classifier,
    random_network,
)
from tests.support.tiny_models import HIDDEN, save_pooled


@pytest.fixture(scope="module")
def classifiers(encoder: Encoder) -> Classifiers:
    """Each method on the bundled model, with two and with three classes."""
    return fit_all(encoder)


def _encode_with_hugging_face(opened: Opened, text: str, hidden: tuple[int, ...]) -> np.ndarray:
    """The unit sentence vector with some tokens hidden."""
    mask = torch.ones_like(opened.tokenizer(text, return_tensors="pt")["input_ids"])
    mask[0, list(hidden)] = 0
    vectors = opened.reference(text, attention_mask=mask).hidden_states[-1]
    return normalise_rows(vectors[mask[0].bool().numpy()].mean(axis=0)[None])


def _changes(found: OcclusionEffects) -> list[float]:
    return [word.share for word in found.words]


@pytest.mark.parametrize("text", SENTENCES)
def test_effects_are_those_of_a_plain_forward_with_an_attention_mask(opened: Opened, text: str) -> None:
    network = random_network(opened.encoder.hidden_size)
    classifier = Classifier(ClassifierMethod.NETWORK, CLASSES[3], network)
    found = occlusion_effects(opened.encoder, classifier, text, 2, 1)

    def log_odds(*hidden: int) -> float:
        logits = network.logits(_encode_with_hugging_face(opened, text, hidden))[0]
        return float(logits[2] - logits[1])

    words = opened.encoder.tokenize(text).words
    expected = [log_odds() - log_odds(*word.token_indices) for word in words]
    assert found.log_odds == pytest.approx(log_odds(), abs=2e-4)
    assert_close(_changes(found), expected, atol=2e-4)
    assert np.abs(expected).max() > 0.01
    assert [word.text for word in found.words] == [word.text for word in words]
    assert [text[word.start : word.end] for word in found.words if word.text] == [
        word.text for word in words if word.text
    ]
    assert not any(word.special for word in found.words)


@pytest.mark.parametrize("method", [ClassifierMethod.LOGISTIC, ClassifierMethod.NETWORK])
def test_the_log_odds_with_all_words_are_those_of_the_vector_encoded(
    encoder: Encoder, classifiers: Classifiers, method: ClassifierMethod
) -> None:
    texts = (*SENTENCES, TRAINING_TEXTS[0], "🍕", "!!!", "[SEP] [MASK]")
    logits = classifiers[method, 3].logits(inputs_of(encoder, texts))
    for text, row in zip(texts, logits, strict=True):
        found = occlusion_effects(encoder, classifiers[method, 3], text, 0, 2)
        assert found.log_odds == pytest.approx(row[0] - row[2], abs=1e-4)


def test_effects_of_more_words_than_run_at_once_are_each_words_own(bundled: Opened) -> None:
    text = " ".join(["The oven", "eats pizza and it"] * 8)
    weights = np.random.default_rng(1).normal(size=384)
    found = occlusion_effects(bundled.encoder, linear_classifier(ClassifierMethod.LOGISTIC, weights, 3.0), text, 1, 0)
    assert len(found.words) == 48
    whole = _encode_with_hugging_face(bundled, text, ())[0] @ weights
    assert found.log_odds == pytest.approx(whole + 3, abs=1e-4)
    for place in (0, 14, 15, 16, 31, 47):
        without = _encode_with_hugging_face(bundled, text, (place + 1,))[0] @ weights
        assert found.words[place].share == pytest.approx(whole - without, abs=1e-4)


def test_a_text_of_one_word_without_it_is_its_special_tokens(bundled: Opened) -> None:
    weights = np.random.default_rng(2).normal(size=384)
    found = occlusion_effects(
        bundled.encoder, linear_classifier(ClassifierMethod.LOGISTIC, weights, 0.0), "Squatch", 1, 0
    )
    whole, without = (_encode_with_hugging_face(bundled, "Squatch", hidden)[0] for hidden in ((), (1, 2)))
    assert [(word.text, word.start, word.end) for word in found.words] == [("Squatch", 0, 7)]
    assert _changes(found) == pytest.approx([(whole - without) @ weights], abs=1e-4)


def test_a_hidden_word_is_left_out_of_any_kind_of_pooling(tmp_path: Path) -> None:
    encoder = load_encoder(str(save_pooled(tmp_path, "max")))
    tokens = encoder.tokenize("it eats pizza")
    weights = np.random.default_rng(3).normal(size=HIDDEN)
    found = occlusion_effects(
        encoder, linear_classifier(ClassifierMethod.LOGISTIC, weights, 0.0), "it eats pizza", 1, 0
    )
    visible = np.array([True, True, False, True, True])
    vectors = encoder.context_vectors(tokens.token_ids[None], visible[None])[0, -1]
    without = normalise_rows(vectors[visible].max(axis=0)[None])[0] @ weights
    assert found.words[1].share == pytest.approx(found.log_odds - without, abs=1e-5)


def test_words_are_not_hidden_from_a_model_that_reads_a_prompt_first(tmp_path: Path) -> None:
    encoder = load_encoder(str(save_pooled(tmp_path, "mean", prompts={"query": "the good pizza "}, default="query")))
    with pytest.raises(ModelError, match="A prompt may be read before the text"):
        occlusion_effects(encoder, linear_classifier(ClassifierMethod.LOGISTIC, np.ones(HIDDEN), 0.0), "it eats", 1, 0)

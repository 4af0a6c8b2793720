"""Words' shares of log-odds, against scikit-learn and by hand."""

from collections.abc import Callable
from functools import partial
from math import log
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from sentence_transformers.sentence_transformer.modules import Dense
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import MultinomialNB

from components.core import Encoder, ModelError, SentenceError, load_encoder
from components.core.classification.attributions import Attribution, attribute, occlusion_effects
from components.core.classification.classifiers import (
    INVERSE_REGULARISATION,
    Classifier,
    ClassifierInputs,
    ClassifierMethod,
    LinearClassifier,
    fit_classifier,
)
from components.core.numerics.similarity import normalise_rows
from tests.support.reference import SENTENCES, Opened, assert_close
from tests.support.small_classifiers import (
    CLASSES,
    TARGETS,
    TRAINING_TEXTS,
    Classifiers,
    fit_all,
    inputs_of,
    linear_classifier,
)
from tests.support.tiny_models import HIDDEN, save_pooled

LINEAR = [ClassifierMethod.LOGISTIC, ClassifierMethod.STATIC, ClassifierMethod.TF_IDF, ClassifierMethod.BAYES]

#: Mixed lengths and alphabets; repeated, unknown and cut words; marks, and nothing but marks.
_ASKED = (
    *SENTENCES,
    "The the THE tHe pizza pizza PIZZA film",
    "  İİ İstanbul İ lovely İtea, the café!\n",
    "🍕🍕 good 👩‍👩‍👧 room",
    "!!! … ?",
    "🍕",
    "[SEP] [MASK] <s> the",
    "x y z",
    "היה סרט טוב the film",
    "とても良い映画 pizza 東京",
    "supercalifragilistic pizzapizza unheard-of words",
    " ".join((*TRAINING_TEXTS[:3], "bed " * 280)),
)

Found = dict[tuple[ClassifierMethod, int], list[Attribution]]


@pytest.fixture(scope="module")
def classifiers(encoder: Encoder) -> Classifiers:
    """Each method on the bundled model, with two and with three classes."""
    return fit_all(encoder)


@pytest.fixture(scope="module")
def found_of(encoder: Encoder, classifiers: Classifiers) -> Found:
    """The shares in every text that is asked about, of the last class against the first."""
    return {
        (method, count): [attribute(encoder, classifiers[method, count], text, count - 1, 0) for text in _ASKED]
        for method in LINEAR
        for count in (2, 3)
    }


def _total(found: Attribution) -> float:
    return sum(word.share for word in found.words) + found.offset


# Shares of a linear classifier


def test_shares_sum_to_the_difference_of_logits(encoder: Encoder, classifiers: Classifiers, found_of: Found) -> None:
    inputs = inputs_of(encoder, _ASKED)
    for (method, count), all_found in found_of.items():
        logits = classifiers[method, count].logits(inputs)
        expected = logits[:, -1] - logits[:, 0]
        assert_close([found.log_odds for found in all_found], expected)
        assert_close([_total(found) for found in all_found], expected)


@pytest.mark.parametrize("method", [ClassifierMethod.LOGISTIC, ClassifierMethod.STATIC])
def test_shares_sum_to_the_difference_of_logits_for_every_architecture(
    opened: Opened, method: ClassifierMethod
) -> None:
    classifier = fit_classifier(method, inputs_of(opened.encoder, TRAINING_TEXTS), TARGETS[3], CLASSES[3])
    texts = (*SENTENCES, "it squatch " * 40, "[SEP] it", "🍕" * 40)
    for text, row in zip(texts, classifier.logits(inputs_of(opened.encoder, texts)), strict=True):
        found = attribute(opened.encoder, classifier, text, 1, 2)
        assert (_total(found), found.log_odds) == pytest.approx((row[1] - row[2], row[1] - row[2]), abs=1e-5)


def test_log_odds_are_those_of_scikit_learn(bundled: Opened, found_of: Found) -> None:
    table = bundled.encoder.word_embedding_table
    texts = [*TRAINING_TEXTS, *_ASKED]
    ids = bundled.tokenizer(texts, truncation=True, max_length=256)["input_ids"]
    logistic = partial(LogisticRegression, C=INVERSE_REGULARISATION, max_iter=1000)
    plain = {
        ClassifierMethod.LOGISTIC: (
            bundled.sentence_model.encode(texts, batch_size=4, normalize_embeddings=True),
            logistic(),
        ),
        ClassifierMethod.STATIC: (
            normalise_rows(np.stack([table[each[1:-1]].mean(axis=0) for each in ids])),
            logistic(),
        ),
        ClassifierMethod.TF_IDF: (TfidfVectorizer().fit(TRAINING_TEXTS).transform(texts), logistic()),
        ClassifierMethod.BAYES: (CountVectorizer().fit(TRAINING_TEXTS).transform(texts), MultinomialNB()),
    }
    for (method, count), all_found in found_of.items():
        features, model = plain[method]
        known, asked = features[: len(TRAINING_TEXTS)], features[len(TRAINING_TEXTS) :]
        model.fit(known, TARGETS[count])
        expected = model.predict_log_proba(asked)
        assert_close([_total(found) for found in all_found], expected[:, -1] - expected[:, 0])
        if count == 2 and method is not ClassifierMethod.BAYES:
            assert_close([found.log_odds for found in all_found], model.decision_function(asked))


def test_shares_change_their_sign_with_the_classes(encoder: Encoder, classifiers: Classifiers) -> None:
    for method in LINEAR:
        one, turned = (
            attribute(encoder, classifiers[method, 3], TRAINING_TEXTS[0], *classes) for classes in ((2, 1), (1, 2))
        )
        assert (one.log_odds, one.offset) == (-turned.log_odds, -turned.offset)
        assert [word.share for word in one.words] == [-word.share for word in turned.words]
        assert any(word.share for word in one.words)


def test_words_stand_in_order_where_they_say(found_of: Found) -> None:
    for method in LINEAR:
        for text, found in zip(_ASKED, found_of[method, 2], strict=True):
            words = [word for word in found.words if not word.special]
            assert [text[word.start : word.end] for word in words] == [word.text for word in words]
            assert [word.start for word in words] == sorted({word.start for word in words})


# Sentence vectors


def test_the_share_of_a_token_is_its_context_vector_times_the_weights_by_the_length_of_the_mean(
    bundled: Opened,
) -> None:
    weights = np.random.default_rng(0).normal(size=384)
    text = "Squatch eats pizza"
    vectors = bundled.reference(text).hidden_states[-1]  # [CLS] squat ##ch eats pizza [SEP]
    brought = vectors @ weights / len(vectors) / np.linalg.norm(vectors.mean(axis=0))
    found = attribute(bundled.encoder, linear_classifier(ClassifierMethod.LOGISTIC, weights, 0.5), text, 1, 0)
    assert [word.text for word in found.words] == ["[CLS]", "Squatch", "eats", "pizza", "[SEP]"]
    assert [word.special for word in found.words] == [True, False, False, False, True]
    assert_close([word.share for word in found.words], [brought[0], brought[1:3].sum(), *brought[3:]])
    assert (found.offset, found.unknown) == (0.5, ())


# Averaged word embeddings


def test_two_words_share_the_log_odds_of_their_average_by_hand(
    encoder: Encoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = np.zeros_like(encoder.word_embedding_table)
    pizza, oven = (int(encoder.tokenize(word).token_ids[1]) for word in ("pizza", "oven"))
    table[pizza, 0], table[oven, 1] = 3, 4
    monkeypatch.setitem(encoder.__dict__, "word_embedding_table", table)
    # The average, (1.5, 2), has the direction (0.6, 0.8): 0.6 · 10 from one and 0.8 · (−5) from the other.
    found = attribute(
        encoder,
        linear_classifier(ClassifierMethod.STATIC, np.array([10.0, -5.0, *[7.0] * 382]), 1.0),
        "Pizza oven",
        1,
        0,
    )
    assert [(word.text, word.start, word.end, word.special) for word in found.words] == [
        ("Pizza", 0, 5, False),
        ("oven", 6, 10, False),
    ]
    assert [word.share for word in found.words] == pytest.approx([6, -4])
    assert (found.offset, found.log_odds) == pytest.approx((1, 3))


def test_a_text_whose_average_is_zero_has_no_shares(encoder: Encoder, monkeypatch: pytest.MonkeyPatch) -> None:
    table = np.zeros_like(encoder.word_embedding_table)
    pizza, oven = (int(encoder.tokenize(word).token_ids[1]) for word in ("pizza", "oven"))
    table[pizza], table[oven] = 1, -1
    monkeypatch.setitem(encoder.__dict__, "word_embedding_table", table)
    for text in ("the film", "pizza oven"):
        found = attribute(encoder, linear_classifier(ClassifierMethod.STATIC, np.ones(384), 0.25), text, 1, 0)
        assert (found.words, found.offset, found.log_odds) == ((), 0.25, 0.25)


# Counted words


def _fit_counts(method: ClassifierMethod, texts: tuple[str, ...], targets: list[int]) -> Classifier:
    nothing = np.zeros((len(texts), 1))
    return fit_classifier(method, ClassifierInputs(texts, nothing, nothing), np.array(targets), ("no", "yes"))


def test_naive_bayes_by_hand(encoder: Encoder) -> None:
    classifier = _fit_counts(ClassifierMethod.BAYES, ("bad film", "good film", "good pizza"), [0, 1, 1])
    found = attribute(encoder, classifier, "A GOOD, good filmmaker's film", 1, 0)
    # Four words in the vocabulary, each counted once more than it occurs: of "no" 2 + 4 words, of "yes" 4 + 4.
    good, film = log(3 / 8) - log(1 / 6), log(2 / 8) - log(2 / 6)
    assert [(word.text, word.start, word.end) for word in found.words] == [
        ("GOOD", 2, 6),
        ("good", 8, 12),
        ("filmmaker", 13, 22),
        ("film", 25, 29),
    ]
    assert [word.share for word in found.words] == pytest.approx([good, good, 0, film])
    assert found.offset == pytest.approx(log(2 / 3) - log(1 / 3))
    assert found.unknown == ("filmmaker",)


def test_a_repeated_words_share_is_divided_equally_among_its_occurrences(encoder: Encoder) -> None:
    classifier = _fit_counts(ClassifierMethod.TF_IDF, TRAINING_TEXTS, list(TARGETS[2]))
    assert classifier.bag is not None
    assert isinstance(classifier.parameters, LinearClassifier)
    found = attribute(encoder, classifier, "Pizza film pizza room PIZZA", 1, 0)
    place = classifier.bag.vocabulary["pizza"]
    number = classifier.bag.features(["pizza film pizza room pizza"])[0, place]
    expected = number * (classifier.parameters.weights[1] - classifier.parameters.weights[0])[place] / 3
    assert abs(expected) > 0.01
    assert [word.share for word in found.words if word.text.lower() == "pizza"] == pytest.approx([expected] * 3)


def test_unknown_words_are_named_once_in_order_and_have_no_share(encoder: Encoder) -> None:
    for method in (ClassifierMethod.TF_IDF, ClassifierMethod.BAYES):
        classifier = _fit_counts(method, TRAINING_TEXTS, list(TARGETS[2]))
        found = attribute(encoder, classifier, "Zebra film ÄPFEL zebra 東京 y äpfel Film", 1, 0)
        assert found.unknown == ("zebra", "äpfel", "東京")
        without = [word for word in found.words if word.text.lower() in found.unknown]
        assert len(without) == 5
        assert not any(word.share for word in without)
        assert all(word.share for word in found.words if word.text.lower() == "film")


def test_a_text_without_a_known_word_has_the_log_odds_of_no_text_at_all(encoder: Encoder) -> None:
    for method in (ClassifierMethod.TF_IDF, ClassifierMethod.BAYES):
        for learned in (TRAINING_TEXTS[:3], ("🍕", "!", "a b")):
            found = attribute(encoder, _fit_counts(method, learned, [0, 1, 1]), "Zebra! x 🍕", 1, 0)
            assert [(word.text, word.share) for word in found.words] == [("Zebra", 0)]
            assert found.log_odds == found.offset
            assert attribute(encoder, _fit_counts(method, learned, [0, 1, 1]), "🍕 !", 1, 0).words == ()


def test_each_character_has_as_many_in_lower_case_alone_as_among_others() -> None:
    letters = [chr(number) for number in range(0x110000) if not 0xD800 <= number < 0xE000]
    assert "".join(letters).lower().casefold() == "".join(letter.lower() for letter in letters).casefold()


@given(st.text(alphabet="aİΣσ ßÉ1_🍕.ǅ\n", min_size=1).filter(str.strip))
def test_counted_words_are_found_where_they_were_typed(encoder: Encoder, text: str) -> None:
    classifier = _fit_counts(ClassifierMethod.BAYES, ("aa σσ éé", "11 i̇ aaaa"), [0, 1])
    found = attribute(encoder, classifier, text, 1, 0)
    counted = CountVectorizer().build_analyzer()(text)
    assert len(found.words) == len(counted)
    for word, lowered in zip(found.words, counted, strict=True):
        assert word.text == text[word.start : word.end]
        # "İ" ends in a dot that is part of no word.
        assert word.text.casefold().removesuffix("\u0307") == lowered.casefold()


def test_shares_of_words_after_letters_that_grow_in_lower_case_are_theirs(encoder: Encoder) -> None:
    text = "İİİİ pizza İİ film"
    for method in (ClassifierMethod.TF_IDF, ClassifierMethod.BAYES):
        classifier = _fit_counts(method, TRAINING_TEXTS, list(TARGETS[2]))
        words = attribute(encoder, classifier, text, 1, 0).words
        assert [(word.text, word.start) for word in words] == [("pizza", 5), ("film", 14)]
        expected = attribute(encoder, classifier, "pizza film", 1, 0).words
        assert [word.share for word in words] == [word.share for word in expected]


# What has no shares, or no effects


def test_a_network_has_no_shares_and_a_classifier_that_reads_no_sentence_vectors_no_effects(
    encoder: Encoder, classifiers: Classifiers
) -> None:
    with pytest.raises(ValueError, match="network are no sum"):
        attribute(encoder, classifiers[ClassifierMethod.NETWORK, 2], "pizza", 0, 1)
    for method in (ClassifierMethod.STATIC, ClassifierMethod.TF_IDF, ClassifierMethod.BAYES):
        with pytest.raises(ValueError, match=f"{method} reads no sentence vectors"):
            occlusion_effects(encoder, classifiers[method, 2], "pizza", 0, 1)


@pytest.mark.parametrize(
    ("text", "why"),
    [("", "nothing was typed"), (" \n", "blank"), ("\u200b", "nothing to read"), ("a\ud83c", "half of")],
)
def test_what_cannot_be_read_is_refused_by_every_method(
    encoder: Encoder, classifiers: Classifiers, text: str, why: str
) -> None:
    asked: list[tuple[Callable[..., object], ClassifierMethod]] = [(attribute, method) for method in LINEAR]
    for function, method in [*asked, (occlusion_effects, ClassifierMethod.NETWORK)]:
        with pytest.raises(SentenceError, match=why):
            function(encoder, classifiers[method, 2], text, 0, 1)


def test_a_model_whose_vectors_are_no_sum_of_tokens_has_no_shares_but_words_can_be_hidden(tmp_path: Path) -> None:
    torch.manual_seed(0)
    encoder = load_encoder(str(save_pooled(tmp_path, "mean", Dense(HIDDEN, 8))))
    classifier = linear_classifier(ClassifierMethod.LOGISTIC, np.arange(8.0), 0.0)
    with pytest.raises(ModelError, match="cannot be divided among tokens"):
        attribute(encoder, classifier, "it eats pizza", 1, 0)
    found = occlusion_effects(encoder, classifier, "it eats pizza", 1, 0)
    assert len(found.words) == 3
    assert found.log_odds == pytest.approx(
        float(normalise_rows(encoder.encode(["it eats pizza"]))[0] @ np.arange(8)), abs=1e-4
    )

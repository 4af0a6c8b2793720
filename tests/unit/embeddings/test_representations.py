"""Four kinds of sentence vectors: what each is made of, and what order does to it."""

from collections.abc import Sequence

import numpy as np
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.preprocessing import normalize

from components.core import Encoder, PositionsOff
from components.core.embeddings import representations as module
from components.core.embeddings.representations import Representation, tf_idf
from components.core.model.interventions import Intervention
from tests.support.reference import SENTENCES, Opened, assert_close, cosine

THERE, BACK = "Squatch eats pizza", "pizza eats Squatch"


def never(texts: Sequence[str], interventions: tuple[Intervention, ...]) -> np.ndarray:
    raise AssertionError("this kind does not run the encoder")


def vectors_of(kind: Representation, encoder: Encoder, sentences: Sequence[str]) -> np.ndarray:
    """The unit rows of sentences that stand for themselves."""
    return kind.unit_vectors(encoder, encoder.encode, sentences, sentences)


def read_ids(opened: Opened, text: str) -> list[int]:
    """The tokens that encode() reads of a text, without special ones, as Hugging Face's tokenizer cuts it."""
    read = opened.tokenizer(
        text, truncation=True, max_length=opened.encoder.encode_limit, return_special_tokens_mask=True
    )
    return [
        number for number, special in zip(read["input_ids"], read["special_tokens_mask"], strict=True) if not special
    ]


# Averaged word embeddings


def test_static_means_are_those_of_the_tokens_rows(opened: Opened) -> None:
    texts = [*SENTENCES, "pizza " * 3, "it " * (opened.encoder.encode_limit + 40)]
    table = opened.encoder.word_embedding_table
    means = opened.encoder.static_means(texts)
    assert means.shape == (len(texts), table.shape[1])
    for text, mean in zip(texts, means, strict=True):
        ids = read_ids(opened, text)
        expected = np.zeros(table.shape[1])
        for number in ids:
            expected += table[number] / len(ids)
        assert_close(mean, expected)


def test_the_static_mean_of_one_word_is_its_static_vector(encoder: Encoder) -> None:
    words = ["pizza", "Squatch", "pineapple"]
    np.testing.assert_array_equal(encoder.static_means(words), [encoder.static_vector(word)[0] for word in words])


def test_a_static_mean_is_cut_where_encode_cuts(encoder: Encoder) -> None:
    last = encoder.encode_limit - 3  # after it comes [SEP]
    words = np.full(last + 2, "pizza", dtype=object)
    assert len(encoder.tokenize("pizza").tokens) == 3

    def differing_at(place: int) -> str:
        return " ".join(np.where(np.arange(len(words)) == place, "oven", words))

    texts = [" ".join(words), differing_at(last + 1), differing_at(last)]
    for vectors in (encoder.static_means(texts), encoder.encode(texts)):
        assert_close(vectors[0], vectors[1], atol=1e-6)
        assert np.abs(vectors[0] - vectors[2]).max() > 1e-4


def test_a_text_without_a_token_of_its_own_is_zeros(encoder: Encoder) -> None:
    means = encoder.static_means(["", "pizza", "  ", "\u200b"])
    assert not means[[0, 2, 3]].any()
    assert_close(means[1], encoder.static_vector("pizza")[0])
    units = Representation.STATIC.unit_vectors(encoder, never, ["", "pizza"], [])
    assert not units[0].any()
    assert np.linalg.norm(units[1]) == pytest.approx(1)


# Order


@pytest.mark.parametrize("kind", [Representation.STATIC, Representation.TF_IDF])
def test_a_bag_of_words_has_no_order(encoder: Encoder, kind: Representation) -> None:
    there, back = vectors_of(kind, encoder, [THERE, BACK])
    # To the last digit but one: rows are added up in another order.
    assert_close(there, back, atol=1e-7)


def test_without_positions_order_hardly_matters_and_with_them_it_does(encoder: Encoder) -> None:
    assert cosine(*vectors_of(Representation.UNORDERED, encoder, [THERE, BACK])) > 0.9999
    assert cosine(*vectors_of(Representation.CONTEXT, encoder, [THERE, BACK])) == pytest.approx(0.9647, abs=1e-4)


# What the encoder is asked for


def test_encoder_kinds_are_what_it_encodes_scaled_to_length_one(encoder: Encoder) -> None:
    for kind, interventions in ((Representation.CONTEXT, ()), (Representation.UNORDERED, (PositionsOff(),))):
        # Not of length one, as some models leave them.
        def longer(texts: Sequence[str], given: tuple[Intervention, ...]) -> np.ndarray:
            return 3 * encoder.encode(texts, given)

        units = kind.unit_vectors(encoder, longer, SENTENCES, [])
        assert_close(units, encoder.encode(SENTENCES, interventions), atol=1e-6)


@pytest.mark.parametrize("kind", [Representation.STATIC, Representation.TF_IDF])
def test_kinds_without_an_encoder_do_not_run_it(encoder: Encoder, kind: Representation) -> None:
    units = kind.unit_vectors(encoder, never, SENTENCES, SENTENCES)
    np.testing.assert_array_equal(units, vectors_of(kind, encoder, SENTENCES))


@pytest.mark.parametrize("kind", Representation)
def test_every_kind_gives_rows_of_length_one(encoder: Encoder, kind: Representation) -> None:
    units = vectors_of(kind, encoder, [*SENTENCES, THERE, BACK])
    assert units.dtype == np.float32
    assert len(units) == len(SENTENCES) + 2
    assert_close(np.linalg.norm(units, axis=1), 1, atol=1e-6)


# TF-IDF


def test_tf_idf_is_scikit_learns_made_unit(encoder: Encoder) -> None:
    counted = TfidfVectorizer(norm=None).fit_transform(SENTENCES).toarray()
    assert_close(vectors_of(Representation.TF_IDF, encoder, SENTENCES), normalize(counted), atol=1e-6)


def test_tf_idf_by_hand() -> None:
    # Columns in alphabetical order: bakes, eats, pizza. A word in d of n sentences weighs ln((1 + n) / (1 + d)) + 1.
    rare, everywhere = np.log(3 / 2) + 1, 1.0
    expected = np.array([[0, rare, everywhere], [rare, 0, 2 * everywhere]])
    counted = tf_idf(["eats pizza", "pizza bakes Pizza"], ["eats pizza", "pizza bakes Pizza"])
    assert_close(counted, normalize(expected), atol=1e-6)


def test_other_sentences_are_read_in_the_words_of_those_learned_from(encoder: Encoder) -> None:
    learned_from = ["Squatch eats pizza", "the oven is hot", "pizza from the oven"]
    others = ["pizza pizza", "an unheard-of phrase", "hot unheard-of oven"]
    units = Representation.TF_IDF.unit_vectors(encoder, never, others, learned_from)
    reference = TfidfVectorizer(norm=None).fit(learned_from)
    assert_close(units, normalize(reference.transform(others).toarray()), atol=1e-6)
    assert not units[1].any()
    # What is added says nothing about the weights of the words.
    alone = Representation.TF_IDF.unit_vectors(encoder, never, others[2:], learned_from)
    np.testing.assert_array_equal(alone[0], units[2])
    of_set = Representation.TF_IDF.unit_vectors(encoder, never, learned_from, learned_from)
    assert of_set.shape[1] == units.shape[1]
    assert cosine(units[0], of_set[0]) == pytest.approx(float(of_set[0][reference.vocabulary_["pizza"]]))


@pytest.mark.parametrize("learned_from", [["?", "!"], ["a b c", "I"], []])
def test_without_any_word_tf_idf_is_zeros(encoder: Encoder, learned_from: list[str]) -> None:
    units = Representation.TF_IDF.unit_vectors(encoder, never, ["pizza", "?"], learned_from)
    assert len(units) == 2
    assert units.dtype == np.float32
    assert not units.any()


def test_of_very_many_sentences_the_most_frequent_words_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    sentences = ["pizza oven soup", "pizza oven", "pizza salt", "dough"]
    assert tf_idf(sentences, sentences).shape == (4, 5)
    monkeypatch.setattr(module, "_MOST_NUMBERS", 8)
    counted = tf_idf(sentences, sentences)
    # Eight numbers are two for each of four sentences: oven and pizza.
    assert counted.shape == (4, 2)
    assert (counted > 0).tolist() == [[True, True], [True, True], [False, True], [False, False]]

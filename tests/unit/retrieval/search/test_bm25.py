"""BM25 by hand, against the formula as it is written, and against Milvus Lite."""

import math
import random
from collections.abc import Iterator

import numpy as np
import pytest
from pymilvus import DataType, Function, FunctionType, MilvusClient

from components.core.retrieval.index.chunk_collection import searchable_text
from components.core.retrieval.search.bm25 import K1, STOP_WORDS, B, Bm25, terms_of
from components.core.text.words import terms_of_search

_TEXTS = [
    "The encoder reads the whole sentence at once.",
    "A decoder reads one word after the other, and a decoder writes.",
    "Attention, attention! Attention weighs every word of the sentence.",
    "",
    "Straße, ΣΊΣΥΦΟΣ and İstanbul's naïve café: 2_000 words, don't they?",
    "the of and",
    "Sentence after sentence after sentence, each a sentence.",
    "我的猫喜欢吃比萨饼。猫!",
    "मेरी बिल्ली पिज़्ज़ा खाती है",
]
_QUESTIONS = [
    "What does the encoder read?",
    "attention to every sentence",
    "sentence sentence word",
    "the",
    "",
    "unheard-of words",
    "ISTANBUL café σίσυφος STRASSE naïve",
    "猫吃比萨饼吗?",
    "बिल्ली ने खाया",
]


@pytest.fixture(scope="module")
def lite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MilvusClient]:
    """Milvus Lite with the texts in one segment: it counts words segment by segment."""
    client = MilvusClient(str(tmp_path_factory.mktemp("milvus") / "texts.db"))
    schema = client.create_schema(auto_id=False, enable_dynamic_field=False)
    schema.add_field("id", DataType.INT64, is_primary=True)
    analyzer = {"tokenizer": "standard"}
    schema.add_field("text", DataType.VARCHAR, max_length=65_535, enable_analyzer=True, analyzer_params=analyzer)
    schema.add_field("words", DataType.SPARSE_FLOAT_VECTOR)
    function = Function(
        name="bm25", function_type=FunctionType.BM25, input_field_names=["text"], output_field_names=["words"]
    )
    schema.add_function(function)
    index = client.prepare_index_params()
    constants = {"bm25_k1": K1, "bm25_b": B}
    index.add_index("words", index_type="SPARSE_INVERTED_INDEX", metric_type="BM25", params=constants)
    client.create_collection("texts", schema=schema, index_params=index)
    yield client
    client.close()


def _scores_of_lite(client: MilvusClient, texts: list[str], questions: list[str]) -> np.ndarray:
    """(Q, N), 0 for texts that were not found."""
    client.delete("texts", filter="id >= 0")
    client.insert("texts", [{"id": index, "text": searchable_text(text)} for index, text in enumerate(texts)])
    client.flush("texts")
    asked = [searchable_text(question) for question in questions]
    found = client.search("texts", asked, anns_field="words", limit=len(texts), output_fields=["id"])
    scores = np.zeros((len(questions), len(texts)))
    for row, hits in zip(scores, found, strict=True):
        for hit in hits:
            row[hit["id"]] = abs(hit["distance"])
    return scores


def test_scores_are_those_of_milvus_lite(lite: MilvusClient) -> None:
    bm25 = Bm25(_TEXTS)
    expected = _scores_of_lite(lite, _TEXTS, _QUESTIONS)
    assert (expected.max(axis=1) > 0).tolist() == [True, True, True, False, False, True, True, True, True]
    np.testing.assert_allclose([bm25.scores(question) for question in _QUESTIONS], expected, rtol=1e-6)


def test_scores_of_random_texts_are_those_of_the_formula_word_by_word() -> None:
    chance = random.Random(0)
    words = [f"w{number}" for number in range(30)]
    texts = [" ".join(chance.choices(words, k=chance.randint(0, 40))) for _ in range(50)]
    bm25 = Bm25(texts)
    average = sum(len(text.split()) for text in texts) / len(texts)
    for _ in range(20):
        question = chance.choices([*words, "unseen"], k=6)
        expected = []
        for text in texts:
            held = text.split()
            score = 0.0
            for word in question:  # a word asked for twice counts twice
                df = sum(word in other.split() for other in texts)
                f = held.count(word)
                idf = math.log(1 + (len(texts) - df + 0.5) / (df + 0.5))
                score += idf * f * 2.5 / (f + 1.5 * (0.25 + 0.75 * len(held) / average))
            expected.append(score)
        np.testing.assert_allclose(bm25.scores(" ".join(question)), expected, rtol=1e-12)


def test_a_score_worked_by_hand() -> None:
    # Lengths 2 and 4, 3 on average. "cat" is in one of two: idf = ln(1 + 1.5 / 1.5) = ln 2.
    bm25 = Bm25(["cat cat", "dog dog fish bird"])
    score = math.log(2) * 2 * 2.5 / (2 + 1.5 * (0.25 + 0.75 * 2 / 3))
    assert bm25.scores("a cat?").tolist() == pytest.approx([score, 0])
    assert (bm25.size, bm25.lengths.tolist(), bm25.average_length) == (2, [2, 4], 3)


def test_shares_sum_exactly_to_the_score_and_name_every_different_word_once() -> None:
    bm25 = Bm25(_TEXTS)
    for question in _QUESTIONS:
        scores = bm25.scores(question)
        for index in range(len(_TEXTS)):
            terms = bm25.contributions(question, index)
            assert sum(term.share for term in terms) == scores[index]
            assert [term.term for term in terms] == list(dict.fromkeys(terms_of(question)))


def test_a_contribution_holds_the_numbers_of_its_arithmetic() -> None:
    bm25 = Bm25(_TEXTS)
    sentence, unseen = bm25.contributions("sentence, sentence unseen", 6)
    assert (sentence.count_in_question, sentence.count_in_chunk, sentence.document_frequency) == (2, 4, 3)
    assert sentence.idf == pytest.approx(math.log(1 + 6.5 / 3.5))
    slowed = K1 * (1 - B + B * bm25.lengths[6] / bm25.average_length)
    assert sentence.share == pytest.approx(2 * sentence.idf * 4 * (K1 + 1) / (4 + slowed))
    assert (unseen.count_in_chunk, unseen.document_frequency, unseen.share) == (0, 0, 0)
    assert unseen.idf == pytest.approx(math.log(1 + 9.5 / 0.5))


def test_stop_words_and_endings_of_contractions_are_not_counted_but_numbers_are() -> None:
    assert terms_of("It's what they don’t do: six layers, first_one") == ["six", "layers", "first"]
    assert list(STOP_WORDS) == sorted(set(STOP_WORDS))
    # A stop word that is no term by itself would be one in vain.
    assert all(terms_of_search(word) == [word] for word in STOP_WORDS)


def test_words_with_a_meaning_of_their_own_are_counted_though_lists_of_stop_words_hold_them() -> None:
    asked = "Keep it and take the last well, please: UN and Inc"
    assert terms_of(asked) == ["keep", "take", "last", "well", "please", "un", "inc"]


def test_by_stems_all_forms_of_a_word_are_one_and_otherwise_each_is_its_own() -> None:
    texts = ["She keeps onions.", "Keeping an onion.", "A keeper.", "比萨饼 पिज़्ज़ा"]
    for question in ("keep", "KEEPING!", "keeps"):
        assert (Bm25(texts, stemmed=True).scores(question) > 0).tolist() == [True, True, False, False]
    assert (Bm25(texts).scores("keep") > 0).tolist() == [False] * 4
    # By hand: 2 terms in each of two texts, 2.25 on average; the stem is in two of four.
    hand = Bm25(["She keeps onions.", "Keeping an onion.", "A keeper.", "One two three four."], stemmed=True)
    lengths = hand.lengths.tolist()
    assert lengths == [2, 2, 1, 3]
    idf, slowed = math.log(1 + 2.5 / 2.5), K1 * (1 - B + B * 2 / 2)
    assert hand.scores("kept keep").tolist() == pytest.approx([idf * 2.5 / (1 + slowed)] * 2 + [0, 0])
    assert [term.term for term in hand.contributions("keeping onions", 0)] == ["keep", "onion"]


def test_other_scripts_have_the_same_terms_by_stems() -> None:
    bm25, stemmed = Bm25(_TEXTS[-2:]), Bm25(_TEXTS[-2:], stemmed=True)
    for question in _QUESTIONS[-2:]:
        assert stemmed.scores(question).tolist() == bm25.scores(question).tolist()


@pytest.mark.parametrize("texts", [[], [""], ["the", "of"]])
def test_texts_without_a_word_score_nothing(texts: list[str]) -> None:
    bm25 = Bm25(texts)
    assert bm25.scores("any word").tolist() == [0] * len(texts)
    assert bm25.average_length == 0
    for index in range(len(texts)):
        assert [term.share for term in bm25.contributions("any word", index)] == [0]

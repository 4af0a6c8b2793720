"""A sparse encoder's weights are sentence-transformers' and the plain model's; shares of terms sum to the score."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
import transformers
from scipy.sparse import csr_array
from sentence_transformers import SparseEncoder

from components.core import ModelError
from components.core.model.loading import BUNDLED_NAME
from components.core.model.prompts import TextKind
from components.core.retrieval.search.operators_models import SPARSE_ENCODER
from components.core.retrieval.search.sparse_encoder import (
    SharedTerm,
    SparseModel,
    SparseTerm,
    SparseVectors,
    open_sparse_encoder,
)
from tests.support.tiny_models import LIMIT, SUPPORTED, save_cross_encoder, save_sparse_encoder, save_tiny

_QUESTION = "squatch eats the pizza"
_PASSAGES = [
    "it tasted good",
    "the pizza came out of the oven",
    "it came out " * 40,  # beyond the limit
    *(f"pizza {'eats ' * count}oven" for count in range(12)),
]


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_sparse_encoder(tmp_path_factory.mktemp("sparse"))


@pytest.fixture(scope="module")
def model(directory: Path) -> SparseModel:
    return open_sparse_encoder(str(directory))


@pytest.fixture(scope="module")
def passages(model: SparseModel) -> SparseVectors:
    return model.encode(_PASSAGES, TextKind.PASSAGE)


@pytest.fixture(scope="module")
def question(model: SparseModel) -> SparseVectors:
    return model.encode([_QUESTION], TextKind.QUESTION)


def test_weights_and_scores_are_those_of_sentence_transformers(
    directory: Path, passages: SparseVectors, question: SparseVectors
) -> None:
    theirs = SparseEncoder(str(directory), device="cpu")
    documents, asked = theirs.encode_document(_PASSAGES), theirs.encode_query([_QUESTION])
    np.testing.assert_allclose(passages.weights.toarray(), documents.to_dense().numpy(), atol=1e-5)
    expected = theirs.similarity(asked, documents).to_dense().numpy()[0]
    np.testing.assert_allclose(passages.scores(question), expected, rtol=1e-5)


def test_a_weight_is_the_largest_of_a_words_logits_as_the_literature_has_it(
    directory: Path, passages: SparseVectors
) -> None:
    head = transformers.AutoModelForMaskedLM.from_pretrained(directory).eval()
    tokenizer = transformers.AutoTokenizer.from_pretrained(directory)
    for passage, weights in zip(_PASSAGES, passages.weights.toarray(), strict=True):
        read = tokenizer(passage, return_tensors="pt", truncation=True, max_length=LIMIT)
        with torch.inference_mode():
            logits = head(**read).logits[0].numpy()
        np.testing.assert_allclose(weights, np.log1p(np.maximum(logits, 0)).max(axis=0), atol=1e-5)
    assert passages.vocabulary == tuple(tokenizer.convert_ids_to_tokens(list(range(len(tokenizer)))))


def test_shares_of_shared_terms_sum_to_the_score_and_come_largest_first(
    passages: SparseVectors, question: SparseVectors
) -> None:
    for index, score in enumerate(passages.scores(question)):
        shared = passages.shared_terms(question, index)
        assert sum(each.share for each in shared) == pytest.approx(score, rel=1e-5)
        assert [each.share for each in shared] == sorted((each.share for each in shared), reverse=True)
        asked, held = (
            {each.term: each.weight for each in terms} for terms in (question.terms(0), passages.terms(index))
        )
        assert {each.term: (each.weight_in_question, each.weight_in_passage) for each in shared} == {
            term: (asked[term], held[term]) for term in asked.keys() & held.keys()
        }


def test_a_search_by_terms_worked_by_hand() -> None:
    vocabulary = ("pizza", "oven", "tea", "##s")
    weights = csr_array(np.array([[2.0, 0.0, 0.5, 0.5], [0.0, 1.0, 0.0, 0.0]], dtype=np.float32))
    passages = SparseVectors(weights, vocabulary)
    question = SparseVectors(csr_array(np.array([[1.0, 0.5, 4.0, 0.0]], dtype=np.float32)), vocabulary)
    assert passages.scores(question).tolist() == [4, 0.5]
    assert passages.terms(0) == (SparseTerm("pizza", 2), SparseTerm("tea", 0.5), SparseTerm("##s", 0.5))
    assert passages.shared_terms(question, 0) == (SharedTerm("pizza", 1, 2), SharedTerm("tea", 4, 0.5))
    assert [each.share for each in passages.shared_terms(question, 0)] == [2, 2]
    assert passages.bytes_per_passage == 4 * 8 / 2


def test_prompts_and_the_number_of_terms_are_those_that_are_configured(tmp_path: Path) -> None:
    name = str(save_sparse_encoder(tmp_path, prompts={"query": "good ", "document": "oven "}, most=5))
    model, theirs = open_sparse_encoder(name), SparseEncoder(name, device="cpu")
    for kind, encode in ((TextKind.QUESTION, theirs.encode_query), (TextKind.PASSAGE, theirs.encode_document)):
        found = model.encode(_PASSAGES, kind)
        np.testing.assert_allclose(found.weights.toarray(), encode(_PASSAGES).to_dense().numpy(), atol=1e-5)
        assert [len(found.terms(index)) for index in range(len(_PASSAGES))] == [5] * len(_PASSAGES)
        assert found.bytes_per_passage == 40


def test_no_text_has_no_weights_and_progress_may_stop(model: SparseModel, question: SparseVectors) -> None:
    nothing = model.encode([], TextKind.PASSAGE)
    assert nothing.weights.shape == (0, len(model.vocabulary))
    assert (nothing.bytes_per_passage, nothing.scores(question).tolist()) == (0, [])
    done: list[tuple[int, int]] = []
    model.encode(_PASSAGES * 5, TextKind.PASSAGE, lambda *counts: done.append(counts))
    assert done == [(64, 75), (75, 75)]
    assert (model.short_name, model.limit) == ("whole", LIMIT)


def test_where_none_is_named_a_sentence_says_who_can_name_one() -> None:
    assert SPARSE_ENCODER.named_in({"ENCODERSCOPE_RERANKER": "other"}) is None
    assert "no sparse encoder. Its operator can name one in ENCODERSCOPE_SPARSE" in SPARSE_ENCODER.not_configured


def _without_a_head(directory: Path) -> str:
    name = save_tiny(directory, *SUPPORTED["bert"])
    config = transformers.AutoConfig.from_pretrained(name)
    config.architectures = ["BertForMaskedLM"]
    config.save_pretrained(name)
    return str(name)


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda _: "/nowhere/at/all", r"There is no model directory /nowhere/at/all\. Check the path"),
        (
            lambda _: BUNDLED_NAME,
            r"give each word of its vocabulary a weight(.|\n)*ENCODERSCOPE_SPARSE, or none",
        ),
        (lambda path: str(save_cross_encoder(path)), r"does not give each word of its vocabulary a weight"),
        (lambda path: str(save_tiny(path, *SUPPORTED["bert"])), r"does not give each word of its vocabulary a weight"),
        (_without_a_head, r"lacks \d of its weights(.|\n)*trained masked-word head\.$"),
    ],
)
def test_what_is_no_sparse_encoder_is_refused_in_a_sentence(
    make: Callable[[Path], str], says: str, tmp_path: Path
) -> None:
    with pytest.raises(ModelError, match=says):
        open_sparse_encoder(make(tmp_path))

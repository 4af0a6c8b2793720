"""A cross-encoder's scores are those of sentence-transformers and of the plain model, and only true ones are opened."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
import torch
import transformers
from sentence_transformers import CrossEncoder

from components.core import ModelError
from components.core.model.loading import BUNDLED_NAME
from components.core.retrieval.search.cross_encoder import Reranker, open_reranker
from components.core.retrieval.search.operators_models import RERANKER
from components.core.retrieval.search.ranking import reranked
from tests.support.tiny_models import LIMIT, SUPPORTED, save_cross_encoder, save_sparse_encoder, save_tiny

_QUESTION = "squatch eats the pizza"
_PASSAGES = [
    "it tasted good",
    "the pizza came out of the oven",
    "!",
    "it came out " * 40,  # beyond the limit
    *(f"pizza {'eats ' * count}oven" for count in range(12)),
]


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_cross_encoder(tmp_path_factory.mktemp("cross"))


@pytest.fixture(scope="module")
def reranker(directory: Path) -> Reranker:
    return open_reranker(str(directory))


def test_scores_are_those_of_sentence_transformers_before_the_sigmoid(directory: Path, reranker: Reranker) -> None:
    theirs = CrossEncoder(str(directory), device="cpu")
    pairs = [(_QUESTION, passage) for passage in _PASSAGES]
    expected = theirs.predict(pairs, activation_fn=torch.nn.Identity())
    found = reranker.scores(_QUESTION, _PASSAGES)
    np.testing.assert_allclose(found, expected, atol=1e-5)
    assert np.ptp(found) > 0.1
    order = [each.index for each in reranked(np.arange(len(_PASSAGES)), found)]
    assert order == [each["corpus_id"] for each in theirs.rank(_QUESTION, _PASSAGES)]


def test_a_score_is_that_of_the_plain_model_which_reads_one_pair(directory: Path, reranker: Reranker) -> None:
    model = transformers.AutoModelForSequenceClassification.from_pretrained(directory).eval()
    tokenizer = transformers.AutoTokenizer.from_pretrained(directory)
    for passage, score in zip(_PASSAGES, reranker.scores(_QUESTION, _PASSAGES), strict=True):
        read = tokenizer(_QUESTION, passage, return_tensors="pt", truncation="longest_first", max_length=LIMIT)
        with torch.inference_mode():
            assert score == pytest.approx(float(model(**read).logits), abs=1e-5)


def test_what_is_configured_to_be_read_before_a_pair_is_read(tmp_path: Path) -> None:
    name = str(save_cross_encoder(tmp_path, prompt="good "))
    expected = CrossEncoder(name, device="cpu").predict(
        [(_QUESTION, passage) for passage in _PASSAGES], activation_fn=torch.nn.Identity()
    )
    found = open_reranker(name).scores(_QUESTION, _PASSAGES)
    np.testing.assert_allclose(found, expected, atol=1e-5)


def test_the_scores_of_no_passage_are_none_and_progress_may_stop(reranker: Reranker) -> None:
    assert len(reranker.scores(_QUESTION, [])) == 0
    done: list[tuple[int, int]] = []
    reranker.scores(_QUESTION, _PASSAGES * 5, lambda *counts: done.append(counts))
    assert done == [(64, 80), (80, 80)]


def test_readers_who_ask_at_once_get_what_each_gets_alone(reranker: Reranker) -> None:
    questions = [_QUESTION, "oven", "it tasted good and the pizza came out"] * 3
    alone = [reranker.scores(question, _PASSAGES) for question in questions]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda question: reranker.scores(question, _PASSAGES), questions))
    np.testing.assert_allclose(together, alone, atol=1e-5)


def test_a_reranker_says_its_name_and_how_much_it_reads(directory: Path, reranker: Reranker) -> None:
    assert (reranker.name, reranker.short_name, reranker.limit) == (str(directory), "whole", LIMIT)


def test_where_none_is_named_a_sentence_says_who_can_name_one() -> None:
    assert RERANKER.named_in({}) is None
    assert RERANKER.named_in({"ENCODERSCOPE_RERANKER": "  "}) is None
    assert "no cross-encoder. Its operator can name one in ENCODERSCOPE_RERANKER" in RERANKER.not_configured


def _three_scores(directory: Path) -> str:
    return str(save_cross_encoder(directory, labels=3))


def _encoder(directory: Path) -> str:
    return str(save_tiny(directory, *SUPPORTED["bert"]))


def _sparse(directory: Path) -> str:
    return str(save_sparse_encoder(directory))


def _pickled(directory: Path) -> str:
    name = save_cross_encoder(directory)
    torch.save({}, name / "pytorch_model.bin")
    (name / "model.safetensors").unlink()
    return str(name)


def _broken(directory: Path) -> str:
    name = save_cross_encoder(directory)
    (name / "model.safetensors").write_bytes(b"no tensor")
    return str(name)


def _without_words(directory: Path) -> str:
    name = save_cross_encoder(directory)
    for file in name.glob("tokenizer*"):
        file.unlink()
    return str(name)


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda _: "/nowhere/at/all", r"There is no model directory /nowhere/at/all\. Check the path"),
        (lambda _: "nobody/nothing", r"nobody/nothing could not be opened(.|\n)*as safetensors, or name none\.$"),
        (lambda _: BUNDLED_NAME, r"lacks 2 of its weights, classifier\.bias(.|\n)*trained as a cross-encoder\.$"),
        (_encoder, r"lacks \d of its weights(.|\n)*trained as a cross-encoder\.$"),
        (_sparse, r"lacks \d of its weights(.|\n)*trained as a cross-encoder\.$"),
        (_three_scores, r"3 numbers, not one score(.|\n)*ENCODERSCOPE_RERANKER\.$"),
        (_pickled, r"holds no \.safetensors file"),
        (_broken, r"could not be opened"),
        (_without_words, r"tokenizer"),
    ],
)
def test_what_is_no_cross_encoder_is_refused_in_a_sentence(
    make: Callable[[Path], str], says: str, tmp_path: Path
) -> None:
    with pytest.raises(ModelError, match=says):
        open_reranker(make(tmp_path))

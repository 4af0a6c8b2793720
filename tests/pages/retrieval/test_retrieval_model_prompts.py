"""Live retrieval of a model that was trained with one prompt before questions and another before passages."""

from pathlib import Path

import numpy as np
import pytest
from sentence_transformers import SentenceTransformer

from components.core import Encoder, load_encoder
from components.core.numerics.similarity import normalise_rows
from tests.pages.retrieval.test_retrieval_reasons import cells
from tests.support.retrieval_page import (
    BM25,
    DENSE,
    PRAM,
    WHY,
    ShippedCorpus,
    hits,
    scores,
    shipped_corpus,
    visit,
    words,
)
from tests.support.tiny_models import save_pooled

_PROMPTS = {"query": "the good pizza ", "document": "it tasted "}


@pytest.fixture
def directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The model, on the operator's list."""
    saved = str(save_pooled(tmp_path, "mean", prompts=_PROMPTS))
    monkeypatch.setenv("ENCODERSCOPE_MODELS", saved)
    return saved


@pytest.fixture
def cosines(directory: str) -> np.ndarray:
    """(N,) the cosines of the question with all passages, as sentence-transformers has them."""
    reference = SentenceTransformer(directory, device="cpu")
    # This model reads less at once than the bundled one, so it is given shorter passages.
    cut = shipped_corpus(load_encoder(directory), "everyday").texts
    passages = normalise_rows(reference.encode_document(cut))
    found: np.ndarray = passages @ normalise_rows(reference.encode_query([PRAM]))[0]
    return found


def test_passages_are_ranked_by_encode_query_and_encode_document_and_the_prompts_are_shown(
    directory: str, cosines: np.ndarray
) -> None:
    opened = visit(PRAM).choose("model", directory)
    assert scores(opened, DENSE) == pytest.approx(np.sort(cosines)[::-1][: len(hits(opened, DENSE))], abs=1e-4)
    said = "reads the good pizza  before the question, and it tasted  before each passage, as it was trained."
    assert said in words(opened)


def test_the_score_of_such_a_model_is_taken_apart_with_its_prompts_among_the_special_tokens(
    directory: str, cosines: np.ndarray
) -> None:
    opened = visit(PRAM, screen=WHY).choose("model", directory)
    assert cells(opened).sum() == pytest.approx(cosines.max(), abs=1e-5)
    rows = list(opened.figure("score-grid")["data"][0]["y"])
    assert len(rows) == cells(opened).shape[0]
    assert "as it was trained." in words(opened)
    opened.pick("divided_among", "typed words")
    assert "adds most to" in words(opened)


def test_of_a_model_without_prompts_none_is_said(everyday: ShippedCorpus, encoder: Encoder) -> None:
    assert encoder.prompt() == ""
    assert "as it was trained." not in words(visit(PRAM))
    assert hits(visit(PRAM), BM25)

"""What a model reads before a question and before a passage, against sentence-transformers' own encode_query and
encode_document.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sentence_transformers import SentenceTransformer

from components.core import Encoder, load_encoder
from components.core.model.prompts import TextKind
from components.core.numerics.similarity import normalise_rows
from components.core.retrieval.search.score_grid import score_grid
from components.core.storage.cached_encoding import encode_with_store
from components.core.storage.vector_store import VectorStore
from tests.support.tiny_models import save_pooled

_QUESTION, _PASSAGE = "the good pizza ", "it tasted "
_TEXTS = ["squatch eats pizza", "it", "the pizza came out of the oven and it tasted good"]
# Names of a configuration's prompts, and of the default one.
_CONFIGURED: dict[str, tuple[dict[str, str], str | None]] = {
    "both": ({"query": _QUESTION, "document": _PASSAGE}, None),
    "questions alone": ({"query": _QUESTION}, None),
    "by another name": ({"query": _QUESTION, "passage": _PASSAGE}, None),
    "a default for all": ({"query": _QUESTION}, "query"),
    "a default of its own": ({"task": "squatch came out ", "document": _PASSAGE}, "task"),
    "none": ({}, None),
}


def save(directory: Path, prompts: Mapping[str, str], default: str | None = None, **pooling: Any) -> Path:
    return save_pooled(directory, "mean", prompts=prompts, default=default, **pooling)


@pytest.fixture
def asymmetric(tmp_path: Path) -> Encoder:
    return load_encoder(str(save(tmp_path, *_CONFIGURED["both"])))


@pytest.mark.parametrize("configured", _CONFIGURED)
@pytest.mark.parametrize("includes", [True, False], ids=["", "prompt not pooled"])
def test_vectors_are_those_of_encode_query_and_encode_document(tmp_path: Path, configured: str, includes: bool) -> None:
    directory = save(tmp_path, *_CONFIGURED[configured], include_prompt=includes)
    encoder, reference = load_encoder(str(directory)), SentenceTransformer(str(directory), device="cpu")
    for kind, encode in (
        (TextKind.PLAIN, reference.encode),
        (TextKind.QUESTION, reference.encode_query),
        (TextKind.PASSAGE, reference.encode_document),
    ):
        np.testing.assert_allclose(encoder.encode(_TEXTS, kind=kind), encode(_TEXTS), atol=1e-5)
        # One text alone is read with others of its length.
        np.testing.assert_allclose(encoder.encode(_TEXTS[:1], kind=kind), encode(_TEXTS[:1]), atol=1e-5)


def test_a_prompt_takes_room_from_texts_of_its_kind(asymmetric: Encoder) -> None:
    plain = asymmetric.encode_limit - 2
    rooms = {TextKind.PLAIN: plain, TextKind.QUESTION: plain - 3, TextKind.PASSAGE: plain - 2}
    for kind, room in rooms.items():
        assert asymmetric.room(kind) == room
        read, beyond = (" ".join(["the"] * words) for words in (room - 1, room))
        base, last, after = asymmetric.encode([f"{read} pizza", f"{read} oven", f"{beyond} oven"], kind=kind)
        assert np.abs(base - last).max() > 1e-3
        np.testing.assert_allclose(after, asymmetric.encode([f"{beyond} pizza"], kind=kind)[0], atol=1e-6)


def test_vectors_of_one_text_as_question_passage_and_plain_text_are_kept_apart(
    asymmetric: Encoder, tmp_path: Path
) -> None:
    store = VectorStore(tmp_path / "vectors.sqlite")
    for _ in range(2):
        for kind in TextKind:
            kept = encode_with_store(asymmetric, _TEXTS, store, kind=kind)
            np.testing.assert_allclose(kept, asymmetric.encode(_TEXTS, kind=kind), atol=1e-6)


def test_models_that_differ_in_a_prompt_alone_have_other_fingerprints(tmp_path: Path) -> None:
    found = {
        load_encoder(str(save(tmp_path / str(number), *each))).fingerprint
        for number, each in enumerate(_CONFIGURED.values())
    }
    # sentence-transformers reads no prompt under “passage”, since it has “document” already, for nothing.
    assert len(found) == len(_CONFIGURED) - 1


def test_the_grid_divides_the_score_of_encode_query_and_encode_document(tmp_path: Path) -> None:
    directory = save(tmp_path, *_CONFIGURED["both"])
    question, passage = _TEXTS[0], _TEXTS[2]
    grid = score_grid(load_encoder(str(directory)), question, passage)
    reference = SentenceTransformer(str(directory), device="cpu")
    one, other = (
        normalise_rows(encode([text]))[0].astype(np.float64)
        for encode, text in ((reference.encode_query, question), (reference.encode_document, passage))
    )
    assert grid.total == pytest.approx(float(one @ other), abs=1e-5)
    for tokens, prompt, text in ((grid.question, _QUESTION, question), (grid.chunk, _PASSAGE, passage)):
        assert tokens.text == text
        words = [word for word in tokens.words_and_marks if not word.special]
        assert [word.text for word in words] == text.split()
        spans = [
            (tokens.offsets[word.token_indices[0]][0], tokens.offsets[word.token_indices[-1]][1]) for word in words
        ]
        assert [text[start:end] for start, end in spans] == text.split()
        assert [label for label, special in zip(tokens.labels, tokens.special, strict=True) if special] == [
            "[CLS]",
            *prompt.split(),
            "[SEP]",
        ]

"""Re-ranking by a cross-encoder: a model that reads question and passage together and gives the pair one score.

Nogueira and Cho 2019, "Passage Re-ranking with BERT". Every token of the question attends to every token of the
passage, so nothing of a passage can be computed before the question is known: it re-ranks the first passages of another
search.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch
from jaxtyping import Float32
from sentence_transformers import CrossEncoder
from sentence_transformers.util import batch_to_device

from components.core.errors import ModelError
from components.core.model.loading import check_complete, check_vocabulary, embedding_table, open_pipeline, source_of
from components.core.model.opened_model import array_of
from components.core.model.prompts import TextKind, prompt_before
from components.core.model.slices import in_slices
from components.core.numerics.lanes import lanes
from components.core.retrieval.search.operators_models import OTHERWISE, RERANKER, OperatorsModel


class Reranker(OperatorsModel[CrossEncoder]):
    """An opened cross-encoder."""

    def scores(
        self, question: str, passages: Sequence[str], progress: Callable[[int, int], None] | None = None
    ) -> Float32[np.ndarray, " M"]:
        """Return the score of each passage for a question: the model's last number, before any squashing function.

        It may be negative, and it still tells apart what a sigmoid would round to 1. Of a pair beyond the limit the
        longer text is cut. Bulk work, in slices. progress(done, M) is called as pairs are done, and may raise to stop.
        """
        scores = np.empty(len(passages), dtype=np.float32)
        lengths = [len(question) + len(passage) for passage in passages]

        def score(some: list[int], *, bulk: bool) -> Float32[np.ndarray, " B"]:
            return self._score([(question, passages[index]) for index in some], bulk)

        for some, found in in_slices(lengths, self._device, score, progress):
            scores[some] = found
        return scores

    def _score(self, pairs: list[tuple[str, str]], bulk: bool) -> Float32[np.ndarray, " B"]:
        """Score one batch as CrossEncoder.predict does, in one turn at a lane."""
        with self._preprocess_lock:
            read = self._pipeline.preprocess(pairs, prompt=prompt_before(self._pipeline, TextKind.PLAIN) or None)
        with lanes.turn(bulk=bulk), torch.inference_mode():
            found = self._pipeline(batch_to_device(dict(read), self._pipeline.device))["scores"]
            return array_of(found.reshape(len(pairs)))


def open_reranker(name: str) -> Reranker:
    """Open a cross-encoder: a directory, or a hub id. Raises ModelError, which names the model and what to do."""
    source = source_of(name)
    pipeline = open_pipeline(CrossEncoder, name, source, OTHERWISE)
    transformer: Any = pipeline.transformers_model
    # An encoder that was not trained for pairs would get a random last layer.
    check_complete(source, transformer, otherwise="again, or name one that was trained as a cross-encoder")
    if pipeline.num_labels != 1:
        raise ModelError(
            f"{type(transformer).__name__} ({name}) gives a pair of texts {pipeline.num_labels} numbers, not one "
            f"score, so it cannot rank passages. Name a cross-encoder that was trained for search in {RERANKER.name}."
        )
    check_vocabulary(name, pipeline.tokenizer, embedding_table(name, transformer).num_embeddings)
    return Reranker(name, pipeline)

"""All search methods compared on questions whose answers are known."""

from collections.abc import Sequence
from typing import Final

import numpy as np

from components.core.model.interventions import Intervention
from components.core.model.prompts import TextKind
from components.core.retrieval.documents import Question
from components.core.retrieval.evaluation.evaluation import Evaluation, evaluate
from components.core.retrieval.search.methods import SearchMethod
from components.ui.caches import corpora, models
from components.ui.caches.corpora import EvaluationRequest
from components.ui.caches.encoding import encode_texts
from components.ui.retrieval.indexed_corpus import IndexedCorpus

#: The measure by which methods are ordered.
RANKED_BY: Final = "nDCG@10"


def compare_methods(
    indexed_corpus: IndexedCorpus,
    questions: Sequence[Question],
    methods: tuple[SearchMethod, ...] = tuple(SearchMethod),
) -> Evaluation:
    """Compare search methods on these questions, once for all sessions. Raises SentenceError."""
    model, chunks = indexed_corpus.model, indexed_corpus.chunks

    def encode(texts: Sequence[str], interventions: tuple[Intervention, ...], kind: TextKind) -> np.ndarray:
        return encode_texts(model, texts, interventions, kind=kind)

    return corpora.evaluation(
        EvaluationRequest.of(indexed_corpus.request, questions, methods),
        lambda: evaluate(chunks, questions, models.encoder(model), encode, methods),
    )

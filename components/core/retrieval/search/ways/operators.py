"""Ways that need a model of the operator's: a cross-encoder, a sparse encoder or a language model.

Such a way holds the model's name, so that a result is that of one model.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from components.core.errors import ModelError
from components.core.model.prompts import TextKind
from components.core.retrieval.search.cross_encoder import open_reranker
from components.core.retrieval.search.hyde import Write, hypothetical_passage
from components.core.retrieval.search.query_rewriting import rewrite, search_by_wordings
from components.core.retrieval.search.ranking import RankedItem, exact_search, reranked
from components.core.retrieval.search.sparse_encoder import open_sparse_encoder
from components.core.retrieval.search.ways.first_stage import DENSE
from components.core.retrieval.search.ways.way import Description, EncodedCorpus, PreparedWay, Ranking, Report, Way

# Passages of each wording that are fused.
_CANDIDATES: Final = 50


@dataclass(frozen=True)
class CrossEncoderWay(Way):
    """The first passages of dense search in the order of a cross-encoder."""

    source = "Nogueira and Cho 2019, “Passage Re-ranking with BERT”"
    model: str
    first: int = 20

    @property
    def described(self) -> Description:
        """What a screen says of this way."""
        return Description(
            f"Cross-encoder re-ranks {self.first}",
            f"Cross-encoder {self.first}",
            f"A second model reads the question together with each of the first {self.first} passages of Dense.",
        )

    def prepare(self, corpus: EncodedCorpus, report: Report | None = None) -> PreparedWay:
        """Open the model. Raises ModelError."""
        reranker = open_reranker(self.model)
        dense = DENSE.prepare(corpus, report)

        def rerank_items(question: str, first: Sequence[RankedItem]) -> tuple[RankedItem, ...]:
            indices = np.array([each.index for each in first], dtype=int)
            return reranked(indices, reranker.scores(question, [corpus.texts[index] for index in indices]))

        def rank(question: str) -> Ranking:
            every = dense.rank(question)
            return Ranking.of_items(rerank_items(question, every.first(self.first))).then(every)

        return PreparedWay(
            rank, corpus.chunks, dense.nbytes, f"Model: {reranker.short_name}.", waits=True, rerank=rerank_items
        )


@dataclass(frozen=True)
class SparseWay(Way):
    """SPLADE: the terms that question and passage share, with weights that a model has learned."""

    source = (
        "Formal, Piwowarski and Clinchant 2021, “SPLADE: Sparse Lexical and Expansion Model for First Stage Ranking”"
    )
    model: str

    @property
    def described(self) -> Description:
        """What a screen says of this way."""
        return Description(
            "Sparse encoder (SPLADE)",
            "SPLADE",
            "A second model gives each text weights for words, also for words that it does not contain.",
        )

    def prepare(self, corpus: EncodedCorpus, report: Report | None = None) -> PreparedWay:
        """Open the model and read all passages. Raises ModelError."""
        model = open_sparse_encoder(self.model)
        passages = model.encode(
            corpus.texts,
            TextKind.PASSAGE,
            (lambda done, total: report("passage", done, total)) if report else None,
        )

        def rank(question: str) -> Ranking:
            asked = corpus.questions.read(
                ("sparse", self.model, question), lambda: model.encode([question], TextKind.QUESTION)
            )
            return Ranking.of_scores(passages.scores(asked), floor=0.0)

        nbytes = round(passages.bytes_per_passage * len(corpus.chunks))
        return PreparedWay(rank, corpus.chunks, nbytes, f"Model: {model.short_name}.")


@dataclass(frozen=True)
class HydeWay(Way):
    """Searches with a passage that a language model made up."""

    source = "Gao, Ma, Lin and Callan 2022, “Precise Zero-Shot Dense Retrieval without Relevance Labels”"
    model: str

    @property
    def described(self) -> Description:
        """What a screen says of this way."""
        return Description(
            "HyDE",
            "HyDE",
            "A language model makes up a passage that answers the question; the search is for its vector and the "
            "question’s.",
        )

    def prepare(self, corpus: EncodedCorpus, report: Report | None = None) -> PreparedWay:
        """Check that a language model is there. Raises ModelError."""
        write, vectors = _write(corpus), corpus.unit_vectors

        def rank(question: str) -> Ranking:
            made_up = corpus.questions.read(
                ("hyde", self.model, question),
                lambda: hypothetical_passage(question, write, lambda texts, kind: corpus.questions.encode(texts, kind)),
            )
            return Ranking.of_scores(vectors @ made_up.question.after)

        return PreparedWay(rank, corpus.chunks, vectors.nbytes, f"Language model: {self.model}.", waits=True)


@dataclass(frozen=True)
class RewritingWay(Way):
    """Searches for several wordings of the question, and fuses what they find."""

    source = "Rackauckas 2024, “RAG-Fusion: A New Take on Retrieval-Augmented Generation”"
    model: str
    count: int = 3

    @property
    def described(self) -> Description:
        """What a screen says of this way."""
        return Description(
            f"{self.count} other wordings",
            f"Wordings {self.count}",
            f"Has a language model word the question in {self.count} other ways, and fuses what all of them find.",
        )

    def prepare(self, corpus: EncodedCorpus, report: Report | None = None) -> PreparedWay:
        """Check that a language model is there. Raises ModelError."""
        write, vectors = _write(corpus), corpus.unit_vectors

        def search(question: str) -> tuple[RankedItem, ...]:
            return exact_search(vectors, corpus.questions.vector(question), _CANDIDATES)

        def rank(question: str) -> Ranking:
            rewriting = corpus.questions.read(
                ("wordings", self.model, self.count, question), lambda: rewrite(question, write, self.count)
            )
            return Ranking.of_items(search_by_wordings(rewriting, search, _CANDIDATES))

        return PreparedWay(rank, corpus.chunks, vectors.nbytes, f"Language model: {self.model}.", waits=True)


def _write(corpus: EncodedCorpus) -> Write:
    if corpus.operators.write is None:
        raise ModelError("No language model is switched on any more. Leave this technique out.")
    return corpus.operators.write

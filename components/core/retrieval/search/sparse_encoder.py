"""Search by a learned sparse encoder: a text gets a weight for each term of the vocabulary, and most weights are 0.

Formal, Piwowarski and Clinchant 2021, "SPLADE: Sparse Lexical and Expansion Model for First Stage Ranking". A term
need not stand in the text: the model adds those that it expects there. The score of a passage is a sum over the terms
that it shares with the question. N texts, V terms.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import torch
from jaxtyping import Float
from scipy.sparse import csr_array, vstack
from sentence_transformers import SparseEncoder
from sentence_transformers.base.modules import Transformer
from sentence_transformers.sparse_encoder.modules import SpladePooling
from sentence_transformers.util import batch_to_device, select_max_active_dims

from components.core.errors import ModelError
from components.core.model.loading import check_complete, check_vocabulary, embedding_table, open_pipeline, source_of
from components.core.model.prompts import TextKind, prompt_before
from components.core.model.slices import in_slices
from components.core.numerics.lanes import lanes
from components.core.retrieval.search.operators_models import OTHERWISE, SPARSE_ENCODER, OperatorsModel
from components.core.tokens.tokens import readable

#: Bytes of one weight that is not 0: a float32, and the number of its term.
BYTES_OF_A_WEIGHT: Final = 8


@dataclass(frozen=True)
class SparseTerm:
    """A term of a text and its weight."""

    term: str
    weight: float


@dataclass(frozen=True)
class SharedTerm:
    """A term that a question and a passage share, and its part of the score."""

    term: str
    weight_in_question: float
    weight_in_passage: float

    @property
    def share(self) -> float:
        """The product of both weights."""
        return self.weight_in_question * self.weight_in_passage


@dataclass(frozen=True, eq=False)
class SparseVectors:
    """The weights of N texts for V terms."""

    weights: csr_array  # (N, V), float32; no 0 is stored
    vocabulary: tuple[str, ...]  # V

    @property
    def bytes_per_passage(self) -> float:
        """The bytes of a text's weights, on average; 0 for no text."""
        return self.weights.nnz * BYTES_OF_A_WEIGHT / max(1, self.weights.shape[0])

    def terms(self, index: int) -> tuple[SparseTerm, ...]:
        """Return the terms of a text, the heaviest first; of equal ones in the order of the vocabulary."""
        found = [SparseTerm(self.vocabulary[number], weight) for number, weight in self._row(index).items()]
        return tuple(sorted(found, key=lambda each: -each.weight))

    def scores(self, question: "SparseVectors") -> Float[np.ndarray, " N"]:
        """Return the score of each text for the one question: the product of their weights, summed over all terms."""
        scores: np.ndarray = (self.weights @ question.weights.T).toarray()[:, 0]
        return scores

    def shared_terms(self, question: "SparseVectors", index: int) -> tuple[SharedTerm, ...]:
        """Return the terms that the one question shares with a text, the largest share first.

        Their shares sum to the text's score.
        """
        asked = question._row(0)
        shared = [
            SharedTerm(self.vocabulary[number], asked[number], weight)
            for number, weight in self._row(index).items()
            if number in asked
        ]
        return tuple(sorted(shared, key=lambda each: -each.share))

    def _row(self, index: int) -> dict[int, float]:
        """Return the numbers of a text's terms, ascending, and their weights."""
        row = self.weights[[index]]
        return dict(sorted(zip(row.indices.tolist(), row.data.tolist(), strict=True)))


class SparseModel(OperatorsModel[SparseEncoder]):
    """An opened sparse encoder."""

    def __init__(self, name: str, pipeline: SparseEncoder, vocabulary: tuple[str, ...]) -> None:
        super().__init__(name, pipeline)
        #: The V terms.
        self.vocabulary = vocabulary

    def encode(
        self, texts: Sequence[str], kind: TextKind, progress: Callable[[int, int], None] | None = None
    ) -> SparseVectors:
        """Return the weights of N texts. kind: what they are, which decides the prompt before them.

        Bulk work, in slices. progress(done, N) is called as texts are done, and may raise to stop.
        """
        order: list[int] = []
        # None of no texts, but as wide.
        found = [csr_array((0, len(self.vocabulary)), dtype=np.float32)]

        def encode(some: list[int], *, bulk: bool) -> csr_array:
            return self._encode([texts[index] for index in some], kind, bulk)

        for some, rows in in_slices([len(text) for text in texts], self._device, encode, progress):
            order += some
            found.append(rows)
        weights = csr_array(vstack(found, format="csr"))
        # Back from the order of lengths.
        return SparseVectors(weights[np.argsort(np.array(order, dtype=int))], self.vocabulary)

    def _encode(self, texts: list[str], kind: TextKind, bulk: bool) -> csr_array:
        """Encode one batch as SparseEncoder's encode_query and encode_document do, in one turn at a lane."""
        pipeline = self._pipeline
        with self._preprocess_lock:
            read = pipeline.preprocess(texts, prompt=prompt_before(pipeline, kind) or None)
        with lanes.turn(bulk=bulk), torch.inference_mode():
            weights = pipeline(batch_to_device(dict(read), pipeline.device))["sentence_embedding"]
            if pipeline.max_active_dims is not None:
                weights = select_max_active_dims(weights, pipeline.max_active_dims)
            return csr_array(weights.to_dense().float().cpu().numpy())


def open_sparse_encoder(name: str) -> SparseModel:
    """Open a sparse encoder: a directory, or a hub id. Raises ModelError, which names the model and what to do."""
    source = source_of(name)
    pipeline = open_pipeline(SparseEncoder, name, source, OTHERWISE)
    first, last = pipeline[0], pipeline[-1]
    if not (isinstance(first, Transformer) and isinstance(last, SpladePooling)):
        raise ModelError(
            f"The model {name} does not give each word of its vocabulary a weight, the same way for questions and "
            f"passages, as SPLADE does. Name a SPLADE model in {SPARSE_ENCODER.name}, or none."
        )
    transformer: Any = first.model
    check_complete(source, transformer, otherwise="again, or name one with a trained masked-word head")
    check_vocabulary(name, pipeline.tokenizer, embedding_table(name, transformer).num_embeddings)
    return SparseModel(name, pipeline, _vocabulary(pipeline.tokenizer, transformer.config.vocab_size))


def _vocabulary(tokenizer: Any, size: int) -> tuple[str, ...]:
    """Return the names of a model's terms; a number for a row that no token uses."""
    known = {number: token for token, number in tokenizer.get_vocab().items()}
    tokens = [known.get(number, f"[{number}]") for number in range(size)]
    return readable(tokenizer, tokens) if tokenizer.is_fast else tuple(tokens)

"""Ways that compare tokens: late interaction with every passage, or with the first of a dense search."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from components.core.embeddings.token_contributions import tokens_read
from components.core.embeddings.token_vectors import TokenVectors, check_fits, token_vectors, token_vectors_of
from components.core.errors import StoreError
from components.core.model.prompts import TextKind
from components.core.retrieval.search.late_interaction import max_sim_scores, rerank
from components.core.retrieval.search.ranking import RankedItem
from components.core.retrieval.search.ways.first_stage import DENSE
from components.core.retrieval.search.ways.way import Description, EncodedCorpus, PreparedWay, Ranking, Report, Way

ALL_TOKENS, TYPED_TOKENS = "all tokens", "without special tokens"

_SOURCE: Final = (
    "Khattab and Zaharia 2020, “ColBERT: Efficient and Effective Passage Search via Contextualized Late Interaction "
    "over BERT”"
)
_NOTE: Final = "This model was trained for one vector a text, not for its single tokens."


@dataclass(frozen=True)
class LateWay(Way):
    """MaxSim: each token of the question finds its best token of the passage."""

    source = _SOURCE
    tokens: str = ALL_TOKENS

    @property
    def described(self) -> Description:
        """What a screen says of this way."""
        typed = self.tokens == TYPED_TOKENS
        return Description(
            f"Late interaction, {self.tokens}",
            "MaxSim, typed" if typed else "MaxSim",
            "Each token of the question looks for its most similar token of the passage; the score is the sum.",
        )

    def prepare(self, corpus: EncodedCorpus, report: Report | None = None) -> PreparedWay:
        """Encode all passages. Raises StoreError if their token vectors take too much room."""
        passages = _passages(corpus, report)
        if self.tokens == TYPED_TOKENS:
            passages = passages.typed
        return PreparedWay(
            lambda question: Ranking.of_scores(max_sim_scores(_question(corpus, question, self.tokens), passages)),
            corpus.chunks,
            passages.nbytes,
            _NOTE,
        )


@dataclass(frozen=True)
class LateRerankWay(Way):
    """The first passages of dense search in the order of late interaction."""

    source = _SOURCE
    first: int = 50

    @property
    def described(self) -> Description:
        """What a screen says of this way."""
        return Description(
            f"Late interaction re-ranks {self.first}",
            f"MaxSim of {self.first}",
            f"Puts the first {self.first} of Dense into the order of late interaction.",
        )

    def prepare(self, corpus: EncodedCorpus, report: Report | None = None) -> PreparedWay:
        """Encode all passages; where their token vectors take too much room, those of each question's first anew."""
        dense = DENSE.prepare(corpus, report)
        kept: TokenVectors | None = None
        with suppress(StoreError):
            kept = _passages(corpus, report)

        def rerank_items(question: str, first: Sequence[RankedItem]) -> tuple[RankedItem, ...]:
            indices = [each.index for each in first]
            candidates = (
                token_vectors(corpus.encoder, [corpus.texts[index] for index in indices], TextKind.PASSAGE)
                if kept is None
                else kept.of(indices)
            )
            return rerank(_question(corpus, question, ALL_TOKENS), candidates, first)

        def rank(question: str) -> Ranking:
            every = dense.rank(question)
            return Ranking.of_items(rerank_items(question, every.first(self.first))).then(every)

        return PreparedWay(
            rank,
            corpus.chunks,
            dense.nbytes + (kept.nbytes if kept else 0),
            _NOTE if kept else f"{_NOTE} Token vectors of all passages do not fit; those needed are computed anew.",
            waits=kept is None,
            rerank=rerank_items,
        )


def _passages(corpus: EncodedCorpus, report: Report | None) -> TokenVectors:
    check_fits(corpus.encoder, [chunk.token_count for chunk in corpus.chunks])
    return corpus.shared(
        "token vectors",
        lambda: token_vectors(
            corpus.encoder,
            corpus.texts,
            TextKind.PASSAGE,
            (lambda done, total: report("passage", done, total)) if report else None,
        ),
    )


def _question(corpus: EncodedCorpus, question: str, tokens: str) -> TokenVectors:
    encoder = corpus.encoder
    read = corpus.questions.read(
        ("tokens", question), lambda: token_vectors_of(encoder, tokens_read(encoder, question, TextKind.QUESTION))
    )
    return read.typed if tokens == TYPED_TOKENS else read

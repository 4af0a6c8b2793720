"""Ways that put the first passages of dense search into another order, so that they do not repeat one another."""

from dataclasses import dataclass
from typing import Final

from components.core.retrieval.search.mmr import diverse_ranking
from components.core.retrieval.search.near_duplicates import without_near_duplicates
from components.core.retrieval.search.ways.first_stage import DENSE
from components.core.retrieval.search.ways.way import Description, EncodedCorpus, PreparedWay, Ranking, Report, Way

# Passages of dense search that are looked at.
_CANDIDATES: Final = 50


@dataclass(frozen=True)
class DiverseWay(Way):
    """Maximal marginal relevance."""

    source = (
        "Carbonell and Goldstein 1998, “The Use of MMR, Diversity-Based Reranking for Reordering Documents and "
        "Producing Summaries”"
    )
    relevance_weight: float = 0.7

    @property
    def described(self) -> Description:
        """What a screen says of this way."""
        return Description(
            f"MMR, λ {self.relevance_weight:g}",
            f"MMR {self.relevance_weight:g}",
            f"Of the first {_CANDIDATES}, takes next what answers the question and is unlike what was taken before.",
        )

    def prepare(self, corpus: EncodedCorpus, report: Report | None = None) -> PreparedWay:
        """Encode the chunks, unless their vectors are there."""
        dense = DENSE.prepare(corpus, report)

        def rank(question: str) -> Ranking:
            every = dense.rank(question)
            chosen = diverse_ranking(every.first(_CANDIDATES), corpus.unit_vectors, _CANDIDATES, self.relevance_weight)
            return Ranking.of_items(chosen.items).then(every)

        return PreparedWay(rank, corpus.chunks, dense.nbytes)


@dataclass(frozen=True)
class DistinctWay(Way):
    """Dense search without near-duplicates."""

    source = "Broder 1997, “On the Resemblance and Containment of Documents” (there by shared words)"
    bound: float = 0.9

    @property
    def described(self) -> Description:
        """What a screen says of this way."""
        return Description(
            f"No near-duplicates, cosine {self.bound:.2f}",
            f"No doubles {self.bound:.2f}",
            f"Leaves out what has a cosine of at least {self.bound:.2f} with a passage before it.",
        )

    def prepare(self, corpus: EncodedCorpus, report: Report | None = None) -> PreparedWay:
        """Encode the chunks, unless their vectors are there."""
        dense = DENSE.prepare(corpus, report)

        def rank(question: str) -> Ranking:
            first = dense.rank(question).first(_CANDIDATES)
            return Ranking.of_items(without_near_duplicates(first, corpus.unit_vectors, self.bound).items)

        return PreparedWay(rank, corpus.chunks, dense.nbytes)

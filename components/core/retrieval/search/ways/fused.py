"""Ways that join the rankings of others."""

from dataclasses import dataclass

from components.core.retrieval.search.hybrid import CANDIDATES, hybrid_search
from components.core.retrieval.search.methods import SearchMethod
from components.core.retrieval.search.ways.first_stage import DENSE, WordWay
from components.core.retrieval.search.ways.way import EncodedCorpus, PreparedWay, Ranking, Report, Way


@dataclass(frozen=True)
class HybridWay(Way):
    """The search of the page Live retrieval: the first CANDIDATES of vectors and of words, fused by their ranks."""

    source = (
        "Cormack, Clarke and Büttcher 2009, “Reciprocal Rank Fusion outperforms Condorcet and individual Rank Learning "
        "Methods”"
    )

    @property
    def name(self) -> str:
        """The name of the search method."""
        return SearchMethod.HYBRID.value

    @property
    def short(self) -> str:
        """The name in pictures."""
        return self.name

    @property
    def does(self) -> str:
        """What is fused."""
        return f"Adds 1 ÷ (60 + rank) over the first {CANDIDATES} of Dense and of BM25."

    def prepare(self, corpus: EncodedCorpus, report: Report | None = None) -> PreparedWay:
        """Prepare both searches."""
        dense, words = (way.prepare(corpus, report) for way in (DENSE, WordWay()))

        def rank(question: str) -> Ranking:
            by_vectors, by_words = (each.rank(question).first(CANDIDATES) for each in (dense, words))
            return Ranking.of_items(hybrid_search(by_vectors, by_words))

        return PreparedWay(rank, corpus.chunks, dense.nbytes + words.nbytes)

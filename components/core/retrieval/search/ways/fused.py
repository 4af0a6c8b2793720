"""Ways that join the rankings of others."""

from dataclasses import dataclass
from typing import Final

from components.core.retrieval.search.fusion import Fusion, fuse
from components.core.retrieval.search.hybrid import CANDIDATES
from components.core.retrieval.search.methods import SearchMethod
from components.core.retrieval.search.ways.first_stage import DENSE, WORDS
from components.core.retrieval.search.ways.way import Description, EncodedCorpus, PreparedWay, Ranking, Report, Way

_SHORT: Final = {Fusion.MIN_MAX: "0 to 1", Fusion.Z_SCORES: "z-scores"}


@dataclass(frozen=True)
class HybridWay(Way):
    """The hybrid search of the page Live retrieval: the first CANDIDATES of vectors and of words, by their ranks."""

    source = (
        "Cormack, Clarke and Büttcher 2009, “Reciprocal Rank Fusion outperforms Condorcet and individual Rank Learning "
        "Methods”"
    )

    @property
    def described(self) -> Description:
        """What a screen says of this way."""
        return Description(
            SearchMethod.HYBRID.value,
            "Hybrid",
            f"Adds 1 ÷ (60 + rank) over the first {CANDIDATES} of Dense and of BM25.",
        )

    def prepare(self, corpus: EncodedCorpus, report: Report | None = None) -> PreparedWay:
        """Prepare both searches."""
        return _prepare_fusion(corpus, {DENSE: 1.0, WORDS: 1.0}, Fusion.RANKS, report)


@dataclass(frozen=True)
class WeightedWay(Way):
    """The scores of vectors and of words on one scale, weighted and added."""

    source = "Bruch, Gai and Ingber 2023, “An Analysis of Fusion Functions for Hybrid Retrieval”"
    dense_weight: float = 0.5
    fusion: str = Fusion.MIN_MAX.value

    @property
    def described(self) -> Description:
        """What a screen says of this way."""
        weights = f"{self.dense_weight:.2f}"
        return Description(
            f"Weighted sum, dense {weights}, {_SHORT[Fusion(self.fusion)]}",
            f"Sum {weights}, {_SHORT[Fusion(self.fusion)]}",
            f"Brings the scores of the first {CANDIDATES} of Dense and of BM25 to one scale ({self.fusion}) and adds "
            f"them; those of Dense count {self.dense_weight:.0%}.",
        )

    def prepare(self, corpus: EncodedCorpus, report: Report | None = None) -> PreparedWay:
        """Prepare both searches."""
        weights = {DENSE: self.dense_weight, WORDS: round(1 - self.dense_weight, 12)}
        return _prepare_fusion(corpus, weights, Fusion(self.fusion), report)


@dataclass(frozen=True)
class FusedWay(Way):
    """The rankings of any ways that hand over the corpus's own chunks, fused by their ranks."""

    source = HybridWay.source
    ways: tuple[Way, ...]  # distinct

    @property
    def described(self) -> Description:
        """What a screen says of this way."""
        names = " + ".join(each.short for each in self.ways)
        return Description(
            f"Fusion of {names}",
            f"Fusion of {len(self.ways)}",
            f"Adds 1 ÷ (60 + rank) over the first {CANDIDATES} of each ranking.",
        )

    def prepare(self, corpus: EncodedCorpus, report: Report | None = None) -> PreparedWay:
        """Prepare all searches."""
        return _prepare_fusion(corpus, dict.fromkeys(self.ways, 1.0), Fusion.RANKS, report)


def _prepare_fusion(
    corpus: EncodedCorpus, weights: dict[Way, float], fusion: Fusion, report: Report | None
) -> PreparedWay:
    prepared = {way: way.prepare(corpus, report) for way in weights}

    def rank(question: str) -> Ranking:
        rankings = {way.name: each.rank(question).first(CANDIDATES) for way, each in prepared.items()}
        return Ranking.of_items(
            fuse(rankings, CANDIDATES, fusion, {way.name: weight for way, weight in weights.items()})
        )

    return PreparedWay(
        rank,
        corpus.chunks,
        sum(each.nbytes for each in prepared.values()),
        waits=any(each.waits for each in prepared.values()),
    )

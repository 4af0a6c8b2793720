"""Ways that search twice: what the first search finds changes the question (pseudo-relevance feedback)."""

from dataclasses import dataclass

from components.core.retrieval.search.methods import SearchMethod, score_floor
from components.core.retrieval.search.rm3 import expand_question
from components.core.retrieval.search.rocchio import pseudo_feedback
from components.core.retrieval.search.ways.way import Description, EncodedCorpus, PreparedWay, Ranking, Report, Way


@dataclass(frozen=True)
class RocchioWay(Way):
    """The question's vector moves towards the first passages that it finds."""

    source = (
        "Rocchio 1971, “Relevance Feedback in Information Retrieval”; on vectors, Li et al. 2021, “Pseudo Relevance "
        "Feedback with Deep Language Models and Dense Retrievers: Successes and Pitfalls”"
    )
    passages: int = 3
    beta: float = 0.75

    @property
    def described(self) -> Description:
        """What a screen says of this way."""
        return Description(
            f"Rocchio, first {self.passages}, β {self.beta:g}",
            f"Rocchio {self.passages}, β {self.beta:g}",
            f"Adds {self.beta:g} times the mean of the first {self.passages} vectors to the question’s, and searches "
            "again.",
        )

    def prepare(self, corpus: EncodedCorpus, report: Report | None = None) -> PreparedWay:
        """Encode the chunks, unless their vectors are there."""
        vectors = corpus.unit_vectors

        def rank(question: str) -> Ranking:
            moved = pseudo_feedback(vectors, corpus.questions.vector(question), self.passages, beta=self.beta)
            return Ranking.of_scores(vectors @ moved.question.after)

        return PreparedWay(rank, corpus.chunks, vectors.nbytes)


@dataclass(frozen=True)
class Rm3Way(Way):
    """The question gains the words of the first passages that it finds by BM25."""

    source = (
        "Lavrenko and Croft 2001, “Relevance-Based Language Models”; Abdul-Jaleel et al. 2004, “UMass at TREC 2004: "
        "Novelty and HARD”"
    )
    passages: int = 10
    question_weight: float = 0.5

    @property
    def described(self) -> Description:
        """What a screen says of this way."""
        return Description(
            f"RM3, first {self.passages}, λ {self.question_weight:g}",
            f"RM3 {self.passages}, λ {self.question_weight:g}",
            f"Adds the heaviest words of the first {self.passages} passages of BM25 to the question, and searches by "
            f"words again; the question’s own count {self.question_weight:.0%}.",
        )

    def prepare(self, corpus: EncodedCorpus, report: Report | None = None) -> PreparedWay:
        """Count the words of all chunks."""
        bm25, texts = corpus.bm25, corpus.texts

        def rank(question: str) -> Ranking:
            expanded = expand_question(
                bm25, texts, question, passages=self.passages, question_weight=self.question_weight
            )
            return Ranking.of_scores(bm25.scores(expanded.weights), score_floor(SearchMethod.BM25))

        return PreparedWay(rank, corpus.chunks, bm25.nbytes)

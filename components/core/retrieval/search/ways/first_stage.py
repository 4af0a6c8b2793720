"""Ways that score every chunk by itself: vectors of three kinds, and words."""

from dataclasses import dataclass
from typing import Final

from components.core.embeddings.representations import Representation
from components.core.retrieval.search.methods import SearchMethod, score_floor
from components.core.retrieval.search.ways.way import EncodedCorpus, PreparedWay, Ranking, Report, Way

_SHORT: Final = {
    Representation.CONTEXT: "Dense",
    Representation.STATIC: "Averaged words",
    Representation.UNORDERED: "Positions off",
}
_NAMES: Final = {
    Representation.CONTEXT: SearchMethod.DENSE,
    Representation.STATIC: SearchMethod.STATIC,
    Representation.UNORDERED: SearchMethod.UNORDERED,
}
_DOES: Final = {
    Representation.CONTEXT: "Question and passage are one vector each, and the score is their cosine.",
    Representation.STATIC: "A text is the mean of its word embeddings, before any layer; the score is the cosine.",
    Representation.UNORDERED: "As dense, but the encoder does not see where in the text each token stands.",
}


@dataclass(frozen=True)
class VectorWay(Way):
    """The cosine of two vectors; every chunk is compared."""

    source = "Reimers and Gurevych 2019, “Sentence-BERT: Sentence Embeddings using Siamese BERT-Networks”"
    representation: Representation = Representation.CONTEXT

    @property
    def name(self) -> str:
        """The name of the search method."""
        return _NAMES[self.representation].value

    @property
    def short(self) -> str:
        """The name in pictures."""
        return _SHORT[self.representation]

    @property
    def does(self) -> str:
        """What is compared."""
        return _DOES[self.representation]

    def prepare(self, corpus: EncodedCorpus, report: Report | None = None) -> PreparedWay:
        """Encode the chunks, unless their vectors are there."""
        by = self.representation
        vectors = corpus.unit_vectors if by is Representation.CONTEXT else corpus.vectors_by(by)
        return PreparedWay(
            lambda question: Ranking.of_scores(vectors @ corpus.questions.vector(question, by)),
            corpus.chunks,
            vectors.nbytes,
        )


@dataclass(frozen=True)
class WordWay(Way):
    """BM25: the words that question and chunk share. Chunks that share none are not ranked."""

    source = "Robertson and Zaragoza 2009, “The Probabilistic Relevance Framework: BM25 and Beyond”"

    @property
    def name(self) -> str:
        """The name of the search method."""
        return SearchMethod.BM25.value

    @property
    def short(self) -> str:
        """The name in pictures."""
        return self.name

    @property
    def does(self) -> str:
        """What is compared."""
        return "Counts the words that question and passage share; rare words count more."

    def prepare(self, corpus: EncodedCorpus, report: Report | None = None) -> PreparedWay:
        """Count the words of all chunks."""
        bm25, floor = corpus.bm25, score_floor(SearchMethod.BM25)
        return PreparedWay(lambda question: Ranking.of_scores(bm25.scores(question), floor), corpus.chunks, bm25.nbytes)


DENSE: Final = VectorWay()

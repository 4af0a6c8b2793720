"""Ways that score every chunk by itself: vectors of three kinds, and words."""

from dataclasses import dataclass
from typing import Final

from components.core.embeddings.representations import Representation
from components.core.retrieval.search.methods import SearchMethod, score_floor
from components.core.retrieval.search.ways.way import Description, EncodedCorpus, PreparedWay, Ranking, Report, Way

_DESCRIBED: Final = {
    Representation.CONTEXT: Description(
        SearchMethod.DENSE.value,
        "Dense",
        "Question and passage are one vector each, and the score is the cosine of the two.",
    ),
    Representation.STATIC: Description(
        SearchMethod.STATIC.value,
        "Averaged words",
        "A text is the mean of its word embeddings, before any layer; the score is a cosine.",
    ),
    Representation.UNORDERED: Description(
        SearchMethod.UNORDERED.value,
        "Positions off",
        "As Dense, but the encoder is not told where in the text each token stands.",
    ),
}


@dataclass(frozen=True)
class VectorWay(Way):
    """The cosine of two vectors; every chunk is compared."""

    source = "Reimers and Gurevych 2019, “Sentence-BERT: Sentence Embeddings using Siamese BERT-Networks”"
    representation: Representation = Representation.CONTEXT

    @property
    def described(self) -> Description:
        """What a screen says of this way."""
        return _DESCRIBED[self.representation]

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
    def described(self) -> Description:
        """What a screen says of this way."""
        return Description(
            SearchMethod.BM25.value, "BM25", "Counts the words that question and passage share; rare words count more."
        )

    def prepare(self, corpus: EncodedCorpus, report: Report | None = None) -> PreparedWay:
        """Count the words of all chunks."""
        bm25, floor = corpus.bm25, score_floor(SearchMethod.BM25)
        return PreparedWay(lambda question: Ranking.of_scores(bm25.scores(question), floor), corpus.chunks, bm25.nbytes)


DENSE: Final = VectorWay()
WORDS: Final = WordWay()

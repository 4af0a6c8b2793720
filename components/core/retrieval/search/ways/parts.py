"""Ways that cut documents otherwise: by sentences, into larger parts, with headers, or where the meaning changes."""

from dataclasses import dataclass
from typing import Final

from components.core.model.prompts import TextKind
from components.core.retrieval.documents import Chunk, ChunkSettings, Unit
from components.core.retrieval.ingest.chunk_headers import header_cut, with_headers
from components.core.retrieval.ingest.chunking import chunks_of
from components.core.retrieval.search.best_sentence import best_sentences, mean_with_passage, sentences_of
from components.core.retrieval.search.parent_documents import Parent, parents_of, rank_parents
from components.core.retrieval.search.sentence_window import sentence_windows, without_repetition
from components.core.retrieval.search.ways.first_stage import DENSE
from components.core.retrieval.search.ways.way import Description, EncodedCorpus, PreparedWay, Ranking, Report, Way
from components.core.storage.cached_encoding import find_unreadable

ALONE, WITH_PASSAGE = "the best sentence", "its mean with the passage"

# Sentences that are looked at for windows: more than any measure or prompt needs.
_RANKED: Final = 200


@dataclass(frozen=True)
class BestSentenceWay(Way):
    """A passage scores as its best sentence does."""

    source = "Dai and Callan 2019, “Deeper Text Understanding for IR with Contextual Neural Language Modeling”"
    by: str = ALONE

    @property
    def described(self) -> Description:
        """What a screen says of this way."""
        mean = self.by == WITH_PASSAGE
        return Description(
            "Best sentence and passage" if mean else "Best sentence",
            "Sentence + passage" if mean else "Best sentence",
            "A passage scores as its best sentence does" + (", averaged with its own score." if mean else "."),
        )

    def prepare(self, corpus: EncodedCorpus, report: Report | None = None) -> PreparedWay:
        """Encode all sentences."""
        sentences = sentences_of(corpus.chunks, corpus.encoder)
        vectors = corpus.passage_vectors(sentences.texts, report)
        own = corpus.unit_vectors if self.by == WITH_PASSAGE else None

        def rank(question: str) -> Ranking:
            vector = corpus.questions.vector(question)
            scores = best_sentences(vectors @ vector, sentences.passages).scores
            return Ranking.of_scores(scores if own is None else mean_with_passage(scores, own @ vector))

        return PreparedWay(rank, corpus.chunks, vectors.nbytes + (0 if own is None else own.nbytes))


@dataclass(frozen=True)
class SentenceWindowWay(Way):
    """Found by a sentence, handed over with its neighbours."""

    source = "Chen et al. 2024, “Dense X Retrieval: What Retrieval Granularity Should We Use?”"
    neighbours: int = 2

    @property
    def described(self) -> Description:
        """What a screen says of this way."""
        return Description(
            f"Sentence window, {self.neighbours} on each side",
            f"Window ±{self.neighbours}",
            f"Searches single sentences, and hands over the best with {self.neighbours} before and after it.",
        )

    def prepare(self, corpus: EncodedCorpus, report: Report | None = None) -> PreparedWay:
        """Encode all sentences."""
        found = sentence_windows(corpus.documents, self.neighbours, corpus.encoder)
        vectors = corpus.passage_vectors([each.text for each in found.sentences], report)

        def rank(question: str) -> Ranking:
            scores = vectors @ corpus.questions.vector(question)
            first = Ranking.of_scores(scores).indices[:_RANKED]
            kept = list(without_repetition(first.tolist(), found))
            return Ranking.of_order(kept, scores[kept])

        return PreparedWay(rank, found.windows, vectors.nbytes, _HANDED_OVER)


@dataclass(frozen=True)
class ParentWay(Way):
    """Found by the passages, handed over as the section or the document that they are in."""

    source = "Callan 1994, “Passage-Level Evidence in Document Retrieval”"
    parent: str = Parent.SECTION.value

    @property
    def described(self) -> Description:
        """What a screen says of this way."""
        return Description(
            f"Parent {self.parent}",
            f"Parent {self.parent}",
            f"Searches the passages, and hands over the whole {self.parent} of the best.",
        )

    def prepare(self, corpus: EncodedCorpus, report: Report | None = None) -> PreparedWay:
        """Find the parent of each passage."""
        parents = parents_of(corpus.chunks, corpus.documents, Parent(self.parent), corpus.encoder)
        dense = DENSE.prepare(corpus, report)

        def rank(question: str) -> Ranking:
            ranking = dense.rank(question)
            order = list(rank_parents(ranking.indices.tolist(), parents))
            # A parent has the score of its best passage: the first of it in the ranking.
            best = dict(zip(parents.of[ranking.indices[::-1]].tolist(), ranking.scores[::-1].tolist(), strict=True))
            return Ranking.of_order(order, [best[each] for each in order])

        return PreparedWay(rank, parents.passages, dense.nbytes, _HANDED_OVER)


@dataclass(frozen=True)
class HeaderWay(Way):
    """The title and the heading of its section stand before each passage when it is encoded."""

    source = "Karpukhin et al. 2020, “Dense Passage Retrieval for Open-Domain Question Answering”"

    @property
    def described(self) -> Description:
        """What a screen says of this way."""
        return Description(
            "Title and heading before each passage",
            "Headers",
            "Encodes each passage with the title of its document and the heading of its section before it.",
        )

    def prepare(self, corpus: EncodedCorpus, report: Report | None = None) -> PreparedWay:
        """Encode all passages anew."""
        headed = with_headers(corpus.chunks, corpus.documents)
        vectors = corpus.passage_vectors(headed, report)
        cut = header_cut(corpus.chunks, headed, corpus.encoder)
        note = (
            f"The headers push {cut.tokens:,} tokens of {cut.passages:,} passages out of what the model reads."
            if cut.passages
            else "With its header, the model reads each passage as far as without."
        )
        return PreparedWay(
            lambda question: Ranking.of_scores(vectors @ corpus.questions.vector(question)),
            corpus.chunks,
            vectors.nbytes,
            note,
        )


@dataclass(frozen=True)
class SemanticWay(Way):
    """Documents are cut where neighbouring sentences are least alike."""

    source = (
        "Hearst 1997, “TextTiling: Segmenting Text into Multi-paragraph Subtopic Passages”; on vectors, Kamradt 2023, "
        "“5 Levels of Text Splitting”"
    )
    percentile: int = 25
    size: int = 128

    @property
    def described(self) -> Description:
        """What a screen says of this way."""
        return Description(
            f"Cut by meaning, {self.percentile} %, {self.size} tokens",
            f"By meaning {self.percentile} %",
            f"Cuts documents at the {self.percentile} % of sentence borders where the meaning changes most; a passage "
            f"has {self.size} tokens at most.",
        )

    def prepare(self, corpus: EncodedCorpus, report: Report | None = None) -> PreparedWay:
        """Cut the documents and encode the passages."""
        settings = ChunkSettings(Unit.MEANING, self.size, 0, self.percentile)
        chunks: list[Chunk] = []
        for number, document in enumerate(corpus.documents):
            if report:
                report("document", number, len(corpus.documents))
            chunks += chunks_of(
                document, settings, corpus.encoder, lambda texts: corpus.encode(texts, (), TextKind.PLAIN)
            )
        unreadable = {index for index, _ in find_unreadable(corpus.encoder, [each.text for each in chunks])}
        passages = tuple(each for index, each in enumerate(chunks) if index not in unreadable)
        vectors = corpus.passage_vectors([each.text for each in passages], report)
        return PreparedWay(
            lambda question: Ranking.of_scores(vectors @ corpus.questions.vector(question)),
            passages,
            vectors.nbytes,
            f"{len(passages):,} passages in place of {len(corpus.chunks):,}. A passage holds an answer if it has "
            "half of it, or is half answer.",
        )


_HANDED_OVER: Final = (
    "What is handed over differs in size from a passage; it holds an answer if it has half of it, or is half answer."
)

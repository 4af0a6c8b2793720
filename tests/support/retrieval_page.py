"""The Live retrieval page in tests: shipped corpora with the rankings that core gives, and readers of the page.

tests/unit/retrieval proves that core divides, ranks, explains and measures as Milvus Lite, scikit-learn and trec_eval
do. Here its results are what the page has to show.
"""

import html
import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from components.core import Encoder
from components.core.model.interventions import Intervention
from components.core.numerics.similarity import normalise_rows
from components.core.retrieval.documents import Chunk, ChunkSettings, Corpus, Document, Question, Unit
from components.core.retrieval.evaluation.evaluation import Evaluation, evaluate
from components.core.retrieval.generation.prompts import DEFAULT_TEMPLATE, Prompt, Source, fit_to_budget
from components.core.retrieval.ingest.chunking import chunks_of
from components.core.retrieval.ingest.corpora import corpus_from, questions_from
from components.core.retrieval.search.bm25 import Bm25
from components.core.retrieval.search.hybrid import CANDIDATES, hybrid_search
from components.core.retrieval.search.methods import LIVE_METHODS, SearchMethod, score_floor
from components.core.retrieval.search.ranking import FusedItem, RankedItem, exact_search, top_k
from components.core.storage.cached_encoding import encode_with_store
from components.core.storage.vector_store import default_store
from tests.support.paths import ASSETS
from tests.support.visit import Visit

PAGE = "Live retrieval"
EVERYDAY, NOTES, OWN = "Everyday", "Lecture notes", "Your own"
BACK, WHY, MAP, PROMPT, SCORED, LADDER, FAILED, PASSAGES = (
    "results",
    "why",
    "on the map",
    "the prompt",
    "how good it is",
    "ladder",
    "failures",
    "passages",
)
DENSE, BM25, HYBRID = SearchMethod.DENSE, SearchMethod.BM25, SearchMethod.HYBRID
METHODS = LIVE_METHODS
DECIMALS = {DENSE: 4, BM25: 3, HYBRID: 5}

OPENING = "Why do I weep while slicing vegetables?"
IN_WORDS = "How should I haggle over second-hand goods?"
PRAM = "Which trail can I walk with a pram?"
LOST = "What was handed in under LP-2074?"

MENU = "The canteen sells lentil soup on Mondays."
CRANES = "Cranes fly south when the first frost comes."
KEYS = "The key to the cellar hangs behind the clock."

#: How the page divides documents when it opens.
BY_PARAGRAPH = ChunkSettings(Unit.PARAGRAPHS, 1)


def unit_vectors_of(encoder: Encoder, texts: Sequence[str], interventions: tuple[Intervention, ...] = ()) -> np.ndarray:
    """(N, D)"""
    return normalise_rows(encode_with_store(encoder, texts, default_store(), interventions))


def evaluation_of(encoder: Encoder, chunks: Sequence[Chunk], questions: Sequence[Question]) -> Evaluation:
    """All search methods compared on these questions."""
    return evaluate(chunks, questions, encoder, lambda texts, given, _: unit_vectors_of(encoder, texts, given))


@dataclass(frozen=True, eq=False)
class ShippedCorpus:
    """A shipped corpus, one passage for each section, with the rankings of core."""

    encoder: Encoder
    corpus: Corpus
    questions: tuple[Question, ...]
    _question_vectors: dict[str, np.ndarray] = field(default_factory=dict)

    @cached_property
    def chunks(self) -> tuple[Chunk, ...]:
        """N"""
        documents = self.corpus.documents
        return tuple(each for document in documents for each in chunks_of(document, BY_PARAGRAPH, self.encoder))

    @cached_property
    def texts(self) -> list[str]:
        return [chunk.text for chunk in self.chunks]

    @cached_property
    def titles(self) -> list[str]:
        """Of each passage the title of its document."""
        return [self.corpus.by_id[chunk.document].title for chunk in self.chunks]

    @cached_property
    def places(self) -> list[str]:
        """Of each passage the place in its document, as the page calls it: "7" for the section cooking-07."""
        ids = [section.id for document in self.corpus.documents for section in document.sections]
        assert len(ids) == len(self.chunks)
        numbers = [id.rpartition("-")[2] for id in ids]
        return [str(int(number)) if number.isdigit() else id for id, number in zip(ids, numbers, strict=True)]

    @cached_property
    def names(self) -> list[str]:
        """Of each passage its name on the page."""
        return [f"{title} · {place}" for title, place in zip(self.titles, self.places, strict=True)]

    @cached_property
    def unit_vectors(self) -> np.ndarray:
        """(N, D)"""
        return unit_vectors_of(self.encoder, self.texts)

    @cached_property
    def bm25(self) -> Bm25:
        return Bm25(self.texts)

    @cached_property
    def evaluation(self) -> Evaluation:
        """All search methods compared on the questions of the corpus."""
        return evaluation_of(self.encoder, self.chunks, self.questions)

    def question_vector(self, question: str) -> np.ndarray:
        """(D,) of length 1."""
        if question not in self._question_vectors:
            self._question_vectors[question] = normalise_rows(self.encoder.encode([question]))[0]
        return self._question_vectors[question]

    def cosines(self, question: str) -> np.ndarray:
        """(N,)"""
        cosines: np.ndarray = self.unit_vectors @ self.question_vector(question)
        return cosines

    def dense(self, question: str, k: int = CANDIDATES, titles: Sequence[str] = ()) -> tuple[RankedItem, ...]:
        """titles: of the documents to search in; () for all."""
        return exact_search(self.unit_vectors, self.question_vector(question), k, self._allowed(titles))

    def words(self, question: str, k: int = CANDIDATES, titles: Sequence[str] = ()) -> tuple[RankedItem, ...]:
        """titles: of the documents to search in; () for all."""
        return top_k(self.bm25.scores(question), k, self._allowed(titles), score_floor(BM25))

    def hybrid(self, question: str) -> tuple[FusedItem, ...]:
        return hybrid_search(self.dense(question), self.words(question))

    def ranking(self, method: SearchMethod, question: str, k: int = 5) -> tuple[RankedItem | FusedItem, ...]:
        """The first k by one of METHODS."""
        if method is HYBRID:
            return self.hybrid(question)[:k]
        return (self.dense if method is DENSE else self.words)(question)[:k]

    def best_names(self, method: SearchMethod, question: str, k: int = 5) -> list[str]:
        """The names of the first k passages by one of METHODS."""
        return [self.names[each.index] for each in self.ranking(method, question, k)]

    def prompt(self, method: SearchMethod, question: str, k: int, budget: int = 2_048) -> Prompt:
        """The prompt for the first k passages by one of METHODS, in the template that ships."""
        indices = [each.index for each in self.ranking(method, question, k)]
        sources = [
            Source(number, self.titles[index], self.places[index], self.texts[index])
            for number, index in enumerate(indices, 1)
        ]
        return fit_to_budget(
            DEFAULT_TEMPLATE, question, sources, budget, lambda text: tokens_without_special(self.encoder, text)
        )

    def _allowed(self, titles: Sequence[str]) -> np.ndarray | None:
        """(N,)"""
        return np.isin(self.titles, titles) if titles else None


def tokens_without_special(encoder: Encoder, text: str) -> int:
    """The number of tokens of a text."""
    whole, special = encoder.token_counts([text, ""])
    return whole - special


def shipped_corpus(encoder: Encoder, name: str) -> ShippedCorpus:
    """The corpus and the questions in two files of assets/corpora."""
    tables = [
        tomllib.loads((ASSETS / "corpora" / f"{each}.toml").read_text(encoding="utf-8"))
        for each in (name, f"{name}_questions")
    ]
    corpus = corpus_from(tables[0])
    return ShippedCorpus(encoder, corpus, questions_from(tables[1], corpus))


def chunks_in(encoder: Encoder, title: str, text: str, settings: ChunkSettings = BY_PARAGRAPH) -> tuple[Chunk, ...]:
    """The chunks of a document."""
    return chunks_of(Document(title, text), settings, encoder)


def visit(question: str | None = None, **parameters: str) -> Visit:
    """Open a screen of the page, the first one unless another is named."""
    return Visit(PAGE, **{"screen": BACK} | parameters | ({} if question is None else {"question": question}))


def own(**parameters: str) -> Visit:
    """Open the page with documents of the reader's own."""
    return visit(corpus=OWN, **parameters)


def page(opened: Visit) -> str:
    """The page's own markup, without its style sheet."""
    return re.sub(r"<style>.*?</style>", "", opened.markup, flags=re.DOTALL)


def readable(markup: str) -> str:
    """Markup without its tags."""
    return html.unescape(re.sub(r"<[^>]*>", "", markup))


def words(opened: Visit) -> str:
    """What of the page's own markup can be read."""
    return readable(page(opened))


@dataclass(frozen=True)
class Hit:
    """A passage as the page lists it."""

    name: str
    score: str
    text: str


def hits(opened: Visit, method: str) -> list[Hit]:
    """The passages that a ranking lists, best first."""
    column = page(opened).split(f"<h2>{method}</h2>", 1)[1].split("<h2>", 1)[0]
    found = re.findall(
        r'<span class="es-rank">(\d+)</span> <span class="es-name">([^<]*)</span>.*?'
        r'<b class="es-score">([^<]*)</b></(?:p|summary)>(.*?)</div>',
        column,
        re.DOTALL,
    )
    assert [int(rank) for rank, *_ in found] == list(range(1, len(found) + 1))
    return [Hit(html.unescape(name), score, readable(text)) for _, name, score, text in found]


def names(opened: Visit, method: str) -> list[str]:
    """The names of the passages that a ranking lists, best first."""
    return [hit.name for hit in hits(opened, method)]


def scores(opened: Visit, method: str) -> list[float]:
    """The scores of the passages that a ranking lists, best first."""
    return numbers([hit.score for hit in hits(opened, method)])


def listed(opened: Visit) -> list[str]:
    """The titles of the documents that the reader gave."""
    return [html.unescape(each) for each in re.findall(r"<p><b>([^<]*)</b> · [\d,]+ characters?</p>", page(opened))]


def asked(opened: Visit) -> str:
    """The question in the box."""
    return str(opened.app.text_input(key="question").value)


def problems(opened: Visit) -> list[str]:
    """The sentences that say what is wrong."""
    return [readable(each) for each in re.findall(r'<p class="es-problem">(.*?)</p>', page(opened), re.DOTALL)]


def prompt_shown(opened: Visit) -> str:
    """The text of the prompt."""
    return str(opened.app.code[0].value)


def number(said: str) -> float:
    """A number as the page prints it."""
    return float(said.replace("−", "-"))


def numbers(cells: Sequence[str]) -> list[float]:
    """Numbers as the page prints them."""
    return [number(cell) for cell in cells]


def button_keys(opened: Visit, start: str) -> list[str]:
    """The keys of the buttons whose key begins so."""
    buttons: Any = opened.app.button
    return [str(button.key) for button in buttons if str(button.key).startswith(start)]

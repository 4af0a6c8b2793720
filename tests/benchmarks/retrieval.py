"""Retrieval: documents taken in beside sentence-transformers alone, questions to indexes of three sizes, page reruns.

What is taken in are the shipped sentences, five at a time. The larger indexes hold made-up texts and vectors: words
drawn as often as Zipf's law has it, and vectors around 50 centres, as those of passages on 50 subjects lie.
"""

import statistics
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from itertools import cycle
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from sentence_transformers import SentenceTransformer

from components.core import load_encoder
from components.core.embeddings.token_vectors import MOST_BYTES, TokenVectors
from components.core.model.loading import bundled_directory
from components.core.numerics.device import device
from components.core.numerics.similarity import normalise_rows
from components.core.retrieval.documents import Chunk, ChunkSettings, Question
from components.core.retrieval.evaluation.ladder import measure_way
from components.core.retrieval.index.chunk_index import ChunkIndex, Hit
from components.core.retrieval.index.collection_names import collection_name
from components.core.retrieval.search.bm25 import Bm25
from components.core.retrieval.search.hybrid import CANDIDATES, hybrid_search
from components.core.retrieval.search.ranking import (
    RankedItem,
    exact_search,
    index_misses,
    top_k,
)
from components.core.retrieval.search.ways.catalogue import TECHNIQUES
from components.core.retrieval.search.ways.first_stage import DENSE
from components.core.retrieval.search.ways.late import LateRerankWay, LateWay
from components.core.retrieval.search.ways.way import EncodedCorpus, QuestionReader
from components.core.storage.cached_encoding import encode_with_store
from components.core.storage.vector_store import VectorStore
from components.ui.retrieval import housekeeping
from components.ui.retrieval.corpora import EVERYDAY, shipped_questions
from components.ui.sentence_map.sentences import shipped
from components.ui.stage.line import page_entry
from tests.benchmarks.measure import Measurement, median_ms
from tests.support.visit import Visit

_SIZES = (200, 2_000, 20_000)
_INGESTED = 300
_PLAIN = "sentence-transformers, batches of 32, no index"
_ROUNDS = 3
_QUESTIONS = 50
_K = 10
_WIDTH = 384
_SCREENS = page_entry("Live retrieval").screens
_VOCABULARY = 5_000
_OF_A_DOCUMENT = 40
# Of a chunk, special ones included.
_TOKENS = 120
# They search as Dense does, or need documents.
_LEFT_OUT = ("Averaged word embeddings", "Dense, positions off", "Sentence window", "Parent", "Headers", "By meaning")


def measure() -> Iterator[Measurement]:
    """Chunks a second that are taken in; times of questions, and what the index misses, by size."""
    with TemporaryDirectory() as folder, closing(ChunkIndex(str(Path(folder) / "index.db"))) as index:
        yield from _ingest(index, Path(folder))
        for size in _SIZES:
            yield from _questions(index, size)
    for size in _SIZES:
        yield from _ways(size)
    yield from _reruns()


def _reruns() -> Iterator[Measurement]:
    """The server's time for the whole page: another question about the shipped passages, on each of its screens."""
    housekeeping.warm()
    asked = [question.text for question in shipped_questions(EVERYDAY)]
    for screen in _SCREENS:
        visit = Visit("Live retrieval", screen=screen)
        for question in asked:
            visit.enter("question", question)
        turn = cycle(asked)
        yield Measurement(
            f"rerun of retrieval, {screen}, another question, 155 passages",
            median_ms(lambda: visit.enter("question", next(turn)), rounds=15),  # noqa: B023 - used up at once
            "ms",
        )


def _ingest(index: ChunkIndex, folder: Path) -> Iterator[Measurement]:
    """Encoding, keeping the vectors and filling the index, beside encoding alone."""
    encoder, plain = load_encoder(), SentenceTransformer(str(bundled_directory()), device=device())
    drawn, known = np.random.default_rng(0), np.array(shipped().sentences)
    texts = [" ".join(drawn.choice(known, 5, replace=False)) for _ in range(_INGESTED)]
    chunks = _chunks(texts)
    encoder.encode(texts[:8])
    plain.encode(texts[:8], show_progress_bar=False)
    ours, theirs = [], []
    for turn in range(_ROUNDS):
        # Nothing is found that was kept in the turn before.
        store = VectorStore(folder / f"{turn}.sqlite")
        start = time.perf_counter()
        index.fill(_name(f"turn {turn}"), chunks, normalise_rows(encode_with_store(encoder, texts, store)))
        ours.append(_INGESTED / (time.perf_counter() - start))
        start = time.perf_counter()
        plain.encode(texts, batch_size=32, show_progress_bar=False)
        theirs.append(_INGESTED / (time.perf_counter() - start))
    yield Measurement(
        f"taking in {_INGESTED} chunks: encoded, kept and indexed",
        statistics.median(ours),
        "chunks/s",
        _PLAIN,
        statistics.median(theirs),
    )
    start = time.perf_counter()
    index.fill(_name("again"), chunks, normalise_rows(encode_with_store(encoder, texts, store)))
    again = _INGESTED / (time.perf_counter() - start)
    yield Measurement(f"taking in {_INGESTED} chunks whose vectors are kept", again, "chunks/s")


def _questions(index: ChunkIndex, size: int) -> Iterator[Measurement]:
    """Median times of a question, and how many of the ten nearest the index finds."""
    texts, units, questions, question_units = _made_up(size)
    chunks, name, of = _chunks(texts), _name(f"{size}"), f"{size:,} chunks"
    start = time.perf_counter()
    index.fill(name, chunks, units)
    yield Measurement(f"filling an index with {of}", size / (time.perf_counter() - start), "chunks/s")
    place_of = {chunk.id: place for place, chunk in enumerate(chunks)}
    in_turn = cycle(zip(questions, question_units, strict=True))

    def dense(k: int, unit: np.ndarray) -> list[RankedItem]:
        return _ranking(index.dense(name, unit, k), place_of)

    def words(k: int, question: str) -> list[RankedItem]:
        return _ranking(index.bm25(name, question, k), place_of)

    def hybrid() -> object:
        question, unit = next(in_turn)
        return hybrid_search(dense(CANDIDATES, unit), words(CANDIDATES, question))

    exact_ms = median_ms(lambda: exact_search(units, next(in_turn)[1], _K))
    dense_ms = median_ms(lambda: dense(_K, next(in_turn)[1]))
    yield Measurement(f"{_K} nearest of {of}, index", dense_ms, "ms", "exact, numpy", exact_ms)
    bm25 = Bm25(texts)
    exact_words_ms = median_ms(lambda: top_k(bm25.scores(next(in_turn)[0]), _K, floor=0.0))
    words_ms = median_ms(lambda: words(_K, next(in_turn)[0]))
    yield Measurement(f"{_K} best of {of} by BM25, index", words_ms, "ms", "all scores, numpy", exact_words_ms)
    yield Measurement(f"{_K} best of {of}, hybrid of {CANDIDATES} each, index", median_ms(hybrid), "ms")
    left_out = [len(index_misses(dense(_K, unit), exact_search(units, unit, _K))) for unit in question_units]
    recall = 100 * (1 - statistics.mean(left_out) / _K)
    yield Measurement(f"{_K} nearest of {of} that the index finds", recall, "%")
    index.drop(name)


def _ways(size: int) -> Iterator[Measurement]:
    """Processor time of a search, without the encoding of its question, and bytes a passage, of each way.

    Vectors are made up, also those of single tokens and of the two halves of a text that stand for sentences: to encode
    20,000 chunks would take minutes. Ways whose search is that of Dense over other texts are left out.
    """
    texts, units, questions, question_units = _made_up(size)
    encoder, drawn = load_encoder(), np.random.default_rng(1)
    known = dict(zip(questions, question_units, strict=True))

    def encode(some: Sequence[str], *_: object) -> np.ndarray:
        made = [known[each] if each in known else drawn.normal(size=_WIDTH) for each in some]
        return normalise_rows(np.array(made, dtype=np.float32))

    chunks = tuple(_chunks([f"{text[: len(text) // 2]}. {text[len(text) // 2 :]}" for text in texts]))
    corpus = EncodedCorpus(chunks, (), encoder, encode, QuestionReader(encoder, encode), given=units)
    fits = size * _TOKENS * _WIDTH * 2 <= MOST_BYTES
    if fits:
        vectors = drawn.normal(size=(size * _TOKENS, _WIDTH)).astype(np.float32)
        counts, special = np.full(size, _TOKENS), np.zeros(size * _TOKENS, dtype=bool)
        kept = TokenVectors(normalise_rows(vectors).astype(np.float16), counts, special)
        corpus.shared("token vectors", lambda: kept)
    asked = [Question(each, ()) for each in questions]
    ways = [DENSE, *(each.way({}) for each in TECHNIQUES if each.model is None and each.name not in _LEFT_OUT)]
    for way in ways:
        if isinstance(way, LateWay | LateRerankWay) and not fits:
            continue
        cost = measure_way(way, corpus, asked).cost
        yield Measurement(f"{way.name}, search of {size:,} chunks, made-up vectors", cost.searching_ms, "ms")
        yield Measurement(f"{way.name}, {size:,} chunks", cost.bytes_a_passage, "bytes a passage")


def _made_up(size: int) -> tuple[list[str], np.ndarray, list[str], np.ndarray]:
    """Texts of 90 words, their unit vectors, questions of 6 words, and theirs."""
    drawn = np.random.default_rng(0)
    often = 1 / np.arange(1, _VOCABULARY + 1)
    often /= often.sum()

    def texts(count: int, length: int) -> list[str]:
        return [" ".join(f"w{word}" for word in words) for words in drawn.choice(_VOCABULARY, (count, length), p=often)]

    centres = drawn.normal(size=(50, _WIDTH))

    def units(count: int) -> np.ndarray:
        around = centres[drawn.integers(len(centres), size=count)]
        return normalise_rows((around + drawn.normal(size=(count, _WIDTH))).astype(np.float32))

    return texts(size, 90), units(size), texts(_QUESTIONS, 6), units(_QUESTIONS)


def _chunks(texts: Sequence[str]) -> list[Chunk]:
    return [
        Chunk(f"{place // _OF_A_DOCUMENT:016x}", place % _OF_A_DOCUMENT, 0, len(text), text, 0)
        for place, text in enumerate(texts)
    ]


def _name(what: str) -> str:
    return collection_name(what, "", ChunkSettings(), "")


def _ranking(hits: Sequence[Hit], place_of: Mapping[str, int]) -> list[RankedItem]:
    return [RankedItem(place_of[hit.chunk], hit.score, rank) for rank, hit in enumerate(hits, 1)]

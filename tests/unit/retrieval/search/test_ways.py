"""Ways of searching: each technique of the catalogue ranks as what it is made of does, over one small corpus."""

import itertools
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest

from components.core import Encoder, ModelError
from components.core.embeddings.representations import Representation
from components.core.errors import StoreError
from components.core.model.interventions import Intervention
from components.core.model.prompts import TextKind
from components.core.numerics.similarity import normalise_rows
from components.core.retrieval.documents import Chunk, ChunkSettings, Document, Unit
from components.core.retrieval.ingest.chunking import chunks_of, sentences_in
from components.core.retrieval.search.bm25 import Bm25
from components.core.retrieval.search.cross_encoder import open_reranker
from components.core.retrieval.search.hybrid import hybrid_search
from components.core.retrieval.search.methods import SearchMethod
from components.core.retrieval.search.ranking import exact_search, reciprocal_rank_fusion, top_k
from components.core.retrieval.search.ways import late
from components.core.retrieval.search.ways.catalogue import FIRST, METHOD_WAYS, TECHNIQUES, Technique
from components.core.retrieval.search.ways.compressed import (
    VECTORS,
    BinaryWay,
    FirstDimensionsWay,
    Int8Way,
    PrincipalComponentsWay,
    RescoredBinaryWay,
)
from components.core.retrieval.search.ways.feedback import Rm3Way, RocchioWay
from components.core.retrieval.search.ways.first_stage import DENSE, WORDS
from components.core.retrieval.search.ways.fused import FusedWay, HybridWay, WeightedWay
from components.core.retrieval.search.ways.late import TYPED_TOKENS, LateRerankWay, LateWay
from components.core.retrieval.search.ways.operators import CrossEncoderWay, HydeWay, RewritingWay, SparseWay
from components.core.retrieval.search.ways.parts import (
    WITH_PASSAGE,
    BestSentenceWay,
    HeaderWay,
    ParentWay,
    SemanticWay,
    SentenceWindowWay,
)
from components.core.retrieval.search.ways.reordered import DistinctWay, DiverseWay
from components.core.retrieval.search.ways.way import (
    NOTHING_NAMED,
    BatchReader,
    EncodedCorpus,
    Operators,
    QuestionReader,
    Ranking,
    Way,
)
from tests.support.tiny_models import save_cross_encoder, save_sparse_encoder

DOCUMENTS = (
    Document(
        "Kitchen",
        "The dough rests for an hour. Knead it with flour and salt.\n\nBake the pizza at 230 degrees. It takes twelve "
        "minutes. The oven must be hot.\n\nThe error code E1734 means that the pump is blocked.",
    ),
    Document(
        "Garden",
        "A physician examined the injured child. The nurse took notes.\n\nCranes fly south when the first frost comes. "
        "The pond freezes in January.\n\nBake the pizza at 230 degrees. It takes twelve minutes. The oven must be hot!",
    ),
)
QUESTIONS = ("How hot must the oven be?", "Who looked after the hurt kid?", "E1734", "Where do birds go?")


def corpus_of(encoder: Encoder, operators: Operators = NOTHING_NAMED) -> EncodedCorpus:
    def encode(texts: Sequence[str], interventions: tuple[Intervention, ...], kind: TextKind) -> np.ndarray:
        return normalise_rows(encoder.encode(texts, interventions, kind=kind))

    settings = ChunkSettings(Unit.PARAGRAPHS, 1)
    chunks = tuple(each for document in DOCUMENTS for each in chunks_of(document, settings, encoder))
    return EncodedCorpus(chunks, DOCUMENTS, encoder, encode, QuestionReader(encoder, encode), operators=operators)


@pytest.fixture(scope="module")
def corpus(encoder: Encoder) -> EncodedCorpus:
    return corpus_of(encoder)


def ranked(way: Way, corpus: EncodedCorpus, question: str = QUESTIONS[0]) -> list[int]:
    return way.prepare(corpus).rank(question).indices.tolist()


def by_vectors(corpus: EncodedCorpus, question: str) -> list[int]:
    vector = normalise_rows(corpus.encoder.encode([question]))[0]
    return [each.index for each in exact_search(corpus.unit_vectors, vector, len(corpus.chunks))]


ALWAYS = [each for each in TECHNIQUES if each.model is None]


@pytest.mark.parametrize("technique", ALWAYS, ids=lambda each: each.name)
def test_each_technique_ranks_passages_that_are_there_and_each_once(
    technique: Technique, corpus: EncodedCorpus
) -> None:
    prepared = technique.way({}).prepare(corpus)
    assert prepared.nbytes > 0
    for question in QUESTIONS:
        ranking = prepared.rank(question)
        assert len(ranking.indices) == len(ranking.scores)
        assert len(set(ranking.indices.tolist())) == len(ranking.indices)
        assert set(ranking.indices.tolist()) <= set(range(len(prepared.passages)))
    texts = {document.id: document.text for document in DOCUMENTS}
    assert all(texts[each.document][each.start : each.end].strip() == each.text for each in prepared.passages)


@pytest.mark.parametrize("technique", ALWAYS, ids=lambda each: each.name)
def test_each_choice_of_a_setting_is_another_way_with_another_name(technique: Technique) -> None:
    choices = [parameter.choices for parameter in technique.parameters]
    fields = [parameter.field for parameter in technique.parameters]
    ways = [technique.way(dict(zip(fields, each, strict=True))) for each in itertools.product(*choices)]
    assert len(set(ways)) == len({way.name for way in ways}) == len(ways)
    assert technique.way({}) in ways
    for way in ways:
        assert len(way.short) <= 18, way.short
        assert way.described.does.endswith(".")
        assert any(letter.isdigit() for letter in way.source), "a source has a year"


def test_techniques_have_names_of_their_own_and_the_first_are_among_them() -> None:
    names = [each.name for each in TECHNIQUES]
    assert len(set(names)) == len(names)
    assert set(FIRST) <= {each.name for each in ALWAYS}
    assert set(METHOD_WAYS) == set(SearchMethod)
    assert [way.name for way in METHOD_WAYS.values()] == [method.value for method in METHOD_WAYS]


@pytest.mark.parametrize("question", QUESTIONS)
def test_first_stages_and_their_fusion_rank_as_searches_do(question: str, corpus: EncodedCorpus) -> None:
    dense = by_vectors(corpus, question)
    bm25 = Bm25([chunk.text for chunk in corpus.chunks])
    words = top_k(bm25.scores(question), 50, floor=0.0)
    assert ranked(DENSE, corpus, question) == dense
    assert ranked(WORDS, corpus, question) == [each.index for each in words]
    vector = normalise_rows(corpus.encoder.encode([question]))[0]
    both = hybrid_search(exact_search(corpus.unit_vectors, vector, 50), words)
    assert ranked(HybridWay(), corpus, question) == [each.index for each in both]
    assert ranked(FusedWay((DENSE, WORDS)), corpus, question) == [each.index for each in both]
    static = corpus.encoder.static_means([*(chunk.text for chunk in corpus.chunks), question])
    cosines = normalise_rows(static) @ normalise_rows(static)[-1]
    order = [each.index for each in top_k(cosines[:-1], 50)]
    assert ranked(METHOD_WAYS[SearchMethod.STATIC], corpus, question) == order


def test_any_ways_can_be_fused_by_their_ranks(corpus: EncodedCorpus) -> None:
    ways = (DENSE, WORDS, BestSentenceWay())
    rankings = {way.name: way.prepare(corpus).rank(QUESTIONS[0]).first(50) for way in ways}
    expected = [each.index for each in reciprocal_rank_fusion(rankings, 50)]
    assert ranked(FusedWay(ways), corpus) == expected
    assert FusedWay(ways).name == "Fusion of Dense + BM25 + Best sentence"


@pytest.mark.parametrize(
    "way",
    [
        FirstDimensionsWay(384),
        PrincipalComponentsWay(384),
        RescoredBinaryWay(VECTORS, 4),
        RocchioWay(3, 0.0),
        DiverseWay(1.0),
        DistinctWay(1.1),
        WeightedWay(1.0),
        SentenceWindowWay(99),
    ],
    ids=lambda way: way.short,
)
def test_at_the_end_of_its_settings_a_way_is_dense_search(way: Way, corpus: EncodedCorpus) -> None:
    for question in QUESTIONS:
        dense = by_vectors(corpus, question)
        if isinstance(way, SentenceWindowWay):
            # Every window is a whole document, so each document is handed over once.
            prepared = way.prepare(corpus)
            indices = prepared.rank(question).indices.tolist()
            assert sorted(prepared.passages[index].document for index in indices) == sorted(
                document.id for document in DOCUMENTS
            )
        else:
            assert ranked(way, corpus, question) == dense


def test_with_the_questions_own_weight_alone_rm3_is_bm25(corpus: EncodedCorpus) -> None:
    for question in QUESTIONS:
        assert ranked(Rm3Way(10, 1.0), corpus, question) == ranked(WORDS, corpus, question)


def test_what_a_way_takes_is_counted_by_hand(corpus: EncodedCorpus) -> None:
    count, width = corpus.unit_vectors.shape
    sentences = sum(len(sentences_in(chunk.text)) for chunk in corpus.chunks)
    tokens = sum(corpus.encoder.token_counts([chunk.text for chunk in corpus.chunks]))
    sizes: dict[Way, int] = {
        DENSE: 4 * width * count,
        FirstDimensionsWay(48): 4 * 48 * count,
        Int8Way(): width * count,
        BinaryWay(): width // 8 * count,
        RescoredBinaryWay(VECTORS, 2): (width // 8 + 4 * width) * count,
        BestSentenceWay(): 4 * width * sentences,
        BestSentenceWay(WITH_PASSAGE): 4 * width * (sentences + count),
        LateWay(): 2 * width * tokens,
        LateWay(TYPED_TOKENS): 2 * width * (tokens - 2 * count),
        LateRerankWay(2): 2 * width * tokens + 4 * width * count,
    }
    assert {way: way.prepare(corpus).nbytes for way in sizes} == sizes
    assert HybridWay().prepare(corpus).nbytes == 4 * width * count + corpus.bm25.nbytes


def test_a_word_index_takes_its_words_and_two_numbers_for_each_text_with_one() -> None:
    # "dough" in two texts, "oven" in one: 9 letters, three pairs of numbers, three lengths, 8 bytes each.
    assert Bm25(["dough oven", "dough", ""]).nbytes == len("doughoven") + 3 * 2 * 8 + 3 * 8


def test_late_interaction_re_ranks_the_first_and_leaves_the_rest(corpus: EncodedCorpus) -> None:
    for question in QUESTIONS:
        dense, whole = by_vectors(corpus, question), ranked(LateWay(), corpus, question)
        found = ranked(LateRerankWay(3), corpus, question)
        assert found == [*sorted(dense[:3], key=whole.index), *dense[3:]]


def test_token_vectors_that_do_not_fit_are_computed_for_each_question(
    corpus: EncodedCorpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = ranked(LateRerankWay(3), corpus)

    def refuse(*_: object) -> None:
        raise StoreError("They take too much room.")

    monkeypatch.setattr(late, "check_fits", refuse)
    with pytest.raises(StoreError, match="too much room"):
        LateWay().prepare(corpus)
    prepared = LateRerankWay(3).prepare(corpus)
    assert prepared.rank(QUESTIONS[0]).indices.tolist() == expected
    assert prepared.waits
    assert "computed anew" in prepared.note
    assert prepared.nbytes == corpus.unit_vectors.nbytes


def test_a_window_is_found_by_its_sentence_and_a_parent_by_its_passage(corpus: EncodedCorpus) -> None:
    vectors = corpus.passage_vectors(texts := [s for c in corpus.chunks for s in _sentences(c)])
    question = normalise_rows(corpus.encoder.encode([QUESTIONS[1]]))[0]
    best = texts[int((vectors @ question).argmax())]
    window = SentenceWindowWay(1).prepare(corpus)
    first = window.passages[window.rank(QUESTIONS[1]).indices[0]]
    assert best in first.text
    assert len(sentences_in(first.text)) <= 3
    parent = ParentWay("document").prepare(corpus)
    ranking = parent.rank(QUESTIONS[1])
    dense = [corpus.chunks[index].document for index in by_vectors(corpus, QUESTIONS[1])]
    assert [parent.passages[index].document for index in ranking.indices] == list(dict.fromkeys(dense))
    assert ranking.scores[0] == pytest.approx(float((corpus.unit_vectors @ question).max()), abs=1e-6)
    assert (np.diff(ranking.scores) <= 0).all()


def _sentences(chunk: Chunk) -> list[str]:
    return [chunk.text[start:end] for start, end in sentences_in(chunk.text)]


def test_headers_are_read_and_not_shown(corpus: EncodedCorpus) -> None:
    prepared = HeaderWay().prepare(corpus)
    assert prepared.passages == corpus.chunks
    titles = [{each.id: each.title for each in DOCUMENTS}[chunk.document] for chunk in corpus.chunks]
    headed = [f"{title}\n{chunk.text}" for title, chunk in zip(titles, corpus.chunks, strict=True)]
    question = normalise_rows(corpus.encoder.encode([QUESTIONS[0]]))[0]
    scores = normalise_rows(corpus.encoder.encode(headed)) @ question
    assert prepared.rank(QUESTIONS[0]).indices.tolist() == [each.index for each in top_k(scores, 50)]
    assert prepared.note == "With its header, the model reads each passage as far as without."


def test_passages_cut_by_meaning_cover_the_documents(corpus: EncodedCorpus) -> None:
    prepared = SemanticWay(50, 64).prepare(corpus)
    for document in DOCUMENTS:
        mine = [each.text for each in prepared.passages if each.document == document.id]
        assert "".join("".join(mine).split()) == "".join(document.text.split())
    assert prepared.note.startswith(f"{len(prepared.passages)} passages in place of {len(corpus.chunks)}.")


def test_near_duplicates_are_left_out(corpus: EncodedCorpus) -> None:
    twins = [index for index, chunk in enumerate(corpus.chunks) if chunk.text.startswith("Bake the pizza")]
    assert len(twins) == 2
    found = ranked(DistinctWay(0.95), corpus)
    assert len(set(twins) & set(found)) == 1
    assert len(found) == len(corpus.chunks) - 1


# Models of the operator's


def test_without_a_model_of_the_operators_a_technique_says_so() -> None:
    said = {each.name: each.obstacle(NOTHING_NAMED) for each in TECHNIQUES}
    assert {name for name, obstacle in said.items() if obstacle} == {
        "Cross-encoder",
        "SPLADE",
        "HyDE",
        "Other wordings",
    }
    assert "ENCODERSCOPE_RERANKER" in said["Cross-encoder"]
    assert "ENCODERSCOPE_SPARSE" in said["SPLADE"]
    assert said["HyDE"] == said["Other wordings"] == "No language model is switched on."


def test_a_cross_encoder_re_ranks_the_first(tmp_path: Path, corpus: EncodedCorpus) -> None:
    directory = str(save_cross_encoder(tmp_path))
    technique = next(each for each in TECHNIQUES if each.name == "Cross-encoder")
    way = technique.way({"first": 5}, Operators(reranker=directory))
    assert way == CrossEncoderWay(directory, 5)
    dense = by_vectors(corpus, QUESTIONS[0])
    scores = open_reranker(directory).scores(QUESTIONS[0], [corpus.texts[index] for index in dense[:5]])
    expected = [dense[place] for place in np.argsort(-scores, kind="stable")]
    assert ranked(way, corpus) == [*expected, *dense[5:]]


def test_a_sparse_encoder_ranks_by_shared_terms(tmp_path: Path, corpus: EncodedCorpus) -> None:
    way = SparseWay(str(save_sparse_encoder(tmp_path)))
    prepared = way.prepare(corpus)
    ranking = prepared.rank(QUESTIONS[0])
    assert (np.diff(ranking.scores) <= 1e-6).all()
    assert (ranking.scores > 0).all()
    assert prepared.nbytes > 0


def test_a_language_models_passage_and_wordings_are_searched(encoder: Encoder) -> None:
    asked: list[str] = []

    def write(prompt: str) -> str:
        asked.append(prompt)
        return "Cranes fly south when the first frost comes." if "passage" in prompt else "1. Cranes and frost"

    corpus = corpus_of(encoder, Operators(generator="tiny", write=write))
    (cranes,) = [index for index, chunk in enumerate(corpus.chunks) if chunk.text.startswith("Cranes")]
    hyde = HydeWay("tiny").prepare(corpus)
    assert hyde.rank(QUESTIONS[2]).indices[0] == cranes
    assert by_vectors(corpus, QUESTIONS[2])[0] != cranes
    count = len(asked)
    hyde.rank(QUESTIONS[2])
    assert len(asked) == count, "what was written for a question is kept"
    wordings = RewritingWay("tiny", 1).prepare(corpus).rank(QUESTIONS[2])
    both = {
        text: exact_search(corpus.unit_vectors, normalise_rows(encoder.encode([text]))[0], 50)
        for text in (QUESTIONS[2], "Cranes and frost")
    }
    assert wordings.indices.tolist() == [each.index for each in reciprocal_rank_fusion(both, 50)]
    assert hyde.waits


def test_a_language_model_that_is_gone_is_a_clear_sentence(corpus: EncodedCorpus) -> None:
    for way in (HydeWay("gone"), RewritingWay("gone")):
        with pytest.raises(ModelError, match="No language model is switched on any more"):
            way.prepare(corpus)


# Reading questions


def _clock(*times: float) -> Callable[[], float]:
    """A clock that shows these times one after the other."""
    return iter(times).__next__


def test_a_way_is_charged_what_the_first_reading_took_and_only_its_own_time_counts_as_search(encoder: Encoder) -> None:
    reader = QuestionReader(encoder, lambda texts, *_: np.ones((len(texts), 2), dtype=np.float32))
    # Begins at 0; reads from 1 to 4 and returns at 4; is asked how long at 6.
    reader.begin(_clock(0.0, 1.0, 4.0, 4.0, 6.0))
    reader.read("question", lambda: "read")
    assert (reader.reading, reader.other) == (3.0, 3.0)
    # The same question by another way: found at once, yet charged.
    reader.begin(_clock(10.0, 11.0, 11.5, 14.0))
    assert reader.read("question", lambda: "read anew") == "read"
    assert (reader.reading, reader.other) == (3.0, 3.5)


def test_questions_are_encoded_alone_or_all_at_once(encoder: Encoder) -> None:
    calls: list[int] = []

    def encode(texts: Sequence[str], interventions: tuple[Intervention, ...], kind: TextKind) -> np.ndarray:
        assert kind is TextKind.QUESTION
        calls.append(len(texts))
        return normalise_rows(encoder.encode(texts, interventions, kind=kind))

    single, batch = QuestionReader(encoder, encode), BatchReader(encoder, encode, QUESTIONS)
    for question in (*QUESTIONS, QUESTIONS[0]):
        np.testing.assert_allclose(single.vector(question), batch.vector(question), atol=1e-5)
    assert calls == [1, 4, 1, 1, 1]
    static = batch.vector(QUESTIONS[0], Representation.STATIC)
    np.testing.assert_allclose(static, normalise_rows(encoder.static_means([QUESTIONS[0]]))[0], atol=1e-6)


def test_progress_of_encoding_is_reported_and_may_stop_it(corpus: EncodedCorpus) -> None:
    seen: list[tuple[str, int, int]] = []
    texts = [f"Sentence {number}." for number in range(130)]
    assert corpus.passage_vectors(texts, lambda *each: seen.append(each)).shape == (130, 384)
    assert seen == [("passage", 0, 130), ("passage", 128, 130)]

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        corpus.passage_vectors(texts, stop)


def test_a_ranking_is_continued_by_what_only_another_has() -> None:
    first, rest = (
        Ranking(np.array([3, 1]), np.array([0.9, 0.8])),
        Ranking(np.array([1, 2, 3]), np.array([0.3, 0.2, 0.1])),
    )
    joined = first.then(rest)
    assert (joined.indices.tolist(), joined.scores.tolist()) == ([3, 1, 2], [0.9, 0.8, 0.2])
    assert [(each.index, each.rank) for each in joined.first(2)] == [(3, 1), (1, 2)]

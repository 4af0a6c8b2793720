"""The index of chunks, embedded and served: the same answers as without it, whole or not at all, and each its own."""

import math
import secrets
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from pymilvus import MilvusClient, MilvusException

from components.core.errors import StoreError
from components.core.retrieval.documents import Chunk, ChunkSettings, Document, Unit
from components.core.retrieval.index import chunk_collection, collection_names
from components.core.retrieval.index import chunk_index as chunk_index_module
from components.core.retrieval.index.chunk_index import ChunkIndex, default_index
from components.core.retrieval.index.collection_names import collection_name
from components.core.retrieval.index.expiry import forget_overdue
from components.core.retrieval.ingest.libraries import GRACE, Libraries
from components.core.retrieval.search.bm25 import STOP_WORDS, Bm25
from tests.support.served_milvus import ServedMilvus

WIDTH = 32
WORDS = [f"word{number}" for number in range(60)] + ["the", "and", "of"]

Texts = list[list[str]]  # the texts of each document's chunks


def document_id(number: int) -> str:
    return f"{number:016x}"


def chunks_with(texts: Texts) -> list[Chunk]:
    return [
        Chunk(document_id(document), number, 0, len(text), text, 1)
        for document, of_document in enumerate(texts)
        for number, text in enumerate(of_document)
    ]


def units(count: int, width: int = WIDTH, seed: int = 0) -> np.ndarray:
    rows = np.random.default_rng(seed).normal(size=(count, width)).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def made_up(documents: int, each: int) -> list[Chunk]:
    """Chunks of made-up texts; some words are frequent, most are rare."""
    drawn = np.random.default_rng(1)
    frequent = 1 / np.arange(1, len(WORDS) + 1)
    return chunks_with(
        [
            [" ".join(drawn.choice(WORDS, drawn.integers(5, 60), p=frequent / frequent.sum())) for _ in range(each)]
            for _ in range(documents)
        ]
    )


def new_name(owner: str | None = None) -> str:
    return collection_name(owner or secrets.token_hex(16), secrets.token_hex(8), ChunkSettings(), "model")


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedMilvus]:
    server = ServedMilvus(tmp_path_factory.mktemp("served"))
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="module", params=["embedded", "served"])
def uri(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    if request.param == "served":
        found: ServedMilvus = request.getfixturevalue("served")
        return found.uri
    return str(tmp_path_factory.mktemp("embedded") / "index.db")


@pytest.fixture(scope="module")
def index(uri: str) -> Iterator[ChunkIndex]:
    index = ChunkIndex(uri)
    yield index
    index.close()


@pytest.fixture(scope="module")
def many() -> list[Chunk]:
    """1,000 chunks of 50 documents."""
    return made_up(50, 20)


@pytest.fixture(scope="module")
def many_name(index: ChunkIndex, many: list[Chunk]) -> Iterator[str]:
    name = new_name()
    index.fill(name, many, units(len(many)))
    yield name
    index.drop(name)


def found(index: ChunkIndex, name: str, k: int = 1000) -> set[str]:
    """The ids of all chunks in a collection."""
    return {hit.chunk for hit in index.dense(name, units(1)[0], k)}


def raw(index: ChunkIndex) -> set[str]:
    """The names of our collections as Milvus knows them."""
    return set(index._collections())


@pytest.fixture
def builds(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The collections that were made."""
    made: list[str] = []

    def build(client: MilvusClient, collection: str, *rest: object) -> None:
        made.append(collection)
        chunk_collection.build(client, collection, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(chunk_index_module, "build", build)
    return made


# Searching


@pytest.mark.parametrize("k", [1, 10, 30])
def test_a_search_by_meaning_finds_the_nearest_by_cosine_in_their_order(
    index: ChunkIndex, many: list[Chunk], many_name: str, k: int
) -> None:
    vectors = units(len(many))
    for question in units(5, seed=2):
        cosines = vectors @ question
        nearest = np.argsort(-cosines)[:k]
        hits = index.dense(many_name, question, k)
        np.testing.assert_allclose([hit.score for hit in hits], cosines[nearest], atol=1e-5)
        assert [hit.chunk for hit in hits] == [many[place].id for place in nearest]


def test_a_search_by_words_scores_as_worked_by_hand(index: ChunkIndex) -> None:
    name = new_name()
    index.fill(name, chunks_with([["River bank, the bank!", "Money"], ["river of money and sand"]]), units(3))
    # Without "the", "of" and "and" they have 3, 1 and 3 words, 7/3 on average.
    idf_of_one, idf_of_two = math.log(1 + 2.5 / 1.5), math.log(1 + 1.5 / 2.5)
    slowed = 1.5 * (1 - 0.75 + 0.75 * 3 / (7 / 3))
    river = idf_of_two * 2.5 / (1 + slowed)
    bank = idf_of_one * 2 * 2.5 / (2 + slowed)
    hits = index.bm25(name, "the BANK of a river", 5)
    assert [hit.chunk for hit in hits] == [f"{document_id(0)}:0", f"{document_id(1)}:0"]
    np.testing.assert_allclose([hit.score for hit in hits], [river + bank, river], rtol=1e-5)


@pytest.mark.parametrize("question", ["word3", "word0 word1 word50", "word7 the word7 WORD59?"])
def test_a_search_by_words_scores_as_bm25_does_without_an_index(
    index: ChunkIndex, many: list[Chunk], many_name: str, question: str
) -> None:
    scores = Bm25([chunk.text for chunk in many]).scores(question)
    hits = index.bm25(many_name, question, len(many))
    place = {chunk.id: number for number, chunk in enumerate(many)}
    assert {hit.chunk for hit in hits} == {many[number].id for number in np.flatnonzero(scores)}
    np.testing.assert_allclose([hit.score for hit in hits], [scores[place[hit.chunk]] for hit in hits], rtol=1e-5)
    assert all(one.score >= other.score > 0 for one, other in pairwise(hits))
    np.testing.assert_allclose(
        [hit.score for hit in index.bm25(many_name, question, 7)], np.sort(scores)[::-1][:7], rtol=1e-5
    )


@pytest.mark.parametrize("question", ["", "the and of", "?!", "unheard of", *STOP_WORDS[:3]])
def test_a_question_without_a_word_that_counts_finds_nothing(index: ChunkIndex, many_name: str, question: str) -> None:
    assert index.bm25(many_name, question, 10) == ()


@pytest.mark.parametrize("some", [[7], [3, 30], list(range(50))])
def test_of_chosen_documents_all_that_is_asked_for_is_found(
    index: ChunkIndex, many: list[Chunk], many_name: str, some: list[int]
) -> None:
    chosen = [document_id(number) for number in some]
    places = np.array([place for place, chunk in enumerate(many) if chunk.document in chosen])
    vectors = units(len(many))
    for question in units(10, seed=3):
        nearest = places[np.argsort(-(vectors[places] @ question))][:15]
        hits = index.dense(many_name, question, 15, documents=chosen)
        assert [hit.chunk for hit in hits] == [many[place].id for place in nearest]
    scores = Bm25([chunk.text for chunk in many]).scores("word2 word9")
    by_words = index.bm25(many_name, "word2 word9", 1000, documents=chosen)
    expected = sorted((score for score in scores[places] if score), reverse=True)
    np.testing.assert_allclose([hit.score for hit in by_words], expected, rtol=1e-5)
    assert {hit.chunk.split(":")[0] for hit in by_words} <= set(chosen)


def test_nothing_is_found_among_no_documents_and_among_unknown_ones(index: ChunkIndex, many_name: str) -> None:
    for documents in ([], [document_id(999)]):
        assert index.dense(many_name, units(1)[0], 5, documents=documents) == ()
        assert index.bm25(many_name, "word1", 5, documents=documents) == ()


@pytest.mark.parametrize("document", ['"] or id != "', "0" * 15, "g" * 16, "", document_id(1) + "\n"])
def test_what_is_no_documents_id_does_not_reach_milvus(index: ChunkIndex, many_name: str, document: str) -> None:
    with pytest.raises(ValueError, match="16 hexadecimal"):
        index.bm25(many_name, "word1", 5, documents=[document_id(1), document])
    with pytest.raises(ValueError, match="16 hexadecimal"):
        index.dense(many_name, units(1)[0], 5, documents=[document_id(1), document])


def test_no_more_is_found_than_there_is_and_no_more_than_asked_for(index: ChunkIndex) -> None:
    name = new_name()
    index.fill(name, chunks_with([["one fish", "two fish"], ["red fish"]]), units(3))
    for k, expected in ((-1, 0), (0, 0), (1, 1), (3, 3), (10**6, 3)):
        assert len(index.dense(name, units(1)[0], k)) == expected
        assert len(index.bm25(name, "fish", k)) == expected


def test_no_chunks_are_an_index_that_finds_nothing(index: ChunkIndex) -> None:
    name = new_name()
    index.fill(name, [], np.zeros((0, WIDTH), dtype=np.float32))
    assert (index.dense(name, units(1)[0], 5), index.bm25(name, "word", 5)) == ((), ())


@pytest.mark.parametrize("text", ["half of a pair: \ud83c", "a\0b", "'; DROP -- \" \\ %s {x}", "", "日本語 🍕"])
def test_any_text_and_any_question_goes_in(index: ChunkIndex, text: str) -> None:
    name = new_name()
    index.fill(name, chunks_with([[text, f"fish {text}"]]), units(2))
    assert found(index, name) == {f"{document_id(0)}:0", f"{document_id(0)}:1"}
    assert f"{document_id(0)}:1" in {hit.chunk for hit in index.bm25(name, f"fish {text}", 5)}


def test_of_a_text_longer_than_milvus_takes_the_words_before_its_bound_are_counted(index: ChunkIndex) -> None:
    name = new_name()
    # The bound falls into the middle of an é.
    text = "early " + "é" * 32_763 + "x late"
    index.fill(name, chunks_with([[text, "early bird"]]), units(2))
    assert len(index.bm25(name, "early", 5)) == 2
    assert index.bm25(name, "late", 5) == ()
    assert len(index.bm25(name, "early " * 20_000, 5)) == 2


def test_a_collection_is_one_segment_whatever_its_size() -> None:
    # It takes them from the environment when it is imported, which chunk_index has set.
    from milvus_lite.constants import MEMTABLE_MEMORY_LIMIT, WAL_SIZE_LIMIT

    # A library of 5,000,000 characters, in the smallest chunks, with its vectors fills less than a gigabyte.
    assert min(MEMTABLE_MEMORY_LIMIT, WAL_SIZE_LIMIT) >= 10**9


# Filling


def test_filling_tells_its_progress_and_doing_it_again_asks_milvus_nothing(
    index: ChunkIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chunk_collection, "_ROWS_AT_ONCE", 40)
    name, chunks, told = new_name(), made_up(5, 20), list[tuple[int, int]]()
    index.fill(name, chunks, units(100), lambda done, of: told.append((done, of)))
    assert told == [(40, 100), (80, 100), (100, 100)]
    with monkeypatch.context() as without:
        without.setattr(index, "_client", None)
        index.fill(name, list(chunks), units(100), lambda done, of: told.append((done, of)))
    assert len(told) == 3
    assert found(index, name) == {chunk.id for chunk in chunks}
    # However many times rows were sent, BM25 knows the statistics of all of them.
    scores = Bm25([chunk.text for chunk in chunks]).scores("word1 word20")
    hits = index.bm25(name, "word1 word20", 100)
    np.testing.assert_allclose([hit.score for hit in hits], sorted(scores[scores > 0], reverse=True), rtol=1e-5)


def test_there_is_one_vector_for_each_chunk(index: ChunkIndex) -> None:
    with pytest.raises(ValueError, match="one vector for each chunk"):
        index.fill(new_name(), made_up(1, 3), units(2))


def test_other_chunks_of_that_name_take_the_place_of_those_before(index: ChunkIndex) -> None:
    name = new_name()
    index.fill(name, chunks_with([["old fish", "old bird"]]), units(2))
    before = raw(index)
    for texts in ([["old fish", "new bird"]], [["old fish"]], [["old fish"], ["new bird"]]):
        chunks = chunks_with(texts)
        index.fill(name, chunks, units(len(chunks)))
        assert found(index, name) == {chunk.id for chunk in chunks}
        assert len(index.bm25(name, "new", 5)) == sum(text.startswith("new") for each in texts for text in each)
        assert len(raw(index)) == len(before)


def test_what_is_interrupted_leaves_nothing_and_is_made_whole_at_the_next_try(
    index: ChunkIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chunk_collection, "_ROWS_AT_ONCE", 10)
    name, chunks, before = new_name(), made_up(3, 10), raw(index)

    def interrupt(done: int, of: int) -> None:
        if done == 20:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        index.fill(name, chunks, units(30), interrupt)
    assert raw(index) == before
    with pytest.raises(StoreError, match="not in the index"):
        index.bm25(name, "word1", 5)
    index.fill(name, chunks, units(30))
    assert found(index, name) == {chunk.id for chunk in chunks}


def test_what_another_process_has_filled_is_found_whole_and_not_made_again(
    index: ChunkIndex, uri: str, builds: list[str]
) -> None:
    name, chunks = new_name(), made_up(2, 5)
    index.fill(name, chunks, units(10))
    other = ChunkIndex(uri)
    other.fill(name, chunks, units(10))
    assert len(builds) == 1
    assert found(other, name) == {chunk.id for chunk in chunks}
    assert name in other.names()


def test_a_collection_that_lacks_chunks_is_made_anew(index: ChunkIndex, uri: str) -> None:
    name, chunks = new_name(), made_up(2, 5)
    index.fill(name, chunks, units(10))
    (collection,) = (each for each in raw(index) if each.startswith(name))
    index._client.delete(collection, ids=[chunks[3].id])
    assert len(found(index, name)) == 9
    other = ChunkIndex(uri)
    other.fill(name, chunks, units(10))
    assert found(other, name) == {chunk.id for chunk in chunks}


def test_when_another_process_is_quicker_its_collection_is_used(
    index: ChunkIndex, uri: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    name, chunks, before = new_name(), made_up(2, 5), len(raw(index))

    def other_fills(done: int, of: int) -> None:
        ChunkIndex(uri).fill(name, chunks, units(10))

    index.fill(name, chunks, units(10), other_fills)
    assert found(index, name) == {chunk.id for chunk in chunks}
    assert len(raw(index)) == before + 1


def test_sixteen_sessions_fill_and_search_at_once_and_each_finds_its_own(index: ChunkIndex, builds: list[str]) -> None:
    shared, shared_chunks = new_name(), made_up(2, 10)

    def session(number: int) -> tuple[set[str], int]:
        index.fill(shared, shared_chunks, units(20))
        name = new_name()
        index.fill(name, chunks_with([["fish"]] * number), units(number))
        ids = found(index, name)
        index.drop(name)
        return ids, len(found(index, shared))

    with ThreadPoolExecutor(16) as pool:
        results = list(pool.map(session, range(1, 17)))
    assert results == [({f"{document_id(place)}:0" for place in range(number)}, 20) for number in range(1, 17)]
    assert len(builds) == 17


@pytest.mark.parametrize(
    "method", ["list_collections", "create_collection", "rename_collection", "load_collection", "drop_collection"]
)
def test_one_at_a_time_lists_names_opens_or_drops_collections(
    served: ServedMilvus, monkeypatch: pytest.MonkeyPatch, method: str
) -> None:
    # To list its collections Milvus Lite opens them all, and one that is opened twice at once may lose chunks.
    index, alone = ChunkIndex(served.uri), list[bool]()
    asked = getattr(index._client, method)

    def ask(*arguments: object, **named: object) -> object:
        alone.append(index._alone.locked())
        return asked(*arguments, **named)

    monkeypatch.setattr(index._client, method, ask)
    name = new_name()
    index.fill(name, made_up(1, 3), units(3))
    index.drop(name)
    assert set(alone) == {True}


# Names, and dropping


def test_a_name_tells_neither_the_owner_nor_the_corpus_and_is_one_that_milvus_takes() -> None:
    for library in ("ab" * 16, "cd" * 32):
        name = collection_name(library, "digest", ChunkSettings(), "model")
        assert library not in name
        assert library[:16] not in name
        assert name.replace("_", "").isalnum()
        assert name.isascii()
        assert len(name) < 200


def test_names_are_equal_for_equal_things_and_differ_for_any_that_differs() -> None:
    def names() -> list[str]:
        settings = [ChunkSettings(), ChunkSettings(size=64), ChunkSettings(overlap=1), ChunkSettings(Unit.SENTENCES)]
        asked = [
            (library, digest, each, model)
            for library in ("ab" * 16, "ba" * 16, "ab" * 32)
            for digest in ("one", "other")
            for each in settings
            for model in ("mini", "base")
        ]
        return [collection_name(*each) for each in asked]

    assert names() == names()
    assert set(Counter(names()).values()) == {1}


def test_what_is_dropped_is_found_no_more(index: ChunkIndex) -> None:
    name, other = new_name(), new_name()
    for each in (name, other):
        index.fill(each, made_up(1, 3), units(3))
    index.drop(name)
    index.drop(name)
    assert name not in index.names()
    assert other in index.names()
    with pytest.raises(StoreError, match=r"not in the index any more\. Ask again"):
        index.dense(name, units(1)[0], 5)
    assert len(found(index, other)) == 3


def test_what_another_process_has_dropped_is_said_in_words_and_filled_anew(index: ChunkIndex, uri: str) -> None:
    name, chunks = new_name(), made_up(1, 3)
    index.fill(name, chunks, units(3))
    ChunkIndex(uri).drop(name)
    with pytest.raises(StoreError, match="cannot be used"):
        index.bm25(name, "word1", 5)
    index.fill(name, chunks, units(3))
    assert len(found(index, name)) == 3


def test_when_a_library_is_over_time_its_documents_and_all_its_collections_go(
    index: ChunkIndex, tmp_path: Path
) -> None:
    now = [1_000_000.0]
    libraries = Libraries(tmp_path / "documents.sqlite", clock=lambda: now[0])
    gone, stays = secrets.token_hex(16), secrets.token_hex(16)
    of_gone, of_stays = [new_name(gone), new_name(gone)], [new_name(stays), new_name("ab" * 32)]
    for owner in (gone, stays):
        libraries.begin(owner, Document("Fish", "One fish."))
    for name in (*of_gone, *of_stays):
        index.fill(name, made_up(1, 3), units(3))
    libraries.left(gone)
    now[0] += GRACE + 1
    forget_overdue(libraries, index)
    assert libraries.unfinished(gone) == ()
    assert len(libraries.unfinished(stays)) == 1
    assert set(of_stays) <= set(index.names())
    assert not set(of_gone) & set(index.names())
    # What a session was just putting in when it was forgotten goes at the next time.
    index.fill(of_gone[0], made_up(1, 3), units(3))
    forget_overdue(libraries, index)
    assert of_gone[0] not in index.names()


def test_what_a_killed_process_left_half_made_goes_and_what_is_being_made_stays(
    index: ChunkIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    began, now = [], time.time()
    for ago in (3500, 3700):
        with monkeypatch.context() as then:
            then.setattr(collection_names.time, "time", lambda ago=ago: now - ago)
            began.append(collection_names.building_name())
        index._client.create_collection(began[-1], dimension=4)
    names = index.names()
    assert not any("building" in each for each in names)
    index.forget([])
    assert raw(index) & set(began) == {began[0]}
    assert index.names() == names
    index._client.drop_collection(began[0])


@pytest.mark.parametrize(("bound", "most"), [("_MOST_ROWS", 9), ("_MOST_COLLECTIONS", None)])
def test_beyond_its_bound_the_index_drops_what_was_used_least_recently(
    uri: str, monkeypatch: pytest.MonkeyPatch, bound: str, most: int | None
) -> None:
    index = ChunkIndex(uri)
    monkeypatch.setattr(chunk_index_module, bound, most or len(raw(index)) + 3)
    names = [new_name() for _ in range(4)]
    for name in names[:3]:
        index.fill(name, made_up(1, 3), units(3))
    index.dense(names[0], units(1)[0], 1)
    if most is None:
        # What this process did not use goes first.
        monkeypatch.setattr(chunk_index_module, bound, 3)
    index.fill(names[3], made_up(1, 3), units(3))
    assert [name in index.names() for name in names] == [True, False, True, True]
    with pytest.raises(StoreError, match="not in the index"):
        index.dense(names[1], units(1)[0], 1)
    if most is None:
        assert len(raw(index)) == 3


# A server


def test_a_server_that_is_gone_is_said_in_words_and_found_again_when_it_is_back(tmp_path: Path) -> None:
    server = ServedMilvus(tmp_path)
    server.start()
    index = ChunkIndex(server.uri)
    name, chunks = new_name(), made_up(2, 5)
    everything = {chunk.id for chunk in chunks}
    try:
        index.fill(name, chunks, units(10))
        server.stop()
        server.start()
        # Nobody asked meanwhile, so nobody notices.
        assert found(index, name) == everything
        server.stop()
        asked: list[Callable[[], object]] = [
            lambda: index.dense(name, units(1)[0], 5),
            lambda: index.fill(new_name(), chunks, units(10)),
            index.names,
            lambda: index.drop(name),
            lambda: ChunkIndex(server.uri),
        ]
        for ask in asked:
            with pytest.raises(StoreError, match=f"{server.uri} cannot be used.*ENCODERSCOPE_MILVUS_URI"):
                ask()
        server.start()
        index.fill(name, chunks, units(10))
        assert found(index, name) == everything
    finally:
        server.stop()


@pytest.mark.parametrize("uri", ["http://user:secret@127.0.0.1:1/?token=secret", "hello"])
def test_an_address_of_no_server_is_said_in_words_without_its_secrets(uri: str) -> None:
    with pytest.raises(StoreError, match="cannot be used") as caught:
        ChunkIndex(uri, token="secret too")
    assert "secret" not in str(caught.value)


# The index of the app


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder for files of an app that has no index yet."""
    monkeypatch.setenv("ENCODERSCOPE_CACHE", str(tmp_path / "new"))
    monkeypatch.delenv("ENCODERSCOPE_MILVUS_URI", raising=False)
    chunk_index_module._default_index.cache_clear()
    yield tmp_path / "new"
    if chunk_index_module._default_index.cache_info().currsize:
        default_index().close()
    chunk_index_module._default_index.cache_clear()


def start_again() -> ChunkIndex:
    default_index().close()
    chunk_index_module._default_index.cache_clear()
    return default_index()


def directories(folder: Path) -> list[str]:
    return sorted(each.name for each in folder.iterdir())


def test_the_app_has_one_index_in_its_folder_for_files_however_many_ask(folder: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(lambda _: default_index(), range(8)))
    assert len(found) == 1
    assert directories(folder) == ["index.db"]


def test_the_app_uses_the_server_that_the_environment_names(
    folder: Path, served: ServedMilvus, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ENCODERSCOPE_MILVUS_URI", served.uri)
    monkeypatch.setenv("ENCODERSCOPE_MILVUS_TOKEN", "root:Milvus")
    name = new_name()
    default_index().fill(name, made_up(1, 3), units(3))
    other = ChunkIndex(served.uri)
    assert name in other.names()
    assert default_index()._client._config.token == "root:Milvus"
    assert not folder.exists()


def test_a_process_whose_directory_another_has_open_takes_the_next(folder: Path) -> None:
    from milvus_lite.db import MilvusLite

    other = MilvusLite(str(folder / "index.db"))
    for name in (new_name(), new_name("cd" * 32)):
        default_index().fill(name, made_up(1, 3), units(3))
    assert directories(folder) == ["index-2.db", "index.db"]
    assert len(default_index().names()) == 2
    other.close()
    # In the directory that is no longer used nothing stays.
    assert start_again().names() == ()
    assert list((folder / "index-2.db" / "collections").iterdir()) == []


def test_at_the_start_corpora_are_still_there_and_readers_own_documents_are_not(
    folder: Path, builds: list[str]
) -> None:
    corpus, own = new_name("cd" * 32), new_name()
    for name in (corpus, own):
        default_index().fill(name, made_up(1, 3), units(3))
    default_index()._client.create_collection(collection_names.building_name(), dimension=4)
    half_dropped = folder / "index.db" / "collections" / f"{corpus}_1"
    half_dropped.mkdir()
    (half_dropped / "left").write_text("over")
    index = start_again()
    assert index.names() == (corpus,)
    assert len(list((folder / "index.db" / "collections").iterdir())) == 1
    for name in (corpus, own):
        index.fill(name, made_up(1, 3), units(3))
        assert len(found(index, name)) == 3
    assert len(builds) == 3


@pytest.mark.parametrize("damaged", ["schema.json", "manifest.json", "*.parquet", "*.idx"])
def test_a_damaged_collection_is_made_anew(folder: Path, damaged: str) -> None:
    name, chunks = new_name("cd" * 32), made_up(1, 30)
    default_index().fill(name, chunks, units(30))
    default_index().close()
    files = list((folder / "index.db" / "collections").rglob(damaged))
    assert files
    for file in files:
        file.write_bytes(b"nonsense")
    chunk_index_module._default_index.cache_clear()
    default_index().fill(name, chunks, units(30))
    assert directories(folder) == ["index.db"]
    assert found(default_index(), name) == {chunk.id for chunk in chunks}
    assert len(default_index().bm25(name, "word0", 100)) == sum("word0" in chunk.text.split() for chunk in chunks)


def test_a_file_in_the_place_of_the_directory_is_set_aside(folder: Path) -> None:
    folder.mkdir()
    (folder / "index.db").write_text("dear to somebody")
    default_index().fill(new_name(), made_up(1, 3), units(3))
    assert (folder / "index.db.broken").read_text() == "dear to somebody"


def test_a_place_where_no_directory_can_be_is_said_in_words(folder: Path) -> None:
    folder.write_text("in the way")
    with pytest.raises(StoreError, match=r"cannot be kept.*folder for files"):
        default_index()


def test_a_proxy_is_not_asked_for_the_index_of_this_computer(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "grpc_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    for name in ("no_proxy", "NO_PROXY", "no_grpc_proxy"):
        monkeypatch.delenv(name, raising=False)
    default_index().fill(new_name(), made_up(1, 3), units(3))
    assert len(default_index().names()) == 1


def test_milvus_raises_nothing_that_is_not_said_in_words(uri: str, monkeypatch: pytest.MonkeyPatch) -> None:
    index, name = ChunkIndex(uri), new_name()
    index.fill(name, [], units(0))

    def fail(*_: object, **__: object) -> None:
        raise MilvusException(message="on  fire\n")

    monkeypatch.setattr(
        index,
        "_client",
        type("Client", (), dict.fromkeys(("list_collections", "drop_collection", "create_collection"), fail))(),
    )
    for ask in (lambda: index.drop(name), lambda: index.fill("a", [], units(0))):
        with pytest.raises(StoreError, match="cannot be used"):
            ask()

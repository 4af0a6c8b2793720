"""Names of collections: equal for equal things, without secrets, and accepted by Milvus."""

from collections import Counter

from components.core.retrieval.documents import ChunkSettings, Unit
from components.core.retrieval.index.collection_names import collection_name


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
        settings = [
            *(ChunkSettings(), ChunkSettings(size=64), ChunkSettings(overlap=1), ChunkSettings(Unit.SENTENCES)),
            *(ChunkSettings(Unit.MEANING, percentile=each) for each in (0, 20)),
        ]
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

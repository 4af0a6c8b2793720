"""Vectors for the tests of the store, and the comparison of found vectors with kept ones."""

import numpy as np

from components.core.storage.vector_store import vector_key

WIDTH = 384

Vectors = dict[bytes, np.ndarray]


def vectors_of(name: str, count: int, width: int = WIDTH) -> Vectors:
    """Return `count` vectors by key, the same for the same name."""
    rows = np.random.default_rng(list(name.encode())).normal(size=(count, width)).astype(np.float32)
    return {vector_key(name, "", str(number)): row for number, row in enumerate(rows)}


def assert_equal(found: Vectors, expected: Vectors) -> None:
    """Check that exactly the expected vectors were found, to the last bit."""
    assert set(found) == set(expected)
    assert_right(found, expected)


def assert_right(found: Vectors, expected: Vectors) -> None:
    """Check that each vector found is the one kept, to the last bit, though some may be missing."""
    for key, vector in found.items():
        np.testing.assert_array_equal(vector, expected[key])

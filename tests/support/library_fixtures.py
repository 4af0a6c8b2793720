"""Fixtures of libraries: a file and a clock; a test module names this file in pytest_plugins."""

from pathlib import Path

import pytest

from components.core.retrieval.ingest.libraries import Libraries


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """The file of the libraries; its folder does not exist yet."""
    return tmp_path / "new" / "documents.sqlite"


@pytest.fixture
def now() -> list[float]:
    """The time of the libraries' clock, which a test may change."""
    return [1_000_000.0]


@pytest.fixture
def libraries(file: Path, now: list[float]) -> Libraries:
    """Empty libraries."""
    return Libraries(file, keep_hours=12, clock=lambda: now[0])

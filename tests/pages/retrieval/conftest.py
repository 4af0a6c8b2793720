"""The shipped corpora with the rankings of core, shared by the tests of the Live retrieval page."""

import pytest

from components.core import Encoder
from tests.support.retrieval_page import ShippedCorpus, shipped_corpus


@pytest.fixture(scope="package")
def everyday(encoder: Encoder) -> ShippedCorpus:
    """The corpus that the page opens with."""
    return shipped_corpus(encoder, "everyday")


@pytest.fixture(scope="package")
def notes(encoder: Encoder) -> ShippedCorpus:
    """The lecture notes."""
    return shipped_corpus(encoder, "notes")


@pytest.fixture(autouse=True)
def _no_language_model(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ENCODERSCOPE_LLM_URL", "ENCODERSCOPE_LLM_MODEL", "ENCODERSCOPE_LLM_KEY"):
        monkeypatch.delenv(name, raising=False)

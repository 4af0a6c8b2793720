"""A sentence is read once: pages find again what other pages, other readers or the warming server had computed."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from components.core import Encoder
from components.core.model.loading import BUNDLED_NAME
from components.ui import warming
from components.ui.caches import models
from tests.support.app_pages import PAGES
from tests.support.visit import Visit

# Live retrieval and Sentiment read the question or text in their box anew: nothing typed there is kept.
KEEPING = [title for title in PAGES if title not in ("Live retrieval", "Sentiment")]


@pytest.fixture
def traced(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The texts that were traced without interventions, in order."""
    texts: list[str] = []
    trace = Encoder.trace

    def counted(self: Encoder, text: str, interventions: Any = (), *rest: Any, **options: Any) -> Any:
        if not interventions:
            texts.append(text)
        return trace(self, text, interventions, *rest, **options)

    monkeypatch.setattr(Encoder, "trace", counted)
    return texts


@contextmanager
def runs_of_the_model() -> Iterator[list[tuple[int, ...]]]:
    """The shapes of the token ids that the model is handed."""
    runs: list[tuple[int, ...]] = []

    def seen(module: Any, arguments: Any, options: dict[str, Any]) -> None:
        ids = options.get("input_ids")
        runs.append(tuple(ids.shape) if ids is not None else ())

    hook = models.encoder(BUNDLED_NAME)._model.register_forward_pre_hook(seen, with_kwargs=True)
    try:
        yield runs
    finally:
        hook.remove()


def test_from_overview_to_attention_to_positions_a_sentence_is_traced_once(traced: list[str]) -> None:
    text = "A squatch hums while the oven warms up."
    visit = Visit("Overview", text=text, screen="the whole way")
    visit.go_to("Attention").go_to("Positions").go_to("Overview")
    assert traced == [text]


def test_a_sentence_that_is_allowed_to_be_truncated_has_no_second_trace(traced: list[str]) -> None:
    text = "The same short sentence, truncated or not."
    Visit("Overview", text=text)
    Visit("Attention", text=text, cut="true", screen="one head")
    Visit("Word order", first=text, second=text)
    assert traced == [text]


def test_a_pair_is_traced_once_and_beside_its_first_sentence(traced: list[str]) -> None:
    text = "It stands first in a pair."
    Visit("Overview", text=text)
    for _ in range(2):
        Visit("Attention", text=text, joined="It tasted good!", screen="one head")
    assert traced == [text, text]


def test_what_the_server_warms_is_found_by_the_first_reader(traced: list[str]) -> None:
    warming.warm()
    traced.clear()
    with runs_of_the_model() as runs:
        Visit("Overview")
        Visit("Tokens")
        Visit("Embeddings")
    assert (traced, runs) == ([], [])


@pytest.mark.parametrize("title", KEEPING)
def test_a_second_reader_of_a_page_runs_no_model(title: str, umap_compiled: None) -> None:
    Visit(title)
    with runs_of_the_model() as runs:
        Visit(title)
    assert runs == []

"""The page in words: its finding and what to look at."""

import html

from components.core import Encoder
from components.ui.page import markup, shorten
from components.ui.retrieval.indexed_corpus import IndexedCorpus
from components.ui.retrieval.passages import name_of
from components.ui.retrieval.search_result import SearchResult, is_below
from components.ui.wording import format_count

_LOOK = "Every passage became a vector once. A question becomes one too, and the passages nearest to it come back."


def finding(prepared: IndexedCorpus, searched: SearchResult | None, threshold: float, hidden: bool) -> str:
    """What is found for the question."""
    passages = format_count(len(prepared.chunks), "passage")
    if not prepared.chunks:
        return "Add a document, and ask it something"
    if searched is None:
        return f"{passages}, waiting for a question"
    passages = format_count(searched.count, "passage")
    if hidden:
        return f"Which of {passages} will come back?"
    if searched.best is None:
        return f"None of {passages} is searched"
    if is_below(searched.best, threshold):
        return f"Perhaps none of {passages} answers this: the best cosine is {searched.best:.2f}"
    best = searched.dense[0]
    found = f"Nearest of {passages}: {_named(searched, best.index)}, at a cosine of {best.score:.2f}"
    if not searched.words:
        return f"{found}; by words: none"
    words = searched.words[0].index
    return f"{found}; by words too" if words == best.index else f"{found}; by words: {_named(searched, words)}"


def _named(searched: SearchResult, place: int) -> str:
    return shorten(name_of(searched.prepared, place), 50)


def draw_bar(prepared: IndexedCorpus, encoder: Encoder) -> None:
    """Say what is searched, and by which model."""
    documents = format_count(len(prepared.corpus.documents), "document")
    about = f"{documents}, {format_count(len(prepared.chunks), 'passage')} · {encoder.short_name}"
    markup(f'<p class="es-count">{html.escape(about)}</p>')


def lead(prepared: IndexedCorpus) -> str:
    """What to look at."""
    return _LOOK if prepared.chunks else "Open “Documents” and give a file or paste a text; or take a shipped corpus."

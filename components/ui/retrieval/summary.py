"""The title of the Live retrieval page and the line below it."""

from markupsafe import Markup

from components.core import Encoder
from components.ui.page import markup, shorten
from components.ui.retrieval.indexed_corpus import IndexedCorpus
from components.ui.retrieval.passages import name_of
from components.ui.retrieval.search_result import SearchResult, is_below
from components.ui.wording import format_count

_LOOK = "Each passage is one vector. The question becomes a vector too; the search returns the passages nearest to it."


def finding(indexed_corpus: IndexedCorpus, result: SearchResult | None, threshold: float, hidden: bool) -> str:
    """The page's title: what the search finds for the question."""
    passages = format_count(len(indexed_corpus.chunks), "passage")
    if not indexed_corpus.chunks:
        return "Add a document, then ask a question"
    if result is None:
        return f"{passages}, waiting for a question"
    passages = format_count(result.count, "passage")
    if hidden:
        return f"Which of {passages} will be found?"
    if result.best is None:
        return "No passage is searched"
    if is_below(result.best, threshold):
        return f"Perhaps none of {passages} answers this: the best cosine is {result.best:.2f}"
    best = result.dense[0]
    nearest = f"Nearest of {passages}: {_named(result, best.index)}, at a cosine of {best.score:.2f}"
    if not result.words:
        return f"{nearest}; by words: none"
    words = result.words[0].index
    return f"{nearest}; by words too" if words == best.index else f"{nearest}; by words: {_named(result, words)}"


def _named(result: SearchResult, index: int) -> str:
    return shorten(name_of(result.indexed_corpus, index), 50)


def draw_bar(indexed_corpus: IndexedCorpus, encoder: Encoder) -> None:
    """Draw the size of the corpus and the name of the model."""
    documents = format_count(len(indexed_corpus.corpus.documents), "document")
    about = f"{documents}, {format_count(len(indexed_corpus.chunks), 'passage')} · {encoder.short_name}"
    markup(Markup('<p class="es-count">{}</p>').format(about))


def lead(indexed_corpus: IndexedCorpus) -> str:
    """The line below the title: what to look at."""
    return (
        _LOOK
        if indexed_corpus.chunks
        else "Open “Documents” to add a file or paste a text, or choose a shipped corpus."
    )

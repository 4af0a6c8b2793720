"""The title of the Live retrieval page and the line below it."""

from components.core.text.words import UNSPACED, has_unspaced
from components.ui.retrieval.indexed_corpus import IndexedCorpus
from components.ui.retrieval.passages import name_of
from components.ui.retrieval.search_result import SearchResult, is_below
from components.ui.wording import format_count, join_list, shorten


def waiting(indexed_corpus: IndexedCorpus, result: SearchResult | None) -> tuple[str, str]:
    """The title and the lead of a screen while there is nothing to show."""
    if not indexed_corpus.chunks:
        return (
            "Add a document, then ask a question",
            "Open “Your own data” to add a file or paste a text, or choose a shipped corpus under “More settings”.",
        )
    if result is None:
        passages = format_count(len(indexed_corpus.chunks), "passage")
        return f"{passages}, waiting for a question", "Type a question above, or choose one."
    return "No passage is searched", "Choose other documents under “More settings”."


def finding(result: SearchResult, threshold: float) -> str:
    """The title of the results: what the search finds for the question."""
    passages = format_count(result.count, "passage")
    if result.best is not None and is_below(result.best, threshold):
        return f"Perhaps none of {passages} answers this: the best cosine is {result.best:.2f}"
    best = result.dense[0]
    nearest = f"Nearest of {passages}: {_named(result, best.index)}, at a cosine of {best.score:.2f}"
    if not result.words:
        return f"{nearest}; by words: none"
    words = result.words[0].index
    return f"{nearest}; by words too" if words == best.index else f"{nearest}; by words: {_named(result, words)}"


def _named(result: SearchResult, index: int) -> str:
    return shorten(name_of(result.indexed_corpus, index), 50)


def size(indexed_corpus: IndexedCorpus) -> str:
    """The size of the corpus."""
    documents = format_count(len(indexed_corpus.corpus.documents), "document")
    return f"{documents}, {format_count(len(indexed_corpus.chunks), 'passage')}"


def lead(result: SearchResult, threshold: float) -> str:
    """The line below the title of the results: what to look at."""
    return warning(
        result.best, threshold, "A search always returns the nearest passages, even if they are far away."
    ) or (
        "Each passage is one vector. The question becomes a vector too; the search returns the passages nearest to it."
    )


def warning(best: float | None, threshold: float, consequence: str) -> str:
    """Say that no passage may answer the question, if the best cosine is below the threshold; else ""."""
    if best is None or not is_below(best, threshold):
        return ""
    return (
        f"Perhaps nothing here answers this: the best cosine is {best:.2f}, below the threshold of {threshold:.2f}. "
        f"{consequence}"
    )


def pairs_said(result: SearchResult) -> str:
    """The sentence that pairs of characters stand for words; "" unless the question has a script without spaces."""
    if not has_unspaced(result.question):
        return ""
    return (
        f"{join_list(UNSPACED)} have no spaces between words, so BM25 counts pairs of neighbouring characters there; a "
        "single character is found only where it stands alone."
    )

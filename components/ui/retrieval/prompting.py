"""The passages of one ranking as the numbered sources of a prompt."""

from components.core import Encoder
from components.core.retrieval.generation.prompts import Source
from components.ui.retrieval import prompt
from components.ui.retrieval.passages import location
from components.ui.retrieval.search_result import SearchResult


def draw(result: SearchResult, encoder: Encoder, method: str, threshold: float) -> None:
    """Draw the prompt with the passages of one ranking.

    method: of the ranking. threshold: a passage with a lower cosine counts as no answer.
    """
    ranking = result.ranking(method)
    sources = []
    for number, each in enumerate(ranking, 1):
        chunk = result.chunk(each.index)
        title = result.indexed_corpus.titles[chunk.document]
        sources.append(Source(number, title, location(result.indexed_corpus, each.index), chunk.text))
    prompt.draw(result.indexed_corpus.model, encoder, result.question, sources, result.best, threshold)

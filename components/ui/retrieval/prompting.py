"""The passages of one ranking as the numbered sources of a prompt."""

from components.core import Encoder
from components.core.retrieval.generation.prompts import Source
from components.ui.retrieval import prompt
from components.ui.retrieval.passages import location
from components.ui.retrieval.question_map import ask_for_ranking
from components.ui.retrieval.search_result import SearchResult


def draw(result: SearchResult, encoder: Encoder, threshold: float) -> None:
    """Ask for a ranking, and draw the prompt. threshold: a passage with a lower cosine counts as no answer."""
    ranking = result.ranking(ask_for_ranking())
    sources = []
    for number, each in enumerate(ranking, 1):
        chunk = result.chunk(each.index)
        title = result.indexed_corpus.titles[chunk.document]
        sources.append(Source(number, title, location(result.indexed_corpus, each.index), chunk.text))
    prompt.draw(result.indexed_corpus.model, encoder, result.question, sources, result.best, threshold)

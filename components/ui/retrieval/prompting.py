"""What a language model would be given: the passages of one ranking, as numbered sources."""

from components.core import Encoder
from components.core.retrieval.generation.prompts import Source
from components.ui.retrieval import prompt
from components.ui.retrieval.passages import place_of
from components.ui.retrieval.question_map import ask_for_ranking
from components.ui.retrieval.search_result import SearchResult


def draw(searched: SearchResult, encoder: Encoder, threshold: float) -> None:
    """Draw the prompt. threshold: below this cosine nothing is taken for an answer."""
    found = searched.ranking(ask_for_ranking())
    sources = []
    for number, each in enumerate(found, 1):
        chunk = searched.chunk(each.index)
        title = searched.prepared.titles[chunk.document]
        sources.append(Source(number, title, place_of(searched.prepared, each.index), chunk.text))
    prompt.draw(searched.prepared.model, encoder, searched.question, sources, searched.best, threshold)

"""The question before the results: which document does the first passage by meaning come from?"""

from components.ui.page import quoted
from components.ui.retrieval.passages import name_of
from components.ui.retrieval.search_result import SearchResult
from components.ui.stage import question
from components.ui.stage.question import Asked
from components.ui.wording import shorten

_MOST_OPTIONS = 8
_LONGEST = 60


def ask(result: SearchResult) -> Asked[str]:
    """Ask for a guess, if the reader wants it, and hide the results until then.

    With few documents the options are all of them; otherwise the passages that one of the searches puts first.
    """
    first = result.dense[0].index
    if _by_document(result):
        options = searched_titles(result)
        which = "From which document comes the passage that is nearest in meaning?"
    else:
        found = [each.index for each in (*result.dense[: result.k], *result.words[:1])]
        options = sorted({option_of(result, index) for index in found[:_MOST_OPTIONS]})
        which = "Which passage is nearest in meaning?"
    subject = (result.indexed_corpus.request, result.question, result.documents)
    return question.one_of(
        "passage", subject, f"{quoted(shorten(result.question, 100))} {which}", options, option_of(result, first)
    )


def searched_titles(result: SearchResult) -> list[str]:
    """The titles of the documents that are searched."""
    titles = result.indexed_corpus.titles
    return [
        shorten(title, _LONGEST) for key, title in titles.items() if not result.documents or key in result.documents
    ]


def option_of(result: SearchResult, index: int) -> str:
    """The option that a passage belongs to: its document where there are few, otherwise its name."""
    if _by_document(result):
        return shorten(result.indexed_corpus.titles[result.chunk(index).document], _LONGEST)
    return shorten(name_of(result.indexed_corpus, index), _LONGEST)


def _by_document(result: SearchResult) -> bool:
    return 1 < len(searched_titles(result)) <= _MOST_OPTIONS

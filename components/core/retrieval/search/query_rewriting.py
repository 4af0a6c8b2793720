"""Query rewriting: a language model words a question anew, and the rankings of all wordings are fused.

Ma, Gong, He, Zhao and Duan 2023, "Query Rewriting for Retrieval-Augmented Large Language Models". Several wordings,
fused by reciprocal ranks: Rackauckas 2024, "RAG-Fusion: A New Take on Retrieval-Augmented Generation".
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from components.core.errors import GenerationError
from components.core.retrieval.search.fusion import fuse
from components.core.retrieval.search.hyde import Write
from components.core.retrieval.search.ranking import FusedItem, RankedItem
from components.core.text.spelling import fold

#: The most tokens that a language model should be allowed for its wordings; the prompt asks for fewer.
MOST_TOKENS: Final = 300

_PROMPT: Final = """Word the question below in {count} other ways, so that a search finds what answers it.
Keep its meaning, and use other words where others are as usual.
Write one wording a line and nothing else.

Question: {question}"""

# A number, a letter or a dash before an entry of a list, and quotation marks or stars around it.
_LIST_MARK = re.compile(r"^(?:[-*•–—]|\(?(?:\d{1,2}|[a-z])[.):])(?:\s+|$)")
_AROUND = " \t\"'“”„«»‘’*`"


@dataclass(frozen=True)
class Rewriting:
    """A question and its other wordings."""

    question: str
    written: str  # all that the language model wrote
    wordings: tuple[str, ...]  # what it wrote, without what equals the question or each other

    @property
    def questions(self) -> tuple[str, ...]:
        """The question and its other wordings."""
        return (self.question, *self.wordings)


def prompt_for_wordings(question: str, count: int) -> str:
    """Return the prompt that asks for other wordings."""
    return _PROMPT.replace("{count}", str(count)).replace("{question}", " ".join(question.split()))


def rewrite(question: str, write: Write, count: int = 3) -> Rewriting:
    """Have a question worded in other ways, count at most. Raises GenerationError if there is none among the answer.

    >>> rewrite("How hot?", lambda prompt: '1. How hot?\\n2. "At which temperature?"\\n').wordings
    ('At which temperature?',)
    """
    written = write(prompt_for_wordings(question, count)).strip()
    wordings: dict[str, str] = {}
    for line in written.splitlines():
        wording = _LIST_MARK.sub("", line.strip()).strip(_AROUND)
        # What ends in a colon introduces the list.
        if wording and not wording.endswith(":"):
            wordings.setdefault(fold(wording), wording)
    wordings.pop(fold(" ".join(question.split())), None)
    if not wordings:
        raise GenerationError(
            "The language model gave no other wording of the question. Ask again, or search without one."
        )
    return Rewriting(question, written, tuple(wordings.values())[:count])


def search_by_wordings(
    rewriting: Rewriting, search: Callable[[str], Sequence[RankedItem]], candidates: int
) -> tuple[FusedItem, ...]:
    """Search for a question and each of its other wordings, and fuse the first candidates by reciprocal ranks.

    Ranks and parts of the items are named by the wordings.
    """
    return fuse({each: search(each) for each in rewriting.questions}, candidates)

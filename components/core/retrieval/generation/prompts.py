"""The prompt that a language model would be given: the passages found, as numbered sources, and the question.

Retrieval-augmented generation in the form where passages are simply put before the question (Ram et al. 2023,
"In-Context Retrieval-Augmented Language Models").
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from components.core.errors import TemplateError

_PLACES: Final = {"{sources}": "the passages", "{question}": "the question"}
_PLACE = re.compile("|".join(map(re.escape, _PLACES)))

#: What a template says before a reader changes it.
DEFAULT_TEMPLATE: Final = """Answer the question from the sources below and from nothing else.
After each sentence, give the number of the source it rests on, such as [1].
If the sources do not hold the answer, say so and add nothing.

Sources:

{sources}

Question: {question}
Answer:"""


@dataclass(frozen=True)
class Source:
    """A passage as a prompt cites it."""

    number: int  # from 1
    title: str  # of its document
    location: str  # within the document, such as "section 4.3" or "page 2"; "" if there is none to name
    text: str

    @property
    def name(self) -> str:
        """Number, title and place on one line.

        >>> Source(2, "Bread", "section 1", "Knead it.").name
        '[2] Bread, section 1'
        """
        # A title may come from a file, and hold anything.
        return f"[{self.number}] {' '.join(', '.join(filter(None, (self.title, self.location))).split())}"


@dataclass(frozen=True)
class Prompt:
    """A filled template, and what it costs."""

    text: str
    sources: tuple[Source, ...]  # those in it
    omitted: tuple[Source, ...]  # those for which the budget had no room
    frame_tokens: int  # template and question without any source
    source_tokens: int  # what the sources add to that

    @property
    def tokens(self) -> int:
        """All of its tokens."""
        return self.frame_tokens + self.source_tokens


def fill_template(template: str, question: str, sources: Sequence[Source]) -> str:
    """The template with the sources where it says {sources} and the question where it says {question}.

    Braces in a question or in a source are text like any other. Raises TemplateError if a place is missing.

    >>> fill_template("{sources} - {question}", "What is {sources}?", [Source(1, "T", "page 2", "Text.")])
    '[1] T, page 2\\nText. - What is {sources}?'
    """
    missing = [place for place in _PLACES if place not in template]
    if missing:
        raise TemplateError(
            f"The template does not say {' or '.join(missing)}, so there is no place in it for "
            f"{' or '.join(_PLACES[place] for place in missing)}. Put {' and '.join(missing)} into it, or reset it."
        )
    filled = {"{sources}": "\n\n".join(f"{each.name}\n{each.text}" for each in sources), "{question}": question}
    return _PLACE.sub(lambda place: filled[place[0]], template)


def fit_to_budget(
    template: str, question: str, sources: Sequence[Source], budget: int, count: Callable[[str], int]
) -> Prompt:
    """The prompt with as many of the sources, in their order, as a budget of tokens has room for.

    A source is in it whole or not at all, and none is in it that follows one for which there was no room. Template
    and question are in it even where they alone are beyond the budget.

    count: how many tokens a text has. Raises TemplateError.
    """

    def tokens(taken: int) -> int:
        return count(fill_template(template, question, sources[:taken]))

    frame = tokens(0)
    # Each source adds tokens, so that the place where the budget ends can be searched for by halves.
    taken = max(0, bisect_right(range(len(sources) + 1), budget, key=tokens) - 1)
    return Prompt(
        text=fill_template(template, question, sources[:taken]),
        sources=tuple(sources[:taken]),
        omitted=tuple(sources[taken:]),
        frame_tokens=frame,
        source_tokens=tokens(taken) - frame,
    )

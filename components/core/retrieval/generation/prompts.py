"""The prompt of retrieval-augmented generation: the passages found, as numbered sources, and then the question.

Ram et al. 2023, "In-Context Retrieval-Augmented Language Models".
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from components.core.errors import TemplateError

# Placeholder of a template → its meaning, as error messages name it.
_PLACEHOLDERS: Final = {"{sources}": "the passages", "{question}": "the question"}
_PLACEHOLDER = re.compile("|".join(map(re.escape, _PLACEHOLDERS)))

#: The template before a reader changes it.
DEFAULT_TEMPLATE: Final = """Answer the question from the sources below and from nothing else.
After each sentence, give the number of the source it rests on, such as [1].
If the sources do not hold the answer, say so and add nothing.

Sources:

{sources}

Question: {question}
Answer:"""


@dataclass(frozen=True)
class Source:
    """A passage that a prompt cites."""

    number: int  # from 1
    title: str  # of its document
    location: str  # within the document, such as "section 4.3" or "page 2"; "" if it has none
    text: str

    @property
    def name(self) -> str:
        """Number, title and location on one line.

        >>> Source(2, "Bread", "section 1", "Knead it.").name
        '[2] Bread, section 1'
        """
        # The title of an uploaded file may contain line breaks.
        return f"[{self.number}] {' '.join(', '.join(filter(None, (self.title, self.location))).split())}"


@dataclass(frozen=True)
class Prompt:
    """A filled template and its length in tokens."""

    text: str
    sources: tuple[Source, ...]  # the sources in it
    omitted: tuple[Source, ...]  # the sources that exceed the budget
    frame_tokens: int  # tokens of template and question without sources
    source_tokens: int  # tokens that the sources add

    @property
    def tokens(self) -> int:
        """The number of all tokens."""
        return self.frame_tokens + self.source_tokens


def fill_template(template: str, question: str, sources: Sequence[Source]) -> str:
    """Fill in a template: the sources replace {sources} and the question replaces {question}.

    Braces in a question or in a source stay as they are. Raises TemplateError if a placeholder is missing.

    >>> fill_template("{sources} - {question}", "What is {sources}?", [Source(1, "T", "page 2", "Text.")])
    '[1] T, page 2\\nText. - What is {sources}?'
    """
    missing = [placeholder for placeholder in _PLACEHOLDERS if placeholder not in template]
    if missing:
        raise TemplateError(
            f"The template does not say {' or '.join(missing)}, so there is no place in it for "
            f"{' or '.join(_PLACEHOLDERS[placeholder] for placeholder in missing)}. Put {' and '.join(missing)} into "
            "it, or reset it."
        )
    filled = {"{sources}": "\n\n".join(f"{each.name}\n{each.text}" for each in sources), "{question}": question}
    return _PLACEHOLDER.sub(lambda match: filled[match[0]], template)


def fit_to_budget(
    template: str, question: str, sources: Sequence[Source], budget: int, count: Callable[[str], int]
) -> Prompt:
    """Fill in a template with the first sources, as many as fit into a budget of tokens.

    A source is included whole or not at all. Template and question are included even if they alone exceed the budget.
    count: returns the number of tokens of a text. Raises TemplateError.
    """

    def tokens(taken: int) -> int:
        return count(fill_template(template, question, sources[:taken]))

    frame = tokens(0)
    # Each source adds tokens, so a binary search finds how many fit.
    taken = max(0, bisect_right(range(len(sources) + 1), budget, key=tokens) - 1)
    return Prompt(
        text=fill_template(template, question, sources[:taken]),
        sources=tuple(sources[:taken]),
        omitted=tuple(sources[taken:]),
        frame_tokens=frame,
        source_tokens=tokens(taken) - frame,
    )

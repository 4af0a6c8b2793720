"""HyDE: search with a passage that a language model made up in answer to the question.

Gao, Ma, Lin and Callan 2022, "Precise Zero-Shot Dense Retrieval without Relevance Labels". A made-up passage may be
wrong in every detail and still lie nearer to true ones than the question does, because it is a passage. D dimensions.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from jaxtyping import Float

from components.core.errors import GenerationError
from components.core.model.prompts import TextKind
from components.core.retrieval.search.rocchio import MovedQuestion, move_question

#: A language model: returns its answer to a prompt, whole. Raises GenerationError.
Write = Callable[[str], str]
#: A function that encodes N texts of one kind. All vectors have length 1.
Encode = Callable[[Sequence[str], TextKind], Float[np.ndarray, "N D"]]

#: The most tokens that a language model should be allowed for a passage; the prompt asks for fewer.
MOST_TOKENS: Final = 300

_PROMPT: Final = """Write one short passage, of 60 to 100 words, that answers the question below.
Write it as it could stand in the documents that are searched. If you do not know the answer, make one up.
Write the passage and nothing else.

Question: {question}
Passage:"""


@dataclass(frozen=True, eq=False)
class HypotheticalPassage:
    """A made-up passage, and the question's vector that became its own."""

    text: str  # as the language model wrote it
    question: MovedQuestion


def prompt_for_passage(question: str) -> str:
    """Return the prompt that asks for a passage."""
    return _PROMPT.replace("{question}", " ".join(question.split()))


def hypothetical_passage(
    question: str, write: Write, encode: Encode, with_question: bool = True
) -> HypotheticalPassage:
    """Have a passage written that answers a question, and encode it as a passage.

    The next search is one for `question.after`: the mean of the vectors of passage and question, as in the paper, or
    the passage's alone. Raises GenerationError if nothing is written, and SentenceError for a text with nothing to
    read.
    """
    text = write(prompt_for_passage(question)).strip()
    if not text:
        raise GenerationError("The language model wrote no passage to search with. Ask again, or search without one.")
    passage = encode([text], TextKind.PASSAGE)
    before = encode([question], TextKind.QUESTION)[0]
    return HypotheticalPassage(text, move_question(before, passage, passage[:0], float(with_question), 1.0))

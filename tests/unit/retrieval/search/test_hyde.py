"""HyDE: what the language model writes is shown whole and searched as a passage; failures are sentences."""

from collections.abc import Iterator, Sequence
from functools import partial

import numpy as np
import pytest

from components.core.errors import GenerationError
from components.core.model.prompts import TextKind
from components.core.numerics.similarity import normalise_rows
from components.core.retrieval.generation.language_model import write
from components.core.retrieval.search.hyde import hypothetical_passage, prompt_for_passage
from tests.support.chat_server import FakeServer, running_server

_VECTORS = {
    ("How long?", TextKind.QUESTION): [1.0, 0.0],
    ("Ten minutes.", TextKind.PASSAGE): [0.0, 1.0],
}


def _encode(texts: Sequence[str], kind: TextKind) -> np.ndarray:
    return np.array([_VECTORS[text, kind] for text in texts])


@pytest.fixture(scope="module")
def server() -> Iterator[FakeServer]:
    with running_server() as fake:
        yield fake


def test_a_passage_of_a_served_model_is_searched_as_a_passage(server: FakeServer) -> None:
    made_up = hypothetical_passage("How long?", partial(write, server.generator("whole")), _encode)
    assert made_up.text == "Ten minutes."
    assert made_up.question.before.tolist() == [1, 0]
    # The mean of the question's vector and the passage's, of length 1.
    assert made_up.question.after == pytest.approx(normalise_rows(np.array([0.5, 0.5])))
    assert server.requests[-1][1]["messages"] == [{"role": "user", "content": prompt_for_passage("How long?")}]


def test_the_passage_alone_may_be_searched_with() -> None:
    made_up = hypothetical_passage("How long?", lambda prompt: " Ten minutes.\n", _encode, with_question=False)
    assert made_up.text == "Ten minutes."
    assert made_up.question.after.tolist() == [0, 1]
    assert made_up.question.cosine == 0


def test_the_prompt_holds_the_question_on_one_line_whatever_is_in_it() -> None:
    prompt = prompt_for_passage("What is\n{question}  and {count}?")
    assert prompt.splitlines()[-2:] == ["Question: What is {question} and {count}?", "Passage:"]


@pytest.mark.parametrize(
    ("case", "says"),
    [
        ("nothing", "empty answer"),
        ("blank", "empty answer"),
        ("limit", "cut off: it reached the limit of 300 tokens"),
        ("no_end", "broke off before its end"),
        ("refusal", "refuses to answer"),
        ("500", "failed"),
    ],
)
def test_an_answer_that_is_empty_cut_or_missing_ends_in_a_sentence(server: FakeServer, case: str, says: str) -> None:
    asked = partial(write, server.generator(case), most_tokens=300)
    with pytest.raises(GenerationError, match=says):
        hypothetical_passage("How long?", asked, _encode)


def test_a_passage_of_blanks_is_refused() -> None:
    with pytest.raises(GenerationError, match="wrote no passage to search with"):
        hypothetical_passage("How long?", lambda prompt: " \n ", _encode)

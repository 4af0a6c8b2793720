"""Query rewriting: wordings are read from whatever list a model writes, searched, and fused under their own names."""

from collections.abc import Iterator
from functools import partial

import pytest

from components.core.errors import GenerationError
from components.core.retrieval.generation.language_model import write
from components.core.retrieval.search.query_rewriting import (
    Rewriting,
    prompt_for_wordings,
    rewrite,
    search_by_wordings,
)
from components.core.retrieval.search.ranking import RankedItem, reciprocal_rank_fusion
from tests.support.chat_server import FakeServer, running_server

_QUESTION = "How hot must the oven be?"


@pytest.fixture(scope="module")
def server() -> Iterator[FakeServer]:
    with running_server() as fake:
        yield fake


@pytest.mark.parametrize(
    ("written", "wordings"),
    [
        ("Which heat does it need?", ["Which heat does it need?"]),
        ("1. One?\n2) Two?\n(3) Three?\na) Four?", ["One?", "Two?", "Three?", "Four?"]),
        ("Here are three:\n\n- “One?”\n* **Two?**\n• 'Three?'\n", ["One?", "Two?", "Three?"]),
        # Equal ones, and the question itself, whatever their case.
        ("how hot must the OVEN be?\nOne?\nONE?\nTwo?", ["One?", "Two?"]),
        # A number that belongs to the wording stays.
        (
            "230 degrees, or 250?\n3.5 hours?\nA pizza's heat?",
            ["230 degrees, or 250?", "3.5 hours?", "A pizza's heat?"],
        ),
    ],
)
def test_wordings_are_read_line_by_line_without_marks_of_a_list(written: str, wordings: list[str]) -> None:
    found = rewrite(_QUESTION, lambda prompt: written, count=9)
    assert list(found.wordings) == wordings
    assert found.written == written.strip()
    assert found.questions == (_QUESTION, *wordings)


def test_no_more_are_taken_than_were_asked_for() -> None:
    asked: list[str] = []

    def say_four(prompt: str) -> str:
        asked.append(prompt)
        return "One?\nTwo?\nThree?\nFour?"

    assert rewrite(_QUESTION, say_four, count=2).wordings == ("One?", "Two?")
    assert asked == [prompt_for_wordings(_QUESTION, 2)]
    assert "in 2 other ways" in asked[0]
    assert asked[0].endswith(f"Question: {_QUESTION}")


def test_a_served_model_is_asked_and_its_failures_are_sentences(server: FakeServer) -> None:
    assert rewrite(_QUESTION, partial(write, server.generator("whole"))).wordings == ("Ten minutes.",)
    for case, says in (("blank", "empty answer"), ("limit", "cut off"), ("breaks", "broke off"), ("401", "key")):
        with pytest.raises(GenerationError, match=says):
            rewrite(_QUESTION, partial(write, server.generator(case)))


@pytest.mark.parametrize("written", [" \n", "Here they are:", _QUESTION.upper(), "1. \n2. ''"])
def test_an_answer_without_another_wording_is_refused(written: str) -> None:
    with pytest.raises(GenerationError, match="no other wording of the question"):
        rewrite(_QUESTION, lambda prompt: written)


def test_a_search_by_wordings_fuses_the_first_of_each_by_reciprocal_ranks() -> None:
    rankings = {
        "a": [RankedItem(4, 0.9, 1), RankedItem(7, 0.8, 2), RankedItem(1, 0.2, 3)],
        "b": [RankedItem(7, 0.7, 1), RankedItem(2, 0.6, 2)],
    }
    found = search_by_wordings(Rewriting("a", "b", ("b",)), rankings.__getitem__, candidates=2)
    # 7: 1/62 + 1/61; 4: 1/61; 2: 1/62.
    assert [each.index for each in found] == [7, 4, 2]
    assert found[0].parts == {"a": 1 / 62, "b": 1 / 61}
    assert found == reciprocal_rank_fusion({name: hits[:2] for name, hits in rankings.items()}, 4)

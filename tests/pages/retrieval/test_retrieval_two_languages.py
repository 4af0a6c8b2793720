"""The screen “two languages”: the ranks of an answer asked for in English, in French, or in two of the reader's own."""

from pathlib import Path

import numpy as np
import pytest

from components.core import Encoder
from components.core.retrieval.evaluation.two_languages import Wording
from components.ui.retrieval.two_languages import Pair, finding, lead
from tests.support.retrieval_page import NOTES, ShippedCorpus, own, visit, words
from tests.support.tiny_models import save_bilingual

SCREEN = "two languages"
ONION = ("Why do I weep while slicing vegetables?", "Pourquoi est-ce que je pleure en coupant des légumes ?")
BATS = ("Where do bats sleep by day?", "Où dorment les chauves-souris pendant la journée ?")


def rank_of(corpus: ShippedCorpus, question: str, name: str) -> int:
    """The rank of a passage by the cosine of core."""
    cosines = corpus.cosines(question)
    return int((cosines > cosines[corpus.names.index(name)]).sum()) + 1


def test_the_shipped_questions_have_the_ranks_of_core_in_both_languages(everyday: ShippedCorpus) -> None:
    opened = visit(screen=SCREEN)
    answers = {ONION: "Cooking · 4", BATS: "Science · 5"}
    ranks = {text: rank_of(everyday, text, name) for pair, name in answers.items() for text in pair}
    rows = opened.table("The rank is that of the answer")
    assert [int(row[1]) for row in rows] == list(ranks.values())
    assert [row[0].split(": ", 1)[1] for row in rows] == list(ranks)
    french = [ranks[pair[1]] for pair in answers]
    assert min(french) > 5
    assert (
        opened.headings[0]
        == f"Lost in French: answers at ranks {french[0]} and {french[1]} of 155; in English at rank 1"
    )
    said = words(opened)
    assert "Measured, not guessed from its name: all-MiniLM-L6-v2 does not understand French." in said
    assert "A word is 1.7 tokens in French, 1.0 in English." in said
    cosines = [everyday.question_vector(one) @ everyday.question_vector(other) for one, other in answers]
    assert f"have cosines of {cosines[0]:.2f} and {cosines[1]:.2f}" in said
    dots = opened.figure("two-languages")["data"][-1]
    assert len(dots["x"]) == 4


def test_what_both_languages_write_alike_is_named_where_the_answer_is_found() -> None:
    opened = visit(screen=SCREEN, corpus=NOTES)
    assert opened.headings[0].startswith("Partly lost in French: answers at ranks 23 and 1 of 65")
    assert "finds one of 2 answers in French among the first 5; both languages write “BERT” and “large”." in words(
        opened
    )


def test_a_pair_of_the_readers_own_is_measured_with_known_answers_or_with_what_its_first_wording_finds(
    everyday: ShippedCorpus,
) -> None:
    opened = visit(screen=SCREEN).enter("first_wording", BATS[0]).enter("second_wording", "Wo schlafen Fledermäuse?")
    rank = rank_of(everyday, "Wo schlafen Fledermäuse?", "Science · 5")
    assert opened.headings[0] == f"Your second wording has the answer at rank {rank} of 155, your first at rank 1"
    assert "is taken for the answer" not in words(opened)
    opened.enter("first_wording", "Do bats snore?")
    assert "The passage that your first wording finds is taken for the answer." in words(opened)
    assert opened.headings[0].endswith("your first at rank 1")
    opened.enter("second_wording", "")
    assert opened.headings[0].startswith("Lost in French")


def test_a_bilingual_model_finds_in_both_languages_the_same_in_documents_of_ones_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    translated = {"bats": "souris", "sleep": "dorment", "in": "dans", "caves": "grottes", "bread": "pain", "is": "est"}
    directory = str(save_bilingual(tmp_path, translated))
    monkeypatch.setenv("ENCODERSCOPE_MODELS", directory)
    opened = own(screen=SCREEN)
    assert opened.headings == ["Add a document, then ask a question"]
    opened.write("document_pasted", "Bats sleep in caves.\n\nBread is in caves.").press("Add the text")
    assert opened.headings == ["Type one question in two languages"]
    opened.choose("model", directory).enter("first_wording", "bats sleep").enter("second_wording", "souris dorment")
    assert opened.headings == ["Your second wording has the answer at rank 1 of 2, your first at rank 1"]
    assert "The cosine of the two wordings is 1.00." in words(opened)


def pair(encoder: Encoder, ranks: tuple[int, int]) -> Pair:
    """A shipped question whose answers have these ranks."""
    first, second = (Wording(np.zeros(99), 0, rank, 1) for rank in ranks)
    tokens = encoder.tokenize(BATS[0]), encoder.tokenize(BATS[1])
    return Pair(("1 English", "1 French"), BATS, (first, second), tokens, 0.9)


def test_a_model_that_understands_both_languages_is_said_to_and_one_that_understands_neither_is_not_said_to_lose(
    encoder: Encoder,
) -> None:
    both = [pair(encoder, (1, 2)), pair(encoder, (1, 1))]
    assert finding(both, 99) == "Found in French too: answers at ranks 2 and 1 of 99; in English at rank 1"
    assert lead(both, "m").startswith("Measured, not guessed from its name: m finds all 2 answers in French among the ")
    neither = [pair(encoder, (60, 40))]
    assert finding(neither, 99) == "In French, answers are at rank 40 of 99; in English at rank 60"

"""How good it is: the scores of the search methods on the shipped questions, as core computes them."""

import re

import pytest

from components.core.retrieval.evaluation.evaluation import MEASURES
from components.core.retrieval.search.methods import SearchMethod
from components.ui.retrieval import failures
from tests.support.retrieval_page import (
    BACK,
    BM25,
    DENSE,
    FAILED,
    METHODS,
    SCORED,
    ShippedCorpus,
    asked,
    button_keys,
    hits,
    page,
    readable,
    visit,
    words,
)
from tests.support.visit import Visit


@pytest.fixture(scope="module")
def scored() -> Visit:
    """The page with its scores of the everyday corpus."""
    return visit(screen=SCORED)


@pytest.fixture(scope="module")
def failed() -> Visit:
    """The page with the failures in the everyday corpus."""
    return visit(screen=FAILED)


def first_ranks(corpus: ShippedCorpus, method: SearchMethod) -> list[int | None]:
    """Of each question, the rank of the first passage that answers it."""
    return [outcome.first_rank for outcome in corpus.evaluation.results[method].outcomes]


def test_the_means_and_their_ranges_are_those_of_core(scored: Visit, everyday: ShippedCorpus) -> None:
    results = everyday.evaluation.results
    assert scored.table("R@k (recall)") == [
        [method, *(f"{result.means[name].value:.3f}" for name in MEASURES)] for method, result in results.items()
    ]
    ndcg = [result.means["nDCG@10"] for result in results.values()]
    (drawn,) = scored.figure("scores")["data"]
    assert drawn["x"] == [mean.value for mean in ndcg]
    assert drawn["error_x"]["arrayminus"] == [pytest.approx(mean.value - mean.low) for mean in ndcg]
    assert drawn["error_x"]["array"] == [pytest.approx(mean.high - mean.value) for mean in ndcg]
    assert all(mean.low < mean.value < mean.high for mean in ndcg)
    answered = sum(bool(each.answers) for each in everyday.questions)
    assert everyday.evaluation.answered == answered
    assert f"{answered} of {len(everyday.questions)} questions have an answer in these documents" in words(scored)


def test_the_failures_of_each_method_are_the_questions_whose_answer_is_not_first(
    failed: Visit, everyday: ShippedCorpus
) -> None:
    answered = [number for number, each in enumerate(everyday.questions) if each.answers]
    for method in METHODS:
        failed.pick("failures_of", method)
        ranks = first_ranks(everyday, method)
        missed = [number for number in answered if ranks[number] != 1]
        assert button_keys(failed, "failure_") == [f"failure_{number}" for number in missed]
        said = re.findall(r"first answer at rank (\d+)|no answer found", words(failed))
        assert said == [str(ranks[number] or "") for number in missed]
        right = len(answered) - len(missed)
        assert f"{method} puts an answer first for {right} of {len(answered)} questions" in words(failed)


def test_a_failure_opens_as_a_question(everyday: ShippedCorpus) -> None:
    opened = visit(screen=FAILED, failures_of=BM25)
    key = button_keys(opened, "failure_")[0]
    opened.press_key(key)
    assert asked(opened) == everyday.questions[int(key.removeprefix("failure_"))].text
    assert opened.app.button_group(key="screen").value == BACK
    assert len(hits(opened, DENSE)) == 5


def test_the_questions_that_only_one_method_answers_are_counted_and_listed(
    failed: Visit, everyday: ShippedCorpus
) -> None:
    def won(mine: SearchMethod, other: SearchMethod) -> list[str]:
        ranks = zip(everyday.questions, first_ranks(everyday, mine), first_ranks(everyday, other), strict=True)
        return [asked.text for asked, first, second in ranks if first == 1 and (second is None or second > 5)]

    meaning, lexical = won(DENSE, BM25), won(BM25, DENSE)
    assert f"Only meaning finds the answer to {len(meaning)} questions, only words to {len(lexical)}" in words(failed)
    tables = re.findall(r"<table.*?</table>", page(failed), re.DOTALL)
    listed = {
        head: [readable(each) for each in re.findall(r'<th scope="row" dir="auto">(.*?)</th>', table)]
        for head in ("Meaning finds, words do not", "Words find, meaning does not")
        for table in tables
        if f">{head}<" in table
    }
    assert list(listed.values()) == [meaning, lexical]


@pytest.mark.parametrize("threshold", [0.2, 0.45])
def test_a_threshold_refuses_the_questions_whose_best_cosine_is_below_it(
    threshold: float, scored: Visit, everyday: ShippedCorpus
) -> None:
    scored.slide("threshold", threshold)
    outcomes = zip(everyday.questions, everyday.evaluation.results[DENSE].outcomes, strict=True)
    best = [(bool(each.answers), outcome.best[0].score) for each, outcome in outcomes]
    # Scores count as they are printed, with two decimals.
    refused = sum(round(score, 2) < threshold for known, score in best if not known)
    wrongly = sum(round(score, 2) < threshold for known, score in best if known)
    nothing = sum(not known for known, _ in best)
    assert f"{refused} of {nothing} questions without an answer would be refused" in words(scored)
    assert f"The same is true of {wrongly} of the {len(best) - nothing} questions that have an answer" in words(scored)
    rows = scored.table("The cosine of the nearest passage, for questions whose answer is not in these documents")
    cosines = sorted((score for known, score in best if not known), reverse=True)
    assert [row[1] for row in rows] == [f"{cosine:.4f}" for cosine in cosines]
    assert sum(row[2] == "refused" for row in rows) == refused


def test_many_failures_are_listed_in_parts(everyday: ShippedCorpus, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(failures, "_MOST_SHOWN", 5)
    opened = visit(screen=FAILED)
    every = re.search(r"for (\d+) of (\d+) questions", opened.headings[0])
    assert every is not None
    failed = int(every[2]) - int(every[1])
    assert len(button_keys(opened, "failure_")) == 5
    assert f"And {failed - 5} more questions" in opened.words
    (box,) = [each for each in opened.app.number_input if each.label == "From failure"]
    box.set_value(failed).run()
    assert len(button_keys(opened, "failure_")) == 1

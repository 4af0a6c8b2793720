"""The scores of the search methods, on questions whose answers are known."""

from collections.abc import Sequence
from typing import Final

import pandas as pd
import streamlit as st

from components.core.retrieval.documents import Question
from components.core.retrieval.evaluation.evaluation import Evaluation, MethodResult, best_methods
from components.core.retrieval.evaluation.ladder import FEWEST_QUESTIONS
from components.core.retrieval.evaluation.marked_questions import join_questions, marked_questions
from components.core.retrieval.search.hybrid import CANDIDATES
from components.core.retrieval.search.methods import LIVE_METHODS, SearchMethod
from components.figures.charts.bars import bars
from components.ui.charts import show
from components.ui.page import palette
from components.ui.retrieval import (
    corpora,
    divisions,
    failures,
    marking,
    passage_sizes,
    summary,
    uploaded_questions,
)
from components.ui.retrieval.indexed_corpus import IndexedCorpus
from components.ui.retrieval.method_comparison import RANKED_BY, compare_methods
from components.ui.retrieval.search_result import is_below
from components.ui.stage import frame
from components.ui.tables import table
from components.ui.wording import format_count, join_list

# Measure → heading of its column, short enough for a phone.
_SHOWN: Final = {"Recall@1": "R@1", "Recall@5": "R@5", "Recall@10": "R@10", "MRR@10": "MRR", RANKED_BY: "nDCG"}
# Names that are too long beside a picture.
_IN_PICTURE: Final = {SearchMethod.STATIC: "Averaged", SearchMethod.UNORDERED: "Positions off"}
_FEW = 5
# With fewer questions one of them decides which way is ahead.
_FEWEST_COMPARED = 10


def draw(indexed_corpus: IndexedCorpus, corpus_name: str, owner: str, threshold: float) -> None:
    """Draw the scores of all ways of searching. owner: of this tab's documents."""
    questions = questions_of(indexed_corpus, corpus_name)
    evaluation = _evaluated(indexed_corpus, questions)
    if evaluation is None:
        return
    library = owner if corpus_name == corpora.OWN else None
    compared = passage_sizes.ask()
    if compared == passage_sizes.DIVISIONS:
        divisions.draw(indexed_corpus, questions, library)
        return
    marked = marked_questions(marking.marks(), indexed_corpus.corpus)
    frame.heading(
        _finding(evaluation), _about(evaluation, len(questions), len(marked), shipped=corpus_name != corpora.OWN)
    )
    picture, beside = st.columns([6, 5], gap="medium")
    with picture:
        if compared == passage_sizes.METHODS:
            passage_sizes.draw_methods(indexed_corpus, questions, library)
        else:
            _draw_means(evaluation)
    with beside:
        _draw_scores(evaluation)
    with frame.details():
        frame.note(
            "Exact search, without an index. Hybrid: reciprocal rank fusion of the first "
            f"{CANDIDATES} of Dense and BM25."
        )
        _draw_unanswered(evaluation, questions, threshold)


def draw_failures(indexed_corpus: IndexedCorpus, corpus_name: str) -> None:
    """Draw the questions that a way of searching fails, and those that only one way answers."""
    questions = questions_of(indexed_corpus, corpus_name)
    evaluation = _evaluated(indexed_corpus, questions)
    if evaluation is None:
        return
    failures.draw(indexed_corpus, evaluation, questions)
    with frame.details():
        _draw_winners(evaluation, questions)


def questions_of(indexed_corpus: IndexedCorpus, corpus_name: str) -> tuple[Question, ...]:
    """The questions whose answers in this corpus are known: those that come with it, and those that are marked."""
    known = (
        uploaded_questions.questions_about(indexed_corpus.corpus)
        if corpus_name == corpora.OWN
        else corpora.shipped_questions(corpus_name)
    )
    return join_questions(known, marked_questions(marking.marks(), indexed_corpus.corpus))


def draws_obstacle(indexed_corpus: IndexedCorpus, questions: Sequence[Question]) -> bool:
    """True if nothing can be scored; the title then says why."""
    if not indexed_corpus.chunks:
        frame.heading(*summary.waiting(indexed_corpus, None))
    elif not questions:
        frame.heading(
            "How good is this search? Questions with known answers tell",
            "Tick “answers it” beside passages on “results”, add a file of questions under “Your own data”, or choose "
            "a shipped corpus under “More settings”.",
        )
    elif not any(question.answers for question in questions):
        frame.heading("No question has an answer in these documents, so nothing is scored")
    else:
        return False
    return True


def _evaluated(indexed_corpus: IndexedCorpus, questions: Sequence[Question]) -> Evaluation | None:
    """Compare all ways of searching; if there is nothing to compare, the title says so, and None is returned."""
    if draws_obstacle(indexed_corpus, questions):
        return None
    with st.spinner(f"Asking {format_count(len(questions), 'question')} in {len(SearchMethod)} ways …"):
        return compare_methods(indexed_corpus, questions)


def _about(evaluation: Evaluation, questions: int, marked: int, shipped: bool) -> str:
    have = "has" if evaluation.answered == 1 else "have"
    said = f"{evaluation.answered:,} of {format_count(questions, 'question')} {have} an answer in these documents"
    parts = [f"{said}, {marked:,} of them marked by you." if marked else f"{said}."]
    if evaluation.independent < FEWEST_QUESTIONS:
        different = " of different answers" if evaluation.independent < evaluation.answered else ""
        parts.append(f"Fewer than {FEWEST_QUESTIONS}{different} are too few to tell ways of searching apart.")
    elif shipped:
        which = "Those that come with the app" if marked else "They"
        parts.append(
            f"{which} were chosen so that each way of searching has something to show: examples, not a benchmark."
        )
    return " ".join(parts)


def _draw_scores(evaluation: Evaluation) -> None:
    table(
        ["way of searching", *_SHOWN.values()],
        [
            [method.value, *(f"{result.means[name].value:.3f}" for name in _SHOWN)]
            for method, result in evaluation.results.items()
        ],
        "R@k (recall): the share of a question’s answers among the first k passages. MRR: 1 ÷ the rank of the first "
        "answer. nDCG: 1 for the best possible order. MRR and nDCG look at the first ten passages."
        + (
            f" No ranking can reach a recall above {evaluation.ceiling:.2f}: some answers are complete in no passage."
            if evaluation.ceiling < 1
            else ""
        ),
    )


def _draw_means(evaluation: Evaluation) -> None:
    names = [method.value for method in evaluation.results]
    means = [result.means[RANKED_BY] for result in evaluation.results.values()]
    show(
        bars(
            [each.value for each in means],
            [_IN_PICTURE.get(method, method.value) for method in evaluation.results],
            palette().key,
            palette(),
            RANKED_BY,
            "way of searching",
            intervals=means,
        ),
        key="scores",
        alt=f"{RANKED_BY} of each way of searching, with its 95% interval",
        numbers=lambda: pd.DataFrame(
            {
                f"{name}{bound}": [getattr(result.means[name], of) for result in evaluation.results.values()]
                for name in _SHOWN
                for bound, of in (("", "value"), (", low", "low"), (", high", "high"))
            },
            index=pd.Index(names, name="way of searching"),
        ),
    )
    frame.note(
        "The line across the end of a bar: where 95% of means fall if as many questions are drawn from these again "
        "and again (bootstrap), those with the same answers together. Ways are compared question by question."
    )


def _finding(evaluation: Evaluation) -> str:
    """The best method, and those that may do as well."""
    means = {method: round(result.means[RANKED_BY].value, 2) for method, result in evaluation.results.items()}
    highest = max(means.values())
    best = [method for method, mean in means.items() if mean == highest]
    names = join_list([method.value for method in best])
    if evaluation.independent < _FEWEST_COMPARED:
        return f"{format_count(evaluation.answered, 'question')}: too few to say which way of searching is best"
    finding = f"{names} {'does' if len(best) == 1 else 'do'} best: {RANKED_BY} of {highest:.2f}"
    level = best_methods(list(evaluation.results.values()), RANKED_BY).tolist()
    near = [method.value for method, may in zip(means, level, strict=True) if may and method not in best]
    return f"{finding}; {join_list(near)} may do as well" if near else finding


def _draw_winners(evaluation: Evaluation, questions: Sequence[Question]) -> None:
    """Draw the questions that only meaning answers, and those that only words answer."""
    dense, words = evaluation.results[SearchMethod.DENSE], evaluation.results[SearchMethod.BM25]
    victories = {
        "Meaning finds, words do not": _victories(dense, words),
        "Words find, meaning does not": _victories(words, dense),
    }
    counts = [len(each) for each in victories.values()]
    frame.part(
        f"Only meaning finds the answer to {format_count(counts[0], 'question')}, only words to {counts[1]:,}",
        f"Counted are questions with an answer first in one list, and none among the first {_FEW} of the other. "
        "Vectors find the same thing said in other words. They blur names, numbers and codes, which BM25 matches "
        "exactly.",
    )
    for name, numbers in victories.items():
        if numbers:
            table(
                [name, "Dense", "BM25", "Hybrid"],
                [
                    [questions[number].text, *(_rank(evaluation.results[each], number) for each in LIVE_METHODS)]
                    for number in numbers
                ],
                "The rank of the first passage with an answer. “–”: not found.",
            )


def _victories(first: MethodResult, second: MethodResult) -> list[int]:
    """The numbers of the questions that the first method answers at rank 1 and the second not among its first few."""
    pairs = enumerate(zip(first.outcomes, second.outcomes, strict=True))
    return [
        number
        for number, (mine, other) in pairs
        if mine.first_rank == 1 and (other.first_rank is None or other.first_rank > _FEW)
    ]


def _rank(result: MethodResult, question: int) -> str:
    rank = result.outcomes[question].first_rank
    return "–" if rank is None else f"{rank:,}"


def _draw_unanswered(evaluation: Evaluation, questions: Sequence[Question], threshold: float) -> None:
    outcomes = evaluation.results[SearchMethod.DENSE].outcomes
    scores = [outcome.best_score or 0.0 for outcome in outcomes]
    unanswered = [number for number, question in enumerate(questions) if not question.answers]
    if not unanswered:
        return
    refused = sum(is_below(scores[number], threshold) for number in unanswered)
    wrongly = sum(
        is_below(score, threshold) for score, question in zip(scores, questions, strict=True) if question.answers
    )
    answered = [score for score, question in zip(scores, questions, strict=True) if question.answers]
    separable = bool(answered) and max(scores[number] for number in unanswered) < min(answered)
    frame.part(
        f"{refused:,} of {format_count(len(unanswered), 'question')} without an answer would be refused",
        f"Their best cosine is below {threshold:.2f}, the threshold under “More settings”. The same is true of "
        f"{wrongly:,} of the {evaluation.answered:,} questions that have an answer. "
        + (
            "Here some threshold separates the two kinds; with more questions that is rare."
            if separable
            else "Move the threshold: none separates the two kinds."
        ),
    )
    table(
        ["question without an answer", "best cosine", "at this threshold"],
        [
            [
                questions[number].text,
                f"{scores[number]:.4f}",
                "refused" if is_below(scores[number], threshold) else "answered",
            ]
            for number in sorted(unanswered, key=lambda number: -scores[number])
        ],
        "The cosine of the nearest passage, for questions whose answer is not in these documents.",
        prose={2},
    )

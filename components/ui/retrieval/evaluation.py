"""How good each way of searching is, on questions whose answers are known; and which of them it fails on."""

import hashlib
import html
import json
from collections.abc import Hashable, Sequence
from dataclasses import astuple
from typing import Final

import numpy as np
import pandas as pd
import streamlit as st

from components.core.model.interventions import Intervention
from components.core.retrieval.documents import ChunkSettings, Question, Unit
from components.core.retrieval.evaluation.evaluation import (
    Evaluation,
    MethodResult,
    SearchMethod,
    evaluate,
    mean_difference,
)
from components.core.retrieval.search.ranking import CANDIDATES
from components.figures.charts.curves import curves
from components.ui import state
from components.ui.caches import models
from components.ui.caches.encoding import encode_texts
from components.ui.caches.memo import Memo
from components.ui.charts import show
from components.ui.page import markup, palette, section, shorten
from components.ui.pickers import pick_option
from components.ui.retrieval import corpora, uploaded_questions
from components.ui.retrieval.indexed_corpus import IndexedCorpus, index_corpus
from components.ui.retrieval.passages import name_of
from components.ui.retrieval.results import BACK
from components.ui.retrieval.search_result import is_below
from components.ui.tables import table
from components.ui.wording import format_count, join_list

_RANKED_BY: Final = "nDCG@10"
# Measure → what its column is called, short enough for a phone.
_SHOWN: Final = {"Recall@1": "R@1", "Recall@5": "R@5", "Recall@10": "R@10", "MRR@10": "MRR", _RANKED_BY: "nDCG"}
# Tokens a passage, for the curves; the largest is what the model has room for.
_SIZES: Final = (32, 64, 128)
_FEW = 5
_COMPARED: Final = (SearchMethod.DENSE, SearchMethod.BM25, SearchMethod.HYBRID)
_KEPT = 16


def _key(ready: IndexedCorpus, questions: Sequence[Question]) -> Hashable:
    asked = json.dumps([[each.text, [astuple(span) for span in each.answers]] for each in questions])
    return ready.model, ready.corpus.digest, ready.settings, hashlib.sha256(asked.encode()).hexdigest()


_evaluations = Memo[Evaluation](_KEPT)


def compare_methods(ready: IndexedCorpus, questions: Sequence[Question]) -> Evaluation:
    """Compare all search methods on these questions. Raises SentenceError."""

    def encode(texts: Sequence[str], interventions: tuple[Intervention, ...]) -> np.ndarray:
        return encode_texts(ready.model, texts, interventions)

    return _evaluations.get(
        _key(ready, questions), lambda: evaluate(ready.chunks, questions, models.encoder(ready.model), encode)
    )


def draw(ready: IndexedCorpus, picked: str, owner: str | None, threshold: float) -> None:
    """Draw the scores. picked: which corpus this is. owner: whose documents these are, if they are not for all."""
    questions = uploaded_questions.ask(ready.corpus) if picked == corpora.OWN else corpora.shipped_questions(picked)
    if not questions or not ready.chunks:
        return
    with st.spinner(f"Asking {format_count(len(questions), 'question')} in {len(SearchMethod)} ways …"):
        found = compare_methods(ready, questions)
    if not found.answered:
        markup('<p class="es-lead">None of these questions has an answer here, so there is nothing to score.</p>')
    else:
        _draw_table(found, len(questions), shipped=picked != corpora.OWN)
        _draw_winners(found, questions)
        _draw_failures(ready, found, questions)
        _draw_sizes(ready, questions, owner)
    _draw_unanswered(found, questions, threshold)


def _draw_table(found: Evaluation, questions: int, shipped: bool) -> None:
    section(
        _best(found),
        f"{format_count(found.answered, 'question')} of {questions} {'has' if found.answered == 1 else 'have'} an answer in "
        "these documents. R@k, recall: the share of a question's answers among the first k passages. MRR: 1 ÷ the rank "
        "of the first, and nDCG: 1 where no order could be better, both of the first ten passages."
        + (
            " These questions were chosen so that every way of searching has something to show: they are examples, "
            "and no benchmark."
            if shipped
            else ""
        ),
    )
    table(
        ["way of searching", *_SHOWN.values()],
        [
            [method.value, *(f"{result.means[name].value:.2f}" for name in _SHOWN)]
            for method, result in found.results.items()
        ],
        "Exact search, without an index. Hybrid: reciprocal rank fusion of the first "
        f"{CANDIDATES} of Dense and BM25."
        + (
            f" No ranking could reach a recall above {found.ceiling:.2f}: some answers are whole in no passage."
            if found.ceiling < 1
            else ""
        ),
    )
    table(
        ["way of searching", f"95 % of means of {_RANKED_BY}"],
        [
            [method.value, f"{result.means[_RANKED_BY].low:.2f} to {result.means[_RANKED_BY].high:.2f}"]
            for method, result in found.results.items()
        ],
        "If as many questions were drawn from these again and again, most means would lie in this range (bootstrap). "
        "Whether two ways differ by more than chance is judged question by question.",
    )


def _best(found: Evaluation) -> str:
    """Which way of searching does best, and which may do as well."""
    means = {method: round(result.means[_RANKED_BY].value, 2) for method, result in found.results.items()}
    highest = max(means.values())
    best = [method for method, mean in means.items() if mean == highest]
    names = join_list([method.value for method in best])
    said = f"{names} {'does' if len(best) == 1 else 'do'} best: {_RANKED_BY} of {highest:.2f}"
    first = found.results[best[0]]
    near = [
        method.value
        for method, result in found.results.items()
        if method not in best and mean_difference(first, result, _RANKED_BY).low <= 0
    ]
    return f"{said}; {join_list(near)} may do as well" if near else said


def _draw_winners(found: Evaluation, questions: Sequence[Question]) -> None:
    """Which questions meaning answers and words do not, and the reverse."""
    dense, words = found.results[SearchMethod.DENSE], found.results[SearchMethod.BM25]
    won = {
        "Meaning finds, words do not": _won(dense, words),
        "Words find, meaning does not": _won(words, dense),
    }
    counts = [len(each) for each in won.values()]
    section(
        f"Meaning wins {format_count(counts[0], 'question')} outright, words {counts[1]}",
        f"An answer comes first by one, and not among the first {_FEW} by the other. Vectors find what is said in "
        "other words; they blur names, numbers and codes, which BM25 looks up to the letter.",
    )
    for name, places in won.items():
        if places:
            table(
                [name, "Dense", "BM25", "Hybrid"],
                [
                    [
                        questions[place].text,
                        *(_rank(found.results[each], place) for each in _COMPARED),
                    ]
                    for place in places
                ],
                "The rank of the first passage with an answer; “–”: not found.",
            )


def _won(first: MethodResult, second: MethodResult) -> list[int]:
    """The numbers of the questions that the first answers at once and the second not among its first few."""
    pairs = enumerate(zip(first.outcomes, second.outcomes, strict=True))
    return [
        number
        for number, (mine, other) in pairs
        if mine.first_rank == 1 and (other.first_rank is None or other.first_rank > _FEW)
    ]


def _rank(result: MethodResult, question: int) -> str:
    rank = result.outcomes[question].first_rank
    return "–" if rank is None else str(rank)


def _draw_failures(ready: IndexedCorpus, found: Evaluation, questions: Sequence[Question]) -> None:
    method = SearchMethod(pick_option("Failures of", [each.value for each in _COMPARED], state.Retrieval.FAILURES_OF))
    outcomes = found.results[method].outcomes
    failed = [
        number
        for number, (question, outcome) in enumerate(zip(questions, outcomes, strict=True))
        if question.answers and outcome.first_rank != 1
    ]
    if not failed:
        section(f"{method} answers every question at once", "Nothing to open.")
        return
    section(
        f"{method} puts an answer first for {found.answered - len(failed)} of {found.answered} questions",
        "These are the others. Press one to ask it, and see what came instead.",
    )
    for number in failed:
        outcome, question = outcomes[number], questions[number]
        rank = "an answer is not found" if outcome.first_rank is None else f"first answer at rank {outcome.first_rank}"
        instead = ""
        if outcome.best:
            instead = f"; instead {name_of(ready, outcome.best[0].index)}"
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.button(
                _plain(shorten(question.text, 120)),
                key=f"failure_{number}",
                type="tertiary",
                on_click=_open,
                args=(question.text, method.value),
            )
            markup(f'<p class="es-count">{html.escape(rank + instead)}</p>')


def _plain(text: str) -> str:
    """A text for the label of a button, which Streamlit reads as Markdown."""
    return "".join(f"\\{letter}" if letter in r"\`*_{}[]()#+-.!:$~<>|" else letter for letter in text)


def _open(question: str, method: str) -> None:
    st.session_state[state.Retrieval.QUESTION] = question
    st.session_state[state.Retrieval.RANKED_BY] = method
    st.session_state[state.Retrieval.VIEW] = BACK
    for name in (state.Retrieval.LESSON, state.Retrieval.PASSAGE):
        st.session_state.pop(name, None)


def _draw_sizes(ready: IndexedCorpus, questions: Sequence[Question], owner: str | None) -> None:
    room = models.encoder(ready.model).room
    sizes = [*(size for size in _SIZES if size < room), room]
    section("By the size of passages", "The same questions, with the documents cut smaller and larger.")
    wanted = st.toggle(
        f"Measure {len(sizes)} sizes",
        key=state.Retrieval.SIZES_WANTED,
        bind=state.IN_URL,
        persist_state="session",
        help="The first time all documents are encoded for each size, with positions on and off; then it is kept.",
    )
    if not wanted:
        return
    results: dict[int, Evaluation] = {}
    bar = st.empty()
    for done, size in enumerate(sizes):
        bar.progress(done / len(sizes), f"{done} of {len(sizes)} sizes measured")
        results[size] = compare_methods(_cut(ready, size, owner), questions)
    bar.empty()
    lines = {
        method.value: (np.array([each.results[method].means[_RANKED_BY].value for each in results.values()]), colour)
        for method, colour in _colours().items()
    }
    show(
        curves(np.array(sizes), lines, "tokens a passage, at most", "nDCG@10", palette(), (0.0, 1.0), measured=True),
        key="scores-by-size",
        alt=f"nDCG@10 of {join_list([method.value for method in SearchMethod])} by the size of passages",
        numbers=lambda: pd.DataFrame(
            {name: values for name, (values, _) in lines.items()}, index=pd.Index(sizes, name="tokens")
        ),
    )
    table(
        ["at most so many tokens", *(str(size) for size in results)],
        [
            ["passages", *(f"{len(_cut(ready, size, owner).chunks):,}" for size in results)],
            *(
                [method.value, *(f"{each.results[method].means[_RANKED_BY].value:.2f}" for each in results.values())]
                for method in SearchMethod
            ),
        ],
        "nDCG@10. A passage holds an answer if at least half of the answer is in it, or half of the passage is the "
        "answer. Of a passage longer than the model reads, vectors do not know the end; BM25 does.",
    )


def _cut(ready: IndexedCorpus, size: int, owner: str | None) -> IndexedCorpus:
    """The same documents, cut by tokens."""
    settings = ChunkSettings(Unit.TOKENS, size)
    return index_corpus(ready.model, ready.corpus, settings, owner)


def _colours() -> dict[SearchMethod, str]:
    colours = palette()
    return {
        SearchMethod.BM25: colours.word,
        SearchMethod.DENSE: colours.key,
        SearchMethod.HYBRID: colours.output,
        SearchMethod.STATIC: colours.quiet,
        SearchMethod.UNORDERED: colours.position,
    }


def _draw_unanswered(found: Evaluation, questions: Sequence[Question], threshold: float) -> None:
    outcomes = found.results[SearchMethod.DENSE].outcomes
    scores = [outcome.best_score or 0.0 for outcome in outcomes]
    nothing = [number for number, question in enumerate(questions) if not question.answers]
    if not nothing:
        return
    refused = sum(is_below(scores[number], threshold) for number in nothing)
    wrongly = sum(
        is_below(score, threshold) for score, question in zip(scores, questions, strict=True) if question.answers
    )
    answered = [score for score, question in zip(scores, questions, strict=True) if question.answers]
    apart = bool(answered) and max(scores[number] for number in nothing) < min(answered)
    section(
        f"{refused} of {format_count(len(nothing), 'question')} without an answer would be refused",
        f"Their best cosine is below {threshold:.2f}, the threshold above. So is that of {wrongly} of the "
        f"{found.answered} that have an answer. "
        + (
            "Some threshold tells the two apart here; with more questions that is rare."
            if apart
            else "Move it, and see that no threshold tells the two apart."
        ),
    )
    table(
        ["question that nothing answers", "best cosine", "at this threshold"],
        [
            [
                questions[number].text,
                f"{scores[number]:.4f}",
                "refused" if is_below(scores[number], threshold) else "answered",
            ]
            for number in sorted(nothing, key=lambda number: -scores[number])
        ],
        "What the nearest passage scores for questions whose answer is not in these documents.",
        prose={2},
    )

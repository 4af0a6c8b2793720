"""Why this passage: the cosine divided among pairs of tokens, and the BM25 score divided among words, as by core."""

import re

import numpy as np
import pytest

from components.core import Encoder
from components.core.embeddings.token_contributions import tokens_encoded, word_contributions
from components.core.explanations.gradients import MOST_GAP, integrated_gradients
from components.core.explanations.target import Target
from components.core.retrieval.search.late_interaction import late_interaction
from components.core.retrieval.search.methods import SearchMethod
from components.core.retrieval.search.score_grid import ScoreGrid, score_difference, score_grid, score_grids
from components.ui.progress import ProgressBar
from tests.support.reference import assert_close
from tests.support.retrieval_page import (
    BM25,
    DENSE,
    HYBRID,
    LOST,
    PRAM,
    WHY,
    ShippedCorpus,
    hits,
    numbers,
    visit,
    words,
)
from tests.support.visit import Visit, array

TYPED, MATCHES = "typed words", "best matches"


def cells(opened: Visit) -> np.ndarray:
    """(n, m): the cells of the grid as they are drawn."""
    return array(opened.figure("score-grid")["data"][0]["z"])


def first_grid(encoder: Encoder, corpus: ShippedCorpus, question: str) -> ScoreGrid:
    """The grid of the passage with the highest cosine."""
    return score_grid(encoder, question, corpus.texts[corpus.dense(question)[0].index])


def assert_terms(opened: Visit, corpus: ShippedCorpus, question: str, index: int) -> None:
    """The table prints the parts of the passage's BM25 score."""
    terms = corpus.bm25.contributions(question, index)
    *rows, total = opened.table("The part of each question word in the BM25 score")
    assert rows == [
        [
            each.term if each.count_in_question == 1 else f"{each.term} (asked {each.count_in_question} times)",
            str(each.count_in_chunk),
            str(each.document_frequency),
            f"{each.idf:.3f}",
            f"{each.share:.3f}",
        ]
        for each in terms
    ]
    assert total[-1] == f"{corpus.bm25.scores(question)[index]:.3f}"


@pytest.mark.parametrize("question", [PRAM, LOST])
def test_the_cells_are_those_of_core_and_sum_to_the_cosine(
    question: str, encoder: Encoder, everyday: ShippedCorpus
) -> None:
    opened = visit(question, screen=WHY)
    grid, first = first_grid(encoder, everyday, question), everyday.dense(question)[0]
    assert_close(cells(opened), grid.cells, 1e-6)
    assert_close(cells(opened).sum(), first.score)
    rows, columns = grid.cells.shape
    name = everyday.names[first.index]
    assert f"{name}: {rows} × {columns} cells sum to {first.score:.4f}" in words(opened)


def test_the_shares_of_words_are_those_of_core_and_sum_to_the_cosine(encoder: Encoder, everyday: ShippedCorpus) -> None:
    opened = visit(PRAM, screen=WHY)
    grid = first_grid(encoder, everyday, PRAM)
    for side, parts in (("question", grid.question_words), ("passage", grid.chunk_words)):
        *shares, total = opened.table(f"The share of each word of the {side} in the cosine: ")
        assert total == ["sum", f"{everyday.cosines(PRAM).max():.4f}"]
        ordered = sorted(parts, key=lambda part: -abs(part.share))
        listed = len(shares) - shares[-1][0].startswith("the other ")
        expected = [(part.text, part.share) for part in ordered[:listed]]
        if rest := ordered[listed:]:
            expected.append((f"the other {len(rest)}", sum(part.share for part in rest)))
        assert [word for word, _ in shares] == [word for word, _ in expected]
        assert_close(numbers([share for _, share in shares]), [share for _, share in expected], 0.51e-4)


@pytest.mark.parametrize(("method", "rank"), [(DENSE, 1), (BM25, 2), (HYBRID, 3)])
def test_a_passages_button_opens_the_reason_for_its_score(
    method: SearchMethod, rank: int, encoder: Encoder, everyday: ShippedCorpus
) -> None:
    opened = visit(LOST)
    hit = hits(opened, method)[rank - 1]
    opened.press_key(f"why__{method}_{rank}")
    assert opened.app.button_group(key="screen").value == WHY
    assert opened.app.button_group(key="ranked_by").value == method
    index = everyday.names.index(hit.name)
    assert f"{hit.name}: " in words(opened)
    assert_terms(opened, everyday, LOST, index)
    if method != BM25:
        assert_close(cells(opened), score_grid(encoder, LOST, everyday.texts[index]).cells, 1e-6)
        assert_close(cells(opened).sum(), everyday.cosines(LOST)[index])
    else:
        assert opened.table("The part of each question word in the BM25 score")[-1][-1] == hit.score


def test_a_word_asked_twice_counts_twice_and_a_word_too_common_not_at_all(everyday: ShippedCorpus) -> None:
    question = "The soup, the soup and the pizza"
    opened = visit(question, screen=WHY, ranked_by=BM25)
    assert_terms(opened, everyday, question, everyday.words(question)[0].index)
    rows = opened.table("The part of each question word")
    assert [row[0] for row in rows] == ["soup (asked 2 times)", "pizza", "sum"]


def test_two_passages_differ_by_the_sum_of_the_shares_of_each_word_of_the_question(
    encoder: Encoder, everyday: ShippedCorpus
) -> None:
    opened = visit(PRAM, screen=WHY)
    first, *_, fourth = (each.index for each in everyday.dense(PRAM, 4))
    others = opened.app.selectbox(key="against").options
    opened.choose("against", next(name for name in others if name.startswith("4  ")))
    grids = score_grids(encoder, PRAM, [everyday.texts[first], everyday.texts[fourth]])
    expected = score_difference(*grids)
    said = f"{everyday.names[first]} is {expected.total:.4f} nearer to the question than {everyday.names[fourth]}"
    assert said in words(opened)
    *rows, total = opened.table("The share of each word of the question in the cosine with each passage")
    apart = [grids[0].total, grids[1].total, expected.total]
    assert_close(numbers(total[1:]), apart, 0.51e-4)
    assert_close(apart[:2], everyday.cosines(PRAM)[[first, fourth]])
    shares = [
        [one.share, other.share, each.share]
        for one, other, each in zip(grids[0].question_words, grids[1].question_words, expected.by_word, strict=True)
    ]
    assert_close([numbers(row[1:]) for row in rows], shares, 0.51e-4)
    assert_close(np.sum(shares, axis=0), apart)
    assert [row[0] for row in rows][1:-1] == re.findall(r"\w+|[^\w\s]", PRAM)


def test_the_grid_says_that_it_divides_the_score_among_context_vectors_and_not_among_words() -> None:
    assert "divided among context vectors, not among the words typed" in words(visit(PRAM, screen=WHY))


@pytest.mark.parametrize("question", [PRAM, LOST])
def test_the_score_is_divided_among_the_words_typed_by_integrated_gradients(
    question: str, encoder: Encoder, everyday: ShippedCorpus
) -> None:
    opened = visit(question, screen=WHY).pick("divided_among", TYPED)
    first = everyday.dense(question)[0]
    target = Target(everyday.unit_vectors[first.index])
    tokens = tokens_encoded(encoder, question)
    found = integrated_gradients(encoder, tokens, target)
    shares = [word for word in word_contributions(tokens, found.values) if not word.special]
    by_words, by_vectors = (array(trace["x"]) for trace in opened.figure("typed-words")["data"])
    assert_close(by_words, [*(word.share for word in shares), found.baseline], 1e-5)
    grid = first_grid(encoder, everyday, question)
    assert_close(by_vectors[:-1], [word.share for word in grid.question_words if not word.special], 1e-6)
    assert_close(by_vectors.sum(), first.score)
    assert found.gap < MOST_GAP
    assert f"completeness gap {found.gap:.2%} after {found.steps} steps" in words(opened)
    assert abs(by_words.sum() - first.score) < MOST_GAP * abs(found.whole - found.baseline) + 1e-5
    best = max(shares, key=lambda word: word.share).text
    assert f"“{best}” adds most to {everyday.names[first.index]}: " in words(opened)
    assert f" of {first.score:.4f}" in opened.headings[0]
    *rows, total = opened.table("The score divided among the words typed")
    assert [row[0] for row in rows] == [*(word.text for word in shares), "special tokens"]
    assert_close([numbers(row[1:]) for row in rows], np.stack([by_words, by_vectors], axis=1), 0.51e-4)
    assert_close(numbers(total[1:]), [by_words.sum(), by_vectors.sum()], 0.51e-4)


def test_of_a_long_question_a_bar_shows_how_far_its_division_is(monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[str] = []
    monkeypatch.setattr(ProgressBar, "show", lambda self, done, total, text: shown.append(text))
    visit("Why do I cry over onions? " * 5, screen=WHY).pick("divided_among", TYPED)
    assert [text for text in shown if text.endswith("steps")][-1] == "24 of 24 steps"
    del shown[:]
    visit("Why do I cry over onions?", screen=WHY).pick("divided_among", TYPED)
    assert not [text for text in shown if text.endswith("steps")]


def test_a_score_by_words_or_beside_another_passage_is_divided_in_one_way_only(everyday: ShippedCorpus) -> None:
    offered = "divided_among"
    opened = visit(PRAM, screen=WHY, ranked_by=BM25)
    assert offered not in [each.key for each in opened.app.button_group]
    opened.pick("ranked_by", DENSE)
    assert offered in [each.key for each in opened.app.button_group]
    opened.choose("against", opened.app.selectbox(key="against").options[1])
    assert offered not in [each.key for each in opened.app.button_group]


@pytest.mark.parametrize(("counted", "special"), [("false", False), ("true", True)])
def test_the_best_matches_are_cores_and_sum_to_the_score_by_late_interaction(
    counted: str, special: bool, encoder: Encoder, everyday: ShippedCorpus
) -> None:
    opened = visit(PRAM, screen=WHY, divided_among=MATCHES, special_tokens=counted)
    first = everyday.dense(PRAM)[0].index
    found = late_interaction(encoder, PRAM, everyday.texts[first], special)
    drawn, *_ = opened.figure("best-matches")["data"]
    assert_close(array(drawn["z"]), found.similarities, 1e-5)
    framed = [round((each["x0"] + each["x1"]) / 2) for each in opened.figure("best-matches")["layout"]["shapes"]]
    assert framed == found.best.tolist()
    count = len(found.parts)
    assert opened.headings[0] == f"{everyday.names[first]}: {count} best matches sum to {found.score:.4f}"
    *rows, total = opened.table("The passage token nearest to each token of the question")
    assert rows == [
        [label, found.passage_labels[column], f"{part:.4f}"]
        for label, column, part in zip(found.question_labels, found.best, found.parts, strict=True)
    ]
    assert total[-1] == f"{found.score:.4f}"
    assert ("[CLS]" in [row[0] for row in rows]) is special
    nearest = rows[int(found.parts.argmax())]
    assert f"Nearest is “{nearest[0]}” with “{nearest[1]}”, {nearest[2]}" in words(opened)


def test_the_best_matches_follow_the_passage_that_is_picked(encoder: Encoder, everyday: ShippedCorpus) -> None:
    opened = visit(PRAM, screen=WHY, divided_among=MATCHES)
    other = everyday.dense(PRAM)[2].index
    opened.choose("passage_explained", opened.app.selectbox(key="passage_explained").options[2])
    found = late_interaction(encoder, PRAM, everyday.texts[other], special=False)
    assert opened.headings[0].endswith(f"best matches sum to {found.score:.4f}")
    assert opened.headings[0].startswith(everyday.names[other])

"""Two orders of the same words, the hard set, and the encoder with something switched off."""

import re

import numpy as np
import pytest

from components.core import Encoder, HeadsOff, PositionsOff
from components.core.classification.metrics import held_out_probabilities
from tests.support.reference import assert_close
from tests.support.sentiment_page import (
    BAGS,
    BAYES,
    HARD,
    LOGISTIC,
    METHODS,
    NETWORK,
    OPENING,
    ORDER,
    REORDERED,
    SHIPPED_CLASSES,
    SHORT,
    STATIC,
    LabelledTexts,
    dataset_of,
    file_of,
    inputs_of,
    number,
    own,
    sections,
    visit,
    words,
)
from tests.support.visit import Visit, array

# Some classifiers are explained beside a map.
pytestmark = pytest.mark.usefixtures("umap_compiled")


def pair_rows(opened: Visit) -> dict[str, tuple[float, float, str]]:
    rows = opened.table("The probability of “positive” for the first text and the second.")
    return {name: (number(first), number(second), apart) for name, first, second, apart in rows}


def test_two_orders_are_the_same_to_all_that_count_words_and_not_to_the_encoder(
    encoder: Encoder, reviews: LabelledTexts
) -> None:
    pair = [OPENING, REORDERED]
    asked = inputs_of(encoder, pair)
    expected: dict[str, np.ndarray] = {method: reviews.probabilities(method, asked)[:, 1] for method in METHODS}
    bare = inputs_of(encoder, pair, (PositionsOff(),))
    for method in (LOGISTIC, NETWORK):
        expected[f"{method}, positions off"] = reviews.probabilities(method, bare)[:, 1]
    opened = visit(screen=ORDER, read_with="heads off")
    rows = pair_rows(opened)
    assert list(rows) == list(expected)
    for name, (first, second, apart) in rows.items():
        assert_close([first, second], expected[name], 6e-4)
        moved = name in (LOGISTIC, NETWORK)
        assert (first != second) == moved
        assert (apart == "0" or "× 10⁻" in apart) == (not moved)
    first, second = expected[LOGISTIC]
    assert sections(opened)[0] == (f"The same words in two orders: {first:.2f} and {second:.2f} with the encoder")
    assert f"Order changes the answer of: {LOGISTIC} and {NETWORK}." in words(opened)


def test_a_second_text_of_other_words_is_said_to_differ_in_them() -> None:
    opened = visit(screen=ORDER, read_with="heads off").enter("reordered", "Not bad at all, a good one.")
    assert sections(opened)[0].startswith("These texts differ in more than word order: ")
    assert "Only in the first: “actually”. Only in the second: “at”, “all”, “a” and “one”." in words(opened)
    rows = pair_rows(opened.enter("reordered", "Not bad, actually GOOD!"))
    assert "Only in the first: “.”. Only in the second: “!”." in words(opened)
    assert [rows[method][0] == rows[method][1] for method in (STATIC, *BAGS)] == [False, True, True]


@pytest.mark.parametrize(
    ("first", "second", "said"),
    [
        (OPENING, OPENING, "Both texts are the same"),
        (OPENING, "Not bad actually good", "The same words in the same order, written differently: "),
        (OPENING, OPENING.upper(), "The same words in the same order, written differently: "),
        ("\N{SLICE OF PIZZA}", "\N{HAMBURGER}", "These texts differ in more than word order: "),
    ],
    ids=["equal", "other marks", "capitals", "no words"],
)
def test_two_texts_are_two_orders_only_where_their_words_stand_in_two_orders(
    first: str, second: str, said: str
) -> None:
    opened = visit(first, screen=ORDER).enter("reordered", second)
    assert sections(opened)[0].startswith(said)


def _best_by_chance(right: np.ndarray) -> np.ndarray:
    """How many of the 72 hard texts the best method gets right if coins say which answers are right.

    right: a row for each method. The last twelve texts are six pairs of the same words, which swap together.
    """
    draws = np.random.default_rng(11)
    best = []
    for _ in range(4_000):
        swaps = np.concatenate([draws.random(60) < 0.5, np.repeat(draws.random(6) < 0.5, 2)])
        best.append((right ^ swaps).sum(axis=1).max())
    return np.array(best)


def test_of_the_hard_set_each_classifier_gets_right_of_each_kind(reviews: LabelledTexts) -> None:
    hard = reviews.inputs.take(reviews.hard)
    probabilities = {method: reviews.probabilities(method, hard)[:, 1] for method in METHODS}
    right = {
        method: (each > 0.5).astype(int) == reviews.targets[reviews.hard] for method, each in probabilities.items()
    }
    opened = visit(screen=HARD, classifier=BAYES)
    drawn = opened.figure("hard-set")["data"][0]
    counts = [[right[method][start : start + 12].sum() for method in METHODS] for start in range(0, 72, 12)]
    assert {len(indices) for indices in reviews.challenge.values()} == {12}
    assert (array(drawn["z"]) == np.array(counts)).all()
    assert [each.split(" ", 1)[1] for each in drawn["y"]] == [f"{kind} (12)" for kind in reviews.challenge]
    totals = {method: int(each.sum()) for method, each in right.items()}
    best = max(totals.values())
    chance = _best_by_chance(np.stack([right[method] for method in METHODS]))
    assert f"the best of five gets {np.mean(chance):.0f} right, and up to" in opened.words
    if np.mean(chance >= best) > 0.05:
        said = f"On 72 hard texts no classifier beats guessing: {min(totals.values())} to {best} are right"
    else:
        said = f"{max(totals, key=totals.__getitem__)} gets the most hard texts right: {best} of 72"
    assert said in sections(opened)
    for number_of_kind, kind in ((0, "negation"), (5, "word order")):
        opened.pick("hard_kind", kind)
        rows = opened.table("The number is the probability of “positive” by Naive Bayes")
        assert len(rows) == 12
        for at, (text, label, said, wrong) in enumerate(rows, 12 * number_of_kind):
            index = reviews.hard[at]
            assert (text, label) == (reviews.texts[index], SHIPPED_CLASSES[reviews.targets[index]])
            assert_close(number(said), probabilities[BAYES][at], 0.0051)
            losers = [SHORT[method] for method in METHODS if not right[method][at]]
            named = {"none": [], "all five": list(SHORT.values())}.get(wrong, re.split(", | and ", wrong))
            assert named == losers


def test_with_positions_off_the_accuracy_of_classifiers_trained_with_and_without_them_is_listed(
    encoder: Encoder, reviews: LabelledTexts
) -> None:
    opened = visit(screen=ORDER)
    bare = inputs_of(encoder, reviews.texts, (PositionsOff(),))
    relearned = LabelledTexts(bare, reviews.classes, reviews.targets, reviews.train)
    expected = []
    for method in (LOGISTIC, NETWORK):
        for name, learned, asked in (
            ("unchanged", reviews, reviews.inputs),
            ("tested with positions off", reviews, bare),
            ("trained so too", relearned, bare),
        ):
            right = [
                learned.probabilities(method, asked.take(indices)).argmax(axis=1) == reviews.targets[indices]
                for indices in (reviews.test, reviews.hard)
            ]
            expected.append([f"{method}, {name}", f"{100 * right[0].mean():.0f}%", str(right[1].sum())])
    assert opened.table("Right: of 180 held-out texts. Hard set: right of 72.") == expected
    before, after, again = (row[1] for row in expected[:3])
    assert before != after
    beginning = f"Without positions accuracy falls from {before} to {after}"
    assert (f"{beginning}; {again} if the classifier is trained so too" if again != after else beginning) in sections(
        opened
    )
    of_means = reviews.probabilities(STATIC, reviews.inputs.take(reviews.test)).argmax(axis=1)
    share = (of_means == reviews.targets[reviews.test]).mean()
    assert f"Averaged word embeddings, before the first layer, get {share:.0%}." in words(opened)


def test_heads_are_switched_off_when_some_are_picked_and_else_the_page_says_what_to_do(
    encoder: Encoder, forty: LabelledTexts
) -> None:
    opened = own(file_of(forty), screen=ORDER, read_with="heads off", epochs="2")
    assert sections(opened)[-1] == "Accuracy without some heads"
    assert "Choose the heads to switch off." in words(opened)
    assert "tested with" not in words(opened)
    opened.choose_all("classified_heads_off", ["all of layer 1"])
    changed = inputs_of(encoder, forty.texts, (HeadsOff({(0, head) for head in range(12)}),))
    dataset = dataset_of(forty)
    right = []
    for learned, asked in ((forty.inputs, forty.inputs), (forty.inputs, changed), (changed, changed)):
        predicted = held_out_probabilities(dataset, learned, LOGISTIC, answers=asked).argmax(axis=1)
        right.append(f"{100 * (predicted == forty.targets).mean():.0f}%")
    rows = opened.table("Right: of 40 held-out texts")
    assert [row[1] for row in rows[:3]] == right
    assert rows[1][0] == f"{LOGISTIC}, tested with 12 heads off"
    assert int(right[1][:-1]) < int(right[0][:-1])
    assert sections(opened)[-1].startswith(f"With 12 heads off accuracy falls from {right[0]} to {right[1]}")

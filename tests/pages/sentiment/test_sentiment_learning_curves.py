"""The learning curves and their sentence."""

import csv
import io
import re
from collections.abc import Callable

import numpy as np
import pytest
from sklearn.metrics import accuracy_score

from tests.support.reference import assert_close
from tests.support.sentiment_page import (
    AMOUNT,
    BAGS,
    LOGISTIC,
    METHODS,
    NETWORK,
    LabelledTexts,
    own_topics,
    page,
    sections,
    visit,
    words,
)
from tests.support.visit import array

# Some classifiers are explained beside a map.
pytestmark = pytest.mark.usefixtures("umap_compiled")


def accuracies(content: bytes) -> dict[tuple[str, int], list[float]]:
    """Classifier and number of texts → the accuracy of each sample, from the numbers of the learning curves."""
    found: dict[tuple[str, int], list[float]] = {}
    for row in csv.DictReader(io.StringIO(content.decode())):
        found.setdefault((row["classifier"], int(row["texts"])), []).append(float(row["accuracy"]))
    return found


def test_the_learning_curves_say_how_few_texts_do_what_words_alone_do_with_all(
    reviews: LabelledTexts, offered: dict[str, Callable[[], bytes]]
) -> None:
    opened = visit(screen=AMOUNT, epochs="5")
    found = accuracies(offered["encoderscope-learning-curves.csv"]())
    sizes = sorted({size for _, size in found})
    assert sizes == [8, 16, 32, 64, 128, 256, 360]
    assert {len(found[method, size]) for method in METHODS for size in sizes[:-1]} == {10}
    means = {method: [float(np.mean(found[method, size])) for size in sizes] for method in METHODS}
    rows = opened.table("Mean accuracy by the number of training texts. Seed of the samples: 0; of the network: 0.")
    assert rows == [[method, *(f"{mean:.0%}" for mean in means[method])] for method in METHODS]
    assert re.search("<thead>.*?</thead>", page(opened).split("Mean accuracy by")[1])[0].count("<th ") == 8  # type: ignore[index]
    held_out = reviews.inputs.take(reviews.test)
    for method in METHODS:
        settings = {"epochs": 5} if method == NETWORK else {}
        called = reviews.probabilities(method, held_out, **settings).argmax(axis=1)
        assert_close(found[method, 360], [accuracy_score(reviews.targets[reviews.test], called)], 1e-9)
    drawn = {each["name"]: each for each in opened.figure("learning-curves")["data"] if "name" in each}
    for method in METHODS:
        assert array(drawn[method]["x"]).tolist() == sizes
        assert_close(array(drawn[method]["y"]), means[method], 1e-9)
    of_words = max(means[method][-1] for method in BAGS)
    fewest = next(size for size, mean in zip(sizes, means[LOGISTIC], strict=True) if mean >= of_words)
    assert fewest < 360
    assert sections(opened)[0] == (
        f"With the encoder {fewest} texts are about as good as 360 for words alone: {of_words:.0%} right"
    )
    lead = [mean - max(means[bag][at] for bag in BAGS) for at, mean in enumerate(means[LOGISTIC])]
    largest = f"is largest with {sizes[int(np.argmax(lead))]} texts: {100 * max(lead):.0f} percentage points."
    assert f"{largest} With all 360 it is {100 * lead[-1]:.0f} percentage points." in words(opened)


def test_other_samples_have_another_seed_which_is_named_and_the_same_numbers_as_ever(
    topics: LabelledTexts, offered: dict[str, Callable[[], bytes]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("components.ui.sentiment.learning_curves.DRAWS", 2)
    opened = own_topics(topics, screen=AMOUNT, epochs="2")
    name = "encoderscope-learning-curves.csv"
    first = accuracies(offered[name]())
    assert sorted({size for _, size in first}) == [8, 16]
    opened.press("Draw other samples")
    assert opened.table("Mean accuracy by the number of training texts. Seed of the samples: 1;")
    second = accuracies(offered[name]())
    assert first.keys() == second.keys()
    assert first != second
    again = own_topics(topics, screen=AMOUNT, epochs="2")
    assert again.table("Mean accuracy by the number of training texts. Seed of the samples: 0;")
    assert accuracies(offered[name]()) == first


def test_wrong_labels_are_worth_fewer_texts_with_right_ones(offered: dict[str, Callable[[], bytes]]) -> None:
    visit(screen=AMOUNT, epochs="5")
    right = accuracies(offered["encoderscope-learning-curves.csv"]())
    opened = visit(screen=AMOUNT, epochs="5", wrong_labels="40%")
    wrong = accuracies(offered["encoderscope-learning-curves.csv"]())
    assert len(wrong[LOGISTIC, 360]) == 10
    last = float(np.mean(wrong[LOGISTIC, 360]))
    enough = min(size for (method, size), each in right.items() if method == LOGISTIC and np.mean(each) >= last)
    assert opened.headings == [
        f"360 texts with 40% wrong labels are worth about {enough:,} with right ones: {last:.0%} right"
    ]
    lost = round(100 * (float(np.mean(right[LOGISTIC, 360])) - last))
    assert f"logistic regression on the encoder loses {lost} percentage points" in words(opened)

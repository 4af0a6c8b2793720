"""How good each classifier is on texts that it did not learn from, what it takes for what, and how far to trust it."""

import numpy as np
import pandas as pd
import streamlit as st

from components.core.classification.classifiers import ClassifierMethod
from components.core.classification.metrics import ClassificationMetrics, accuracy_difference
from components.figures.classification.calibration import reliability_diagram
from components.figures.heatmaps.tables import counts_heatmap
from components.ui import state
from components.ui.charts import show
from components.ui.page import markup, palette, section
from components.ui.sentiment.controls import pick_classifier
from components.ui.sentiment.texts import is_shipped
from components.ui.sentiment.trained_classifiers import TrainedClassifiers
from components.ui.tables import table
from components.ui.wording import format_count, join_list

_LISTED = 100


def scores_of_all(trained: TrainedClassifiers) -> dict[ClassifierMethod, ClassificationMetrics]:
    """What each method is worth."""
    return {method: trained.scores(method) for method in ClassifierMethod}


def best(found: dict[ClassifierMethod, ClassificationMetrics]) -> tuple[list[ClassifierMethod], list[ClassifierMethod]]:
    """The methods with the highest accuracy, and those that may do as well: the interval of the difference holds 0."""
    highest = max(each.accuracy.value for each in found.values())
    first = [method for method, each in found.items() if each.accuracy.value == highest]
    near = [
        method
        for method, each in found.items()
        if method not in first and accuracy_difference(found[first[0]], each).low <= 0
    ]
    return first, near


def draw(trained: TrainedClassifiers) -> None:
    """Draw how good the classifiers are."""
    with st.spinner("Scoring …"):
        found = scores_of_all(trained)
    _draw_table(trained, found)
    method = pick_classifier()
    _draw_confusion(trained, method, found[method])
    _draw_calibration(method, found[method])


def _draw_table(trained: TrainedClassifiers, found: dict[ClassifierMethod, ClassificationMetrics]) -> None:
    first, near = best(found)
    names = join_list([method.value for method in first])
    heading = f"{names} {'is' if len(first) == 1 else 'are'} right most often: {found[first[0]].accuracy.value:.0%}"
    if near:
        heading += f"; {join_list([method.value for method in near])} may do as well"
    texts = trained.texts
    section(
        heading,
        (
            f"Cross-validated: the {format_count(len(texts.test_indices), 'text')} are dealt into {len(texts.splits)} parts (seed "
            "0), and each part is scored by what was learned from the others. "
            if texts.is_cross_validated
            else f"Scored on {format_count(len(texts.test_indices), 'text')} that were held out; learned from "
            f"{len(texts.train_indices):,} others. "
        )
        + "F1: the harmonic mean of precision and recall, averaged over the classes."
        + (
            " These texts were written for this page: they are examples, and no benchmark."
            if is_shipped()
            else " Texts of your own may be alike in ways that new ones are not."
        ),
    )
    table(
        ["classifier", "right", "95 %", "F1"],
        [
            [
                method.value,
                f"{each.accuracy.value:.0%}",
                f"{each.accuracy.low:.0%}–{each.accuracy.high:.0%}",
                f"{each.f1.value:.2f}",
            ]
            for method, each in found.items()
        ],
        "95 %: where most results would lie if as many texts were drawn from these again and again (bootstrap, 2,000 "
        f"samples, seed 0). Guessing the most frequent class is right about {texts.most_frequent_share:.0%}. Whether "
        f"two differ by more than chance is judged text by text. Seed of the network: {trained.settings.seed}.",
    )


def _draw_confusion(trained: TrainedClassifiers, method: ClassifierMethod, found: ClassificationMetrics) -> None:
    classes = list(trained.names)
    wrong = int((found.predicted != found.targets).sum())
    section(
        f"{method} is wrong about {wrong} of {format_count(len(found.targets), 'text')}",
        "Rows are what texts are, columns what they are taken for: on the diagonal is what is right.",
    )
    show(
        counts_heatmap(found.confusion, classes, classes, "is", "taken for", palette(), unit="texts"),
        key="confusion",
        alt=f"How many texts of each class {method} takes for each class",
        numbers=lambda: pd.DataFrame(found.confusion, index=classes, columns=classes),
    )
    cells = {
        f"{classes[row]} taken for {classes[column]} ({found.confusion[row, column]})": (row, column)
        for row, column in sorted(
            np.argwhere(found.confusion).tolist(), key=lambda cell: (cell[0] == cell[1], -found.confusion[*cell])
        )
    }
    if st.session_state.get(state.Sentiment.CONFUSION_CELL) not in cells:
        st.session_state.pop(state.Sentiment.CONFUSION_CELL, None)
    picked = st.selectbox("The texts behind a cell", list(cells), key=state.Sentiment.CONFUSION_CELL, width=340)
    row, column = cells[picked]
    places = np.flatnonzero((found.targets == row) & (found.predicted == column))
    places = places[np.argsort(-found.probabilities[places, column], kind="stable")]
    sentences = [trained.texts.texts.sentences[place] for place in trained.texts.test_indices]
    table(
        ["text", f"{classes[column]} with"],
        [[sentences[place], f"{found.probabilities[place, column]:.2f}"] for place in places[:_LISTED].tolist()],
        "The surest first." + (f" The first {_LISTED} of {len(places):,}." if len(places) > _LISTED else ""),
    )


def _draw_calibration(method: ClassifierMethod, found: ClassificationMetrics) -> None:
    calibration = found.calibration
    sure = float(found.probabilities.max(axis=1).mean())
    right = found.accuracy.value
    section(
        f"{method} is {sure:.0%} sure on average, and right about {right:.0%}",
        f"{_judged(sure, right)} A probability is worth believing if, of all texts called with 0.8, eight in ten are "
        f"right: dots on the dotted line. Expected calibration error: {calibration.error:.3f}, the mean distance from "
        "that line (Guo et al. 2017). Bars: 95 % intervals (Wilson 1927).",
    )
    classes = found.probabilities.shape[1]
    show(
        reliability_diagram(
            calibration.probability,
            calibration.share_right,
            calibration.low,
            calibration.high,
            calibration.counts,
            1 / classes,
            palette(),
        ),
        key="calibration",
        alt=f"How often {method} is right, by how sure it is",
        numbers=lambda: pd.DataFrame(
            {
                "texts": calibration.counts,
                "mean probability": calibration.probability,
                "share right": calibration.share_right,
                "low": calibration.low,
                "high": calibration.high,
            }
        ),
    )
    markup(
        '<p class="es-note">Texts in the dots, from left to right: '
        f"{join_list([f'{count:,}' for count in calibration.counts])}.</p>"
    )


def _judged(sure: float, right: float) -> str:
    # As printed: a difference that cannot be seen is none.
    sure, right = round(sure, 2), round(right, 2)
    if sure > right:
        return "It believes itself too much."
    return "It believes itself too little." if sure < right else "It believes itself as much as it should."

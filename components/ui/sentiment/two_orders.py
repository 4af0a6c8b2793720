"""Two orders of the same words: who tells them apart, and that without positions nobody does."""

import re
from collections import Counter

import streamlit as st

from components.core.classification.classifiers import CONTEXTUAL, ClassifierInputs, ClassifierMethod
from components.ui.caches import traces
from components.ui.caches.requests import TextRequest
from components.ui.page import section
from components.ui.sentiment.controls import ask_for_reordered
from components.ui.sentiment.trained_classifiers import BARE, TrainedClassifiers
from components.ui.tables import table
from components.ui.wording import format_difference, join_list

# Below this two probabilities differ by rounding only.
_SAME = 1e-4


def draw(trained: TrainedClassifiers, text: str, asked: ClassifierInputs | None) -> None:
    """Ask for a second text, and draw it beside the first. asked: the first one, if there is one to be judged."""
    heading = st.empty()
    reordered = ask_for_reordered(trained.model)
    if asked is None or not reordered:
        with heading.container():
            section("The same words in another order", "Type a text above, and its words in another order below.")
        return
    other = trained.asked(reordered)
    shown = 1
    if len(trained.texts.classes) > 2:
        shown = int(trained.classifier(ClassifierMethod.LOGISTIC).probabilities(asked)[0].argmax())
    name = trained.names[shown]
    rows = {
        method.value: [float(trained.classifier(method).probabilities(each)[0, shown]) for each in (asked, other)]
        for method in ClassifierMethod
    }
    bare = [trained.asked(each, BARE) for each in (text, reordered)]
    for method in CONTEXTUAL:
        classifier = trained.classifier(method)
        rows[f"{method}, positions off"] = [float(classifier.probabilities(each)[0, shown]) for each in bare]
    moved = [name for name, (first, second) in rows.items() if abs(first - second) >= _SAME]
    with heading.container():
        section(_pair_finding(text, reordered, rows), _pair_explanation(trained, text, reordered, moved))
    table(
        ["classifier", "first", "second", "apart"],
        [
            [method, f"{first:.3f}", f"{second:.3f}", format_difference(abs(first - second))]
            for method, (first, second) in rows.items()
        ],
        f"The probability of {name} for the text above and the one below.",
    )


def _words_in_order(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())


def _pair_finding(text: str, reordered: str, rows: dict[str, list[float]]) -> str:
    logistic = rows[ClassifierMethod.LOGISTIC.value]
    first, second = _words_in_order(text), _words_in_order(reordered)
    if text == reordered:
        return "Twice the same text"
    if Counter(first) != Counter(second) or not first:
        return f"These two differ not only in the order of their words: {logistic[0]:.2f} and {logistic[1]:.2f}"
    if first == second:
        return f"The same words in the same order, typed otherwise: {logistic[0]:.2f} and {logistic[1]:.2f}"
    return f"The same words in two orders: {logistic[0]:.2f} and {logistic[1]:.2f} on the encoder's vectors"


def _pair_explanation(trained: TrainedClassifiers, text: str, reordered: str, moved: list[str]) -> str:
    first, second = (Counter(_words_in_order(each)) for each in (text, reordered))
    if first == second:
        said = "Words that are only counted give both texts the same probability, whatever was learned. "
        first, second = (Counter(traces.tokens(TextRequest(trained.model, each)).labels) for each in (text, reordered))
    else:
        said = ""
    if first != second:
        # The same words with other marks between them are other tokens.
        only = [
            join_list([f"“{each}”" for each in (a - b)]) or "nothing" for a, b in ((first, second), (second, first))
        ]
        return f"{said}Only in the first: {only[0]}. Only in the second: {only[1]}."
    return (
        f"{said}So do word embeddings averaged before any layer, and the encoder with positions off, to which a text "
        "is a bag of words. "
        + (f"Order changes the answer of: {join_list(moved)}." if moved else "Here order changes no answer.")
    )

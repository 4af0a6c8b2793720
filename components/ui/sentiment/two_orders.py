"""Two orders of the same words: the classifiers that tell them apart, with positions and without."""

from collections import Counter

import streamlit as st

from components.core.classification.classifiers import CONTEXTUAL, ClassifierInputs, ClassifierMethod
from components.core.text.words import words_in
from components.ui.caches import traces
from components.ui.caches.requests import TextRequest
from components.ui.sentiment import ablation
from components.ui.sentiment.controls import ask_for_reordered
from components.ui.sentiment.trained_classifiers import NO_POSITIONS, TrainedClassifiers
from components.ui.stage import frame
from components.ui.tables import table
from components.ui.wording import format_difference, join_list

# Below this two probabilities differ by rounding only.
_SAME = 1e-4


def draw(classifiers: TrainedClassifiers, text: str) -> None:
    """Draw two orders of the same words, and what positions and heads are worth.

    text: the first one; "" if there is none.
    """
    with frame.controls():
        reordered = ask_for_reordered(classifiers.model)
    pair, beside = st.columns(2, gap="large")
    with pair, st.container(key="scroll_orders"):
        if not text or not reordered:
            frame.heading("The same words in another order", "Type a text above, then its words in another order.")
        else:
            _draw_pair(classifiers, text, reordered, classifiers.inputs_of(text))
    with beside, st.container(key="scroll_ablation"):
        ablation.draw(classifiers)


def _draw_pair(classifiers: TrainedClassifiers, text: str, reordered: str, inputs: ClassifierInputs) -> None:
    """Draw the probabilities of both texts beside each other."""
    other = classifiers.inputs_of(reordered)
    shown = 1
    if len(classifiers.dataset.classes) > 2:
        shown = int(classifiers.classifier(ClassifierMethod.LOGISTIC).probabilities(inputs)[0].argmax())
    name = classifiers.names[shown]
    rows = {
        method.value: [float(classifiers.classifier(method).probabilities(each)[0, shown]) for each in (inputs, other)]
        for method in ClassifierMethod
    }
    bare = [classifiers.inputs_of(each, NO_POSITIONS) for each in (text, reordered)]
    for method in CONTEXTUAL:
        classifier = classifiers.classifier(method)
        rows[f"{method}, positions off"] = [float(classifier.probabilities(each)[0, shown]) for each in bare]
    moved = [name for name, (first, second) in rows.items() if abs(first - second) >= _SAME]
    frame.heading(_pair_finding(text, reordered, rows), _pair_explanation(classifiers, text, reordered, moved))
    table(
        ["classifier", "first", "second", "difference"],
        [
            [method, f"{first:.3f}", f"{second:.3f}", format_difference(abs(first - second))]
            for method, (first, second) in rows.items()
        ],
        f"The probability of “{name}” for the first text and the second.",
    )


def _pair_finding(text: str, reordered: str, rows: dict[str, list[float]]) -> str:
    logistic = rows[ClassifierMethod.LOGISTIC.value]
    first, second = words_in(text), words_in(reordered)
    if text == reordered:
        return "Both texts are the same"
    if Counter(first) != Counter(second) or not first:
        return f"These texts differ in more than word order: {logistic[0]:.2f} and {logistic[1]:.2f}"
    if first == second:
        return f"The same words in the same order, written differently: {logistic[0]:.2f} and {logistic[1]:.2f}"
    return f"The same words in two orders: {logistic[0]:.2f} and {logistic[1]:.2f} with the encoder"


def _pair_explanation(classifiers: TrainedClassifiers, text: str, reordered: str, moved: list[str]) -> str:
    first, second = (Counter(words_in(each)) for each in (text, reordered))
    if first == second:
        note = "Methods that count words give both texts the same probability. "
        first, second = (
            Counter(traces.tokens(TextRequest(classifiers.model, each)).labels) for each in (text, reordered)
        )
    else:
        note = ""
    if first != second:
        # The same words with other punctuation are other tokens.
        only = [
            join_list([f"“{each}”" for each in (a - b)]) or "nothing" for a, b in ((first, second), (second, first))
        ]
        return f"{note}Only in the first: {only[0]}. Only in the second: {only[1]}."
    return (
        f"{note}So do word embeddings averaged before the first layer, and the encoder without positions: for it a "
        "text is a bag of words. "
        + (f"Order changes the answer of: {join_list(moved)}." if moved else "Here order changes no answer.")
    )

"""The answer of each classifier to the typed text, and the reason for one of them."""

import numpy as np
import pandas as pd
import streamlit as st

from components.core.classification.classifiers import CONTEXTUAL, NON_CONTEXTUAL, ClassifierInputs, ClassifierMethod
from components.core.classroom.guesses import Guesses
from components.figures.classification.verdicts import verdict_bars, verdict_heatmap
from components.ui import state
from components.ui.charts import show
from components.ui.page import palette, quoted
from components.ui.sentiment import summary
from components.ui.sentiment.reasons import draw_reason
from components.ui.sentiment.trained_classifiers import SHORT, TrainedClassifiers, input_description
from components.ui.stage import frame, question
from components.ui.tables import table
from components.ui.wording import shorten, spell_number


def verdicts(classifiers: TrainedClassifiers, inputs: ClassifierInputs) -> np.ndarray:
    """(methods, K) the probabilities of a text by each classifier."""
    return np.stack([classifiers.classifier(method).probabilities(inputs)[0] for method in ClassifierMethod])


def draw(
    classifiers: TrainedClassifiers,
    method: ClassifierMethod,
    text: str,
    inputs: ClassifierInputs,
    favoured: int,
    other: int,
) -> None:
    """Ask for a guess, if the reader wants it, and draw the answers to a text and the reason for one of them.

    method: the classifier whose answer is explained. favoured, other: the classes that are compared.
    """
    probabilities = verdicts(classifiers, inputs)
    names = classifiers.names
    asked = question.one_of(
        "verdict",
        (classifiers.dataset.digest, text, method),
        f"{quoted(shorten(text, 100))}: what does {method} call it?",
        names,
        names[int(probabilities[list(ClassifierMethod).index(method)].argmax())],
    )
    if asked.hidden:
        return
    frame.heading(finding(classifiers, probabilities), summary.LEAD)
    picture, beside = st.columns([5, 4], gap="medium")
    with picture:
        _draw_verdicts(classifiers, probabilities, asked.guesses)
    with beside:
        draw_reason(classifiers, method, text, favoured, other)
    with frame.details():
        table(
            ["classifier", "features", "method"],
            [[each.value, input_description(each, classifiers.encoder), _LEARNS[each]] for each in ClassifierMethod],
            "The first two use the frozen encoder. The others use word embeddings or words, as was usual before 2018.",
            prose={1, 2},
        )


def _draw_verdicts(classifiers: TrainedClassifiers, probabilities: np.ndarray, guesses: Guesses[str]) -> None:
    names, classes = list(SHORT.values()), classifiers.names
    alt = "How sure each classifier is: " + ", ".join(
        f"{name} {classes[int(row.argmax())]} {row.max():.2f}" for name, row in zip(names, probabilities, strict=True)
    )
    figure = (
        verdict_bars(
            probabilities[:, 1],
            names,
            (classes[0], classes[1]),
            palette(),
            guesses.mapped(classes.index),
        )
        if len(classes) == 2
        else verdict_heatmap(probabilities, names, classes, palette(), guesses.mapped(classes.index))
    )
    show(
        figure, key="verdicts", alt=alt, numbers=lambda: pd.DataFrame(probabilities, index=names, columns=list(classes))
    )


_LEARNS = {
    ClassifierMethod.LOGISTIC: "logistic regression",
    ClassifierMethod.NETWORK: "a network with one hidden layer",
    ClassifierMethod.STATIC: "logistic regression",
    ClassifierMethod.TF_IDF: "logistic regression",
    ClassifierMethod.BAYES: "naive Bayes",
}


def pick_classes(classifiers: TrainedClassifiers, probabilities: np.ndarray) -> tuple[int, int]:
    """Ask for two classes to compare; with two classes, the second and the first. probabilities: (K,) of a text."""
    classes = list(classifiers.names)
    if len(classes) == 2:
        return 1, 0
    order = [classes[index] for index in np.argsort(-probabilities, kind="stable")]
    for key in (state.Sentiment.CLASS_SHOWN, state.Sentiment.CLASS_AGAINST):
        if st.session_state.get(key) not in (None, *classes):
            st.session_state.pop(key)
    first = st.selectbox("For", classes, index=None, placeholder=order[0], key=state.Sentiment.CLASS_SHOWN, width=180)
    first = first or order[0]
    others = [name for name in classes if name != first]
    if st.session_state.get(state.Sentiment.CLASS_AGAINST) == first:
        st.session_state.pop(state.Sentiment.CLASS_AGAINST)
    likely = next(name for name in order if name != first)
    second = st.selectbox(
        "Against", others, index=None, placeholder=likely, key=state.Sentiment.CLASS_AGAINST, width=180
    )
    return classes.index(first), classes.index(second or likely)


def finding(classifiers: TrainedClassifiers, probabilities: np.ndarray) -> str:
    """The page's title: the class that most classifiers give the text."""
    classes, methods = classifiers.names, list(ClassifierMethod)
    predictions = probabilities.argmax(axis=1)
    counts = np.bincount(predictions, minlength=len(classes))
    first, most = classes[int(counts.argmax())], int(counts.max())
    if most == len(methods):
        return f"All {spell_number(most)} classifiers call it “{first}”"
    with_encoder, without = (
        {int(predictions[methods.index(method)]) for method in each} for each in (CONTEXTUAL, NON_CONTEXTUAL)
    )
    if len(with_encoder) == len(without) == 1:
        return f"With the encoder it is “{classes[with_encoder.pop()]}”, without it “{classes[without.pop()]}”"
    verb = "calls" if most == 1 else "call"
    return f"{spell_number(most).capitalize()} of {spell_number(len(methods))} classifiers {verb} it “{first}”"

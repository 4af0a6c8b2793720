"""The answer of each classifier to the typed text, and the reason for one of them."""

import numpy as np
import pandas as pd
import streamlit as st

from components.core.classification.classifiers import CONTEXTUAL, NON_CONTEXTUAL, ClassifierInputs, ClassifierMethod
from components.figures.classification.verdicts import verdict_bars, verdict_heatmap
from components.ui import state
from components.ui.charts import show
from components.ui.page import palette
from components.ui.sentiment import decision
from components.ui.sentiment.controls import pick_classifier
from components.ui.sentiment.reasons import draw_reason
from components.ui.sentiment.trained_classifiers import SHORT, TrainedClassifiers, input_description
from components.ui.tables import table
from components.ui.wording import spell_number


def verdicts(classifiers: TrainedClassifiers, inputs: ClassifierInputs) -> np.ndarray:
    """(methods, K) the probabilities of a text by each classifier."""
    return np.stack([classifiers.classifier(method).probabilities(inputs)[0] for method in ClassifierMethod])


def draw(classifiers: TrainedClassifiers, text: str, inputs: ClassifierInputs, probabilities: np.ndarray) -> None:
    """Draw the answers to a text and the reason for one. probabilities: those of verdicts()."""
    _draw_verdicts(classifiers, probabilities)
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
        method = pick_classifier()
        favoured, other = _pick_classes(classifiers, probabilities[list(ClassifierMethod).index(method)])
    draw_reason(classifiers, method, text, favoured, other)
    decision.draw(classifiers, method, text, inputs, favoured, other)


def _draw_verdicts(classifiers: TrainedClassifiers, probabilities: np.ndarray) -> None:
    names, classes = list(SHORT.values()), classifiers.names
    alt = "How sure each classifier is: " + ", ".join(
        f"{name} {classes[int(row.argmax())]} {row.max():.2f}" for name, row in zip(names, probabilities, strict=True)
    )
    figure = (
        verdict_bars(probabilities[:, 1], names, (classes[0], classes[1]), palette())
        if len(classes) == 2
        else verdict_heatmap(probabilities, names, classes, palette())
    )
    show(
        figure, key="verdicts", alt=alt, numbers=lambda: pd.DataFrame(probabilities, index=names, columns=list(classes))
    )
    with st.expander("The features of each classifier"):
        table(
            ["classifier", "features", "method"],
            [
                [method.value, input_description(method, classifiers.encoder), _LEARNS[method]]
                for method in ClassifierMethod
            ],
            "The first two use the frozen encoder. The others use word embeddings or words, as was usual before 2018.",
            prose={1, 2},
        )


_LEARNS = {
    ClassifierMethod.LOGISTIC: "logistic regression",
    ClassifierMethod.NETWORK: "a network with one hidden layer",
    ClassifierMethod.STATIC: "logistic regression",
    ClassifierMethod.TF_IDF: "logistic regression",
    ClassifierMethod.BAYES: "naive Bayes",
}


def _pick_classes(classifiers: TrainedClassifiers, probabilities: np.ndarray) -> tuple[int, int]:
    """Ask for two classes to compare; with two classes, the second and the first."""
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

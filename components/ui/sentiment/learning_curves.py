"""How much data each classifier needs: accuracy by the number of texts it learns from, drawn as it is measured."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from components.core.classification.classifiers import ClassifierMethod
from components.core.classification.learning_curve import CurvePoint, learning_point, training_sizes
from components.figures.classification.learning_curves import Band, learning_curves
from components.ui import state
from components.ui.charts import show
from components.ui.page import palette, section
from components.ui.sentiment.trained_classifiers import TrainedClassifiers
from components.ui.tables import table
from components.ui.wording import format_count, join_list

DRAWS = 10
_BAGS = (ClassifierMethod.TF_IDF, ClassifierMethod.BAYES)


def draw(trained: TrainedClassifiers) -> None:
    """Draw the learning curves, size after size."""
    heading, picture = st.empty(), st.empty()
    seed = int(st.session_state.get(state.Sentiment.SAMPLES_SEED, 0))
    wanted = training_sizes(trained.texts)
    found: list[CurvePoint] = []
    for number, size in enumerate(wanted):
        known = trained.has(_name(trained, size, seed))
        if not known:
            with heading.container():
                section(
                    f"Learning from {format_count(size, 'text')} …",
                    f"Each of {len(ClassifierMethod)} classifiers learns from {DRAWS} random samples of each size and is scored "
                    "on texts that it did not learn from.",
                )
        found.append(point(trained, size, seed))
        if not known and number < len(wanted) - 1:
            picture.plotly_chart(_figure(trained, found), key=f"curve_{number}", config={"displayModeBar": False})
    with heading.container():
        section(_finding(found), _explanation(trained, found))
    picture.empty()
    show(
        _figure(trained, found),
        key="learning-curves",
        alt=f"Accuracy of {len(ClassifierMethod)} classifiers by the number of texts learned from",
        numbers=lambda: _numbers(found),
    )
    st.button("Draw other samples", on_click=_draw_others)
    table(
        ["classifier", *(f"{each.size:,}" for each in found)],
        [[method.value, *(f"{each.accuracies[method].mean():.0%}" for each in found)] for method in ClassifierMethod],
        f"Mean accuracy by the number of texts learned from. Seed of the samples: {seed}; of the network: "
        f"{trained.settings.seed}.",
    )


def point(trained: TrainedClassifiers, size: int, seed: int) -> CurvePoint:
    """How good each method is after so many texts."""
    return trained.once(
        _name(trained, size, seed),
        lambda: learning_point(trained.texts, trained.inputs(), size, trained.settings, DRAWS, seed),
    )


def _name(trained: TrainedClassifiers, size: int, seed: int) -> tuple[object, ...]:
    return "point", size, seed, trained.settings


def _draw_others() -> None:
    st.session_state[state.Sentiment.SAMPLES_SEED] = int(st.session_state.get(state.Sentiment.SAMPLES_SEED, 0)) + 1


def _figure(trained: TrainedClassifiers, found: Sequence[CurvePoint]) -> go.Figure:
    colours = palette()
    looks = {
        ClassifierMethod.LOGISTIC: (colours.key, "solid"),
        ClassifierMethod.NETWORK: (colours.position, "dash"),
        ClassifierMethod.STATIC: (colours.output, "solid"),
        ClassifierMethod.TF_IDF: (colours.word, "solid"),
        ClassifierMethod.BAYES: (colours.query, "dash"),
    }
    bands = []
    for method, (colour, dash) in looks.items():
        draws = [each.accuracies[method] for each in found]
        bands.append(
            Band(
                method.value,
                np.array([each.mean() for each in draws]),
                np.array([np.percentile(each, 10) for each in draws]),
                np.array([np.percentile(each, 90) for each in draws]),
                colour,
                dash,
            )
        )
    every = training_sizes(trained.texts)
    x = np.array([each.size for each in found])
    return learning_curves(x, bands, (every[0], every[-1]), colours, trained.texts.most_frequent_share)


def _means(found: Sequence[CurvePoint], method: ClassifierMethod) -> np.ndarray:
    return np.array([each.accuracies[method].mean() for each in found])


def _finding(found: Sequence[CurvePoint]) -> str:
    """How few texts the encoder needs to be as good as a bag of words with all of them, whichever way it is."""
    encoder, bags = _means(found, ClassifierMethod.LOGISTIC), {method: _means(found, method) for method in _BAGS}
    bag = max(bags, key=lambda method: bags[method][-1])
    most = found[-1].size
    reached = np.flatnonzero(encoder >= bags[bag][-1])
    if len(reached) and found[reached[0]].size < most:
        return (
            f"On the encoder {format_count(found[reached[0]].size, 'text')} do what words alone do with {most:,}: "
            f"{bags[bag][-1]:.0%} right"
        )
    if len(reached):
        lead = _points(encoder[-1] - bags[bag][-1])
        return f"With {format_count(most, 'text')} the encoder's lead over words alone is {lead}"
    return f"With {format_count(most, 'text')} {bag} is ahead of logistic regression on the encoder"


def _points(difference: float) -> str:
    return format_count(round(100 * difference), "percentage point")


def _explanation(trained: TrainedClassifiers, found: Sequence[CurvePoint]) -> str:
    encoder = _means(found, ClassifierMethod.LOGISTIC)
    bag = np.max([_means(found, method) for method in _BAGS], axis=0)
    lead = encoder - bag
    largest = int(lead.argmax())
    said = (
        "The lead of logistic regression on sentence vectors over the better of TF-IDF and naive Bayes is largest with "
        f"{format_count(found[largest].size, 'text')}: {_points(lead[largest])}. With all {found[-1].size:,} it is "
        f"{_points(lead[-1])}."
        if lead[largest] > 0
        else "Here counting words is as good as the encoder, or better, with every number of texts."
    )
    ahead = [each.size for each, less in zip(found, lead < 0, strict=True) if less]
    if ahead and lead[largest] > 0:
        said += f" With {join_list([f'{size:,}' for size in ahead])} texts words alone are ahead."
    return (
        f"{said} The encoder brings what it learned from far more text before; what words mean has to be learned from "
        f"these alone. Lines: means of {DRAWS} samples; eight of ten lie in the band. Dotted: guessing the most "
        "frequent class."
        + (
            f" Of all {found[-1].size:,} there is only one sample, and no band."
            if not trained.texts.is_cross_validated
            else " In each sample another third of the texts is held out."
        )
    )


def _numbers(found: Sequence[CurvePoint]) -> pd.DataFrame:
    rows = [
        {"texts": each.size, "classifier": method.value, "sample": number, "accuracy": accuracy}
        for each in found
        for method in ClassifierMethod
        for number, accuracy in enumerate(each.accuracies[method].tolist(), 1)
    ]
    return pd.DataFrame(rows).set_index("texts")

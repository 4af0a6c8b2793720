"""Learning curves: the accuracy of each classifier by the number of training texts."""

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
from components.ui.page import palette
from components.ui.pickers import pick_option
from components.ui.progress import ProgressBar
from components.ui.sentiment.trained_classifiers import TrainedClassifiers
from components.ui.stage import frame
from components.ui.tables import table
from components.ui.wording import format_count, join_list

DRAWS = 10
_WRONG = ("0%", "10%", "20%", "30%", "40%")
_BAGS = (ClassifierMethod.TF_IDF, ClassifierMethod.BAYES)


def draw(classifiers: TrainedClassifiers) -> None:
    """Draw the learning curves."""
    with frame.controls():
        wrong = pick_wrong_labels()
        st.button("Draw other samples", on_click=_draw_others)
    seed = int(st.session_state.get(state.Sentiment.SAMPLES_SEED, 0))
    points = _measure(classifiers, seed, wrong)
    if wrong:
        frame.heading(*_finding_of_wrong(points, _measure(classifiers, seed, 0.0), wrong))
    else:
        frame.heading(_finding(points), _explanation(points))
    show(
        _figure(classifiers, points),
        key="learning-curves",
        alt=f"Accuracy of {len(ClassifierMethod)} classifiers by the number of training texts" + _said_of_wrong(wrong),
        numbers=lambda: _numbers(points),
    )
    with frame.details():
        frame.note(_limits(classifiers, points))
        table(
            ["classifier", *(f"{each.size:,}" for each in points)],
            [
                [method.value, *(f"{each.accuracies[method].mean():.0%}" for each in points)]
                for method in ClassifierMethod
            ],
            f"Mean accuracy by the number of training texts{_said_of_wrong(wrong)}. Seed of the samples: {seed}; of "
            f"the network: {classifiers.settings.seed}.",
        )


def pick_wrong_labels() -> float:
    """Ask for the share of training texts whose label is made wrong."""
    return int(pick_option("Wrong labels", _WRONG, state.Sentiment.WRONG_LABELS).removesuffix("%")) / 100


def _said_of_wrong(wrong: float) -> str:
    return f", {wrong:.0%} of them with a wrong label" if wrong else ""


def _measure(classifiers: TrainedClassifiers, seed: int, wrong: float = 0.0) -> list[CurvePoint]:
    """Train with every number of texts, with a bar unless all is known."""
    wanted = training_sizes(classifiers.dataset)
    bar = ProgressBar()
    points = []
    for number, size in enumerate(wanted):
        if _key(classifiers, size, seed, wrong) not in classifiers.memo:
            bar.show(
                number, len(wanted), f"Training {len(ClassifierMethod)} classifiers on {format_count(size, 'text')} …"
            )
        points.append(point(classifiers, size, seed, wrong))
    bar.clear()
    return points


def point(classifiers: TrainedClassifiers, size: int, seed: int, wrong: float = 0.0) -> CurvePoint:
    """The accuracies of all methods with this number of training texts, a share of them with a wrong label."""
    curve_point: CurvePoint = classifiers.memo.get(
        _key(classifiers, size, seed, wrong),
        lambda: learning_point(
            classifiers.dataset, classifiers.inputs(), size, classifiers.settings, DRAWS, seed, wrong=wrong
        ),
    )
    return curve_point


def _key(classifiers: TrainedClassifiers, size: int, seed: int, wrong: float) -> tuple[object, ...]:
    return "point", size, seed, wrong, classifiers.settings


def _draw_others() -> None:
    st.session_state[state.Sentiment.SAMPLES_SEED] = int(st.session_state.get(state.Sentiment.SAMPLES_SEED, 0)) + 1


def _figure(classifiers: TrainedClassifiers, points: Sequence[CurvePoint]) -> go.Figure:
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
        draws = [each.accuracies[method] for each in points]
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
    every = training_sizes(classifiers.dataset)
    x = np.array([each.size for each in points])
    return learning_curves(x, bands, (every[0], every[-1]), colours, classifiers.dataset.most_frequent_share)


def _means(points: Sequence[CurvePoint], method: ClassifierMethod) -> np.ndarray:
    return np.array([each.accuracies[method].mean() for each in points])


def _finding(points: Sequence[CurvePoint]) -> str:
    """The title: the number of texts with which the encoder is as good as a bag of words with all texts."""
    encoder, bags = _means(points, ClassifierMethod.LOGISTIC), {method: _means(points, method) for method in _BAGS}
    bag = max(bags, key=lambda method: bags[method][-1])
    most = points[-1].size
    reached = np.flatnonzero(encoder >= bags[bag][-1])
    if len(reached) and points[reached[0]].size < most:
        return (
            f"With the encoder {format_count(points[reached[0]].size, 'text')} are about as good as {most:,} for words "
            f"alone: {bags[bag][-1]:.0%} right"
        )
    if len(reached):
        lead = _points(encoder[-1] - bags[bag][-1])
        return f"With {format_count(most, 'text')} the encoder's lead over words alone is {lead}"
    return f"With {format_count(most, 'text')} {bag} is ahead of logistic regression on the encoder"


def _finding_of_wrong(points: Sequence[CurvePoint], right: Sequence[CurvePoint], wrong: float) -> tuple[str, str]:
    """The title and the lead with wrong labels: how many texts with right ones do the same for the encoder.

    points, right: with wrong labels and without.
    """
    encoder, of_right = _means(points, ClassifierMethod.LOGISTIC), _means(right, ClassifierMethod.LOGISTIC)
    most, last = points[-1].size, encoder[-1]
    enough = next(each.size for each, mean in zip(right, of_right, strict=True) if mean >= min(last, of_right.max()))
    worth = (
        f"{most:,} texts with {wrong:.0%} wrong labels are worth about {enough:,} with right ones: {last:.0%} right"
        if enough < most
        else f"{wrong:.0%} wrong labels cost the encoder little: {last:.0%} right with {format_count(most, 'text')}"
    )
    losses = {method: _means(right, method)[-1] - _means(points, method)[-1] for method in ClassifierMethod}
    worst = max(losses, key=lambda method: losses[method])
    return worth, (
        f"In each sample {wrong:.0%} of the labels are replaced by another class; the held-out texts keep theirs. With "
        f"all {most:,} texts, logistic regression on the encoder loses {_points(losses[ClassifierMethod.LOGISTIC])}"
        + (f", {worst} most: {_points(losses[worst])}." if worst is not ClassifierMethod.LOGISTIC else ", the most.")
    )


def _points(difference: float) -> str:
    return format_count(round(100 * difference), "percentage point")


def _explanation(points: Sequence[CurvePoint]) -> str:
    encoder = _means(points, ClassifierMethod.LOGISTIC)
    bag = np.max([_means(points, method) for method in _BAGS], axis=0)
    lead = encoder - bag
    largest = int(lead.argmax())
    if lead[largest] <= 0:
        return "Here words alone are at least as good as the encoder with every number of texts."
    text = (
        "The lead of logistic regression on sentence vectors over the better of TF-IDF and naive Bayes is largest with "
        f"{format_count(points[largest].size, 'text')}: {_points(lead[largest])}. With all {points[-1].size:,} it is "
        + (f"{_points(lead[-1])}." if lead[-1] >= 0 else f"{_points(-lead[-1])} behind.")
    )
    ahead = [each.size for each, less in zip(points, lead < 0, strict=True) if less]
    if ahead:
        text += f" With {join_list([f'{size:,}' for size in ahead])} texts words alone are ahead."
    return text


def _limits(classifiers: TrainedClassifiers, points: Sequence[CurvePoint]) -> str:
    """Say what is drawn, and what it leaves out."""
    about = (
        "The encoder has learned from far more text before; the other methods learn the meaning of words from "
        f"these texts alone. Lines: means of {DRAWS} samples; the band holds eight of ten. Dotted: always the most "
        "frequent class."
    )
    if classifiers.dataset.is_cross_validated:
        return f"{about} Each sample holds out another third of the texts."
    if len(points[-1].accuracies[ClassifierMethod.LOGISTIC]) == 1:
        about += f" All {points[-1].size:,} texts make only one sample, so there is no band."
    return (
        f"{about} All samples are scored on the same {len(classifiers.dataset.test_indices)} held-out texts: the band "
        "shows what the choice of training texts does, not that of test texts."
    )


def _numbers(points: Sequence[CurvePoint]) -> pd.DataFrame:
    rows = [
        {"texts": each.size, "classifier": method.value, "sample": number, "accuracy": accuracy}
        for each in points
        for method in ClassifierMethod
        for number, accuracy in enumerate(each.accuracies[method].tolist(), 1)
    ]
    return pd.DataFrame(rows).set_index("texts")

"""The metrics of each classifier on held-out texts: accuracy, confusion and calibration."""

from functools import partial

import numpy as np
import pandas as pd
import streamlit as st

from components.core.classification.classifiers import ClassifierMethod
from components.core.classification.metrics import ClassificationMetrics, may_be_most_accurate
from components.core.numerics.bootstrap import Interval
from components.figures.classification.calibration import reliability_diagram
from components.ui import state
from components.ui.charts import show
from components.ui.page import palette, quoted
from components.ui.sentiment.texts import is_shipped
from components.ui.sentiment.trained_classifiers import SHORT, TrainedClassifiers
from components.ui.stage import frame
from components.ui.tables import table
from components.ui.wording import format_count, join_list
from components.views.counts import Side, counts_table

_LISTED = 100


def scores_of_all(classifiers: TrainedClassifiers) -> dict[ClassifierMethod, ClassificationMetrics]:
    """The metrics of each method."""
    return {method: classifiers.scores(method) for method in ClassifierMethod}


def best(
    metrics: dict[ClassifierMethod, ClassificationMetrics],
) -> tuple[list[ClassifierMethod], list[ClassifierMethod]]:
    """The methods with the highest accuracy, and those that may be as good: their difference may be chance."""
    highest = max(each.accuracy.value for each in metrics.values())
    first = [method for method, each in metrics.items() if each.accuracy.value == highest]
    level = may_be_most_accurate(list(metrics.values())).tolist()
    near = [method for method, may in zip(metrics, level, strict=True) if may and method not in first]
    return first, near


def draw(classifiers: TrainedClassifiers, method: ClassifierMethod) -> None:
    """Draw the metrics of all classifiers, and beside them those of one in detail."""
    with st.spinner("Scoring …"):
        metrics = scores_of_all(classifiers)
    frame.heading(*_finding(classifiers, metrics))
    opened = _opened_cell(classifiers)
    of_all, confusion, beside = st.columns([5, 6, 5], gap="medium")
    with of_all:
        _draw_table(classifiers, metrics)
    with confusion:
        _draw_confusion(classifiers, method, metrics[method], opened)
    with beside:
        if opened is None:
            _draw_calibration(method, metrics[method])
        else:
            _draw_opened(classifiers, metrics[method], opened)
    with frame.details():
        _draw_cell(classifiers, metrics[method])


def _finding(
    classifiers: TrainedClassifiers, metrics: dict[ClassifierMethod, ClassificationMetrics]
) -> tuple[str, str]:
    """The title and the lead: the classifiers that are right most often, and on how many texts."""
    first, near = best(metrics)
    names = join_list([method.value for method in first])
    heading = f"{names} {'is' if len(first) == 1 else 'are'} right most often: {metrics[first[0]].accuracy.value:.0%}"
    if near:
        heading += f"; {join_list([method.value for method in near])} may be as good"
    dataset = classifiers.dataset
    held_out = format_count(len(dataset.test_indices), "held-out text")
    if dataset.is_cross_validated:
        how = f"Cross-validated: {held_out} in {len(dataset.splits)} parts, each scored by classifiers trained on the "
        how += "others."
    else:
        how = f"Scored on {held_out}; trained on {len(dataset.train_indices):,} others."
    return heading, how + (
        " These texts were written for this page. They are examples, not a benchmark."
        if is_shipped()
        else " Your texts may resemble each other in ways that new texts do not."
    )


def _draw_table(classifiers: TrainedClassifiers, metrics: dict[ClassifierMethod, ClassificationMetrics]) -> None:
    dataset = classifiers.dataset
    table(
        ["classifier", "right", "95%", "F1"],
        [
            [
                SHORT[method],
                f"{each.accuracy.value:.0%}",
                f"{each.accuracy.low:.0%}–{each.accuracy.high:.0%}",
                f"{each.f1.value:.2f}",
            ]
            for method, each in metrics.items()
        ],
        f"Always choosing the most frequent class is right for {dataset.most_frequent_share:.0%}.",
    )
    with frame.details():
        frame.note(
            "95%: the range of most results if the same number of held-out texts is drawn from these many times "
            "(bootstrap, 2,000 samples, seed 0); other training texts would move results further. F1: the harmonic "
            "mean of precision and recall, averaged over the classes. All pairs of classifiers are compared text by "
            "text, at once, to see which differences are more than chance. Seed of the parts "
            f"of a cross-validation: 0; of the network: {classifiers.settings.seed}."
        )


def _opened_cell(classifiers: TrainedClassifiers) -> tuple[int, int] | None:
    """The cell that was clicked, kept by the names of its classes: other texts may have others."""
    classes = list(classifiers.names)
    names = st.session_state.get(state.Sentiment.CELL_OPENED)
    if names is None or not set(names) <= set(classes):
        return None
    return classes.index(names[0]), classes.index(names[1])


def _draw_confusion(
    classifiers: TrainedClassifiers,
    method: ClassifierMethod,
    metrics: ClassificationMetrics,
    opened: tuple[int, int] | None,
) -> None:
    classes = list(classifiers.names)
    wrong = int((metrics.predicted != metrics.targets).sum())
    frame.part(
        f"{method} is wrong on {wrong:,} of {format_count(len(metrics.targets), 'text')}",
        "The diagonal holds the correct predictions. Click a cell for its texts.",
    )

    def open_cell(row: int, column: int) -> None:
        st.session_state[state.Sentiment.CELL_OPENED] = classes[row], classes[column]

    show(
        partial(
            counts_table,
            metrics.confusion,
            Side("true class", tuple(classes)),
            Side("predicted class", tuple(classes)),
            unit="texts",
            on_cell=open_cell,
            picked=opened,
        ),
        key="confusion",
        alt=f"Confusion matrix of {method}: texts by true and predicted class",
        numbers=lambda: pd.DataFrame(metrics.confusion, index=classes, columns=classes),
    )


def _draw_cell(classifiers: TrainedClassifiers, metrics: ClassificationMetrics) -> None:
    """Ask for a cell of the confusion matrix, and list its texts."""
    classes = list(classifiers.names)
    cells = {
        f"“{classes[row]}”, predicted “{classes[column]}” ({metrics.confusion[row, column]})": (row, column)
        for row, column in sorted(
            np.argwhere(metrics.confusion).tolist(), key=lambda cell: (cell[0] == cell[1], -metrics.confusion[*cell])
        )
    }
    if st.session_state.get(state.Sentiment.CONFUSION_CELL) not in cells:
        st.session_state.pop(state.Sentiment.CONFUSION_CELL, None)
    picked = st.selectbox("The texts of a cell", list(cells), key=state.Sentiment.CONFUSION_CELL, width=340)
    _list_texts(classifiers, metrics, *cells[picked])


def _draw_opened(classifiers: TrainedClassifiers, metrics: ClassificationMetrics, cell: tuple[int, int]) -> None:
    """Draw the texts of the cell that was clicked, and the way back."""
    row, column = cell
    true, predicted = (quoted(classifiers.names[index]) for index in cell)
    what = f"rightly taken for {predicted}" if row == column else f"of {true} taken for {predicted}"
    frame.part(f"{format_count(int(metrics.confusion[row, column]), 'text')} {what}")
    st.button(
        "Back to the calibration",
        icon=":material/arrow_back:",
        type="tertiary",
        key=state.Sentiment.CLOSE_CELL,
        on_click=lambda: st.session_state.pop(state.Sentiment.CELL_OPENED, None),
    )
    with st.container(key="scroll_cell"):
        _list_texts(classifiers, metrics, row, column)


def _list_texts(classifiers: TrainedClassifiers, metrics: ClassificationMetrics, row: int, column: int) -> None:
    """Draw the texts of one class that were taken for another or the same, the surest first."""
    if not metrics.confusion[row, column]:
        return
    classes = classifiers.names
    indices = np.flatnonzero((metrics.targets == row) & (metrics.predicted == column))
    indices = indices[np.argsort(-metrics.probabilities[indices, column], kind="stable")]
    sentences = [classifiers.dataset.texts.sentences[index] for index in classifiers.dataset.test_indices]
    table(
        ["text", f"P({classes[column]})"],
        [[sentences[index], f"{metrics.probabilities[index, column]:.2f}"] for index in indices[:_LISTED].tolist()],
        "Highest probability first." + (f" The first {_LISTED} of {len(indices):,}." if len(indices) > _LISTED else ""),
    )


def _draw_calibration(method: ClassifierMethod, metrics: ClassificationMetrics) -> None:
    calibration = metrics.calibration
    sure = float(metrics.probabilities.max(axis=1).mean())
    right = metrics.accuracy.value
    frame.part(
        f"{method} is {sure:.0%} sure on average and right on {right:.0%}",
        _calibration_finding(metrics.overconfidence),
    )
    classes = metrics.probabilities.shape[1]
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
        alt=f"Accuracy of {method} by its probability",
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
    with frame.details():
        frame.note(
            "A classifier is calibrated if eight of ten predictions with a probability of 0.8 are right: dots on the "
            "dotted line. Expected calibration error (Guo et al. 2017), the mean distance from that line: "
            f"{calibration.error:.3f}. Bars: 95% intervals (Wilson 1927). The gap between sure and right is within "
            "chance if its interval, by a bootstrap over texts, contains 0. Number of texts in each dot, from left to "
            f"right: {join_list([f'{count:,}' for count in calibration.counts])}."
        )


def _calibration_finding(overconfidence: Interval) -> str:
    if overconfidence.low > 0:
        return "It is overconfident."
    return "It is underconfident." if overconfidence.high < 0 else "This gap is within chance."

"""The decision as a picture: the labelled texts on both sides of the boundary, and the typed text among them."""

from functools import partial

import numpy as np
import pandas as pd
import streamlit as st

from components.core.classification.classifiers import ClassifierInputs, ClassifierMethod
from components.core.classification.decision_map import DecisionMap, decision_map
from components.core.mapping.neighbours import neighbourhood
from components.core.mapping.projection import Projection, ProjectionSettings
from components.figures.classification.boundary import DotGroup, decision_boundary
from components.figures.palette import CATEGORIES_DARK, CATEGORIES_LIGHT, DARK
from components.ui import state
from components.ui.caches import sentence_sets
from components.ui.caches.sentence_sets import ProjectionRequest
from components.ui.charts import show
from components.ui.page import palette
from components.ui.pickers import pick_option
from components.ui.sentiment.trained_classifiers import TrainedClassifiers
from components.ui.stage import frame
from components.ui.tables import table
from components.ui.wording import format_count, format_signed, shorten
from components.views.scatter import Group, Line, MapMarks, Marks, marks, scatter

_BOUNDARY, _MAP = "across the boundary", "as a UMAP map"
_KEY, _CHANNEL = "decision-map", "decision"
# Dots of the figure; the map draws all.
_MOST_DOTS = 2_000
_NEIGHBOURS = 5
_MOST_PICKED = 20


def draw(
    classifiers: TrainedClassifiers,
    method: ClassifierMethod,
    text: str,
    inputs: ClassifierInputs,
    favoured: int,
    other: int,
) -> None:
    """Draw the labelled texts, and the typed text among them."""
    flat = method in (ClassifierMethod.LOGISTIC, ClassifierMethod.STATIC)
    picture = _MAP
    if flat:
        with frame.controls():
            picture = pick_option("Draw the texts", (_BOUNDARY, _MAP), state.Sentiment.DECISION_SEEN)
    if picture == _BOUNDARY:
        _draw_boundary(classifiers, method, inputs, favoured, other)
    else:
        _draw_map(classifiers, method, text, inputs)


def _draw_boundary(
    classifiers: TrainedClassifiers, method: ClassifierMethod, inputs: ClassifierInputs, favoured: int, other: int
) -> None:
    classes = classifiers.names
    projection = _decision_map(classifiers, method, favoured, other)
    position = projection.place(classifiers.classifier(method).features(inputs))[0]
    drawn, in_training = drawn_texts(classifiers)
    distance = float(position[0])
    side = classes[favoured] if distance >= 0 else classes[other]
    frame.heading(
        f"It is on the side of “{side}”, {abs(distance):.3f} from the boundary",
        f"The star is your text. To the right: the direction that {method} uses; upwards: the largest other "
        "differences. The boundary is the vertical line.",
    )
    with frame.details():
        frame.note(
            f"All {len(projection.axes)} numbers of a vector are projected on two axes. One unit to the right adds "
            f"{projection.log_odds_per_unit:.2f} to the log-odds of “{classes[favoured]}”."
        )
    dots = dot_groups(classifiers, projection.points, drawn, in_training, favoured, other)
    show(
        decision_boundary(dots, position, (classes[other], classes[favoured]), palette()),
        key="boundary",
        alt=f"Texts on both sides of the boundary of {method}; the typed text is {format_signed(distance, 3)} from it",
        numbers=lambda: pd.DataFrame(
            projection.points, index=pd.Index(classifiers.dataset.texts.sentences, name="text"), columns=["x", "y"]
        ).assign(label=[classes[target] for target in classifiers.dataset.targets]),
    )
    split_indices = len(np.union1d(classifiers.dataset.train_indices, classifiers.dataset.test_indices))
    if len(drawn) < split_indices:
        count = format_count(split_indices, "text")
        with frame.details():
            frame.note(f"The picture shows {len(drawn):,} of {count}.")


def _decision_map(classifiers: TrainedClassifiers, method: ClassifierMethod, favoured: int, other: int) -> DecisionMap:
    def compute() -> DecisionMap:
        classifier = classifiers.classifier(method)
        return decision_map(classifier, favoured, other, classifier.features(classifiers.inputs()))

    projection: DecisionMap = classifiers.memo.get(("decision map", method, favoured, other), compute)
    return projection


def drawn_texts(classifiers: TrainedClassifiers) -> tuple[np.ndarray, np.ndarray]:
    """(P,) indices of the texts that are drawn, without challenge texts, and True for each training text."""
    dataset = classifiers.dataset
    split_indices = np.union1d(dataset.train_indices, dataset.test_indices)
    # Evenly over the set, so that each run draws the same texts.
    drawn = split_indices[np.linspace(0, len(split_indices) - 1, min(len(split_indices), _MOST_DOTS)).astype(int)]
    return drawn, np.isin(drawn, dataset.train_indices)


def dot_groups(
    classifiers: TrainedClassifiers,
    points: np.ndarray,
    drawn: np.ndarray,
    in_training: np.ndarray,
    favoured: int = 1,
    other: int = 0,
) -> list[DotGroup]:
    """The texts that drawn_texts() returns as dots, by class and by part of the split. points: (N, 2) of all texts."""
    colours = class_colours(len(classifiers.names), favoured, other)
    return [
        DotGroup(
            name if classifiers.dataset.is_cross_validated else f"{name}, {part}",
            points[indices],
            [classifiers.dataset.texts.sentences[index] for index in indices],
            colours[class_index],
            filled,
        )
        for class_index, name in enumerate(classifiers.names)
        for part, filled in (("training text", True), ("held-out text", False))
        if len(indices := drawn[(classifiers.dataset.targets[drawn] == class_index) & (in_training == filled)])
    ]


def class_colours(classes: int, favoured: int = 1, other: int = 0) -> list[str]:
    """The colour of each class. The first two colours belong to the two classes that are compared."""
    colours = palette()
    rest = iter((CATEGORIES_DARK if colours is DARK else CATEGORIES_LIGHT)[2:])
    compared = {favoured: colours.key, other: colours.query}
    return [compared.get(index) or next(rest) for index in range(classes)]


def _draw_map(classifiers: TrainedClassifiers, method: ClassifierMethod, text: str, inputs: ClassifierInputs) -> None:
    """Draw the map that the Sentence map makes of the texts, coloured by predicted class."""
    classes = classifiers.names
    with st.spinner("Making the map …"):
        projection = sentence_sets.projection(ProjectionRequest(classifiers.request, ProjectionSettings()))
    predicted = classifiers.predicted(method)
    # Of two classes the second is blue and the first red, as everywhere on the page.
    order = [1, 0] if len(classes) == 2 else list(range(len(classes)))
    vectors = classifiers.inputs().vectors
    position = projection.place(inputs.vectors, vectors)
    neighbours = neighbourhood(
        np.vstack([vectors, inputs.vectors]), np.vstack([projection.points, position]), len(vectors), _NEIGHBOURS
    )
    labels = [classes[int(classifiers.dataset.targets[index])] for index in neighbours.indices]
    frame.heading(
        f"The labels of the {format_count(len(labels), 'text')} nearest in meaning: {_label_counts(labels)}",
        f"Colours show the class that {method} predicts; the star is your text, and lines lead to the texts with the "
        "highest cosines. The map keeps near texts near; it has no boundary line.",
    )
    picture, beside = st.columns([3, 2], gap="medium")
    with picture:
        _draw_dots(classifiers, method, projection, order, predicted)
    selected = _selected(classifiers)
    lines = tuple(map(Line, neighbours.indices.tolist(), neighbours.cosines.tolist(), neighbours.near.tolist()))
    drawn = Marks(tuple(selected), len(vectors), (f"Your text: {shorten(text, 200)}",), None)
    marks(
        drawn, {_KEY: MapMarks(position, None, projection.points.shape, lines)}, key="decision-marks", channel=_CHANNEL
    )
    with beside:
        table(
            ["nearest texts", "label", "cosine"],
            [
                [classifiers.dataset.texts.sentences[index], label, f"{cosine:.4f}"]
                for index, label, cosine in zip(neighbours.indices, labels, neighbours.cosines, strict=True)
            ],
            "The texts with the highest cosines, and their labels in the set.",
        )
    if selected:
        with frame.details():
            _draw_selected(classifiers, method, selected, predicted)


def _draw_dots(
    classifiers: TrainedClassifiers,
    method: ClassifierMethod,
    projection: Projection,
    order: list[int],
    predicted: np.ndarray,
) -> None:
    classes, sentences = classifiers.names, classifiers.dataset.texts.sentences
    show(
        partial(
            scatter,
            projection.points,
            sentences,
            [Group(f"predicted {classes[index]}") for index in order],
            np.argsort(order)[predicted],
            channel=_CHANNEL,
            height=460,
            on_pick=lambda indices: _select(classifiers, indices),
        ),
        key=_KEY,
        alt=f"Map of {format_count(len(sentences), 'text')}, coloured by the class that {method} predicts",
        numbers=lambda: _numbers(classifiers, projection, predicted),
    )


def _draw_selected(
    classifiers: TrainedClassifiers, method: ClassifierMethod, selected: list[int], predicted: np.ndarray
) -> None:
    classes = classifiers.names
    table(
        ["selected on the map", "label", "predicted"],
        [
            [
                classifiers.dataset.texts.sentences[index],
                classes[int(classifiers.dataset.targets[index])],
                classes[int(predicted[index])],
            ]
            for index in selected[:_MOST_PICKED]
        ],
        f"Predictions of {method}."
        + (f" The first {_MOST_PICKED} of {len(selected):,}." if len(selected) > _MOST_PICKED else ""),
    )


def _select(classifiers: TrainedClassifiers, indices: tuple[int, ...]) -> None:
    sentences = classifiers.dataset.texts.sentences
    # The typed text follows those of the set.
    st.session_state[state.Sentiment.DECISION_PICKED] = tuple(
        sentences[index] for index in indices if index < len(sentences)
    )


def _selected(classifiers: TrainedClassifiers) -> list[int]:
    known = classifiers.dataset.texts.indices
    return [known[text] for text in st.session_state.get(state.Sentiment.DECISION_PICKED, ()) if text in known]


def _label_counts(labels: list[str]) -> str:
    counts = {label: labels.count(label) for label in labels}
    return ", ".join(f"{count} {label}" for label, count in sorted(counts.items(), key=lambda each: -each[1]))


def _numbers(classifiers: TrainedClassifiers, projection: Projection, predicted: np.ndarray) -> pd.DataFrame:
    classes = classifiers.names
    return pd.DataFrame(
        projection.points, index=pd.Index(classifiers.dataset.texts.sentences, name="text"), columns=["x", "y"]
    ).assign(
        label=[classes[target] for target in classifiers.dataset.targets],
        predicted=[classes[each] for each in predicted],
    )

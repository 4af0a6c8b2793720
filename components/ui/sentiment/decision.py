"""The decision as a picture: the labelled texts on both sides of the decision_boundary, and where the new one lands."""

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
from components.ui.charts import show, show_scatter
from components.ui.page import markup, palette, section, shorten
from components.ui.pickers import pick_option
from components.ui.sentiment.trained_classifiers import TrainedClassifiers
from components.ui.tables import table
from components.ui.wording import format_count, format_signed
from components.views.scatter import Group, Line, MapMarks, Marks, marks

_BOUNDARY, _MAP = "across the boundary", "as a UMAP map"
_KEY, _CHANNEL = "decision-map", "decision"
# Dots that a figure draws at once, the rest being left to the map.
_MOST_DOTS = 2_000
_NEIGHBOURS = 5
_MOST_PICKED = 20


def draw(
    trained: TrainedClassifiers, method: ClassifierMethod, text: str, asked: ClassifierInputs, favoured: int, other: int
) -> None:
    """Draw the texts of a set, and a new one among them."""
    flat = method in (ClassifierMethod.LOGISTIC, ClassifierMethod.STATIC)
    seen = pick_option("See the texts", (_BOUNDARY, _MAP), state.Sentiment.DECISION_SEEN) if flat else _MAP
    if seen == _BOUNDARY:
        _draw_boundary(trained, method, asked, favoured, other)
    else:
        _draw_map(trained, method, text, asked)


def _draw_boundary(
    trained: TrainedClassifiers, method: ClassifierMethod, asked: ClassifierInputs, favoured: int, other: int
) -> None:
    classes = trained.names
    made = _decision_map(trained, method, favoured, other)
    landed = made.place(trained.classifier(method).features(asked))[0]
    shown, parts = _shown(trained)
    distance = float(landed[0])
    side = classes[favoured] if distance >= 0 else classes[other]
    section(
        f"It lands on the side of {side}, {abs(distance):.3f} from the boundary",
        f"All {len(made.axes)} numbers of a vector seen from one side: from left to right what "
        "the classifier looks at, upwards what the vectors differ in most besides. The boundary is the upright line. "
        f"One unit to the right adds {made.log_odds_per_unit:.2f} to the log-odds of {classes[favoured]}.",
    )
    dots = [
        DotGroup(
            name if trained.texts.is_cross_validated else f"{name}, {part}",
            made.points[places],
            [trained.texts.texts.sentences[place] for place in places],
            _colour(place_of_class, favoured, other),
            filled,
        )
        for place_of_class, name in enumerate(classes)
        for part, filled in (("learned from", True), ("not learned from", False))
        if len(places := shown[(trained.texts.targets[shown] == place_of_class) & (parts == filled)])
    ]
    show(
        decision_boundary(dots, landed, (classes[other], classes[favoured]), palette()),
        key="boundary",
        alt=f"Texts on both sides of the boundary of {method}, and the typed one {format_signed(distance, 3)} from it",
        numbers=lambda: pd.DataFrame(
            made.points, index=pd.Index(trained.texts.texts.sentences, name="text"), columns=["x", "y"]
        ).assign(label=[classes[target] for target in trained.texts.targets]),
    )
    every = len(np.union1d(trained.texts.train_indices, trained.texts.test_indices))
    if len(shown) < every:
        markup(f'<p class="es-note">Drawn are {len(shown):,} of {format_count(every, "text")}.</p>')


def _decision_map(trained: TrainedClassifiers, method: ClassifierMethod, favoured: int, other: int) -> DecisionMap:
    def make() -> DecisionMap:
        classifier = trained.classifier(method)
        return decision_map(classifier, favoured, other, classifier.features(trained.inputs()))

    return trained.once(("decision map", method, favoured, other), make)


def _shown(trained: TrainedClassifiers) -> tuple[np.ndarray, np.ndarray]:
    """(P,) places of the texts that are drawn, without those asked about apart, and whether each was learned from."""
    texts = trained.texts
    every = np.union1d(texts.train_indices, texts.test_indices)
    # Evenly over the set, so that the same ones are drawn each time.
    chosen = every[np.linspace(0, len(every) - 1, min(len(every), _MOST_DOTS)).astype(int)]
    return chosen, np.isin(chosen, texts.train_indices)


def _colour(place: int, favoured: int, other: int) -> str:
    colours = palette()
    if place in (favoured, other):
        return colours.key if place == favoured else colours.query
    # The first two are those of the two classes; each of the others has one of its own.
    rest = (CATEGORIES_DARK if colours is DARK else CATEGORIES_LIGHT)[2:]
    return rest[place - (place > favoured) - (place > other)]


def _draw_map(trained: TrainedClassifiers, method: ClassifierMethod, text: str, asked: ClassifierInputs) -> None:
    """The texts as the Sentence map shows them, coloured by what the classifier calls them."""
    classes = trained.names
    with st.spinner("Making the map …"):
        made = sentence_sets.projection(ProjectionRequest(trained.request, ProjectionSettings()))
    called = trained.called(method)
    # Of two classes the second is blue and the first red, as everywhere on the page.
    order = [1, 0] if len(classes) == 2 else list(range(len(classes)))
    units = trained.inputs().vectors
    landed = made.place(asked.vectors, units)
    around = neighbourhood(np.vstack([units, asked.vectors]), np.vstack([made.points, landed]), len(units), _NEIGHBOURS)
    same = [classes[int(trained.texts.targets[place])] for place in around.indices]
    section(
        f"The {format_count(len(same), 'text')} nearest in meaning: {_tallied(same)}",
        f"Colours show what {method} calls each text. No line parts the classes here: the map keeps who is near whom, "
        "not the direction that the classifier found. Lines lead to the nearest by cosine.",
    )
    show_scatter(
        made.points,
        trained.texts.texts.sentences,
        [Group(f"called {classes[place]}") for place in order],
        np.argsort(order)[called],
        key=_KEY,
        alt=f"Map of {format_count(len(units), 'text')}, coloured by what {method} calls them",
        numbers=lambda: _numbers(trained, made, called),
        channel=_CHANNEL,
        height=460,
        on_pick=lambda places: _take(trained, places),
    )
    picked = _picked(trained)
    lines = tuple(map(Line, around.indices.tolist(), around.cosines.tolist(), around.near.tolist()))
    shown = Marks(tuple(picked), len(units), (f"Your text: {shorten(text, 200)}",), None)
    marks(shown, {_KEY: MapMarks(landed, None, made.points.shape, lines)}, key="decision-marks", channel=_CHANNEL)
    table(
        ["nearest texts", "label", "cosine"],
        [
            [trained.texts.texts.sentences[place], label, f"{cosine:.4f}"]
            for place, label, cosine in zip(around.indices, same, around.cosines, strict=True)
        ],
        "What the vectors find most alike. Labels are those of the set.",
    )
    if picked:
        table(
            ["picked on the map", "label", "called"],
            [
                [
                    trained.texts.texts.sentences[place],
                    classes[int(trained.texts.targets[place])],
                    classes[int(called[place])],
                ]
                for place in picked[:_MOST_PICKED]
            ],
            f"What {method} calls them."
            + (f" The first {_MOST_PICKED} of {len(picked):,}." if len(picked) > _MOST_PICKED else ""),
        )


def _take(trained: TrainedClassifiers, places: tuple[int, ...]) -> None:
    sentences = trained.texts.texts.sentences
    # The typed text follows those of the set.
    st.session_state[state.Sentiment.DECISION_PICKED] = tuple(
        sentences[place] for place in places if place < len(sentences)
    )


def _picked(trained: TrainedClassifiers) -> list[int]:
    known = trained.texts.texts.indices
    return [known[text] for text in st.session_state.get(state.Sentiment.DECISION_PICKED, ()) if text in known]


def _tallied(labels: list[str]) -> str:
    counts = {label: labels.count(label) for label in labels}
    return ", ".join(f"{count} {label}" for label, count in sorted(counts.items(), key=lambda each: -each[1]))


def _numbers(trained: TrainedClassifiers, made: Projection, called: np.ndarray) -> pd.DataFrame:
    classes = trained.names
    return pd.DataFrame(
        made.points, index=pd.Index(trained.texts.texts.sentences, name="text"), columns=["x", "y"]
    ).assign(label=[classes[target] for target in trained.texts.targets], called=[classes[each] for each in called])

"""A part of the layer switched off: what its context vectors, its sentence vector, a search and a verdict lose."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Final

import numpy as np
import pandas as pd
import streamlit as st

from components.core import HalfOff, Intervention, NeuronOff, ResidualOff
from components.core.attention.ablation import InterventionEffect
from components.core.classification.classifiers import ClassifierInputs, ClassifierMethod
from components.core.classification.mlp import DEFAULT_SETTINGS
from components.core.classroom.guesses import Guesses
from components.core.numerics.similarity import normalise_rows
from components.core.retrieval.search.ranking import exact_search
from components.ui import state
from components.ui.caches import attention
from components.ui.caches.encoding import sentence_vector
from components.ui.caches.requests import TraceRequest, VectorRequest
from components.ui.charts import show
from components.ui.one_layer.session import MOST_TOKENS, LayerView, open_layer, what_is_shown
from components.ui.page import quoted
from components.ui.progress import ProgressBar, TimedReport
from components.ui.retrieval.shipped_passages import beginning, shipped_passages
from components.ui.sentiment.encoding import ensure_inputs
from components.ui.sentiment.texts import shipped_reviews
from components.ui.sentiment.trained_classifiers import TrainedClassifiers
from components.ui.stage import frame, question
from components.ui.tables import table
from components.ui.wording import PRINTS_AS_ONE, format_cosine, in_brackets, layer_steps, shorten
from components.views.grids import Grid, Shade, grids

ONE_NEURON: Final = "one neuron"
# Part on the page → the intervention, for a layer and a neuron counted from 0.
_PARTS: Final[dict[str, Callable[[int, int], Intervention]]] = {
    "the network": lambda layer, _: HalfOff(layer, "network"),
    "attention": lambda layer, _: HalfOff(layer, "attention"),
    ONE_NEURON: NeuronOff,
    "the residual around attention": lambda layer, _: ResidualOff(layer, "attention"),
    "the residual around the network": lambda layer, _: ResidualOff(layer, "network"),
}
_ATTENTION, _NETWORK = "attention", "the network"
# Passages that are listed.
_FIRST = 2
# The strongest colour stands for the lowest cosine, or for this one where all are higher.
_NEARLY_ONE = 0.99
# Seconds in which no bar appears.
_QUIET = 0.3
_PLACES: Final = ("1st", "2nd")
# Letters of a passage that are shown.
_LETTERS = 36


def pick_part() -> str:
    """Ask for the part that is switched off."""
    return st.selectbox(
        "Switched off",
        list(_PARTS),
        key=state.OneLayer.OFF,
        bind=state.IN_URL,
        persist_state="session",
        width=260,
        help="A half that is off adds nothing. Without a residual, what comes in is not added.",
    )


def draw(view: LayerView, part: str, neuron: int) -> None:
    """Ask which half matters more; then say how far the sentence vector moves, and draw each token's cosine."""
    changes = [_PARTS[each](view.layer, neuron) for each in (part, _ATTENTION, _NETWORK)]
    effect, *of_halves = _effects(view, changes)
    halves = {half: each.sentence_cosine for half, each in zip((_ATTENTION, _NETWORK), of_halves, strict=True)}
    asked = question.one_of(
        "layer_off",
        (view.reading.request, view.layer),
        f"What moves the sentence vector further: layer {view.layer + 1} without attention, or without its network?",
        (_ATTENTION, _NETWORK),
        min(halves, key=lambda half: halves[half]),
    )
    if asked.hidden:
        return
    frame.heading(
        f"Without {_name(view, part, neuron)}, the sentence vector has cosine "
        f"{format_cosine(effect.sentence_cosine)} with the original",
        f"{_comparison(view, halves, asked.guesses)} Left: the cosine of each token’s vector with its original, layer "
        f"by layer. {_most_moved(view, effect)}{what_is_shown(view.reading.tokens)}",
    )
    left, right = st.columns([6, 5], gap="medium")
    with left:
        _draw_tokens(view, effect)
    with right, st.container(key="scroll_off"):
        _draw_uses(view, effect, _PARTS[part](view.layer, neuron))
    with frame.details():
        frame.note(
            "The model runs again with this part changed; nothing is estimated. The passages and the classifier are "
            "those of the whole model: only this sentence is read without the part."
        )


def _name(view: LayerView, part: str, neuron: int) -> str:
    named = f"neuron {neuron + 1}" if part == ONE_NEURON else part
    return f"{named} of layer {view.layer + 1}"


def _effects(view: LayerView, changes: Sequence[Intervention]) -> list[InterventionEffect]:
    """Read the text with each of these changes; a bar is drawn where that takes a while."""
    reading, bar = view.reading, ProgressBar()
    report = TimedReport(bar, "Reading the text anew", _QUIET)
    effects = []
    for done, change in enumerate(changes):
        report("reading", done, len(changes))
        effects.append(attention.effect(TraceRequest(reading.model, reading.text, interventions=(change,))))
    bar.clear()
    return effects


def _comparison(view: LayerView, halves: dict[str, float], guesses: Guesses[str]) -> str:
    cosines = {half: format_cosine(cosine) for half, cosine in halves.items()}
    said = in_brackets(guesses, halves)
    return (
        f"In layer {view.layer + 1}, it is {cosines[_ATTENTION]} without attention{said[_ATTENTION]} and "
        f"{cosines[_NETWORK]} without the network{said[_NETWORK]}."
    )


def _most_moved(view: LayerView, effect: InterventionEffect) -> str:
    index = effect.moved_most()
    if index is None or effect.token_cosines[-1][index] > PRINTS_AS_ONE:
        return "After the last layer every typed token’s cosine is still 1.0000."
    label = quoted(shorten(view.reading.tokens.labels[index], 24))
    return f"Of the typed tokens {label} ends farthest: {format_cosine(effect.token_cosines[-1][index])}."


def _draw_tokens(view: LayerView, effect: InterventionEffect) -> None:
    labels = view.reading.tokens.labels
    cosines = effect.token_cosines
    steps = layer_steps(len(cosines) - 1)
    shown = cosines[:, :MOST_TOKENS]

    def take(row: int, _: int) -> None:
        if row:  # the first row is what enters layer 1
            open_layer(row - 1)

    show(
        partial(
            grids,
            [Grid("", "ink", shown)],
            steps,
            labels[:MOST_TOKENS],
            Shade(1.0, min(_NEARLY_ONE, float(shown.min())), "cosine", written=2, read=3),
            hint="Rows are layers. Click one to change that layer instead.",
            selected=(view.layer + 1, None),
            on_cell=take,
        ),
        key="part-off",
        alt="Cosine of each token’s context vector with the original one, layer by layer",
        numbers=lambda: pd.DataFrame(cosines, index=pd.Index(steps, name="layer"), columns=list(labels)),
    )


def _draw_uses(view: LayerView, effect: InterventionEffect, change: Intervention) -> None:
    """Draw what a search finds and a classifier says, with the part and without it."""
    reading = view.reading
    classifiers = TrainedClassifiers(reading.model, shipped_reviews(), DEFAULT_SETTINGS)
    ensure_inputs(classifiers)
    corpus = shipped_passages(reading.model)
    vectors = _unit_vectors(view, effect, change)
    found = [exact_search(corpus.unit_vectors, vector, _FIRST) for vector in vectors]
    classifier = classifiers.classifier(ClassifierMethod.LOGISTIC)
    inputs = ClassifierInputs((reading.text,) * 2, vectors, np.zeros((2, 0), dtype=np.float32))
    probabilities = classifier.probabilities(inputs)[:, -1].tolist()
    rows = [["verdict", *(f"{each:.3f} {classifiers.names[-1]}" for each in probabilities)]]
    rows += [
        [
            _PLACES[rank],
            *(f"{format_cosine(item.score, 3)}  {beginning(corpus, item.index, _LETTERS)}" for item in items),
        ]
        for rank, items in enumerate(zip(*found, strict=True))
    ]
    frame.part("What becomes of a verdict and of a search")
    caption = (
        f"Verdict: logistic regression on {len(classifiers.dataset.train_indices)} reviews. Search: the nearest of "
        f"{len(corpus.chunks)} passages of Live retrieval, with their cosines."
    )
    table(["result", "whole", "without"], rows, caption, prose=(1, 2))


def _unit_vectors(view: LayerView, effect: InterventionEffect, change: Intervention) -> np.ndarray:
    """(2, D): the sentence as encode() reads it, by the whole model and without the part."""
    reading, encoder = view.reading, view.reading.encoder
    if encoder.has_prompt or len(reading.tokens.tokens) > encoder.encode_limit:
        changes: tuple[tuple[Intervention, ...], ...] = ((), (change,))
        return np.stack(
            [sentence_vector(VectorRequest(reading.model, reading.text, interventions=each)) for each in changes]
        )
    # The traces, which are drawn beside it, hold the same vectors.
    return normalise_rows(np.stack([effect.original.sentence_vector, effect.changed.sentence_vector]))

"""Training, watched: loss and accuracy of the network, epoch by epoch, on what it learns from and on other texts."""

import math
import time
from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import streamlit as st
from scipy.special import log_softmax

from components.core.classification.classifiers import ClassifierMethod
from components.core.classification.mlp import MlpTraining
from components.figures.classification.training import training_curves
from components.ui import state
from components.ui.charts import show
from components.ui.page import markup, palette, section
from components.ui.sentiment.trained_classifiers import TrainedClassifiers
from components.ui.tables import table
from components.ui.wording import format_count

LEARNED, HELD_OUT = "learned from", "held out"
# Pictures of one training, and the seconds that each is at least seen: together some three seconds.
_FRAMES: Final = 50
_PAUSE: Final = 0.06


@dataclass(frozen=True, eq=False)
class History:
    """E epochs of one training."""

    epochs: np.ndarray  # (E,), from 1
    loss: dict[str, np.ndarray]  # (E,) mean cross-entropy, by what it is measured on
    accuracy: dict[str, np.ndarray]  # (E,)


def draw(trained: TrainedClassifiers) -> None:
    """Draw the training of the network, and how it compares with logistic regression."""
    settings = trained.settings
    width, classes = trained.encoder.vector_size, len(trained.texts.classes)
    weights = width * settings.hidden + settings.hidden + settings.hidden * classes + classes
    heading = st.empty()
    markup(
        '<p class="es-formula">h = max(0, <span class="es-k">v</span>·W₁ + b₁), logits = h·W₂ + b₂, probabilities = '
        f"softmax(logits); v: {width} numbers, h: {settings.hidden}, classes: {classes}</p>"
    )
    playing = st.session_state.pop(state.Sentiment.TRAINING_PLAYS, False)
    with st.container(horizontal=True, gap="small"):
        st.button("Train it", type="primary", on_click=_play, disabled=playing, key=state.Sentiment.TRAIN)
        # Always in its place, so that nothing moves when training begins.
        st.button("Stop", on_click=_stop, disabled=not playing, key=state.Sentiment.STOP_TRAINING)
    status = st.empty()
    pictures = [column.empty() for column in st.columns(2)]
    if playing:
        with heading.container():
            _say(f"Training: {format_count(weights, 'weight')} learn from {_learning(trained)}", trained)
        _play_training(trained, status, pictures)
    history = _history(trained)
    loss, accuracy = history.loss, history.accuracy
    lowest = int(loss[HELD_OUT].argmin())
    least, last = f"{loss[HELD_OUT][lowest]:.3f}", f"{loss[HELD_OUT][-1]:.3f}"
    with heading.container():
        _say(
            f"After {format_count(settings.epochs, 'epoch')} it is right about {accuracy[HELD_OUT][-1]:.0%} of what it "
            f"never saw, and {accuracy[LEARNED][-1]:.0%} of what it did",
            trained,
        )
    status.markdown(
        f"{weights:,} weights. On held-out texts the loss is lowest after epoch {lowest + 1}, {least}"
        + (
            ", which is the last: training could go on."
            if lowest + 1 == settings.epochs
            else f"; after the last it is {last}{_grown(least, last)}."
        )
    )
    for place, each in zip(pictures, _pictures(history, settings.epochs), strict=True):
        figure, name, values = each
        with place.container():
            show(
                figure,
                key=f"training-{name}",
                alt=f"{name.capitalize()} of the network, epoch by epoch",
                numbers=partial(pd.DataFrame, values, index=pd.Index(history.epochs, name="epoch")),
            )
    _compare(trained, weights)


def _grown(least: str, last: str) -> str:
    """What a held-out loss that has grown again says; compared as printed, since nobody sees a smaller difference."""
    return ": the network has grown too sure of itself" if last != least else ""


def _say(heading: str, trained: TrainedClassifiers) -> None:
    section(
        heading,
        "The encoder is frozen: it encoded every text once, and only the weights of the network learn. One epoch is "
        "one look at all texts and one step downhill (AdamW, Loshchilov and Hutter 2019). "
        + (
            "Shown is the first part of the cross-validation."
            if trained.texts.is_cross_validated
            else "Change it under “Network”."
        ),
    )


def _learning(trained: TrainedClassifiers) -> str:
    return format_count(len(trained.texts.splits[0].train), "text")


def _play() -> None:
    st.session_state[state.Sentiment.TRAINING_PLAYS] = True
    st.session_state.pop(state.Sentiment.TRAINED_TO, None)


def _stop() -> None:
    """What was trained so far is the network: as many epochs, and no more."""
    reached = st.session_state.get(state.Sentiment.TRAINED_TO)
    if reached:
        st.session_state[state.Sentiment.EPOCHS] = reached


def _play_training(trained: TrainedClassifiers, status: Any, pictures: list[Any]) -> None:
    """Train before the reader's eyes, slowly enough to be seen."""
    most = trained.settings.epochs
    step = math.ceil(most / _FRAMES)
    for frame, history in enumerate(_watched(trained, step)):
        began = time.perf_counter()
        reached = int(history.epochs[-1])
        st.session_state[state.Sentiment.TRAINED_TO] = reached
        status.markdown(
            f"Epoch {reached} of {most}: loss {history.loss[LEARNED][-1]:.3f} on what it learns from, "
            f"{history.loss[HELD_OUT][-1]:.3f} on what it does not."
        )
        for place, (figure, name, _) in zip(pictures, _pictures(history, most), strict=True):
            place.plotly_chart(figure, key=f"training_{name}_{frame}", config={"displayModeBar": False})
        time.sleep(max(0.0, _PAUSE - (time.perf_counter() - began)))
    trained.once(_name(trained), lambda: history)
    st.rerun()


def _history(trained: TrainedClassifiers) -> History:
    """All epochs of the training."""

    def record() -> History:
        *_, last = _watched(trained, trained.settings.epochs)
        return last

    return trained.once(_name(trained), record)


def _name(trained: TrainedClassifiers) -> Hashable:
    return "history", trained.settings


def _watched(trained: TrainedClassifiers, step: int) -> Iterator[History]:
    """Train, and yield what has happened so far every `step` epochs and at the end."""
    texts, settings = trained.texts, trained.settings
    split = texts.splits[0]
    inputs = trained.inputs()
    measured_on = {LEARNED: split.train, HELD_OUT: split.test}
    training = MlpTraining(
        inputs.vectors[split.train][None], texts.targets[split.train][None], len(texts.classes), settings
    )
    loss: dict[str, list[float]] = {name: [] for name in measured_on}
    accuracy: dict[str, list[float]] = {name: [] for name in measured_on}
    for epoch in range(1, settings.epochs + 1):
        training.train(1)
        (network,) = training.networks
        for name, places in measured_on.items():
            logits = network.logits(inputs.vectors[places])
            targets = texts.targets[places]
            loss[name].append(float(-log_softmax(logits, axis=1)[np.arange(len(places)), targets].mean()))
            accuracy[name].append(float((logits.argmax(axis=1) == targets).mean()))
        if epoch % step == 0 or epoch == settings.epochs:
            yield History(
                np.arange(1, epoch + 1),
                {name: np.array(values) for name, values in loss.items()},
                {name: np.array(values) for name, values in accuracy.items()},
            )


def _pictures(history: History, most: int) -> list[tuple[go.Figure, str, dict[str, np.ndarray]]]:
    colours = palette()
    of_line = {LEARNED: colours.word, HELD_OUT: colours.key}
    highest = max(1.0, *(float(values.max()) for values in history.loss.values()))
    return [
        (
            training_curves(history.epochs, values, title, of_line, most, limits, colours),
            title,
            values,
        )
        for title, values, limits in (
            ("loss", history.loss, (0.0, 1.05 * highest)),
            ("accuracy", history.accuracy, (0.0, 1.03)),
        )
    ]


def _compare(trained: TrainedClassifiers, weights: int) -> None:
    """The network beside logistic regression, which needs no watching."""
    classes, width = len(trained.texts.classes), trained.encoder.vector_size
    simple = (width + 1) * (1 if classes == 2 else classes)
    section(
        "Logistic regression needs no watching",
        "It is the same network without the hidden layer: one weight a number and class. Its loss has a single lowest "
        "point, which a solver finds at once, whatever it begins with.",
    )
    rows = []
    for method, count in ((ClassifierMethod.LOGISTIC, simple), (ClassifierMethod.NETWORK, weights)):
        found = trained.scores(method)
        rows.append([method.value, f"{count:,}", f"{found.accuracy.value:.1%}", f"{found.log_loss:.3f}"])
    table(
        ["classifier", "weights", "right", "loss"],
        rows,
        "On texts that neither learned from. Loss: mean cross-entropy; the surer a wrong answer, the more it costs.",
    )

"""The training of the network: loss and accuracy after each epoch, on training texts and on held-out texts."""

import math
import time
from functools import partial
from typing import Any, Final

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import streamlit as st
from markupsafe import Markup

from components.core.classification.classifiers import ClassifierMethod
from components.figures.classification.training import training_curves
from components.ui import state
from components.ui.charts import show
from components.ui.page import markup, palette, section
from components.ui.sentiment.trained_classifiers import TrainedClassifiers
from components.ui.sentiment.training_history import HELD_OUT, TRAINING, History, history_key, record_history, train
from components.ui.tables import table
from components.ui.wording import format_count

# Pictures of one training, and the shortest time for each in seconds: about three seconds together.
_FRAMES: Final = 50
_PAUSE: Final = 0.06


def draw(classifiers: TrainedClassifiers) -> None:
    """Draw the training of the network, and its result beside logistic regression."""
    settings = classifiers.settings
    width, classes = classifiers.encoder.vector_size, len(classifiers.dataset.classes)
    weights = width * settings.hidden + settings.hidden + settings.hidden * classes + classes
    heading = st.empty()
    markup(
        Markup(
            '<p class="es-formula">h = max(0, <span class="es-k">v</span>·W₁ + b₁), logits = h·W₂ + b₂, '
            "probabilities = softmax(logits); v: {} numbers, h: {}, classes: {}</p>"
        ).format(width, settings.hidden, classes)
    )
    playing = st.session_state.pop(state.Sentiment.TRAINING_PLAYS, False)
    with st.container(horizontal=True, gap="small"):
        st.button("Train it", type="primary", on_click=_play, disabled=playing, key=state.Sentiment.TRAIN)
        # Always drawn, so that nothing moves when training begins.
        st.button("Stop", on_click=_stop, disabled=not playing, key=state.Sentiment.STOP_TRAINING)
    status = st.empty()
    pictures = [column.empty() for column in st.columns(2)]
    if playing:
        with heading.container():
            _say(f"Training {format_count(weights, 'weight')} on {_training_texts(classifiers)}", classifiers)
        _play_training(classifiers, status, pictures)
    history = record_history(classifiers)
    loss, accuracy = history.loss, history.accuracy
    lowest = int(loss[HELD_OUT].argmin())
    least, last = f"{loss[HELD_OUT][lowest]:.3f}", f"{loss[HELD_OUT][-1]:.3f}"
    with heading.container():
        _say(
            f"After {format_count(settings.epochs, 'epoch')} the network is right on {accuracy[HELD_OUT][-1]:.0%} of "
            f"held-out texts and {accuracy[TRAINING][-1]:.0%} of training texts",
            classifiers,
        )
    status.markdown(
        f"{weights:,} weights. On held-out texts the loss is lowest after epoch {lowest + 1}, {least}"
        + (
            ", the last epoch: more training may help."
            if lowest + 1 == settings.epochs
            else f"; after the last it is {last}{_grown(least, last)}."
        )
    )
    for slot, each in zip(pictures, _pictures(history, settings.epochs), strict=True):
        figure, name, values = each
        with slot.container():
            show(
                figure,
                key=f"training-{name}",
                alt=f"{name.capitalize()} of the network, epoch by epoch",
                numbers=partial(pd.DataFrame, values, index=pd.Index(history.epochs, name="epoch")),
            )
    _compare(classifiers, weights)


def _grown(least: str, last: str) -> str:
    """The meaning of a held-out loss that rises again. Both losses are compared as printed."""
    return ": the network has become overconfident" if last != least else ""


def _say(heading: str, classifiers: TrainedClassifiers) -> None:
    section(
        heading,
        "The encoder is frozen: it encoded each text once, and only the network's weights learn. In one epoch the "
        "network sees all training texts and makes one step towards a lower loss (AdamW, Loshchilov and Hutter 2019). "
        + (
            "The pictures show the first part of the cross-validation."
            if classifiers.dataset.is_cross_validated
            else "Change its settings under “Network”."
        ),
    )


def _training_texts(classifiers: TrainedClassifiers) -> str:
    return format_count(len(classifiers.dataset.splits[0].train), "text")


def _play() -> None:
    st.session_state[state.Sentiment.TRAINING_PLAYS] = True
    st.session_state.pop(state.Sentiment.TRAINED_TO, None)


def _stop() -> None:
    """Keep the network as it is: set the number of epochs to those that were trained."""
    reached = st.session_state.get(state.Sentiment.TRAINED_TO)
    if reached:
        st.session_state[state.Sentiment.EPOCHS] = reached


def _play_training(classifiers: TrainedClassifiers, status: Any, pictures: list[Any]) -> None:
    """Train the network and draw each step, slowly enough to be seen."""
    most = classifiers.settings.epochs
    step = math.ceil(most / _FRAMES)
    for frame, history in enumerate(train(classifiers, step)):
        began = time.perf_counter()
        reached = int(history.epochs[-1])
        st.session_state[state.Sentiment.TRAINED_TO] = reached
        status.markdown(
            f"Epoch {reached} of {most}: loss {history.loss[TRAINING][-1]:.3f} on training texts, "
            f"{history.loss[HELD_OUT][-1]:.3f} on held-out texts."
        )
        for slot, (figure, name, _) in zip(pictures, _pictures(history, most), strict=True):
            slot.plotly_chart(figure, key=f"training_{name}_{frame}", config={"displayModeBar": False})
        time.sleep(max(0.0, _PAUSE - (time.perf_counter() - began)))
    classifiers.memo.get(history_key(classifiers), lambda: history)
    st.rerun()


def _pictures(history: History, most: int) -> list[tuple[go.Figure, str, dict[str, np.ndarray]]]:
    colours = palette()
    of_line = {TRAINING: colours.word, HELD_OUT: colours.key}
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


def _compare(classifiers: TrainedClassifiers, weights: int) -> None:
    """Draw the network's scores beside those of logistic regression."""
    classes, width = len(classifiers.dataset.classes), classifiers.encoder.vector_size
    simple = (width + 1) * (1 if classes == 2 else classes)
    section(
        "Logistic regression finds its weights directly",
        "It is the same network without the hidden layer. Its loss has a single lowest point, which a solver finds "
        "from any first weights.",
    )
    rows = []
    for method, count in ((ClassifierMethod.LOGISTIC, simple), (ClassifierMethod.NETWORK, weights)):
        scores = classifiers.scores(method)
        rows.append([method.value, f"{count:,}", f"{scores.accuracy.value:.1%}", f"{scores.log_loss:.3f}"])
    table(
        ["classifier", "weights", "right", "loss"],
        rows,
        "On held-out texts. Loss: mean cross-entropy; a wrong answer costs more if it is surer.",
    )

"""A training while it goes on: its curve, how far it is, and the buttons that begin and end it."""

import math
from dataclasses import replace
from functools import partial

import pandas as pd
import streamlit as st
from markupsafe import Markup

from components.core.errors import TrainingError
from components.core.training.runs import floor_of
from components.core.training.settings import Kind
from components.core.training.tiny_model import SPECIAL
from components.core.training.trainer import Progress, Stage
from components.ui.caches import trainings
from components.ui.page import markup
from components.ui.stage import frame
from components.ui.stage.frame import SavedPicture
from components.ui.train_one.session import Choice, tab
from components.ui.wording import format_count
from components.views.forming import Loss, forming

# Seconds between two looks at a training that goes on.
_EVERY = 0.5
_GOING_ON = (Stage.WAITING, Stage.RUNNING)


def progress_of(choice: Choice) -> Progress:
    """How far the training of a choice is."""
    return trainings.trainer().progress(choice.settings, tab())


def is_done(choice: Choice) -> bool:
    """True if a model was trained with these settings."""
    return progress_of(choice).stage is Stage.DONE


def loss_of(choice: Choice, progress: Progress) -> Loss:
    """The curve of a training, for its picture."""
    kind = choice.settings.kind
    least = floor_of(choice.language, kind).nats
    bag = choice.language.floor(ordered=False) if kind is Kind.ENCODER else None
    return Loss(
        name="with positions" if choice.settings.positions else "without positions",
        losses=progress.losses,
        tests=sorted(progress.tests.items()),
        steps=choice.settings.steps,
        chance=math.log(len(SPECIAL) + len(choice.language.words)),
        floor=least,
        bag=bag.nats if bag is not None and bag.nats - least > 0.0005 else None,
        colour="word" if choice.settings.positions else "position",
    )


def alt_of(choice: Choice, progress: Progress) -> str:
    """What the picture of a curve shows."""
    loss = loss_of(choice, progress)
    reached = f"{loss.tests[-1][1]:.3f} after step {loss.tests[-1][0]:,}" if loss.tests else "not yet measured"
    return (
        f"Loss of a model with {format_count(choice.settings.layers, 'layer')} that learns {choice.name}: {reached}; "
        f"the least that is possible is {loss.floor:.3f}"
    )


def numbers_of(progress: Progress) -> pd.DataFrame:
    """The curve as a table."""
    steps = range(len(progress.losses) + 1)
    return pd.DataFrame(
        {
            "loss of the batch": [None, *progress.losses],
            "loss for one hidden word": [progress.tests.get(step) for step in steps],
        },
        index=pd.Index(steps, name="step"),
    )


def save(key: str, choice: Choice) -> None:
    """Enter the picture of a training in the Save menu."""
    progress = progress_of(choice)
    frame.current().saved.append(
        SavedPicture(
            key,
            key.replace("-", " "),
            f"encoderscope-{key}",
            alt_of(choice, progress),
            partial(numbers_of, progress),
        )
    )


def draw(choice: Choice, key: str, beside: Choice | None = None) -> None:
    """Draw the curve and the buttons; while it learns, the curve grows by itself.

    beside: a training that is done, drawn in the same picture.
    """
    progress = progress_of(choice)
    every = _EVERY if progress.stage in _GOING_ON else None
    st.fragment(partial(_draw, choice, key, beside, progress.stage), run_every=every)()


def _draw(choice: Choice, key: str, beside: Choice | None, drawn: Stage) -> None:
    progress = progress_of(choice)
    if progress.stage is not drawn:
        # The title says what has become of it.
        st.rerun()
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        _draw_buttons(choice, key, progress)
    if progress.trouble:
        markup(Markup('<p class="es-problem">{}</p>').format(progress.trouble))
    loss = loss_of(choice, progress)
    if beside is not None:
        loss = replace(loss, others=[loss_of(beside, progress_of(beside))])
    forming(loss, says=_says(choice, progress), key=key, alt=alt_of(choice, progress), file=f"encoderscope-{key}")


def _draw_buttons(choice: Choice, key: str, progress: Progress) -> None:
    label = "Go on" if progress.step else "Train"
    if progress.stage in _GOING_ON:
        st.button("Stop", key=f"stop_{key}", on_click=_stop, args=(choice,))
    elif progress.stage is not Stage.DONE:
        st.button(label, key=f"train_{key}", type="primary", on_click=_train, args=(choice,))
    st.caption(_how_far(choice, progress))


def _how_far(choice: Choice, progress: Progress) -> str:
    steps = choice.settings.steps
    if progress.stage is Stage.WAITING:
        before = format_count(progress.ahead, "training")
        return (
            f"{before} before this one: it begins in about {progress.wait:.0f} s." if progress.ahead else "It begins."
        )
    if progress.stage is Stage.RUNNING:
        if not progress.step:
            return "It begins."
        left = (steps - progress.step) / progress.rate
        others = f" · {format_count(progress.others, 'other')} wait for the same" if progress.others else ""
        return f"Step {progress.step:,} of {steps:,} · {progress.rate:.0f} steps a second · {left:.0f} s left{others}"
    if progress.stage is Stage.DONE:
        return f"{steps:,} steps in {progress.seconds:.0f} s: {progress.rate:.0f} a second, on one core."
    if progress.step:
        return f"Stopped after step {progress.step:,} of {steps:,}."
    return f"{steps:,} steps, in a process of its own: you can read on meanwhile."


def _says(choice: Choice, progress: Progress) -> str:
    if not progress.tests:
        return "The curve begins when you press Train. The dashed line is calculated from the grammar."
    if choice.settings.kind is not Kind.ENCODER:
        return (
            "Strong: the loss over every next word that can be asked. Pale: the loss of each batch of 128. Dashed: "
            "what no model can go below."
        )
    return (
        "Strong: the loss over every sentence with each of its words hidden in turn. Pale: the loss of each batch of "
        "128. Dashed: what no model can go below."
    )


def _train(choice: Choice) -> None:
    try:
        trainings.trainer().train(choice.settings, tab())
    except TrainingError as error:
        st.toast(str(error))


def _stop(choice: Choice) -> None:
    if not trainings.trainer().stop(choice.settings, tab()):
        st.toast("Others wait for the same training, so it goes on.")

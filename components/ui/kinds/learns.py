"""Each kind of model, trained again in front of the reader."""

from dataclasses import replace

import streamlit as st

from components.core.training.runs import floor_of
from components.core.training.settings import Kind
from components.core.training.trainer import Stage
from components.ui import state
from components.ui.kinds.session import KindsReading
from components.ui.pickers import pick_option
from components.ui.stage import frame
from components.ui.train_one import live
from components.ui.train_one.session import HIGHEST_SEED, Choice
from components.ui.train_one.warming import prepare

_KEY = "loss-of-a-kind"
_LEARNS = {
    Kind.ENCODER: "It guesses one hidden word of a sentence.",
    Kind.DECODER: "It guesses each next word of a sentence.",
    Kind.BOTH: "It guesses each next word of a translation.",
}


def draw(reading: KindsReading) -> None:
    """Draw the training of one kind: the shipped one, to be done again, or one from another seed."""
    prepare()
    with frame.controls():
        kind = Kind(pick_option("Kind", [each.value for each in Kind], state.Kinds.TRAINED_KIND))
        seed = st.number_input(
            "Seed",
            0,
            HIGHEST_SEED,
            0,
            key=state.Kinds.TRAINING_SEED,
            bind=state.IN_URL,
            persist_state="session",
            width=110,
            help="The shipped models are of seed 0. Another seed begins with other numbers.",
        )
    shipped = reading.models.trainings[kind]
    choice = Choice("Kitchen", reading.models.language, replace(shipped.settings, seed=int(seed)))
    frame.heading(*_finding(choice, shipped.tests[shipped.settings.steps]))
    live.draw(choice, _KEY)
    live.save(_KEY, choice)


def _finding(choice: Choice, shipped: float) -> tuple[str, str]:
    """The title and what follows it. shipped: the last loss of the shipped model of this kind, in nats."""
    kind, progress = choice.settings.kind, live.progress_of(choice)
    floor = floor_of(choice.language, kind).nats
    learns = f"{_LEARNS[kind]} The shipped model ends at {shipped:.3f}; the least that is possible is {floor:.3f}."
    if progress.stage is Stage.DONE:
        last = progress.tests[choice.settings.steps]
        return f"The {kind.value} ends at {last:.3f} nats, {last - floor:.3f} above its floor", learns
    if progress.stage in (Stage.RUNNING, Stage.WAITING):
        return f"The {kind.value} learns", learns
    return f"Train the {kind.value} yourself: the same language, size and number of steps", learns

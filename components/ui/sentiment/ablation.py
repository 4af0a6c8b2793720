"""What remains of a classifier when positions or heads of the encoder are switched off."""

from collections.abc import Mapping

import streamlit as st

from components.core import Encoder, HeadsOff
from components.core.classification.classifiers import CONTEXTUAL, ClassifierMethod
from components.ui import state
from components.ui.attention.interventions import describe_changes, head_names
from components.ui.page import section
from components.ui.pickers import pick_option
from components.ui.sentiment.trained_classifiers import BARE, Changes, TrainedClassifiers
from components.ui.tables import table
from components.ui.wording import format_count

_POSITIONS, _HEADS = "positions off", "heads off"


def draw(trained: TrainedClassifiers) -> None:
    """Ask what is switched off, and draw the accuracy that remains."""
    heading = st.empty()
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
        with_ = pick_option("Read with", (_POSITIONS, _HEADS), state.Sentiment.CONDITION)
        changes = BARE
        if with_ == _HEADS:
            heads = _heads(trained.encoder)
            picked = st.multiselect(
                "Heads switched off",
                list(heads),
                key=state.Sentiment.HEADS_OFF,
                bind=state.IN_URL,
                persist_state="session",
                placeholder="Pick heads, or all of a layer",
                width=420,
            )
            off = frozenset().union(*(heads[name] for name in picked))
            changes = (HeadsOff(off),) if off else ()
    if not changes:
        with heading.container():
            section("What remains without some heads", "Pick the heads that are switched off.")
        return
    said = describe_changes(changes)
    rows = []
    for method in CONTEXTUAL:
        ways = (("as it is", (), ()), (f"asked with {said}", (), changes), ("learned so too", changes, changes))
        for name, learned_with, asked_with in ways:
            rows.append([f"{method}, {name}", *_remaining(trained, method, learned_with, asked_with)])
    before, after, relearned = (rows[number][1] for number in range(3))
    with heading.container():
        section(
            f"With {said} {after} remain right of {before}"
            + (f", {relearned} if it learns so too" if relearned != after else ""),
            "The classifier is the same; only the encoder reads otherwise. “Learned so too”: the texts that it learns "
            "from are read in the same way. "
            + (
                "What remains is what words and their company say in any order."
                if with_ == _POSITIONS
                else "What remains comes through the other heads and the residual stream."
            ),
        )
    columns = ["classifier", "right"]
    caption = f"Right: of {format_count(len(trained.texts.test_indices), 'text')} not learned from."
    if trained.texts.challenge_sets:
        columns.append("hard set")
        caption += f" Hard set: of {len(trained.places_apart)}."
    reference = trained.scores(ClassifierMethod.STATIC).accuracy.value
    table(columns, rows, f"{caption} Averaged word embeddings, without any layer, get {reference:.0%}.")


def _heads(encoder: Encoder) -> Mapping[str, frozenset[tuple[int, int]]]:
    """What can be switched off, by name: all heads of a layer, or one."""
    layers, heads = range(encoder.num_layers), range(encoder.num_heads)
    whole = {f"all of layer {layer + 1}": frozenset((layer, head) for head in heads) for layer in layers}
    single = [frozenset({(layer, head)}) for layer in layers for head in heads]
    return whole | dict(zip(head_names(encoder), single, strict=True))


def _remaining(
    trained: TrainedClassifiers, method: ClassifierMethod, learned_with: Changes, asked_with: Changes
) -> list[str]:
    found = trained.scores(method, learned_with, asked_with)
    cells = [f"{found.accuracy.value:.0%}"]
    if trained.texts.challenge_sets:
        targets = trained.texts.targets[trained.places_apart]
        answers = trained.apart(method, learned_with, asked_with).argmax(axis=1)
        cells.append(str(int((answers == targets).sum())))
    return cells

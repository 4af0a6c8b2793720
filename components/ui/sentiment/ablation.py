"""The accuracy of classifiers when positions or heads of the encoder are switched off."""

from collections.abc import Mapping

import streamlit as st

from components.core import Encoder, HeadsOff
from components.core.classification.classifiers import CONTEXTUAL, ClassifierMethod
from components.ui import state
from components.ui.attention.interventions import describe_changes, head_names
from components.ui.pickers import pick_option
from components.ui.sentiment.encoding import ensure_inputs
from components.ui.sentiment.trained_classifiers import NO_POSITIONS, Changes, TrainedClassifiers
from components.ui.stage import frame
from components.ui.tables import table
from components.ui.wording import format_count

_POSITIONS, _HEADS = "positions off", "heads off"


def draw(classifiers: TrainedClassifiers) -> None:
    """Ask what to switch off, and draw the accuracy without it."""
    with frame.controls():
        with_ = pick_option("Encode with", (_POSITIONS, _HEADS), state.Sentiment.CONDITION)
        changes = NO_POSITIONS
        if with_ == _HEADS:
            heads = _heads(classifiers.encoder)
            names = st.multiselect(
                "Heads switched off",
                list(heads),
                key=state.Sentiment.HEADS_OFF,
                bind=state.IN_URL,
                persist_state="session",
                placeholder="Choose heads or a whole layer",
                width=300,
            )
            off = frozenset().union(*(heads[name] for name in names))
            changes = (HeadsOff(off),) if off else ()
    if not changes:
        frame.part("Accuracy without some heads", "Choose the heads to switch off.")
        return
    ensure_inputs(classifiers, changes)
    description = describe_changes(changes)
    rows = []
    for method in CONTEXTUAL:
        ways = (
            ("unchanged", (), ()),
            (f"tested with {description}", (), changes),
            ("trained so too", changes, changes),
        )
        for name, training_changes, test_changes in ways:
            rows.append([f"{method}, {name}", *_remaining(classifiers, method, training_changes, test_changes)])
    before, after, relearned = (rows[number][1] for number in range(3))
    how = "Without positions" if with_ == _POSITIONS else f"With {description}"
    frame.part(
        f"{how} accuracy {_change(before, after)}"
        + (f"; {relearned} if the classifier is trained so too" if relearned != after else ""),
        "The classifier is the same; only the encoder changes. “Trained so too”: the training texts are encoded in "
        "the same way. "
        + (
            "Without positions the encoder still sees which words occur together, but not their order."
            if with_ == _POSITIONS
            else "The other heads and the residual stream still carry information."
        ),
    )
    columns = ["classifier", "right"]
    caption = f"Right: of {format_count(len(classifiers.dataset.test_indices), 'held-out text')}."
    if classifiers.dataset.challenge_sets:
        columns.append("hard set")
        caption += f" Hard set: right of {len(classifiers.challenge_indices)}."
    reference = classifiers.scores(ClassifierMethod.STATIC).accuracy.value
    table(columns, rows, f"{caption} Averaged word embeddings, before the first layer, get {reference:.0%}.")


def _change(before: str, after: str) -> str:
    """A change of accuracy in words.

    >>> _change("95%", "80%"), _change("95%", "95%"), _change("80%", "82%")
    ('falls from 95% to 80%', 'stays at 95%', 'rises from 80% to 82%')
    """
    if before == after:
        return f"stays at {before}"
    return f"{'falls' if int(after[:-1]) < int(before[:-1]) else 'rises'} from {before} to {after}"


def _heads(encoder: Encoder) -> Mapping[str, frozenset[tuple[int, int]]]:
    """Name → heads that can be switched off together: all of a layer, or one."""
    layers, heads = range(encoder.num_layers), range(encoder.num_heads)
    whole = {f"all of layer {layer + 1}": frozenset((layer, head) for head in heads) for layer in layers}
    single = [frozenset({(layer, head)}) for layer in layers for head in heads]
    return whole | dict(zip(head_names(encoder), single, strict=True))


def _remaining(
    classifiers: TrainedClassifiers, method: ClassifierMethod, training_changes: Changes, test_changes: Changes
) -> list[str]:
    scores = classifiers.scores(method, training_changes, test_changes)
    cells = [f"{scores.accuracy.value:.0%}"]
    if classifiers.dataset.challenge_sets:
        targets = classifiers.dataset.targets[classifiers.challenge_indices]
        answers = classifiers.challenge_probabilities(method, training_changes, test_changes).argmax(axis=1)
        cells.append(str(int((answers == targets).sum())))
    return cells

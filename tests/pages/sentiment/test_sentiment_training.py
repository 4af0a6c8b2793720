"""The training of the network, watched, and stopped."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest
import streamlit as st
from scipy.special import softmax
from sklearn.metrics import accuracy_score, log_loss

from components.core import Encoder
from components.core.classification.mlp import MlpSettings, MlpTraining
from tests.support.reference import assert_close
from tests.support.sentiment_page import (
    METHODS,
    NETWORK,
    PRAISE,
    TRAIN,
    TYPED,
    LabelledTexts,
    buttons,
    curves,
    inputs_of,
    number,
    sections,
    verdicts,
    visit,
)
from tests.support.visit import Visit

# Some classifiers are explained beside a map.
pytestmark = pytest.mark.usefixtures("umap_compiled")


@dataclass
class Clock:
    """Stands in for the clock of a training that is watched: nobody waits, and each picture is counted."""

    stop_at: int | None = None
    seen: list[int] = field(default_factory=list)  # the epoch of each picture

    def perf_counter(self) -> float:
        return 0.0

    def sleep(self, _: float) -> None:
        self.seen.append(st.session_state["trained_to"])
        if self.seen[-1] == self.stop_at:
            # As a press on a button does, it ends the run of the script where it is.
            st.stop()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr("components.ui.sentiment.training.time", made)
    return made


def assert_trained(opened: Visit, reviews: LabelledTexts, **settings: Any) -> None:
    """The curves and the sentences are those of core's training, epoch by epoch."""
    chosen = MlpSettings(**settings)
    indices = {"training texts": reviews.train, "held-out texts": reviews.test}
    given, targets = reviews.inputs.vectors[reviews.train], reviews.targets[reviews.train]
    training = MlpTraining(given[None], targets[None], 2, chosen)
    losses: dict[str, list[float]] = {name: [] for name in indices}
    right: dict[str, list[float]] = {name: [] for name in indices}
    for _ in range(chosen.epochs):
        training.train(1)
        for name, at in indices.items():
            probabilities = softmax(training.networks[0].logits(reviews.inputs.vectors[at]).astype(float), axis=1)
            losses[name].append(log_loss(reviews.targets[at], probabilities))
            right[name].append(accuracy_score(reviews.targets[at], probabilities.argmax(axis=1)))
    for kind, expected in (("loss", losses), ("accuracy", right)):
        found = curves(opened, kind)
        assert list(found) == list(indices)
        for name, (epochs, values) in found.items():
            assert epochs == list(range(1, chosen.epochs + 1))
            assert_close(values, expected[name], 1e-5 if kind == "loss" else 1e-9)
    held_out, last = losses["held-out texts"], {name: f"{each[-1]:.0%}" for name, each in right.items()}
    epochs_said = "1 epoch" if chosen.epochs == 1 else f"{chosen.epochs} epochs"
    unseen, seen = last["held-out texts"], last["training texts"]
    said = f"After {epochs_said} the network is right on {unseen} of held-out texts and {seen} of training texts"
    assert sections(opened)[0] == said
    lowest = int(np.argmin(held_out))
    (status,) = (each.value for each in opened.app.markdown if "the loss is lowest" in each.value)
    assert f"the loss is lowest after epoch {lowest + 1}, {held_out[lowest]:.3f}" in status
    assert ("the last epoch" in status) == (lowest + 1 == chosen.epochs)
    assert ("overconfident" in status) == (f"{held_out[lowest]:.3f}" != f"{held_out[-1]:.3f}")
    row = opened.table("On held-out texts")[1]
    assert (row[0], row[2]) == (NETWORK, f"{right['held-out texts'][-1]:.1%}")
    assert_close(number(row[3]), held_out[-1], 6e-4)


def test_training_is_drawn_epoch_after_epoch_and_ends_as_core_trains_it(reviews: LabelledTexts, clock: Clock) -> None:
    opened = visit(sentiment=TRAIN, epochs="12").press("Train it")
    assert clock.seen == list(range(1, 13))
    assert_trained(opened, reviews, epochs=12)
    assert not buttons(opened)["Train it"].disabled
    assert buttons(opened)["Stop"].disabled


def test_the_settings_of_the_network_decide_what_it_learns(reviews: LabelledTexts) -> None:
    opened = visit(sentiment=TRAIN, epochs="12", network_seed="3", hidden_units="5", learning_rate="0.01")
    assert_trained(opened, reviews, epochs=12, seed=3, hidden=5, learning_rate=0.01)
    opened.slide("epochs", 1)
    assert_trained(opened, reviews, epochs=1, seed=3, hidden=5, learning_rate=0.01)
    of_seeds = [curves(visit(sentiment=TRAIN, epochs="3", network_seed=seed), "loss") for seed in ("0", "1", "0")]
    first, second, again = (found["held-out texts"][1] for found in of_seeds)
    assert np.array_equal(first, again)
    assert not np.isclose(first, second, atol=1e-4).any()


def test_a_training_that_is_stopped_leaves_the_network_with_the_epochs_it_reached(
    encoder: Encoder, reviews: LabelledTexts, clock: Clock
) -> None:
    clock.stop_at = 5
    opened = visit(PRAISE, sentiment=TRAIN, epochs="40").press("Train it")
    assert clock.seen == [1, 2, 3, 4, 5]
    assert sections(opened) == ["Training 12,386 weights on 360 texts"]
    assert buttons(opened)["Train it"].disabled
    assert not buttons(opened)["Stop"].disabled
    opened.press("Stop")
    assert opened.app.slider(key="epochs").value == 5
    assert_trained(opened, reviews, epochs=5)
    opened.pick("sentiment", TYPED)
    expected = reviews.probabilities(NETWORK, inputs_of(encoder, [PRAISE]), epochs=5)[0, 1]
    assert_close(verdicts(opened)[METHODS.index(NETWORK)], expected, 1e-4)

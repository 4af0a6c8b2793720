"""The training of the network: its measures epoch by epoch, and its boundary, which moves."""

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from scipy.special import softmax
from scipy.stats import bootstrap
from sklearn.metrics import accuracy_score, log_loss

from components.core.classification.classifiers import ClassifierInputs
from components.core.classification.mlp import MlpSettings, MlpTraining
from components.core.classification.plane import separating_plane
from components.ui.sentiment.training_history import rise_from_lowest
from tests.support.reference import assert_close
from tests.support.sentiment_page import (
    NETWORK,
    TRAIN,
    LabelledTexts,
    curves,
    number,
    sections,
    visit,
    words,
)
from tests.support.visit import Visit, array

# Some classifiers are explained beside a map.
pytestmark = pytest.mark.usefixtures("umap_compiled")


def rises_beyond_chance(losses: np.ndarray) -> bool:
    """(E, M) losses of the same texts: True if they rise from the lowest epoch of one half, seen on the other half."""
    halves = np.arange(losses.shape[1]) % 2
    lowest = [losses[:, halves != half].mean(axis=1).argmin() for half in halves]
    rise = losses[-1] - losses[lowest, np.arange(losses.shape[1])]
    found = bootstrap((rise,), np.mean, n_resamples=4000, method="percentile", rng=np.random.default_rng(1))
    return bool(rise.any() and found.confidence_interval.low > 0)


def assert_trained(opened: Visit, reviews: LabelledTexts, **settings: Any) -> None:
    """The curves and the sentences are those of core's training, epoch by epoch."""
    chosen = MlpSettings(**settings)
    indices = {"training texts": reviews.train, "held-out texts": reviews.test}
    given, targets = reviews.inputs.vectors[reviews.train], reviews.targets[reviews.train]
    training = MlpTraining(given[None], targets[None], 2, chosen)
    losses: dict[str, list[float]] = {name: [] for name in indices}
    right: dict[str, list[float]] = {name: [] for name in indices}
    per_text: list[np.ndarray] = []
    for _ in range(chosen.epochs):
        training.train(1)
        for name, at in indices.items():
            probabilities = softmax(training.networks[0].logits(reviews.inputs.vectors[at]).astype(float), axis=1)
            losses[name].append(log_loss(reviews.targets[at], probabilities))
            if name == "held-out texts":
                per_text.append(-np.log(probabilities[np.arange(len(at)), reviews.targets[at]]))
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
    status = words(opened).partition("On held-out texts ")[2].partition(" Watch it learn")[0]
    assert f"the loss is lowest after epoch {lowest + 1}, {held_out[lowest]:.3f}" in status
    assert ("the last epoch" in status) == (lowest + 1 == chosen.epochs)
    assert ("overconfident" in status) == (lowest + 1 < chosen.epochs and rises_beyond_chance(np.array(per_text)))
    row = opened.table("On held-out texts")[1]
    assert (row[0], row[2]) == (NETWORK, f"{right['held-out texts'][-1]:.1%}")
    assert_close(number(row[3]), held_out[-1], 6e-4)


def test_training_is_drawn_epoch_after_epoch_as_core_trains_it(reviews: LabelledTexts) -> None:
    opened = visit(screen=TRAIN, epochs="12")
    assert_trained(opened, reviews, epochs=12)
    frames = opened.figure("training")["frames"]
    assert [each["name"] for each in frames] == [str(epoch) for epoch in range(1, 13)]
    for epoch, each in enumerate(frames, 1):
        assert len(array(each["data"][0]["x"])) == epoch


def test_the_boundary_moves_while_the_network_learns_and_ends_where_its_answers_change(reviews: LabelledTexts) -> None:
    figure = visit(screen=TRAIN, epochs="12").figure("training")
    answers = [array(each["data"][-1]["z"]) for each in figure["frames"]]
    assert all(not np.array_equal(before, after) for before, after in pairwise(answers))
    plane = separating_plane(reviews.inputs.vectors[reviews.train], reviews.targets[reviews.train])
    border = figure["frames"][-1]["data"][-1]
    across, down = np.meshgrid(array(border["x"]), array(border["y"]))
    vectors = plane.lift(np.stack([across.ravel(), down.ravel()], axis=1)).astype(np.float32)
    network = reviews.classifier(NETWORK, epochs=12)
    expected = softmax(network.logits(ClassifierInputs((), vectors, vectors)).astype(float), axis=1)[:, 1]
    assert_close(answers[-1].ravel(), expected, 1e-4)


def test_the_settings_of_the_network_decide_what_it_learns(reviews: LabelledTexts) -> None:
    opened = visit(screen=TRAIN, epochs="12", network_seed="3", hidden_units="5", learning_rate="0.01")
    assert_trained(opened, reviews, epochs=12, seed=3, hidden=5, learning_rate=0.01)
    opened.slide("epochs", 1)
    assert_trained(opened, reviews, epochs=1, seed=3, hidden=5, learning_rate=0.01)
    of_seeds = [curves(visit(screen=TRAIN, epochs="3", network_seed=seed), "loss") for seed in ("0", "1", "0")]
    first, second, again = (found["held-out texts"][1] for found in of_seeds)
    assert np.array_equal(first, again)
    assert not np.isclose(first, second, atol=1e-4).any()


def test_a_loss_that_has_hardly_risen_is_within_chance_and_one_that_has_risen_far_is_called_overconfident(
    reviews: LabelledTexts,
) -> None:
    for epochs, said in ((80, "which is within chance."), (100, "it has become overconfident.")):
        opened = visit(screen=TRAIN, epochs=str(epochs))
        assert said in words(opened)
        assert_trained(opened, reviews, epochs=epochs)


def test_a_loss_that_wanders_without_rising_is_called_overconfident_in_one_of_twenty_trainings() -> None:
    random = np.random.default_rng(4)
    called = {"picked on the same texts": 0, "held out": 0}
    for _ in range(100):
        losses = np.cumsum(random.normal(size=(30, 80)), axis=0)
        own = losses[-1] - losses[losses.mean(axis=1).argmin()]
        called["picked on the same texts"] += own.mean() > 1.96 * own.std() / 80**0.5
        called["held out"] += rise_from_lowest(losses).low > 0
    assert called["picked on the same texts"] >= 10
    assert called["held out"] <= 5

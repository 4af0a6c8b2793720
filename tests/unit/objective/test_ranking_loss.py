"""The loss, and one step on it, are those of sentence-transformers and torch; the shared model never changes."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.losses import MultipleNegativesRankingLoss

from components.core.model.encoder import Encoder
from components.core.objective.one_step import GradientStep, loss_of_pairs, take_step
from components.core.objective.pairs import Pair
from components.core.objective.ranking_loss import RankingLoss, ranking_loss
from components.ui.blank.session import shipped_pairs
from tests.support.reference import Opened

PAIRS = (
    Pair("Squatch eats pizza", "it tasted good"),
    Pair("the oven", "the pizza came out of it!"),
    Pair("and it", "the squatch"),
)
RATE = 0.01
#: What the last layer is called in each architecture; that of ALBERT is used twice.
LAST = {
    "bert": "encoder.layer.2.",
    "roberta": "encoder.layer.2.",
    "distilbert": "transformer.layer.2.",
    "electra": "encoder.layer.2.",
    "albert": "encoder.albert_layer_groups.1.albert_layers.0.",
    "xlm-roberta": "encoder.layer.2.",
    "modernbert": "layers.2.",
    "modernbert-wide": "layers.2.",
    "all-MiniLM-L6-v2": "encoder.layer.5.",
}


def reference_loss(model: SentenceTransformer, pairs: tuple[Pair, ...]) -> torch.Tensor:
    """The loss as sentence-transformers trains with it."""
    columns = [[pair.first for pair in pairs], [pair.second for pair in pairs]]
    features: list[dict[str, Any]] = [dict(model.preprocess(column)) for column in columns]
    loss: torch.Tensor = MultipleNegativesRankingLoss(model)(features, torch.zeros(0))
    return loss


def test_a_batch_worked_by_hand() -> None:
    batch = RankingLoss(np.array([[0.5, 0.5], [0.4, 0.45]]))
    np.testing.assert_allclose(batch.scores, [[10, 10], [8, 9]])
    np.testing.assert_allclose(batch.shares[0], [0.5, 0.5])
    np.testing.assert_allclose(batch.losses, [np.log(2), np.log(1 + np.exp(-1))])
    assert batch.loss == pytest.approx((0.693147 + 0.313262) / 2, abs=1e-6)
    assert (batch.found, batch.hardest, batch.rival(0), batch.rival(1)) == (2, 0, 1, 0)


def test_a_share_too_small_for_a_number_has_a_finite_loss() -> None:
    batch = ranking_loss(np.array([[1.0, 0.0], [0.0, 1.0]]), np.array([[-1.0, 0.0], [1.0, 0.0]]))
    assert batch.losses[0] == pytest.approx(40)
    assert batch.found == 0
    assert batch.rival(0) == 1


def test_the_loss_is_that_of_sentence_transformers(opened: Opened) -> None:
    batch = loss_of_pairs(opened.encoder, PAIRS)
    with torch.no_grad():
        assert batch.loss == pytest.approx(float(reference_loss(opened.sentence_model, PAIRS)), abs=1e-4)
    np.testing.assert_allclose(-np.log(np.diag(batch.shares)), batch.losses, rtol=1e-6)
    np.testing.assert_allclose(batch.shares.sum(axis=1), 1)


def test_one_step_is_that_of_torch_s_own_descent_on_a_model_loaded_afresh(opened: Opened) -> None:
    fresh = SentenceTransformer(str(opened.directory), device="cpu").eval()
    last = LAST.get(opened.directory.name, LAST["all-MiniLM-L6-v2"])
    weights = [each for name, each in fresh.named_parameters() if f"model.{last}" in name]
    descent = torch.optim.SGD(weights, lr=RATE)
    loss = reference_loss(fresh, PAIRS)
    loss.backward()
    length = float(torch.cat([each.grad.flatten() for each in weights if each.grad is not None]).norm())
    descent.step()
    step = take_step(opened.encoder, PAIRS, RATE)
    assert step.weights == sum(each.numel() for each in weights)
    assert step.gradient_length == pytest.approx(length, rel=1e-3)
    assert step.before.loss == pytest.approx(loss.item(), abs=1e-4)
    with torch.no_grad():
        assert step.after.loss == pytest.approx(float(reference_loss(fresh, PAIRS)), abs=1e-3)
    vectors = [fresh.encode([getattr(pair, side) for pair in PAIRS]) for side in ("first", "second")]
    np.testing.assert_allclose(step.after.cosines, ranking_loss(*vectors).cosines, atol=1e-3)
    assert np.abs(step.moved).max() > 1e-3


def test_the_model_that_everybody_uses_is_never_changed(open_model: Callable[[str], Opened], encoder: Encoder) -> None:
    for each in (encoder, open_model("albert").encoder, open_model("modernbert").encoder):
        weights = {name: value.clone() for name, value in each._pipeline.state_dict().items()}
        wants = [parameter.requires_grad for parameter in each._pipeline.parameters()]
        text = "Squatch eats pizza"
        before = each.trace(text)
        first, second = (take_step(each, PAIRS, 0.3) for _ in range(2))
        np.testing.assert_array_equal(first.after.cosines, second.after.cosines)
        assert all(torch.equal(value, weights[name]) for name, value in each._pipeline.state_dict().items())
        assert [parameter.requires_grad for parameter in each._pipeline.parameters()] == wants
        assert all(parameter.grad is None for parameter in each._pipeline.parameters())
        np.testing.assert_array_equal(each.trace(text).hidden_states, before.hidden_states)


def test_a_copy_shares_all_numbers_but_those_of_the_last_layer(encoder: Encoder) -> None:
    copied, own = encoder.copy_with_own_last_layer()
    shared = {name: parameter.data_ptr() for name, parameter in encoder._pipeline.named_parameters()}
    apart = {name for name, parameter in copied.named_parameters() if parameter.data_ptr() != shared[name]}
    assert {name for name in shared if ".encoder.layer.5." in name} == apart
    assert len(own) == len(apart)
    assert {name for name, parameter in copied.named_parameters() if parameter.requires_grad} == apart


@pytest.fixture(scope="module")
def shipped(encoder: Encoder) -> GradientStep:
    """A step on the shipped pairs, as the page opens with it."""
    return take_step(encoder, shipped_pairs(), RATE)


def test_the_shipped_pairs_are_eight_of_which_some_are_confused_and_a_step_helps(shipped: GradientStep) -> None:
    pairs = shipped_pairs()
    assert len(pairs) == 8
    assert len({text for pair in pairs for text in (pair.first, pair.second)}) == 16
    assert 0 < shipped.before.found < 8
    assert shipped.after.loss < shipped.before.loss


def test_a_step_that_is_far_too_long_makes_the_loss_of_the_shipped_pairs_rise(
    shipped: GradientStep, encoder: Encoder
) -> None:
    assert take_step(encoder, shipped_pairs(), 0.3).after.loss > shipped.before.loss

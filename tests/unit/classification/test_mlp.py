"""The small network, against torch's own layers and optimizer, and trained again and again to the last bit."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields, replace

import numpy as np
import pytest
import torch
from sklearn.datasets import make_blobs
from torch.nn.functional import cross_entropy

from components.core.classification.mlp import DEFAULT_SETTINGS, Mlp, MlpSettings, MlpTraining
from components.core.numerics.similarity import normalise_rows
from tests.support.reference import assert_close

_SETTINGS = MlpSettings(hidden=6, epochs=15, learning_rate=0.02, weight_decay=0.3, seed=3)
_NAMES = [field.name for field in fields(Mlp)]

Texts = tuple[np.ndarray, np.ndarray]  # (n, D), (n,)


def texts(count: int = 40, width: int = 10, classes: int = 3, seed: int = 0) -> Texts:
    """Unit vectors and classes that have little to do with them."""
    random = np.random.default_rng(seed)
    vectors = normalise_rows(random.normal(size=(count, width))).astype(np.float32)
    return vectors, random.integers(0, classes, count)


def training(learned_from: Texts, settings: MlpSettings = _SETTINGS, classes: int = 3) -> MlpTraining:
    vectors, targets = learned_from
    return MlpTraining(vectors[None], targets[None], classes, settings)


def trained(learned_from: Texts, settings: MlpSettings = _SETTINGS, classes: int = 3, epochs: int | None = None) -> Mlp:
    begun = training(learned_from, settings, classes)
    begun.train(settings.epochs if epochs is None else epochs)
    return begun.networks[0]


def equal(one: Mlp, other: Mlp) -> bool:
    """True if two networks are identical to the last bit."""
    return all(np.array_equal(getattr(one, name), getattr(other, name)) for name in _NAMES)


def assert_alike(one: Mlp, other: Mlp, atol: float = 1e-5) -> None:
    for name in _NAMES:
        assert_close(getattr(one, name), getattr(other, name), atol)


def layers_of(network: Mlp) -> torch.nn.Sequential:
    """Return the same network as torch's own layers."""
    first = torch.nn.Linear(*network.first.shape)
    second = torch.nn.Linear(*network.second.shape)
    with torch.no_grad():
        for layer, weight, bias in (
            (first, network.first, network.first_bias),
            (second, network.second, network.second_bias),
        ):
            layer.weight.copy_(torch.from_numpy(weight.T.copy()))
            layer.bias.copy_(torch.from_numpy(bias.copy()))
    return torch.nn.Sequential(first, torch.nn.ReLU(), second)


def network_of(layers: torch.nn.Sequential) -> Mlp:
    weights = [parameter.detach().numpy().T.copy() for parameter in layers.parameters()]
    return Mlp(*weights)


# The arithmetic


def test_logits_are_those_of_torchs_own_layers() -> None:
    network, vectors = trained(texts()), texts(seed=1)[0]
    with torch.inference_mode():
        expected = layers_of(network)(torch.from_numpy(vectors)).numpy()
    assert_close(network.logits(vectors), expected, atol=1e-6)
    assert np.ptp(expected) > 0.5


def test_logits_by_hand() -> None:
    # Of the two hidden units (1 · 2 + 1, 1 · −3 + 1) the second is negative, and so silent.
    parameters = ([[2, -3]], [1, 1], [[1, 0.5], [7, 7]], [0, 4])
    network = Mlp(*(np.array(each, dtype=np.float32) for each in parameters))
    np.testing.assert_array_equal(network.logits(np.array([[1.0]])), [[3, 5.5]])


@pytest.mark.parametrize("epochs", [1, 2, 60])
@pytest.mark.parametrize("classes", [2, 3])
def test_training_is_that_of_torchs_own_layers_with_adamw(classes: int, epochs: int) -> None:
    vectors, targets = texts(classes=classes)
    layers = layers_of(trained((vectors, targets), classes=classes, epochs=0))
    optimizer = torch.optim.AdamW(layers.parameters(), lr=_SETTINGS.learning_rate, weight_decay=_SETTINGS.weight_decay)
    for _ in range(epochs):
        optimizer.zero_grad()
        cross_entropy(layers(torch.from_numpy(vectors)), torch.from_numpy(targets)).backward()
        optimizer.step()
    assert_alike(trained((vectors, targets), classes=classes, epochs=epochs), network_of(layers), atol=2e-5)


def test_the_first_step_of_adamw_by_hand() -> None:
    # Moments that are corrected for their start make the first step the gradient's sign times the learning rate,
    # after the weights have shrunk by learning rate times weight decay (Loshchilov and Hutter 2019, algorithm 2).
    learned_from = texts()
    before, after = (trained(learned_from, epochs=epochs) for epochs in (0, 1))
    layers = layers_of(before)
    cross_entropy(layers(torch.from_numpy(learned_from[0])), torch.from_numpy(learned_from[1])).backward()
    rate, decay = _SETTINGS.learning_rate, _SETTINGS.weight_decay
    for name, parameter in zip(_NAMES, layers.parameters(), strict=True):
        assert parameter.grad is not None
        gradient = parameter.grad.numpy().T
        shrunk = getattr(before, name) * (1 - rate * decay)
        expected = shrunk - rate * gradient / (np.abs(gradient) + 1e-8)
        assert_close(getattr(after, name), expected, atol=1e-6)


def test_weights_begin_as_those_of_torchs_linear_layers_do() -> None:
    network = trained(texts(width=400), replace(_SETTINGS, hidden=300), epochs=0)
    for name, rows in (("first", 400), ("first_bias", 400), ("second", 300), ("second_bias", 300)):
        bound = rows**-0.5
        weights = getattr(network, name)
        assert np.abs(weights).max() <= bound
        if weights.size > 100:
            # Uniform: up to the bound, about 0, and the variance of a third of its square.
            assert np.abs(weights).max() > 0.98 * bound
            assert abs(weights.mean()) < 0.12 * bound
            assert weights.var() == pytest.approx(bound**2 / 3, rel=0.15)


# To the last bit


def test_the_same_seed_makes_the_same_network_to_the_last_bit() -> None:
    first = trained(texts(count=200, width=64))
    torch.manual_seed(99)
    torch.rand(1000)
    np.random.seed(99)
    assert equal(trained(texts(count=200, width=64)), first)


def test_networks_of_other_threads_trained_at_once_are_the_same_to_the_last_bit() -> None:
    learned_from = texts(count=400, width=384)
    settings = replace(_SETTINGS, hidden=32, epochs=8)
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: trained(learned_from, settings), range(4)))
    alone = trained(learned_from, settings)
    assert all(equal(each, alone) for each in found)


def test_training_leaves_torchs_global_state_alone() -> None:
    torch.manual_seed(5)
    before = torch.get_rng_state()
    with torch.no_grad():
        trained(texts())
        assert not torch.is_grad_enabled()
    assert torch.equal(torch.get_rng_state(), before)
    assert torch.is_grad_enabled()


@pytest.mark.parametrize(
    "changed",
    [{"seed": 4}, {"hidden": 7}, {"learning_rate": 0.03}, {"weight_decay": 0.2}],
    ids=lambda changed: str(next(iter(changed))),
)
def test_another_setting_makes_another_network(changed: dict[str, float]) -> None:
    one, other = (
        trained(texts(), settings).logits(texts(seed=1)[0])
        for settings in (_SETTINGS, replace(_SETTINGS, **changed))  # type: ignore[arg-type]
    )
    assert np.abs(one - other).max() > 1e-3


# As it goes on


def test_some_epochs_and_then_more_are_as_many_at_once_to_the_last_bit() -> None:
    begun = training(texts())
    seen = []
    for epochs in (0, 1, 4, 10):
        begun.train(epochs)
        seen.append(begun.networks[0])
    assert begun.epochs == 15
    for network, epochs in zip(seen, (0, 1, 5, 15), strict=True):
        assert equal(network, trained(texts(), epochs=epochs))


def test_a_network_that_was_looked_at_does_not_change_as_training_goes_on() -> None:
    begun = training(texts())
    looked_at = begun.networks[0]
    copied = Mlp(*(getattr(looked_at, name).copy() for name in _NAMES))
    begun.train(3)
    assert equal(looked_at, copied)
    assert not equal(begun.networks[0], looked_at)


def test_what_is_learned_from_may_change_once_training_has_begun() -> None:
    vectors, targets = texts()
    begun = training((vectors, targets))
    vectors[:], targets[:] = 0, 0
    begun.train(_SETTINGS.epochs)
    assert equal(begun.networks[0], trained(texts()))


@pytest.mark.filterwarnings("error")
def test_arrays_that_are_read_only_or_lie_otherwise_in_memory_are_learned_from_alike() -> None:
    vectors, targets = texts()
    turned = np.asfortranarray(vectors.astype(np.float64)), np.repeat(targets.astype(np.int32), 2)[::2]
    read_only = vectors.copy(), targets.copy()
    for array in read_only:
        array.setflags(write=False)
    assert equal(trained(turned), trained((vectors, targets)))
    assert equal(trained(read_only), trained((vectors, targets)))


# Side by side


@pytest.mark.parametrize("classes", [2, 3])
def test_networks_trained_side_by_side_are_each_as_if_alone(classes: int) -> None:
    each = [texts(seed=seed, classes=classes) for seed in range(4)]
    together = MlpTraining(np.stack([v for v, _ in each]), np.stack([t for _, t in each]), classes, _SETTINGS)
    together.train(_SETTINGS.epochs)
    assert len(together.networks) == 4
    for network, learned_from in zip(together.networks, each, strict=True):
        assert_alike(network, trained(learned_from, classes=classes))
    # They began alike and have gone apart.
    assert not equal(together.networks[0], together.networks[1])


def test_networks_side_by_side_begin_alike() -> None:
    each = [texts(seed=seed) for seed in range(3)]
    begun = MlpTraining(np.stack([v for v, _ in each]), np.stack([t for _, t in each]), 3, _SETTINGS)
    assert all(equal(network, begun.networks[0]) for network in begun.networks)


# What it learns


@pytest.mark.parametrize("classes", [2, 3, 10])
def test_it_separates_blobs_and_knows_new_points_of_them(classes: int) -> None:
    points, of = make_blobs(60 * classes, 16, centers=classes, cluster_std=1.0, random_state=0)
    points = normalise_rows(points).astype(np.float32)
    network = trained((points[::2], of[::2]), DEFAULT_SETTINGS, classes)
    assert network.logits(points).shape == (60 * classes, classes)
    assert (network.logits(points).argmax(axis=1) == of).mean() > 0.98


def test_it_learns_what_no_line_separates() -> None:
    # Exclusive or: opposite quarters of a square belong together.
    points = np.random.default_rng(0).uniform(-1, 1, size=(400, 2)).astype(np.float32)
    of = (points[:, 0] * points[:, 1] > 0).astype(int)
    network = trained((points[::2], of[::2]), MlpSettings(epochs=300, learning_rate=0.03), classes=2)
    assert (network.logits(points[1::2]).argmax(axis=1) == of[1::2]).mean() > 0.9


def test_the_cross_entropy_of_what_is_learned_from_falls() -> None:
    learned_from = texts()
    losses = []
    for epochs in (0, 5, 20, 80):
        logits = torch.from_numpy(trained(learned_from, epochs=epochs).logits(learned_from[0]))
        losses.append(float(cross_entropy(logits, torch.from_numpy(learned_from[1]))))
    assert losses == sorted(losses, reverse=True)
    assert losses[-1] < 0.9 * losses[0]

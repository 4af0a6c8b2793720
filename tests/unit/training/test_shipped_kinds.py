"""The shipped models are those that their training gives, and near the least loss that is possible."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from components.core.languages.language import language_of
from components.core.languages.translation import translation_floor
from components.core.numerics import single_thread  # noqa: F401
from components.core.training.runs import run_of
from components.core.training.settings import Kind, TrainingSettings
from components.core.training.shipped_kinds import FIRST_STEPS, read_model, read_training, ship
from components.ui.assets import ASSETS
from components.ui.kinds.shipped import FOLDER, grammar

SHIPPED = ASSETS / FOLDER
AGAIN = "Train them again: python -m components.ui.kinds.ship"
#: Nats above the floor.
NEAR = {Kind.ENCODER: 0.01, Kind.DECODER: 0.005, Kind.BOTH: 0.005}


@pytest.mark.parametrize("kind", list(Kind))
def test_to_train_again_gives_the_losses_of_the_shipped_training(kind: Kind) -> None:
    shipped = read_training(SHIPPED, kind)
    run = run_of(language_of(shipped.settings.grammar), shipped.settings)
    losses = [run.do_step() for _ in range(FIRST_STEPS)]
    assert losses == pytest.approx(shipped.losses, abs=1e-5), AGAIN


@pytest.mark.parametrize("kind", list(Kind))
def test_the_shipped_weights_have_the_last_loss_of_their_training(kind: Kind) -> None:
    shipped = read_training(SHIPPED, kind)
    language = language_of(shipped.settings.grammar)
    run = run_of(language, shipped.settings)
    run.model = read_model(SHIPPED, language, shipped.settings)
    assert run.test() == pytest.approx(shipped.tests[shipped.settings.steps], abs=1e-5), AGAIN


@pytest.mark.parametrize("kind", list(Kind))
def test_the_shipped_models_are_near_the_least_loss_that_is_possible(kind: Kind) -> None:
    shipped = read_training(SHIPPED, kind)
    language = language_of(shipped.settings.grammar)
    floor = {
        Kind.ENCODER: language.floor(),
        Kind.DECODER: language.next_floor(),
        Kind.BOTH: translation_floor(language),
    }[kind]
    assert floor is not None
    assert 0 <= shipped.tests[shipped.settings.steps] - floor.nats < NEAR[kind]


def test_all_three_were_trained_alike_on_the_language_of_the_page() -> None:
    settings = [read_training(SHIPPED, kind).settings for kind in Kind]
    assert [replace(each, kind=Kind.ENCODER) for each in settings] == [TrainingSettings(grammar())] * 3, AGAIN


def test_the_files_are_small() -> None:
    sizes = {file.name: file.stat().st_size for file in SHIPPED.glob("*.safetensors")}
    assert set(sizes) == {"encoder.safetensors", "decoder.safetensors", "translator.safetensors"}
    assert max(sizes.values()) < 300_000


@pytest.mark.parametrize("kind", list(Kind))
def test_what_is_shipped_is_read_as_it_was_trained(kind: Kind, tmp_path: Path) -> None:
    rules = "S: A sleeps -> A dorma\nA: cat -> mirel | dog -> kalel"
    settings = TrainingSettings(rules, layers=1, heads=1, width=16, kind=kind, steps=3)
    reported = list(ship(settings, tmp_path))
    language = language_of(rules)
    run = run_of(language, settings)
    for _ in range(3):
        run.do_step()
    read = read_model(tmp_path, language, settings).state_dict()
    assert all(torch.equal(read[name], each) for name, each in run.model.state_dict().items())
    assert read_training(tmp_path, kind) == reported[-1]

"""Trained models of each kind that come with the app: written by a script, read at first use.

Beside the weights stand the losses of the training, so that a test can train again and compare.
"""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from safetensors.torch import load_model, save_model
from transformers import PreTrainedModel

from components.core.languages.language import ToyLanguage, language_of
from components.core.training.kinds_of_model import untrained
from components.core.training.runs import run_of
from components.core.training.settings import Kind, TrainingSettings, settings_from

#: The losses of so many steps are kept one by one.
FIRST_STEPS: Final = 10
_WEIGHTS: Final = {Kind.ENCODER: "encoder", Kind.DECODER: "decoder", Kind.BOTH: "translator"}


@dataclass(frozen=True)
class ShippedTraining:
    """One training and what came of it."""

    settings: TrainingSettings
    losses: tuple[float, ...]  # of the batches of the first steps, in nats
    tests: dict[int, float]  # step → the mean loss over all that the language asks, in nats


def ship(settings: TrainingSettings, folder: Path) -> Iterator[ShippedTraining]:
    """Train a model, and write its weights and its losses into a folder; yield at each checkpoint what is done."""
    run = run_of(language_of(settings.grammar), settings)
    tests, losses = {0: run.test()}, list[float]()
    checkpoints = frozenset(settings.checkpoints)
    while run.step < settings.steps:
        loss = run.do_step()
        losses += [loss] if run.step <= FIRST_STEPS else []
        if run.step in checkpoints:
            tests[run.step] = run.test()
            yield ShippedTraining(settings, tuple(losses), tests)
    save_model(run.model, str(folder / f"{_WEIGHTS[settings.kind]}.safetensors"))
    written = asdict(ShippedTraining(settings, tuple(losses), tests))
    (folder / f"{_WEIGHTS[settings.kind]}.json").write_text(json.dumps(written, indent=1) + "\n", encoding="utf-8")


def read_training(folder: Path, kind: Kind) -> ShippedTraining:
    """Return what is written of the training of a kind."""
    content = json.loads((folder / f"{_WEIGHTS[kind]}.json").read_text(encoding="utf-8"))
    tests = {int(step): loss for step, loss in content["tests"].items()}
    return ShippedTraining(settings_from(content["settings"]), tuple(content["losses"]), tests)


def read_model(folder: Path, language: ToyLanguage, settings: TrainingSettings) -> PreTrainedModel:
    """Return the model of the settings' kind with its trained weights, ready to be asked."""
    model = untrained(language, settings)
    load_model(model, str(folder / f"{_WEIGHTS[settings.kind]}.safetensors"))
    return model.eval()

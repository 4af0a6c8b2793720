"""What is kept of a training, in a folder of its own: settings, curve, checkpoints, and the trained model."""

import json
import os
import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file

from components.core.training.settings import TrainingSettings, settings_from

#: So many trainings are kept; beyond, those that were used longest ago are deleted.
MOST_KEPT: Final = 48
_SETTINGS, _CURVE, _STATE, MODEL = "settings.json", "curve.json", "state.pt", "model"
# Seconds after which the folder of a training that never ended is taken for left behind.
_LEFT_BEHIND = 3_600.0


@dataclass
class Curve:
    """The loss as the model learns, in nats."""

    losses: list[float] = field(default_factory=list)  # of the batch of each step, before it; from step 1
    tests: dict[int, float] = field(default_factory=dict)  # step → the mean loss for one hidden word
    seconds: float = 0.0  # how long the steps took

    @property
    def step(self) -> int:
        """The steps that are done."""
        return len(self.losses)


def write_settings(folder: Path, settings: TrainingSettings) -> None:
    """Begin a folder with the settings."""
    folder.mkdir(parents=True, exist_ok=True)
    _write(folder / _SETTINGS, asdict(settings))


def read_settings(folder: Path) -> TrainingSettings:
    """Return the settings of a folder."""
    return settings_from(json.loads((folder / _SETTINGS).read_text(encoding="utf-8")))


def write_curve(folder: Path, curve: Curve) -> None:
    """Keep a curve."""
    _write(folder / _CURVE, asdict(curve))


def read_curve(folder: Path) -> Curve:
    """Return the curve of a folder, a new one if there is none."""
    try:
        content = json.loads((folder / _CURVE).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return Curve()
    tests = {int(step): loss for step, loss in content["tests"].items()}
    return Curve(content["losses"], tests, content["seconds"])


def write_state(folder: Path, state: Mapping[str, Any], curve: Curve) -> None:
    """Keep what a training needs to go on from here; a kill at any moment leaves the state before or this one."""
    torch.save({"run": dict(state), "curve": asdict(curve)}, folder / f"{_STATE}.new")
    os.replace(folder / f"{_STATE}.new", folder / _STATE)


def read_state(folder: Path) -> tuple[dict[str, Any], Curve] | None:
    """Return what write_state() kept; None if there is nothing."""
    if not (folder / _STATE).exists():
        return None
    content = torch.load(folder / _STATE, weights_only=True)
    return content["run"], Curve(**content["curve"])


def write_checkpoint(folder: Path, step: int, model: torch.nn.Module) -> None:
    """Keep the weights after a step."""
    # Tied weights are stored once.
    kept: dict[int, str] = {}
    tensors = {}
    for name, tensor in model.state_dict().items():
        if tensor.data_ptr() not in kept and tensor.is_floating_point():
            kept[tensor.data_ptr()] = name
            tensors[name] = tensor.contiguous()
    save_file(tensors, folder / f"step-{step:06d}.safetensors")


def read_checkpoint(folder: Path, step: int, model: torch.nn.Module) -> None:
    """Give a model of the same size the weights after a step."""
    model.load_state_dict(load_file(folder / f"step-{step:06d}.safetensors"), strict=False)


class KeptTrainings:
    """The trainings of a folder, one folder each. Several processes may use it."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def find(self, settings: TrainingSettings) -> Path | None:
        """Return the folder of a training that is done; None if there is none."""
        return self.find_key(settings.key)

    def folder(self, settings: TrainingSettings) -> Path:
        """Return the folder of a training that is done. Raises FileNotFoundError if it is kept no longer."""
        folder = self.find(settings)
        if folder is None:
            raise FileNotFoundError(f"There is no training {settings.key}.")
        return folder

    def find_key(self, key: str) -> Path | None:
        """Return the folder of a training that is done, by the key of its settings; None if there is none."""
        folder = self.root / key
        if not key.isalnum() or not (folder / _CURVE).exists():
            return None
        with suppress(OSError):
            os.utime(folder)
        return folder

    def begin(self, settings: TrainingSettings) -> Path:
        """Return the folder for a training that begins, or goes on, in this process."""
        folder = self.root / f"{settings.key}.{os.getpid()}"
        write_settings(folder, settings)
        return folder

    def complete(self, settings: TrainingSettings) -> Path:
        """Let a training that has ended be found, under its own name, and delete those used longest ago."""
        folder, name = self.begin(settings), self.root / settings.key
        with suppress(OSError):
            (folder / _STATE).unlink()
        if name.exists():
            try:
                read_curve(name)
            except UNREADABLE:
                shutil.rmtree(name, ignore_errors=True)
        try:
            os.rename(folder, name)
        except OSError:
            # Another process was faster: the numbers are the same.
            shutil.rmtree(folder, ignore_errors=True)
        self._make_room()
        return name

    def forget(self, settings: TrainingSettings) -> None:
        """Delete a training that has begun here."""
        shutil.rmtree(self.root / f"{settings.key}.{os.getpid()}", ignore_errors=True)

    def _make_room(self) -> None:
        now = time.time()
        done = []
        for folder in self._folders():
            used = folder.stat().st_mtime
            if folder.suffix:
                if now - used > _LEFT_BEHIND:
                    shutil.rmtree(folder, ignore_errors=True)
            else:
                done.append((used, folder))
        for _, folder in sorted(done, reverse=True)[MOST_KEPT:]:
            shutil.rmtree(folder, ignore_errors=True)

    def _folders(self) -> Iterator[Path]:
        with suppress(FileNotFoundError):
            yield from (each for each in self.root.iterdir() if each.is_dir())


#: What a folder that somebody has damaged may raise when it is read.
UNREADABLE: Final = (OSError, ValueError, KeyError, SafetensorError, RuntimeError)


def _write(file: Path, content: Mapping[str, Any]) -> None:
    file.with_suffix(".new").write_text(json.dumps(content), encoding="utf-8")
    os.replace(file.with_suffix(".new"), file)

"""The comparison of vectors over several trainings, measured beforehand: `python -m components.ui.kinds.similarity`.

One training is one example: with another seed the areas differ by a tenth and more. So each kind is trained again from
other seeds, some minutes for each, and only what all trainings agree in is said. Needed when the language, or what
decides a training, has changed; a test says so.
"""

import json
import shutil
from collections.abc import Sequence
from dataclasses import replace
from functools import cache as once
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import numpy as np

from components.core.kinds.models import KindModels, open_kinds
from components.core.kinds.similarity_question import Vector, compare
from components.core.numerics import single_thread  # noqa: F401
from components.core.training.settings import Kind
from components.core.training.shipped_kinds import read_training, ship
from components.ui.assets import ASSETS
from components.ui.kinds.shipped import FOLDER

#: Where in a sentence of Kitchen, counted from 0, stands that in which two sentences may agree, and what it says.
QUESTIONS: Final = {1: "who eats or drinks", 4: "what is eaten or drunk", 8: "why"}
#: Trainings of each kind; the first is the shipped one, of seed 0.
TRAININGS: Final = 5
_FILE = "similarity.json"
#: The kinds that are compared.
COMPARED: Final = (Kind.ENCODER, Kind.DECODER)


def trained_as(models: KindModels) -> list[str]:
    """What decides the trainings that are compared."""
    return [models.trainings[kind].settings.key for kind in COMPARED]


@once
def read_areas() -> dict[str, dict[Vector, np.ndarray]]:
    """Return the areas of each question: vector → one for each of TRAININGS."""
    kept = json.loads((ASSETS / FOLDER / _FILE).read_text(encoding="utf-8"))["areas"]
    return {name: {vector: np.array(kept[name][vector.value]) for vector in Vector} for name in QUESTIONS.values()}


def read_trained_as() -> list[str]:
    """Return what decided the trainings that were measured."""
    keys: list[str] = json.loads((ASSETS / FOLDER / _FILE).read_text(encoding="utf-8"))["trained_as"]
    return keys


def write_areas(folders: Sequence[Path]) -> None:
    """Measure the models of some folders, the shipped ones first, and write what is found."""
    trainings = [open_kinds(folder) for folder in folders]
    found = [compare(models, tuple(QUESTIONS)) for models in trainings]
    areas = {
        name: {vector.value: [round(each[number][vector], 6) for each in found] for vector in Vector}
        for number, name in enumerate(QUESTIONS.values())
    }
    content = {"trained_as": trained_as(trainings[0]), "areas": areas}
    (ASSETS / FOLDER / _FILE).write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")


def main() -> None:
    """Train the kinds that are compared from other seeds, and measure them all."""
    with TemporaryDirectory() as made:
        folders = [ASSETS / FOLDER]
        for seed in range(1, TRAININGS):
            # The third kind is not compared; it is there so that the folder can be opened.
            folders.append(Path(shutil.copytree(ASSETS / FOLDER, Path(made) / str(seed))))
            for kind in COMPARED:
                settings = replace(read_training(ASSETS / FOLDER, kind).settings, seed=seed)
                for training in ship(settings, folders[-1]):
                    print(f"seed {seed}, {kind}: step {list(training.tests)[-1]}", flush=True)
        write_areas(folders)


if __name__ == "__main__":
    main()

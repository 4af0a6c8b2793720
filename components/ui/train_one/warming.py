"""Trains, while nobody waits, what the page Train one opens with."""

import os

from components.core.training.settings import TrainingSettings
from components.ui.caches import trainings
from components.ui.train_one import languages


def warm() -> None:
    """Have the shipped languages learned with the settings that the page opens with, and once without positions.

    It happens in the process that trains, once for all servers that share a cache.
    """
    if _is_on():
        trainings.trainer().train_when_idle([*map(opening_settings, languages.shipped()), without_order()])


def prepare() -> None:
    """Start the process that trains, for a reader who may ask for it soon."""
    if _is_on():
        trainings.trainer().prepare()


def _is_on() -> bool:
    """False with ENCODERSCOPE_TRAIN=off: then nothing begins before somebody asks for it."""
    return os.environ.get("ENCODERSCOPE_TRAIN") != "off"


def opening_settings(name: str) -> TrainingSettings:
    """The settings that the page opens with, for a shipped language."""
    return TrainingSettings(languages.shipped()[name].grammar)


def without_order() -> TrainingSettings:
    """The language in which the order matters most, without positions."""
    return TrainingSettings(languages.shipped()["Who sees whom"].grammar, positions=False)

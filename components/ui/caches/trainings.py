"""Toy languages, trainings of tiny models, and how they formed."""

import re
from functools import cache as once
from pathlib import Path
from typing import Final

from components.core.errors import ModelError
from components.core.languages.language import ToyLanguage, language_of
from components.core.storage.vector_store import cache_directory
from components.core.training import formation as forming
from components.core.training.formation import Formation, LearnedSkill
from components.core.training.kept import MODEL
from components.core.training.settings import TrainingSettings
from components.core.training.tiny_model import model_of
from components.core.training.trainer import Trainer
from components.ui.caches.memo import memoized
from components.ui.caches.requests import FormationRequest, SkillsRequest

_LANGUAGES = 64
# In bytes: a formation has up to 60 · 12 · 18 · 18 weights.
_FORMATIONS_BYTES = 60_000_000
_SKILLS = 256


# How the address and the sidebar name a trained model.
_BEFORE: Final = "trained/"
_NAME = re.compile(r"trained/[a-z-]{1,40}-([0-9a-f]{12})")


@once
def trainer() -> Trainer:
    """The trainings of this server."""
    return Trainer(cache_directory() / "trainings")


@memoized(_LANGUAGES)
def language(grammar: str) -> ToyLanguage:
    """The language of a grammar. Raises GrammarError."""
    return language_of(grammar)


def _size(formed: Formation) -> int:
    return int(formed.attention.nbytes + formed.map.nbytes + formed.said.nbytes)


@memoized(_FORMATIONS_BYTES, size_of=_size)
def formation(request: FormationRequest) -> Formation:
    """How a model that is trained has formed, seen at a sentence. Raises the errors of kept.UNREADABLE."""
    settings = request.settings
    folder = trainer().kept.folder(settings)
    formed = forming.formation(folder, language(settings.grammar), settings, request.sentence)
    for array in (formed.map, formed.attention, formed.said):
        array.setflags(write=False)
    return formed


@memoized(_SKILLS)
def skills(request: SkillsRequest) -> tuple[LearnedSkill, ...]:
    """When a model that is trained got its skills. Raises the errors of kept.UNREADABLE."""
    settings = request.settings
    folder = trainer().kept.folder(settings)
    return forming.learned_skills(folder, language(settings.grammar), settings, request.skills)


@memoized(_SKILLS)
def parameters(settings: TrainingSettings) -> int:
    """How many numbers of a model learn."""
    model = model_of(language(settings.grammar), settings)
    return sum(each.numel() for each in model.parameters() if each.requires_grad)


def name_of(language: str, settings: TrainingSettings) -> str:
    """Return the name of a trained model. language: what the language is called.

    >>> name_of("Who sees whom", TrainingSettings("S: a | b"))[:-12]
    'trained/who-sees-whom-'
    """
    return f"{_BEFORE}{language.lower().replace(' ', '-')}-{settings.key}"


def is_trained_here(model: str) -> bool:
    """True for the name of a model that was trained in this app."""
    return model.startswith(_BEFORE)


def directory_of(model: str) -> Path | None:
    """Return where a model lies that was trained here; None for any other model. Raises ModelError if it is gone."""
    if not is_trained_here(model):
        return None
    named = _NAME.fullmatch(model)
    folder = trainer().kept.find_key(named[1]) if named else None
    if folder is None:
        raise ModelError(
            f"The model {model.removeprefix(_BEFORE)[:60]} was trained here once, and is kept no longer. Train it "
            "again on the page Train one, or use another model."
        )
    return folder / MODEL

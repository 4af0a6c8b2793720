"""Toy languages, trainings of tiny models, and how they formed."""

from functools import cache as once

from components.core.languages.language import ToyLanguage, language_of
from components.core.storage.vector_store import cache_directory
from components.core.training import formation as forming
from components.core.training.formation import Formation, LearnedSkill
from components.core.training.trainer import Trainer
from components.ui.caches.memo import memoized
from components.ui.caches.requests import FormationRequest, SkillsRequest

_LANGUAGES = 64
# In bytes: a formation has up to 60 · 12 · 18 · 18 weights.
_FORMATIONS_BYTES = 60_000_000
_SKILLS = 256


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

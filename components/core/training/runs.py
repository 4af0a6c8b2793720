"""The training of each kind of model, and the least loss that it can reach."""

from collections.abc import Callable

from components.core.languages.language import Floor, ToyLanguage
from components.core.languages.translation import translation_floor
from components.core.training.decoder_run import DecoderRun
from components.core.training.hidden_word_run import HiddenWordRun
from components.core.training.run import Run
from components.core.training.settings import Kind, TrainingSettings
from components.core.training.translation_run import TranslationRun

_RUNS: dict[Kind, Callable[[ToyLanguage, TrainingSettings], Run]] = {
    Kind.ENCODER: HiddenWordRun,
    Kind.DECODER: DecoderRun,
    Kind.BOTH: TranslationRun,
}


def run_of(language: ToyLanguage, settings: TrainingSettings) -> Run:
    """Return a training that has not begun. Raises GrammarError if it is to translate, and the grammar does not."""
    return _RUNS[settings.kind](language, settings)


def floor_of(language: ToyLanguage, kind: Kind) -> Floor:
    """Return the least mean loss for what a kind of model is asked."""
    if kind is Kind.DECODER:
        return language.next_floor()
    if kind is Kind.BOTH:
        return translation_floor(language)
    floor = language.floor()
    assert floor is not None  # only the floor without order may be unknown
    return floor

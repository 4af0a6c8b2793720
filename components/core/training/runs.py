"""The training of each kind of model."""

from components.core.languages.language import ToyLanguage
from components.core.training.decoder_run import DecoderRun
from components.core.training.run import Run
from components.core.training.settings import Kind, TrainingSettings
from components.core.training.translation_run import TranslationRun

_RUNS = {Kind.ENCODER: Run, Kind.DECODER: DecoderRun, Kind.BOTH: TranslationRun}


def run_of(language: ToyLanguage, settings: TrainingSettings) -> Run:
    """Return a training that has not begun. Raises GrammarError if it is to translate, and the grammar does not."""
    return _RUNS[settings.kind](language, settings)

"""A training that is done, kept as the app keeps it, without its process and queue."""

from pathlib import Path

from components.core.languages.language import language_of
from components.core.training import kept
from components.core.training.hidden_word_run import HiddenWordRun
from components.core.training.settings import TrainingSettings
from components.core.training.tiny_model import save


def keep_training(root: Path, settings: TrainingSettings) -> kept.Curve:
    """Train in this process, and keep what comes of it in the folder of trainings. Returns its curve."""
    trainings = kept.KeptTrainings(root)
    run, curve = HiddenWordRun(language_of(settings.grammar), settings), kept.Curve(seconds=3.0)
    folder = trainings.begin(settings)
    while True:
        if run.step in settings.checkpoints:
            curve.tests[run.step] = run.test()
            kept.write_checkpoint(folder, run.step, run.model)
        if run.step == settings.steps:
            break
        curve.losses.append(run.do_step())
    save(run.model, run.language, folder / kept.MODEL)
    kept.write_curve(folder, curve)
    trainings.complete(settings)
    return curve

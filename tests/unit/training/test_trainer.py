"""The queue of trainings: who waits, who shares, what is kept, and what becomes of a killed process."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from components.core.languages.language import language_of
from components.core.training import kept
from components.core.training import trainer as module
from components.core.training.hidden_word_run import HiddenWordRun
from components.core.training.settings import TrainingSettings
from components.core.training.trainer import Progress, Stage, Trainer

_GRAMMAR = "S: the WHO eats FOOD\nWHO: norm | ada\nFOOD: bread | pizza"
_PATIENCE = 240


def _settings(**changes: object) -> TrainingSettings:
    return replace(TrainingSettings(_GRAMMAR, layers=1, heads=1, width=16, steps=20), **changes)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trainer]:
    """One trainer for tests that do not harm its process, which takes seconds to start."""
    trainer = Trainer(tmp_path_factory.mktemp("trainings"))
    yield trainer
    trainer.close()


def _wait(trainer: Trainer, settings: TrainingSettings, until: Callable[[Progress], bool]) -> Progress:
    end = time.monotonic() + _PATIENCE
    while time.monotonic() < end:
        progress = trainer.progress(settings, "a")
        if until(progress):
            return progress
        time.sleep(0.02)
    raise AssertionError(f"It is {trainer.progress(settings, 'a')}.")


def _done(progress: Progress) -> bool:
    return progress.stage is Stage.DONE


def test_a_training_in_its_own_process_has_the_numbers_of_one_in_this_process(shared: Trainer) -> None:
    settings = _settings()
    shared.train(settings, "a")
    progress = _wait(shared, settings, _done)
    run = HiddenWordRun(language_of(_GRAMMAR), settings)
    tests = {0: run.test()}
    losses = []
    for _ in range(settings.steps):
        losses.append(run.do_step())
        if run.step in settings.checkpoints:
            tests[run.step] = run.test()
    assert list(progress.losses) == pytest.approx(losses, abs=1e-6)
    assert progress.tests == pytest.approx(tests, abs=1e-6)


def test_twenty_readers_who_press_train_at_once_are_all_served_in_their_order(shared: Trainer) -> None:
    asked = [_settings(seed=seed, steps=10) for seed in range(1, 21)]
    for number, settings in enumerate(asked):
        shared.train(settings, f"tab {number}")
    ahead = [shared.progress(settings, f"tab {number}").ahead for number, settings in enumerate(asked)]
    assert ahead == sorted(ahead)
    assert ahead[-1] > 0
    assert shared.progress(asked[-1], "tab 19").wait > 0
    for settings in asked:
        assert _wait(shared, settings, _done).step == 10


def test_the_same_settings_are_trained_once_and_found_after_a_restart(shared: Trainer) -> None:
    settings = _settings(seed=30)
    shared.train(settings, "a")
    shared.train(settings, "b")
    first = _wait(shared, settings, _done)
    again = Trainer(shared.kept.root)
    assert again.progress(settings, "c") == replace(first, others=0)
    again.train(settings, "c")
    assert again._process is None


def test_stop_keeps_what_is_done_and_going_on_ends_with_the_same_numbers(shared: Trainer) -> None:
    settings, whole = _settings(seed=31, steps=400), _settings(seed=31, steps=400)
    shared.train(settings, "a")
    _wait(shared, settings, lambda progress: progress.step > 5)
    assert shared.stop(settings, "a")
    stopped = _wait(shared, settings, lambda progress: progress.stage is Stage.STOPPED)
    assert 0 < stopped.step < 400
    shared.train(settings, "a")
    ended = _wait(shared, settings, _done)
    run = HiddenWordRun(language_of(_GRAMMAR), whole)
    assert list(ended.losses) == pytest.approx([run.do_step() for _ in range(400)], abs=1e-6)
    assert len(ended.tests) == 60


def test_stop_of_one_of_two_readers_lets_the_other_go_on(shared: Trainer) -> None:
    settings = _settings(seed=32, steps=300)
    shared.train(settings, "a")
    shared.train(settings, "b")
    assert shared.progress(settings, "a").others == 1
    assert not shared.stop(settings, "b")
    assert _wait(shared, settings, _done).step == 300


def test_a_tab_waits_for_its_last_choice_alone(shared: Trainer) -> None:
    first = [_settings(seed=seed, steps=300) for seed in (40, 41)]
    shared.train(first[0], "z")
    shared.train(first[1], "a")
    shared.train(_settings(seed=42), "a")
    assert shared.progress(first[1], "a").stage is Stage.NONE
    _wait(shared, _settings(seed=42), _done)


def test_a_killed_process_is_said_and_training_goes_on_when_asked(tmp_path: Path) -> None:
    trainer = Trainer(tmp_path)
    settings = _settings(steps=4_000)
    trainer.train(settings, "a")
    _wait(trainer, settings, lambda progress: progress.step > 20)
    assert trainer._process is not None
    os.kill(trainer._process.pid, signal.SIGKILL)
    failed = _wait(trainer, settings, lambda progress: progress.stage is Stage.FAILED)
    assert "has broken off after" in failed.trouble
    assert "Press Train" in failed.trouble
    trainer.train(settings, "a")
    _wait(trainer, settings, lambda progress: progress.stage is Stage.RUNNING and progress.step > 20)
    trainer.close()


def test_a_damaged_training_counts_as_none_and_is_replaced_by_the_next(tmp_path: Path) -> None:
    settings, trainings = _settings(), kept.KeptTrainings(tmp_path)
    kept.write_settings(tmp_path / settings.key, settings)
    (tmp_path / settings.key / "curve.json").write_text("{", encoding="utf-8")
    assert Trainer(tmp_path).progress(settings, "a").stage is Stage.NONE
    kept.write_curve(trainings.begin(settings), kept.Curve([2.0]))
    trainings.complete(settings)
    assert Trainer(tmp_path).progress(settings, "a").losses == (2.0,)


def test_a_training_that_another_process_has_completed_meanwhile_stays(tmp_path: Path) -> None:
    settings, trainings = _settings(), kept.KeptTrainings(tmp_path)
    for loss in (1.0, 1.0):
        kept.write_curve(trainings.begin(settings), kept.Curve([loss]))
        assert kept.read_curve(trainings.complete(settings)).losses == [1.0]
    assert [each.name for each in tmp_path.iterdir()] == [settings.key]


def test_only_so_many_trainings_are_kept_and_those_used_last_stay(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept, "MOST_KEPT", 3)
    trainings = kept.KeptTrainings(tmp_path)
    every = [_settings(seed=seed) for seed in range(5)]
    for number, settings in enumerate(every):
        kept.write_curve(trainings.begin(settings), kept.Curve([1.0]))
        folder = trainings.complete(settings)
        os.utime(folder, (1_000 + number, 1_000 + number))
    trainings.find(every[2])  # used again
    trainings.begin(_settings(seed=9))
    kept.write_curve(trainings.begin(_settings(seed=9)), kept.Curve([1.0]))
    trainings.complete(_settings(seed=9))
    assert [trainings.find(each) is not None for each in every] == [False, False, True, False, True]


@pytest.mark.parametrize("name", ["../secret", "a/b", "", "0" * 200])
def test_no_name_leads_out_of_the_folder(tmp_path: Path, name: str) -> None:
    assert kept.KeptTrainings(tmp_path).find_key(name) is None


def test_what_nobody_waits_for_is_trained_after_what_somebody_does(shared: Trainer) -> None:
    idle, asked = [_settings(seed=seed, steps=200) for seed in (50, 51, 52)], _settings(seed=53)
    shared.train_when_idle(idle)
    shared.train(asked, "a")
    _wait(shared, asked, _done)
    assert shared.progress(idle[-1], "nobody").stage is not Stage.DONE
    for settings in idle:
        _wait(shared, settings, _done)


def test_a_process_that_was_only_prepared_ends_when_nobody_trains(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_IDLE", 0.05)
    trainer = Trainer(tmp_path)
    trainer.prepare()
    end = time.monotonic() + _PATIENCE
    while trainer._process is not None and time.monotonic() < end:
        time.sleep(0.02)
    assert trainer._process is None

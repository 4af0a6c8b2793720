"""Training a tiny model on a toy language, beside plain transformers and torch doing the same."""

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import torch
from transformers import DataCollatorForLanguageModeling

from components.core import load_encoder
from components.core.languages.language import language_of
from components.core.numerics import single_thread  # noqa: F401
from components.core.training.hidden_word_run import HiddenWordRun
from components.core.training.settings import BATCH
from components.core.training.tiny_model import model_of, tokenizer_of
from components.core.training.trainer import Trainer
from components.ui.train_one import languages
from components.ui.train_one.warming import opening_settings
from tests.benchmarks.measure import Measurement, median_ms, side_by_side

_NEAR = 0.03  # nats above the floor
_PEER = "transformers, its collator and torch.optim.AdamW"


def measure() -> Iterator[Measurement]:
    """Steps a second on one core, and seconds until the loss is within 0.03 nats of the floor, for each language."""
    settings = opening_settings("Kitchen")
    language = language_of(settings.grammar)
    run = HiddenWordRun(language, settings)
    tokenizer, model = tokenizer_of(language), model_of(language, settings)
    optimizer = torch.optim.AdamW(model.parameters(), lr=3e-3)
    collate = DataCollatorForLanguageModeling(tokenizer, mlm_probability=0.15)
    read = [tokenizer(" ".join(sentence)) for sentence in language.sentences]

    def plainly() -> None:
        chosen = torch.randint(len(read), (BATCH,)).tolist()
        loss = model(**collate([read[number] for number in chosen])).loss
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()

    ours, theirs = side_by_side(run.do_step, plainly, rounds=60)
    yield Measurement("training Kitchen", 1_000 / ours, "steps/s", _PEER, 1_000 / theirs)
    yield _trace_beside_a_training()
    for name in languages.shipped():
        yield _time_to_the_floor(name)


def _trace_beside_a_training() -> Measurement:
    """The time of a trace while the process that trains is at work, beside the time while it is not."""
    encoder = load_encoder()

    def trace() -> object:
        return encoder.trace("The pizza came out of the oven and it tasted good.")

    alone = median_ms(trace, rounds=60)
    with TemporaryDirectory() as folder:
        trainer, settings = Trainer(Path(folder)), replace(opening_settings("Agreement"), steps=20_000)
        trainer.train(settings, "bench")
        while trainer.progress(settings, "bench").step < 50:
            time.sleep(0.1)
        beside = median_ms(trace, rounds=60)
        trainer.close()
    return Measurement("trace of 13 tokens while a model trains", beside, "ms", "while none trains", alone)


def _time_to_the_floor(name: str) -> Measurement:
    settings = opening_settings(name)
    language = language_of(settings.grammar)
    run, floor = HiddenWordRun(language, settings), language.floor()
    assert floor is not None
    checkpoints = frozenset(settings.checkpoints)
    start = time.perf_counter()
    while True:
        run.do_step()
        if run.step in checkpoints and run.test() - floor.nats < _NEAR:
            break
        if run.step == settings.steps:
            return Measurement(
                f"{name} within {_NEAR} nats of its floor", float("nan"), "s", note="It did not get there."
            )
    seconds = time.perf_counter() - start
    return Measurement(
        f"{name} within {_NEAR} nats of its floor", seconds, "s", note=f"{run.step} steps, tests included"
    )

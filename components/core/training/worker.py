"""The process that trains: it reads one order a line from its input and says on its output how far it is.

An order is {"train": a folder with settings} or {"stop": true}. What it says is {"losses": [...], "tests": {...},
"seconds": ...} since the last line, then {"end": "done"} or {"end": "stopped"}, or {"end": "failed", "says": ...}. It
ends when its input does, so it never outlives the server.
"""

import json
import os
import queue
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from components.core.languages.language import language_of
from components.core.numerics import single_thread  # noqa: F401
from components.core.training import kept
from components.core.training.run import Run
from components.core.training.runs import run_of
from components.core.training.tiny_model import save

# Seconds between two lines, and between two states from which a killed training can go on.
_EVERY = 0.15
_STATE_EVERY = 2.0
# Whoever reads a page comes first: on a busy processor a training gets a third of what a reader gets.
_NICENESS = 5


def train(folder: Path, stopped: threading.Event, say: Any) -> str:
    """Train what the folder asks for, and keep it there. say: called with what is new. Returns "done" or "stopped"."""
    settings = kept.read_settings(folder)
    run = run_of(language_of(settings.grammar), settings)
    curve = kept.Curve()
    if (before := kept.read_state(folder)) is not None:
        run.go_on(before[0])
        curve = before[1]
    new = _News(say, curve)
    checkpoints = frozenset(settings.checkpoints)
    if not run.step:
        _keep(folder, run, curve, new)
    written = time.monotonic()
    while run.step < settings.steps and not stopped.is_set():
        begin = time.perf_counter()
        loss = run.do_step()
        curve.losses.append(loss)
        curve.seconds += time.perf_counter() - begin
        if run.step in checkpoints:
            _keep(folder, run, curve, new)
        if time.monotonic() - written > _STATE_EVERY:
            kept.write_state(folder, run.kept(), curve)
            written = time.monotonic()
        new.say_now_and_then()
    new.say()
    if run.step < settings.steps:
        kept.write_state(folder, run.kept(), curve)
        return "stopped"
    save(run.model, run.language, folder / kept.MODEL)
    # Last: a folder with a curve is complete.
    kept.write_curve(folder, curve)
    return "done"


class _News:
    """What has not been said of a curve."""

    def __init__(self, say: Any, curve: kept.Curve) -> None:
        self._say, self._curve = say, curve
        self._losses, self._tests, self._at = len(curve.losses), set(curve.tests), 0.0

    def say_now_and_then(self) -> None:
        if time.monotonic() - self._at > _EVERY:
            self.say()

    def say(self) -> None:
        self._at = time.monotonic()
        tests = {step: loss for step, loss in self._curve.tests.items() if step not in self._tests}
        self._say({"losses": self._curve.losses[self._losses :], "tests": tests, "seconds": self._curve.seconds})
        self._losses = len(self._curve.losses)
        self._tests |= set(tests)


def _keep(folder: Path, run: Run, curve: kept.Curve, new: _News) -> None:
    curve.tests[run.step] = run.test()
    kept.write_checkpoint(folder, run.step, run.model)
    new.say_now_and_then()


def main() -> None:
    """Serve orders until the input ends."""
    # Only now: what is imported before is waited for.
    with suppress(OSError, AttributeError):
        os.nice(_NICENESS)
    # What libraries print must not stand between the lines.
    output, sys.stdout = sys.stdout, sys.stderr
    orders: queue.Queue[Path] = queue.Queue()
    stopped = threading.Event()

    def listen() -> None:
        for line in sys.stdin:
            order = json.loads(line)
            if "train" in order:
                stopped.clear()
                orders.put(Path(order["train"]))
            else:
                stopped.set()
        os._exit(0)

    def say(content: dict[str, Any]) -> None:
        print(json.dumps(content), file=output, flush=True)

    threading.Thread(target=listen, daemon=True).start()
    while True:
        folder = orders.get()
        try:
            say({"end": train(folder, stopped, say)})
        except Exception as error:
            # The server turns it into a sentence; this process stays for the next order.
            say({"end": "failed", "says": f"{type(error).__name__}: {error}"[:300]})


if __name__ == "__main__":
    main()

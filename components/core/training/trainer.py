"""The queue of trainings and the process that does them, one after the other, while pages go on in this one.

Who asks for settings that are trained already, or are being trained, shares that training.
"""

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from enum import Enum, auto
from pathlib import Path
from typing import Any, Final

from components.core.errors import TrainingError
from components.core.training import kept
from components.core.training.kept import Curve, KeptTrainings
from components.core.training.settings import TrainingSettings

#: The most trainings that wait.
MOST_WAITING: Final = 200
# Seconds after which a tab that no longer asks for its training counts as gone.
_GONE = 15.0
# Seconds without a training after which the process is ended: it takes half a gigabyte.
_IDLE = 600.0
# Steps a second, until some are measured.
_USUAL_RATE = 100.0
_ROOT = Path(__file__).parents[3]


class Stage(Enum):
    """How far a training is."""

    NONE = auto()  # nobody has asked for it
    WAITING = auto()
    RUNNING = auto()
    STOPPED = auto()
    FAILED = auto()
    DONE = auto()


@dataclass(frozen=True)
class Progress:
    """A training at one moment. Copied: it does not change."""

    stage: Stage
    losses: tuple[float, ...] = ()  # of the batch of each step, in nats
    tests: Mapping[int, float] = field(default_factory=dict)  # step → the mean loss for one hidden word
    seconds: float = 0.0  # that its steps took
    ahead: int = 0  # trainings that are done before it begins
    wait: float = 0.0  # seconds until it begins, as far as that can be said
    others: int = 0  # other tabs that wait for the same training
    trouble: str = ""  # why it failed

    @property
    def step(self) -> int:
        """The steps that are done."""
        return len(self.losses)

    @property
    def rate(self) -> float:
        """Steps a second; 0 before the first."""
        return self.step / self.seconds if self.seconds else 0.0


@dataclass
class _Job:
    settings: TrainingSettings
    stage: Stage
    curve: Curve
    tabs: dict[str, float] = field(default_factory=dict)  # tab → when it asked last
    trouble: str = ""


class Trainer:
    """The trainings of this server. Thread-safe; no method waits for a training."""

    def __init__(self, root: Path) -> None:
        """root: the folder of what is kept."""
        self.kept = KeptTrainings(root)
        self._lock = threading.Lock()
        self._wake = threading.Condition(self._lock)
        self._jobs: dict[str, _Job] = {}  # by key
        self._waiting: list[str] = []
        self._later: list[TrainingSettings] = []  # what nobody waits for
        self._running: str | None = None
        self._stopping = False
        self._process: subprocess.Popen[str] | None = None
        self._thread: threading.Thread | None = None
        self._rate = _USUAL_RATE

    def train(self, settings: TrainingSettings, tab: str) -> None:
        """Begin a training, go on with a stopped one, or share one that others have asked for.

        tab: names who asks. A tab waits for one training at a time. Raises TrainingError if too many wait.
        """
        if self.progress(settings, tab).stage is Stage.DONE:
            return
        with self._lock:
            self._leave_others(settings.key, tab)
            job = self._jobs.setdefault(settings.key, _Job(settings, Stage.NONE, Curve()))
            job.tabs[tab] = time.monotonic()
            if job.stage in (Stage.WAITING, Stage.RUNNING):
                return
            if len(self._waiting) >= MOST_WAITING:
                raise TrainingError(
                    f"{len(self._waiting)} trainings wait already. Press Train again in a minute, or watch one that is "
                    "done: the settings that a page opens with."
                )
            job.stage, job.trouble = Stage.WAITING, ""
            self._waiting.append(settings.key)
            self._go()

    def train_when_idle(self, several: Sequence[TrainingSettings]) -> None:
        """Do these trainings, one after the other, whenever nobody waits for another one."""
        with self._lock:
            self._later += [settings for settings in several if self._done_before(settings) is None]
            if self._later:
                self._go()

    def stop(self, settings: TrainingSettings, tab: str) -> bool:
        """Stop a training, unless others wait for it too; then only this tab leaves it. Returns whether it stops."""
        with self._lock:
            job = self._jobs.get(settings.key)
            if job is None:
                return False
            job.tabs.pop(tab, None)
            if self._others(job, tab):
                return False
            if job.stage is Stage.WAITING:
                self._waiting.remove(settings.key)
                job.stage = Stage.STOPPED if job.curve.step else Stage.NONE
            elif self._running == settings.key:
                self._ask_to_stop()
            return True

    def progress(self, settings: TrainingSettings, tab: str) -> Progress:
        """Return how far a training is. tab: who asks, and so waits for it."""
        with self._lock:
            job = self._jobs.get(settings.key)
            if job is None or job.stage is Stage.NONE:
                job = self._done_before(settings)
            if job is None:
                return Progress(Stage.NONE)
            if tab in job.tabs:
                job.tabs[tab] = time.monotonic()
            ahead, wait = self._place(settings.key)
            return Progress(
                stage=job.stage,
                losses=tuple(job.curve.losses),
                tests=dict(job.curve.tests),
                seconds=job.curve.seconds,
                ahead=ahead,
                wait=wait,
                others=self._others(job, tab),
                trouble=job.trouble,
            )

    def prepare(self) -> None:
        """Start the process, since somebody may want to train: it takes some seconds until it can.

        Where nobody does, it ends as after a training.
        """
        with suppress(OSError):
            self._started()
        with self._lock:
            self._go()

    def close(self) -> None:
        """End the process that trains."""
        with self._lock:
            self._waiting.clear()
            self._end_process()

    # ---------------------------------------------------------------- what is asked for; the lock is held

    def _done_before(self, settings: TrainingSettings) -> _Job | None:
        """A training that is kept, also from before this process began."""
        folder = self.kept.find(settings)
        if folder is None:
            return None
        try:
            curve = kept.read_curve(folder)
        except kept.UNREADABLE:
            return None
        self._jobs[settings.key] = _Job(settings, Stage.DONE, curve)
        # What is kept on disk need not all stay in memory.
        done = [key for key, job in self._jobs.items() if job.stage is Stage.DONE]
        for key in done[: -kept.MOST_KEPT]:
            del self._jobs[key]
        return self._jobs[settings.key]

    def _others(self, job: _Job, tab: str) -> int:
        now = time.monotonic()
        return sum(other != tab and now - seen < _GONE for other, seen in job.tabs.items())

    def _leave_others(self, key: str, tab: str) -> None:
        """Take a tab out of trainings that wait for nobody else."""
        for other in [each for each in self._waiting if each != key]:
            job = self._jobs[other]
            if job.tabs.pop(tab, None) is not None and not job.tabs:
                self._waiting.remove(other)
                job.stage = Stage.STOPPED if job.curve.step else Stage.NONE

    def _place(self, key: str) -> tuple[int, float]:
        if key not in self._waiting:
            return 0, 0.0
        before = self._waiting[: self._waiting.index(key)]
        running = [self._running] if self._running else []
        left = sum(self._jobs[each].settings.steps - self._jobs[each].curve.step for each in [*running, *before])
        return len(before) + len(running), left / self._rate

    def _go(self) -> None:
        if self._thread is None or not self._thread.is_alive():
            self._thread = threading.Thread(target=self._work, name="trainer", daemon=True)
            self._thread.start()
        self._wake.notify_all()

    def _take_later(self) -> bool:
        """Put the next training that nobody waits for into the queue; return whether there is one."""
        while self._later:
            settings = self._later.pop(0)
            if settings.key not in self._jobs or self._jobs[settings.key].stage is Stage.NONE:
                self._jobs[settings.key] = _Job(settings, Stage.WAITING, Curve())
                self._waiting.append(settings.key)
                return True
        return False

    def _end_process(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait()

    def _ask_to_stop(self) -> None:
        self._stopping = True
        with suppress(OSError, AttributeError):
            self._order({"stop": True})

    # ---------------------------------------------------------------- the thread that talks to the process

    def _work(self) -> None:
        while True:
            with self._lock:
                while not self._waiting and not self._take_later():
                    if not self._wake.wait(_IDLE):
                        self._end_process()
                key = self._waiting.pop(0)
                job = self._jobs[key]
                self._running, self._stopping = key, False
                job.stage = Stage.RUNNING
            try:
                self._train(job)
            except (OSError, ValueError, KeyError) as error:
                with self._lock:
                    job.stage, job.trouble = Stage.FAILED, _broken_off(job, str(error))
            finally:
                with self._lock:
                    self._running = None

    def _train(self, job: _Job) -> None:
        """Have the process do one training, and follow what it says."""
        process = self._started()
        folder = self.kept.begin(job.settings)
        before = kept.read_state(folder)
        with self._lock:
            # A process that was killed goes on from its last state, which may be some steps back.
            job.curve = before[1] if before else Curve()
            self._order({"train": str(folder)})
            if self._stopping:
                self._order({"stop": True})
        assert process.stdout is not None
        for line in process.stdout:
            said = json.loads(line)
            if "end" in said:
                self._end(job, said)
                return
            with self._lock:
                job.curve.losses += said["losses"]
                job.curve.tests |= {int(step): loss for step, loss in said["tests"].items()}
                job.curve.seconds = said["seconds"]
                if job.curve.step > 50:
                    self._rate = job.curve.step / job.curve.seconds
        code = process.wait()
        with self._lock:
            self._process = None
            job.stage, job.trouble = Stage.FAILED, _broken_off(job, f"code {code}")

    def _end(self, job: _Job, said: Mapping[str, Any]) -> None:
        if said["end"] == "done":
            self.kept.complete(job.settings)
        with self._lock:
            if said["end"] == "failed":
                job.stage, job.trouble = Stage.FAILED, _broken_off(job, said["says"])
            else:
                job.stage = Stage.DONE if said["end"] == "done" else Stage.STOPPED

    def _started(self) -> subprocess.Popen[str]:
        with self._lock:
            if self._process is None or self._process.poll() is not None:
                self._process = subprocess.Popen(
                    [sys.executable, "-m", "components.core.training.worker"],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    text=True,
                    cwd=_ROOT,
                    env=os.environ | {"OMP_NUM_THREADS": "1", "CUDA_VISIBLE_DEVICES": "", "TQDM_DISABLE": "1"},
                )
            return self._process

    def _order(self, order: Mapping[str, Any]) -> None:
        process = self._process
        assert process is not None
        assert process.stdin is not None
        print(json.dumps(order), file=process.stdin, flush=True)


def _broken_off(job: _Job, reason: str) -> str:
    return (
        f"The training has broken off after {job.curve.step:,} of {job.settings.steps:,} steps ({reason.rstrip('.')}). "
        "Press Train: it goes on from the last state that was kept."
    )

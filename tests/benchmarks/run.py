"""`make bench`: run the parts, print a table, and write bench.json.

Each part is a module of this folder and runs in a process of its own: what it leaves behind, a changed `__main__` or a
crash, harms no other part. A part that fails is reported; what it had measured before, and all other parts, are kept.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.benchmarks.measure import Measurement, as_table, behind_table, write
from tests.benchmarks.part import read_all

#: In this order. The first needs seconds, the last ones minutes.
PARTS = ("core", "pages", "maps", "retrieval", "sentiment", "attention", "training", "visits", "classroom", "load")

_ROOT = Path(__file__).parents[2]
_LAST_LINES = 15
_LIMIT = 1200  # seconds after which a part counts as failed


@dataclass(frozen=True)
class PartResult:
    """What one part measured, how long it took, and why it ended early (None: it did not)."""

    name: str
    measurements: list[Measurement]
    seconds: float
    problem: str | None = None


def selected(names: Sequence[str], parts: Sequence[str] = PARTS) -> list[str]:
    """The parts to run, in the order of `parts`; no name means all. Raises ValueError for an unknown name."""
    unknown = [name for name in names if name not in parts]
    if unknown:
        raise ValueError(f"There is no part named {' or '.join(unknown)}. The parts are: {', '.join(parts)}.")
    return [part for part in parts if part in names or not names]


def run_part(name: str, command: Sequence[str], limit: float = _LIMIT) -> PartResult:
    """Run a command that appends measurements to the file named by its last argument, which is added here."""
    with TemporaryDirectory() as folder:
        file, log = Path(folder) / "measurements", Path(folder) / "log"
        start = time.monotonic()
        with log.open("wb") as output:
            # A session of its own, so that servers and browsers end with it.
            process = subprocess.Popen(
                [*command, str(file)], cwd=_ROOT, stdout=output, stderr=output, start_new_session=True
            )
            try:
                status: int | None = process.wait(limit)
            except subprocess.TimeoutExpired:
                status = None
            finally:
                _end(process)
        seconds = time.monotonic() - start
        ended = f"did not end within {limit:g} s" if status is None else f"ended with status {status}"
        said = log.read_text(encoding="utf-8", errors="replace").splitlines()[-_LAST_LINES:]
        return PartResult(name, read_all(file), seconds, "\n  ".join([ended, *said]) if status != 0 else None)


def _end(process: "subprocess.Popen[bytes]") -> None:
    """End a part and whatever it has started and left."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def run(
    names: Sequence[str],
    path: Path,
    command_of: Callable[[str], Sequence[str]],
    say: Callable[[str], None] = print,
) -> int:
    """Run these parts; returns the exit status, 1 if one of them failed. bench.json grows with each part."""
    results: list[PartResult] = []
    for name in names:
        say(f"{name} …")
        result = run_part(name, command_of(name))
        results.append(result)
        failed = f", then failed: it {result.problem}" if result.problem else ""
        say(f"{name}: {len(result.measurements)} measurements in {result.seconds:.0f} s{failed}")
        write({each.name: each.measurements for each in results}, path)
    for result in results:
        if result.measurements:
            say(f"\n{result.name}\n{as_table(result.measurements)}")
    every = [measurement for result in results for measurement in result.measurements]
    say(f"\n{behind_table(every)}")
    failed_parts = [result.name for result in results if result.problem]
    if failed_parts:
        say(
            f"\nFailed: {', '.join(failed_parts)}. The reasons stand above; what was measured before is kept in {path}."
        )
    return 1 if failed_parts else 0


def main(names: Sequence[str]) -> int:
    """Run the parts of these names, or all."""
    try:
        parts = selected(names)
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    # Whoever ends the bench ends the part that runs, too.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    return run(parts, Path("bench.json"), lambda name: [sys.executable, "-m", "tests.benchmarks.part", name])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

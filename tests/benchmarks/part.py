"""One part of `make bench` in a process of its own: `python -m tests.benchmarks.part NAME FILE`.

NAME is a module of this folder. What it measures is appended to FILE at once, a line of JSON each, so that it is kept
if the part fails later.
"""

import importlib
import json
import sys
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path

from tests.benchmarks.measure import Measurement


def append_each(measurements: Iterable[Measurement], path: Path) -> None:
    """Write each measurement as soon as it is taken."""
    with path.open("a", encoding="utf-8") as file:
        for each in measurements:
            file.write(json.dumps(asdict(each)) + "\n")
            file.flush()


def read_all(path: Path) -> list[Measurement]:
    """Measurements of a file that `append_each` wrote; a last line that was cut off is left out."""
    lines = path.read_text(encoding="utf-8").split("\n")[:-1] if path.exists() else []
    return [Measurement(**json.loads(line)) for line in lines]


if __name__ == "__main__":
    name, file = sys.argv[1:]
    append_each(importlib.import_module(f"tests.benchmarks.{name}").measure(), Path(file))

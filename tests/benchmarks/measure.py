"""Taking measurements and writing them down."""

import json
import statistics
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True)
class Measurement:
    """One line of bench.json. peer is what the value is compared with; ratio is value / peer_value."""

    name: str
    value: float
    unit: str
    peer: str | None = None
    peer_value: float | None = None

    @property
    def ratio(self) -> float | None:
        """How many times the peer's value ours is."""
        return self.value / self.peer_value if self.peer_value else None


def median_ms(action: Callable[[], object], rounds: int = 15, warm: int = 3) -> float:
    """The median time of an action in milliseconds, after it has been done a few times unmeasured."""
    for _ in range(warm):
        action()
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        action()
        times.append((time.perf_counter() - start) * 1000)
    return statistics.median(times)


def side_by_side(ours: Callable[[], object], peers: Callable[[], object], rounds: int = 15) -> tuple[float, float]:
    """Median milliseconds of two actions measured in turns, so that a busy moment slows both."""
    times: tuple[list[float], list[float]] = ([], [])
    for turn in range(rounds + 3):
        for action, taken in zip((ours, peers), times, strict=True):
            start = time.perf_counter()
            action()
            if turn >= 3:
                taken.append((time.perf_counter() - start) * 1000)
    return statistics.median(times[0]), statistics.median(times[1])


def as_table(measurements: list[Measurement]) -> str:
    """The measurements as lines of text in columns."""
    rows = [("what", "value", "unit", "peer", "its value", "ratio")]
    for each in measurements:
        peer_value = "" if each.peer_value is None else f"{each.peer_value:,.1f}"
        ratio = "" if each.ratio is None else f"{each.ratio:.2f}"
        rows.append((each.name, f"{each.value:,.1f}", each.unit, each.peer or "", peer_value, ratio))
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )


def write(measurements: list[Measurement], path: Path) -> None:
    """Write bench.json: a list of {name, value, unit, peer, peer_value, ratio}."""
    lines = [asdict(each) | {"ratio": each.ratio} for each in measurements]
    path.write_text(json.dumps(lines, indent=1) + "\n", encoding="utf-8")

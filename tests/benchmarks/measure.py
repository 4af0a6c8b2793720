"""Taking measurements, and writing them down as tables and as bench.json."""

import json
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True)
class Measurement:
    """One line of bench.json. peer is what the value is compared with; ratio is value / peer_value.

    note: what was left out, and why; it is printed under the table.
    """

    name: str
    value: float
    unit: str
    peer: str | None = None
    peer_value: float | None = None
    note: str | None = None

    @property
    def ratio(self) -> float | None:
        """How many times the peer's value ours is."""
        return self.value / self.peer_value if self.peer_value else None

    @property
    def more_is_better(self) -> bool:
        """Of rates and shares more is better, of times and sizes less."""
        return self.unit == "%" or self.unit.endswith("/s")

    @property
    def times_behind(self) -> float | None:
        """How many times slower or larger than its peer; below 1 it is ahead. None without a peer.

        >>> Measurement("map", 3.0, "s", "umap", 2.0).times_behind
        1.5
        >>> Measurement("encoding", 300.0, "texts/s", "plain", 600.0).times_behind
        2.0
        """
        if not self.ratio:
            return None
        return 1 / self.ratio if self.more_is_better else self.ratio


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


def as_table(measurements: Sequence[Measurement]) -> str:
    """The measurements as lines of text in columns, and their notes below."""
    rows = [("what", "value", "unit", "peer", "its value", "ratio")]
    for each in measurements:
        digits = 2 if each.unit == "GB" else 1
        peer_value = "" if each.peer_value is None else f"{each.peer_value:,.{digits}f}"
        ratio = "" if each.ratio is None else f"{each.ratio:.2f}"
        rows.append((each.name, f"{each.value:,.{digits}f}", each.unit, each.peer or "", peer_value, ratio))
    notes = [f"{each.name}: {each.note}" for each in measurements if each.note]
    return "\n".join([_columns(rows, right=(1, 4, 5)), *notes])


def behind_table(measurements: Sequence[Measurement]) -> str:
    """What is slower or larger than its peer, or finds less, the furthest behind first."""
    behind = [(each.times_behind, each) for each in measurements if each.times_behind]
    # 1.00 as printed is level.
    behind = sorted(((times, each) for times, each in behind if round(times, 2) > 1), key=lambda pair: -pair[0])
    if not behind:
        return "Nothing is behind its peer."
    rows = [(f"{times:.2f} ×", each.name, each.peer or "") for times, each in behind]
    return "Behind its peer\n" + _columns([("times", "what", "peer"), *rows], right=(0,))


def _columns(rows: Sequence[Sequence[str]], right: Sequence[int]) -> str:
    """Rows of cells under one another; the columns of these numbers are set to the right."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n".join(
        "  ".join(
            cell.rjust(width) if column in right else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    )


def write(measurements: Mapping[str, Sequence[Measurement]], path: Path) -> None:
    """Write bench.json: a list of {part, name, value, unit, peer, peer_value, note, ratio}. Keys: names of parts."""
    lines = [
        {"part": part} | asdict(each) | {"ratio": each.ratio}
        for part, each_of in measurements.items()
        for each in each_of
    ]
    path.write_text(json.dumps(lines, indent=1) + "\n", encoding="utf-8")

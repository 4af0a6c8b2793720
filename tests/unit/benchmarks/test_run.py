"""`make bench` runs its parts apart: one that fails is reported, and nothing that was measured is lost."""

import json
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.benchmarks.measure import Measurement, as_table, behind_table
from tests.benchmarks.run import PARTS, main, run, run_part, selected

_START = """
import sys
from pathlib import Path
from tests.benchmarks.measure import Measurement
from tests.benchmarks.part import append_each
file = Path(sys.argv[1])
"""
_PASSES = _START + "append_each([Measurement('a', 1.0, 'ms'), Measurement('b', 3.0, 'ms', 'peer', 2.0)], file)"
_FAILS = (
    _START
    + """
def measure():
    yield Measurement('c', 5.0, 'ms')
    print('about to divide')
    yield Measurement('d', 1 / 0, 'ms')
append_each(measure(), file)
"""
)


def program(code: str) -> Sequence[str]:
    return [sys.executable, "-c", code]


def bench(tmp_path: Path, **programs: str) -> tuple[int, list[dict[str, object]], str]:
    """Exit status, bench.json, and what is printed, of parts that run these programs."""
    said: list[str] = []
    path = tmp_path / "bench.json"
    status = run(list(programs), path, lambda name: program(programs[name]), said.append)
    return status, json.loads(path.read_text(encoding="utf-8")), "\n".join(said)


def test_a_part_that_fails_is_reported_and_all_that_was_measured_stands_in_bench_json(tmp_path: Path) -> None:
    status, lines, said = bench(tmp_path, first=_FAILS, second=_PASSES)
    assert status == 1
    assert [(line["part"], line["name"]) for line in lines] == [("first", "c"), ("second", "a"), ("second", "b")]
    assert "about to divide" in said
    assert "ZeroDivisionError" in said
    assert "Failed: first." in said
    assert "\nsecond\n" in said


def test_parts_that_pass_end_with_status_0_and_their_ratios_in_bench_json(tmp_path: Path) -> None:
    status, lines, said = bench(tmp_path, only=_PASSES)
    assert status == 0
    assert lines[1] == {
        "part": "only",
        "name": "b",
        "value": 3.0,
        "unit": "ms",
        "peer": "peer",
        "peer_value": 2.0,
        "note": None,
        "ratio": 1.5,
    }
    assert "Failed" not in said


def test_a_part_that_ends_its_own_process_loses_only_what_it_had_not_measured() -> None:
    code = _START + "append_each([Measurement('a', 1.0, 'ms')], file); import os; os.abort()"
    result = run_part("one", program(code))
    assert result.problem is not None
    assert [each.name for each in result.measurements] == ["a"]


def test_a_part_that_does_not_end_is_ended() -> None:
    result = run_part("one", program("import time; time.sleep(600)"), limit=0.1)
    assert result.problem is not None
    assert "did not end within 0.1 s" in result.problem


def test_only_selects_parts_in_their_usual_order_and_each_once() -> None:
    assert selected(["maps", "core", "maps"]) == ["core", "maps"]
    assert selected([]) == list(PARTS)


def test_an_unknown_part_is_refused_with_the_names_of_all_parts(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["core", "mapps"]) == 2
    assert capsys.readouterr().err == f"There is no part named mapps. The parts are: {', '.join(PARTS)}.\n"


def test_every_part_is_a_module_that_measures() -> None:
    folder = Path(__file__).parents[2] / "benchmarks"
    for part in PARTS:
        assert "def measure() -> Iterator[Measurement]:" in (folder / f"{part}.py").read_text(encoding="utf-8")


def test_what_is_behind_its_peer_is_listed_by_how_far_and_rates_count_the_other_way() -> None:
    measurements = [
        Measurement("slower", 3.0, "ms", "peer", 2.0),
        Measurement("faster", 1.0, "ms", "peer", 2.0),
        Measurement("fewer a second", 100.0, "texts/s", "peer", 400.0),
        Measurement("more a second", 400.0, "texts/s", "peer", 100.0),
        Measurement("level", 2.001, "ms", "peer", 2.0),
        Measurement("alone", 9.0, "ms"),
    ]
    assert behind_table(measurements).splitlines() == [
        "Behind its peer",
        " times  what            peer",
        "4.00 ×  fewer a second  peer",
        "1.50 ×  slower          peer",
    ]
    assert behind_table(measurements[1:2]) == "Nothing is behind its peer."


def test_memory_is_printed_to_ten_megabytes() -> None:
    assert "1.87  GB" in as_table([Measurement("ready", 1.8699, "GB")])


def test_a_note_stands_under_the_table() -> None:
    table = as_table([Measurement("all heads", 10.0, "ms", note="BertViz was not timed: npm is not here")])
    assert table.splitlines()[-1] == "all heads: BertViz was not timed: npm is not here"

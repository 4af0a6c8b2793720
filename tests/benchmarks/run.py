"""`make bench`: measure the core, pages, maps, retrieval, attention, first visits; print a table, write bench.json."""

from pathlib import Path

from tests.benchmarks import attention, core, maps, pages, retrieval, visits
from tests.benchmarks.measure import as_table, write

if __name__ == "__main__":
    parts = (core, pages, maps, retrieval, attention, visits)
    measurements = [measurement for part in parts for measurement in part.measure()]
    print(as_table(measurements))
    write(measurements, Path("bench.json"))

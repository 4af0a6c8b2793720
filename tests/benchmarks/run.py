"""`make bench`: measure core, pages, maps, retrieval, sentiment, attention, visits; print, and write bench.json."""

from pathlib import Path

from tests.benchmarks import attention, core, maps, pages, retrieval, sentiment, visits
from tests.benchmarks.measure import as_table, write

if __name__ == "__main__":
    parts = (core, pages, maps, retrieval, sentiment, attention, visits)
    measurements = [measurement for part in parts for measurement in part.measure()]
    print(as_table(measurements))
    write(measurements, Path("bench.json"))

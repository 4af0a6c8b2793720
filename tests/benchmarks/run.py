"""`make bench`: measure the core, pages, maps, attention and the first visit; print a table and write bench.json."""

from pathlib import Path

from tests.benchmarks import attention, core, maps, pages, visits
from tests.benchmarks.measure import as_table, write

if __name__ == "__main__":
    measurements = [*core.measure(), *pages.measure(), *maps.measure(), *attention.measure(), *visits.measure()]
    print(as_table(measurements))
    write(measurements, Path("bench.json"))

"""Every library has one thread, in every thread of ours, whatever the environment asks for."""

import json
import os
import subprocess
import sys

from tests.support.paths import ROOT

# Counts the threads of OpenMP and BLAS libraries, of torch, and of the MKL that is part of torch, in a new thread.
_COUNT = """
import json, re
from concurrent.futures import ThreadPoolExecutor

{first}
import numpy, scipy.linalg, sklearn.cluster, torch
from threadpoolctl import threadpool_info
from components.core.numerics.single_thread import hold_to_one_thread

def counts():
    hold_to_one_thread()
    of_mkl = re.findall(r"mkl_get_max_threads\\(\\) : (\\d+)", torch.__config__.parallel_info())
    return [*(each["num_threads"] for each in threadpool_info()), torch.get_num_threads(), *map(int, of_mkl)]

with ThreadPoolExecutor(1) as pool:
    print(json.dumps(pool.submit(counts).result()))
"""


def _counts(first: str) -> set[int]:
    """The numbers of threads in a process whose environment asks for four. first: what it imports before."""
    found = subprocess.run(
        [sys.executable, "-c", _COUNT.format(first=first)],
        cwd=ROOT,
        env=os.environ | {"OMP_NUM_THREADS": "4", "PYTHONPATH": str(ROOT)},
        capture_output=True,
        check=True,
        text=True,
    )
    return set(json.loads(found.stdout))


def test_every_library_has_one_thread_whatever_the_environment_asks_for() -> None:
    assert _counts("") == {1}


def test_libraries_that_were_imported_before_have_one_thread_too() -> None:
    assert _counts("import numpy, torch, sklearn.cluster") == {1}

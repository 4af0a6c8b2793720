"""UMAP in several threads and processes: fits take turns, and compiled functions are kept on disk."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numba
import numpy as np
import pytest
import torch

from components.core.mapping import projection
from components.core.mapping.projection import (
    ProjectionSettings,
    fit_projection,
)
from tests.support.core_alone import CORE_ALONE
from tests.support.example_map import UNITS, fit_once
from tests.support.paths import ROOT

THREADS = 8


def test_a_umap_leaves_one_thread_to_what_its_thread_computes_next() -> None:
    def fit_in_a_thread_of_its_own() -> tuple[int, int]:
        fit_projection(UNITS, ProjectionSettings())
        return torch.get_num_threads(), numba.get_num_threads()

    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(fit_in_a_thread_of_its_own).result() == (1, 1)


def test_what_a_umap_compiles_is_kept_for_other_processes() -> None:
    fit_once(ProjectionSettings())
    from umap import layouts, umap_

    for compiled in (
        umap_.smooth_knn_dist,
        umap_.compute_membership_strengths,
        layouts._nb_optimize_layout_euclidean_single_epoch,
    ):
        # Each was looked for on disk, and is there now.
        assert compiled.stats.cache_hits or compiled.stats.cache_misses
        assert list(Path(compiled.stats.cache_path).glob(f"*{compiled.__name__}*.nbc"))


def test_where_nothing_can_be_kept_a_umap_is_made_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    expected = fit_once(ProjectionSettings()).points
    monkeypatch.setattr(projection, "_umap_learn", projection._umap_learn.__wrapped__)
    # numba then finds no directory for what lies in a file.
    monkeypatch.setattr(numba.config, "CACHE_LOCATOR_CLASSES", "IPythonCacheLocator")
    np.testing.assert_array_equal(fit_projection(UNITS, ProjectionSettings()).points, expected)


# Fits maps of eight sets of vectors at once, and each alone.
_FIT_IN_THREADS = (
    CORE_ALONE
    + f"""
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import numba
import numpy as np

from components.core.mapping.projection import ProjectionSettings, fit_projection
from tests.support.random_vectors import random_unit_vectors

sets = [random_unit_vectors(20 + 4 * thread, seed=thread) for thread in range({THREADS})]
start = Barrier({THREADS})


def fit(vectors):
    start.wait()
    return fit_projection(vectors, ProjectionSettings()).points


with ThreadPoolExecutor({THREADS}) as pool:
    together = list(pool.map(fit, sets))
for points, each in zip(together, sets, strict=True):
    np.testing.assert_array_equal(points, fit_projection(each, ProjectionSettings()).points)
assert numba.threading_layer() == "workqueue"
"""
)


def test_eight_threads_fit_at_once_what_each_fits_alone() -> None:
    # In a process of its own: numba's workqueue layer, the only one that every machine has, aborts the process when two
    # threads enter it at once.
    finished = subprocess.run(
        [sys.executable, "-c", _FIT_IN_THREADS],
        cwd=ROOT,
        env=os.environ | {"NUMBA_THREADING_LAYER": "workqueue"},
        capture_output=True,
        text=True,
    )
    assert finished.returncode == 0, finished.stderr

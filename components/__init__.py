"""Encoderscope: numbers (core), figures, views of our own, and what puts them on a page (ui)."""

import os

# Read by OpenMP, BLAS and numba when they are loaded, which must be after this: see core.numerics.single_thread.
for _variable in ("OMP_NUM_THREADS", "NUMBA_NUM_THREADS"):
    os.environ[_variable] = "1"

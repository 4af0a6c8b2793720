"""one_thread() holds every library to a single thread, and leaves each as it was."""

import re

import pytest
import torch
from threadpoolctl import threadpool_info

from components.core.numerics.single_thread import one_thread


def _thread_counts() -> list[int]:
    """Return the threads of OpenMP and BLAS libraries, of torch, and of the MKL that is part of torch, if it is."""
    of_mkl = re.findall(r"mkl_get_max_threads\(\) : (\d+)", torch.__config__.parallel_info())
    return [*(each["num_threads"] for each in threadpool_info()), torch.get_num_threads(), *map(int, of_mkl)]


def test_one_thread_limits_torch_its_own_mkl_and_every_blas_and_restores_them() -> None:
    initial = torch.get_num_threads()
    torch.set_num_threads(initial + 2)
    try:
        before = _thread_counts()
        with one_thread():
            assert set(_thread_counts()) == {1}
            with one_thread():
                pass
            assert set(_thread_counts()) == {1}
        assert _thread_counts() == before
        with pytest.raises(ZeroDivisionError), one_thread():
            _ = 1 / 0
        assert _thread_counts() == before
    finally:
        torch.set_num_threads(initial)

"""One thread for each computation, in every library.

Several threads add numbers in changing order, and their last digit can decide where a dot of a map ends. On busy cores
they also wait for each other longer than they compute. What takes long is divided among the cores by `lanes` instead.
"""

import sklearn.utils._openmp_helpers  # noqa: F401  (loads scikit-learn's OpenMP, so that it is found below)
import torch
from threadpoolctl import ThreadpoolController

# Of torch and its own MKL, which threadpoolctl does not find; threads that begin later inherit it.
torch.set_num_threads(1)
_libraries = ThreadpoolController().lib_controllers


def hold_to_one_thread() -> None:
    """Hold every library to one thread, for good, in what the calling thread computes from now on.

    OpenMP keeps its number for each thread that calls it, so a thread calls this before it uses a library that has
    OpenMP. There is nothing to give back, so callers need not wait for each other.
    """
    for library in _libraries:
        library.set_num_threads(1)


hold_to_one_thread()

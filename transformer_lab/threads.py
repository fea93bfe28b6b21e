"""How many threads a notebook computes with."""

import os
import sys


def in_a_kernel() -> bool:
    """Whether this process is a Jupyter kernel: JupyterLab's, VS Code's, Binder's, nbval's."""
    ipython = sys.modules.get("IPython")
    return getattr(ipython and ipython.get_ipython(), "kernel", None) is not None


def one_thread_in_a_kernel() -> None:
    """Let torch compute on one thread when this is a Jupyter kernel and ``OMP_NUM_THREADS`` says nothing else.

    The notebooks' tensors are small. Their work, cut in two, waits at the end of each operation for a thread that a
    busy machine has not yet let run: one busy neighbour on two cores made a notebook ten times slower, and a class
    shares one server. ``torch.set_num_threads`` after the import of this package has the last word.
    """
    if in_a_kernel() and "OMP_NUM_THREADS" not in os.environ:
        import torch

        torch.set_num_threads(1)

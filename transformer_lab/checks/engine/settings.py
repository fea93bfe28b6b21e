"""Global settings while an answer is judged: as in a fresh session before it, as the reader had them after it."""

import random
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import numpy as np
import torch
from torch import _tensor_str


def _torch_print_options() -> dict:
    return dict(vars(_tensor_str.PRINT_OPTS))


# How a setting is read and written, and what it is while an answer is judged (None: as the reader has it).
_SETTINGS: list[tuple[Callable, Callable, object]] = [
    (torch.get_default_dtype, torch.set_default_dtype, torch.float32),
    (torch.is_grad_enabled, torch.set_grad_enabled, True),
    (
        lambda: (
            torch.are_deterministic_algorithms_enabled(),
            torch.is_deterministic_algorithms_warn_only_enabled(),
        ),
        lambda on: torch.use_deterministic_algorithms(on[0], warn_only=on[1]),
        None,
    ),
    (torch.is_anomaly_enabled, torch.autograd.set_detect_anomaly, None),
    (torch.get_float32_matmul_precision, torch.set_float32_matmul_precision, None),
    (torch.get_num_threads, torch.set_num_threads, None),
    (lambda: torch.is_autocast_enabled("cpu"), lambda on: torch.set_autocast_enabled("cpu", on), False),
    (_torch_print_options, lambda options: torch.set_printoptions(**options), None),
    (np.get_printoptions, lambda options: np.set_printoptions(**options), None),
    (np.geterr, lambda errors: np.seterr(**errors), None),
    (sys.getrecursionlimit, sys.setrecursionlimit, None),
    (random.getstate, random.setstate, None),
    (np.random.get_state, np.random.set_state, None),
    (torch.get_rng_state, torch.set_rng_state, None),
]


@contextmanager
def settled() -> Iterator[None]:
    """Global settings as in a fresh session, so that an answer is judged the same everywhere; put back at the end."""
    before = [read() for read, _, _ in _SETTINGS]
    device = torch.get_default_device()
    with torch.inference_mode(False), warnings.catch_warnings():
        try:
            renew()
            yield
        finally:
            _use_device(device)
            for (read, write, _), value in zip(_SETTINGS, before, strict=True):
                if not _same(read(), value):
                    write(value)


def renew() -> None:
    """The settings and the random numbers of a fresh session, again."""
    _use_device(torch.device("cpu"))
    for read, write, value in _SETTINGS:
        if value is not None and read() != value:
            write(value)
    random.seed(0)
    np.random.seed(0)
    torch.default_generator.manual_seed(0)


def _use_device(device: torch.device) -> None:
    if torch.get_default_device() != device:
        torch.set_default_device(None if device.type == "cpu" else device)


def _same(now: object, before: object) -> bool:
    if isinstance(now, torch.Tensor):
        return isinstance(before, torch.Tensor) and torch.equal(now, before)
    # What holds an array (NumPy's random state) does not compare: it is written again in any case.
    flags = isinstance(now, tuple) and all(isinstance(flag, bool) for flag in now)
    return (flags or isinstance(now, bool | int | str | dict | torch.dtype)) and now == before

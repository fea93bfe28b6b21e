"""Runs a stranger's code so that nothing of it gets out: no endless loop, no exit, no setting left changed."""

import ctypes
import random
import signal
import sys
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import numpy as np
import torch
from torch import _tensor_str

TICK = 0.02
IMPORTING = "<frozen importlib._bootstrap"


class TimeUp(BaseException):
    """Raised inside code that runs too long. Not an Exception, so that ``except Exception`` lets it pass."""


class _Stopped(KeyboardInterrupt):
    """The reader's own Ctrl-C or stop button, told apart from a KeyboardInterrupt that the code raises itself."""


class _Watch:
    """Ends this thread's code after ``seconds`` of work.

    Time in which nothing is computed (a sleep, or a machine that is busy with something else) counts half, time spent
    on imports not at all.
    """

    def __init__(self, seconds: float):
        self.expired = False
        self._ticks = max(1, round(seconds / TICK))
        self._target = threading.get_ident()
        self._finished = threading.Event()
        self._thread = threading.Thread(target=self._count, daemon=True)
        main = threading.current_thread() is threading.main_thread()
        self.takes_signals = main and signal.getsignal(signal.SIGINT) is signal.default_int_handler

    def start(self) -> None:
        if self.takes_signals:
            signal.signal(signal.SIGINT, self._interrupted)
        self._thread.start()

    def stop(self) -> None:
        """Afterwards no exception of the watch's can arrive any more."""
        while True:
            try:
                self._finished.set()
                self._thread.join()
                ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(self._target), None)
                if self.takes_signals:
                    signal.signal(signal.SIGINT, signal.default_int_handler)
                return
            except TimeUp:
                continue

    def _interrupted(self, number: int, frame: object) -> None:
        raise TimeUp if self.expired else _Stopped

    def _count(self) -> None:
        ticks, before = 0.0, time.process_time()
        while not self._finished.wait(TICK):
            now = time.process_time()
            share, before = (now - before) / TICK, now
            ticks += 0.0 if self._importing() else min(1.0, max(0.5, share))
            if ticks >= self._ticks:
                # Again and again, should the code catch it.
                self.expired = True
                ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(self._target), ctypes.py_object(TimeUp))
                if self.takes_signals and ticks > self._ticks + 2:
                    self._wake()

    def _wake(self) -> None:
        """Out of a sleep, which an exception from another thread does not reach."""
        if hasattr(signal, "pthread_kill"):
            signal.pthread_kill(self._target, signal.SIGINT)
        else:
            signal.raise_signal(signal.SIGINT)

    def _importing(self) -> bool:
        frame = sys._current_frames().get(self._target)
        for _ in range(200):
            if frame is None:
                return False
            if frame.f_code.co_filename.startswith(IMPORTING):
                return True
            frame = frame.f_back
        return False


def attempt(call: Callable[[], object], seconds: float) -> BaseException | None:
    """Call it, and return what it raised, be it SystemExit, or TimeUp after ``seconds``. The reader's Ctrl-C passes."""
    watch, error = _Watch(seconds), None
    try:
        try:
            watch.start()
            call()
        except BaseException as raised:
            error = raised
        watch.stop()
    except TimeUp:  # it arrived between the end of the call and that of the watch
        watch.stop()
    if watch.expired:
        return TimeUp()
    if isinstance(error, _Stopped) or (isinstance(error, KeyboardInterrupt) and not watch.takes_signals):
        raise KeyboardInterrupt from None
    return error


def passes_through(error: BaseException) -> bool:
    """Whether an error ends the whole run, not one call of it: time is up, or the reader has pressed stop."""
    return isinstance(error, TimeUp | _Stopped)


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

"""Runs a stranger's code so that nothing of it gets out: no endless loop, no exit, no error of the engine's own."""

import ctypes
import logging
import signal
import sys
import threading
import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")
TICK = 0.02
# A second in which nothing is computed (a sleep, or a machine that is busy with something else) counts this much.
IDLE = 0.1
# Turns of an empty loop, at each of which Python looks whether an exception from another thread has come.
ARRIVAL = 100
# Whether a fault of the engine's own is raised, as the tests want it, or written to the log.
STRICT = False
# Python's own table of the modules that are being imported now, by whatever thread; empty otherwise. (To look for an
# import among the frames of a running thread is not safe: CPython 3.11 hands out what is no frame, or crashes.)
_IMPORTING: dict[str, object] = vars(sys.modules["_frozen_importlib"])["_module_locks"]


class TimeUp(BaseException):
    """Raised inside code that runs too long. Not an Exception, so that ``except Exception`` lets it pass."""


class _Stopped(KeyboardInterrupt):
    """The reader's own Ctrl-C or stop button, told apart from a KeyboardInterrupt that the code raises itself."""


_here = threading.local()


def _watches() -> "list[_Watch]":
    """Those that watch this thread now, the innermost last."""
    if not hasattr(_here, "watches"):
        _here.watches = []
    return _here.watches


class _Watch:
    """Ends this thread's code after ``seconds`` of its own work, whatever else the machine is busy with.

    A sleep ends too, after ten times as long. Time spent on imports does not count.
    """

    def __init__(self, seconds: float):
        self.expired = False
        self._twice = False
        self._ticks = max(1, round(seconds / TICK))
        self._target = threading.get_ident()
        self._worked = work_of(self._target)
        self._finished = threading.Event()
        self._thread = threading.Thread(target=self._count, daemon=True)
        main = threading.current_thread() is threading.main_thread()
        self.takes_signals = main and signal.getsignal(signal.SIGINT) is signal.default_int_handler

    def start(self) -> None:
        _watches().append(self)
        if self.takes_signals:
            signal.signal(signal.SIGINT, self._interrupted)
        self._thread.start()

    def stop(self) -> None:
        """Afterwards no exception of the watch's can arrive any more."""
        while True:
            try:
                self._finished.set()
                self._thread.join()
                # What is still on its way arrives in these turns. It is not taken back (by a call with None): CPython
                # 3.11 then looks for it for ever in code that is traced, as coverage and debuggers trace it.
                for _ in range(ARRIVAL):
                    pass
                if self.takes_signals:
                    signal.signal(signal.SIGINT, signal.default_int_handler)
                if self in _watches():
                    _watches().remove(self)
                return
            except TimeUp:
                continue
            except KeyboardInterrupt:
                if not self.expired:
                    raise

    def _interrupted(self, number: int, frame: object) -> None:
        if not self.expired:
            raise _Stopped
        signal.signal(signal.SIGINT, signal.default_int_handler)
        self._twice = True
        raise TimeUp

    def _count(self) -> None:
        ticks, before, then = 0.0, self._worked(), time.monotonic()
        while not self._finished.wait(TICK):
            now, moment = self._worked(), time.monotonic()
            # Where the whole machine stood still this thread was not woken either: that is not the code's own sleep.
            slept = min(moment - then, 2 * TICK)
            spent = max(now - before, IDLE * slept) / TICK
            before, then = now, moment
            ticks += 0.0 if _IMPORTING else spent
            if ticks >= self._ticks:
                self.expired = True
                self._end(stubborn=self.takes_signals and ticks > self._ticks + 2)

    def _end(self, stubborn: bool) -> None:
        """Called at every tick, should the code catch what it is sent.

        Code that catches everything and goes on is ended by two exceptions at once: the second finds it outside its
        ``try``. They may not meet in a handler written in Python, where they would become one; so a signal alone
        comes first, whose handler gives way to Python's own, which is written in C.
        """
        if not stubborn or self._twice:
            ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(self._target), ctypes.py_object(TimeUp))
        if stubborn:
            self._wake()

    def _wake(self) -> None:
        """Out of a sleep, which an exception from another thread does not reach."""
        if hasattr(signal, "pthread_kill"):
            signal.pthread_kill(self._target, signal.SIGINT)
        else:
            signal.raise_signal(signal.SIGINT)


def work_of(thread: int) -> Callable[[], float]:
    """A clock of the seconds that a thread has computed; the whole process's where the system has no such clock."""
    if not hasattr(time, "pthread_getcpuclockid"):
        return time.process_time
    clock = time.pthread_getcpuclockid(thread)
    return lambda: time.clock_gettime(clock)


def shielded(call: Callable[[], T]) -> T | None:
    """What a call of the engine's own returns, or None: a verdict that says less is better than a traceback."""
    try:
        return call()
    except Exception:
        if STRICT:
            raise
        logging.getLogger(__name__).debug("left out of a verdict", exc_info=True)
        return None


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
    except (TimeUp, KeyboardInterrupt):  # it arrived between the end of the call and that of the watch
        watch.stop()
        if not watch.expired:
            raise
    if watch.expired:
        return TimeUp()
    if isinstance(error, _Stopped) or (isinstance(error, KeyboardInterrupt) and not watch.takes_signals):
        raise KeyboardInterrupt from None
    return error


def passes_through(error: BaseException) -> bool:
    """Whether an error ends the whole run, not one call of it: time is up, or the reader has pressed stop."""
    kind = type(error)  # isinstance would ask the error what it is
    if issubclass(kind, KeyboardInterrupt) and any(watch.expired for watch in _watches()):
        return True
    return issubclass(kind, (TimeUp, _Stopped))

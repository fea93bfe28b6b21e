"""One number that shifts every seed below it: does a claim hold under other random numbers too?

``reseed(0)`` changes nothing. After ``reseed(7)``, ``torch.manual_seed(0)`` seeds with 7, ``random.Random(3)`` draws
what ``random.Random(10)`` would, and so on, wherever the seed is set: on the page, in this package, in scikit-learn.
"""

import functools
import importlib
import random
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch

# Functions that take a seed first, and classes whose constructor does, by the module where callers look them up.
_FUNCTIONS = (
    *(("torch", "manual_seed"), ("torch.random", "manual_seed"), ("torch.mps", "manual_seed")),
    *(("torch.cuda", "manual_seed"), ("torch.cuda", "manual_seed_all")),
    *(("random", "seed"), ("numpy.random", "seed"), ("numpy.random", "default_rng")),
)
_CLASSES = ("RandomState", "SeedSequence", "MT19937", "PCG64", "PCG64DXSM", "Philox", "SFC64")

_lock = threading.RLock()
_originals: list[tuple[Any, str, Any]] = []
_shift = 0
# A seed is shifted once: torch.manual_seed calls torch.cuda.manual_seed_all, scikit-learn's check_random_state NumPy.
_inside = threading.local()


def reseed(shift: int) -> None:
    """Shift every seed that is set from now on by ``shift``; ``reseed(0)`` puts everything back.

    Shifted are ``torch.manual_seed`` and ``torch.Generator().manual_seed`` (on every device), ``random.seed`` and
    ``random.Random(seed)``, ``numpy.random.seed``, ``default_rng``, ``RandomState`` and NumPy's bit generators, and so
    the seeds that this package's functions take and scikit-learn's ``random_state``. What has no seed (None) stays
    without one; a text as a seed gets the number appended. NumPy's seeds are taken modulo 2³².

    The shift is the process's: every thread sees it. It reaches what is looked up in its module after the call
    (``np.random.default_rng``): call it before ``from numpy.random import default_rng``, and before a
    ``torch.Generator`` is made. Generators that are already seeded draw on as they would have.

    Raises
    ------
    TypeError
        When ``shift`` is not a whole number.
    """
    global _shift
    if isinstance(shift, bool) or not isinstance(shift, int):
        raise TypeError(f"shift must be a whole number, got {shift!r}")
    with _lock:
        _shift = shift
        if shift and not _originals:
            _patch()
        elif not shift:
            while _originals:
                home, name, original = _originals.pop()
                setattr(home, name, original)


def _patch() -> None:
    for module, name in _FUNCTIONS:
        _replace(importlib.import_module(module), name, functools.partial(_function, numpy=module == "numpy.random"))
    _replace(random.Random, "seed", _method)  # the constructor calls it, on generators made by whatever name
    _replace(torch, "Generator", _generator_class)
    for name in _CLASSES:
        _replace(np.random, name, _numpy_class)


def _replace(home: Any, name: str, make: Callable[[Any], Any]) -> None:
    original = getattr(home, name)
    _originals.append((home, name, original))
    setattr(home, name, make(original))


def shifted(seed: Any, numpy: bool = False) -> Any:
    """The seed that is meant by ``seed`` now. What is no seed of a known kind (a generator, say) stays as it is."""
    if isinstance(seed, str):
        return f"{seed}{_shift:+d}"
    if isinstance(seed, bytes | bytearray):
        return bytes(seed) + f"{_shift:+d}".encode()
    if isinstance(seed, list | tuple | np.ndarray):
        return [shifted(each, numpy) for each in seed]
    if isinstance(seed, int | np.integer):
        return (int(seed) + _shift) % 2**32 if numpy else int(seed) + _shift
    return seed + _shift if isinstance(seed, float) else seed


@contextmanager
def _once(seed: Any, numpy: bool = False) -> Iterator[Any]:
    """The shifted seed, once: what is called inside gets its seeds as they are."""
    if getattr(_inside, "busy", False):
        yield seed
        return
    _inside.busy = True
    try:
        yield shifted(seed, numpy)
    finally:
        _inside.busy = False


def _function(original: Callable[..., Any], numpy: bool) -> Callable[..., Any]:
    @functools.wraps(original)
    def seeded(seed: Any = None, *more: Any, **named: Any) -> Any:
        name = next((key for key in ("a", "entropy") if key in named), None)
        with _once(named.pop(name) if name else seed, numpy) as value:
            # Most of these accept no None where they demand a seed, and say so best themselves.
            return original(*(() if value is None else (value,)), *more, **named)

    return seeded


def _method(original: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(original)
    def seed(self: random.Random, a: Any = None, version: int = 2) -> None:
        with _once(a) as value:
            original(self, value, version)

    return seed


def _standing_for(original: type) -> type:
    """A metaclass for a class that stands for another: what was made by the other is an instance of it too."""

    class Standing(type(original)):
        def __instancecheck__(cls, instance: Any) -> bool:
            return isinstance(instance, original)

        def __subclasscheck__(cls, subclass: type) -> bool:
            return issubclass(subclass, original)

    return Standing


def _generator_class(original: type) -> type:
    class Generator(original, metaclass=_standing_for(original)):
        def manual_seed(self, seed: int) -> Any:
            with _once(seed) as value:
                return super().manual_seed(value)

    return Generator


def _numpy_class(original: type) -> type:
    class Seeded(original, metaclass=_standing_for(original)):
        def __init__(self, seed: Any = None, **named: Any) -> None:
            name = "entropy" if "entropy" in named else None
            with _once(named.pop(name) if name else seed, numpy=True) as value:
                super().__init__(value, **named)

    Seeded.__name__ = original.__name__
    return Seeded

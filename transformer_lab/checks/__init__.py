"""Checks for the exercises: they say whether an answer is right and, when it is wrong, name the mistake.

::

    from transformer_lab import check

    check.layer_norm(my_layer_norm)

:data:`EXERCISES` lists every exercise by name, with its notebook, title and difficulty.
"""

import importlib
import pkgutil

from transformer_lab.checks.exercise import Case, Exercise, Mistake
from transformer_lab.checks.result import Result

# Every module of this package that has EXERCISES is a room of them.
_MODULES = [importlib.import_module(f"{__name__}.{module.name}") for module in pkgutil.iter_modules(__path__)]
_FOUND = [exercise for module in _MODULES for exercise in getattr(module, "EXERCISES", ())]
EXERCISES: dict[str, Exercise] = {
    exercise.name: exercise for exercise in sorted(_FOUND, key=lambda exercise: exercise.notebook)
}
if len(EXERCISES) < len(_FOUND):
    raise ImportError("two exercises have the same name")


class _Checks:
    """``check.<name>(answer)`` for every exercise; Tab lists the names."""

    def __getattr__(self, name: str):
        if name not in EXERCISES:
            raise AttributeError(f"no exercise is called {name!r}; there are: {', '.join(EXERCISES)}")
        return EXERCISES[name].check

    def __dir__(self) -> list[str]:
        return list(EXERCISES)

    def __repr__(self) -> str:
        return f"check: {len(EXERCISES)} exercises, {', '.join(EXERCISES)}"


check = _Checks()

__all__ = ["EXERCISES", "Case", "Exercise", "Mistake", "Result", "check"]

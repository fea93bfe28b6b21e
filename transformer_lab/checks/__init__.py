"""Checks for the exercises: they say whether an answer is right and, when it is wrong, name the mistake.

::

    from transformer_lab import check

    check.layer_norm(my_layer_norm)

:data:`EXERCISES` lists every exercise by name, with its notebook, title and difficulty.
"""

from transformer_lab.checks import alignment, normalization, positions
from transformer_lab.checks.exercise import Case, Exercise, Mistake
from transformer_lab.checks.result import Result

EXERCISES: dict[str, Exercise] = {
    exercise.name: exercise for room in (normalization, positions, alignment) for exercise in room.EXERCISES
}


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

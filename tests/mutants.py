"""Every reference changed by one small edit: what a check has to notice, and inputs that prove a change harmless."""

import ast
import json
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Any

from transformer_lab.checks import EXERCISES
from transformer_lab.checks.engine import guard
from transformer_lab.checks.engine.calling import Case, Outcome, run
from transformer_lab.checks.engine.edits import edits, line_edits, local_names
from transformer_lab.checks.engine.guard import attempt
from transformer_lab.checks.engine.source import sources
from transformer_lab.checks.engine.varied import varied
from transformer_lab.checks.exercise import Exercise


@dataclass(frozen=True)
class Mutant:
    """A changed reference, and the change in words."""

    change: str
    function: Callable[..., Any]


def mutants(exercise: Exercise, count: int) -> list[Mutant]:
    """``count`` of the exercise's mutants, the same each time."""
    return random.Random(exercise.name).sample(found, min(count, len(found))) if (found := [*_all(exercise)]) else []


def _all(exercise: Exercise) -> Iterator[Mutant]:
    for source in sources(exercise.reference):
        names = [*source.parameters(), *local_names(source.node)]
        for edit in chain(edits(source.node, names), line_edits(source.node)):
            edit.apply()
            try:
                text = ast.unparse(ast.fix_missing_locations(source.node))
                function = source.rebuilt()
            except (SyntaxError, ValueError, TypeError):  # not a program
                continue
            finally:
                edit.undo()
            yield Mutant(f"{edit.kind}: {text}", function)


def outcomes(function: Callable[..., Any], cases: list[Case]) -> list[Outcome]:
    """What a changed function does; an endless loop is an outcome too."""
    found: list[Outcome] = []
    error = attempt(lambda: found.extend(run(function, case) for case in cases), 0.5)
    return found + [Outcome(error=error)] * (len(cases) - len(found))


def same(exercise: Exercise, function: Callable[..., Any], cases: list[Case]) -> bool:
    """Whether a function does what the reference does on all of the cases."""
    wanted = [run(exercise.reference, case) for case in cases]
    usable = [i for i, want in enumerate(wanted) if want.error is None]
    found = outcomes(function, [cases[i] for i in usable])
    return all(exercise.compare(got, wanted[i], cases[i]) is None for got, i in zip(found, usable, strict=True))


def survey(count: int, variations: int) -> dict:
    """What the cases let through though it is wrong, and how many changes the check names: one for each exercise."""
    tried, through, verdicts = 0, [], []
    for exercise in EXERCISES.values():
        cases = list(exercise.cases())
        others = [varied(case, seed) for case in cases for seed in range(variations)]
        caught = []
        for mutant in mutants(exercise, count):
            tried += 1
            if not same(exercise, mutant.function, cases):
                caught.append(mutant)
            elif not same(exercise, mutant.function, others):
                through.append(f"{exercise.name}: {mutant.change}")
        verdicts += [exercise.check(mutant.function).mistake for mutant in caught[:1]]
    named = sum(mistake is not None for mistake in verdicts)
    return {"tried": tried, "let through": through, "named": named, "checked": len(verdicts)}


if __name__ == "__main__":
    guard.STRICT = True  # a fault of the engine's own is not to look like a verdict
    print(json.dumps(survey(8, 3)))

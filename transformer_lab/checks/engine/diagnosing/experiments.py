"""A failing case made simpler in one respect: if the answer is then right, that respect is where it goes wrong."""

import numbers
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import Tensor

from transformer_lab.checks.engine.calling import Case, run_all
from transformer_lab.checks.engine.comparing import difference
from transformer_lab.checks.engine.diagnosing.evidence import Evidence, Finding, with_argument


@dataclass(frozen=True)
class Experiment:
    """What is said if it succeeds, and how a case becomes simpler; None where it is simple already."""

    name: str
    sentence: str
    simpler: Callable[[Case], Case | None]


def right_once_simpler(evidence: Evidence) -> Finding | None:
    """The first experiment in which every failing case, once simpler, is right; what passes is simple already."""
    failing = [case for case, fault in zip(evidence.cases, evidence.faults, strict=True) if fault]
    passing = [case for case, fault in zip(evidence.cases, evidence.faults, strict=True) if not fault]
    for experiment in (*_batch(evidence), *_arguments(evidence)):
        if evidence.left() < 0.05:
            return None
        found = [experiment.simpler(case) for case in failing]
        made = [case for case in found if case is not None]
        simple = all(experiment.simpler(case) is None for case in passing)
        if len(made) > 1 and simple and len(made) == len(found) and _right(evidence, made):
            return Finding(experiment.name, experiment.sentence)
    return None


def _right(evidence: Evidence, cases: list[Case]) -> bool:
    wanted = run_all(evidence.reference, cases, evidence.names)
    if any(want.error is not None or _is_degenerate(want.value) for want in wanted):
        return False
    found = evidence.rerun(cases)
    return all(evidence.compare(*trio) is None for trio in zip(found, wanted, cases, strict=True))


def _is_degenerate(value: Any) -> bool:
    """Whether a result has NaN in it, which any wrong answer has as well."""
    items = value if isinstance(value, tuple) else (value,)
    return any(isinstance(x, Tensor) and bool(x.isnan().any()) for x in items)


# A batch of one -----------------------------------------------------------------------------------------------------
def _batch(evidence: Evidence) -> Iterator[Experiment]:
    text = "Right for a batch of one, wrong for several: what happens along the first axis is to happen to each alone."
    yield Experiment("right for a batch of one", text, lambda case: _first_of_batch(evidence, case))


def _first_of_batch(evidence: Evidence, case: Case) -> Case | None:
    """The first of the batch alone, if the reference treats each of them alone."""
    (whole,) = run_all(evidence.reference, [case], evidence.names)
    if not isinstance(whole.value, Tensor) or whole.value.dim() < 2 or whole.value.shape[0] < 2:
        return None
    count = whole.value.shape[0]
    for dims in (3, 2):
        cut = [isinstance(a, Tensor) and a.dim() >= dims and a.shape[0] == count for a in case.arguments]
        arguments = tuple(a[:1] if is_cut else a for a, is_cut in zip(case.arguments, cut, strict=True))
        (first,) = run_all(evidence.reference, [replace(case, arguments=arguments)], evidence.names)
        if any(cut) and first.error is None and difference(first.value, whole.value[:1], case.tolerance) is None:
            return replace(case, arguments=arguments)
    return None


# One argument -------------------------------------------------------------------------------------------------------
def _arguments(evidence: Evidence) -> Iterator[Experiment]:
    for place, name in enumerate(evidence.names[: len(evidence.cases[0].arguments)]):
        seen = [case.arguments[place] for case in evidence.cases]
        passed = [value for value, fault in zip(seen, evidence.faults, strict=True) if fault is None]
        for title, sentence, change in _of_one(name, seen[0], passed):
            yield Experiment(title, sentence, _in_place(place, change))


def _in_place(place: int, change: Callable[[Any], Any]) -> Callable[[Case], Case | None]:
    def simpler(case: Case) -> Case | None:
        value = change(case.arguments[place])
        return None if value is None else with_argument(case, place, value)

    return simpler


def _of_one(name: str, example: Any, passed: list) -> Iterator[tuple[str, str, Callable[[Any], Any]]]:
    if isinstance(example, Tensor) and example.dtype == torch.bool:
        for flag, other in ((True, False), (False, True)):
            text = f"Right where {name} is {flag} everywhere, wrong where it is {other} somewhere: see what that does."
            yield "right for one mask", text, lambda v, f=flag: torch.full_like(v, f) if bool((v != f).any()) else None
    elif isinstance(example, bool | str):
        for right in dict.fromkeys(value for value in passed if isinstance(value, bool | str)):
            text = f"Right with {name}={right!r}, wrong otherwise."
            yield "right for one setting", text, lambda v, r=right: r if v != r else None
    elif isinstance(example, numbers.Integral) and name.startswith("num_"):
        text = f"Right with {name}=1, wrong with more."
        yield "right for one", text, lambda v: 1 if v > 1 else None
    elif isinstance(example, list | tuple):
        text = f"Right with a single item in {name}, wrong with several."
        yield "right for one item", text, lambda v: v[:1] if len(v) > 1 else None

"""What a diagnosis starts from, and what it ends with."""

import math
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import torch
from torch import Tensor

from transformer_lab.checks.engine.calling import Case, Outcome, run, run_all
from transformer_lab.checks.engine.comparing import Fault, difference
from transformer_lab.checks.engine.values import as_tensor, items_of
from transformer_lab.checks.engine.varied import varied
from transformer_lab.checks.engine.words import nth

# How much closer a repaired answer has to come than an answer that passes.
CLOSER = 1e-3


@dataclass(frozen=True)
class Finding:
    """A mistake's stable name, a sentence about it, and the case that shows it best (None: the smallest)."""

    name: str
    sentence: str
    case: int | None = None


@dataclass(frozen=True)
class Evidence:
    """An answer that failed: what it was given, what it returned, what was wanted, and until when there is time.

    ``answer`` is the learner's function as the exercise calls it, ``given`` as the learner wrote it. The first
    ``tried`` cases are the exercise's own, the others are the same with other numbers.
    """

    compare: Callable[[Outcome, Outcome, Case], Fault | None]
    reference: Callable[..., Any]
    adapt: Callable[[Callable[..., Any]], Callable[..., Any]]
    answer: Callable[..., Any]
    given: Callable[..., Any]
    names: Sequence[str]
    cases: Sequence[Case]
    outcomes: Sequence[Outcome]
    expected: Sequence[Outcome]
    faults: Sequence[Fault | None]
    ends: float
    latest: float = math.inf
    slopes: Callable[[Callable[..., Any]], bool] | None = None
    tried: int = 0

    def widened(self) -> "Evidence":
        """With every case once more in other numbers, so that no pattern in the cases' own is taken for a mistake."""
        more = [varied(case, seed) for seed, case in enumerate(self.cases)]
        more = [new for new, old in zip(more, self.cases, strict=True) if difference(new.arguments, old.arguments, 0.0)]
        wanted = run_all(self.reference, more, self.names)
        more = [case for case, want in zip(more, wanted, strict=True) if want.error is None]
        wanted = [want for want in wanted if want.error is None]
        found = self.rerun(more)
        faults = [self.compare(*trio) for trio in zip(found, wanted, more, strict=True)]
        return replace(
            self,
            cases=[*self.cases, *more],
            outcomes=[*self.outcomes, *found],
            expected=[*self.expected, *wanted],
            faults=[*self.faults, *faults],
            tried=len(self.cases),
        )

    def left(self) -> float:
        """Seconds of work left: this thread's own, so that a busy machine finds the same, if it is not too busy."""
        return self.ends - time.thread_time() if time.monotonic() < self.latest else 0.0

    @cached_property
    def order(self) -> list[int]:
        """The failing cases first, the small ones before the large: most guesses fall at once."""
        return sorted(range(len(self.cases)), key=lambda i: (self.faults[i] is None, size(self.cases[i].arguments)))

    def explains(self, function: Callable[..., Any]) -> bool:
        """Whether a function of the project's own does on every case what the answer did."""
        return all(
            self._same(self.outcomes[i], run(function, self.cases[i], self.names), self.cases[i]) for i in self.order
        )

    def mends(self, function: Callable[..., Any]) -> bool:
        """Whether a function is right on every case, closely. It runs unwatched: call this inside ``attempt``."""
        for i in self.order:
            case = _close(self.cases[i], self.expected[i])
            if not self._same(run(function, case, self.names), self.expected[i], case):
                return False
        return self.slopes is None or self.slopes(function)

    def _same(self, got: Outcome, want: Outcome, case: Case) -> bool:
        if (got.error is None) != (want.error is None):
            return False
        return self.compare(got, want, case) is None

    def rerun(self, cases: Sequence[Case]) -> list[Outcome]:
        """The answer on other cases, within the time that is left."""
        return run_all(self.answer, cases, self.names, max(0.05, min(0.4, self.left())))

    def part(self) -> "Part | None":
        """The one part of the results that is wrong, as numbers; None where there are several or none."""
        if any(o.error is not None or o.changed for o in (*self.outcomes, *self.expected)):
            return None
        if any(isinstance(want.value, tuple) for want in self.expected):
            return self._part_of_several()
        pairs = [(numbers(o.value), numbers(w.value)) for o, w in zip(self.outcomes, self.expected, strict=True)]
        return _part("", pairs, self.faults)

    def _part_of_several(self) -> "Part | None":
        places = {fault.path[0] for fault in self.faults if fault and fault.path}
        if len(places) != 1 or any(fault and not fault.path for fault in self.faults):
            return None
        place = places.pop()
        pairs = []
        for outcome, want in zip(self.outcomes, self.expected, strict=True):
            items = items_of(outcome.value)
            if items is None or len(items) != len(want.value):
                return None
            pairs.append((numbers(items[place]), numbers(want.value[place])))
        count = len(self.expected[0].value)
        return _part(f"Of the {count} results the {nth(place)} is wrong. ", pairs, self.faults)


@dataclass(frozen=True)
class Part:
    """Numbers as they came and as they were wanted, case by case; ``prefix`` says which of several results it is."""

    prefix: str
    pairs: Sequence[tuple[Tensor, Tensor]]
    failing: Sequence[bool]

    def failed(self) -> Iterator[tuple[Tensor, Tensor]]:
        """The pairs that differ."""
        return (pair for pair, fails in zip(self.pairs, self.failing, strict=True) if fails)

    def telling(self) -> bool:
        """Whether there are enough numbers for a pattern in them to be no coincidence."""
        return sum(want.unique().numel() for _, want in self.failed()) >= 2


def _part(prefix: str, pairs: list, faults: Sequence[Fault | None]) -> Part | None:
    if any(got is None or want is None for got, want in pairs):
        return None
    return Part(prefix, pairs, [bool(fault) for fault in faults])


def numbers(value: Any) -> Tensor | None:
    """A tensor, an array, a number or a list of numbers as a tensor; None for anything else."""
    if isinstance(value, list | tuple):
        plain = [as_tensor(item) for item in value]
        scalars = [item for item in plain if item is not None and not item.dim()]
        if len(scalars) < len(plain):
            return None
        return torch.stack([item.double() for item in scalars]) if scalars else torch.zeros(0, dtype=torch.float64)
    found = as_tensor(value)
    return None if found is None or found.is_complex() else found


def size(value: Any) -> int:
    """How many numbers there are in an argument, or in all of them."""
    if hasattr(value, "numel"):
        return value.numel()
    return sum(map(size, value)) if isinstance(value, list | tuple | set | frozenset) else 1


def _close(case: Case, want: Outcome) -> Case:
    """The case with less tolerance, where its numbers have the digits for it."""
    floats = [v for v in (want.value, *case.arguments) if isinstance(v, Tensor) and v.is_floating_point()]
    exact = all(value.dtype == torch.float64 for value in floats)
    return replace(case, tolerance=case.tolerance * CLOSER) if exact else case


def with_argument(case: Case, place: int, value: Any) -> Case:
    """The case with another value in one place."""
    return replace(case, arguments=(*case.arguments[:place], value, *case.arguments[place + 1 :]))

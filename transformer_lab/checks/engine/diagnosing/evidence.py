"""What a diagnosis starts from, and what it ends with."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from transformer_lab.checks.engine.calling import Case, Outcome, run, run_all
from transformer_lab.checks.engine.comparing import Fault, as_tensor, items_of
from transformer_lab.checks.engine.words import nth


@dataclass(frozen=True)
class Finding:
    """A mistake's stable name, a sentence about it, and the case that shows it best (None: the smallest)."""

    name: str
    sentence: str
    case: int | None = None


@dataclass(frozen=True)
class Evidence:
    """An answer that failed: what it was given, what it returned, what was wanted, and until when there is time.

    ``answer`` is the learner's function as the exercise calls it, ``given`` as the learner wrote it.
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

    def left(self) -> float:
        """Seconds of work left: this thread's own, so that a busy machine finds the same."""
        return self.ends - time.thread_time()

    def order(self) -> list[int]:
        """The failing cases first: most guesses fall at once."""
        return sorted(range(len(self.cases)), key=lambda index: self.faults[index] is None)

    def explains(self, function: Callable[..., Any]) -> bool:
        """Whether a function of the project's own does on every case what the answer did."""
        return all(self._same(self.outcomes[i], run(function, self.cases[i], self.names), i) for i in self.order())

    def mends(self, function: Callable[..., Any]) -> bool:
        """Whether a function is right on every case. It runs unwatched: call this inside ``attempt``."""
        return all(self._same(run(function, self.cases[i], self.names), self.expected[i], i) for i in self.order())

    def _same(self, got: Outcome, want: Outcome, index: int) -> bool:
        if (got.error is None) != (want.error is None):
            return False
        return self.compare(got, want, self.cases[index]) is None

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

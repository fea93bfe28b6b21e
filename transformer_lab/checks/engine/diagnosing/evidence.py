"""What a diagnosis starts from, and what it ends with."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from transformer_lab.checks.engine.calling import Case, Outcome, run_all
from transformer_lab.checks.engine.comparing import Fault


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
    answer: Callable[..., Any]
    given: Callable[..., Any]
    names: Sequence[str]
    cases: Sequence[Case]
    outcomes: Sequence[Outcome]
    expected: Sequence[Outcome]
    faults: Sequence[Fault | None]
    ends: float

    def left(self) -> float:
        """Seconds left."""
        return self.ends - time.monotonic()

    def explains(self, function: Callable[..., Any], seconds: float | None = None) -> bool:
        """Whether a function does on every case what the answer did."""
        order = sorted(range(len(self.cases)), key=lambda i: self.faults[i] is None)
        for index in order:
            theirs = run_all(function, [self.cases[index]], self.names, seconds or max(0.05, self.left()))[0]
            if theirs.error is not None and self.outcomes[index].error is None:
                return False
            if self.compare(self.outcomes[index], theirs, self.cases[index]) is not None:
                return False
        return True

    def mends(self, function: Callable[..., Any]) -> bool:
        """Whether a function is right on every case."""
        order = sorted(range(len(self.cases)), key=lambda i: self.faults[i] is None)
        for index in order:
            theirs = run_all(function, [self.cases[index]], self.names, max(0.05, self.left()))[0]
            if self.compare(theirs, self.expected[index], self.cases[index]) is not None:
                return False
        return True

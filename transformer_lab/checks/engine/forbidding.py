"""Ways that an exercise's text forbids, seen while the answer runs.

torch's functions are seen by name, the package's own (and the exercise's reference) by the code that runs. What the
text does not forbid stays allowed.
"""

import inspect
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import CodeType, FrameType
from typing import Any

from torch.overrides import TorchFunctionMode
from torch.utils._python_dispatch import TorchDispatchMode

from transformer_lab.checks.engine.calling import Case, Outcome, run_all


@dataclass(frozen=True)
class Forbidden:
    """What an exercise is to be solved without.

    Attributes:
        words: as the text says it, after "without": ``"nn.LayerNorm or F.layer_norm"``.
        torch_names: names of torch functions; a keyword argument is written ``"function:keyword"``.
        own: functions of the package that do the same. The exercise's reference is forbidden with them.
        grows_with: the number of an argument (from 0) and two values for it: with a loop over it, more torch functions
            are called for the larger one.
    """

    words: str
    torch_names: frozenset[str] = frozenset()
    own: tuple[Callable[..., Any], ...] = ()
    grows_with: tuple[int, Any, Any] | None = None


class _Functions(TorchFunctionMode):
    """Counts the names of torch's functions, and of the keywords that are set."""

    def __init__(self, seen: Counter):
        super().__init__()
        self.seen = seen

    def __torch_function__(self, func, types, args=(), kwargs=None):
        name = getattr(func, "__name__", str(func))
        self.seen[name] += 1
        self.seen.update(f"{name}:{keyword}" for keyword, value in (kwargs or {}).items() if value)
        return func(*args, **(kwargs or {}))


class _Operators(TorchDispatchMode):
    """Counts ``torch.ops.aten``'s names, for whoever calls them there."""

    def __init__(self, seen: Counter):
        super().__init__()
        self.seen = seen

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        name = func.overloadpacket.__name__
        # SDPA's kernels have names of their own: _scaled_dot_product_flash_attention_for_cpu, …
        self.seen["scaled_dot_product_attention" if name.startswith("_scaled_dot_product") else name] += 1
        return func(*args, **(kwargs or {}))


@dataclass
class _Codes:
    """The Python code that runs, by sys.setprofile."""

    found: set[CodeType] = field(default_factory=set)

    @contextmanager
    def watching(self) -> Iterator[None]:
        before = sys.getprofile()
        sys.setprofile(self._note)
        try:
            yield
        finally:
            sys.setprofile(before)

    def _note(self, frame: FrameType, event: str, argument: Any) -> None:
        if event == "call":
            self.found.add(frame.f_code)


def code_of(function: Callable[..., Any]) -> CodeType | None:
    """The code of a function under its decorators."""
    return getattr(inspect.unwrap(function), "__code__", None)


def forbidden_way(
    forbidden: Sequence[Forbidden], reference: Callable[..., Any], answer: Callable[..., Any], cases: Sequence[Case]
) -> Forbidden | None:
    """The first forbidden way that the answer goes on any of the cases, or None."""
    if not forbidden:
        return None
    seen, codes = _observed(answer, cases)
    for way in forbidden:
        own = {code_of(function) for function in (*way.own, reference)} - {None}
        if way.torch_names & set(seen) or own & codes:
            return way
        if way.grows_with is not None and _grows(answer, cases[0], *way.grows_with):
            return way
    return None


def _observed(answer: Callable[..., Any], cases: Sequence[Case]) -> tuple[Counter, set[CodeType]]:
    seen, codes = Counter(), _Codes()

    def observed(*arguments: Any) -> Any:
        with _Operators(seen), _Functions(seen), codes.watching():
            return answer(*arguments)

    run_all(observed, cases)
    return seen, codes.found


def _grows(answer: Callable[..., Any], case: Case, place: int, small: Any, large: Any) -> bool:
    counts = []
    for value in (small, large):
        arguments = (*case.arguments[:place], value, *case.arguments[place + 1 :])
        counts.append(_calls(answer, Case(case.label, arguments)))
    return None not in counts and counts[1] > counts[0]


def _calls(answer: Callable[..., Any], case: Case) -> int | None:
    seen: Counter = Counter()

    def counted(*arguments: Any) -> Any:
        with _Functions(seen):
            return answer(*arguments)

    outcome: Outcome = run_all(counted, [case])[0]
    return None if outcome.error is not None else seen.total()

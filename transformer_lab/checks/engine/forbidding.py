"""Ways that an exercise's text forbids, seen while the answer runs.

torch's functions are seen by name, the package's own (and the exercise's reference) by the code that runs. What the
text does not forbid stays allowed.
"""

import inspect
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from types import FunctionType
from typing import Any

from torch.overrides import TorchFunctionMode

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
        name = getattr(func, "__name__", str(func)).partition(".")[0]  # torch.ops' are called "name.overload"
        # SDPA's kernels have names of their own: _scaled_dot_product_flash_attention_for_cpu, …
        name = "scaled_dot_product_attention" if name.startswith("_scaled_dot_product") else name
        self.seen[name] += 1
        self.seen.update(f"{name}:{keyword}" for keyword, value in (kwargs or {}).items() if value)
        return func(*args, **(kwargs or {}))


def _template(*arguments, **keywords):
    return _NOTED(*arguments, **keywords)  # noqa: F821: the name is another one in each copy


@contextmanager
def _noting(functions: Iterable[FunctionType], called: set[FunctionType]) -> Iterator[None]:
    """Notes which of the functions are called, by whatever name: for a while their code is one that says so."""
    before = {function: function.__code__ for function in functions}
    keys = {function: f"_noted_{place}" for place, function in enumerate(before)}
    try:
        for function, code in before.items():
            function.__globals__[keys[function]] = _noted(function, called)
            function.__code__ = _template.__code__.replace(co_names=(keys[function],), co_freevars=code.co_freevars)
        yield
    finally:
        for function, code in before.items():
            function.__code__ = code
            function.__globals__.pop(keys[function], None)


def _noted(function: FunctionType, called: set[FunctionType]) -> Callable[..., Any]:
    original = FunctionType(
        function.__code__, function.__globals__, function.__name__, function.__defaults__, function.__closure__
    )
    original.__kwdefaults__ = function.__kwdefaults__

    def noted(*arguments: Any, **keywords: Any) -> Any:
        called.add(function)
        return original(*arguments, **keywords)

    return noted


def plain_function(function: Callable[..., Any]) -> FunctionType | None:
    """The function under its decorators."""
    inner = inspect.unwrap(function)
    return inner if isinstance(inner, FunctionType) else None


def forbidden_way(
    forbidden: Sequence[Forbidden], reference: Callable[..., Any], answer: Callable[..., Any], cases: Sequence[Case]
) -> Forbidden | None:
    """The first forbidden way that the answer goes on any of the cases, or None."""
    for way in forbidden:
        own = {plain_function(function) for function in (*way.own, reference)} - {None}
        seen, called = _observed(answer, cases, own)
        grows = way.grows_with is not None and _grows(answer, cases[0], *way.grows_with)
        if way.torch_names & set(seen) or called or grows:
            return way
    return None


def _observed(
    answer: Callable[..., Any], cases: Sequence[Case], own: set[FunctionType]
) -> tuple[Counter, set[FunctionType]]:
    seen, called = Counter(), set()

    def observed(*arguments: Any) -> Any:
        with _Functions(seen):
            return answer(*arguments)

    with _noting(own, called):
        run_all(observed, cases)
    return seen, called


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

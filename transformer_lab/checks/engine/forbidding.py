"""Ways that an exercise's text forbids, seen while the answer runs.

torch's functions are seen by name as they are called, the package's own (and the exercise's reference) by identity, in
what the answer's names stand for. What the text does not forbid stays allowed.
"""

import inspect
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from types import CellType, CodeType, FunctionType, MethodType, ModuleType
from typing import Any

from torch.overrides import TorchFunctionMode

from transformer_lab.checks.engine.calling import PACKAGE, Case, Outcome, package_of, run_all


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
        given = (kwargs or {}).items()  # a value may be a tensor, of which none asks whether it is true
        self.seen.update(f"{name}:{keyword}" for keyword, value in given if value is not None and value is not False)
        return func(*args, **(kwargs or {}))


def plain_function(function: Any) -> FunctionType | None:
    """The function under decorators, partials, methods and instances; None for what cannot be looked at."""
    try:
        return _plain_function(function)
    except Exception:  # an attribute of the learner's own may raise anything
        return None


def _plain_function(function: Any) -> FunctionType | None:
    while isinstance(function, partial | MethodType):
        function = function.func if isinstance(function, partial) else function.__func__
    if isinstance(function, type):
        function = vars(function).get("forward", vars(function).get("__call__"))
    elif not isinstance(function, FunctionType) and not hasattr(function, "__wrapped__"):
        return _plain_function(type(function)) if callable(function) else None
    inner = inspect.unwrap(function) if function is not None else None
    return inner if isinstance(inner, FunctionType) else None


def forbidden_way(
    forbidden: Sequence[Forbidden], reference: Callable[..., Any], answer: Callable[..., Any], cases: Sequence[Case]
) -> Forbidden | None:
    """The first forbidden way that the answer goes on any of the cases, or None."""
    for way in forbidden:
        named = map(plain_function, (*way.own, reference))
        own = {function for function in named if function is not None}
        seen = _observed(answer, cases)
        grows = way.grows_with is not None and _grows(answer, cases[0], *way.grows_with)
        if way.torch_names & set(seen) or reaches(answer, own) or grows:
            return way
    return None


def _observed(answer: Callable[..., Any], cases: Sequence[Case]) -> Counter:
    seen: Counter = Counter()

    def observed(*arguments: Any) -> Any:
        with _Functions(seen):
            return answer(*arguments)

    run_all(observed, cases)
    return seen


def reaches(answer: Callable[..., Any], own: set[FunctionType]) -> bool:
    """Whether a function is one of ``own``, or names one of them, itself or through the functions that it names."""
    waiting, known = [answer], set()
    while waiting:
        function = plain_function(waiting.pop())
        if function in own:
            return True
        if function is None or function in known:
            continue
        known.add(function)
        waiting += [value for value in _named(function) if callable(value)]
    return False


def _named(function: FunctionType) -> Iterator[Any]:
    """What a function's names stand for: globals, what it closes over, attributes of modules, an exercise's reference.

    Functions of torch and of this package are looked at, but not into.
    """
    if package_of(function) in ("torch", PACKAGE):
        return
    names = list(_names(function.__code__))
    held = [function.__globals__.get(name, sys.modules.get(name)) for name in names]
    held += [cell.cell_contents for cell in function.__closure__ or () if _is_full(cell)]
    for value in held:
        yield value
        if issubclass(type(value), ModuleType):
            yield from (_attribute(value, name) for name in names)
        if "reference" in names:
            exercises = dict.values(value) if issubclass(type(value), dict) else [value]
            yield from (_attribute(exercise, "reference") for exercise in exercises)


def _attribute(value: Any, name: str) -> Any:
    try:
        return getattr(value, name, None)
    except Exception:  # what a module or an object of the learner's own raises
        return None


def _names(code: CodeType) -> Iterator[str]:
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _names(constant)


def _is_full(cell: CellType) -> bool:
    try:
        return cell.cell_contents is not None
    except ValueError:  # named, and not yet given a value
        return False


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

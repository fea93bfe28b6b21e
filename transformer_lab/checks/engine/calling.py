"""Calling an answer: any callable, on copies of the arguments, with everything it may do caught and told apart."""

import copy
import dis
import inspect
import os
import types
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import torch
from torch import Tensor

from transformer_lab.checks.engine.comparing import difference
from transformer_lab.checks.engine.guard import TimeUp, attempt, passes_through
from transformer_lab.checks.engine.settings import renew
from transformer_lab.checks.engine.words import first_line

# Seconds that an answer has for all its calls in one check; right answers take milliseconds.
LIMIT = 0.9
MANY_ITEMS = 10_000
TORCH = os.path.dirname(torch.__file__)


@dataclass(frozen=True)
class Case:
    """One input to try. ``tolerance`` is absolute and relative, against the reference run on the same input."""

    label: str
    arguments: tuple
    tolerance: float = 1e-6


@dataclass(frozen=True)
class Outcome:
    """What a function did on one case: a value, or an exception; and whether it changed its inputs."""

    value: Any = None
    error: BaseException | None = None
    changed: str | None = None


def parameters(function: Callable[..., Any]) -> list[str]:
    """The names of the reference's parameters, by which arguments are called whatever the answer calls them."""
    return list(inspect.signature(function).parameters)


def run(function: Callable[..., Any], case: Case, names: Sequence[str] = ()) -> Outcome:
    """Call a function on a copy of the case's arguments; what it raises is its outcome."""
    arguments = copy.deepcopy(case.arguments)
    try:
        value = _settle(function(*arguments))
    except BaseException as error:
        if passes_through(error):
            raise
        return Outcome(error=error)
    names = [*names, *(f"number {i + 1}" for i in range(len(names), len(arguments)))]
    named = zip(names, arguments, case.arguments, strict=False)
    changed = next((_argument(name, now) for name, now, before in named if difference(now, before, 0.0)), None)
    return Outcome(value=value, changed=changed)


def run_all(
    function: Callable[..., Any], cases: Sequence[Case], names: Sequence[str] = (), seconds: float = LIMIT
) -> list[Outcome]:
    """The outcome of every case. Where the time is up, that case and all later ones have a TimeUp as their error."""
    outcomes: list[Outcome] = []

    def work() -> None:
        renew()
        for case in cases:
            outcomes.append(run(function, case, names))

    error = attempt(work, seconds)
    missing = len(cases) - len(outcomes)
    return outcomes + [Outcome(error=error or TimeUp())] * missing


def _settle(value: Any) -> Any:
    """A generator's items as a list, a coroutine closed, each before anyone looks at it."""
    if inspect.iscoroutine(value):
        value.close()
        return value
    return list(islice(value, MANY_ITEMS)) if isinstance(value, Iterator) else value


def _argument(name: str, value: Any) -> str:
    kind = "tensor" if isinstance(value, Tensor) else type(value).__name__
    return f"{name} in place; work on a new {kind} instead"


def wrong_count(answer: Callable[..., Any], case: Case, names: Sequence[str]) -> str | None:
    """What is wrong with the number of parameters, as a sentence, where Python can tell without a call."""
    try:
        signature = inspect.signature(answer)
    except (TypeError, ValueError):  # a builtin without a signature: the call will tell
        return None
    try:
        signature.bind(*case.arguments)
    except TypeError as error:
        count = len(case.arguments)
        given = f"{count} argument{'s' if count > 1 else ''} ({', '.join(list(names)[:count])})"
        return f"Your function is called with {given}, but cannot take them: {first_line(error)}."
    return None


# A stub -------------------------------------------------------------------------------------------------------------
def is_stub(answer: Callable[..., Any]) -> bool:
    """Whether a function is still the empty stub: nothing but a docstring, ``...``, ``pass`` or NotImplementedError."""
    code = getattr(answer, "__code__", None)
    if code is None:
        return False
    constants = [c for c in code.co_consts if c is not None and c is not Ellipsis and c != answer.__doc__]
    return not constants and set(code.co_names) <= {"NotImplementedError"} and _touches_nothing(code)


def _touches_nothing(code: types.CodeType) -> bool:
    """A stub reads no argument and loops nowhere: no local is loaded, nothing jumps."""
    return not any(
        i.opname.startswith(("LOAD_FAST", "BINARY", "STORE", "CALL", "JUMP")) for i in dis.get_instructions(code)
    )


def still_to_write(error: BaseException | None) -> bool:
    """Whether a NotImplementedError is the stub's own, and not torch's word for a missing kernel.

    It is when it has no text, or when Python code beside torch's raised it: torch raises from C++.
    """
    if not isinstance(error, NotImplementedError):
        return False
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return not error.args or (trace is not None and _raises_here(trace.tb_frame.f_code, trace.tb_lasti))


def _raises_here(code: types.CodeType, offset: int) -> bool:
    instruction = next(i for i in dis.get_instructions(code) if i.offset == offset)
    return instruction.opname == "RAISE_VARARGS" and TORCH not in code.co_filename

"""Calling an answer: any callable, on copies of the arguments, with everything it may do caught and told apart."""

import copy
import dis
import inspect
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from operator import call
from types import CodeType
from typing import Any

import torch
from torch import Tensor

from transformer_lab.checks.engine.comparing import difference
from transformer_lab.checks.engine.guard import TimeUp, attempt, passes_through
from transformer_lab.checks.engine.receiving import received, told
from transformer_lab.checks.engine.settings import renew
from transformer_lab.checks.engine.words import Strange, first_line, kind_of, type_name

# Seconds that an answer has for all its calls in one check; right answers take milliseconds.
LIMIT = 0.9
# Seconds for a look at the answer itself: reading its attributes runs code of its own at most.
LOOK = 0.2
PACKAGE = __name__.partition(".")[0]
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
        return Outcome(received(function(*arguments)), changed=_changed(names, arguments, case.arguments))
    except BaseException as error:
        if passes_through(error):
            raise
        return Outcome(error=told(error))


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


def _changed(names: Sequence[str], arguments: tuple, before: tuple) -> str | None:
    """Which argument was changed in place, and what to do instead."""
    names = [*names, *(f"number {i + 1}" for i in range(len(names), len(arguments)))]
    for name, now, was in zip(names, arguments, before, strict=False):
        if difference(now, was, 0.0):
            return f"{name} in place; work on a new {'tensor' if isinstance(now, Tensor) else type_name(now)} instead"
    return None


def wrong_count(answer: Callable[..., Any], case: Case, names: Sequence[str]) -> str | None:
    """What is wrong with the number of parameters, as a sentence, where Python can tell without a call."""
    signature = _signature(answer)
    if signature is None:
        return None
    try:
        signature.bind(*case.arguments)
    except TypeError as error:
        count = len(case.arguments)
        given = f"{count} argument{'s' if count > 1 else ''} ({', '.join(list(names)[:count])})"
        return f"Your function is called with {given}, but cannot take them: {first_line(error)}."
    return None


def _signature(answer: Callable[..., Any]) -> inspect.Signature | None:
    try:
        return inspect.signature(answer)
    except (TypeError, ValueError):  # a builtin without a signature: the call will tell
        return None


def package_of(function: Any) -> str:
    """The package that a callable is from, such as "torch" or "__main__"."""
    return str(getattr(function, "__module__", "")).partition(".")[0]


def approachable(answer: Any) -> Callable[..., Any]:
    """The answer, or, where a look at it raises or does not end, a plain call of it, judged by what it computes."""

    def look() -> None:
        is_stub(answer)
        _signature(answer)
        inspect.unwrap(answer)
        for name in ("__class__", "__module__", "__func__", "func", "forward"):
            getattr(answer, name, None)

    return answer if attempt(look, LOOK) is None else partial(call, answer)


def described(value: Any) -> str:
    """What a value is, in words, although it may raise when it is looked at, or not end."""
    found: list[str] = []
    error = attempt(lambda: found.append(kind_of(received(value))), LOOK)
    return found[0] if error is None else str(error) if type(error) is Strange else f"an object of {type_name(value)}"


# A stub -------------------------------------------------------------------------------------------------------------
def is_stub(answer: Callable[..., Any]) -> bool:
    """Whether a function is still the empty stub: nothing but a docstring, ``...``, ``pass`` or NotImplementedError."""
    code = getattr(answer, "__code__", None)
    if code is None:
        return False
    constants = [c for c in code.co_consts if c is not None and c is not Ellipsis and c != answer.__doc__]
    return not constants and set(code.co_names) <= {"NotImplementedError"} and _touches_nothing(code)


def _touches_nothing(code: CodeType) -> bool:
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


def _raises_here(code: CodeType, offset: int) -> bool:
    instruction = next(i for i in dis.get_instructions(code) if i.offset == offset)
    return instruction.opname == "RAISE_VARARGS" and TORCH not in code.co_filename

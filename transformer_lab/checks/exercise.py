"""An exercise, and how a learner's answer is judged: by what it computes, and by which known mistake it makes.

The learner's function runs on every case. When all results agree with the reference (values, shapes, number formats,
gradients, and inputs left untouched), it passes. When not, its results are compared with those of every *known wrong
variant*: the one that computes the same is the mistake, and is called by its name.
"""

import copy
import dis
import inspect
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor

from transformer_lab.checks.result import Result


@dataclass(frozen=True)
class Case:
    """One input to try. ``tolerance`` is absolute and relative, against the reference run on the same input."""

    label: str
    arguments: tuple
    tolerance: float = 1e-6


@dataclass(frozen=True)
class Mistake:
    """A known wrong answer: its name, one sentence that says what is wrong and how to mend it, and how to recognise it.

    Either ``variant`` computes what the mistake computes, or ``only_fails`` names the cases that it (alone) gets wrong:
    for mistakes such as a loss of digits, which no two people make in the same last digit.
    """

    name: str
    message: str
    variant: Callable[..., Any] | None = None
    only_fails: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Exercise:
    """One exercise of one notebook. ``difficulty`` runs from 1 (a line) to 3 (a struggle)."""

    name: str
    notebook: str
    title: str
    difficulty: int
    reference: Callable[..., Any]
    cases: Callable[[], Sequence[Case]]
    mistakes: Sequence[Mistake]
    gradients: bool = False
    praise: str = "Right on every input that was tried."
    adapt: Callable[[Callable[..., Any]], Callable[..., Any]] = field(default=lambda answer: answer)

    def check(self, answer: Any) -> Result:
        """Judge the learner's answer. Never raises because of what the answer does."""
        if not callable(answer):
            return self._wrong(f"Give the function itself, without calling it; got {_shown(answer)}.")
        if is_stub(answer):
            return Result(self.title, "not attempted", "Write your answer in the cell above, run it, and check again.")
        cases = list(self.cases())
        try:
            outcomes = [run(self.adapt(answer), case) for case in cases]
        except NotImplementedError:
            return Result(self.title, "not attempted", "Your function still raises NotImplementedError.")
        expected = [run(self.reference, case) for case in cases]
        faults = [compare(got, want, case) for got, want, case in zip(outcomes, expected, cases, strict=True)]
        if not any(faults):
            fault = self._gradients(answer, cases)
            return Result(self.title, "passed", self.praise) if fault is None else fault
        return self._name(cases, outcomes, faults)

    def _name(self, cases: Sequence[Case], outcomes: list["Outcome"], faults: list[str]) -> Result:
        failed = frozenset(case.label for case, fault in zip(cases, faults, strict=True) if fault)
        for mistake in self.mistakes:
            if mistake.variant is None:
                if failed == mistake.only_fails:
                    return self._wrong(mistake.message, mistake.name)
                continue
            theirs = [run(self.adapt(mistake.variant), case) for case in cases]
            if not any(compare(*pair, case) for *pair, case in zip(outcomes, theirs, cases, strict=True)):
                return self._wrong(mistake.message, mistake.name)
        label, fault = next((c.label, f) for c, f in zip(cases, faults, strict=True) if f)
        return self._wrong(f"With {label}: {fault}")

    def _gradients(self, answer: Callable[..., Any], cases: Sequence[Case]) -> Result | None:
        if not self.gradients:
            return None
        for case in cases:
            want, got = gradients(self.reference, case), gradients(self.adapt(answer), case)
            # By place, for the learner may have renamed the arguments.
            pairs = zip(got.items(), want.values(), strict=True)
            cut = [name for (name, gradient), wanted in pairs if gradient is None and wanted is not None]
            if cut:
                message = f"The values are right, but no gradient reaches {', '.join(cut)}: did you detach(), or leave "
                return self._wrong(message + "torch for numpy or Python numbers?", "no gradient")
            fault = difference(list(got.values()), list(want.values()), case.tolerance)
            if fault:
                return self._wrong(f"With {case.label}: the values are right, but the gradient is not: {fault}")
        return None

    def _wrong(self, message: str, mistake: str | None = None) -> Result:
        return Result(self.title, "wrong", message, mistake)


@dataclass(frozen=True)
class Outcome:
    """What a function did on one case: a value, or an exception; and whether it changed its inputs."""

    value: Any = None
    error: Exception | None = None
    changed: str | None = None


def is_stub(answer: Callable[..., Any]) -> bool:
    """Whether a function is still the empty stub: nothing but a docstring, ``...``, ``pass`` or NotImplementedError."""
    code = getattr(answer, "__code__", None)
    if code is None:
        return False
    constants = [c for c in code.co_consts if c is not None and c is not Ellipsis and c != answer.__doc__]
    return not constants and set(code.co_names) <= {"NotImplementedError"} and _touches_nothing(code)


def _touches_nothing(code: Any) -> bool:
    """A stub never reads an argument: no local is loaded."""
    return not any(i.opname.startswith(("LOAD_FAST", "BINARY", "STORE", "CALL")) for i in dis.get_instructions(code))


def run(function: Callable[..., Any], case: Case) -> Outcome:
    """Call a function on a copy of the case's arguments; NotImplementedError passes through."""
    arguments = copy.deepcopy(case.arguments)
    try:
        value = function(*arguments)
    except NotImplementedError:
        raise
    except Exception as error:  # whatever a learner's code may raise is an answer to judge
        return Outcome(error=error)
    pairs = zip(inspect.signature(function).parameters, arguments, case.arguments, strict=False)
    changed = next((name for name, now, before in pairs if difference(now, before, 0.0)), None)
    return Outcome(value=value, changed=changed)


def gradients(function: Callable[..., Any], case: Case) -> dict[str, Tensor | None]:
    """The gradient of a fixed weighted sum of the output by every floating-point argument; None where none arrives."""
    arguments = copy.deepcopy(case.arguments)
    named = zip(inspect.signature(function).parameters, arguments, strict=False)
    leaves = {name: a.requires_grad_() for name, a in named if isinstance(a, Tensor) and a.is_floating_point()}
    out = function(*arguments)
    if not out.requires_grad:
        return dict.fromkeys(leaves)
    weights = torch.linspace(-1, 1, out.numel(), dtype=out.dtype).view(out.shape)
    found = torch.autograd.grad((out * weights).sum(), list(leaves.values()), allow_unused=True)
    return dict(zip(leaves, found, strict=True))


def compare(got: Outcome, want: Outcome, case: Case) -> str:
    """What is wrong with an outcome, as a sentence; empty when it is as wanted."""
    if want.error is not None:
        return "" if type(got.error) is type(want.error) else f"expected {type(want.error).__name__} to be raised."
    if got.error is not None:
        return f"your function raised {type(got.error).__name__}: {_first_line(got.error)}"
    if got.changed is not None and want.changed is None:
        return f"your function changed its argument {got.changed} in place; work on a new tensor instead."
    if got.value is None and want.value is not None:
        return "your function returned None. Is there a return statement?"
    return difference(got.value, want.value, case.tolerance)


def difference(got: Any, want: Any, tolerance: float) -> str:
    """How ``got`` differs from ``want``, as a sentence; empty when it does not."""
    if isinstance(want, Tensor):
        return _tensor_difference(got, want, tolerance)
    if isinstance(want, Mapping) and isinstance(got, Mapping):
        if set(got) != set(want):
            return f"expected the keys {sorted(map(str, want))}, got {sorted(map(str, got))}."
        return next((d for key in want if (d := difference(got[key], want[key], tolerance))), "")
    if isinstance(want, list | tuple) and isinstance(got, list | tuple):
        if len(got) != len(want):
            return f"expected {len(want)} items, got {len(got)}."
        return next((d for pair in zip(got, want, strict=True) if (d := difference(*pair, tolerance))), "")
    if isinstance(want, bool | str | set | frozenset) or want is None:
        return "" if got == want else f"expected {_shown(want)}, got {_shown(got)}."
    if isinstance(want, int | float):
        if isinstance(got, Tensor) and got.numel() == 1:
            got = got.item()
        if not isinstance(got, int | float) or isinstance(got, bool):
            return f"expected a number, got {_shown(got)}."
        close = math.isclose(got, want, rel_tol=tolerance, abs_tol=tolerance) or (math.isnan(got) and math.isnan(want))
        return "" if close else f"expected {want:.6g}, got {got:.6g}."
    return "" if got is want or got == want else f"expected {_shown(want)}, got {_shown(got)}."


def _tensor_difference(got: Any, want: Tensor, tolerance: float) -> str:
    if not isinstance(got, Tensor):
        return f"expected a tensor of shape {list(want.shape)}, got {_shown(got)}."
    if got.shape != want.shape:
        return f"expected shape {list(want.shape)}, got {list(got.shape)}."
    if got.dtype != want.dtype:
        return f"expected dtype {want.dtype}, got {got.dtype}."
    if torch.allclose(got.double(), want.double(), rtol=tolerance, atol=tolerance, equal_nan=True):
        return ""
    gap = (got.double() - want.double()).abs().nan_to_num(nan=float("inf"))
    place = [int(i) for i in torch.unravel_index(gap.argmax(), gap.shape)]
    expected, found = want[tuple(place)].item(), got[tuple(place)].item()
    return (
        f"expected {expected:.6g} at {place}, got {found:.6g}."
        if place
        else f"expected {expected:.6g}, got {found:.6g}."
    )


def _shown(value: Any) -> str:
    """A short repr, without addresses."""
    if callable(value):
        return f"the function {getattr(value, '__name__', type(value).__name__)}"
    text = repr(value)
    return text if len(text) <= 80 and " at 0x" not in text else f"a {type(value).__name__}"


def _first_line(error: Exception) -> str:
    text = str(error).strip().splitlines()
    return text[0] if text else "no message"

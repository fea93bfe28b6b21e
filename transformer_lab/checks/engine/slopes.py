"""The gradients of an answer, and what is wrong with them."""

import copy
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from transformer_lab.checks.engine.calling import LIMIT, Case, Outcome
from transformer_lab.checks.engine.comparing import Fault, difference
from transformer_lab.checks.engine.guard import TimeUp, attempt, passes_through
from transformer_lab.checks.engine.receiving import received, told
from transformer_lab.checks.engine.settings import renew
from transformer_lab.checks.engine.words import first_line


@dataclass(frozen=True)
class Slope:
    """A gradient that is wrong: in which case, by which argument, and how."""

    index: int
    argument: str
    fault: Fault


def gradients_all(
    function: Callable[..., Any], cases: Sequence[Case], names: Sequence[str], seconds: float = LIMIT
) -> list[Outcome]:
    """For every case the gradients as the value of an outcome, by the reference's names."""
    found: list[Outcome] = []

    def work() -> None:
        renew()
        for case in cases:
            try:
                found.append(Outcome(gradients(function, case, names)))
            except BaseException as error:
                if passes_through(error):
                    raise
                found.append(Outcome(error=told(error)))

    error = attempt(work, seconds)
    return found + [Outcome(error=error or TimeUp())] * (len(cases) - len(found))


def gradients(function: Callable[..., Any], case: Case, names: Sequence[str]) -> dict[str, Tensor | None]:
    """The gradient of a fixed weighted sum of the output by every floating-point argument; None where none arrives."""
    arguments = copy.deepcopy(case.arguments)
    named = zip(names, arguments, strict=False)
    leaves = {name: a.requires_grad_() for name, a in named if isinstance(a, Tensor) and a.is_floating_point()}
    out = received(function(*arguments))
    if not isinstance(out, Tensor) or not out.requires_grad:
        return dict.fromkeys(leaves)
    weights = torch.linspace(-1, 1, out.numel(), dtype=out.dtype).view(out.shape)
    found = torch.autograd.grad((out * weights).sum(), list(leaves.values()), allow_unused=True)
    return dict(zip(leaves, found, strict=True))


def wrong_slope(cases: Sequence[Case], found: Sequence[Outcome], wanted: Sequence[Outcome]) -> Slope | None:
    """The first gradient that differs; None where all agree, or where none could be taken."""
    for index, (case, got, want) in enumerate(zip(cases, found, wanted, strict=True)):
        for name, gradient in (want.value or {}).items():
            arrived = (got.value or {}).get(name)
            fault = None if gradient is None or arrived is None else difference(arrived, gradient, case.tolerance)
            if fault:
                return Slope(index, name, fault)
    return None


def cut_off(got: Outcome, want: Outcome) -> list[str]:
    """The arguments that no gradient reaches, though one should."""
    arrived = got.value or dict.fromkeys(want.value)
    return [name for name, gradient in arrived.items() if gradient is None and want.value[name] is not None]


def leaves_torch(error: BaseException) -> bool:
    """Whether an error is torch's refusal to hand a tensor that wants a gradient to NumPy."""
    return isinstance(error, RuntimeError) and "numpy" in first_line(error) and "grad" in first_line(error)

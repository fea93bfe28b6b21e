"""The answer did not get as far as numbers: it raised an error, or what it returned has another form."""

import numbers

import torch
from torch import Tensor

from transformer_lab.checks.engine.comparing import Fault, difference
from transformer_lab.checks.engine.diagnosing.evidence import Evidence, Finding
from transformer_lab.checks.engine.values import as_tensor


def wrong_form(evidence: Evidence) -> Finding | None:
    """No return, an argument changed, the wrong kind of numbers, a list for a tensor."""
    kinds = {fault.kind for fault in evidence.faults if fault}
    if kinds == {"nothing"}:
        return Finding("nothing returned", "Your function returned None. Is there a return statement?")
    first = next(fault for fault in evidence.faults if fault)
    if kinds == {"changed"}:
        return Finding("changed in place", "Your function writes into what it was given.")
    if kinds == {"dtype"}:
        return _kind_of_numbers(first)
    if kinds == {"type"}:
        return _tensors_in_a_set(first) or _list_for_tensor(evidence)
    return None


def _kind_of_numbers(fault: Fault) -> Finding:
    got, want = fault.got.dtype, fault.want.dtype
    text = f"{fault.where}, the" if fault.where else "The"
    text = f"{text} values are right, but they come as {got}; wanted is {want}."
    if want == torch.bool:
        text += " Compare, or call .bool()."
    return Finding("wrong dtype", text)


def _tensors_in_a_set(fault: Fault) -> Finding | None:
    """Whether tensors stand where a set has numbers."""
    if not isinstance(fault.want, set | frozenset) or not isinstance(fault.got, set | frozenset):
        return None
    text = "The members of your set hold tensors, and a tensor is equal to itself alone: make them numbers, int(…) or "
    return Finding("tensors in a set", text + ".tolist().")


def _list_for_tensor(evidence: Evidence) -> Finding | None:
    """Right numbers in nested lists, or a number of Python's."""
    kind = "list"
    for case, outcome, want in zip(evidence.cases, evidence.outcomes, evidence.expected, strict=True):
        if not isinstance(want.value, Tensor) or not isinstance(outcome.value, list | tuple | numbers.Real):
            return None
        kind = "number of Python's" if isinstance(outcome.value, numbers.Real) else kind
        try:
            made = as_tensor(torch.tensor(outcome.value, dtype=want.value.dtype))
        except (TypeError, ValueError, RuntimeError, OverflowError):
            return None
        if difference(made, want.value, case.tolerance) is not None:
            return None
    text = f"The numbers are right, but they come as a {kind}: return a tensor"
    text += ", and keep the one you have (.item() and float() take its gradient away)." if "Python" in kind else "."
    return Finding("not a tensor", text)

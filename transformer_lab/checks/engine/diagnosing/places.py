"""Where the answer is right and where it is wrong: which cases, which rows, which places."""

from collections.abc import Callable, Iterator
from typing import Any

import torch
from torch import Tensor

from transformer_lab.checks.engine.diagnosing.evidence import Evidence, Finding, Part
from transformer_lab.checks.engine.words import axis_name


def where_it_differs(evidence: Evidence) -> Finding | None:
    """A place or a kind of case that all differences have in common, and nothing that is right."""
    part = evidence.part()
    found = (_not_a_number(part) or _in_some_places(part, evidence)) if part is not None else None
    return found or _in_some_cases(evidence)


def _differs(got: Tensor, want: Tensor) -> Tensor:
    return ~torch.isclose(got.double(), want.double(), rtol=1e-6, atol=1e-9, equal_nan=True)


def _not_a_number(part: Part) -> Finding | None:
    """NaN or infinity, and everything else right."""
    for test, word in ((torch.isnan, "NaN"), (torch.isinf, "infinity")):
        if all(got.shape == want.shape for got, want in part.pairs):
            wrong = [(_differs(got, want), test(got)) for got, want in part.failed()]
            if all(torch.equal(differs, bad & differs) and bool(differs.any()) for differs, bad in wrong):
                reason = "0 / 0, −∞ − (−∞), a softmax of nothing but −∞" if word == "NaN" else "a division by 0, log(0)"
                text = f"{part.prefix}All is right but for the places where {word} came out: look for {reason}."
                return Finding(f"{word} instead of a number", text)
    return None


# Places -------------------------------------------------------------------------------------------------------------
Places = Callable[[Tensor], Tensor]


def _in_some_places(part: Part, evidence: Evidence) -> Finding | None:
    if any(got.shape != want.shape or not want.dim() for got, want in part.pairs) or not part.telling():
        return None
    marks = [(_differs(got, want), want) for got, want in part.failed()]
    for words, where in _regions(max(want.dim() for _, want in marks)):
        if all(_just(differs, where, want) for differs, want in marks):
            text = f"{part.prefix}All is right but {words}."
            return Finding("wrong in one place", text)
    return None


def _just(differs: Tensor, where: Places, want: Tensor) -> bool:
    """Whether what differs lies in a region, nearly fills it, and the region is not everything."""
    try:
        region = where(want).expand_as(want)
    except (RuntimeError, IndexError):
        return False
    inside = int((differs & region).sum())
    return inside == int(differs.sum()) and 2 * inside > int(region.sum()) and not bool(region.all())


def _regions(dims: int) -> Iterator[tuple[str, Places]]:
    for axis in range(-1, -dims - 1, -1):
        name = axis_name(axis)
        yield f"the first entry along the {name} axis", lambda w, a=axis: _at(w, a, 0)
        yield f"the last entry along the {name} axis", lambda w, a=axis: _at(w, a, -1)
        yield f"the entries after the first along the {name} axis", lambda w, a=axis: ~_at(w, a, 0)
        yield f"the entries before the last along the {name} axis", lambda w, a=axis: ~_at(w, a, -1)
        yield f"every second entry along the {name} axis (1, 3, …)", lambda w, a=axis: _index(w, a) % 2 == 1
        yield f"every second entry along the {name} axis (0, 2, …)", lambda w, a=axis: _index(w, a) % 2 == 0
    if dims >= 2:
        yield "the diagonal", lambda w: _column(w) == _row(w)
        yield "the places beside the diagonal", lambda w: _column(w) != _row(w)
        yield "the places above the diagonal", lambda w: _column(w) > _row(w)
        yield "the places below the diagonal", lambda w: _column(w) < _row(w)
        yield "the places just above the diagonal", lambda w: _column(w) == _row(w) + 1
        yield "the places just below the diagonal", lambda w: _column(w) == _row(w) - 1
    yield "the places where 0 is wanted", lambda w: w == 0
    yield "the places where something else than 0 is wanted", lambda w: w != 0
    yield "the places where a negative number is wanted", lambda w: w < 0
    yield "the places where a positive number is wanted", lambda w: w > 0


def _index(want: Tensor, axis: int) -> Tensor:
    shape = [1] * want.dim()
    shape[axis] = want.shape[axis]
    return torch.arange(want.shape[axis]).view(shape)


def _at(want: Tensor, axis: int, place: int) -> Tensor:
    return _index(want, axis) == place % want.shape[axis]


def _row(want: Tensor) -> Tensor:
    return _index(want, -2)


def _column(want: Tensor) -> Tensor:
    return _index(want, -1)


# Cases --------------------------------------------------------------------------------------------------------------
def _in_some_cases(evidence: Evidence) -> Finding | None:
    """What all failing cases have and no passing one, or the other way round."""
    failing = [fault is not None for fault in evidence.faults]
    # With fewer on either side, what they have in common may be chance.
    if min(failing.count(True), failing.count(False)) < 2:
        return None
    for words, test in _features(evidence):
        found = [test(case.arguments) for case in evidence.cases]
        if found == failing:
            return Finding("wrong in some cases", f"Of the cases that were tried, wrong just {words}.")
    return None


def _features(evidence: Evidence) -> Iterator[tuple[str, Callable[[tuple], bool]]]:
    for place, name in enumerate(evidence.names[: len(evidence.cases[0].arguments)]):
        for words, test in _of_value(name):
            yield words, lambda a, p=place, t=test: _holds(t, a[p])
    for i, first in enumerate(evidence.names[: len(evidence.cases[0].arguments)]):
        for j, second in enumerate(evidence.names[:i]):
            for words, compare in (
                (f"where {first} and {second} have different shapes", lambda a, b: a.shape != b.shape),
                (f"where {first} is larger than {second}", lambda a, b: a > b),
                (f"where {first} is smaller than {second}", lambda a, b: a < b),
                (f"where {first} equals {second}", lambda a, b: bool(a == b)),
            ):
                yield words, lambda a, i=i, j=j, c=compare: _holds(lambda pair: c(*pair), (a[i], a[j]))


def _holds(test: Callable[[Any], bool], value: Any) -> bool:
    try:
        return bool(test(value))
    except (TypeError, AttributeError, IndexError, RuntimeError, ValueError):
        return False


def _of_value(name: str) -> Iterator[tuple[str, Callable[[Any], bool]]]:
    yield f"where {name} is 0", lambda v: not isinstance(v, Tensor | bool) and v == 0
    yield f"where {name} is 1", lambda v: not isinstance(v, Tensor | bool) and v == 1
    yield f"where {name} is True", lambda v: v is True
    yield f"where {name} is False", lambda v: v is False
    yield f"where {name} is negative", lambda v: not isinstance(v, Tensor) and v < 0
    yield f"where {name} is odd", lambda v: not isinstance(v, Tensor | bool) and v % 2 == 1
    yield f"where {name} is empty", lambda v: len(v) == 0
    yield f"where {name} has one item", lambda v: not isinstance(v, Tensor) and len(v) == 1
    yield f"where {name} has more than one item", lambda v: not isinstance(v, Tensor) and len(v) > 1
    for axis in range(-1, -4, -1):
        along = f"along its {axis_name(axis)} axis"
        yield f"where {name} has one entry {along}", lambda v, a=axis: v.shape[a] == 1
        yield f"where {name} has more than one entry {along}", lambda v, a=axis: v.shape[a] > 1
    for dims in (1, 2, 3, 4):
        yield f"where {name} has {dims} ax{'i' if dims == 1 else 'e'}s", lambda v, d=dims: v.dim() == d
        yield f"where {name} has not {dims} ax{'i' if dims == 1 else 'e'}s", lambda v, d=dims: v.dim() != d
    yield f"where {name} hides something (False)", lambda v: v.dtype == torch.bool and not v.all()
    yield f"where a row of {name} is False throughout", lambda v: v.dtype == torch.bool and not v.any(-1).all()
    yield f"where {name} is True everywhere", lambda v: v.dtype == torch.bool and bool(v.all())
    yield f"where {name} is constant along its last axis", lambda v: bool((v == v[..., :1]).all(-1).any())
    yield f"where {name} holds a 0", lambda v: bool((v == 0).any())
    yield f"where {name} holds numbers beyond 100", lambda v: bool((v.abs() > 100).any())
    yield f"where {name} is not square", lambda v: v.shape[-1] != v.shape[-2]
    yield f"where {name} is square", lambda v: v.shape[-1] == v.shape[-2]
    yield f"where {name} is float32", lambda v: v.dtype == torch.float32

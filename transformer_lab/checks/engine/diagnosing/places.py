"""Where in its results the answer is right and where it is wrong: which rows, which columns, which places."""

from collections.abc import Callable, Iterator

import torch
from torch import Tensor

from transformer_lab.checks.engine.diagnosing.evidence import Evidence, Finding, Part
from transformer_lab.checks.engine.words import along, axis_name


def where_it_differs(evidence: Evidence) -> Finding | None:
    """A place that all differences have in common, and nothing that is right."""
    part = evidence.part()
    return None if part is None else _not_a_number(part) or _in_some_places(part)


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


Places = Callable[[Tensor], Tensor]


def _in_some_places(part: Part) -> Finding | None:
    if any(got.shape != want.shape or not want.dim() for got, want in part.pairs) or not part.telling():
        return None
    marks = [(_differs(got, want), want) for got, want in part.failed()]
    dims = {want.dim() for _, want in marks}
    for words, where in _regions(max(dims), len(dims) == 1):
        counts = [_inside(differs, where, want) for differs, want in marks]
        if all(counts) and 2 * sum(c[0] for c in counts if c) > sum(c[1] for c in counts if c):
            return Finding("wrong in one place", f"{part.prefix}{words}.")
    return None


def _inside(differs: Tensor, where: Places, want: Tensor) -> tuple[int, int] | None:
    """How many places differ and how many a region has; None where one lies outside, or the region is everything."""
    try:
        region = where(want).expand_as(want)
    except (RuntimeError, IndexError):
        return None
    inside = int((differs & region).sum())
    return (inside, int(region.sum())) if inside == int(differs.sum()) and not bool(region.all()) else None


def _regions(dims: int, equal: bool) -> Iterator[tuple[str, Places]]:
    for axis in range(-1, -dims - 1, -1):
        name = _named(dims, axis, equal)
        yield f"Only {name(0)} is wrong", lambda w, a=axis: _at(w, a, 0)
        yield f"Only {name(-1)} is wrong", lambda w, a=axis: _at(w, a, -1)
        yield f"{name(0)} is right, {name('1:')} wrong", lambda w, a=axis: ~_at(w, a, 0)
        yield f"{name(-1)} is right, {name(':-1')} wrong", lambda w, a=axis: ~_at(w, a, -1)
        yield f"{name('0::2')} is right, {name('1::2')} wrong", lambda w, a=axis: _index(w, a) % 2 == 1
        yield f"{name('1::2')} is right, {name('0::2')} wrong", lambda w, a=axis: _index(w, a) % 2 == 0
    if dims >= 2:
        yield "Only the diagonal is wrong", lambda w: _column(w) == _row(w)
        yield "The diagonal is right, the rest wrong", lambda w: _column(w) != _row(w)
        yield "Only the places above the diagonal are wrong", lambda w: _column(w) > _row(w)
        yield "Only the places below the diagonal are wrong", lambda w: _column(w) < _row(w)
        yield "Only the places just above the diagonal are wrong", lambda w: _column(w) == _row(w) + 1
        yield "Only the places just below the diagonal are wrong", lambda w: _column(w) == _row(w) - 1
    yield "Wrong where 0 is wanted, right everywhere else", lambda w: w == 0
    yield "Wrong where a negative number is wanted, right everywhere else", lambda w: w < 0


def _named(dims: int, axis: int, equal: bool) -> Callable[[int | str], str]:
    """``result[:, 0]``, or words where the results have different numbers of axes."""
    if equal:
        return lambda place: f"`result{along(dims, axis, place)}`"
    return lambda place: f"[{place}] along the {axis_name(axis)} axis of the result"


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

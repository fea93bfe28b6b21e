"""Every number is off by one factor or one summand, looked for among the sizes and numbers of the arguments."""

import math
from collections.abc import Callable, Iterator, Sequence

import torch
from torch import Tensor

from transformer_lab.checks.engine.diagnosing.evidence import Evidence, Finding, Part
from transformer_lab.checks.engine.values import same_values
from transformer_lab.checks.engine.words import axis_name, number

CLOSE = 1e-6
# A size or number n may come in as one of these.
FORMS: tuple[tuple[str, Callable[[float], float]], ...] = (
    ("{}", lambda n: n),
    ("√({})", lambda n: n**0.5),
    ("1 / ({})", lambda n: 1 / n),
    ("1 / √({})", lambda n: n**-0.5),
    ("({})²", lambda n: n * n),
    ("({} − 1) / ({})", lambda n: (n - 1) / n),
    ("({}) / ({} − 1)", lambda n: n / (n - 1)),
    ("√(({} − 1) / ({}))", lambda n: ((n - 1) / n) ** 0.5),
    ("√(({}) / ({} − 1))", lambda n: (n / (n - 1)) ** 0.5),
    ("1 / ({})²", lambda n: n**-2),
    ("({} − 1)", lambda n: n - 1),
    ("({} + 1)", lambda n: n + 1),
    ("({}) / ({} + 1)", lambda n: n / (n + 1)),
    ("1 minus {}", lambda n: 1 - n),
    ("1 / (1 − {})", lambda n: 1 / (1 - n)),
)
FIXED = (
    (2.0, "2"),
    (0.5, "1/2"),
    (4.0, "4"),
    (0.25, "1/4"),
    (3.0, "3"),
    (math.log(2), "ln 2 (the wrong base of a logarithm?)"),
    (1 / math.log(2), "1 / ln 2 (the wrong base of a logarithm?)"),
    (math.log(10), "ln 10 (the wrong base of a logarithm?)"),
    (1 / math.log(10), "1 / ln 10 (the wrong base of a logarithm?)"),
    (math.pi, "π"),
    (2 * math.pi, "2π"),
    (math.sqrt(2), "√2"),
    (math.sqrt(0.5), "1/√2"),
    (100.0, "100"),
    (1000.0, "1,000"),
)


def scaled_or_moved(part: Part, evidence: Evidence) -> Finding | None:
    """One factor for all numbers of a case, or one summand."""
    if any(got.shape != want.shape or want.dtype == torch.bool or got.dtype == torch.bool for got, want in part.pairs):
        return None
    factors = _complete([_factor(got.double(), want.double()) for got, want in part.pairs])
    if factors is not None and _telling(part, factors):
        return _said("constant factor", "the wanted one times {}", factors, part, evidence)
    summands = _complete([_summand(got.double(), want.double()) for got, want in part.pairs])
    if summands is not None and _telling(part, summands):
        return _said("constant added", "the wanted one plus {}", summands, part, evidence)
    return None


def _complete(found: Sequence[float | None]) -> list[float] | None:
    """The numbers, if every case has one."""
    there = [value for value in found if value is not None]
    return there if len(there) == len(found) else None


def _telling(part: Part, found: Sequence[float]) -> bool:
    """A single number is some factor times any other: then several cases must have the same one."""
    if any(want.numel() > 1 and want.unique().numel() > 1 for _, want in part.failed()):
        return True
    failing = [value for value, fails in zip(found, part.failing, strict=True) if fails]
    return len(failing) > 1


def _factor(got: Tensor, want: Tensor) -> float | None:
    if not want.numel() or not bool(want.abs().nan_to_num().max() > 0):
        return math.nan if same_values(got, want, CLOSE) else None  # any factor leaves zeros
    place = want.abs().nan_to_num(posinf=0.0, neginf=0.0).argmax()
    factor = float(got.flatten()[place] / want.flatten()[place])
    return factor if math.isfinite(factor) and factor and same_values(got, factor * want, CLOSE) else None


def _summand(got: Tensor, want: Tensor) -> float | None:
    finite = want.isfinite().flatten().nonzero()
    if not len(finite):
        return math.nan if same_values(got, want, CLOSE) else None
    summand = float(got.flatten()[finite[0, 0]] - want.flatten()[finite[0, 0]])
    return summand if math.isfinite(summand) and same_values(got, want + summand, CLOSE) else None


def _said(name: str, words: str, found: Sequence[float], part: Part, evidence: Evidence) -> Finding | None:
    sources = [text for text, values in _candidates(evidence) if all(map(_agree, found, values))]
    failing = [i for i, fails in enumerate(part.failing) if fails]
    if not sources:
        if len(part.pairs[failing[0]][1].shape) == 0:
            return None  # a number that is not explained is no finding
        shown = ", ".join(f"{number(found[i])} with {evidence.cases[i].label}" for i in failing[:2])
        return Finding(name, f"{part.prefix}Every number is {words.format('a constant')}: {shown}.")
    sentence = f"{part.prefix}Every number is {words.format(' or '.join(sources[:2]))}"
    one = failing[0]
    return Finding(name, f"{sentence} ({number(found[one])} with {evidence.cases[one].label}).", one)


def _candidates(evidence: Evidence) -> Iterator[tuple[str, list[float | None]]]:
    count = len(evidence.cases)
    for value, text in (*FIXED, *((-v, f"−{t}") for v, t in FIXED), (1.0, "1"), (-1.0, "−1")):
        yield text, [value] * count
    sizes = [_sizes(evidence.names, case.arguments) for case in evidence.cases]
    common = [name for name in sizes[0] if all(name in other for other in sizes)]
    for form, compute in FORMS:
        for sign, minus in ((1, ""), (-1, "−")):
            for name in common:
                yield minus + form.format(*[name] * form.count("{}")), [_safe(compute, s[name], sign) for s in sizes]


def _agree(found: float, value: float | None) -> bool:
    return math.isnan(found) or (value is not None and math.isclose(found, value, rel_tol=1e-5))


def _safe(compute: Callable[[float], float], value: float, sign: int) -> float | None:
    try:
        found = compute(value)
    except (ZeroDivisionError, OverflowError):
        return None
    return sign * found if isinstance(found, float | int) else None


def _sizes(names: Sequence[str], arguments: tuple) -> dict[str, float]:
    """``the size of the last axis of q``, the numbers given, the lengths of lists."""
    found: dict[str, float] = {}
    for name, value in zip(names, arguments, strict=False):
        if isinstance(value, Tensor):
            for axis in range(-1, -value.dim() - 1, -1):
                found[f"the size of the {axis_name(axis)} axis of {name}"] = float(value.shape[axis])
        elif isinstance(value, bool):
            continue
        elif isinstance(value, int | float):
            found[name] = float(value)
        elif isinstance(value, list | tuple | set | frozenset):
            found[f"the length of {name}"] = float(len(value))
    return found

"""The wanted numbers are there, but turned, scaled, shifted, moved or in another shape: got = T(want) on every case."""

import itertools
from collections.abc import Callable, Iterator

import torch
from torch import Tensor

from transformer_lab.checks.engine.diagnosing.evidence import Evidence, Finding, Part
from transformer_lab.checks.engine.diagnosing.scale import scaled_or_moved
from transformer_lab.checks.engine.values import same_values
from transformer_lab.checks.engine.words import axis_name, nth

CLOSE = 1e-6
Rule = tuple[str, str, Callable[[Tensor], Tensor]]

# Name, sentence, and what is made of each number.
ELEMENTWISE: tuple[Rule, ...] = (
    ("inverted", "True and False are exchanged: everything is the wrong way round.", lambda w: ~w),
    ("wrong sign", "Every number has the wrong sign.", lambda w: -w),
    ("1 minus the result", "This is 1 minus what is wanted.", lambda w: 1 - w),
    ("upside down", "This is 1 divided by what is wanted: the division is upside down.", lambda w: 1 / w),
    ("squared", "This is the square of what is wanted: a root is missing, or a square is too many.", lambda w: w * w),
    ("root taken", "This is the square root of what is wanted: the root is one too many.", lambda w: w.sqrt()),
    ("logarithm missing", "This is e to the power of what is wanted: take the logarithm.", lambda w: w.exp()),
    ("logarithm taken", "This is the natural logarithm of what is wanted.", lambda w: w.log()),
    ("two to the power", "This is 2 to the power of what is wanted: take the logarithm.", lambda w: w.exp2()),
    ("base-2 logarithm taken", "This is the base-2 logarithm of what is wanted.", lambda w: w.log2()),
    ("sign lost", "This is the absolute value of what is wanted: negative numbers have lost their sign.", torch.abs),
    ("negatives cut off", "Negative numbers have become 0; all others are right.", lambda w: w.clamp(min=0)),
    ("positives cut off", "Positive numbers have become 0; all others are right.", lambda w: w.clamp(max=0)),
    ("rounded", "The numbers are rounded to whole ones: return them as they are.", torch.round),
    ("rounded down", "The numbers are rounded down: return them as they are (/ and not //?).", torch.floor),
    ("rounded up", "The numbers are rounded up: return them as they are.", torch.ceil),
    ("all zeros", "Every number is 0.", torch.zeros_like),
    ("all ones", "Every number is 1.", torch.ones_like),
    ("float16", "The numbers are right to three digits only, as float16 has them.", lambda w: w.half().to(w.dtype)),
    ("bfloat16", "The numbers are right to two digits only, as bfloat16 has them.", lambda w: w.bfloat16().to(w.dtype)),
    ("two decimals", "The numbers are rounded to two places.", lambda w: w.round(decimals=2)),
    ("three decimals", "The numbers are rounded to three places.", lambda w: w.round(decimals=3)),
    ("four decimals", "The numbers are rounded to four places.", lambda w: w.round(decimals=4)),
)


def transformed(evidence: Evidence) -> Finding | None:
    """The first transformation that explains every case."""
    several = _several(evidence)
    part = evidence.part()
    if several is not None or part is None or not part.telling():
        return several
    for name, sentence, change in _rules(part):
        if all(_equal(got, want, change) for got, want in part.pairs):
            return Finding(name, part.prefix + sentence)
    return scaled_or_moved(part, evidence)


def _equal(got: Tensor, want: Tensor, change: Callable[[Tensor], Tensor]) -> bool:
    try:
        made = change(want)
    except (RuntimeError, IndexError, ValueError, TypeError):
        return False
    if made.shape != got.shape or (made.dtype == torch.bool) != (got.dtype == torch.bool):
        return False
    # Rounding is to be told from the right result, so nothing is allowed for it.
    return same_values(got.double(), made.double(), CLOSE)


def _rules(part: Part) -> Iterator[Rule]:
    boolean = any(want.dtype == torch.bool for _, want in part.pairs)
    yield from ELEMENTWISE[:1] if boolean else ELEMENTWISE[1:]
    dims = max(want.dim() for _, want in part.pairs)
    yield from _moves(dims)
    yield from _reductions(dims)
    yield from _shapes(part)
    if not boolean:
        yield from _along(dims)


def _moves(dims: int) -> Iterator[Rule]:
    for axis in range(-1, -dims - 1, -1):
        name = axis_name(axis)
        yield (
            "reversed order",
            f"The right numbers, in reverse order along the {name} axis.",
            lambda w, a=axis: w.flip(a) if w.dim() >= -a else w,
        )
        for by, words in ((1, "one place too late"), (-1, "one place too early")):
            yield (
                "shifted by one",
                f"The right numbers stand {words} along the {name} axis (and come in again at the other end).",
                lambda w, a=axis, b=by: w.roll(b, a) if w.dim() >= -a else w,
            )
    for i, j in itertools.combinations(range(-1, -dims - 1, -1), 2):
        yield (
            "transposed",
            f"The right numbers, but transposed: the {axis_name(j)} and the {axis_name(i)} axis are exchanged.",
            lambda w, a=i, b=j: w.transpose(a, b) if w.dim() >= -b else w,
        )
    for order in itertools.permutations(range(dims)) if 2 < dims < 5 else ():
        yield (
            "axes in another order",
            f"The right numbers, but the axes stand in the order {list(order)} of the wanted ones.",
            lambda w, o=order: w.permute(o),
        )


def _reductions(dims: int) -> Iterator[Rule]:
    for axis in range(-1, -dims - 1, -1):
        name = axis_name(axis)
        for word, reduce in (("sum", Tensor.sum), ("mean", Tensor.mean), ("maximum", Tensor.amax)):
            for keep in (False, True):
                yield (
                    f"{word} taken",
                    f"This is the {word} of the wanted result over its {name} axis, which is to stay.",
                    lambda w, a=axis, r=reduce, k=keep: r(w.double(), a, keepdim=k),
                )
            yield (
                f"{word} for all",
                f"Every entry along the {name} axis is the same, the {word} of the wanted ones.",
                lambda w, a=axis, r=reduce: r(w.double(), a, keepdim=True).expand_as(w),
            )
        for place, word in ((0, "first"), (-1, "last")):
            yield (
                f"only the {word}",
                f"This is the {word} entry of the wanted result along its {name} axis: all of them are to be returned.",
                lambda w, a=axis, p=place: w.select(a, p),
            )
            yield (
                f"the {word} for all",
                f"Every entry along the {name} axis is the same, the {word} of the wanted ones.",
                lambda w, a=axis, p=place: w.select(a, p).unsqueeze(a).expand_as(w),
            )


def _along(dims: int) -> Iterator[Rule]:
    for axis in range(-1, -dims - 1, -1):
        name = axis_name(axis)
        yield (
            "normalised to sum 1",
            f"The wanted result, divided by its own sum along the {name} axis.",
            lambda w, a=axis: w / w.sum(a, keepdim=True),
        )
        yield (
            "normalised to length 1",
            f"The wanted result, brought to length 1 along the {name} axis.",
            lambda w, a=axis: w / w.norm(dim=a, keepdim=True),
        )
        yield (
            "mean subtracted",
            f"The wanted result with its mean along the {name} axis subtracted.",
            lambda w, a=axis: w - w.mean(a, keepdim=True),
        )
        yield (
            "softmax taken",
            f"The softmax of the wanted result along its {name} axis: that softmax is too many.",
            lambda w, a=axis: w.softmax(a),
        )
        yield (
            "added up",
            f"The wanted numbers are added up along the {name} axis (a cumulative sum).",
            lambda w, a=axis: w.cumsum(a),
        )


def _shapes(part: Part) -> Iterator[Rule]:
    """The right numbers in another shape; each is checked by the shape of what came."""
    shapes = {tuple(want.shape): got.shape for got, want in part.pairs}
    got, want = next(iter(part.failed()))
    if any(a.numel() != b.numel() for a, b in part.pairs):
        return
    if all(_without_ones(a) == _without_ones(b) for a, b in part.failed()) and got.shape != want.shape:
        more = got.dim() > want.dim()
        advice = "drop it: squeeze, or keepdim=False" if more else "keep it: keepdim=True, or unsqueeze"
        yield (
            "an axis of size 1",
            f"The numbers are right, but the shape is {list(got.shape)} where {list(want.shape)} is wanted: an axis of "
            f"size 1 is {f'too many ({advice})' if more else f'missing ({advice})'}.",
            lambda w: w.reshape(shapes[tuple(w.shape)]),
        )
    yield (
        "wrong shape",
        f"The right numbers in the right order, but of shape {list(got.shape)} where {list(want.shape)} is wanted.",
        lambda w: w.reshape(shapes[tuple(w.shape)]),
    )
    dims = max(w.dim() for _, w in part.pairs)
    for i, j in itertools.combinations(range(-1, -dims - 1, -1), 2):
        yield (
            "reshaped without a transposition",
            f"The right numbers, mixed up: the {axis_name(j)} and the {axis_name(i)} axis were to be exchanged "
            "(transpose), but the numbers were only cut anew (view, reshape).",
            lambda w, a=i, b=j: w.transpose(a, b).reshape(shapes[tuple(w.shape)]) if w.dim() >= -b else w,
        )
        yield (
            "transposed and reshaped",
            f"The right numbers, mixed up: the {axis_name(j)} and the {axis_name(i)} axis are exchanged before the "
            "numbers are cut into the wanted shape.",
            lambda w, a=i, b=j: w.reshape(w.transpose(a, b).shape).transpose(a, b) if w.dim() >= -b else w,
        )


def _without_ones(value: Tensor) -> list[int]:
    return [n for n in value.shape if n > 1]


def _several(evidence: Evidence) -> Finding | None:
    """The right results of several, in another order or not all of them."""
    if any(o.error is not None or o.changed for o in evidence.outcomes):
        return None
    wanted = [want.value for want in evidence.expected]
    if not all(isinstance(want, tuple) for want in wanted) or len({len(want) for want in wanted}) != 1:
        return None
    count = len(wanted[0])
    for order in itertools.permutations(range(count)) if count < 5 else ():
        if list(order) != sorted(order) and evidence.explains(
            lambda *a, o=order: tuple(evidence.reference(*a)[i] for i in o)
        ):
            places = ", ".join(nth(i) for i in order)
            return Finding("results in another order", f"The right results in the wrong order: they come as {places}.")
    for place in range(count):
        if evidence.explains(lambda *a, p=place: evidence.reference(*a)[p]):
            return Finding("one result only", f"Only the {nth(place)} of the {count} results is returned.")
    return None

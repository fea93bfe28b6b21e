"""The exercise *Clip by the global norm*."""

import math
from dataclasses import replace

import torch
from torch import Tensor

from transformer_lab.checks.exercise import Case, Exercise, Mistake
from transformer_lab.checks.gradient_clipping.clipping import clip_all, factor_of, global_norm, joined, scaled, skipping
from transformer_lab.checks.samples import draw


def _each_by_itself(gradients: list[Tensor], max_norm: float) -> tuple[list[Tensor], float]:
    return [gradient * factor_of(global_norm([gradient]), max_norm) for gradient in gradients], global_norm(gradients)


def _measured(measure):
    """Clipping by another measure of size, which is returned as well."""

    def clip(gradients: list[Tensor], max_norm: float) -> tuple[list[Tensor], float]:
        size = float(measure(gradients))
        return scaled(gradients, factor_of(size, max_norm)), size

    return clip


def _with_factor(factor):
    """Another factor; ``factor(norm, max_norm)``. The norm that is returned is right."""

    def clip(gradients: list[Tensor], max_norm: float) -> tuple[list[Tensor], float]:
        norm = global_norm(gradients)
        return scaled(gradients, factor(norm, max_norm)), norm

    return clip


def _norm_afterwards(gradients: list[Tensor], max_norm: float) -> tuple[list[Tensor], float]:
    clipped, _ = clip_all(gradients, max_norm)
    return clipped, global_norm(clipped)


def _clip_cases() -> list[Case]:
    several = [draw(4, 3), 5 * draw(3, seed=1), draw(2, 2, seed=2)]
    infinite = [draw(3, seed=6), torch.tensor([1.0, -math.inf]).double(), 0.1 * draw(2, 2, seed=7)]
    no_number = [torch.tensor([math.nan]).double(), draw(2, 3, seed=8)]
    scales = [1e-3 * draw(3, seed=3).float(), 100 * draw(2, 2, seed=4).float(), draw(1, seed=5).float()]
    return [
        # PyTorch's own clip_grad_norm_ adds 1e-6 to the norm.
        Case("one gradient (3, 4), limit 1", ([torch.tensor([3.0, 4.0]).double()], 1.0), 1e-5),
        Case("three gradients, too long together", (several, 2.0), 1e-5),
        Case("each short enough, together not", ([torch.full((2,), 0.6).double() for _ in range(3)], 1.0), 1e-5),
        Case("short gradients", ([0.01 * draw(3), 0.02 * draw(2, seed=1)], 1.0), 1e-5),
        Case(
            "a norm of exactly the limit", ([torch.tensor([3.0]).double(), torch.tensor([[4.0]]).double()], 5.0), 1e-5
        ),
        Case("tensors of very different size, float32", (scales, 5.0), 1e-5),
        Case("nothing but zeros", ([torch.zeros(3).double(), torch.zeros(2, 2).double()], 1.0), 1e-5),
        Case("one number is infinite", (infinite, 1.0), 1e-5),
        Case("one number is NaN", (no_number, 3.0), 1e-5),
        Case("one number, and none too large", ([torch.tensor(-0.5), torch.tensor([0.25, 0.5])], 2.0), 1e-5),
    ]


CLIP_BY_GLOBAL_NORM = Exercise(
    name="clip_by_global_norm",
    notebook="11_gradient_clipping",
    title="Clip by the global norm",
    difficulty=2,
    reference=skipping(clip_all),
    cases=_clip_cases,
    praise="Right: one factor for all tensors, never above 1 (zeros stay zeros), a step that is not finite "
    "skipped, and the norm from before.",
    mistakes=[],
)

# What goes wrong where the norm is finite.
_FINITE = [
    Mistake(
        "each tensor by itself",
        "Every tensor is clipped by its own norm, which turns the whole gradient: use one factor, from the norm "
        "over all tensors together.",
        _each_by_itself,
    ),
    Mistake(
        "clipped by value",
        "Single numbers are cut off, which changes the direction: multiply all by one factor.",
        lambda gradients, max_norm: ([g.clamp(-max_norm, max_norm) for g in gradients], global_norm(gradients)),
    ),
    Mistake(
        "short gradients stretched",
        "Short gradients are stretched to max_norm: the factor is at most 1.",
        _with_factor(lambda norm, max_norm: max_norm / norm),
    ),
    Mistake(
        "root forgotten",
        "This is the squared norm: take the root of the sum of squares.",
        _measured(lambda g: global_norm(g) ** 2),
    ),
    Mistake(
        "norms added up",
        "The tensors' norms are added up: add their squares, then take the root.",
        _measured(lambda gradients: sum(global_norm([gradient]) for gradient in gradients)),
    ),
    Mistake(
        "norm after clipping",
        "The norm that is returned is the one after clipping: return the one from before, which tells of spikes.",
        _norm_afterwards,
    ),
    Mistake(
        "not clipped",
        "The gradients come back as they were: multiply them by max_norm / norm where the norm is larger.",
        _with_factor(lambda norm, max_norm: 1.0),
    ),
    Mistake(
        "root of the mean square",
        "This is the root of the *mean* square: the norm adds the squares up.",
        _measured(lambda gradients: joined(gradients).square().mean().sqrt()),
    ),
    Mistake(
        "largest number",
        "This is the largest number of all: the norm is the root of the sum of squares.",
        _measured(lambda gradients: joined(gradients).abs().max()),
    ),
    Mistake(
        "absolute values added up",
        "This is the sum of the absolute values: the norm is the root of the sum of squares.",
        _measured(lambda gradients: joined(gradients).abs().sum()),
    ),
    Mistake(
        "largest of the norms",
        "This is the largest of the tensors' norms: add up all their squares, then take the root.",
        _measured(lambda gradients: max(global_norm([gradient]) for gradient in gradients)),
    ),
    Mistake(
        "mean of the norms",
        "This is the mean of the tensors' norms: add up all their squares, then take the root.",
        _measured(lambda gradients: sum(global_norm([gradient]) for gradient in gradients) / len(gradients)),
    ),
    Mistake(
        "the first tensor's norm",
        "This is the norm of the first tensor: the norm goes over all of them together.",
        _measured(lambda gradients: global_norm(gradients[:1])),
    ),
    Mistake(
        "the last tensor's norm",
        "This is the norm of the last tensor: the norm goes over all of them together.",
        _measured(lambda gradients: global_norm(gradients[-1:])),
    ),
    Mistake(
        "factor upside down",
        "The factor is upside down: it is max_norm / norm, and at most 1.",
        _with_factor(lambda norm, max_norm: min(1.0, norm / max_norm)),
    ),
    Mistake(
        "norm 1",
        "Long gradients are brought to norm 1: their norm should be max_norm.",
        _with_factor(lambda norm, max_norm: 1 / norm if norm > max_norm else 1.0),
    ),
    Mistake(
        "always divided by the norm",
        "Every gradient is brought to norm 1: multiply by max_norm / norm, and by at most 1.",
        _with_factor(lambda norm, max_norm: 1 / norm),
    ),
    Mistake(
        "max_norm alone",
        "The factor is max_norm: it must be divided by the norm.",
        _with_factor(lambda norm, max_norm: max_norm if norm > max_norm else 1.0),
    ),
    Mistake(
        "short gradients only",
        "Short gradients are stretched and long ones left: the factor is the smaller of 1 and max_norm / norm.",
        _with_factor(lambda norm, max_norm: max(1.0, max_norm / norm)),
    ),
    Mistake(
        "the limit returned",
        "The second result is max_norm: return the norm from before.",
        lambda gradients, max_norm: (clip_all(gradients, max_norm)[0], max_norm),
    ),
    Mistake(
        "the factor returned",
        "The second result is the factor: return the norm from before.",
        lambda gradients, max_norm: (
            clip_all(gradients, max_norm)[0],
            factor_of(global_norm(gradients), max_norm),
        ),
    ),
    Mistake(
        "limit for the largest number",
        "Where one number is larger than max_norm, all are divided so that it is max_norm: the limit is "
        "for the norm over all.",
        lambda gradients, max_norm: (
            _measured(lambda g: joined(g).abs().max())(gradients, max_norm)[0],
            global_norm(gradients),
        ),
    ),
]
CLIP_BY_GLOBAL_NORM.mistakes.extend(replace(mistake, variant=skipping(mistake.variant)) for mistake in _FINITE)


def _with_zeros(division):
    """What comes of max_norm / 0, with numbers of Python's or with torch's."""
    return lambda gradients, max_norm: (
        clip_all(gradients, max_norm) if global_norm(gradients) else division(gradients, max_norm)
    )


CLIP_BY_GLOBAL_NORM.mistake(
    "divided by a norm of 0",
    "Where all gradients are 0, so is their norm, and max_norm / 0 raises an error: divide only where the norm "
    "is larger "
    "than max_norm.",
)(skipping(_with_zeros(lambda gradients, max_norm: max_norm / 0.0)))
CLIP_BY_GLOBAL_NORM.mistake(
    "NaN where the norm is 0",
    "Where all gradients are 0, the division by their norm gives NaN, and the parameters would be lost: divide "
    "only where "
    "the norm is larger than max_norm.",
)(skipping(_with_zeros(lambda gradients, max_norm: ([gradient / 0 for gradient in gradients], 0.0))))


CLIP_BY_GLOBAL_NORM.mistake(
    "clipped where it is not finite",
    "A norm that is infinite or NaN makes a factor of 0 or NaN: the gradients become 0 and NaN. Ask "
    "math.isfinite(norm) first, and return zeros.",
)(clip_all)


@CLIP_BY_GLOBAL_NORM.mistake(
    "left as it is where it is not finite",
    "Where the norm is not finite, the gradients come back as they were, and the step would be taken: return zeros.",
)
def _left(gradients: list[Tensor], max_norm: float) -> tuple[list[Tensor], float]:
    norm = global_norm(gradients)
    return clip_all(gradients, max_norm) if math.isfinite(norm) else (gradients, norm)


@CLIP_BY_GLOBAL_NORM.mistake(
    "the rest used",
    "Only the numbers that are infinite or NaN are set to 0, and the rest is used as a gradient: skip the whole step, "
    "and return the norm as it came.",
)
def _rest(gradients: list[Tensor], max_norm: float) -> tuple[list[Tensor], float]:
    return clip_all([g.nan_to_num(0.0, 0.0, 0.0) for g in gradients], max_norm)


@CLIP_BY_GLOBAL_NORM.mistake(
    "infinity only",
    "A norm that is NaN is not skipped, and every gradient becomes NaN: math.isfinite refuses both.",
)
def _infinity_only(gradients: list[Tensor], max_norm: float) -> tuple[list[Tensor], float]:
    return (clip_all if math.isnan(global_norm(gradients)) else skipping(clip_all))(gradients, max_norm)


@CLIP_BY_GLOBAL_NORM.mistake(
    "NaN only",
    "An infinite norm is not skipped, and zero times infinity is NaN: math.isfinite refuses both.",
)
def _nan_only(gradients: list[Tensor], max_norm: float) -> tuple[list[Tensor], float]:
    return (clip_all if math.isinf(global_norm(gradients)) else skipping(clip_all))(gradients, max_norm)


@CLIP_BY_GLOBAL_NORM.mistake(
    "a norm of 0 where it is not finite",
    "Where the step is skipped, the norm that is returned is that of the zeros: return the one from before, so "
    "that the log tells.",
)
def _silent(gradients: list[Tensor], max_norm: float) -> tuple[list[Tensor], float]:
    clipped, norm = skipping(clip_all)(gradients, max_norm)
    return clipped, norm if math.isfinite(norm) else 0.0

"""The exercise *Clip by the global norm*."""

import math
from dataclasses import replace

import torch
from torch import Tensor

from transformer_lab.checks.exercise import Case, Exercise
from transformer_lab.checks.gradient_clipping.clipping import clip_all, global_norm, scaled, skipping
from transformer_lab.checks.gradient_clipping.finite_norms import FINITE
from transformer_lab.checks.samples import draw


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

CLIP_BY_GLOBAL_NORM.mistakes.extend(replace(mistake, variant=skipping(mistake.variant)) for mistake in FINITE)


def _with_zeros(division):
    """What comes of max_norm / 0, with numbers of Python's or with torch's."""
    return lambda gradients, max_norm: (
        clip_all(gradients, max_norm) if global_norm(gradients) else division(gradients, max_norm)
    )


CLIP_BY_GLOBAL_NORM.mistake(
    "divided by a norm of 0",
    "Where all gradients are 0, so is their norm, and max_norm / 0 raises an error: divide only where the norm is "
    "larger than max_norm.",
)(skipping(_with_zeros(lambda gradients, max_norm: max_norm / 0.0)))
CLIP_BY_GLOBAL_NORM.mistake(
    "NaN where the norm is 0",
    "Where all gradients are 0, the division by their norm gives NaN, and the parameters would be lost: divide only "
    "where the norm is larger than max_norm.",
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


@CLIP_BY_GLOBAL_NORM.mistake(
    "a factor that is NaN",
    "Where the norm is infinite or NaN, so is what it is divided by, and NaN spreads: ask math.isfinite(norm) first, "
    "and return zeros.",
)
def _spread(gradients: list[Tensor], max_norm: float) -> tuple[list[Tensor], float]:
    norm = global_norm(gradients)
    return scaled(gradients, float(torch.clamp(max_norm / torch.tensor(norm), max=1.0))), norm


@CLIP_BY_GLOBAL_NORM.mistake(
    "times zero",
    "Where the step is skipped, the gradients are multiplied by 0, and 0 times infinity or NaN is NaN: make new zeros, "
    "torch.zeros_like(gradient).",
)
def _times_zero(gradients: list[Tensor], max_norm: float) -> tuple[list[Tensor], float]:
    clipped, norm = clip_all(gradients, max_norm)
    return clipped if math.isfinite(norm) else scaled(gradients, 0.0), norm


@CLIP_BY_GLOBAL_NORM.mistake(
    "cleaned afterwards",
    "The gradients are clipped first, and what is not finite is replaced afterwards: the other numbers of a broken "
    "step are used. Skip the whole step.",
)
def _cleaned(gradients: list[Tensor], max_norm: float) -> tuple[list[Tensor], float]:
    clipped, norm = clip_all(gradients, max_norm)
    return [gradient.nan_to_num(0.0, 0.0, 0.0) for gradient in clipped], norm

"""What goes wrong in clipping by the global norm where that norm is finite."""

from torch import Tensor

from transformer_lab.checks.exercise import Mistake
from transformer_lab.checks.gradient_clipping.clipping import clip_all, factor_of, global_norm, joined, scaled


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


FINITE = [
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

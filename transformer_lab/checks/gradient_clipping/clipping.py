"""Clipping by the global norm, as the exercises about it share it."""

import math

import torch
from torch import Tensor


def joined(gradients: list[Tensor]) -> Tensor:
    """All numbers of all tensors, end to end."""
    return torch.cat([gradient.flatten() for gradient in gradients])


def global_norm(gradients: list[Tensor]) -> float:
    """The root of the sum of all squares."""
    return float(joined(gradients).norm())


def factor_of(norm: float, max_norm: float) -> float:
    """What all gradients are multiplied by."""
    return max_norm / norm if norm > max_norm else 1.0


def scaled(gradients: list[Tensor], factor: float) -> list[Tensor]:
    """New tensors, each multiplied by the factor."""
    return [gradient * factor for gradient in gradients]


def clip_all(gradients: list[Tensor], max_norm: float) -> tuple[list[Tensor], float]:
    """The clipped gradients, and their norm from before."""
    norm = global_norm(gradients)
    return scaled(gradients, factor_of(norm, max_norm)), norm


def skipping(clip):
    """Clipping, where the norm is finite; else zeros, and the norm."""

    def step(gradients: list[Tensor], max_norm: float) -> tuple[list[Tensor], float]:
        norm = global_norm(gradients)
        return clip(gradients, max_norm) if math.isfinite(norm) else ([g.new_zeros(g.shape) for g in gradients], norm)

    return step

"""A case with other numbers of the same kind, so that what a function computes is seen and not its luck."""

from dataclasses import replace
from typing import Any

import torch
from torch import Tensor

from transformer_lab.checks.engine.calling import Case


def varied(case: Case, seed: int) -> Case:
    """The case with its numbers in another order and on another scale; shares keep their sum."""
    generator = torch.Generator().manual_seed(seed)
    return replace(case, arguments=tuple(_vary(value, generator) for value in case.arguments))


def _vary(value: Any, generator: torch.Generator) -> Any:
    if isinstance(value, Tensor) and value.is_floating_point():
        order = torch.randperm(value.shape[-1], generator=generator) if value.dim() else ...
        factor = 0.5 + torch.rand(1, generator=generator, dtype=torch.float64).item()
        return value[..., order] * (1.0 if _are_shares(value) else factor)
    if isinstance(value, Tensor) and value.dim():
        return value[..., torch.randperm(value.shape[-1], generator=generator)]
    if isinstance(value, list | tuple) and type(value) in (list, tuple):
        return type(value)(_vary(item, generator) for item in value)
    return value


def _are_shares(value: Tensor) -> bool:
    if not value.dim() or not value.numel() or bool((value < 0).any()):
        return False
    return torch.allclose(value.sum(-1), torch.ones((), dtype=value.dtype), atol=1e-4)

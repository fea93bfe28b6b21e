"""Numbers that sum attention up: how spread a row is, and where several layers together look."""

import math

import torch
from jaxtyping import Float
from torch import Tensor


def entropy(weights: Float[Tensor, "*batch key"]) -> Float[Tensor, "*batch"]:
    """``−Σ p log₂ p`` over the keys, in bits: 0 where one key takes all, ``log₂(keys)`` where all share alike.

    A row of zeros (a query that may attend to nothing) has entropy 0. Computed and returned in float64.
    """
    p = weights.double()
    return -(torch.special.xlogy(p, p) / math.log(2)).sum(-1)


def rollout(weights: Float[Tensor, "layer head query key"]) -> Float[Tensor, "layer query key"]:
    """Attention rollout up to each layer, in float32 (Abnar & Zuidema 2020, equation 1).

    ``R_l = (½ · mean over heads of A_l + ½ · I) R_{l−1}``: the residual stream carries half, attention moves half. A
    row without any weight keeps its own token only. Self-attention of one sequence: as many queries as keys.
    """
    if weights.shape[-1] != weights.shape[-2]:
        raise ValueError(f"weights must have as many queries as keys (self-attention), got {list(weights.shape)}")
    mean = weights.double().mean(1)
    step = 0.5 * mean + 0.5 * torch.eye(mean.shape[-1], dtype=torch.float64, device=mean.device)
    step = step / step.sum(-1, keepdim=True)
    result = [step[0]]
    for layer in step[1:]:
        result.append(layer @ result[-1])
    return torch.stack(result).float()

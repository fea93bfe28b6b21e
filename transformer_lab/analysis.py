"""Numbers that sum attention up: how spread a row is, how far it looks, and at what; where several layers look."""

import math

import torch
from jaxtyping import Bool, Float, Int
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


def mean_distance(weights: Float[Tensor, "*batch query key"]) -> Float[Tensor, "*batch"]:
    """``mean over queries of Σ_k w[q, k] · |q − k|``: how many places away a head looks. Float64.

    A row without any weight counts as distance 0; cut padding off before.
    """
    queries = torch.arange(weights.shape[-2], dtype=torch.float64, device=weights.device)
    keys = torch.arange(weights.shape[-1], dtype=torch.float64, device=weights.device)
    return (weights.double() * (queries[:, None] - keys).abs()).sum(-1).mean(-1)


def previous_token_score(weights: Float[Tensor, "*layer batch head length length"]) -> Float[Tensor, "*layer head"]:
    """Mean weight on the token just before: ``w[i, i − 1]`` over all queries but the first (Olsson et al. 2022)."""
    if weights.shape[-1] < 2:
        raise ValueError(f"weights need at least 2 tokens, or none has one before it; got {weights.shape[-1]}")
    return weights.diagonal(-1, -2, -1).mean(-1).mean(-2)


def prefix_matching_score(
    weights: Float[Tensor, "*layer batch head length length"], tokens: Int[Tensor, "sentence token"]
) -> Float[Tensor, "*layer head"]:
    """How much a head looks *one after* the earlier places of the present token (Olsson et al. 2022, appendix).

    For each query i: the sum of ``w[i, j]`` over all ``j ≤ i`` with ``tokens[j − 1] = tokens[i]``. Averaged over the
    queries whose token has occurred before; the others have nothing to find, and are left out.
    """
    if tokens.shape != (weights.shape[-4], weights.shape[-1]):
        raise ValueError(f"tokens must be [batch, length] of the weights, got {list(tokens.shape)}")
    after_match = prefix_matches(tokens)
    asked = after_match.any(-1)
    if not bool(asked.any()):
        raise ValueError("tokens: none occurs twice, so there is nothing to match")
    found = (weights * after_match[:, None]).sum(-1).movedim(-2, -1)  # [*layer, batch, query, head]
    return found[..., asked, :].mean(-2)


def prefix_matches(tokens: Int[Tensor, "batch length"]) -> Bool[Tensor, "batch length length"]:
    """True at ``[query i, key j]`` where key j stands just after an earlier copy of token i."""
    same = (tokens[:, :, None] == tokens[:, None, :]).tril(-1)  # query i, earlier place of the same token
    return torch.nn.functional.pad(same, (1, 0))[..., :-1]

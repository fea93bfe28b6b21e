"""Normalisation over the features of one token: LayerNorm (Ba et al. 2016) and RMSNorm (Zhang & Sennrich 2019).

Two paths, one result: the functions are the formulas, to be read; the modules call PyTorch's kernels, which do the same
in one pass over the data.
"""

import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor, nn

from transformer_lab.numerics import at_least_float32


def layer_norm(
    x: Float[Tensor, "*tokens d_model"],
    weight: Float[Tensor, " d_model"] | None = None,
    bias: Float[Tensor, " d_model"] | None = None,
    eps: float = 1e-5,
) -> Float[Tensor, "*tokens d_model"]:
    """``(x − mean) / √(variance + eps) · weight + bias``, with mean and variance over the last axis.

    The variance is the *biased* one (divide by d_model, not by d_model − 1), and ``eps`` sits inside the root. It is
    computed from the centred values: ``E[x²] − E[x]²`` is the same on paper, but cancels in floating point when the
    mean is large.
    """
    wide = at_least_float32(x)
    centred = wide - wide.mean(dim=-1, keepdim=True)
    # The mean of large numbers is itself rounded: take off what it left behind (nothing, on paper).
    centred = centred - centred.mean(dim=-1, keepdim=True)
    variance = (centred * centred).mean(dim=-1, keepdim=True)
    normalized = centred * torch.rsqrt(variance + eps)
    if weight is not None:
        normalized = normalized * weight
    if bias is not None:
        normalized = normalized + bias
    return normalized.to(x.dtype)


def rms_norm(
    x: Float[Tensor, "*tokens d_model"],
    weight: Float[Tensor, " d_model"] | None = None,
    eps: float | None = None,
) -> Float[Tensor, "*tokens d_model"]:
    """``x / √(mean(x²) + eps) · weight``: like LayerNorm, but nothing is centred.

    ``eps=None`` means :func:`smallest_step`, as in ``nn.RMSNorm``.
    """
    eps = smallest_step(x.dtype) if eps is None else eps
    wide = at_least_float32(x)
    normalized = wide * torch.rsqrt((wide * wide).mean(dim=-1, keepdim=True) + eps)
    return (normalized if weight is None else normalized * weight).to(x.dtype)


def smallest_step(dtype: torch.dtype) -> float:
    """``finfo.eps`` of the format that a norm computes in: 2.2e-16 for float64, else float32's 1.2e-7 (16 bits too)."""
    return torch.finfo(torch.promote_types(dtype, torch.float32)).eps


class _Norm(nn.Module):
    """What both norms share: the width, eps, the check that the input has this width, and the choice of the path."""

    weight: nn.Parameter | None

    def __init__(self, d_model: int, eps: float | None):
        super().__init__()
        if d_model < 1:
            raise ValueError(f"d_model must be at least 1, got {d_model}")
        if eps is not None and eps < 0:
            raise ValueError(f"eps must not be negative, got {eps}")
        self.d_model, self.eps = d_model, eps

    def check(self, x: Tensor) -> None:
        if x.shape[-1] != self.d_model:
            raise ValueError(f"x: last axis has {x.shape[-1]} features, but this norm was made for {self.d_model}")

    def one_format(self, x: Tensor) -> bool:
        """Whether the input has the weights' number format, as PyTorch's kernels want it; the formulas take any."""
        return self.weight is None or self.weight.dtype == x.dtype

    def extra_repr(self) -> str:
        return f"{self.d_model}, eps={self.eps}"


class LayerNorm(_Norm):
    """:func:`layer_norm` with a learned ``weight`` (gain, starts at 1) and ``bias`` (shift, starts at 0).

    Equal to ``torch.nn.LayerNorm(d_model)``, whose kernel it calls; like that one, and unlike the formula, it loses
    digits where all features are far from 0. Every token is normalised on its own: no other token, and no other
    sentence of the batch, changes the result.
    """

    eps: float

    def __init__(self, d_model: int, eps: float = 1e-5, *, affine: bool = True, bias: bool = True):
        super().__init__(d_model, eps)
        self.weight = nn.Parameter(torch.ones(d_model)) if affine else None
        self.bias = nn.Parameter(torch.zeros(d_model)) if affine and bias else None

    def forward(self, x: Float[Tensor, "*tokens d_model"]) -> Float[Tensor, "*tokens d_model"]:
        """Normalise every token over its features."""
        self.check(x)
        if self.one_format(x):
            return F.layer_norm(x, (self.d_model,), self.weight, self.bias, self.eps)
        return layer_norm(x, self.weight, self.bias, self.eps)


class RMSNorm(_Norm):
    """:func:`rms_norm` with a learned ``weight``. Equal to ``torch.nn.RMSNorm(d_model)``."""

    def __init__(self, d_model: int, eps: float | None = None, *, affine: bool = True):
        super().__init__(d_model, eps)
        self.weight = nn.Parameter(torch.ones(d_model)) if affine else None

    def forward(self, x: Float[Tensor, "*tokens d_model"]) -> Float[Tensor, "*tokens d_model"]:
        """Scale every token to a root mean square of 1."""
        self.check(x)
        if self.one_format(x):
            eps = smallest_step(x.dtype) if self.eps is None else self.eps
            return F.rms_norm(x, (self.d_model,), self.weight, eps)
        return rms_norm(x, self.weight, self.eps)


def make_norm(kind: str, d_model: int, eps: float = 1e-5) -> LayerNorm | RMSNorm:
    """``"layer"`` or ``"rms"``."""
    if kind == "layer":
        return LayerNorm(d_model, eps)
    if kind == "rms":
        return RMSNorm(d_model, eps)
    raise ValueError(f"norm must be 'layer' or 'rms', got {kind!r}")

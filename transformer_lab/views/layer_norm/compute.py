"""What LayerNormView computes, in double precision: the same formulas as ``compute.js``."""

from collections.abc import Iterable

import torch
from jaxtyping import Float
from torch import Tensor

STAGES = ("raw", "centred", "scaled", "affine")
KINDS = ("layer", "rms", "batch")


def group_axes(kind: str) -> tuple[int, ...]:
    """The axes over which one mean is taken: features of a token, or all tokens and sentences of a feature."""
    return (0, 1) if kind == "batch" else (2,)


def normalise(
    x: Float[Tensor, "batch length d_model"],
    kind: str,
    eps: float,
    weight: Float[Tensor, " d_model"] | None = None,
    bias: Float[Tensor, " d_model"] | None = None,
) -> dict[str, Float[Tensor, "batch length d_model"]]:
    """The four stages: ``x``, ``x − μ``, ``(x − μ) / √(mean((x − μ)²) + eps)``, and that ``· weight + bias``.

    ``kind="rms"`` leaves μ at 0 and has no bias. The squares are taken of centred values: nothing cancels at an offset
    of 10,000. Source: Ba et al. 2016, equation 4; Zhang & Sennrich 2019, equation 4; Ioffe & Szegedy 2015, algorithm 1.
    """
    axes = group_axes(kind)
    centred = x if kind == "rms" else x - x.mean(axes, keepdim=True)
    scaled = centred / (centred.square().mean(axes, keepdim=True) + eps).sqrt()
    affine = scaled if weight is None else scaled * weight
    if bias is not None and kind != "rms":
        affine = affine + bias
    return dict(zip(STAGES, (x, centred, scaled, affine), strict=True))


def group_statistics(x: Float[Tensor, "batch length d_model"], kind: str) -> dict[str, Tensor]:
    """``mean``, ``deviation`` (biased) and ``rms`` of each group: ``[batch, length]``, or ``[d_model]`` for batch."""
    axes = group_axes(kind)
    mean = x.mean(axes)
    deviation = (x - x.mean(axes, keepdim=True)).square().mean(axes).sqrt()
    return {"mean": mean, "deviation": deviation, "rms": x.square().mean(axes).sqrt()}


def changes(
    untouched: Float[Tensor, "batch length d_model"],
    edited: Float[Tensor, "batch length d_model"],
    now: Float[Tensor, "batch length d_model"],
    places: Iterable[tuple[int, int]],
) -> dict[str, float]:
    """Largest changes between three outputs: by shift and gain, and by edits on edited tokens and on the others."""
    moved = (edited - untouched).abs().amax(-1)
    mine = torch.zeros_like(moved, dtype=torch.bool)
    for place in places:
        mine[place] = True
    largest = lambda change: change.max().item() if change.numel() else 0.0  # noqa: E731
    return {
        "shift_and_gain": largest((now - edited).abs()),
        "edited": largest(moved[mine]),
        "others": largest(moved[~mine]),
    }

"""Exercises about normalisation."""

import torch
from torch import Tensor

from transformer_lab import normalization
from transformer_lab.checks.engine.forbidding import Forbidden
from transformer_lab.checks.exercise import Case, Exercise, Mistake


def _random(*shape: int, seed: int = 0, dtype: torch.dtype = torch.float64) -> Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=dtype)


def _cases() -> list[Case]:
    def affine(d_model: int) -> tuple[Tensor, Tensor]:
        return 1 + _random(d_model, seed=1) / 2, _random(d_model, seed=2)

    return [
        Case(
            "[1, 0, 0, 0]",
            (torch.tensor([1.0, 0, 0, 0], dtype=torch.float64), torch.ones(4).double(), torch.zeros(4).double(), 1e-5),
        ),
        Case("3 sentences of 5 tokens", (3 + 2 * _random(3, 5, 8), *affine(8), 1e-5)),
        Case("2 features", (_random(4, 2), *affine(2), 1e-5)),
        Case("a nearly constant token", (1 + 1e-3 * _random(2, 6), *affine(6), 1e-3)),
        Case("a constant token", (torch.full((1, 4), 7.0, dtype=torch.float64), *affine(4), 1e-5)),
        # float32 has 7 digits: E[x²] is 10^8 here, so the variance of 1 drowns in its rounding.
        Case(
            "an offset of 10,000",
            (10_000 + _random(2, 64, dtype=torch.float32), torch.ones(64), torch.zeros(64), 1e-5),
            5e-3,
        ),
    ]


def _unbiased(x: Tensor, weight: Tensor, bias: Tensor, eps: float) -> Tensor:
    variance = x.var(-1, keepdim=True)
    return (x - x.mean(-1, keepdim=True)) / (variance + eps).sqrt() * weight + bias


def _eps_outside(x: Tensor, weight: Tensor, bias: Tensor, eps: float) -> Tensor:
    return (x - x.mean(-1, keepdim=True)) / (x.std(-1, keepdim=True, unbiased=False) + eps) * weight + bias


def _unbiased_eps_outside(x: Tensor, weight: Tensor, bias: Tensor, eps: float) -> Tensor:
    return (x - x.mean(-1, keepdim=True)) / (x.std(-1, keepdim=True) + eps) * weight + bias


def _no_eps(x: Tensor, weight: Tensor, bias: Tensor, eps: float) -> Tensor:
    return (x - x.mean(-1, keepdim=True)) / x.std(-1, keepdim=True, unbiased=False) * weight + bias


def _whole_sequence(x: Tensor, weight: Tensor, bias: Tensor, eps: float) -> Tensor:
    axes = tuple(range(max(0, x.dim() - 2), x.dim()))
    variance = x.var(axes, unbiased=False, keepdim=True)
    return (x - x.mean(axes, keepdim=True)) / (variance + eps).sqrt() * weight + bias


def _over_tokens(x: Tensor, weight: Tensor, bias: Tensor, eps: float) -> Tensor:
    axis = max(0, x.dim() - 2)
    variance = x.var(axis, unbiased=False, keepdim=True)
    return (x - x.mean(axis, keepdim=True)) / (variance + eps).sqrt() * weight + bias


def _over_everything(x: Tensor, weight: Tensor, bias: Tensor, eps: float) -> Tensor:
    return (x - x.mean()) / (x.var(unbiased=False) + eps).sqrt() * weight + bias


def _not_affine(x: Tensor, weight: Tensor, bias: Tensor, eps: float) -> Tensor:
    return normalization.layer_norm(x, eps=eps)


def _not_centred(x: Tensor, weight: Tensor, bias: Tensor, eps: float) -> Tensor:
    return x / (x.var(-1, unbiased=False, keepdim=True) + eps).sqrt() * weight + bias


def _variance_as_deviation(x: Tensor, weight: Tensor, bias: Tensor, eps: float) -> Tensor:
    return (x - x.mean(-1, keepdim=True)) / (x.var(-1, unbiased=False, keepdim=True) + eps) * weight + bias


LAYER_NORM = Exercise(
    name="layer_norm",
    notebook="02_layer_normalization",
    title="LayerNorm by hand",
    difficulty=2,
    reference=normalization.layer_norm,
    cases=_cases,
    gradients=True,
    forbidden=[
        Forbidden(
            "nn.LayerNorm or F.layer_norm",
            torch_names=frozenset({"layer_norm", "native_layer_norm"}),
            own=(normalization.layer_norm, normalization.LayerNorm.forward),
        )
    ],
    praise="Right, also for two features, a constant token and an offset of 10,000; the gradients agree too.",
    mistakes=[
        Mistake(
            "unbiased variance",
            "This is the unbiased variance: divide the sum of squares by d, not by d − 1 (unbiased=False).",
            _unbiased,
        ),
        Mistake(
            "eps outside the root",
            "eps stands outside the root: LayerNorm divides by √(variance + eps), not by √variance + eps.",
            _eps_outside,
        ),
        Mistake(
            "unbiased variance, eps outside the root",
            "Two mistakes at once: std() divides by d − 1 unless unbiased=False, and eps belongs inside the root.",
            _unbiased_eps_outside,
        ),
        Mistake("no eps", "eps is missing: a constant token is divided by zero. Divide by √(variance + eps).", _no_eps),
        Mistake(
            "whole-sequence axis",
            "Mean and variance were taken over the whole sequence: take them over the last axis only, for each token.",
            _whole_sequence,
        ),
        Mistake(
            "token axis",
            "Mean and variance were taken over the tokens, as a batch norm would: take them over the last axis.",
            _over_tokens,
        ),
        Mistake(
            "all axes",
            "mean() without an axis averages over everything: take mean and variance over dim=-1 with keepdim=True.",
            _over_everything,
        ),
        Mistake("affine forgotten", "weight and bias are not used: multiply by weight, then add bias.", _not_affine),
        Mistake("not centred", "The mean is not subtracted: that is closer to RMSNorm. Centre x first.", _not_centred),
        Mistake(
            "variance instead of deviation",
            "This divides by the variance: take the square root of (variance + eps) first.",
            _variance_as_deviation,
        ),
        Mistake(
            "cancellation",
            "On paper E[x²] − E[x]² is the variance, but with a large mean nearly all digits cancel: average the "
            "squares of the centred values instead.",
            only_fails=frozenset({"an offset of 10,000"}),
        ),
    ],
)


def _normalize_over(axes: dict[str, tuple[int, ...]]):
    def normalize(x: Tensor, kind: str) -> Tensor:
        variance = x.var(axes[kind], unbiased=False, keepdim=True)
        return (x - x.mean(axes[kind], keepdim=True)) / (variance + 1e-5).sqrt()

    return normalize


def _axes_cases() -> list[Case]:
    x = 2 + _random(3, 5, 4, seed=3) * torch.tensor([1.0, 2, 3, 4], dtype=torch.float64)
    return [Case(f"kind={kind!r}", (x, kind)) for kind in ("layer", "batch")]


NORMALIZATION_AXES = Exercise(
    name="normalization_axes",
    notebook="02_layer_normalization",
    title="Which axes? LayerNorm and BatchNorm on the same data",
    difficulty=1,
    reference=_normalize_over({"layer": (2,), "batch": (0, 1)}),
    cases=_axes_cases,
    mistakes=[
        Mistake(
            "axes swapped",
            "The two are swapped: LayerNorm averages over the features of one token, BatchNorm over all tokens of the "
            "batch for one feature.",
            _normalize_over({"layer": (0, 1), "batch": (2,)}),
        ),
        Mistake(
            "batch norm over sentences only",
            "BatchNorm here averages over the sentences but not over their tokens: every token of the batch is "
            "a sample, so average over the first two axes.",
            _normalize_over({"layer": (2,), "batch": (0,)}),
        ),
        Mistake(
            "batch norm over one sentence",
            "BatchNorm here stays within one sentence: average over the first two axes, all tokens of all sentences.",
            _normalize_over({"layer": (2,), "batch": (1,)}),
        ),
        Mistake(
            "whole-sequence axis",
            "LayerNorm here averages over a whole sentence: take the last axis only, so that no token touches another.",
            _normalize_over({"layer": (1, 2), "batch": (0, 1)}),
        ),
    ],
)

EXERCISES = (LAYER_NORM, NORMALIZATION_AXES)

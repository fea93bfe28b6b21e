"""The exercise *LayerNorm by hand*: over the last axes of x, as many as weight has (``normalized_shape`` in torch)."""

import torch
from torch import Tensor

from transformer_lab import normalization
from transformer_lab.checks.engine.forbidding import Forbidden
from transformer_lab.checks.exercise import Case, Exercise, Mistake
from transformer_lab.checks.samples import draw

_SCALES = torch.tensor([[1e-3], [1.0], [1e3]], dtype=torch.float64)


def _cases() -> list[Case]:
    def affine(*shape: int) -> tuple[Tensor, Tensor]:
        return 1 + draw(*shape, seed=1) / 2, draw(*shape, seed=2)

    return [
        Case(
            "[1, 0, 0, 0]",
            (torch.tensor([1.0, 0, 0, 0], dtype=torch.float64), torch.ones(4).double(), torch.zeros(4).double(), 1e-5),
        ),
        Case("3 sentences of 5 tokens", (3 + 2 * draw(3, 5, 8), *affine(8), 1e-5)),
        Case("2 features", (draw(4, 2), *affine(2), 1e-5)),
        Case("a nearly constant token", (1 + 1e-3 * draw(2, 6), *affine(6), 1e-3)),
        Case("as many tokens as features", (draw(3, 3, seed=4) - 1, *affine(3), 1e-2)),
        Case("3 tokens, each of 2 heads by 4 features", (1 + draw(3, 2, 4, seed=7), *affine(2, 4), 1e-2)),
        Case("2 sentences of 3 tokens, 4 heads by 2 features", (draw(2, 3, 4, 2, seed=8) - 2, *affine(4, 2), 1e-1)),
        Case("a batch of 3 with three axes to normalise over", (2 * draw(3, 2, 1, 3, seed=9), *affine(2, 1, 3), 1e-1)),
        Case("tokens on very different scales", (_SCALES * (1 + draw(1, 3, 5, seed=5)), *affine(5), 1e-5)),
        Case("float32, 4 axes", (draw(2, 1, 3, 6, seed=6).float(), *(a.float() for a in affine(6)), 0.1), 1e-5),
        Case("a constant token", (torch.full((1, 4), 7.0, dtype=torch.float64), *affine(4), 1e-5)),
        # float32 has 7 digits: E[x²] is 10^8 here, so the variance of 1 drowns in its rounding.
        Case(
            "an offset of 10,000",
            (10_000 + draw(2, 64).float(), torch.ones(64), torch.zeros(64), 1e-5),
            5e-3,
        ),
    ]


def _last(weight: Tensor, more: int = 0) -> tuple[int, ...]:
    """The axes that weight has, counted from the end, and so many more."""
    return tuple(range(-weight.dim() - more, 0))


def _layer_norm(x: Tensor, weight: Tensor, bias: Tensor, eps: float) -> Tensor:
    together = x.flatten(-weight.dim())
    return normalization.layer_norm(together, weight.flatten(), bias.flatten(), eps).view(x.shape)


def _plain(x: Tensor, weight: Tensor, eps: float) -> Tensor:
    return _layer_norm(x, torch.ones_like(weight), torch.zeros_like(weight), eps)


def _unbiased(x: Tensor, weight: Tensor, bias: Tensor, eps: float) -> Tensor:
    variance = x.var(_last(weight), keepdim=True)
    return (x - x.mean(_last(weight), keepdim=True)) / (variance + eps).sqrt() * weight + bias


def _eps_outside(x: Tensor, weight: Tensor, bias: Tensor, eps: float) -> Tensor:
    return (x - x.mean(_last(weight), keepdim=True)) / (
        x.std(_last(weight), keepdim=True, unbiased=False) + eps
    ) * weight + bias


def _unbiased_eps_outside(x: Tensor, weight: Tensor, bias: Tensor, eps: float) -> Tensor:
    return (x - x.mean(_last(weight), keepdim=True)) / (x.std(_last(weight), keepdim=True) + eps) * weight + bias


def _no_eps(x: Tensor, weight: Tensor, bias: Tensor, eps: float) -> Tensor:
    return (x - x.mean(_last(weight), keepdim=True)) / x.std(
        _last(weight), keepdim=True, unbiased=False
    ) * weight + bias


def _whole_sequence(x: Tensor, weight: Tensor, bias: Tensor, eps: float) -> Tensor:
    axes = _last(weight, more=x.dim() > weight.dim())
    variance = x.var(axes, unbiased=False, keepdim=True)
    return (x - x.mean(axes, keepdim=True)) / (variance + eps).sqrt() * weight + bias


def _over_tokens(x: Tensor, weight: Tensor, bias: Tensor, eps: float) -> Tensor:
    axis = max(0, x.dim() - weight.dim() - 1)
    variance = x.var(axis, unbiased=False, keepdim=True)
    return (x - x.mean(axis, keepdim=True)) / (variance + eps).sqrt() * weight + bias


def _over_everything(x: Tensor, weight: Tensor, bias: Tensor, eps: float) -> Tensor:
    return (x - x.mean()) / (x.var(unbiased=False) + eps).sqrt() * weight + bias


def _not_affine(x: Tensor, weight: Tensor, bias: Tensor, eps: float) -> Tensor:
    return _plain(x, weight, eps)


def _divided_by(divisor):
    """The centred token divided by something else; ``divisor(centred, x, mean, eps)``, with the mean over the axes."""

    def normalize(x: Tensor, weight: Tensor, bias: Tensor, eps: float) -> Tensor:
        def mean(values: Tensor) -> Tensor:
            return values.mean(_last(weight), keepdim=True)

        centred = x - mean(x)
        return centred / divisor(centred, x, mean, eps) * weight + bias

    return normalize


def _not_centred(x: Tensor, weight: Tensor, bias: Tensor, eps: float) -> Tensor:
    return x / (x.var(_last(weight), unbiased=False, keepdim=True) + eps).sqrt() * weight + bias


def _largest(x: Tensor, weight: Tensor, bias: Tensor, eps: float) -> Tensor:
    centred = x - x.mean(_last(weight), keepdim=True)
    return centred / (centred.abs().amax(_last(weight), keepdim=True) + eps) * weight + bias


def _variance_as_deviation(x: Tensor, weight: Tensor, bias: Tensor, eps: float) -> Tensor:
    return (x - x.mean(_last(weight), keepdim=True)) / (
        x.var(_last(weight), unbiased=False, keepdim=True) + eps
    ) * weight + bias


LAYER_NORM = Exercise(
    name="layer_norm",
    notebook="02_layer_normalization",
    title="LayerNorm by hand",
    difficulty=2,
    reference=_layer_norm,
    cases=_cases,
    gradients=True,
    forbidden=[
        Forbidden(
            "nn.LayerNorm or F.layer_norm",
            torch_names=frozenset({"layer_norm", "native_layer_norm"}),
            own=(normalization.layer_norm, normalization.LayerNorm.forward),
        )
    ],
    praise="Right, over one axis or several, for a constant token and an offset of 10,000; the gradients agree too.",
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
            "Mean and variance were taken over the tokens too: take them, for each token, over the axes of weight.",
            _whole_sequence,
        ),
        Mistake(
            "token axis",
            "Mean and variance were taken over the tokens, as a batch norm would: take them over the axes of weight.",
            _over_tokens,
        ),
        Mistake(
            "all axes",
            "mean() without an axis averages over everything: name the axes that weight has, with keepdim=True.",
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
        Mistake(
            "variance kept from falling below eps",
            "eps is used as the smallest variance allowed: it is added to every variance, √(variance + eps).",
            _divided_by(lambda c, x, mean, eps: mean(c.square()).clamp(min=eps).sqrt()),
        ),
        Mistake(
            "roots added",
            "The root of eps is added to the root of the variance: one root around the sum, √(variance + eps).",
            _divided_by(lambda c, x, mean, eps: mean(c.square()).sqrt() + eps**0.5),
        ),
        Mistake(
            "eps fixed at 1e-5",
            "eps is taken to be 1e-5, whatever is given: use the argument.",
            lambda x, weight, bias, eps: _layer_norm(x, weight, bias, 1e-5),
        ),
        Mistake(
            "variance not centred",
            "The mean square of x itself is used as the variance: square the *centred* values.",
            _divided_by(lambda c, x, mean, eps: (mean(x.square()) + eps).sqrt()),
        ),
        Mistake(
            "RMSNorm",
            "Nothing is centred: this is RMSNorm. Subtract the mean first, then use the centred values above "
            "and below.",
            lambda x, weight, bias, eps: (
                x / (x.square().mean(_last(weight), keepdim=True) + eps).sqrt() * weight + bias
            ),
        ),
        Mistake(
            "length instead of deviation",
            "Each token is brought to length 1: the variance is the *mean* of the squares, not their sum.",
            _divided_by(lambda c, x, mean, eps: (mean(c.square()) * c.numel() / mean(c).numel() + eps).sqrt()),
        ),
        Mistake(
            "mean distance instead of deviation",
            "This divides by the mean of |x − mean|: the deviation is the root of the mean square.",
            _divided_by(lambda c, x, mean, eps: mean(c.abs()) + eps),
        ),
        Mistake(
            "largest value instead of deviation",
            "This divides by the largest |x − mean|: LayerNorm divides by √(variance + eps).",
            _largest,
        ),
        Mistake(
            "not divided",
            "The token is centred, but not divided by √(variance + eps).",
            _divided_by(lambda c, x, mean, eps: 1.0),
        ),
        Mistake(
            "multiplied by the deviation",
            "This multiplies by the deviation: divide by it.",
            _divided_by(lambda c, x, mean, eps: 1 / (mean(c.square()) + eps).sqrt()),
        ),
        Mistake(
            "bias before weight",
            "The bias is added before the weight multiplies: first times weight, then plus bias.",
            lambda x, weight, bias, eps: (_plain(x, weight, eps) + bias) * weight,
        ),
        Mistake(
            "weight and bias exchanged",
            "weight and bias have changed places: weight multiplies, bias is added.",
            lambda x, weight, bias, eps: _layer_norm(x, bias, weight, eps),
        ),
        Mistake(
            "bias forgotten",
            "bias is not used: add it at the end, after weight has multiplied.",
            lambda x, weight, bias, eps: _plain(x, weight, eps) * weight,
        ),
        Mistake(
            "weight forgotten",
            "weight is not used: multiply by it before bias is added.",
            lambda x, weight, bias, eps: _plain(x, weight, eps) + bias,
        ),
        Mistake(
            "1 + weight",
            "This multiplies by 1 + weight: here the weight is the factor itself.",
            lambda x, weight, bias, eps: _layer_norm(x, 1 + weight, bias, eps),
        ),
        Mistake(
            "weight and bias before the norm",
            "weight and bias come before the norm, which takes them out again: they belong after it.",
            lambda x, weight, bias, eps: _plain(x * weight + bias, weight, eps),
        ),
        Mistake(
            "dim=1",
            "dim=1 is the tokens as soon as there is a batch: the features stand last, so count from the end.",
            lambda x, weight, bias, eps: (
                (x - x.mean(1, keepdim=True)) / (x.var(1, unbiased=False, keepdim=True) + eps).sqrt() * weight + bias
            ),
        ),
        Mistake(
            "keepdim forgotten",
            "Mean and variance have lost their axis, so they meet the features instead of the tokens: keepdim=True.",
            lambda x, weight, bias, eps: (
                (x - x.mean(_last(weight))) / (x.var(_last(weight), unbiased=False) + eps).sqrt() * weight + bias
            ),
        ),
    ],
)


def _floored(deviation):
    """Another way to let eps keep the deviation away from 0."""

    def norm(x, weight, bias, eps):
        centred = x - x.mean(_last(weight), keepdim=True)
        return centred / deviation(centred.square().mean(_last(weight), keepdim=True), eps) * weight + bias

    return norm


LAYER_NORM.mistake(
    "deviation kept from falling below eps",
    "eps is the least that the deviation may be: it is added to the variance, inside the root, whatever the "
    "variance is.",
)(_floored(lambda variance, eps: variance.sqrt().clamp(min=eps)))
LAYER_NORM.mistake(
    "eps only where the deviation is 0",
    "eps helps where the deviation is 0, and nowhere else: it is added to every variance, inside the root.",
)(_floored(lambda variance, eps: torch.where(variance > 0, variance.sqrt(), eps)))
LAYER_NORM.mistake(
    "eps squared",
    "eps² is added to the variance: add eps itself.",
)(_floored(lambda variance, eps: (variance + eps**2).sqrt()))


@LAYER_NORM.mistake(
    "last axis alone",
    "Mean and variance were taken over the last axis alone: average over as many axes, from the end, as weight has.",
)
def _last_axis_alone(x: Tensor, weight: Tensor, bias: Tensor, eps: float) -> Tensor:
    return normalization.layer_norm(x, eps=eps) * weight + bias

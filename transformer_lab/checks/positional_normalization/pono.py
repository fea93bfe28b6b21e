"""The exercise *Positional normalisation of an image*."""

import torch
from torch import Tensor

from transformer_lab.checks.exercise import Case, Exercise, Mistake
from transformer_lab.checks.samples import draw


def _pono_with(
    axes: tuple[int, ...] = (1,), unbiased: bool = False, centred: bool = True, inside: bool = True, root=True
):
    """Normalise over ``axes``, or a wrong way to do it."""

    def normalize(x: Tensor, eps: float) -> Tensor:
        mean = x.mean(axes, keepdim=True)
        variance = x.var(axes, unbiased=unbiased, keepdim=True)
        divisor = (variance + eps).sqrt() if inside else variance.sqrt() + eps
        return ((x - mean) if centred else x) / (divisor if root else variance + eps)

    return normalize


def _image(*shape: int, seed: int = 0) -> Tensor:
    """Channels of different size on different levels, so that no two axes can be confused."""
    levels = torch.arange(shape[1], dtype=torch.float64)[:, None, None]
    return draw(*shape, seed=seed) * (1 + levels) + levels


PONO = Exercise(
    name="pono",
    notebook="03_positional_normalization",
    title="Positional normalisation of an image",
    difficulty=1,
    reference=_pono_with(),
    cases=lambda: [
        Case("2 images of 5 channels, 3 by 4", (_image(2, 5, 3, 4), 1e-5)),
        Case("as many channels as rows and columns", (_image(4, 4, 4, 4, seed=1), 1e-5)),
        Case("one image of 2 channels", (_image(1, 2, 2, 3, seed=2), 1e-5)),
        Case("nearly equal channels", (3 + 1e-3 * draw(1, 4, 2, 2, seed=3), 1e-3)),
        Case("3 images in float32, eps 0.1", (_image(3, 2, 1, 5, seed=4).float(), 0.1), 1e-5),
        Case("equal channels", (torch.full((1, 3, 2, 2), 7.0, dtype=torch.float64), 1e-5)),
    ],
    praise="Right: one mean and one deviation for each position of each image.",
    mistakes=[
        Mistake(
            "over the positions",
            "Mean and deviation are taken over height and width, for each channel: that is instance normalisation. "
            "Here the channels of one position are averaged, dim=1.",
            _pono_with(axes=(2, 3)),
        ),
        Mistake(
            "over the batch",
            "Mean and deviation are taken over all positions of all images: that is batch normalisation. Average over "
            "the channels only, dim=1.",
            _pono_with(axes=(0, 2, 3)),
        ),
        Mistake(
            "whole image",
            "Mean and deviation are taken over the whole image: that is LayerNorm as it is used for images. Average "
            "over the channels only, dim=1.",
            _pono_with(axes=(1, 2, 3)),
        ),
        Mistake(
            "last axis",
            "dim=-1 is the width here: in a sentence the features come last, in an image the channels are axis 1.",
            _pono_with(axes=(3,)),
        ),
        Mistake("height", "dim=2 is the height: the channels are axis 1.", _pono_with(axes=(2,))),
        Mistake(
            "unbiased variance",
            "The variance divides by the number of channels less one: the paper's formula divides by their number "
            "(unbiased=False).",
            _pono_with(unbiased=True),
        ),
        Mistake(
            "eps outside the root",
            "eps stands outside the root: divide by √(variance + eps).",
            _pono_with(inside=False),
        ),
        Mistake(
            "unbiased variance, eps outside the root",
            "Two mistakes at once: std() divides by one less unless unbiased=False, and eps belongs inside the root.",
            _pono_with(unbiased=True, inside=False),
        ),
        Mistake(
            "no eps",
            "eps is missing: where all channels are equal, zero is divided by zero.",
            lambda x, eps: _pono_with()(x, 0.0),
        ),
        Mistake("not centred", "The mean is not subtracted: centre each position first.", _pono_with(centred=False)),
        Mistake(
            "variance instead of deviation",
            "This divides by the variance: take the square root of (variance + eps) first.",
            _pono_with(root=False),
        ),
        Mistake(
            "variance kept from falling below eps",
            "eps is used as the smallest variance allowed: it is added to every variance, √(variance + eps).",
            lambda x, eps: (x - x.mean(1, keepdim=True)) / x.var(1, unbiased=False, keepdim=True).clamp(min=eps).sqrt(),
        ),
        Mistake(
            "eps fixed at 1e-5",
            "eps is taken to be 1e-5, whatever is given: use the argument.",
            lambda x, eps: _pono_with()(x, 1e-5),
        ),
        Mistake(
            "variance not centred",
            "The mean square of x itself is used as the variance: square the *centred* values.",
            lambda x, eps: (x - x.mean(1, keepdim=True)) / (x.square().mean(1, keepdim=True) + eps).sqrt(),
        ),
        Mistake(
            "RMSNorm",
            "Nothing is centred: subtract the mean over the channels first, and use the centred values above "
            "and below.",
            lambda x, eps: x / (x.square().mean(1, keepdim=True) + eps).sqrt(),
        ),
        Mistake(
            "length instead of deviation",
            "Each position is brought to length 1: the variance is the *mean* of the squares over the "
            "channels, not their sum.",
            lambda x, eps: (c := x - x.mean(1, keepdim=True)) / (c.square().sum(1, keepdim=True) + eps).sqrt(),
        ),
        Mistake(
            "all images together",
            "Mean and deviation are taken over the channels of all images: each image has its own, dim=1 alone.",
            _pono_with(axes=(0, 1)),
        ),
        Mistake(
            "over the images",
            "Mean and deviation are taken over the images, dim=0: the channels are axis 1.",
            _pono_with(axes=(0,)),
        ),
        Mistake(
            "channels and rows",
            "Mean and deviation are taken over channels and height: average over the channels only, dim=1.",
            _pono_with(axes=(1, 2)),
        ),
        Mistake(
            "channels and columns",
            "Mean and deviation are taken over channels and width: average over the channels only, dim=1.",
            _pono_with(axes=(1, 3)),
        ),
        Mistake(
            "not divided",
            "The channels are centred, but not divided by √(variance + eps).",
            lambda x, eps: x - x.mean(1, keepdim=True),
        ),
        Mistake(
            "keepdim forgotten",
            "Mean and variance have lost their axis, so they meet other axes than the channels: keepdim=True.",
            lambda x, eps: (x - x.mean(1)) / (x.var(1, unbiased=False) + eps).sqrt(),
        ),
    ],
)

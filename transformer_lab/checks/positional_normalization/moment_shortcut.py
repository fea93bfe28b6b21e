"""The exercise *The moment shortcut*."""

from collections.abc import Callable

import torch
from torch import Tensor

from transformer_lab.checks.exercise import Case, Exercise, Mistake
from transformer_lab.checks.samples import draw


def _shortcut(
    axes: tuple[int, ...] = (1,),
    unbiased: bool = False,
    deviation: Callable[[Tensor, float], Tensor] = lambda variance, eps: (variance + eps).sqrt(),
    put: Callable[[Tensor, Tensor, Tensor], Tensor] = lambda later, mean, deviation: later * deviation + mean,
) -> Callable[[Tensor, Tensor, float], Tensor]:
    """The moments of ``x`` over ``axes``, put on ``later``; or a wrong way to do it."""

    def shortcut(x: Tensor, later: Tensor, eps: float) -> Tensor:
        mean, variance = x.mean(axes, keepdim=True), x.var(axes, unbiased=unbiased, keepdim=True)
        return put(later, mean, deviation(variance, eps))

    return shortcut


def _image(*shape: int, seed: int = 0) -> Tensor:
    """Channels of different size on different levels, so that no two axes can be confused."""
    levels = torch.arange(shape[1], dtype=torch.float64)[:, None, None]
    return draw(*shape, seed=seed) * (1 + levels) + levels


def _normalized(x: Tensor, eps: float = 1e-5) -> Tensor:
    return (x - x.mean(1, keepdim=True)) / (x.var(1, unbiased=False, keepdim=True) + eps).sqrt()


MOMENT_SHORTCUT = Exercise(
    name="moment_shortcut",
    notebook="03_positional_normalization",
    title="The moment shortcut",
    difficulty=2,
    reference=_shortcut(),
    cases=lambda: [
        Case("2 images of 5 channels, later 3", (_image(2, 5, 3, 4), draw(2, 3, 3, 4, seed=5), 1e-5)),
        Case("as many channels as rows and columns", (_image(4, 4, 4, 4, seed=1), draw(4, 4, 4, 4, seed=6), 1e-5)),
        Case("one image, 2 channels and then 6", (_image(1, 2, 2, 3, seed=2), draw(1, 6, 2, 3, seed=7), 1e-5)),
        Case("nearly equal channels", (3 + 1e-3 * draw(1, 4, 2, 2, seed=3), draw(1, 4, 2, 2, seed=8), 1e-3)),
        Case(
            "3 images in float32, eps 0.1",
            (_image(3, 2, 1, 5, seed=4).float(), draw(3, 2, 1, 5, seed=9).float(), 0.1),
            1e-5,
        ),
        Case("one later channel", (_image(2, 3, 2, 2, seed=5), 2 + draw(2, 1, 2, 2, seed=10), 1e-5)),
    ],
    praise="Right: each pixel gets back what was taken off, however many channels there are now.",
    mistakes=[
        Mistake(
            "over the pixels",
            "Mean and deviation are taken over height and width, for each channel: that is instance normalisation. "
            "PONO's are taken over the channels of one pixel, dim=1.",
            _shortcut(axes=(2, 3)),
        ),
        Mistake(
            "over the batch",
            "Mean and deviation are taken over all pixels of all images: that is batch normalisation. Average over "
            "the channels only, dim=1.",
            _shortcut(axes=(0, 2, 3)),
        ),
        Mistake(
            "whole image",
            "Mean and deviation are taken over the whole image: that is LayerNorm as it is used for images. Average "
            "over the channels only, dim=1.",
            _shortcut(axes=(1, 2, 3)),
        ),
        Mistake(
            "last axis",
            "dim=-1 is the width here: in a sentence the features come last, in an image the channels are axis 1.",
            _shortcut(axes=(3,)),
        ),
        Mistake("height", "dim=2 is the height: the channels are axis 1.", _shortcut(axes=(2,))),
        Mistake(
            "all images together",
            "Mean and deviation are taken over the channels of all images: each image has its own, dim=1 alone.",
            _shortcut(axes=(0, 1)),
        ),
        Mistake(
            "unbiased variance",
            "The variance divides by the number of channels less one: the paper's formula divides by their number "
            "(unbiased=False).",
            _shortcut(unbiased=True),
        ),
        Mistake(
            "eps outside the root",
            "eps stands outside the root: the deviation is √(variance + eps).",
            _shortcut(deviation=lambda variance, eps: variance.sqrt() + eps),
        ),
        Mistake(
            "no eps",
            "eps is missing: PONO divided by √(variance + eps), so that is what goes back.",
            _shortcut(deviation=lambda variance, eps: variance.sqrt()),
        ),
        Mistake(
            "eps fixed at 1e-5",
            "eps is taken to be 1e-5, whatever is given: use the argument.",
            _shortcut(deviation=lambda variance, eps: (variance + 1e-5).sqrt()),
        ),
        Mistake(
            "variance instead of deviation",
            "This multiplies by the variance: take the square root of (variance + eps) first.",
            _shortcut(deviation=lambda variance, eps: variance + eps),
        ),
        Mistake(
            "taken off again",
            "This takes mean and deviation *off* later: multiply by the deviation, then add the mean.",
            _shortcut(put=lambda later, mean, deviation: (later - mean) / deviation),
        ),
        Mistake(
            "mean first",
            "The mean is added first and multiplied as well: multiply by the deviation, then add the mean.",
            _shortcut(put=lambda later, mean, deviation: (later + mean) * deviation),
        ),
        Mistake(
            "mean and deviation swapped",
            "Mean and deviation have changed places: multiply by the deviation, then add the mean.",
            _shortcut(put=lambda later, mean, deviation: later * mean + deviation),
        ),
        Mistake(
            "mean subtracted",
            "The mean is subtracted: PONO did that, and here it comes back.",
            _shortcut(put=lambda later, mean, deviation: later * deviation - mean),
        ),
        Mistake(
            "divided by the deviation",
            "This divides by the deviation: PONO did that, and here it is undone.",
            _shortcut(put=lambda later, mean, deviation: later / deviation + mean),
        ),
        Mistake(
            "deviation forgotten",
            "The mean is added, but later is not multiplied by the deviation.",
            _shortcut(put=lambda later, mean, deviation: later + mean),
        ),
        Mistake(
            "mean forgotten",
            "later is multiplied by the deviation, but the mean is not added.",
            _shortcut(put=lambda later, mean, deviation: later * deviation),
        ),
        Mistake(
            "later's own moments",
            "The moments are those of later itself: take them from x.",
            lambda x, later, eps: _shortcut()(later, later, eps),
        ),
        Mistake(
            "later normalised first",
            "later is normalised first: the shortcut takes it as it is.",
            lambda x, later, eps: _shortcut()(x, _normalized(later, eps), eps),
        ),
        Mistake("nothing put back", "later comes back as it was: put x's moments on it.", lambda x, later, eps: later),
        Mistake(
            "mean square of x",
            "The mean square of x itself is used as the variance: square the *centred* values.",
            lambda x, later, eps: later * (x.square().mean(1, keepdim=True) + eps).sqrt() + x.mean(1, keepdim=True),
        ),
        Mistake(
            "keepdim forgotten",
            "Mean and variance have lost their axis, so they meet other axes than the channels: keepdim=True.",
            lambda x, later, eps: later * (x.var(1, unbiased=False) + eps).sqrt() + x.mean(1),
        ),
    ],
)

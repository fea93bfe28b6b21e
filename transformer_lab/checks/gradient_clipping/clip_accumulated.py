"""The exercise *Clipping and accumulation*."""

import torch
from torch import Tensor

from transformer_lab.checks.exercise import Case, Exercise, Mistake
from transformer_lab.checks.gradient_clipping.clipping import clip_all, factor_of
from transformer_lab.checks.samples import draw


def _average(micro_batches: list[Tensor]) -> Tensor:
    return torch.stack(micro_batches).mean(dim=0)


def _shorten(gradient: Tensor, max_norm: float) -> Tensor:
    return clip_all([gradient], max_norm)[0][0]


def _limited(measure):
    """The mean, shortened by another measure of size."""
    return lambda micro_batches, max_norm: (mean := _average(micro_batches)) * factor_of(float(measure(mean)), max_norm)


def _along_the_way(micro_batches: list[Tensor], max_norm: float) -> Tensor:
    total = torch.zeros_like(micro_batches[0])
    for each in micro_batches:
        total = _shorten(total + each / len(micro_batches), max_norm)
    return total


def _halved_each_time(micro_batches: list[Tensor], max_norm: float) -> Tensor:
    mean = micro_batches[0]
    for each in micro_batches[1:]:
        mean = (mean + each) / 2
    return _shorten(mean, max_norm)


def _accumulation_cases() -> list[Case]:
    spike = [0.1 * draw(6), 0.1 * draw(6, seed=1), 50 * draw(6, seed=2)]
    return [
        Case("3 micro-batches, one of them a spike", (spike, 1.0)),
        Case("2 that cancel almost", ([torch.tensor([3.0, 0.5]).double(), torch.tensor([-3.0, 0.5]).double()], 1.0)),
        Case("4 short ones", ([0.2 * draw(5, seed=i) for i in range(4)], 1.0)),
        Case("one long one, a matrix", ([3 * draw(2, 3, seed=5)], 2.0)),
        Case("a mean of exactly the limit", ([torch.tensor([6.0, 0]).double(), torch.tensor([0, 8.0]).double()], 5.0)),
        Case("2 that cancel entirely", ([draw(3, seed=11), -draw(3, seed=11)], 1.0)),
        Case("5 in float32", ([2 * draw(4, seed=i + 6).float() for i in range(5)], 0.5), 1e-5),
    ]


CLIP_ACCUMULATED = Exercise(
    name="clip_accumulated",
    notebook="11_gradient_clipping",
    title="Clipping and accumulation",
    difficulty=1,
    reference=lambda micro_batches, max_norm: _shorten(_average(micro_batches), max_norm),
    cases=_accumulation_cases,
    praise="Right: clip once, what the optimiser is about to see.",
    mistakes=[
        Mistake(
            "each micro-batch clipped",
            "Each micro-batch is clipped before the average, so a large one counts for less than its share: average "
            "first, clip the result once.",
            lambda micro_batches, max_norm: _average([_shorten(each, max_norm) for each in micro_batches]),
        ),
        Mistake(
            "sum, not mean",
            "The micro-batches are added up: the gradient of the mean loss is their mean.",
            lambda micro_batches, max_norm: _shorten(torch.stack(micro_batches).sum(dim=0), max_norm),
        ),
        Mistake(
            "clipped, then divided",
            "The sum is clipped and then divided by the number of micro-batches: divide first, clip last.",
            lambda micro_batches, max_norm: (
                _shorten(_average(micro_batches) * len(micro_batches), max_norm) / len(micro_batches)
            ),
        ),
        Mistake(
            "always rescaled",
            "A short gradient is stretched to max_norm: the factor is at most 1.",
            lambda micro_batches, max_norm: _average(micro_batches) / _average(micro_batches).norm() * max_norm,
        ),
        Mistake(
            "not clipped",
            "This is the mean, not clipped: shorten it to max_norm where it is longer.",
            lambda micro_batches, max_norm: _average(micro_batches),
        ),
        Mistake(
            "each clipped, then added up",
            "Each micro-batch is clipped before they are added up: take the mean first, clip the result once.",
            lambda micro_batches, max_norm: sum(_shorten(each, max_norm) for each in micro_batches),
        ),
        Mistake(
            "clipped along the way",
            "The running sum is clipped after each micro-batch: add all up first, clip the result once.",
            _along_the_way,
        ),
        Mistake(
            "halved each time",
            "Each new micro-batch counts half, so the last ones weigh most: divide the sum of all by their number.",
            _halved_each_time,
        ),
        Mistake(
            "the last micro-batch only",
            "This is the last micro-batch alone: take the mean of all.",
            lambda micro_batches, max_norm: _shorten(micro_batches[-1], max_norm),
        ),
        Mistake(
            "the first micro-batch only",
            "This is the first micro-batch alone: take the mean of all.",
            lambda micro_batches, max_norm: _shorten(micro_batches[0], max_norm),
        ),
        Mistake(
            "clipped by value",
            "Single numbers are cut off, which changes the direction: multiply all by one factor.",
            lambda micro_batches, max_norm: _average(micro_batches).clamp(-max_norm, max_norm),
        ),
        Mistake(
            "each clipped, the mean clipped again",
            "The micro-batches are clipped before the mean as well: clip once, at the end.",
            lambda parts, max_norm: _shorten(torch.stack([_shorten(g, max_norm) for g in parts]).sum(dim=0), max_norm),
        ),
        Mistake(
            "divided twice",
            "The mean is divided by the number of micro-batches once more.",
            lambda micro_batches, max_norm: _shorten(_average(micro_batches) / len(micro_batches), max_norm),
        ),
        Mistake(
            "root forgotten",
            "The gradient is shortened by its squared norm: take the root.",
            _limited(lambda mean: mean.norm() ** 2),
        ),
        Mistake(
            "absolute values added up",
            "The gradient is shortened by the sum of its absolute values: the norm is the root of the sum of squares.",
            _limited(lambda mean: mean.abs().sum()),
        ),
        Mistake(
            "largest number",
            "The gradient is shortened by its largest number: the norm is the root of the sum of squares.",
            _limited(lambda mean: mean.abs().max()),
        ),
        Mistake(
            "added up, not clipped",
            "This is the sum: take the mean, and shorten it to max_norm where it is longer.",
            lambda micro_batches, max_norm: sum(micro_batches),
        ),
    ],
)


def _with_zeros(division):
    """What comes of max_norm / 0, with numbers of Python's or with torch's."""

    def clip(micro_batches: list[Tensor], max_norm: float) -> Tensor:
        mean = _average(micro_batches)
        return _shorten(mean, max_norm) if mean.any() else division(mean, max_norm)

    return clip


CLIP_ACCUMULATED.mistake(
    "divided by a norm of 0",
    "Where the micro-batches cancel, the norm of their mean is 0, and max_norm / 0 raises an error: divide only "
    "where the "
    "norm is larger than max_norm.",
)(_with_zeros(lambda mean, max_norm: max_norm / 0.0))
CLIP_ACCUMULATED.mistake(
    "NaN where the norm is 0",
    "Where the micro-batches cancel, the division by a norm of 0 gives NaN: divide only where the norm is larger than "
    "max_norm.",
)(_with_zeros(lambda mean, max_norm: mean / 0))

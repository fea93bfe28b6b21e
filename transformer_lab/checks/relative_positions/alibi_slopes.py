"""The exercise *ALiBi's slopes*."""

import math
from collections.abc import Callable

import torch
from torch import Tensor

from transformer_lab import positions
from transformer_lab.checks.exercise import Case, Exercise, Mistake


def _slopes_with(power: Callable[[int, int], float]) -> Callable[[int], Tensor]:
    return lambda num_heads: torch.tensor([2.0 ** power(h, num_heads) for h in range(num_heads)])


def _even_steps(num_heads: int) -> Tensor:
    return torch.tensor([1 - h / num_heads for h in range(num_heads)])


ALIBI_SLOPES = Exercise(
    name="alibi_slopes",
    notebook="23_relative_positions",
    title="ALiBi's slopes",
    difficulty=1,
    tensors=True,
    reference=positions.alibi_slopes,
    cases=lambda: [Case(f"{n} heads", (n,)) for n in (8, 4, 16, 2, 1, 32)],
    praise="Right: from steep to flat, by equal factors, and 1/256 for the last head.",
    mistakes=[
        Mistake(
            "counted from 0",
            "The first head has slope 1: heads count from 1 here, so the first slope is 2^(−8/n) and the last 2^(−8).",
            _slopes_with(lambda h, n: -8 * h / n),
        ),
        Mistake(
            "halved for every head",
            "The slopes are 1/2, 1/4, 1/8 …: right for 8 heads only. With n heads each is 2^(−8/n) times the one "
            "before.",
            _slopes_with(lambda h, n: -(h + 1.0)),
        ),
        Mistake(
            "no eight",
            "The last head has slope 1/2: the exponent is −8h/n, with the eight.",
            _slopes_with(lambda h, n: -(h + 1) / n),
        ),
        Mistake(
            "from flat to steep",
            "The order is turned round: the first head is the steepest.",
            lambda n: positions.alibi_slopes(n).flip(0),
        ),
        Mistake(
            "number of heads and eight swapped",
            "The exponent is −8h/n; here it is −h·n/8.",
            _slopes_with(lambda h, n: -(h + 1) * n / 8),
        ),
        Mistake(
            "eight divided by the head",
            "The exponent is −8/h: it is −8h/n, so the head's number multiplies and the number of heads divides.",
            _slopes_with(lambda h, n: -8 / (h + 1)),
        ),
        Mistake("equal steps", "The slopes fall by equal *steps*; they fall by equal factors.", _even_steps),
        Mistake(
            "positive exponent",
            "The slopes grow beyond 1: the exponent is negative.",
            _slopes_with(lambda h, n: 8 * (h + 1) / n),
        ),
        Mistake(
            "negative slopes",
            "The slopes are negative. They are positive numbers; the bias −slope · distance has the minus sign.",
            lambda n: -positions.alibi_slopes(n),
        ),
    ],
)


ALIBI_SLOPES.mistakes.extend(
    [
        Mistake(
            "one slope for all",
            "Every head has the first head's slope: head h has 2^(−8h/n).",
            _slopes_with(lambda h, n: -8 / n),
        ),
        Mistake(
            "counted from the middle",
            "The heads are counted half a head too low: h runs from 1 to n.",
            _slopes_with(lambda h, n: -8 * (h + 0.5) / n),
        ),
        Mistake(
            "n + 1 in the exponent",
            "The exponent is −8h/(n + 1): it is −8h/n, so that the last head has 1/256.",
            _slopes_with(lambda h, n: -8 * (h + 1) / (n + 1)),
        ),
        Mistake(
            "n − 1 in the exponent",
            "The slopes go from 1 to 1/256: h runs from 1 to n, so the first is 2^(−8/n).",
            _slopes_with(lambda h, n: -8 * h / max(1, n - 1)),
        ),
        Mistake(
            "e instead of 2",
            "The slopes are powers of e: they are powers of 2.",
            _slopes_with(lambda h, n: -8 * (h + 1) / n / math.log(2)),
        ),
        Mistake(
            "4 instead of 8",
            "The last head has slope 1/16: the exponent is −8h/n.",
            _slopes_with(lambda h, n: -4 * (h + 1) / n),
        ),
        Mistake(
            "one over the head's number",
            "The slopes are 1/h: they are powers of two, 2^(−8h/n).",
            lambda n: 1 / torch.arange(1, n + 1).float(),
        ),
        Mistake(
            "the exponents",
            "These are the exponents −8h/n: the slopes are 2 to the power of them.",
            lambda n: -8 * torch.arange(1, n + 1) / n,
        ),
        Mistake(
            "power exchanged",
            "The base and the exponent have changed places: 2 to the power of −8h/n, not −8h/n to the power of 2.",
            lambda n: (8 * torch.arange(1, n + 1) / n) ** 2,
        ),
        Mistake(
            "one head too many",
            "There is one slope too many: h runs from 1 to n, arange(1, n + 1).",
            lambda n: torch.tensor([2.0 ** (-8 * h / n) for h in range(n + 1)]),
        ),
        Mistake(
            "one head too few",
            "There is one slope too few: h runs from 1 to n, arange(1, n + 1).",
            lambda n: torch.tensor([2.0 ** (-8 * h / n) for h in range(1, n)]),
        ),
        Mistake(
            "rounded exponent",
            "The exponent is a whole number, rounded: −8h/n, with its fraction.",
            _slopes_with(lambda h, n: -(8 * (h + 1) // n)),
        ),
    ]
)


ALIBI_SLOPES.mistake(
    "evenly spaced from 1/2 to 1/256",
    "The exponents go from −1 to −8 for any number of heads: they go from −8/n to −8, in n equal steps.",
)(lambda num_heads: torch.logspace(-1, -8, num_heads, base=2.0))
ALIBI_SLOPES.mistake(
    "first one right, halved from there",
    "The first slope is right, but each is half the one before: the steps are of 8/n in the exponent too.",
)(lambda num_heads: 2.0 ** (-8 / num_heads - torch.arange(num_heads)))

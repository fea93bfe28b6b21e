"""The exercise *ALiBi's slopes*."""

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
    reference=positions.alibi_slopes,
    cases=lambda: [Case(f"{n} heads", (n,)) for n in (8, 4, 16, 2, 1)],
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

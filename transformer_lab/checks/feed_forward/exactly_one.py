"""The exercise *Exactly one, by hand*."""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from transformer_lab.checks.engine.calling import PACKAGE, package_of
from transformer_lab.checks.exercise import Case, Exercise, Mistake


def _inputs(n: int) -> Tensor:
    """Every row of n zeros and ones."""
    return torch.cartesian_prod(*[torch.tensor([0.0, 1.0], dtype=torch.float64)] * n).view(-1, n)


def _of_the_sum(function: Callable[[Tensor, int], Tensor]) -> Callable[[int], Tensor]:
    """What a network would return that knows how many inputs are on."""
    return lambda n: function(_inputs(n).sum(-1, keepdim=True), n).double()


def _run(answer: Callable[..., Any]) -> Callable[..., Any]:
    """The learner returns the four parts of a network; what counts is what the network returns for every input."""
    if package_of(answer) == PACKAGE:
        return answer  # the reference and the mistakes are networks already

    def network(n: int) -> Tensor | None:
        parts = answer(n)
        if parts is None:
            return None
        if not isinstance(parts, tuple | list) or len(parts) != 4:
            raise TypeError("expected the four parts of a network, W_1, b_1, W_2, b_2, in this order")
        w_1, b_1, w_2, b_2 = (torch.as_tensor(part, dtype=torch.float64) for part in parts)
        return (_inputs(n) @ w_1 + b_1).clamp(min=0) @ w_2.view(len(w_2), -1) + b_2

    return network


EXACTLY_ONE = Exercise(
    name="exactly_one",
    notebook="09_feed_forward",
    title="Exactly one, by hand",
    difficulty=2,
    reference=_of_the_sum(lambda total, n: total == 1),
    adapt=_run,
    cases=lambda: [Case(f"{n} input{'s' * (n > 1)}", (n,)) for n in (1, 2, 3, 4, 6)],
    praise="Right for any number of inputs.",
    mistakes=[
        Mistake(
            "two units for any number",
            "Right for two inputs. With three on, the output has fallen below 0: one more unit has to stop the fall, "
            "ReLU(s − 2).",
            _of_the_sum(lambda s, n: s - 2 * (s - 1).clamp(min=0)),
        ),
        Mistake(
            "an odd number",
            "This is 1 where an odd number of inputs is on: exactly one is asked for, and three are too many.",
            _of_the_sum(lambda s, n: s % 2),
        ),
        Mistake(
            "at least one",
            "This is 1 where at least one input is on: with two it has to be back at 0.",
            _of_the_sum(lambda s, n: s.clamp(max=1)),
        ),
        Mistake(
            "at most one",
            "This is 1 where no input is on, too: with none on the output is 0.",
            _of_the_sum(lambda s, n: s <= 1),
        ),
        Mistake(
            "not exactly one",
            "This is 0 where exactly one input is on, and 1 elsewhere: it is the other way round.",
            _of_the_sum(lambda s, n: s != 1),
        ),
        Mistake("all of them", "This is 1 where all inputs are on.", _of_the_sum(lambda s, n: s == n)),
        Mistake("none of them", "This is 1 where no input is on.", _of_the_sum(lambda s, n: s == 0)),
        Mistake("exactly two", "This is 1 where exactly two inputs are on.", _of_the_sum(lambda s, n: s == 2)),
        Mistake(
            "the number itself",
            "This is how many inputs are on: nothing takes it down again after 1.",
            _of_the_sum(lambda s, n: s),
        ),
        Mistake(
            "stays below 0",
            "The third unit's value is too small or missing: from three inputs on the output has to stay at 0.",
            _of_the_sum(lambda s, n: s - 2 * (s - 1).clamp(min=0) + (s - 2).clamp(min=0) / 2),
        ),
        Mistake(
            "third unit twice as strong",
            "The third unit's value is 2, and the output rises again from three inputs on: 1 stops the fall.",
            _of_the_sum(lambda s, n: s - 2 * (s - 1).clamp(min=0) + 2 * (s - 2).clamp(min=0)),
        ),
        Mistake(
            "peak not taken down",
            "The second unit's value is −1: it stops the rise at 1, and −2 takes it down to 0.",
            _of_the_sum(lambda s, n: s - (s - 1).clamp(min=0) - (s - 2).clamp(min=0)),
        ),
        Mistake(
            "wrong sign",
            "The signs are turned round: the peak points down.",
            _of_the_sum(lambda s, n: -(s == 1).double()),
        ),
        Mistake(
            "the first alone",
            "Only the first input is looked at: which one is on makes no difference.",
            lambda n: _inputs(n)[:, :1],
        ),
        Mistake(
            "the first two only",
            "Only the first two inputs are looked at: W_1 needs a row for each of the n.",
            lambda n: (_inputs(n)[:, :2].sum(-1, keepdim=True) == 1).double(),
        ),
        Mistake("always 1", "The output is 1 whatever comes in.", _of_the_sum(lambda s, n: s * 0 + 1)),
        Mistake("always 0", "The output is 0 whatever comes in.", _of_the_sum(lambda s, n: s * 0)),
    ],
)

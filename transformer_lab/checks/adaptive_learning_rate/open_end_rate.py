"""The exercise *A run whose end nobody knows*: up in a line, level, and down in a line once it is decided to stop."""

import math
from collections.abc import Callable

from transformer_lab.checks.exercise import Case, Exercise

Part = Callable[[int, int, int], float]


def _fall(step: int, decision: int, length: int) -> float:
    return max(0.0, 1 - (step - decision) / length)


def _rate(fall: Part = _fall, rise=lambda step, warmup: min(1.0, step / warmup), still: bool = True):
    """The peak times a rise and a fall, right by default; ``still``: nothing rises any more once it is to fall."""

    def rate(step: int, peak: float, warmup: int, decision: int | None, length: int) -> float:
        if decision is None or step <= decision:
            return peak * rise(step, warmup)
        return peak * rise(decision if still else step, warmup) * fall(step, decision, length)

    return rate


OPEN_END_RATE = Exercise(
    name="open_end_rate",
    notebook="19_adaptive_learning_rate",
    title="A run whose end nobody knows",
    difficulty=2,
    reference=_rate(),
    cases=lambda: [
        Case(f"step {step}, warm-up {warmup}, decided at {decision}", (step, peak, warmup, decision, length), 1e-9)
        for step, peak, warmup, decision, length in (
            (1, 0.1, 10, None, 20),
            (10, 0.1, 10, None, 20),
            (5000, 0.1, 10, None, 20),
            (7, 0.1, 10, 100, 20),
            (60, 0.1, 10, 100, 20),
            (100, 0.1, 10, 100, 20),
            (101, 0.1, 10, 100, 20),
            (115, 0.1, 10, 100, 20),
            (120, 0.1, 10, 100, 20),
            (300, 0.1, 10, 100, 20),
            (8, 3.0, 20, 5, 10),
            (14, 3.0, 20, 5, 10),
            (5, 3.0, 20, 5, 10),
            (30, 0.5, 1, 25, 7),
        )
    ],
    praise="Right: it can be stopped at any step, and the line begins where the rate then is.",
    mistakes=[],
)


def _ahead(step: int, warmup: int) -> float:
    return min(1.0, (step - 1) / warmup)


MISTAKES = {
    "no warm-up": (
        "There is no warm-up: up to step warmup the rate is peak · step / warmup.",
        _rate(rise=lambda step, warmup: 1.0),
    ),
    "steps from 0": ("Steps count from 1: at step 1 the rate is peak · 1 / warmup already.", _rate(rise=_ahead)),
    "rises beyond the peak": (
        "The rate rises on and on: from step warmup on it is level.",
        _rate(rise=lambda step, warmup: step / warmup),
    ),
    "never falls": (
        "The decision is not used: after it, the rate falls to 0.",
        _rate(lambda step, decision, length: 1.0),
    ),
    "0 at once": (
        "The rate drops to 0 as soon as it is decided: it falls in a line, over length steps.",
        _rate(lambda step, decision, length: 0.0),
    ),
    "below 0": (
        "After length steps the rate becomes negative, and the run would climb: it stays at 0.",
        _rate(lambda step, decision, length: 1 - (step - decision) / length),
    ),
    "from the peak": (
        "A decision during the warm-up makes the rate jump to the peak: the line begins at the rate that was reached.",
        lambda step, peak, warmup, decision, length: _rate()(
            step, peak, warmup if decision is None or step <= decision else 1, decision, length
        ),
    ),
    "warm-up during the fall": (
        "A decision during the warm-up does not end it: the rate still rises while it falls. Begin at the rate that "
        "was reached.",
        _rate(still=False),
    ),
    "one step late": (
        "The fall begins one step late: one step after the decision, the first part of the fall is done.",
        _rate(lambda step, decision, length: _fall(step - 1, decision, length)),
    ),
    "one step early": (
        "The fall begins one step early: at the decision itself the rate is still what it was.",
        _rate(lambda step, decision, length: _fall(step + 1, decision, length)),
    ),
    "length taken for the end": (
        "length is taken for the step at which the run ends: it is how long the fall takes.",
        _rate(lambda step, decision, length: max(0.0, min(1.0, (length - step) / max(1, length - decision)))),
    ),
    "a cosine": (
        "The rate falls along a cosine: a straight line is wanted.",
        _rate(lambda step, decision, length: (1 + math.cos(math.pi * min(1.0, (step - decision) / length))) / 2),
    ),
    "a root": (
        "The rate falls along a root, steeply at first: a straight line is wanted.",
        _rate(lambda step, decision, length: 1 - min(1.0, (step - decision) / length) ** 0.5),
    ),
    "the other way up": (
        "After the decision the rate begins near 0 and rises again: 1 − (step − decision) / length.",
        _rate(lambda step, decision, length: min(1.0, (step - decision) / length)),
    ),
    "peak forgotten": (
        "This is the share of the peak: multiply by peak.",
        lambda step, peak, warmup, decision, length: _rate()(step, 1.0, warmup, decision, length),
    ),
}
for _name, (_words, _answer) in MISTAKES.items():
    OPEN_END_RATE.mistake(_name, _words)(_answer)

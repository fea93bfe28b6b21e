"""The exercise *Up in a line, down as a cosine*."""

import math
from collections.abc import Callable

from transformer_lab.checks.exercise import Case, Exercise, Mistake


def _cosine_with(half: float = 1.0, sine: bool = False, warm: bool = True, whole: bool = False, floor: bool = True):
    """Linear warm-up and a cosine, or a wrong one."""

    def fall(step: int, warmup: int, total: int) -> float:
        start = 0 if whole else warmup
        progress = (step - start) / (total - start)
        progress = min(1.0, progress) if floor else progress
        angle = half * math.pi * progress
        return 1 - math.sin(angle / 2) if sine else (1 + math.cos(angle)) / 2

    return _falling(fall, warm)


def _falling(fall: Callable[[int, int, int], float], warm: bool = True, rise=None, meets: bool = True):
    """The peak times ``fall`` after a warm-up; ``meets``: step ``warmup`` belongs to the warm-up."""

    def rate(step: int, peak: float, warmup: int, total: int) -> float:
        if warm and (step <= warmup if meets else step < warmup):
            return peak * (rise(step, warmup, total) if rise else step / warmup)
        return peak * fall(step, warmup, total)

    return rate


def _half_cosine(step: int, warmup: int, total: int) -> float:
    return (1 + math.cos(math.pi * _progress(step, warmup, total))) / 2


def _progress(step: int, warmup: int, total: int) -> float:
    return min(1.0, (step - warmup) / (total - warmup))


COSINE_RATE = Exercise(
    name="cosine_rate",
    notebook="19_adaptive_learning_rate",
    title="Up in a line, down as a cosine",
    difficulty=2,
    reference=_cosine_with(),
    cases=lambda: [
        Case(f"step {step} of {total}, warmup {warmup}, peak {peak}", (step, peak, warmup, total), 1e-9)
        for step, peak, warmup, total in (
            (1, 0.1, 10, 100),
            (10, 0.1, 10, 100),
            (11, 0.1, 10, 100),
            (55, 0.1, 10, 100),
            (100, 0.1, 10, 100),
            (150, 0.1, 10, 100),
            (7, 3.0, 20, 50),
            (30, 3.0, 20, 50),
            (6, 0.5, 1, 7),
        )
    ],
    praise="Right: half a cosine from the peak to 0, and 0 from there on.",
    mistakes=[
        Mistake(
            "no warm-up",
            "There is no warm-up: up to step warmup the rate is peak · step / warmup.",
            _cosine_with(warm=False),
        ),
        Mistake(
            "cosine from the first step",
            "The cosine runs from step 0, so it is on its way down when the warm-up ends: begin at step warmup.",
            _cosine_with(whole=True),
        ),
        Mistake(
            "a whole turn",
            "The cosine makes a whole turn and comes back to the peak: half a turn, π, is wanted.",
            _cosine_with(half=2.0),
        ),
        Mistake(
            "a quarter turn",
            "The cosine makes a quarter of a turn only and ends at half the peak: π, not π / 2.",
            _cosine_with(half=0.5),
        ),
        Mistake(
            "rises again",
            "After the last step the rate rises again: it stays at 0 (limit the progress to 1).",
            _cosine_with(floor=False),
        ),
        Mistake(
            "a sine",
            "This falls fastest right after the peak: half a cosine falls slowly, then fast, then slowly.",
            _cosine_with(sine=True),
        ),
    ],
)


COSINE_RATE.mistakes.extend(
    [
        Mistake(
            "cosine from the first step, at step warmup too",
            "The cosine runs from step 0, so the rate jumps at step warmup: begin the fall there.",
            _falling(lambda step, warmup, total: (1 + math.cos(math.pi * min(1.0, step / total))) / 2, meets=False),
        ),
        Mistake(
            "a quarter of a cosine",
            "This is cos from 0 to π / 2, fastest at the end: half a cosine is (1 + cos(π · progress)) / 2.",
            _falling(lambda step, warmup, total: math.cos(math.pi / 2 * _progress(step, warmup, total))),
        ),
        Mistake(
            "a straight line",
            "The rate falls in a straight line: half a cosine falls slowly, then fast, then slowly.",
            _falling(lambda step, warmup, total: 1 - _progress(step, warmup, total)),
        ),
        Mistake(
            "divided by total",
            "The cosine takes total steps, counted from the warm-up on: it takes total − warmup.",
            _falling(lambda step, warmup, total: (1 + math.cos(math.pi * min(1.0, (step - warmup) / total))) / 2),
        ),
        Mistake(
            "divided by total, 0 at the end",
            "The cosine takes total steps, counted from the warm-up on: it takes total − warmup.",
            _falling(
                lambda step, warmup, total: (
                    (1 + math.cos(math.pi * (step - warmup) / total)) / 2 if step < total else 0.0
                )
            ),
        ),
        Mistake(
            "not raised",
            "The cosine falls from the peak to −peak: raise it by 1 and halve it, (1 + cos) / 2.",
            _falling(lambda step, warmup, total: math.cos(math.pi * _progress(step, warmup, total))),
        ),
        Mistake(
            "not halved",
            "1 + cos begins with 2, so the rate jumps to twice the peak: halve it.",
            _falling(lambda step, warmup, total: 2 * _half_cosine(step, warmup, total)),
        ),
        Mistake(
            "upside down",
            "The cosine is upside down, so the rate climbs from 0 to the peak: 1 + cos, not 1 − cos.",
            _falling(lambda step, warmup, total: 1 - _half_cosine(step, warmup, total)),
        ),
        Mistake(
            "not down to 0",
            "The rate ends at a tenth of the peak: here it falls to 0.",
            _falling(lambda step, warmup, total: 0.1 + 0.9 * _half_cosine(step, warmup, total)),
        ),
        Mistake(
            "nothing after total, but the peak",
            "From step total on the rate is the peak again: it is 0.",
            _falling(lambda step, warmup, total: _half_cosine(step, warmup, total) if step <= total else 1.0),
        ),
        Mistake(
            "warm-up from 0",
            "The warm-up is one step late: step 1 has the rate peak / warmup, not 0.",
            _falling(_half_cosine, rise=lambda step, warmup, total: (step - 1) / warmup),
        ),
        Mistake(
            "warm-up over the whole run",
            "The warm-up rises towards total: it reaches the peak at step warmup, peak · step / warmup.",
            _falling(_half_cosine, rise=lambda step, warmup, total: step / total),
        ),
        Mistake(
            "warm-up as a cosine",
            "The warm-up rises as a cosine: it rises in a line, peak · step / warmup.",
            _falling(_half_cosine, rise=lambda step, warmup, total: (1 - math.cos(math.pi * step / warmup)) / 2),
        ),
        Mistake(
            "warm-up at the peak",
            "During the warm-up the rate is the peak: it rises to it, peak · step / warmup.",
            _falling(_half_cosine, rise=lambda step, warmup, total: 1.0),
        ),
        Mistake(
            "degrees",
            "The angle goes to 180, as in degrees: math.cos wants radians, from 0 to π.",
            _falling(lambda step, warmup, total: (1 + math.cos(180 * _progress(step, warmup, total))) / 2),
        ),
        Mistake(
            "squared",
            "The half cosine is squared: (1 + cos(π · progress)) / 2, as it is.",
            _falling(lambda step, warmup, total: _half_cosine(step, warmup, total) ** 2),
        ),
    ]
)

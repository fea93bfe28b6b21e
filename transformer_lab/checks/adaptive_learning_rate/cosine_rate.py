"""The exercise *Up in a line, down as a cosine*."""

import math

from transformer_lab.checks.exercise import Case, Exercise, Mistake


def _cosine_with(half: float = 1.0, sine: bool = False, warm: bool = True, whole: bool = False, floor: bool = True):
    """Linear warm-up and a cosine, or a wrong one."""

    def rate(step: int, peak: float, warmup: int, total: int) -> float:
        if warm and step <= warmup:
            return peak * step / warmup
        start = 0 if whole else warmup
        progress = (step - start) / (total - start)
        progress = min(1.0, progress) if floor else progress
        angle = half * math.pi * progress
        return peak * (1 - math.sin(angle / 2)) if sine else peak * (1 + math.cos(angle)) / 2

    return rate


COSINE_RATE = Exercise(
    name="cosine_rate",
    notebook="19_adaptive_learning_rate",
    title="Up in a line, down as a cosine",
    difficulty=2,
    reference=_cosine_with(),
    cases=lambda: [
        Case(f"step {step} of {total}, warmup {warmup}", (step, 0.1, warmup, total), 1e-9)
        for step, warmup, total in (
            (1, 10, 100),
            (10, 10, 100),
            (11, 10, 100),
            (55, 10, 100),
            (100, 10, 100),
            (150, 10, 100),
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

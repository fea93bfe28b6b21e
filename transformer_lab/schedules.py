"""Learning rates over training steps. A schedule is a plain function of the step, counted from 1."""

import math
from collections.abc import Callable

Schedule = Callable[[int], float]


def noam(d_model: int, warmup: int, factor: float = 1.0) -> Schedule:
    """``factor · d_model^−½ · min(step^−½, step · warmup^−1.5)`` (Vaswani et al. 2017, eq. 3).

    Rises linearly to its peak ``factor / √(d_model · warmup)`` at step ``warmup``, then falls as the inverse square
    root.
    """
    _at_least_one(d_model=d_model, warmup=warmup)
    return lambda step: factor * d_model**-0.5 * min(_step(step) ** -0.5, step * warmup**-1.5)


def warmup_cosine(peak: float, warmup: int, total: int, floor: float = 0.0) -> Schedule:
    """Linear to ``peak`` at step ``warmup``, then half a cosine to ``floor`` at step ``total`` (Loshchilov & Hutter
    2017).

    Stays at ``floor`` after ``total``.
    """
    _at_least_one(warmup=warmup)
    if total <= warmup:
        raise ValueError(f"total must be more than warmup = {warmup} steps, got {total}")

    def rate(step: int) -> float:
        if _step(step) <= warmup:
            return peak * step / warmup
        progress = min(1.0, (step - warmup) / (total - warmup))
        return floor + (peak - floor) * (1 + math.cos(math.pi * progress)) / 2

    return rate


def warmup_stable_decay(peak: float, warmup: int, total: int, decay: int, floor: float = 0.0) -> Schedule:
    """Linear to ``peak`` at step ``warmup``, level, then linear to ``floor`` in the last ``decay`` of ``total`` steps.

    Until the decay begins, nothing in it depends on ``total`` (Hu et al. 2024, MiniCPM, section 4; they let it fall
    exponentially). Stays at ``floor`` after ``total``.
    """
    _at_least_one(warmup=warmup, decay=decay)
    if total < warmup + decay:
        raise ValueError(f"total must be at least warmup + decay = {warmup + decay} steps, got {total}")

    def rate(step: int) -> float:
        left = min(1.0, max(0.0, (total - _step(step)) / decay))
        return peak * step / warmup if step <= warmup else floor + (peak - floor) * left

    return rate


def staircase(initial: float, decay: float, every: int) -> Schedule:
    """``initial · decay^⌊(step − 1) / every⌋``: constant, then a drop, and so on. It adapts to nothing."""
    _at_least_one(every=every)
    return lambda step: initial * decay ** ((_step(step) - 1) // every)


def constant(rate: float) -> Schedule:
    """The same rate at every step."""
    return lambda step: rate


def _step(step: int) -> int:
    if step < 1:
        raise ValueError(f"step counts from 1, got {step}")
    return step


def _at_least_one(**sizes: int) -> None:
    for name, size in sizes.items():
        if size < 1:
            raise ValueError(f"{name} must be at least 1, got {size}")

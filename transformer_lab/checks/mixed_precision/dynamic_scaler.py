"""The exercise *A dynamic scaler*."""

from transformer_lab.checks.exercise import Case, Exercise, Mistake


def _same(scale: float, *_: float) -> float:
    return scale


def _scaler(
    after_growth=lambda good: 0,
    after_overflow=lambda good: 0,
    shrink=lambda scale: scale * 0.5,
    grow=lambda scale, first: scale * 2.0,
    due=lambda good, step, interval: good >= interval,
    listed=lambda before, after: after,
):
    """A dynamic scaler, right by default: the scale in use after each step."""

    def scales(overflows: list[bool], scale: float, interval: int) -> list[float]:
        good, history, first = 0, [], scale
        for step, overflow in enumerate(overflows, start=1):
            before, good = scale, after_overflow(good) if overflow else good + 1
            scale = shrink(scale) if overflow else scale
            if not overflow and due(good, step, interval):
                scale, good = grow(scale, first), after_growth(good)
            history.append(listed(before, scale))
        return history

    return scales


def _scaler_cases() -> list[Case]:
    on, off = True, False
    return [
        Case("8 good steps, interval 3", ([off] * 8, 1024.0, 3)),
        Case("overflow at once, twice", ([on, on, off, off, off], 65536.0, 2)),
        Case("an overflow just before growth", ([off, off, on, off, off, off, off], 16.0, 3)),
        Case("interval 1", ([off, on, off], 8.0, 1)),
        Case("an overflow, then 3 good steps, interval 3", ([on, off, off, off], 8.0, 3)),
        Case("below 1", ([on, on, on, off, off], 1.0, 2)),
        Case("an overflow right after growth", ([off, off, on, off, off, off, off, off], 64.0, 2)),
        Case("a growth, an overflow, a growth", ([off] * 3 + [on] + [off] * 7, 3.0, 3)),
        Case("no step at all", ([], 8.0, 3)),
    ]


DYNAMIC_SCALER = Exercise(
    name="dynamic_scaler",
    notebook="12_mixed_precision",
    title="A dynamic scaler",
    difficulty=2,
    reference=_scaler(),
    cases=_scaler_cases,
    praise="Right: the same scales as torch.amp.GradScaler with growth_factor 2 and backoff_factor 0.5.",
    mistakes=[
        Mistake(
            "overflow does not reset the counter",
            "Good steps from before an overflow still count: the interval starts again after an overflow.",
            _scaler(after_overflow=lambda good: good),
        ),
        Mistake(
            "growth does not reset the counter",
            "After the first growth the scale doubles at every step: set the counter back to 0.",
            _scaler(after_growth=lambda good: good),
        ),
        Mistake(
            "one step late",
            "The scale grows one step late: it doubles at the interval's last step.",
            _scaler(due=lambda good, step, interval: good > interval),
        ),
        Mistake(
            "never grows", "The scale never grows: after interval good steps in a row, double it.", _scaler(grow=_same)
        ),
        Mistake(
            "never shrinks",
            "The scale stays where it is after an overflow, so the next step overflows too: halve it.",
            _scaler(shrink=_same),
        ),
        Mistake(
            "never changes",
            "The scale never changes: halve it after an overflow, double it after good steps.",
            _scaler(shrink=_same, grow=_same),
        ),
        Mistake(
            "directions exchanged",
            "The two directions have changed places: halve after an overflow, double after good steps.",
            _scaler(shrink=lambda scale: scale * 2, grow=lambda scale, first: scale * 0.5),
        ),
        Mistake(
            "counted from the start",
            "The scale doubles at every interval-th step counted from the beginning: an overflow starts the "
            "count again.",
            _scaler(due=lambda good, step, interval: step % interval == 0),
        ),
        Mistake(
            "one step early",
            "The scale grows one step early: it doubles after interval good steps in a row.",
            _scaler(due=lambda good, step, interval: good >= interval - 1),
        ),
        Mistake(
            "never below 1", "The scale stops at 1: it may go below.", _scaler(shrink=lambda scale: max(1.0, scale / 2))
        ),
        Mistake(
            "whole numbers",
            "The scale is rounded to a whole number when it is halved: divide with /, not //.",
            _scaler(shrink=lambda scale: scale // 2),
        ),
        Mistake(
            "the scales before the steps",
            "The list has the scale before each step: note it after the step.",
            _scaler(listed=lambda before, after: before),
        ),
        Mistake(
            "an overflow counts as good",
            "A step that overflowed counts as the first good one: set the counter to 0, not 1.",
            _scaler(after_overflow=lambda good: 1),
        ),
        Mistake(
            "the growing step counts again",
            "After a growth the counter starts at 1: set it to 0.",
            _scaler(after_growth=lambda good: 1),
        ),
        Mistake(
            "counter one lower after an overflow",
            "An overflow takes one good step from the counter: it sets it back to 0.",
            _scaler(after_overflow=lambda good: max(0, good - 1)),
        ),
        Mistake(
            "back to the first scale",
            "The scale goes back to the first one instead of doubling what it is now.",
            _scaler(grow=lambda scale, first: first),
        ),
        Mistake(
            "grown from the first scale",
            "The first scale is doubled, not the one in use.",
            _scaler(grow=lambda scale, first: 2 * first),
        ),
        Mistake(
            "quartered",
            "The scale is divided by 4 after an overflow: halve it.",
            _scaler(shrink=lambda scale: scale / 4),
        ),
        Mistake("quadrupled", "The scale is multiplied by 4: double it.", _scaler(grow=lambda scale, first: scale * 4)),
        Mistake("2 added", "2 is added to the scale: double it.", _scaler(grow=lambda scale, first: scale + 2)),
        Mistake(
            "the first scale in the list",
            "The list begins with the first scale: it has one entry for each step, the scale after it.",
            lambda overflows, scale, interval: [scale, *_scaler()(overflows, scale, interval)],
        ),
        Mistake(
            "the last scale only",
            "This is the last scale: return the list of the scales after each step.",
            lambda overflows, scale, interval: [scale, *_scaler()(overflows, scale, interval)][-1],
        ),
        Mistake(
            "overflowed steps left out",
            "The steps that overflowed have no entry: note the scale after every step, theirs too.",
            lambda overflows, scale, interval: [
                s for s, over in zip(_scaler()(overflows, scale, interval), overflows, strict=True) if not over
            ],
        ),
        Mistake(
            "neither resets",
            "The counter is set back neither by an overflow nor by a growth: both start it again.",
            _scaler(after_growth=lambda good: good, after_overflow=lambda good: good),
        ),
        Mistake(
            "once and for all",
            "The scale doubles where the counter equals the interval and the counter runs on: it grows once "
            "after each overflow. Set it back to 0 after a growth.",
            _scaler(after_growth=lambda good: good, due=lambda good, step, interval: good == interval),
        ),
    ],
)

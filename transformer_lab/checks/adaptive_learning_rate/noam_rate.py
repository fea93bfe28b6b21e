"""The exercise *Up in a line, down as a root*."""

from transformer_lab import schedules
from transformer_lab.checks.exercise import Case, Exercise, Mistake

NOAM_RATE = Exercise(
    name="noam_rate",
    notebook="19_adaptive_learning_rate",
    title="Up in a line, down as a root",
    difficulty=1,
    reference=lambda step, d_model, warmup: schedules.noam(d_model, warmup)(step),
    cases=lambda: [
        Case(f"step {step}, d_model {d_model}, warmup {warmup}", (step, d_model, warmup), 1e-9)
        for step, d_model, warmup in (
            (1, 512, 4000),
            (2000, 512, 4000),
            (4000, 512, 4000),
            (16000, 512, 4000),
            (30, 64, 10),
            (7, 128, 1),
            (12, 100, 12),
            (5, 300, 40),
        )
    ],
    praise="Right: it rises to 1 / √(d_model · warmup) at the last step of the warm-up, and falls from there.",
    mistakes=[
        Mistake(
            "larger instead of smaller",
            "This takes the larger of the two branches: min, not max, or the rate begins huge and never stops rising.",
            lambda step, d_model, warmup: d_model**-0.5 * max(step**-0.5, step * warmup**-1.5),
        ),
        Mistake(
            "d_model forgotten",
            "The factor d_model^−½ is missing: wider models get smaller rates.",
            lambda step, d_model, warmup: min(step**-0.5, step * warmup**-1.5),
        ),
        Mistake(
            "multiplied by the root of d_model",
            "The rate is multiplied by √d_model: divide by it.",
            lambda step, d_model, warmup: d_model**0.5 * min(step**-0.5, step * warmup**-1.5),
        ),
        Mistake(
            "divided by d_model",
            "The rate is divided by d_model: divide by its square root.",
            lambda step, d_model, warmup: min(step**-0.5, step * warmup**-1.5) / d_model,
        ),
        Mistake(
            "no warm-up",
            "There is no warm-up: up to step warmup the rate is step · warmup^−1.5, which is smaller than step^−½.",
            lambda step, d_model, warmup: d_model**-0.5 * step**-0.5,
        ),
        Mistake(
            "no decay",
            "The rate never falls: after the warm-up it is step^−½.",
            lambda step, d_model, warmup: d_model**-0.5 * min(warmup**-0.5, step * warmup**-1.5),
        ),
        Mistake(
            "rises forever",
            "The rate rises forever: take the smaller of step · warmup^−1.5 and step^−½.",
            lambda step, d_model, warmup: d_model**-0.5 * step * warmup**-1.5,
        ),
        Mistake(
            "branches that do not meet",
            "The warm-up is step / warmup, which does not meet step^−½ at step warmup: the exponent is −1.5.",
            lambda step, d_model, warmup: d_model**-0.5 * min(step**-0.5, step / warmup),
        ),
        Mistake(
            "decay as 1 / step",
            "The rate falls as 1 / step: it falls as 1 / √step.",
            lambda step, d_model, warmup: d_model**-0.5 * min(warmup**0.5 / step, step * warmup**-1.5),
        ),
        Mistake(
            "steps from 0",
            "1 is added to the step: steps count from 1 and are used as they come.",
            lambda step, d_model, warmup: d_model**-0.5 * min((step + 1) ** -0.5, (step + 1) * warmup**-1.5),
        ),
    ],
)


def _peak(d_model: int, warmup: int) -> float:
    return (d_model * warmup) ** -0.5


NOAM_RATE.mistakes.extend(
    [
        Mistake(
            "warm-up far too short",
            "The rising branch has warmup^−½: it is step · warmup^−1.5, so that the branches meet at step warmup.",
            lambda step, d_model, warmup: d_model**-0.5 * min(step**-0.5, step * warmup**-0.5),
        ),
        Mistake(
            "exponents exchanged",
            "Step and warmup have changed places in the rising branch: it is step · warmup^−1.5.",
            lambda step, d_model, warmup: d_model**-0.5 * min(step**-0.5, warmup * step**-1.5),
        ),
        Mistake(
            "peak of 1",
            "The rate is scaled to a peak of 1: without any scaling the peak is 1 / √(d_model · warmup).",
            lambda step, d_model, warmup: min(step / warmup, (warmup / step) ** 0.5),
        ),
        Mistake(
            "branches added",
            "The branches are added: the smaller of the two counts.",
            lambda step, d_model, warmup: d_model**-0.5 * (step**-0.5 + step * warmup**-1.5),
        ),
        Mistake(
            "branches multiplied",
            "The branches are multiplied: the smaller of the two counts.",
            lambda step, d_model, warmup: d_model**-0.5 * step**-0.5 * step * warmup**-1.5,
        ),
        Mistake(
            "d_model on one branch",
            "The factor d_model^−½ stands on the falling branch only: it belongs in front of both.",
            lambda step, d_model, warmup: min(d_model**-0.5 * step**-0.5, step * warmup**-1.5),
        ),
        Mistake(
            "d_model on the rising branch",
            "The factor d_model^−½ stands on the rising branch only: it belongs in front of both.",
            lambda step, d_model, warmup: min(step**-0.5, d_model**-0.5 * step * warmup**-1.5),
        ),
        Mistake(
            "rises as a root",
            "The rate rises as √step: up to step warmup it rises in a line, step · warmup^−1.5.",
            lambda step, d_model, warmup: _peak(d_model, warmup) * min(step / warmup, warmup / step) ** 0.5,
        ),
        Mistake(
            "falls in a line",
            "The rate falls in a line after the warm-up: it falls as 1 / √step.",
            lambda step, d_model, warmup: _peak(d_model, warmup) * min(step / warmup, max(0.0, 2 - step / warmup)),
        ),
        Mistake(
            "decay counted from the warm-up",
            "The fall begins with 1 / √1 after the warm-up: it is step^−½ of the whole count of steps.",
            lambda step, d_model, warmup: (
                d_model**-0.5 * (step * warmup**-1.5 if step <= warmup else (step - warmup) ** -0.5)
            ),
        ),
        Mistake(
            "exponent −2",
            "The rising branch is step / warmup²: it is step · warmup^−1.5, so that the branches meet at step warmup.",
            lambda step, d_model, warmup: d_model**-0.5 * min(step**-0.5, step * warmup**-2.0),
        ),
        Mistake(
            "roots forgotten",
            "The exponent of d_model and of step is −1 here: it is −½.",
            lambda step, d_model, warmup: min(1 / step, step * warmup**-1.5) / d_model,
        ),
    ]
)


def _restarted(first):
    """After the warm-up, the root counts from its end; ``first`` is what it begins with."""

    def rate(step, d_model, warmup):
        peak = _peak(d_model, warmup)
        return peak * step / warmup if step <= warmup else peak / (step - warmup + first) ** 0.5

    return rate


NOAM_RATE.mistake(
    "decay counted from the end of the warm-up",
    "After the warm-up the rate is the peak over the root of the steps *since then*: it is step^−½ of the whole "
    "count of "
    "steps, and so much slower.",
)(_restarted(1))
NOAM_RATE.mistake(
    "decay counted from the end of the warm-up, less one",
    "After the warm-up the rate is the peak over the root of the steps *since then*: it is step^−½ of the whole count.",
)(_restarted(0))

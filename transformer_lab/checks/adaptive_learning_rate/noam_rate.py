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
            "The step is counted once more or once less: steps count from 1 and are used as they come.",
            lambda step, d_model, warmup: d_model**-0.5 * min((step + 1) ** -0.5, (step + 1) * warmup**-1.5),
        ),
    ],
)

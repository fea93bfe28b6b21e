"""The exercise *How many parameters?*."""

from transformer_lab.checks.exercise import Case, Exercise, Mistake


def _count(d_model: int, d_ff: int, gated: bool) -> int:
    return 3 * d_model * d_ff if gated else 2 * d_model * d_ff + d_ff + d_model


def _counted(plain=lambda d, f: 2 * d * f + d + f, gate=lambda d, f: 3 * d * f):
    """Another count for one of the two networks; ``count(d_model, d_ff)``."""
    return lambda d_model, d_ff, gated: (gate if gated else plain)(d_model, d_ff)


FEED_FORWARD_PARAMETERS = Exercise(
    name="feed_forward_parameters",
    notebook="09_feed_forward",
    title="How many parameters?",
    difficulty=1,
    reference=_count,
    cases=lambda: [
        Case("d_model 128, d_ff 512, ReLU", (128, 512, False)),
        Case("d_model 128, d_ff 341, SwiGLU", (128, 341, True)),
        Case("d_model 3, d_ff 5, ReLU", (3, 5, False)),
        Case("d_model 3, d_ff 5, SwiGLU", (3, 5, True)),
        Case("d_model 7, d_ff 2, ReLU", (7, 2, False)),
        Case("d_model 7, d_ff 2, SwiGLU", (7, 2, True)),
    ],
    praise="Right, with and without the gate.",
    mistakes=[
        Mistake(
            "biases forgotten",
            "The ReLU network has biases too: one for each hidden unit and one for each feature of the output.",
            lambda d_model, d_ff, gated: (3 if gated else 2) * d_model * d_ff,
        ),
        Mistake(
            "biases of equal size",
            "The second bias is added to the output, so it has d_model numbers, not d_ff.",
            lambda d_model, d_ff, gated: 3 * d_model * d_ff if gated else 2 * (d_model * d_ff + d_ff),
        ),
        Mistake(
            "gate ignored",
            "SwiGLU has three matrices and no biases.",
            lambda d_model, d_ff, gated: _count(d_model, d_ff, False),
        ),
        Mistake(
            "biases with the gate",
            "SwiGLU is written without biases: three matrices, nothing else.",
            lambda d_model, d_ff, gated: _count(d_model, d_ff, gated) + (2 * d_ff + d_model if gated else 0),
        ),
        Mistake(
            "one matrix",
            "There are two matrices, into the hidden units and back.",
            lambda d_model, d_ff, gated: (2 if gated else 1) * d_model * d_ff + (0 if gated else d_ff + d_model),
        ),
        Mistake(
            "biases of d_model each",
            "Both biases have d_model numbers here: the first is added to the hidden units, so it has d_ff.",
            _counted(lambda d, f: 2 * d * f + 2 * d),
        ),
        Mistake(
            "first bias forgotten",
            "The bias of the hidden units, d_ff numbers, is missing.",
            _counted(lambda d, f: 2 * d * f + d),
        ),
        Mistake(
            "second bias forgotten",
            "The bias of the output, d_model numbers, is missing.",
            _counted(lambda d, f: 2 * d * f + f),
        ),
        Mistake(
            "biases multiplied",
            "The biases are multiplied: they have d_ff and d_model numbers, which are added.",
            _counted(lambda d, f: 3 * d * f),
        ),
        Mistake(
            "two biases for each matrix",
            "The biases are counted twice: one of d_ff and one of d_model numbers.",
            _counted(lambda d, f: 2 * d * f + 2 * (d + f)),
        ),
        Mistake(
            "two matrices with the gate",
            "SwiGLU has three matrices: W₁, W₃ and W₂.",
            _counted(gate=lambda d, f: 2 * d * f),
        ),
        Mistake(
            "four matrices with the gate",
            "SwiGLU has three matrices: W₁, W₃ and W₂.",
            _counted(gate=lambda d, f: 4 * d * f),
        ),
        Mistake(
            "two biases with the gate",
            "With the gate the biases are still there: SwiGLU's three matrices have none.",
            _counted(gate=lambda d, f: 3 * d * f + d + f),
        ),
        Mistake(
            "d_ff shrunk",
            "d_ff is made smaller for the gate (two thirds): it is given as it is to be used.",
            _counted(gate=lambda d, f: 3 * d * int(2 * f / 3)),
        ),
        Mistake(
            "exchanged",
            "The two are exchanged: the gated network has three matrices without biases.",
            lambda d_model, d_ff, gated: _count(d_model, d_ff, not gated),
        ),
        Mistake(
            "matrices of d_model by d_model",
            "A matrix leads from d_model to d_ff or back: it has d_model · d_ff numbers.",
            _counted(lambda d, f: 2 * d * d + d + f, lambda d, f: 3 * d * d),
        ),
    ],
)

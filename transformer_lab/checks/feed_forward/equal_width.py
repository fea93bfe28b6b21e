"""The exercise *As wide as it may be*."""

from transformer_lab.checks.exercise import Case, Exercise, Mistake


def _parameters(d_model: int, d_ff: int) -> int:
    """Of the network with two matrices and two biases."""
    return 2 * d_model * d_ff + d_ff + d_model


def _widest(d_model: int, d_ff: int) -> int:
    return (2 * d_model * d_ff + d_ff + d_model) // (3 * d_model)


def _another(total=_parameters, each=lambda d: 3 * d):
    """The width where the parameters, or what a hidden unit costs with a gate, are counted in another way."""
    return lambda d_model, d_ff: total(d_model, d_ff) // each(d_model)


EQUAL_WIDTH = Exercise(
    name="equal_width",
    notebook="09_feed_forward",
    title="As wide as it may be",
    difficulty=1,
    reference=_widest,
    cases=lambda: [
        Case("d_model 128, d_ff 512", (128, 512)),
        Case("d_model 64, d_ff 256", (64, 256)),
        Case("d_model 3, d_ff 5", (3, 5)),
        Case("d_model 7, d_ff 2", (7, 2)),
        Case("d_model 50, d_ff 4", (50, 4)),
        Case("d_model 2, d_ff 9", (2, 9)),
        Case("d_model 1, d_ff 6", (1, 6)),
        Case("a single hidden unit", (5, 1)),
    ],
    praise="Right: the biases are counted, and not one parameter is too many.",
    mistakes=[
        Mistake(
            "two thirds",
            "Two thirds of d_ff make the matrices equal. The network with two matrices has biases as well, d_ff and "
            "d_model numbers, which may be spent on the gate.",
            _another(lambda d, f: 2 * d * f),
        ),
        Mistake(
            "first bias forgotten",
            "The bias of the hidden units, d_ff numbers, is missing from the count.",
            _another(lambda d, f: 2 * d * f + d),
        ),
        Mistake(
            "second bias forgotten",
            "The bias of the output, d_model numbers, is missing from the count.",
            _another(lambda d, f: 2 * d * f + f),
        ),
        Mistake(
            "biases of d_ff each",
            "The second bias is added to the output, so it has d_model numbers, not d_ff.",
            _another(lambda d, f: 2 * d * f + 2 * f),
        ),
        Mistake(
            "biases of d_model each",
            "The first bias is added to the hidden units, so it has d_ff numbers, not d_model.",
            _another(lambda d, f: 2 * d * f + 2 * d),
        ),
        Mistake(
            "biases with the gate",
            "SwiGLU is written without biases: a hidden unit costs three times d_model, nothing else.",
            lambda d_model, d_ff: (_parameters(d_model, d_ff) - d_model) // (3 * d_model + 2),
        ),
        Mistake(
            "two matrices with the gate",
            "SwiGLU has three matrices, W₁, W₃ and W₂: a hidden unit costs three times d_model.",
            _another(each=lambda d: 2 * d),
        ),
        Mistake(
            "four matrices with the gate",
            "SwiGLU has three matrices, W₁, W₃ and W₂: a hidden unit costs three times d_model.",
            _another(each=lambda d: 4 * d),
        ),
        Mistake(
            "rounded to the nearest",
            "The width is rounded to the nearest: that may be too wide by a part of a unit. Round down.",
            lambda d_model, d_ff: int(_parameters(d_model, d_ff) / (3 * d_model) + 0.5),
        ),
        Mistake(
            "rounded up",
            "The width is rounded up: then the gated network has more parameters. Round down.",
            lambda d_model, d_ff: -(-_parameters(d_model, d_ff) // (3 * d_model)),
        ),
        Mistake(
            "fewer parameters, not as many",
            "As many parameters are allowed: where the division leaves nothing over, this is one unit too narrow.",
            lambda d_model, d_ff: (_parameters(d_model, d_ff) - 1) // (3 * d_model),
        ),
        Mistake(
            "not rounded",
            "A width is a whole number: round down.",
            lambda d_model, d_ff: _parameters(d_model, d_ff) / (3 * d_model),
        ),
        Mistake(
            "the wrong way round",
            "This is wider than d_ff: with three matrices in place of two the units have to be fewer.",
            lambda d_model, d_ff: 3 * d_ff // 2,
        ),
        Mistake(
            "the parameters, not the width",
            "This is the number of parameters: divide it by what a hidden unit costs with a gate.",
            _parameters,
        ),
    ],
)

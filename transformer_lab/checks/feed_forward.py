"""Exercises about the position-wise feed-forward network (09): SwiGLU, and how many parameters it has."""

import torch.nn.functional as F
from torch import Tensor

from transformer_lab.checks.exercise import Case, Exercise, Mistake
from transformer_lab.checks.samples import draw


def _gated(squash=F.silu, on_gate: bool = False, both: bool = False, add: bool = False):
    def swiglu(x: Tensor, w1: Tensor, w3: Tensor, w2: Tensor) -> Tensor:
        first, second = x @ w1, x @ w3
        first = first if on_gate else squash(first)
        second = squash(second) if on_gate or both else second
        return (first + second if add else first * second) @ w2

    return swiglu


def _inputs(d_model: int, d_ff: int, *batch: int, seed: int = 0) -> tuple[Tensor, ...]:
    return (
        draw(*batch, d_model, seed=seed),
        draw(d_model, d_ff, seed=seed + 1),
        draw(d_model, d_ff, seed=seed + 2),
        draw(d_ff, d_model, seed=seed + 3),
    )


SWIGLU = Exercise(
    name="swiglu",
    notebook="09_feed_forward",
    title="SwiGLU",
    difficulty=2,
    reference=_gated(),
    cases=lambda: [
        Case("3 tokens, d_model 4, d_ff 6", _inputs(4, 6, 3)),
        Case("a batch of 2 sentences", _inputs(5, 5, 2, 4, seed=4)),
    ],
    gradients=True,
    praise="Right, with any number of axes in front; the gradients agree too.",
    mistakes=[
        Mistake(
            "sigmoid instead of SiLU",
            "This is the plain gated linear unit: SwiGLU uses silu(z) = z · sigmoid(z), not sigmoid(z).",
            _gated(lambda z: z.sigmoid()),
        ),
        Mistake("GELU instead of SiLU", "This is GEGLU: SwiGLU's activation is SiLU, F.silu.", _gated(F.gelu)),
        Mistake("ReLU instead of SiLU", "This is ReGLU: SwiGLU's activation is SiLU, F.silu.", _gated(F.relu)),
        Mistake(
            "activation on the wrong branch",
            "SiLU belongs to x W₁; x W₃ enters the product as it is.",
            _gated(on_gate=True),
        ),
        Mistake("activation on both branches", "Only x W₁ goes through SiLU; x W₃ stays linear.", _gated(both=True)),
        Mistake(
            "added instead of multiplied",
            "The two branches are added; a gate multiplies, feature by feature.",
            _gated(add=True),
        ),
        Mistake("no activation", "SiLU is missing: silu(x W₁) ⊙ x W₃.", _gated(lambda z: z)),
        Mistake(
            "no gate",
            "W₃ is not used: the activated x W₁ must be multiplied by x W₃.",
            lambda x, w1, w3, w2: F.silu(x @ w1) @ w2,
        ),
    ],
)


def _count(d_model: int, d_ff: int, gated: bool) -> int:
    return 3 * d_model * d_ff if gated else 2 * d_model * d_ff + d_ff + d_model


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
    ],
)

EXERCISES = [SWIGLU, FEED_FORWARD_PARAMETERS]

"""Exercises about the position-wise feed-forward network (09): SwiGLU, and how many parameters it has."""

import torch
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


def _combined(combine):
    """Another way to put both branches together."""
    return lambda x, w1, w3, w2: combine(x @ w1, x @ w3) @ w2


SWIGLU = Exercise(
    name="swiglu",
    notebook="09_feed_forward",
    title="SwiGLU",
    difficulty=2,
    reference=_gated(),
    cases=lambda: [
        Case("3 tokens, d_model 4, d_ff 6", _inputs(4, 6, 3)),
        Case("a batch of 2 sentences", _inputs(5, 5, 2, 4, seed=4)),
        Case("one token, d_ff below d_model", _inputs(6, 2, seed=8)),
        Case("a batch of 1, float32", tuple(0.5 * x.float() for x in _inputs(3, 7, 1, 2, seed=12)), 1e-5),
    ],
    praise="Right, with any number of axes in front.",
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
        Mistake(
            "SiLU of the product",
            "SiLU falls on the product of both branches: it belongs to x W₁ alone, before the product.",
            _combined(lambda first, second: F.silu(first * second)),
        ),
        Mistake(
            "SiLU at the end",
            "SiLU falls on the output: it belongs to x W₁, before the product with x W₃.",
            lambda x, w1, w3, w2: F.silu(((x @ w1) * (x @ w3)) @ w2),
        ),
        Mistake("tanh instead of SiLU", "This is tanh: SwiGLU's activation is SiLU, F.silu.", _gated(torch.tanh)),
        Mistake(
            "softplus instead of SiLU",
            "This is softplus: SwiGLU's activation is SiLU, z · sigmoid(z).",
            _gated(F.softplus),
        ),
        Mistake("ELU instead of SiLU", "This is ELU: SwiGLU's activation is SiLU, F.silu.", _gated(F.elu)),
        Mistake(
            "softmax instead of SiLU",
            "This is a softmax over the hidden features: SwiGLU's activation is SiLU, F.silu, for each "
            "number by itself.",
            _gated(lambda z: z.softmax(-1)),
        ),
        Mistake(
            "SiLU with 1.702",
            "This is z · sigmoid(1.702 z), an approximation of GELU: SiLU is z · sigmoid(z).",
            _gated(lambda z: z * (1.702 * z).sigmoid()),
        ),
        Mistake(
            "minus in the sigmoid",
            "The sigmoid has a minus too many: SiLU is z · sigmoid(z).",
            _gated(lambda z: z * (-z).sigmoid()),
        ),
        Mistake(
            "sigmoid on the gate",
            "This is the plain gated linear unit with its branches swapped: x W₁ goes through SiLU, and x W₃ "
            "stays linear.",
            _combined(lambda first, second: first * second.sigmoid()),
        ),
        Mistake(
            "sigmoid twice",
            "SiLU has its own factor z: F.silu(z) is z · sigmoid(z), and here another z multiplies it.",
            _gated(lambda z: z * F.silu(z)),
        ),
        Mistake("only W₃", "W₁ is not used: silu(x W₁) ⊙ x W₃.", _combined(lambda first, second: F.silu(second))),
        Mistake(
            "residual added",
            "x is added to the output: return the network's output alone.",
            lambda x, w1, w3, w2: x + _gated()(x, w1, w3, w2),
        ),
        Mistake(
            "not brought back",
            "The hidden features come back: multiply by W₂ at the end.",
            lambda x, w1, w3, w2: F.silu(x @ w1) * (x @ w3),
        ),
    ],
)


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

EXERCISES = [SWIGLU, FEED_FORWARD_PARAMETERS]

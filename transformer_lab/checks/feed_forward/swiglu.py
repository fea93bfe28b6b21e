"""The exercise *SwiGLU in two products*."""

from collections.abc import Callable
from dataclasses import replace

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
        draw(d_model, 2 * d_ff, seed=seed + 1),
        draw(d_ff, d_model, seed=seed + 3),
    )


def _reference(x: Tensor, w13: Tensor, w2: Tensor) -> Tensor:
    first, second = (x @ w13).chunk(2, dim=-1)
    return (F.silu(first) * second) @ w2


def _side_by_side(rule: Callable[..., Tensor]) -> Callable[..., Tensor]:
    """A rule for W₁ and W₃ as one for both in a single matrix."""
    return lambda x, w13, w2: rule(x, *w13.chunk(2, dim=-1), w2)


def _combined(combine):
    """Another way to put both branches together."""
    return lambda x, w1, w3, w2: combine(x @ w1, x @ w3) @ w2


_MISTAKES = [  # about W₁ and W₃, wherever they are stored
    Mistake(
        "sigmoid instead of SiLU",
        "This is the plain gated linear unit: SwiGLU uses silu(z) = z · sigmoid(z), not sigmoid(z).",
        _gated(lambda z: z.sigmoid()),
    ),
    Mistake("GELU instead of SiLU", "This is GEGLU: SwiGLU's activation is SiLU, F.silu.", _gated(F.gelu)),
    Mistake("ReLU instead of SiLU", "This is ReGLU: SwiGLU's activation is SiLU, F.silu.", _gated(F.relu)),
    Mistake(
        "activation on the wrong branch",
        "SiLU belongs to x W₁, the first half; x W₃, the second, enters the product as it is.",
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
        "This is a softmax over the hidden features: SwiGLU's activation is SiLU, F.silu, for each number by itself.",
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
        "This is the plain gated linear unit with its branches swapped: x W₁ goes through SiLU, and x W₃ stays linear.",
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
]

SWIGLU = Exercise(
    name="swiglu",
    notebook="09_feed_forward",
    title="SwiGLU in two products",
    difficulty=1,
    reference=_reference,
    cases=lambda: [
        Case("3 tokens, d_model 4, d_ff 6", _inputs(4, 6, 3)),
        Case("a batch of 2 sentences", _inputs(5, 5, 2, 4, seed=4)),
        Case("one token, d_ff below d_model", _inputs(6, 2, seed=8)),
        Case("a batch of 1, float32", tuple(0.5 * x.float() for x in _inputs(3, 7, 1, 2, seed=12)), 1e-5),
    ],
    praise="Right, with any number of axes in front.",
    mistakes=[replace(each, variant=_side_by_side(each.variant)) for each in _MISTAKES if each.variant is not None],
)


SWIGLU.mistake("SiLU before the projection", "SiLU falls on x, before W₁: it belongs to x W₁, behind the projection.")(
    _side_by_side(lambda x, w1, w3, w2: ((F.silu(x) @ w1) * (x @ w3)) @ w2)
)
SWIGLU.mistake(
    "SiLU of x for both", "SiLU falls on x, before both projections: it belongs to x W₁ alone, behind the projection."
)(_side_by_side(lambda x, w1, w3, w2: ((F.silu(x) @ w1) * (F.silu(x) @ w3)) @ w2))
SWIGLU.mistake("SiLU of W₁", "SiLU falls on the matrix W₁: it belongs to x W₁, the result of the projection.")(
    _side_by_side(lambda x, w1, w3, w2: ((x @ F.silu(w1)) * (x @ w3)) @ w2)
)
SWIGLU.mistake(
    "columns by turns",
    "The columns are dealt out by turns: the first half of them is W₁, the second half W₃.",
)(lambda x, w13, w2: _gated()(x, w13[:, ::2], w13[:, 1::2], w2))

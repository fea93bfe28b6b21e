"""The exercise *The rotation, sines first*."""

import math

import torch
from torch import Tensor

from transformer_lab import positions
from transformer_lab.checks.exercise import Case, Exercise, Mistake
from transformer_lab.checks.positional_encoding.sinusoids_at import BASE


def _rotation_with(
    sign: float = 1.0,
    speeds=lambda pairs, d_model: BASE ** (-2 * pairs / d_model),
    halves: bool = True,
    block=lambda c, s: ((c, s), (-s, c)),
    first_only: bool = False,
):
    """A wrong rotation: the other way round, with other speeds or blocks, or with the pairs in another layout."""

    def build(k: int, d_model: int) -> Tensor:
        pairs = torch.arange(d_model // 2, dtype=torch.float64)
        matrix = torch.eye(d_model) if first_only else torch.zeros(d_model, d_model)
        for i, angle in enumerate((sign * k * speeds(pairs, d_model)).tolist()):
            places = (i, i + d_model // 2) if halves else (2 * i, 2 * i + 1)
            for row, entries in zip(places, block(math.cos(angle), math.sin(angle)), strict=True):
                for column, entry in zip(places, entries, strict=True):
                    matrix[row, column] = entry
            if first_only:
                break
        return matrix

    return build


def _sines_first(matrix: Tensor) -> Tensor:
    """Rows and columns in the order of ``layout="halves"``: the even ones, then the odd ones."""
    order = torch.arange(len(matrix)).view(-1, 2).T.flatten()
    return matrix[order][:, order]


SHIFT_ROTATION = Exercise(
    name="shift_rotation",
    notebook="08_positional_encoding",
    title="The rotation, sines first",
    difficulty=2,
    tensors=True,
    reference=lambda k, d_model: _sines_first(positions.shift_rotation(k, d_model)).to(torch.float32),
    cases=lambda: [
        Case(f"shift {k}, d_model {d}", (k, d), 1e-5) for k, d in ((1, 4), (3, 8), (0, 6), (-2, 4), (7, 2), (5, 6))
    ],
    exact_dtype=True,
    praise="Right: one matrix for every position, and it is a rotation.",
    mistakes=[
        Mistake(
            "turned the wrong way",
            "It turns the wrong way: R(k) takes PE(p) back to p − k. The upper right quarter, where "
            "sines meet cosines, holds + sin.",
            _rotation_with(sign=-1.0),
        ),
        Mistake(
            "one frequency for all pairs",
            "All pairs turn at the same speed: pair i turns by k · 10,000^(−2i/d_model).",
            _rotation_with(speeds=lambda pairs, d_model: torch.ones_like(pairs)),
        ),
        Mistake(
            "pairs interleaved",
            "The blocks join features 2i and 2i + 1: with all sines first, the pair is i and i + d_model/2.",
            _rotation_with(halves=False),
        ),
        Mistake(
            "shift ignored",
            "The matrix does not depend on the shift: multiply each frequency by k.",
            lambda k, d_model: _rotation_with()(1, d_model),
        ),
        Mistake(
            "exponent halved",
            "The speeds are 10,000^(−i/d_model): the exponent is 2i, so pair i turns by k · 10,000^(−2i/d_model).",
            _rotation_with(speeds=lambda pairs, d_model: BASE ** (-pairs / d_model)),
        ),
        Mistake(
            "exponent doubled",
            "The speeds fall too fast: pair i turns by k · 10,000^(−2i/d_model), where 2i is the column already.",
            _rotation_with(speeds=lambda pairs, d_model: BASE ** (-4 * pairs / d_model)),
        ),
        Mistake(
            "exponent of the wrong sign",
            "The speeds grow from pair to pair: the exponent is negative, k · 10,000^(−2i/d_model).",
            _rotation_with(speeds=lambda pairs, d_model: BASE ** (2 * pairs / d_model)),
        ),
        Mistake(
            "sine and cosine swapped",
            "Sine and cosine have changed places: each pair's block is [[cos, sin], [−sin, cos]].",
            _rotation_with(block=lambda c, s: ((s, c), (-c, s))),
        ),
        Mistake(
            "sine and cosine swapped, turned round",
            "Sine and cosine have changed places: each pair's block is [[cos, sin], [−sin, cos]], with the cosines "
            "on the diagonal.",
            _rotation_with(block=lambda c, s: ((s, c), (c, -s))),
        ),
        Mistake(
            "no minus",
            "A minus is missing: each pair's block is [[cos, sin], [−sin, cos]].",
            _rotation_with(block=lambda c, s: ((c, s), (s, c))),
        ),
        Mistake(
            "both sines negative",
            "Both sines have a minus: each pair's block is [[cos, sin], [−sin, cos]].",
            _rotation_with(block=lambda c, s: ((c, -s), (-s, c))),
        ),
        Mistake(
            "mirrored",
            "The blocks mirror instead of turning: [[cos, sin], [−sin, cos]], with the minus before the lower sine.",
            _rotation_with(block=lambda c, s: ((c, s), (s, -c))),
        ),
        Mistake(
            "first block only",
            "Only the first pair turns: every pair has a block of its own.",
            _rotation_with(first_only=True),
        ),
        Mistake(
            "cosines only",
            "The sines beside the diagonal are missing: each pair's block is [[cos, sin], [−sin, cos]].",
            _rotation_with(block=lambda c, s: ((c, 0.0), (0.0, c))),
        ),
        Mistake(
            "identity",
            "This matrix changes nothing: each pair must turn by k times its speed.",
            lambda k, d_model: torch.eye(d_model),
        ),
        Mistake(
            "float64",
            "The numbers are right, but the matrix must be float32: end with .float().",
            lambda k, d_model: _sines_first(positions.shift_rotation(k, d_model)).double(),
        ),
    ],
)


def _turned(k, d_model):
    speeds = 10_000.0 ** (-torch.arange(0, d_model, 2) / d_model)
    return _sines_first(
        torch.block_diag(
            *[torch.tensor([[math.cos(k * s), math.sin(k * s)], [-math.sin(k * s), math.cos(k * s)]]) for s in speeds]
        )
    )


SHIFT_ROTATION.mistake(
    "entries to the power of k",
    "Every entry of R(1) is raised to the power of k: ** works entry by entry. Multiply the matrix with itself k times "
    "(torch.linalg.matrix_power), or turn by k times the angle.",
)(lambda k, d_model: _turned(1, d_model) ** k)
SHIFT_ROTATION.mistake("entries times k", "R(1) is multiplied by k: it is the *angle* that is k times as large.")(
    lambda k, d_model: _turned(1, d_model) * k
)

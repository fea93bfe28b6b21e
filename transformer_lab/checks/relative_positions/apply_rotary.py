"""The exercise *Turn queries and keys*."""

import math

import torch
from torch import Tensor

from transformer_lab import positions
from transformer_lab.checks.exercise import Case, Exercise, Mistake
from transformer_lab.checks.samples import draw

BASE = 10_000.0


def _turn(even: Tensor, odd: Tensor, angles: Tensor) -> tuple[Tensor, Tensor]:
    cos, sin = angles.cos().to(even.dtype), angles.sin().to(even.dtype)
    return even * cos - odd * sin, even * sin + odd * cos


def _angles(positions_: Tensor, d_head: int, exponent: float = 1.0) -> Tensor:
    speeds = BASE ** (-exponent * torch.arange(0, d_head, 2, dtype=torch.float64) / d_head)
    return positions_.double()[:, None] * speeds


def _rotary_with(sign: float = 1.0, exponent: float = 1.0, first: int = 0, one_speed: bool = False):
    def turn(x: Tensor, places: Tensor) -> Tensor:
        angles = sign * _angles(places + first, x.shape[-1], 0.0 if one_speed else exponent)
        return torch.stack(_turn(x[..., 0::2], x[..., 1::2], angles), dim=-1).flatten(-2)

    return turn


def _halves(x: Tensor, places: Tensor) -> Tensor:
    first, second = x.chunk(2, dim=-1)
    return torch.cat(_turn(first, second, _angles(places, x.shape[-1])), dim=-1)


def _interleaved_pairs_laid_in_halves(x: Tensor, places: Tensor) -> Tensor:
    return torch.cat(_turn(x[..., 0::2], x[..., 1::2], _angles(places, x.shape[-1])), dim=-1)


def _from_zero(x: Tensor, places: Tensor) -> Tensor:
    return positions.apply_rotary(x, torch.arange(x.shape[-2]), BASE)


def _added(x: Tensor, places: Tensor) -> Tensor:
    angles = _angles(places, x.shape[-1])
    return x + torch.stack([angles.sin(), angles.cos()], dim=-1).flatten(-2).to(x.dtype)


def _only_shrunk(x: Tensor, places: Tensor) -> Tensor:
    return x * _angles(places, x.shape[-1]).cos().repeat_interleave(2, dim=-1).to(x.dtype)


def _no_minus(x: Tensor, places: Tensor) -> Tensor:
    angles = _angles(places, x.shape[-1])
    cos, sin = angles.cos().to(x.dtype), angles.sin().to(x.dtype)
    even, odd = x[..., 0::2], x[..., 1::2]
    return torch.stack([even * cos + odd * sin, even * sin + odd * cos], dim=-1).flatten(-2)


def _written_over(x: Tensor, places: Tensor) -> Tensor:
    """The second line uses the first feature after it was turned."""
    angles = _angles(places, x.shape[-1])
    cos, sin = angles.cos().to(x.dtype), angles.sin().to(x.dtype)
    even = x[..., 0::2] * cos - x[..., 1::2] * sin
    return torch.stack([even, even * sin + x[..., 1::2] * cos], dim=-1).flatten(-2)


APPLY_ROTARY = Exercise(
    name="apply_rotary",
    notebook="23_relative_positions",
    title="Turn queries and keys",
    difficulty=3,
    reference=_rotary_with(),
    cases=lambda: [
        Case("5 tokens from position 0", (draw(2, 5, 6), torch.arange(5)), 1e-4),
        Case("4 tokens from position 10, 2 heads", (draw(1, 2, 4, 8), torch.arange(10, 14)), 1e-4),
        Case("one token at position 100", (draw(3, 1, 4), torch.tensor([100])), 1e-4),
        Case("2 features, 2 sentences of 3 heads", (draw(2, 3, 4, 2, seed=1), torch.tensor([3, 1, 0, 7])), 1e-4),
        Case("positions with a gap", (draw(3, 8), torch.tensor([2, 3, 50])), 1e-4),
    ],
    praise="Right: turned pair by pair, from any position.",
    mistakes=[
        Mistake(
            "halves instead of neighbours",
            "This pairs feature i with i + d/2. Some libraries do, and a model trained so is as good; but here the "
            "pairs are neighbours, 2i and 2i + 1, and weights trained with one do not fit the other.",
            _halves,
        ),
        Mistake(
            "pairs laid in halves",
            "The right pairs are turned, but then all first parts are laid before all second parts: put each pair back "
            "where it was (stack on a new last axis, then flatten(-2)).",
            _interleaved_pairs_laid_in_halves,
        ),
        Mistake(
            "counted from 0",
            "The positions that were given are not used: the angle counts from 0 again, which is wrong for a query "
            "whose predecessors sit in a cache.",
            _from_zero,
        ),
        Mistake("from 1", "The positions are off by one: use them as they are.", _rotary_with(first=1)),
        Mistake(
            "turned the wrong way",
            "It turns the wrong way: (a, b) becomes (a cos − b sin, a sin + b cos). (The scores of one model would not "
            "notice, but weights from elsewhere would.)",
            _rotary_with(sign=-1.0),
        ),
        Mistake(
            "one speed for all pairs",
            "All pairs turn at one radian a position: pair i has the speed 10,000^(−2i/d).",
            _rotary_with(one_speed=True),
        ),
        Mistake(
            "exponent doubled",
            "The exponent is doubled: torch.arange(0, d, 2) is 2i already.",
            _rotary_with(exponent=2.0),
        ),
        Mistake(
            "exponent halved",
            "The exponent is i/d, and should be 2i/d: for pair i the feature number is 2i.",
            _rotary_with(exponent=0.5),
        ),
        Mistake(
            "exponent of the wrong sign",
            "The speeds grow from pair to pair: the exponent must be negative.",
            _rotary_with(exponent=-1.0),
        ),
        Mistake("added", "Sine and cosine are *added*: that is the sinusoidal table. Rotary positions turn.", _added),
        Mistake(
            "only multiplied by the cosine",
            "Each feature is multiplied by its cosine, which shrinks the vector: a turn also needs the sine of its "
            "partner.",
            _only_shrunk,
        ),
        Mistake(
            "no minus sign", "The minus sign is missing: (a, b) becomes (a cos − b sin, a sin + b cos).", _no_minus
        ),
        Mistake(
            "first feature overwritten",
            "The second feature is computed from the *turned* first one: keep the old first one until both are done.",
            _written_over,
        ),
    ],
)


def _cos_sin(angles: Tensor, x: Tensor) -> tuple[Tensor, Tensor]:
    return angles.cos().to(x.dtype), angles.sin().to(x.dtype)


def _partner(x: Tensor) -> Tensor:
    """(−b, a) in place of each neighbouring pair (a, b)."""
    return torch.stack([-x[..., 1::2], x[..., 0::2]], dim=-1).flatten(-2)


def _half_partner(x: Tensor) -> Tensor:
    first, second = x.chunk(2, dim=-1)
    return torch.cat([-second, first], dim=-1)


def _speeds_in_halves(x: Tensor, places: Tensor) -> Tensor:
    cos, sin = _cos_sin(_angles(places, x.shape[-1]).repeat(1, 2), x)
    return x * cos + _partner(x) * sin


def _halves_at_neighbours_speeds(x: Tensor, places: Tensor) -> Tensor:
    cos, sin = _cos_sin(_angles(places, x.shape[-1]).repeat_interleave(2, dim=-1), x)
    return x * cos + _half_partner(x) * sin


def _own_speeds(x: Tensor, places: Tensor) -> Tensor:
    d_head = x.shape[-1]
    speeds = BASE ** (-torch.arange(d_head, dtype=torch.float64) / d_head)
    cos, sin = _cos_sin(places.double()[:, None] * speeds, x)
    return x * cos + _partner(x) * sin


def _halves_laid_as_pairs(x: Tensor, places: Tensor) -> Tensor:
    first, second = x.chunk(2, dim=-1)
    return torch.stack(_turn(first, second, _angles(places, x.shape[-1])), dim=-1).flatten(-2)


def _paired(form):
    """``form(a, b, cos, sin)`` gives the two new features of each neighbouring pair."""

    def turn(x: Tensor, places: Tensor) -> Tensor:
        cos, sin = _cos_sin(_angles(places, x.shape[-1]), x)
        return torch.stack(form(x[..., 0::2], x[..., 1::2], cos, sin), dim=-1).flatten(-2)

    return turn


def _other_angle(make):
    return lambda x, places: torch.stack(_turn(x[..., 0::2], x[..., 1::2], make(places, x.shape[-1])), dim=-1).flatten(
        -2
    )


APPLY_ROTARY.mistakes.extend(
    [
        Mistake(
            "speeds laid in halves",
            "Neighbours are turned, but the angles are laid in two halves (0, 1, …, 0, 1, …), so the two of a pair "
            "turn by "
            "different angles: each angle twice in a row, repeat_interleave(2).",
            _speeds_in_halves,
        ),
        Mistake(
            "halves at the speeds of neighbours",
            "The angles stand twice in a row, as for neighbours, but feature i is paired with i + d/2: pair 2i with "
            "2i + 1.",
            _halves_at_neighbours_speeds,
        ),
        Mistake(
            "a speed for each feature",
            "The two features of a pair turn at different speeds: there is one angle for each *pair*.",
            _own_speeds,
        ),
        Mistake(
            "halves laid as pairs",
            "Feature i is paired with i + d/2, and the result laid down as neighbours: pair 2i with 2i + 1 to begin "
            "with.",
            _halves_laid_as_pairs,
        ),
        Mistake(
            "sine and cosine exchanged",
            "Sine and cosine have changed places: (a, b) becomes (a cos − b sin, a sin + b cos).",
            _paired(lambda a, b, cos, sin: (a * sin - b * cos, a * cos + b * sin)),
        ),
        Mistake(
            "both with a minus sign",
            "The second feature has a minus too: (a, b) becomes (a cos − b sin, a sin + b cos).",
            _paired(lambda a, b, cos, sin: (a * cos - b * sin, a * sin - b * cos)),
        ),
        Mistake(
            "features exchanged",
            "The two new features of each pair have changed places: (a cos − b sin) comes first.",
            _paired(lambda a, b, cos, sin: (a * sin + b * cos, a * cos - b * sin)),
        ),
        Mistake(
            "multiplied by cosine and sine",
            "The first feature is multiplied by the cosine, the second by the sine: each needs both of the pair.",
            _paired(lambda a, b, cos, sin: (a * cos, b * sin)),
        ),
        Mistake(
            "second line made of the first feature alone",
            "Each new feature needs both old ones: (a, b) becomes (a cos − b sin, a sin + b cos).",
            _paired(lambda a, b, cos, sin: (a * cos - b * sin, a * sin)),
        ),
        Mistake(
            "in degrees",
            "The angles are taken as degrees: they are in radians.",
            _other_angle(lambda places, d: _angles(places, d) * math.pi / 180),
        ),
        Mistake(
            "whole turns",
            "The angles are multiplied by 2π: they are p · 10,000^(−2i/d), in radians, as they are.",
            _other_angle(lambda places, d: _angles(places, d) * 2 * math.pi),
        ),
        Mistake(
            "speeds in reverse",
            "The first pair turns slowest: pair i has the speed 10,000^(−2i/d), so the first is the fastest.",
            _other_angle(lambda places, d: _angles(places, d).flip(-1)),
        ),
        Mistake(
            "pairs counted from 1",
            "The pairs are counted from 1: pair 0 has the speed 1.",
            _other_angle(lambda places, d: _angles(places, d) * BASE ** (-2 / d)),
        ),
        Mistake(
            "divided by the number of pairs less one",
            "The last pair's exponent is −1: it is −2i/d, which does not reach −1.",
            _other_angle(lambda places, d: _angles(places, d, d / max(1, d - 2))),
        ),
        Mistake(
            "one place too early",
            "1 is subtracted from the positions: use them as they are.",
            _rotary_with(first=-1),
        ),
    ]
)

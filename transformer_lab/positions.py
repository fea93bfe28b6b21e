"""Six ways to tell attention where a token stands, behind one interface.

Attention alone is blind to order. A scheme can give it order in three places, and every scheme here uses one of them:

- ``embed``: add something to the token embeddings (sinusoidal, learned);
- ``rotate``: turn queries and keys before they meet (rotary);
- ``bias``: add something to the scores (ALiBi, relative bias).

``NoPositions`` does nothing in all three: the control experiment.
"""

import math
from functools import lru_cache

import torch
from jaxtyping import Float, Int
from torch import Tensor, nn

from transformer_lab.numerics import at_least_float32


def sinusoidal_table(
    length: int, d_model: int, base: float = 10_000.0, layout: str = "interleaved"
) -> Float[Tensor, "length d_model"]:
    """``PE[p, 2i] = sin(p / base^(2i/d_model))``, ``PE[p, 2i+1] = cos(…)`` (Vaswani et al. 2017, section 3.5).

    ``layout="interleaved"`` alternates sine and cosine as in the paper; ``"halves"`` puts all sines before all
    cosines, as many libraries do. The two differ by a fixed permutation of the features, which a trained model cannot
    notice, but a model trained with one cannot be run with the other. An odd ``d_model`` ends with a sine that has no
    cosine.
    """
    if length < 0 or d_model < 1:
        raise ValueError(f"length must be >= 0 and d_model >= 1, got length={length}, d_model={d_model}")
    if layout not in ("interleaved", "halves"):
        raise ValueError(f"layout must be 'interleaved' or 'halves', got {layout!r}")
    # In float64: p * frequency in float32 is off by 1e-4 at position 10,000.
    angles = torch.arange(length, dtype=torch.float64)[:, None] * frequencies(d_model, base)
    if layout == "halves":
        table = torch.cat([angles.sin(), angles.cos()[:, : d_model // 2]], dim=1)
    else:
        table = torch.stack([angles.sin(), angles.cos()], dim=2).flatten(1)[:, :d_model]
    return table.to(torch.get_default_dtype())


def frequencies(d_model: int, base: float = 10_000.0) -> Float[Tensor, " pairs"]:
    """Angular frequency of each sine–cosine pair, ``base^(−2i/d_model)`` radians per position, as float64.

    The wavelengths ``2π / frequency`` run from 2π to almost ``2π · base`` positions.
    """
    return base ** (-torch.arange(0, d_model, 2, dtype=torch.float64) / d_model)


def shift_rotation(shift: float, d_model: int, base: float = 10_000.0) -> Float[Tensor, "d_model d_model"]:
    """The matrix ``R(k)`` with ``PE[p + k] = R(k) PE[p]`` for every p (interleaved layout, even ``d_model``).

    Each pair of features turns by ``shift · frequency``; R does not depend on p.
    """
    if d_model % 2:
        raise ValueError(f"d_model must be even: an odd one leaves a sine without its cosine, got {d_model}")
    blocks = []
    for angle in (shift * frequencies(d_model, base)).tolist():
        c, s = math.cos(angle), math.sin(angle)
        blocks.append(torch.tensor([[c, s], [-s, c]], dtype=torch.get_default_dtype()))
    return torch.block_diag(*blocks)


def apply_rotary(
    x: Float[Tensor, "*batch length d_head"], positions: Int[Tensor, " length"], base: float = 10_000.0
) -> Float[Tensor, "*batch length d_head"]:
    """Turn each pair ``(x[2i], x[2i+1])`` by ``position · base^(−2i/d_head)`` radians (RoPE, Su et al. 2021, eq. 34).

    A turned query times a turned key depends on their *distance* only: ``R(i)q · R(j)k = q · R(j − i)k``.
    """
    if x.shape[-1] % 2:
        raise ValueError(f"rotary positions turn pairs of features: d_head must be even, got {x.shape[-1]}")
    # In float64, which some devices do not have; a position times a frequency in 16 bits would be off by whole turns.
    angles = positions.cpu().double()[:, None] * frequencies(x.shape[-1], base)
    wide = at_least_float32(x)
    cos, sin = (each.to(wide.dtype).to(wide.device) for each in (angles.cos(), angles.sin()))
    return turn(wide, cos, sin).to(x.dtype)


def turn(
    x: Float[Tensor, "*batch length d_head"], cos: Float[Tensor, "length pairs"], sin: Float[Tensor, "length pairs"]
) -> Float[Tensor, "*batch length d_head"]:
    """Each pair ``(x[2i], x[2i+1])`` turned by its own angle."""
    even, odd = x[..., 0::2], x[..., 1::2]
    return torch.stack([even * cos - odd * sin, even * sin + odd * cos], dim=-1).flatten(-2)


def alibi_slopes(num_heads: int) -> Float[Tensor, " head"]:
    """``2^(−8h/num_heads)`` for h = 1 … num_heads, a power of two (Press et al. 2022, section 3).

    For other counts, as in the authors' code: the slopes of the next smaller power of two, then every second slope of
    the next larger one.
    """
    if num_heads < 1:
        raise ValueError(f"num_heads must be at least 1, got {num_heads}")
    power = 2 ** int(math.log2(num_heads))
    slopes = [2 ** (-8 * h / power) for h in range(1, power + 1)]
    slopes += [2 ** (-8 * h / (2 * power)) for h in range(1, 2 * power + 1, 2)][: num_heads - power]
    return torch.tensor(slopes)


def relative_buckets(
    distance: Int[Tensor, "*shape"], num_buckets: int = 32, max_distance: int = 128
) -> Int[Tensor, "*shape"]:
    """Which bucket a distance ``key − query`` falls in (T5, Raffel et al. 2020, section 2.1).

    Half of the buckets are for keys behind the query, half for keys ahead; near distances have one bucket each, far
    ones share logarithmically wider buckets, and everything beyond ``max_distance`` shares the last one.
    """
    if num_buckets < 4 or num_buckets % 4:
        raise ValueError(f"num_buckets must be a positive multiple of 4, got {num_buckets}")
    if max_distance <= num_buckets // 4:
        raise ValueError(f"max_distance must exceed num_buckets / 4 = {num_buckets // 4}, got {max_distance}")
    starts = torch.tensor(bucket_starts(num_buckets, max_distance), device=distance.device)
    # How many buckets start at or before this distance.
    return (distance > 0).long() * (num_buckets // 2) + torch.bucketize(distance.abs(), starts, right=True)


@lru_cache
def bucket_starts(num_buckets: int, max_distance: int) -> tuple[int, ...]:
    """The distance at which each bucket begins, but for the first: 1, 2, … ``e``, then the logarithmic ones.

    With ``e`` near and ``s`` far buckets on a side and ``m = max_distance``, far bucket n begins at the first d with
    ``s · log(d/e) / log(m/e) ≥ n``, which is ``dˢ ≥ eˢ⁻ⁿ mⁿ``: whole numbers, where no logarithm is a last digit low.
    """
    near = num_buckets // 4
    far, starts, d = num_buckets // 2 - near, list(range(1, near + 1)), near
    for n in range(1, far):
        while d**far < near ** (far - n) * max_distance**n:
            d += 1
        starts.append(d)
    return tuple(starts)


class Positions(nn.Module):
    """The interface. ``offset`` is the position of the first token given: not 0 when earlier ones sit in a cache."""

    def embed(self, x: Float[Tensor, "batch length d_model"], offset: int = 0) -> Tensor:
        """Token embeddings with the position added, where the scheme does that."""
        return x

    def rotate(self, x: Float[Tensor, "batch head length d_head"], offset: int = 0) -> Tensor:
        """Queries or keys, turned by their position, where the scheme does that."""
        return x

    def bias(self, query_length: int, key_length: int) -> Float[Tensor, "head query key"] | None:
        """What to add to the scores, or None. The last query stands at the last key."""
        return None


class OnePass(Positions):
    """A scheme during one pass through a stack of layers: its bias is made once, not once for each layer."""

    def __init__(self, scheme: Positions):
        super().__init__()
        self.embed, self.rotate, self._make_bias = scheme.embed, scheme.rotate, scheme.bias
        self._made: dict[tuple[int, int], Tensor | None] = {}

    def bias(self, query_length: int, key_length: int) -> Float[Tensor, "head query key"] | None:
        """The scheme's."""
        lengths = query_length, key_length
        if lengths not in self._made:
            self._made[lengths] = self._make_bias(query_length, key_length)
        return self._made[lengths]


class NoPositions(Positions):
    """Order-blind attention: the control experiment."""


class SinusoidalPositions(Positions):
    """Adds :func:`sinusoidal_table` to the embeddings; nothing is learned, any length works."""

    def __init__(self, d_model: int, base: float = 10_000.0, layout: str = "interleaved"):
        super().__init__()
        self.d_model, self.base, self.layout = d_model, base, layout
        self.register_buffer("table", sinusoidal_table(512, d_model, base, layout), persistent=False)

    def embed(self, x: Float[Tensor, "batch length d_model"], offset: int = 0) -> Tensor:
        """``x[b, p] + PE[offset + p]``. The table grows when a sequence is longer than any before."""
        end = offset + x.shape[1]
        if end > self.table.shape[0]:
            longer = sinusoidal_table(2 * end, self.d_model, self.base, self.layout)
            self.table = longer.to(self.table.dtype).to(self.table.device)
        return x + self.table[offset:end].to(x.dtype)


class LearnedPositions(Positions):
    """Adds one learned vector for each position; there is none past ``max_length``."""

    def __init__(self, d_model: int, max_length: int):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(max_length, d_model) * 0.02)

    def embed(self, x: Float[Tensor, "batch length d_model"], offset: int = 0) -> Tensor:
        """``x[b, p] + weight[offset + p]``; ValueError past the table's end."""
        end, known = offset + x.shape[1], self.weight.shape[0]
        if end > known:
            raise ValueError(f"position {end - 1} was never learned: this table holds positions 0 to {known - 1}")
        return x + self.weight[offset:end]


class RotaryPositions(Positions):
    """Turns queries and keys with :func:`apply_rotary`; nothing is learned, any length works."""

    def __init__(self, base: float = 10_000.0):
        super().__init__()
        self.base = base
        self._tables: dict[tuple[int, torch.dtype, torch.device], Tensor] = {}

    def rotate(self, x: Float[Tensor, "batch head length d_head"], offset: int = 0) -> Tensor:
        """:func:`apply_rotary` at positions ``offset, offset + 1, …``."""
        wide, end = at_least_float32(x), offset + x.shape[-2]
        cos, sin = self._table(wide, end)[:, offset:end]
        return turn(wide, cos, sin).to(x.dtype)

    def _table(self, x: Tensor, end: int) -> Float[Tensor, "2 length pairs"]:
        """Cosines and sines up to position ``end`` at least, made once for each format and device."""
        key = x.shape[-1], x.dtype, x.device
        table = self._tables.get(key)
        if table is None or table.shape[1] < end:
            with torch.inference_mode(False):  # what is kept must serve training too
                unit = torch.zeros(2 * end, x.shape[-1], dtype=torch.float64)
                unit[:, 0::2] = 1.0  # (1, 0) turned is (cos, sin)
                turned = apply_rotary(unit, torch.arange(2 * end), self.base)
                table = turned.unflatten(-1, (-1, 2)).movedim(-1, 0).to(x.dtype).to(x.device)
            self._tables[key] = table
        return table


class ALiBiPositions(Positions):
    """Adds ``−slope[h] · |query − key|`` to the scores; nothing is learned, any length works."""

    slopes: Tensor

    def __init__(self, num_heads: int):
        super().__init__()
        self.register_buffer("slopes", alibi_slopes(num_heads), persistent=False)

    def bias(self, query_length: int, key_length: int) -> Float[Tensor, "head query key"]:
        """A penalty that grows linearly with distance, steeper in the first heads."""
        distance = _distance(query_length, key_length, self.slopes.device)
        return -at_least_float32(self.slopes)[:, None, None] * distance.abs()


class RelativeBiasPositions(Positions):
    """Adds a learned number for each head and each bucket of distance (T5's form of Shaw et al. 2018)."""

    def __init__(self, num_heads: int, num_buckets: int = 32, max_distance: int = 128):
        super().__init__()
        relative_buckets(torch.tensor([0]), num_buckets, max_distance)  # refuses sizes that do not fit
        self.num_buckets, self.max_distance = num_buckets, max_distance
        self.weight = nn.Parameter(torch.zeros(num_heads, num_buckets))

    def bias(self, query_length: int, key_length: int) -> Float[Tensor, "head query key"]:
        """``weight[h, bucket(key − query)]``."""
        distance = _distance(query_length, key_length, self.weight.device)
        return self.weight[:, relative_buckets(distance, self.num_buckets, self.max_distance)]


def _distance(query_length: int, key_length: int, device: torch.device) -> Int[Tensor, "query key"]:
    """``key − query`` in positions, where the last query stands at the last key."""
    queries = torch.arange(key_length - query_length, key_length, device=device)
    return torch.arange(key_length, device=device)[None, :] - queries[:, None]


SCHEMES = ("none", "sinusoidal", "learned", "rotary", "alibi", "relative")


def make_positions(scheme: str, d_model: int, num_heads: int, max_length: int) -> Positions:
    """The scheme by its name, one of :data:`SCHEMES`."""
    if scheme not in SCHEMES:
        raise ValueError(f"positions must be one of {', '.join(SCHEMES)}; got {scheme!r}")
    return {
        "none": NoPositions,
        "sinusoidal": lambda: SinusoidalPositions(d_model),
        "learned": lambda: LearnedPositions(d_model, max_length),
        "rotary": RotaryPositions,
        "alibi": lambda: ALiBiPositions(num_heads),
        "relative": lambda: RelativeBiasPositions(num_heads),
    }[scheme]()

import math
from fractions import Fraction

import pytest
import torch
from parity import COARSE, TOLERANCE, assert_close, each_dtype, each_half, randomize

from transformer_lab.attention import MultiHeadAttention
from transformer_lab.positions import (
    SCHEMES,
    ALiBiPositions,
    LearnedPositions,
    NoPositions,
    OnePass,
    RelativeBiasPositions,
    RotaryPositions,
    SinusoidalPositions,
    alibi_slopes,
    apply_rotary,
    bucket_starts,
    frequencies,
    make_positions,
    relative_buckets,
    shift_rotation,
    sinusoidal_table,
)


def naive_sinusoids(length: int, d_model: int, layout: str) -> list[list[float]]:
    rows = []
    for p in range(length):
        pairs = [p / 10_000 ** (2 * i / d_model) for i in range((d_model + 1) // 2)]
        sines, cosines = [math.sin(a) for a in pairs], [math.cos(a) for a in pairs]
        if layout == "halves":
            rows.append(sines + cosines[: d_model // 2])
        else:
            rows.append([(cosines if f % 2 else sines)[f // 2] for f in range(d_model)])
    return rows


@each_dtype
@pytest.mark.parametrize("layout", ["interleaved", "halves"])
@pytest.mark.parametrize("d_model", [1, 2, 5, 8])
def test_sinusoids_equal_a_naive_loop_up_to_position_10_000(d_model, layout, dtype):
    torch.set_default_dtype(dtype)
    table = sinusoidal_table(10_001, d_model, layout=layout)
    expected = torch.tensor(naive_sinusoids(10_001, d_model, layout), dtype=torch.float64)
    assert_close(table, expected.to(dtype), "table")


def test_sinusoids_of_no_positions_and_another_base():
    assert sinusoidal_table(0, 4).shape == (0, 4)
    torch.set_default_dtype(torch.float64)
    row = sinusoidal_table(4, 4, base=100.0)[3]
    expected = [math.sin(3), math.cos(3), math.sin(0.3), math.cos(0.3)]
    assert_close(row, torch.tensor(expected), "base 100")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"length": -1, "d_model": 4}, "length must be >= 0"),
        ({"length": 3, "d_model": 0}, "d_model >= 1"),
        ({"length": 3, "d_model": 4, "layout": "paper"}, "layout must be 'interleaved' or 'halves', got 'paper'"),
    ],
)
def test_sinusoids_refuse_bad_sizes(arguments, message):
    with pytest.raises(ValueError, match=message):
        sinusoidal_table(**arguments)


@each_dtype
@pytest.mark.parametrize("shift", [0, 1, 7, -3, 100])
def test_a_shift_of_sinusoids_is_a_rotation(shift, dtype):
    torch.set_default_dtype(dtype)
    table, rotation = sinusoidal_table(300, 8), shift_rotation(float(shift), 8)
    first = max(0, -shift)
    last = min(300, 300 - shift)
    assert_close(table[first:last] @ rotation.T, table[first + shift : last + shift], "R(k) PE[p]")
    assert_close(rotation @ rotation.T, torch.eye(8), "R Rᵀ")


def test_a_rotation_needs_pairs():
    with pytest.raises(ValueError, match="d_model must be even: an odd one leaves a sine without its cosine, got 5"):
        shift_rotation(1.0, 5)


def test_frequencies_are_those_of_the_paper():
    expected = [10_000.0 ** (-2 * i / 7) for i in range(4)]
    assert_close(frequencies(7), torch.tensor(expected, dtype=torch.float64), "frequencies")


@each_dtype
@pytest.mark.parametrize("shape", [(1, 1, 1, 2), (2, 3, 5, 8), (4, 6)])
@pytest.mark.parametrize("offset", [0, 3, 5_000])
def test_rotary_is_a_turn_in_the_complex_plane(shape, offset, dtype):
    x = torch.randn(*shape, dtype=dtype)
    turned = apply_rotary(x, torch.arange(offset, offset + shape[-2]))
    expected = torch.empty(shape, dtype=torch.float64)
    for p in range(shape[-2]):
        for i in range(shape[-1] // 2):
            angle = (offset + p) * 10_000 ** (-2 * i / shape[-1])
            pair = torch.complex(x[..., p, 2 * i].double(), x[..., p, 2 * i + 1].double())
            pair = pair * complex(math.cos(angle), math.sin(angle))
            expected[..., p, 2 * i], expected[..., p, 2 * i + 1] = pair.real, pair.imag
    assert_close(turned, expected.to(dtype), "turned")
    assert_close(turned.norm(dim=-1) / x.norm(dim=-1), torch.ones(shape[:-1], dtype=dtype), "length of the vectors")
    if x.dim() == 4:
        assert_close(RotaryPositions().rotate(x, offset), turned, "the module")


def test_rotary_needs_pairs():
    with pytest.raises(ValueError, match="d_head must be even, got 3"):
        apply_rotary(torch.zeros(2, 3), torch.arange(2))


@pytest.mark.parametrize("offset", [1, 17, 4_000])
def test_rotary_scores_depend_on_distance_only(offset):
    q, k = torch.randn(2, 1, 3, 6, 8, dtype=torch.float64).unbind()
    rotary = RotaryPositions()
    here = rotary.rotate(q) @ rotary.rotate(k).mT
    there = rotary.rotate(q, offset) @ rotary.rotate(k, offset).mT
    assert_close(there, here, "scores")
    unequal = rotary.rotate(q, 1) @ rotary.rotate(k).mT
    assert (unequal - here).abs().max() > 0.1


@pytest.mark.parametrize("scheme", ["rotary", "alibi", "relative"])
def test_scores_of_equal_tokens_depend_on_i_minus_j(scheme):
    positions = randomize(make_positions(scheme, 8, 2, 16)).double()
    attention, seen = randomize(MultiHeadAttention(8, 2)).double(), []
    attention.hook_scores.register_forward_hook(lambda _m, _i, scores: seen.append(scores))
    attention(torch.randn(1, 1, 8, dtype=torch.float64).expand(1, 9, 8), positions=positions)
    (scores,) = seen
    assert_close(scores[..., 1:, 1:], scores[..., :-1, :-1], "scores one step down the diagonal")
    assert (scores[..., 0, :] - scores[..., 0, :1]).abs().max() > 0.01


@pytest.mark.parametrize("scheme", ["alibi", "relative"])
@pytest.mark.parametrize(("query", "key"), [(1, 1), (1, 9), (4, 9), (9, 9)])
def test_biases_place_the_last_query_at_the_last_key(scheme, query, key):
    positions = randomize(make_positions(scheme, 8, 2, 16))
    assert positions.bias(query, key).equal(positions.bias(key, key)[:, key - query :])


@pytest.mark.parametrize(
    ("heads", "exponents"),
    [
        (1, [8]),
        (2, [4, 8]),
        (8, [1, 2, 3, 4, 5, 6, 7, 8]),
        (12, [1, 2, 3, 4, 5, 6, 7, 8, 0.5, 1.5, 2.5, 3.5]),
        (3, [4, 8, 2]),
    ],
)
def test_alibi_slopes_by_hand(heads, exponents):
    torch.set_default_dtype(torch.float64)
    assert_close(alibi_slopes(heads), torch.tensor([2.0**-e for e in exponents]), "slopes")


def test_alibi_is_a_penalty_on_distance():
    bias = ALiBiPositions(2).bias(3, 3)
    distance = [[0, 1, 2], [1, 0, 1], [2, 1, 0]]
    for head, slope in enumerate((1 / 16, 1 / 256)):
        assert bias[head].tolist() == [[-slope * d for d in row] for row in distance]
    with pytest.raises(ValueError, match="num_heads must be at least 1, got 0"):
        ALiBiPositions(0)


def t5_bucket(distance: int, num_buckets: int, max_distance: int) -> int:
    """The definition in whole numbers: ⌊s · log(d/e) / log(m/e)⌋ is the largest n with (m/e)ⁿ ≤ (d/e)ˢ."""
    half = num_buckets // 2
    exact, size, start = half // 2, abs(distance), half if distance > 0 else 0
    if size < exact:
        return start + size
    steps = half - exact
    n = 0
    while n < steps - 1 and Fraction(max_distance, exact) ** (n + 1) <= Fraction(size, exact) ** steps:
        n += 1
    return start + exact + n


@pytest.mark.parametrize(("num_buckets", "max_distance"), [(32, 128), (8, 20), (4, 2), (16, 5), (64, 1000)])
def test_relative_buckets_equal_a_loop(num_buckets, max_distance, device):
    distances = range(-2 * max_distance, 2 * max_distance + 1)
    buckets = relative_buckets(torch.tensor(list(distances), device=device), num_buckets, max_distance)
    assert buckets.tolist() == [t5_bucket(d, num_buckets, max_distance) for d in distances]


def test_buckets_take_no_logarithm(monkeypatch):
    """On another device its last digit is another: log(64/8) / log(128/8) must be 3/4 and no less."""
    for name in ("log", "log2", "log10"):
        monkeypatch.setattr(torch, name, None)
        monkeypatch.setattr(torch.Tensor, name, None)
        if hasattr(math, name):
            monkeypatch.setattr(math, name, None)
    bucket_starts.cache_clear()
    ahead = relative_buckets(torch.tensor([7, 8, 11, 12, 15, 16, 22, 23, 31, 32, 63, 64, 90, 91, 127, 128, 10**6]))
    assert (ahead - 16).tolist() == [7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 13, 14, 14, 15, 15, 15, 15]


def test_relative_bias_looks_up_key_minus_query():
    positions = randomize(RelativeBiasPositions(3, 8, 20))
    bias = positions.bias(6, 9)
    for i in range(6):
        for j in range(9):
            assert bias[:, i, j].equal(positions.weight[:, t5_bucket(j - (i + 3), 8, 20)])
    assert not RelativeBiasPositions(3).bias(2, 2).any(), "it starts at zero"


@pytest.mark.parametrize("make", [relative_buckets, RelativeBiasPositions])
def test_bad_bucket_sizes(make):
    first = torch.tensor([1]) if make is relative_buckets else 2
    for count in (0, 2, 6, -4):
        with pytest.raises(ValueError, match=f"num_buckets must be a positive multiple of 4, got {count}"):
            make(first, count, 128)
    with pytest.raises(ValueError, match="max_distance must exceed num_buckets / 4 = 8, got 8"):
        make(first, 32, 8)


@each_dtype
@pytest.mark.parametrize("layout", ["interleaved", "halves"])
def test_sinusoidal_positions_add_the_table_and_grow(layout, dtype):
    torch.set_default_dtype(dtype)
    positions = SinusoidalPositions(6, layout=layout)
    expected = torch.tensor(naive_sinusoids(1_205, 6, layout))
    for offset, length in ((0, 3), (7, 2), (510, 5), (1_200, 5), (0, 4)):
        x = torch.randn(2, length, 6)
        assert_close(positions.embed(x, offset), x + expected[offset : offset + length], f"from {offset}")
    assert not positions.state_dict(), "a formula is not a weight"


def test_learned_positions_start_small_beside_the_tokens():
    """Normal, of mean 0 and standard deviation 0.02: a token's embedding has features of about 1."""
    weight = LearnedPositions(64, 512).weight.detach()
    assert abs(float(weight.std()) - 0.02) < 4e-4
    assert abs(float(weight.mean())) < 4e-4


def test_learned_positions_add_their_row_and_end():
    positions = LearnedPositions(4, 5)
    x = torch.randn(2, 3, 4)
    embedded = positions.embed(x, 2)
    assert_close(embedded, x + positions.weight[2:5], "embedded")
    embedded.sum().backward()
    assert positions.weight.grad[:, 0].tolist() == [0, 0, 2, 2, 2]
    with pytest.raises(ValueError, match="position 5 was never learned: this table holds positions 0 to 4"):
        positions.embed(x, 3)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_scheme_acts_in_one_place_only(scheme):
    positions = randomize(make_positions(scheme, 8, 2, 16))
    x, q = torch.randn(1, 5, 8), torch.randn(1, 2, 5, 4)
    acts = {
        "embed": not positions.embed(x).equal(x),
        "rotate": not positions.rotate(q).equal(q),
        "bias": positions.bias(5, 5) is not None,
    }
    where = {"sinusoidal": "embed", "learned": "embed", "rotary": "rotate", "alibi": "bias", "relative": "bias"}
    assert [place for place, does in acts.items() if does] == ([where[scheme]] if scheme in where else [])
    assert isinstance(positions, NoPositions) == (scheme == "none")


def test_unknown_scheme():
    with pytest.raises(ValueError, match=r"positions must be one of none, sinusoidal, .*; got 'rope'"):
        make_positions("rope", 8, 2, 16)


def test_tolerances_are_the_promised_ones():
    assert {torch.float32: 1e-6, torch.float64: 1e-10} == TOLERANCE
    assert {torch.bfloat16: 2 * 2**-7, torch.float16: 2 * 2**-10} == COARSE


@each_half
@pytest.mark.parametrize("offset", [0, 5_000])
@pytest.mark.parametrize("autocast", [False, True])
def test_16_bits_never_reach_the_angles(autocast, offset, dtype, device):
    """A position times a frequency in bfloat16 is off by whole turns from position 256 on."""
    x, rotary = torch.randn(1, 2, 7, 8, device=device).to(dtype), RotaryPositions()
    with torch.autocast(device, dtype, enabled=autocast):
        turned = rotary.rotate(x, offset)
        by_formula = apply_rotary(x, torch.arange(offset, offset + 7, device=device))
        embedded = SinusoidalPositions(8).to(device).embed(torch.zeros(1, 7, 8, device=device), offset)
    exact = apply_rotary(x.double(), torch.arange(offset, offset + 7, device=device))
    assert turned.equal(by_formula)
    assert (turned.double() - exact).abs().max() <= torch.finfo(dtype).eps * 4, "rounded once"
    expected = torch.tensor(naive_sinusoids(offset + 7, 8, "interleaved")[offset:], device=device)
    assert_close(embedded[0], expected, "the table")


@each_dtype
def test_rotary_tables_serve_every_format_length_and_mode(dtype):
    rotary, x = RotaryPositions(), torch.randn(1, 1, 40, 6, dtype=torch.float64)
    with torch.inference_mode():
        rotary.rotate(x[:, :, :3].to(dtype))
    for length, offset in ((3, 0), (40, 0), (5, 100), (2, 7)):
        part = x[:, :, :length].to(dtype).requires_grad_()
        turned = rotary.rotate(part, offset)
        assert turned.dtype == dtype
        assert_close(turned, apply_rotary(part, torch.arange(offset, offset + length)), f"{length} from {offset}")
        turned.sum().backward()
    with pytest.raises(ValueError, match="d_head must be even, got 3"):
        rotary.rotate(x[..., :3])


@pytest.mark.parametrize("scheme", SCHEMES)
def test_in_one_pass_a_bias_is_made_once(scheme):
    positions, made = randomize(make_positions(scheme, 8, 2, 16)), []
    bias = positions.bias
    positions.bias = lambda *lengths: made.append(lengths) or bias(*lengths)
    one_pass = OnePass(positions)
    x, q = torch.randn(1, 5, 8), torch.randn(1, 2, 5, 4)
    for _ in range(3):
        found, wanted = one_pass.bias(5, 5), bias(5, 5)
        assert found is wanted is None or found.equal(wanted)
    assert one_pass.embed(x, 1).equal(positions.embed(x, 1))
    assert one_pass.rotate(q, 1).equal(positions.rotate(q, 1))
    one_pass.bias(2, 5)
    assert made == [(5, 5), (2, 5)]
    assert not list(one_pass.parameters()), "the scheme's own stay the scheme's"

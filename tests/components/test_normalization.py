"""Both norms against ``torch.nn``, forward and backward.

Where the mean is large, ``nn.LayerNorm`` itself is off by 2e-3 in float32 (it rounds the mean). There the reference is
``nn.LayerNorm`` run in float64 on the same float32 numbers, and ours must be within 1e-6 of *that*.
"""

import pytest
import torch
from parity import assert_close, assert_gradients, assert_parity, each_dtype, own_gradients, randomize
from torch import nn

from transformer_lab.interop import from_torch
from transformer_lab.normalization import LayerNorm, RMSNorm, layer_norm, make_norm, rms_norm

WIDTHS = [1, 2, 3, 7, 64]
TOKENS = [(), (1,), (1, 1), (3, 5), (2, 3, 4)]
NORMS = {
    "layer": lambda d: nn.LayerNorm(d),
    "layer, eps 0.1": lambda d: nn.LayerNorm(d, eps=0.1),
    "layer, no bias": lambda d: nn.LayerNorm(d, bias=False),
    "layer, no affine": lambda d: nn.LayerNorm(d, elementwise_affine=False),
    "rms": lambda d: nn.RMSNorm(d),
    "rms, eps 0.1": lambda d: nn.RMSNorm(d, eps=0.1),
    "rms, no affine": lambda d: nn.RMSNorm(d, elementwise_affine=False),
}


def spread_rows(*shape: int) -> torch.Tensor:
    """Random rows without near-equal features, on which float32 is at ease; the uneasy ones follow below."""
    return torch.rand(*shape) + 5 * (torch.arange(shape[-1]) - shape[-1] // 2 + 0.5)


@each_dtype
@pytest.mark.parametrize("d_model", WIDTHS[1:])
@pytest.mark.parametrize("kind", NORMS)
def test_norms_are_torch_s(kind, d_model, dtype):
    theirs = randomize(NORMS[kind](d_model)).to(dtype)
    for tokens in TOKENS:
        theirs.zero_grad()
        ours = from_torch(theirs)
        assert_parity(ours, theirs, [spread_rows(*tokens, d_model).to(dtype)], modules=(ours, theirs))


ROWS = {
    "ordinary rows": lambda d: spread_rows(50, d),
    "an offset of 10,000": lambda d: spread_rows(50, d) + 10_000,
    "an offset of -10,000.1": lambda d: spread_rows(50, d) - 10_000.1,
    "near-equal features": lambda d: torch.randn(50, d) * 1e-3,
    "a constant row": lambda d: torch.full((1, d), 0.1),
    "a constant row at 10,000.1": lambda d: torch.full((2, d), 10_000.1),
    "zeros": lambda d: torch.zeros(1, d),
    "tiny": lambda d: torch.randn(3, d) * 1e-12,
}


@each_dtype
@pytest.mark.parametrize("d_model", WIDTHS)
@pytest.mark.parametrize("rows", ROWS)
@pytest.mark.parametrize("kind", ["layer", "rms"])
def test_hard_rows_agree_with_torch_in_float64(kind, rows, d_model, dtype):
    theirs = randomize(nn.LayerNorm(d_model) if kind == "layer" else nn.RMSNorm(d_model, eps=1e-5))
    ours, exact = from_torch(theirs.to(dtype)), theirs.double()
    x = ROWS[rows](d_model).to(dtype).requires_grad_()
    y = x.detach().double()
    if kind == "layer":
        # On paper a shift changes nothing; it spares the reference, too, the rounding at large offsets.
        y = y - y[:, :1]
    y.requires_grad_()
    output, expected = ours(x), exact(y)
    assert_close(output, expected.to(dtype), "output")
    direction = torch.randn_like(output)
    (output * direction).sum().backward()
    (expected * direction.double()).sum().backward()
    gradients = {"x": y.grad, **own_gradients(exact)}
    assert_gradients({"x": x.grad, **own_gradients(ours)}, {name: g.to(dtype) for name, g in gradients.items()})


@each_dtype
@pytest.mark.parametrize("d_model", [1, 7, 512])
def test_a_constant_row_becomes_the_bias(d_model, dtype):
    for value in (0.1, 10_000.0, 10_000.1, -3e5):
        normalized = layer_norm(torch.full((2, d_model), value, dtype=dtype))
        assert_close(normalized, torch.zeros_like(normalized), f"constant {value}")


def test_two_features_become_plus_and_minus_one():
    assert layer_norm(torch.tensor([[3.0, 7.0]]), eps=0.0).tolist() == [[-1.0, 1.0]]


def test_formulas_on_a_row_done_by_hand():
    row = torch.tensor([1.0, 2.0, 6.0, 7.0], dtype=torch.float64)  # mean 4, biased variance 6.5, mean square 22.5
    expected = torch.tensor([-3.0, -2.0, 2.0, 3.0], dtype=torch.float64) / 7.0**0.5
    assert_close(layer_norm(row, eps=0.5), expected, "layer_norm")
    assert_close(rms_norm(row, eps=2.5), row / 5, "rms_norm")
    assert_close(layer_norm(row, row, -row, eps=0.5), expected * row - row, "weight and bias")


def test_a_token_is_normalised_on_its_own():
    x = torch.randn(3, 4, 8)
    changed = x.clone()
    changed[0, 1] += 100
    for norm in (LayerNorm(8), RMSNorm(8)):
        same = (norm(x) == norm(changed)).all(dim=-1)
        same[0, 1] = True
        assert same.all()


def test_they_start_as_plain_normalisation():
    assert make_norm("layer", 3).weight.tolist() == [1.0] * 3
    assert make_norm("layer", 3).bias.tolist() == [0.0] * 3
    assert make_norm("rms", 3).weight.tolist() == [1.0] * 3
    assert make_norm("layer", 3, eps=0.25).eps == make_norm("rms", 3, eps=0.25).eps == 0.25
    assert type(make_norm("rms", 3)) is RMSNorm


@pytest.mark.parametrize("kind", [LayerNorm, RMSNorm])
def test_bad_sizes_are_named(kind):
    with pytest.raises(ValueError, match="d_model must be at least 1, got 0"):
        kind(0)
    with pytest.raises(ValueError, match="eps must not be negative, got -1"):
        kind(4, -1.0)
    with pytest.raises(ValueError, match="x: last axis has 5 features, but this norm was made for 4"):
        kind(4)(torch.zeros(2, 5))


def test_unknown_norm():
    with pytest.raises(ValueError, match="norm must be 'layer' or 'rms', got 'batch'"):
        make_norm("batch", 4)

"""Both norms against ``torch.nn``, forward and backward.

The modules call torch's kernels; the functions are the formulas. Where the mean is large, the kernel is off by 2e-3 in
float32 (it rounds the mean). There the reference is ``nn.LayerNorm`` run in float64 on the same float32 numbers, and
the formula must be within 1e-6 of *that*.
"""

import pytest
import torch
from parity import (
    assert_as_exact,
    assert_close,
    assert_gradients,
    assert_parity,
    each_dtype,
    each_format,
    each_half,
    own_gradients,
    randomize,
)
from torch import nn

from transformer_lab.interop import from_torch
from transformer_lab.normalization import LayerNorm, RMSNorm, layer_norm, make_norm, rms_norm, smallest_step

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


def formula(norm):
    """The function that the module stands for, with the module's weights."""
    if isinstance(norm, RMSNorm):
        return lambda x: rms_norm(x, norm.weight, norm.eps)
    return lambda x: layer_norm(x, norm.weight, norm.bias, norm.eps)


each_path = pytest.mark.parametrize("path", ["kernel", "formula"])


@each_format
@each_path
@pytest.mark.parametrize("d_model", WIDTHS[1:])
@pytest.mark.parametrize("kind", NORMS)
def test_norms_are_torch_s(kind, d_model, path, dtype, device):
    theirs = randomize(NORMS[kind](d_model)).to(device, dtype)
    for tokens in TOKENS:
        theirs.zero_grad()
        ours = from_torch(theirs)
        x = spread_rows(*tokens, d_model).to(device, dtype)
        assert_parity(ours if path == "kernel" else formula(ours), theirs, [x], modules=(ours, theirs))


@each_half
@pytest.mark.parametrize("size", [1e-3, 0.1, 1.0, 500.0, 3e4])
@pytest.mark.parametrize("kind", NORMS)
def test_in_16_bits_the_formula_is_as_exact_as_torch(kind, size, dtype, device):
    theirs = randomize(NORMS[kind](512)).to(device, dtype)
    x = (size * torch.randn(20, 512)).clamp(-6e4, 6e4).to(device, dtype)
    found, wanted = formula(from_torch(theirs))(x), theirs(x)
    if "rms" in kind and theirs.eps is None:
        theirs.eps = torch.finfo(torch.float32).eps  # float64's would be another formula
    exact = theirs.double()(x.double())
    assert_as_exact({"output": found}, {"output": wanted}, {"output": exact})
    assert found.detach().abs().max() > 1e-3, "squares of large numbers do not overflow into zeros"


@each_half
@pytest.mark.parametrize("kind", [LayerNorm, RMSNorm])
def test_input_and_weights_may_differ_in_format(kind, dtype, device, recwarn):
    """As in mixed precision, where the weights stay float32; PyTorch's kernels refuse that on a GPU, or warn."""
    norm = randomize(kind(8)).to(device)
    x = torch.randn(3, 8, device=device).to(dtype)
    found = norm(x)
    assert found.dtype == dtype
    assert_close(found, norm(x.float()).to(dtype), "rounded once, at the end")
    assert not recwarn.list
    with torch.autocast(device, dtype):
        assert_close(norm(x.float()), norm(x.float()), "float32 stays float32 under autocast")
        assert norm(x.float()).dtype == torch.float32


@each_half
def test_the_default_eps_of_16_bits_is_float32_s(dtype, device):
    step = torch.finfo(torch.float32).eps
    assert smallest_step(dtype) == smallest_step(torch.float32) == step
    assert smallest_step(torch.float64) == torch.finfo(torch.float64).eps
    x = (0.1 * torch.randn(4, 64)).to(device, dtype)
    assert rms_norm(x).equal(rms_norm(x, eps=step))
    assert RMSNorm(64).to(device, dtype)(x).equal(nn.RMSNorm(64).to(device, dtype)(x))
    assert (rms_norm(x).float().square().mean(-1) - 1).abs().max() < 0.01, "the size is 1, not 0.75"


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
    norm, exact = from_torch(theirs.to(dtype)), theirs.double()
    ours = formula(norm)
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
    assert_gradients({"x": x.grad, **own_gradients(norm)}, {name: g.to(dtype) for name, g in gradients.items()})


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

"""The fused path of attention: causal without a table, right in every backend, one product for three projections."""

import re

import pytest
import torch
import torch.nn.functional as F
from parity import (
    assert_close,
    assert_gradients,
    each_dtype,
    each_format,
    each_half,
    own_gradients,
    randomize,
    watch_scores,
)
from torch import nn
from torch.nn.attention import SDPBackend, sdpa_kernel

from transformer_lab import fused, masks
from transformer_lab.attention import KeyValueCache, MultiHeadAttention, scaled_dot_product_attention
from transformer_lab.masks import CausalMask, causal_mask, combine_masks, to_additive
from transformer_lab.positions import Positions, make_positions

each_path = pytest.mark.parametrize("path", ["fused", "explicit"])


@each_format
@each_path
@pytest.mark.parametrize("scheme", ["none", "rotary", "alibi", "relative"])
@pytest.mark.parametrize("kv_heads", [1, 2, 4])
def test_a_causal_mask_need_not_be_written_out(kv_heads, scheme, path, dtype, device):
    attention, positions = MultiHeadAttention(8, 4, num_kv_heads=kv_heads), make_positions(scheme, 8, 4, 16)
    parts = randomize(nn.ModuleDict({"attention": attention, "positions": positions})).to(device, dtype)
    if path == "explicit":
        watch_scores(attention)
    x = torch.randn(2, 6, 8, device=device, dtype=dtype)
    results = []
    for mask in (CausalMask(6, 6), causal_mask(6, device=device)):
        parts.zero_grad()
        y = x.clone().requires_grad_()
        output = attention(y, mask=mask, positions=positions)
        output.square().sum().backward()
        results.append((output, {"x": y.grad, **own_gradients(parts)}))
    assert_close(results[0][0], results[1][0], "output")
    assert_gradients(results[0][1], results[1][1])
    cache, steps = KeyValueCache(), []
    for start, end in ((0, 3), (3, 4), (4, 6)):  # the triangle ends at the last key, where is_causal would begin it
        mask = CausalMask(end - start, end)
        steps.append(attention(x[:, start:end], mask=mask, positions=positions, cache=cache))
    assert_close(torch.cat(steps, dim=1), results[1][0], "in three steps")


def test_nobody_writes_it_out_unasked(monkeypatch):
    def refuse(*_):
        raise AssertionError("a table of n × n was made")

    monkeypatch.setattr(masks, "causal_mask", refuse)
    module, x = randomize(MultiHeadAttention(8, 4, dropout=0.5)), torch.randn(2, 5, 8)
    module.train()(x, mask=CausalMask(5, 5))
    module.eval()(x, mask=CausalMask(5, 5), positions=make_positions("rotary", 8, 4, 16))
    cache = KeyValueCache()
    for i in range(5):
        module(x[:, i : i + 1], mask=CausalMask(1, i + 1), cache=cache)
    watch_scores(module)
    with pytest.raises(AssertionError, match="a table of n × n was made"):
        module(x, mask=CausalMask(5, 5))


def test_a_causal_mask_for_other_lengths_is_refused():
    module, x = MultiHeadAttention(4, 2), torch.randn(2, 3, 4)
    with pytest.raises(ValueError, match=r"mask is for \[query, key\] = \[4, 4\], got \[3, 3\]"):
        module(x, mask=CausalMask(4, 4))
    with pytest.raises(ValueError, match="key_length must be at least query_length = 4, got 3"):
        CausalMask(4, 3)
    padding = torch.tensor([[True, True, False]])[:, None, None, :]
    assert combine_masks(CausalMask(3, 3), padding).equal(causal_mask(3) & padding)
    assert combine_masks(CausalMask(1, 3), None) is None, "the last query sees everything"


class Forbidding(Positions):
    """A bias that is −inf: what an additive mask would be."""

    def __init__(self, bias):
        super().__init__()
        self.register_buffer("fixed", bias)

    def bias(self, query_length, key_length):
        return self.fixed


@each_format
@each_path
@pytest.mark.parametrize("hidden", ["one row", "every row"])
@pytest.mark.parametrize("training", [False, True])
def test_a_row_forbidden_by_the_bias_gives_zeros_too(training, hidden, path, dtype, device):
    allowed = torch.tensor([[1, 0, 1], [0, 0, 0], [1, 1, 1]]).bool().expand(2, 3, 3).clone()
    if hidden == "every row":
        allowed[:] = False
    bias = to_additive(allowed).to(device)  # float32, whatever the queries are
    attention = randomize(MultiHeadAttention(4, 2, dropout=0.3)).to(device, dtype).train(training)
    heads = []
    attention.hook_heads.register_forward_hook(lambda _m, _i, out: heads.append(out))
    if path == "explicit":
        watch_scores(attention)
    x = torch.randn(2, 3, 4, device=device, dtype=dtype, requires_grad=True)
    output = attention(x, positions=Forbidding(bias))
    assert not heads[0][:, :, 1].any()
    assert heads[0].any() == (hidden == "one row")
    output.square().sum().backward()
    assert output.isfinite().all()
    assert x.grad.isfinite().all()
    if not training:
        assert_close(attention(x, mask=allowed.to(device)), output, "the same as a mask")
    q = torch.randn(2, 3, 4, device=device, dtype=dtype)
    out, weights = scaled_dot_product_attention(q, q, q, bias=bias.to(dtype))
    assert not out[:, 1].any()
    assert not weights[:, 1].any()
    assert_close(out, scaled_dot_product_attention(q, q, q, allowed.to(device))[0], "the formula")


def backends(device):
    """Those of this device; the others exist for CUDA only."""
    return (SDPBackend.MATH, SDPBackend.FLASH_ATTENTION) if device == "cpu" else SDPBackend.__members__.values()


@each_format
@pytest.mark.parametrize("kind", ["padding", "per query", "bias"])
def test_whichever_backend_is_chosen_an_empty_row_gives_zeros(kind, dtype, device):
    q, k, v = torch.randn(3, 2, 4, 16, 32, device=device).to(dtype)
    mask = torch.rand(2, 1, 1 if kind == "padding" else 16, 16, device=device) < 0.5
    mask[..., 0] = True
    mask[1] = False
    bias = torch.randn(4, 16, 16, device=device) if kind == "bias" else None
    ran = 0
    for backend in backends(device):
        inputs = [t.clone().requires_grad_() for t in (q, k, v)]
        try:
            with sdpa_kernel([backend]):
                output = fused.fused_attention(*inputs, mask, bias)
        except RuntimeError as error:
            if not re.search("No available kernel|Invalid backend", str(error)):
                raise
            continue  # this backend does not take such input, and says so
        ran += 1
        expected = scaled_dot_product_attention(q.double(), k.double(), v.double(), mask, bias=bias)[0]
        assert_close(output, expected.to(dtype), f"{backend}")
        assert not output[1].any(), backend
        output.sum().backward()
        for t in inputs:
            assert t.grad.isfinite().all(), backend
            assert not t.grad[1].any(), backend
    assert ran > 0


@each_half
@pytest.mark.parametrize("scheme", ["alibi", "relative"])
def test_a_float32_bias_is_cast_to_16_bit_queries(scheme, dtype, device):
    attention, positions = randomize(MultiHeadAttention(64, 2)).to(device, dtype), make_positions(scheme, 64, 2, 16)
    positions = randomize(positions).to(device)
    x = torch.randn(2, 8, 64, device=device).to(dtype)
    found = attention(x, mask=CausalMask(8, 8), positions=positions)
    wanted = attention.float()(x.float(), mask=CausalMask(8, 8), positions=positions)
    assert_close(found, wanted.to(dtype), "as in float32")
    with torch.autocast(device, dtype):
        assert_close(attention(x.float(), mask=CausalMask(8, 8), positions=positions), wanted.to(dtype), "autocast")


@each_dtype
@pytest.mark.parametrize("of", ["self", "cross", "cross with values"])
@pytest.mark.parametrize("kv_heads", [2, 4])
def test_one_product_or_three(kv_heads, of, dtype, monkeypatch):
    module = randomize(MultiHeadAttention(8, 4, num_kv_heads=kv_heads)).to(dtype)
    xs = [torch.randn(2, 5, 8, dtype=dtype) for _ in range({"self": 1, "cross": 2, "cross with values": 3}[of])]
    results = []
    for few in (0, 1000):
        monkeypatch.setattr(fused, "FEW_ROWS", few)
        module.zero_grad()
        inputs = [x.clone().requires_grad_() for x in xs]
        output = module(*inputs)
        output.square().sum().backward()
        grads = {f"{i}": x.grad for i, x in enumerate(inputs)}
        results.append((output, grads | {n: p.grad.clone() for n, p in module.named_parameters()}))
    assert_close(results[0][0], results[1][0], "output")
    assert_gradients(results[0][1], results[1][1])


@pytest.mark.parametrize("how", ["hook", "pre-hook", "module", "forward"])
def test_who_touches_a_projection_is_heard(how, monkeypatch):
    monkeypatch.setattr(fused, "FEW_ROWS", 0)
    module, x = MultiHeadAttention(4, 2), torch.randn(2, 5, 4)
    plain, projection = module(x), module.k_proj
    if how == "hook":
        projection.register_forward_hook(lambda _m, _i, out: out * 2)
    elif how == "pre-hook":
        projection.register_forward_pre_hook(lambda _m, inputs: (inputs[0] * 2,))
    elif how == "module":
        module.k_proj = nn.Sequential(projection, nn.Hardtanh(-0.01, 0.01))
    else:
        projection.forward = lambda x: F.linear(x, projection.weight) * 2
    assert (module(x) - plain).abs().max() > 1e-3

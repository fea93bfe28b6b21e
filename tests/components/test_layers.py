"""Layers and stacks against ``torch.nn``: post- and pre-LN, train mode (dropout 0), eval mode, and with dropout."""

from copy import deepcopy

import pytest
import torch
from parity import (
    Shape,
    assert_as_exact,
    assert_close,
    assert_gradients,
    assert_parity,
    each_dtype,
    each_format,
    each_half,
    example_mask,
    own_gradients,
    randomize,
    torch_gradients,
)
from torch import nn

from transformer_lab.interop import from_torch
from transformer_lab.layers import DecoderLayer, EncoderLayer
from transformer_lab.masks import causal_mask, length_mask, to_torch_attn_mask, to_torch_key_padding_mask
from transformer_lab.normalization import RMSNorm

pytestmark = [
    pytest.mark.filterwarnings("ignore:enable_nested_tensor is True"),
    pytest.mark.filterwarnings("ignore:The PyTorch API of nested tensors"),
]
# d_model 1 to 3 are left to the tests of attention and norms: with so few features, the gradient through a chain of
# norms is a difference of nearly equal numbers, and in float32 torch's own is rounding.
STACKS = [
    Shape(1, 1, 1, 6, 1),
    Shape(2, 4, 6, 8, 2),
    Shape(1, 5, 2, 4, 4),
    Shape(3, 1, 3, 6, 1),
]
each_stack = pytest.mark.parametrize("shape", STACKS, ids=lambda s: "x".join(map(str, s)))
each_order = pytest.mark.parametrize("norm_first", [False, True], ids=["post-LN", "pre-LN"])
each_mode = pytest.mark.parametrize("training", [False, True], ids=["eval", "train"])
each_activation = pytest.mark.parametrize("activation", ["relu", "gelu"])


def torch_options(d_model, heads, **options):
    return {"d_model": d_model, "nhead": heads, "dim_feedforward": 7, "batch_first": True, "dropout": 0.0} | options


@each_format
@each_mode
@each_order
@each_activation
@pytest.mark.parametrize("kind", ["none", "padding", "causal", "causal+padding"])
@each_stack
def test_encoder_layer(shape, kind, activation, norm_first, training, dtype):
    batch, length, _, d_model, heads = shape
    options = torch_options(d_model, heads, activation=activation, norm_first=norm_first)
    theirs = randomize(nn.TransformerEncoderLayer(**options)).to(dtype).train(training)
    mask, their_mask = example_mask(kind, batch, heads, length, length)
    their_mask = {
        {"attn_mask": "src_mask", "key_padding_mask": "src_key_padding_mask"}[k]: m for k, m in their_mask.items()
    }
    keep = ~their_mask["src_key_padding_mask"] if "padding" in kind else None
    ours = from_torch(theirs)
    x = torch.randn(batch, length, d_model, dtype=dtype)
    assert_parity(lambda x: ours(x, mask), lambda x: theirs(x, **their_mask), [x], modules=(ours, theirs), keep=keep)


@each_format
@each_mode
@each_order
@each_activation
@each_stack
@pytest.mark.parametrize("padded", [False, True], ids=["whole", "padded"])
def test_decoder_layer(shape, padded, activation, norm_first, training, dtype):
    batch, target, source, d_model, heads = shape
    options = torch_options(d_model, heads, activation=activation, norm_first=norm_first)
    theirs = randomize(nn.TransformerDecoderLayer(**options)).to(dtype).train(training)
    causal = causal_mask(target)
    memory_mask, _ = example_mask("padding" if padded else "none", batch, heads, target, source)
    their_padding = None if memory_mask is None else to_torch_key_padding_mask(memory_mask)
    ours = from_torch(theirs)
    assert_parity(
        lambda x, memory: ours(x, memory, causal, memory_mask),
        lambda x, memory: theirs(x, memory, tgt_mask=to_torch_attn_mask(causal), memory_key_padding_mask=their_padding),
        [torch.randn(batch, n, d_model, dtype=dtype) for n in (target, source)],
        modules=(ours, theirs),
    )


@each_format
@each_mode
@each_order
@each_stack
@pytest.mark.parametrize("final_norm", [False, True], ids=["no final norm", "final norm"])
def test_encoder_stack(shape, final_norm, norm_first, training, dtype):
    batch, length, _, d_model, heads = shape
    layer = nn.TransformerEncoderLayer(**torch_options(d_model, heads, norm_first=norm_first))
    norm = nn.LayerNorm(d_model, eps=0.01) if final_norm else None
    theirs = randomize(nn.TransformerEncoder(layer, 3, norm=norm)).to(dtype).train(training)
    mask = length_mask((length - 1 - torch.arange(batch)).clamp(min=1), length)
    padding = to_torch_key_padding_mask(mask)
    ours = from_torch(theirs)
    assert_parity(
        lambda x: ours(x, mask),
        lambda x: theirs(x, src_key_padding_mask=padding),
        [torch.randn(batch, length, d_model, dtype=dtype)],
        modules=(ours, theirs),
        keep=~padding,
    )


@each_dtype
@each_mode
@each_order
@each_stack
def test_the_whole_is_nn_transformer(shape, norm_first, training, dtype):
    batch, target, source, d_model, heads = shape
    options = torch_options(d_model, heads, norm_first=norm_first, num_encoder_layers=2, num_decoder_layers=3)
    theirs = randomize(nn.Transformer(**options)).to(dtype).train(training)
    mask = length_mask((source - 1 - torch.arange(batch)).clamp(min=1), source)
    padding, causal = to_torch_key_padding_mask(mask), causal_mask(target)
    encoder, decoder = from_torch(theirs.encoder), from_torch(theirs.decoder)
    assert_parity(
        lambda x, y: decoder(y, encoder(x, mask), causal, mask),
        lambda x, y: theirs(
            x,
            y,
            tgt_mask=to_torch_attn_mask(causal),
            src_key_padding_mask=padding,
            memory_key_padding_mask=padding,
        ),
        [torch.randn(batch, n, d_model, dtype=dtype) for n in (source, target)],
    )
    gradients = [torch_gradients(part) for part in (theirs.encoder, theirs.decoder)]
    for i, part in enumerate((encoder, decoder)):
        assert_gradients(own_gradients(part), gradients[i])


@each_format
@each_order
@each_activation
def test_dropout_draws_what_torch_draws(norm_first, activation, dtype):
    options = torch_options(8, 2, norm_first=norm_first, activation=activation, dropout=0.3)
    theirs = randomize(nn.Transformer(**options, num_encoder_layers=2, num_decoder_layers=2)).to(dtype)
    encoder, decoder = from_torch(theirs.encoder), from_torch(theirs.decoder)
    # A batch of 1: PyTorch keeps its activations length first, and random numbers are dealt in the order of memory.
    x, y, causal = torch.randn(1, 6, 8, dtype=dtype), torch.randn(1, 4, 8, dtype=dtype), causal_mask(4)
    torch.manual_seed(7)
    expected = theirs(x, y, tgt_mask=to_torch_attn_mask(causal))
    state = torch.get_rng_state()
    torch.manual_seed(7)
    output = decoder(y, encoder(x), causal)
    assert_close(output, expected, "the same seed")
    assert torch.get_rng_state().equal(state), "as many numbers were drawn"
    assert (decoder.eval()(y, encoder.eval()(x), causal) - output).abs().max() > 0.01


@each_half
@each_order
@pytest.mark.parametrize("kind", ["encoder", "decoder"])
def test_under_autocast_they_are_as_exact_as_torch_s(kind, norm_first, dtype, device):
    layer = {"encoder": nn.TransformerEncoderLayer, "decoder": nn.TransformerDecoderLayer}[kind]
    theirs = randomize(layer(**torch_options(32, 4, norm_first=norm_first))).to(device)
    xs = [torch.randn(3, n, 32, device=device) for n in ((7,) if kind == "encoder" else (7, 5))]
    direction = torch.randn(3, 7, 32, device=device)

    def both_ways(module, inputs):
        inputs = [x.clone().requires_grad_() for x in inputs]
        output = module(*inputs)
        (output * direction).sum().backward()
        return {"output": output.detach(), **{f"input {i}": x.grad for i, x in enumerate(inputs)}}

    exact = both_ways(deepcopy(theirs).double(), [x.double() for x in xs])
    with torch.autocast(device, dtype):
        found, wanted = both_ways(from_torch(theirs), xs), both_ways(theirs, xs)
    assert all(value.dtype == torch.float32 for value in found.values())
    assert_as_exact(found, wanted, exact, dtype)


def test_an_attention_only_layer():
    for norm_first in (False, True):
        layer = randomize(EncoderLayer(8, 2, 0, norm_first=norm_first))
        x = torch.randn(2, 3, 8)
        expected = x + layer.self_attention(layer.norm1(x)) if norm_first else layer.norm1(x + layer.self_attention(x))
        assert_close(layer(x), expected, f"norm_first={norm_first}")
        assert layer.feed_forward is None
        assert layer.norm2 is None


@pytest.mark.parametrize("kind", [EncoderLayer, DecoderLayer])
def test_options_reach_the_parts(kind):
    layer = kind(8, 4, 6, dropout=0.25, activation="swiglu", norm="rms", eps=0.5, num_kv_heads=2)
    attentions = [m for name, m in layer.named_children() if name.endswith("attention") and "hook" not in name]
    assert len(attentions) == (1 if kind is EncoderLayer else 2)
    for attention in attentions:
        assert (attention.num_heads, attention.num_kv_heads, attention.dropout) == (4, 2, 0.25)
    assert layer.feed_forward.activation == "swiglu"
    assert layer.feed_forward.dropout.p == layer.dropout.p == 0.25
    norms = [m for m in layer.modules() if isinstance(m, RMSNorm)]
    assert len(norms) == len(attentions) + 1
    assert {norm.eps for norm in norms} == {0.5}


@pytest.mark.parametrize("kind", [EncoderLayer, DecoderLayer])
def test_hooks_see_what_each_sublayer_adds(kind):
    layer = randomize(kind(8, 2, 6, norm_first=True, dropout=0.3))
    added = []
    for name, module in layer.named_children():
        if name.startswith("hook"):
            module.register_forward_hook(lambda _m, _i, out: added.append(out))
    x, memory = torch.randn(2, 3, 8), torch.randn(2, 5, 8)
    output = layer(x) if kind is EncoderLayer else layer(x, memory)
    assert len(added) == (2 if kind is EncoderLayer else 3)
    assert_close(output, x + sum(added), "the residual stream is a sum")


@pytest.mark.parametrize("kind", [EncoderLayer, DecoderLayer])
@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"d_ff": -1}, "d_ff must be at least 1"),
        ({"norm": "batch"}, "norm must be 'layer' or 'rms'"),
        ({"activation": "tanh"}, "activation must be one of"),
        ({"dropout": 1.0}, "dropout must be in"),
        ({"num_heads": 3}, "d_model must be a positive multiple of num_heads"),
    ],
)
def test_bad_arguments_are_named(kind, options, message):
    with pytest.raises(ValueError, match=message):
        kind(**({"d_model": 8, "num_heads": 2, "d_ff": 6} | options))


def test_a_decoder_layer_needs_a_feed_forward_network():
    with pytest.raises(ValueError, match="d_ff must be at least 1"):
        DecoderLayer(8, 2, 0)

from functools import partial

import pytest
import torch
from parity import each_dtype
from torch import nn

from transformer_lab.attention import MultiHeadAttention
from transformer_lab.interop import from_torch
from transformer_lab.layers import DecoderLayer, EncoderLayer
from transformer_lab.models import Decoder, Encoder
from transformer_lab.normalization import LayerNorm, RMSNorm

LAYER = {"d_model": 4, "nhead": 2, "dim_feedforward": 6, "batch_first": True}
PAIRS = {
    LayerNorm: lambda: nn.LayerNorm(4),
    RMSNorm: lambda: nn.RMSNorm(4),
    MultiHeadAttention: lambda: nn.MultiheadAttention(4, 2, batch_first=True),
    EncoderLayer: lambda: nn.TransformerEncoderLayer(**LAYER),
    DecoderLayer: lambda: nn.TransformerDecoderLayer(**LAYER),
    Encoder: lambda: nn.TransformerEncoder(nn.TransformerEncoderLayer(**LAYER), 2),
    Decoder: lambda: nn.TransformerDecoder(nn.TransformerDecoderLayer(**LAYER), 2),
}


@each_dtype
@pytest.mark.parametrize("training", [True, False], ids=["train", "eval"])
@pytest.mark.parametrize("kind", PAIRS, ids=lambda kind: kind.__name__)
def test_kind_weights_number_format_and_mode_come_along(kind, training, dtype):
    theirs = PAIRS[kind]().to(dtype).train(training)
    ours = from_torch(theirs)
    assert type(ours) is kind
    assert all(module.training == training for module in ours.modules())
    assert sum(p.numel() for p in ours.parameters()) == sum(p.numel() for p in theirs.parameters())
    assert {p.dtype for p in ours.parameters()} == {dtype}
    values = torch.cat([p.flatten() for p in ours.parameters()])
    with torch.no_grad():
        for parameter in theirs.parameters():
            parameter.add_(1)
    after = torch.cat([p.flatten() for p in ours.parameters()])
    assert values.equal(after), "a copy: training one does not train the other"


def test_the_tall_matrix_is_cut_into_query_key_and_value():
    theirs = nn.MultiheadAttention(4, 2, batch_first=True)
    nn.init.normal_(theirs.in_proj_bias)
    ours = from_torch(theirs)
    for i, name in enumerate(("q_proj", "k_proj", "v_proj")):
        part = getattr(ours, name)
        assert part.weight.equal(theirs.in_proj_weight[4 * i : 4 * i + 4])
        assert part.bias.equal(theirs.in_proj_bias[4 * i : 4 * i + 4])
    assert ours.out_proj.weight.equal(theirs.out_proj.weight)


@pytest.mark.parametrize("eps", [0.1, 1e-5])
def test_the_final_norm_keeps_its_own_eps_and_kind(eps):
    layer = nn.TransformerEncoderLayer(**LAYER, layer_norm_eps=0.01)
    stack = from_torch(nn.TransformerEncoder(layer, 1, norm=nn.LayerNorm(4, eps=eps)))
    assert stack.norm.eps == eps
    assert stack.layers[0].norm1.eps == stack.layers[0].norm2.eps == 0.01
    assert isinstance(from_torch(nn.TransformerEncoder(layer, 1, norm=nn.RMSNorm(4))).norm, RMSNorm)


ACTIVATIONS = {
    "relu": [
        "relu", nn.functional.relu, torch.relu, torch.Tensor.relu, nn.ReLU(), nn.ReLU(inplace=True),
        partial(nn.functional.relu, inplace=True),
    ],
    "gelu": ["gelu", nn.functional.gelu, nn.GELU(), partial(nn.functional.gelu)],
    "gelu_tanh": [nn.GELU("tanh"), partial(nn.functional.gelu, approximate="tanh")],
}  # fmt: skip


@pytest.mark.parametrize(("name", "given"), [(name, given) for name in ACTIVATIONS for given in ACTIVATIONS[name]])
@pytest.mark.parametrize("kind", [nn.TransformerEncoderLayer, nn.TransformerDecoderLayer])
def test_activations_are_functions_or_modules(kind, name, given):
    theirs = kind(**LAYER, activation=given).eval()
    ours, x = from_torch(theirs).eval(), torch.randn(2, 3, 4)
    inputs = (x, x) if kind is nn.TransformerDecoderLayer else (x,)
    assert ours.feed_forward.activation == name
    torch.testing.assert_close(ours(*inputs), theirs(*inputs), atol=1e-6, rtol=1e-6)


def changed(layer, name, **values):
    for field, value in values.items():
        setattr(getattr(layer, name), field, value)
    return layer


@pytest.mark.parametrize(
    ("make", "kind", "message"),
    [
        (lambda: nn.Linear(2, 2), TypeError, "module: no counterpart for Linear; known: .*MultiheadAttention"),
        (lambda: nn.MultiheadAttention(4, 2), ValueError, "must be made with batch_first=True"),
        (lambda: nn.MultiheadAttention(4, 2, batch_first=True, add_bias_kv=True), ValueError, "module: bias_k"),
        (lambda: nn.MultiheadAttention(4, 2, batch_first=True, add_zero_attn=True), ValueError, "add_zero_attn"),
        (lambda: nn.MultiheadAttention(4, 2, batch_first=True, kdim=3), ValueError, "kdim and vdim"),
        (lambda: nn.TransformerEncoderLayer(4, 2, 6), ValueError, "batch_first=True"),
        (lambda: nn.TransformerEncoderLayer(**LAYER, bias=False), ValueError, "module: .*bias"),
        (lambda: nn.TransformerDecoderLayer(**LAYER, bias=False), ValueError, "module: .*bias"),
        (lambda: nn.TransformerEncoderLayer(**LAYER, activation=nn.Tanh()), ValueError, "module: activation Tanh"),
        (lambda: nn.TransformerEncoderLayer(**LAYER, activation=torch.tanh), ValueError, "module: activation tanh"),
        (lambda: nn.TransformerEncoderLayer(**LAYER, activation=lambda x: x), ValueError, "activation <lambda>"),
        (lambda: nn.TransformerEncoderLayer(**LAYER, activation=nn.LeakyReLU()), ValueError, "activation LeakyReLU"),
        (lambda: changed(nn.TransformerEncoderLayer(**LAYER), "norm2", eps=0.5), ValueError, "one eps .*0.5"),
        (lambda: changed(nn.TransformerDecoderLayer(**LAYER), "dropout2", p=0.5), ValueError, "one dropout .*0.5"),
        (lambda: changed(nn.TransformerEncoderLayer(**LAYER), "self_attn", dropout=0.5), ValueError, "one dropout"),
        (lambda: nn.LayerNorm((3, 4)), ValueError, "module: only norms over the last axis"),
        (lambda: nn.RMSNorm((3, 4)), ValueError, "module: only norms over the last axis"),
    ],
)
def test_what_has_no_counterpart_is_refused(make, kind, message):
    with pytest.raises(kind, match=message):
        from_torch(make())

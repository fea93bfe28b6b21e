"""Copy the weights of ``torch.nn`` modules into this package's components, to prove the two equal.

``from_torch(module)`` takes a norm, ``MultiheadAttention``, or an encoder or decoder (layer or stack) of ``torch.nn``
and returns ours, with the same weights, number format and mode (train or eval). ``batch_first`` modules are expected.
"""

from collections.abc import Callable, Mapping
from functools import partial, singledispatch
from typing import Any

import torch
from torch import Tensor, nn

from transformer_lab.attention import MultiHeadAttention
from transformer_lab.config import TransformerConfig
from transformer_lab.layers import DecoderLayer, EncoderLayer
from transformer_lab.models import Decoder, Encoder
from transformer_lab.normalization import LayerNorm, RMSNorm


@singledispatch
def from_torch(module: nn.Module) -> nn.Module:
    """Our counterpart of a ``torch.nn`` module, with its weights copied."""
    known = ", ".join(kind.__name__ for kind in from_torch.registry if kind is not object)
    raise TypeError(f"module: no counterpart for {type(module).__name__}; known: {known}")


def _fill(ours: nn.Module, state: Mapping[str, Tensor | None], like: nn.Module) -> Any:
    """Load ``state`` completely (a missing or an extra name is an error) and take over format and mode."""
    parameter = next(like.parameters(), torch.empty(0))
    ours.to(parameter.device, parameter.dtype)
    ours.load_state_dict({name: tensor for name, tensor in state.items() if tensor is not None})
    return ours.train(like.training)


def _prefixed(prefix: str, module: nn.Module) -> dict[str, Tensor]:
    return {f"{prefix}.{name}": tensor for name, tensor in module.state_dict().items()}


def _width(module: nn.LayerNorm | nn.RMSNorm) -> int:
    if len(module.normalized_shape) != 1:
        raise ValueError(f"module: only norms over the last axis have a counterpart, got {module.normalized_shape}")
    return module.normalized_shape[0]


@from_torch.register
def _(module: nn.LayerNorm) -> LayerNorm:
    ours = LayerNorm(_width(module), module.eps, affine=module.elementwise_affine, bias=module.bias is not None)
    return _fill(ours, module.state_dict(), module)


@from_torch.register
def _(module: nn.RMSNorm) -> RMSNorm:
    return _fill(RMSNorm(_width(module), module.eps, affine=module.elementwise_affine), module.state_dict(), module)


@from_torch.register
def _(module: nn.MultiheadAttention) -> MultiHeadAttention:
    if not module.batch_first:
        raise ValueError("module: MultiheadAttention must be made with batch_first=True, got batch_first=False")
    if module.bias_k is not None or module.add_zero_attn or module.in_proj_weight is None:
        raise ValueError("module: bias_k, add_zero_attn, kdim and vdim have no counterpart here")
    has_bias = module.in_proj_bias is not None
    ours = MultiHeadAttention(module.embed_dim, module.num_heads, dropout=module.dropout, bias=has_bias)
    state: dict[str, Tensor | None] = {**_prefixed("out_proj", module.out_proj)}
    # PyTorch keeps W_Q, W_K and W_V as one tall matrix.
    for name, weight in zip(("q_proj", "k_proj", "v_proj"), module.in_proj_weight.chunk(3), strict=True):
        state[f"{name}.weight"] = weight
    if has_bias:
        for name, bias in zip(("q_proj", "k_proj", "v_proj"), module.in_proj_bias.chunk(3), strict=True):
            state[f"{name}.bias"] = bias
    return _fill(ours, state, module)


def _activation(given: nn.Module | Callable[..., Tensor]) -> str:
    """Our name of an activation, given as a function or as a module."""
    function, options = (given.func, given.keywords) if isinstance(given, partial) else (given, {})
    if isinstance(given, nn.ReLU) or function in (nn.functional.relu, torch.relu, torch.relu_, Tensor.relu):
        return "relu"
    if isinstance(given, nn.GELU) or function is nn.functional.gelu:
        approximate = given.approximate if isinstance(given, nn.GELU) else options.get("approximate", "none")
        return {"none": "gelu", "tanh": "gelu_tanh"}[approximate]
    name = type(given).__name__ if isinstance(given, nn.Module) else getattr(given, "__name__", repr(given))
    raise ValueError(f"module: activation {name} has no counterpart; use ReLU or GELU (exact or tanh)")


def _options(module: nn.TransformerEncoderLayer | nn.TransformerDecoderLayer) -> dict[str, Any]:
    """The constructor arguments of our layer, read off theirs."""
    parts = list(module.children())
    dropouts = {part.p for part in parts if isinstance(part, nn.Dropout)}
    dropouts |= {part.dropout for part in parts if isinstance(part, nn.MultiheadAttention)}
    for name, found in (("dropout", dropouts), ("eps", {part.eps for part in parts if isinstance(part, nn.LayerNorm)})):
        if len(found) > 1:
            raise ValueError(f"module: one {name} for the whole layer has a counterpart, got {sorted(found)}")
    if module.linear1.bias is None:
        raise ValueError("module: a layer with bias=False has no counterpart; use bias=True")
    return {
        "d_model": module.self_attn.embed_dim,
        "num_heads": module.self_attn.num_heads,
        "d_ff": module.linear1.out_features,
        "dropout": module.dropout.p,
        "activation": _activation(module.activation),
        "norm_first": module.norm_first,
        "eps": module.norm1.eps,
    }


def _layer_state(module: nn.Module, attentions: dict[str, str]) -> dict[str, Tensor]:
    state = {}
    for ours, theirs in attentions.items():
        state |= _prefixed(ours, from_torch(getattr(module, theirs)))
    for name in ("linear1", "linear2"):
        state |= _prefixed(f"feed_forward.{name}", getattr(module, name))
    for name, norm in module.named_children():
        if isinstance(norm, nn.LayerNorm):
            state |= _prefixed(name, norm)
    return state


@from_torch.register
def _(module: nn.TransformerEncoderLayer) -> EncoderLayer:
    state = _layer_state(module, {"self_attention": "self_attn"})
    return _fill(EncoderLayer(**_options(module)), state, module)


@from_torch.register
def _(module: nn.TransformerDecoderLayer) -> DecoderLayer:
    state = _layer_state(module, {"self_attention": "self_attn", "cross_attention": "multihead_attn"})
    return _fill(DecoderLayer(**_options(module)), state, module)


def _stack(module: nn.TransformerEncoder | nn.TransformerDecoder, kind: type[Encoder] | type[Decoder]) -> Any:
    layers = [
        each for each in module.layers if isinstance(each, nn.TransformerEncoderLayer | nn.TransformerDecoderLayer)
    ]
    if not layers or len(layers) < len(module.layers):
        kinds = sorted({type(each).__name__ for each in module.layers})
        raise ValueError(f"module: a stack must have one or more of torch.nn's own layers, got {kinds or 'none'}")
    config = TransformerConfig(
        vocab_size=1,
        num_layers=len(layers),
        final_norm=module.norm is not None,
        **_options(layers[0]),
    )
    ours = kind(config)
    ours.layers = nn.ModuleList(from_torch(layer) for layer in layers)
    ours.norm = nn.Identity() if module.norm is None else from_torch(module.norm)
    return ours.train(module.training)


@from_torch.register
def _(module: nn.TransformerEncoder) -> Encoder:
    return _stack(module, Encoder)


@from_torch.register
def _(module: nn.TransformerDecoder) -> Decoder:
    return _stack(module, Decoder)

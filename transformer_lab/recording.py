"""See inside a model while it runs: every attention head's weights, every norm's statistics.

::

    with record(model) as trace:
        model(source, target)
    trace.attention["decoder.layers.0.cross_attention"].weights  # [batch, head, query, key]

Recording changes no output and leaves nothing behind, whatever happens inside the block.
"""

import math
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor, nn

from transformer_lab.attention import MultiHeadAttention
from transformer_lab.normalization import LayerNorm, RMSNorm, smallest_step
from transformer_lab.numerics import at_least_float32


@dataclass(frozen=True)
class AttentionRecord:
    """What one attention module computed in one forward pass, detached.

    Attributes:
        name: the module's name in the model, such as ``encoder.layers.0.self_attention``.
        query, key, value: after the split into heads (and rotation, and repetition of shared heads).
        scores: scaled and biased, −inf where attending is forbidden; their softmax over keys gives the weights (zeros
            where a whole row is forbidden).
        weights: what multiplied the values. While dropout is active their rows do not sum to 1. A hook that replaces
            them is seen when it was registered before the recording began.
        scale: the factor on ``q·k``, ``1/√d_head``.
    """

    name: str
    query: Float[Tensor, "batch head query d_head"]
    key: Float[Tensor, "batch head key d_head"]
    value: Float[Tensor, "batch head key d_head"]
    scores: Float[Tensor, "batch head query key"]
    weights: Float[Tensor, "batch head query key"]
    scale: float


@dataclass(frozen=True)
class NormRecord:
    """What one norm saw and made in one forward pass, detached.

    Attributes:
        name: the module's name in the model.
        kind: ``"layer"`` or ``"rms"``.
        input, output: the tokens before and after, ``[batch, length, d_model]``.
        weight, bias: the learned gain and shift (None where the norm has none).
        eps: as used in the formula.
    """

    name: str
    kind: str
    input: Float[Tensor, "batch length d_model"]
    output: Float[Tensor, "batch length d_model"]
    weight: Float[Tensor, " d_model"] | None
    bias: Float[Tensor, " d_model"] | None
    eps: float

    @property
    def mean(self) -> Float[Tensor, "batch length"]:
        """Mean of each token's features, before the norm."""
        return at_least_float32(self.input).mean(dim=-1)

    @property
    def deviation(self) -> Float[Tensor, "batch length"]:
        """Standard deviation (biased, without eps) of each token's features, before the norm."""
        return at_least_float32(self.input).var(dim=-1, unbiased=False).sqrt()

    @property
    def rms(self) -> Float[Tensor, "batch length"]:
        """Root mean square of each token's features, before the norm."""
        return at_least_float32(self.input).square().mean(dim=-1).sqrt()


@dataclass
class Trace:
    """What was recorded, in the order of execution. A module that runs again replaces its record."""

    attention: dict[str, AttentionRecord] = field(default_factory=dict)
    norms: dict[str, NormRecord] = field(default_factory=dict)

    def kinds(self) -> list[str]:
        """The kinds of attention found, such as ``["encoder.self_attention", "decoder.cross_attention"]``."""
        return list(dict.fromkeys(_kind(name) for name in self.attention))

    def attention_of(self, kind: str) -> list[AttentionRecord]:
        """The records of one kind, first layer first. Raises KeyError naming the kinds there are."""
        found = [record for name, record in self.attention.items() if _kind(name) == kind]
        if not found:
            raise KeyError(f"kind {kind!r} was not recorded; recorded: {', '.join(self.kinds()) or 'nothing'}")
        return found

    def weights_of(self, kind: str) -> Float[Tensor, "layer batch head query key"]:
        """The weights of all layers of one kind as one tensor."""
        return torch.stack([record.weights for record in self.attention_of(kind)])


def _kind(name: str) -> str:
    """``encoder.layers.0.self_attention`` → ``encoder.self_attention``."""
    return re.sub(r"(^|\.)layers\.\d+(?=\.|$)", "", name).lstrip(".") or name


class _Recorder:
    """The hooks of one block, with the half-made records of the modules that are running."""

    def __init__(self, trace: Trace, hooks: ExitStack):
        self.trace, self.hooks = trace, hooks

    def watch_attention(self, name: str, module: MultiHeadAttention) -> None:
        parts: dict[str, Tensor] = {}
        for part in ("query", "key", "value", "scores", "weights"):
            self.add(
                getattr(module, f"hook_{part}"),
                lambda _m, _i, out, part=part: parts.update({part: out.detach()}),
            )

        def finish(*_: object) -> None:
            self.trace.attention.pop(name, None)
            self.trace.attention[name] = AttentionRecord(name=name, scale=1 / math.sqrt(module.d_head), **parts)
            parts.clear()

        self.add(module, finish)

    def watch_norm(self, name: str, module: LayerNorm | RMSNorm) -> None:
        def finish(_module: nn.Module, inputs: tuple[Tensor], output: Tensor) -> None:
            x, kind = inputs[0], "layer" if isinstance(module, LayerNorm) else "rms"
            eps = smallest_step(x.dtype) if module.eps is None else module.eps
            weight, bias = module.weight, getattr(module, "bias", None)
            self.trace.norms.pop(name, None)
            self.trace.norms[name] = NormRecord(
                name=name,
                kind=kind,
                input=x.detach(),
                output=output.detach(),
                weight=None if weight is None else weight.detach().clone(),
                bias=None if bias is None else bias.detach().clone(),
                eps=eps,
            )

        self.add(module, finish)

    def add(self, module: nn.Module, hook: Callable[..., Any]) -> None:
        self.hooks.callback(module.register_forward_hook(hook).remove)


_recording: set[int] = set()


@contextmanager
def record(model: nn.Module) -> Iterator[Trace]:
    """Record every :class:`MultiHeadAttention`, :class:`LayerNorm` and :class:`RMSNorm` inside ``model``.

    Attention takes its explicit path meanwhile, so that there are weights to see; outputs agree to 1e-6 in float32. In
    training mode the same random numbers are drawn as without recording.

    Raises:
        RuntimeError: when the model, or a part of it, is being recorded already.
        ValueError: when there is nothing in the model to record.
    """
    modules = {
        name: module
        for name, module in model.named_modules()
        if isinstance(module, MultiHeadAttention | LayerNorm | RMSNorm)
    }
    if not modules:
        raise ValueError(f"model: {type(model).__name__} holds no MultiHeadAttention, LayerNorm or RMSNorm to record")
    ids = {id(module) for module in modules.values()}
    if ids & _recording:
        raise RuntimeError("this model is being recorded already: use the outer block's trace")
    trace = Trace()
    with ExitStack() as hooks:
        recorder = _Recorder(trace, hooks)
        _recording.update(ids)
        hooks.callback(_recording.difference_update, ids)
        for name, module in modules.items():
            if isinstance(module, MultiHeadAttention):
                recorder.watch_attention(name or "attention", module)
            else:
                recorder.watch_norm(name or "norm", module)
        yield trace

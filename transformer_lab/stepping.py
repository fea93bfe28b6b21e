"""One more token, with little around the arithmetic: what the modules compute for a single new token, prepared once.

A decoder that is asked for one token at a time spends most of its time *between* the products: it enters modules,
passes hook points, checks shapes that cannot have changed. :class:`Step` calls the same functions with the same weights
and caches. It steps aside for the modules as soon as somebody watches one, or a gradient or dropout is wanted.
"""

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from jaxtyping import Float, Int
from torch import Tensor, nn

from transformer_lab.attention import KeyValueCache, MultiHeadAttention
from transformer_lab.fused import fused_attention, is_plain
from transformer_lab.layers import DecoderLayer, EncoderLayer
from transformer_lab.models import CausalLanguageModel, LayerCache, Transformer, check_token_ids
from transformer_lab.positions import Positions

# Where a kernel is planned anew for every length of the keys (cuDNN: 60 ms each), the whole room of the cache is given,
# with a mask for what is not filled yet: a few lengths in place of hundreds.
FEW_LENGTHS = ("cuda",)

PLAIN = vars(nn.Module()).keys()  # what every module holds


class Step:
    """``step(last tokens)``: logits of the next ones. ``cache`` holds what came before; it may be empty.

    ``memory`` is what the encoder made of the source, for a Transformer; its keys and values are computed with the
    first token. ``memory_mask`` says which source tokens may be seen (None: all). The weights are read when the step is
    made.
    """

    def __init__(
        self,
        model: Transformer | CausalLanguageModel,
        cache: Sequence[LayerCache] | Sequence[KeyValueCache],
        memory: Float[Tensor, "batch source d_model"] | None = None,
        memory_mask: Tensor | None = None,
    ):
        self.model, self.cache, self.memory, self.memory_mask = model, cache, memory, memory_mask
        translates = isinstance(model, Transformer)
        self.embedding = model.target_embedding if translates else model.embedding
        self.positions = model.target_positions if translates else model.positions
        self.scale = self.embedding.weight.shape[1] ** 0.5
        self.layers = [_Layer(layer) for layer in model.decoder.layers]
        parts = [model.decoder, self.embedding, model.output]
        self.modules = [module for part in parts for module in part.modules()]
        self.hooks = [h for m in self.modules for h in (m._forward_hooks, m._forward_pre_hooks)]

    def serves(self, new: Int[Tensor, "batch new"]) -> bool:
        """Whether these are one token for every row, there is room for it, and nobody would notice.

        Somebody would with gradients, dropout or a hook; the modules have the words for what does not fit.
        """
        room = self.own_caches()[0].length < self.embedding.max_length
        fits = new.shape[1] == 1 and room and (self.memory is None or len(self.memory) == len(new))
        return fits and not (torch.is_grad_enabled() or self.model.training or any(self.hooks))

    def own_caches(self) -> list[KeyValueCache]:
        """Each layer's cache of its own tokens."""
        return [each[0] if isinstance(each, tuple) else each for each in self.cache]

    def __call__(self, last: Int[Tensor, "batch 1"]) -> Float[Tensor, "batch vocab"]:
        """The logits after ``last``, which is not in the cache yet."""
        check_token_ids(last, self.embedding.weight.shape[0])
        offset = self.own_caches()[0].length
        x = self.positions_added(F.embedding(last, self.embedding.weight) * self.scale, offset)
        bias = self.positions.bias(1, offset + 1)  # the same for every layer
        if self.memory is not None:
            self.read(self.memory)
        for layer, cache in zip(self.layers, self.cache, strict=True):
            own, memory = cache if isinstance(cache, tuple) else (cache, None)
            x = layer(x, own, memory, self.memory_mask, self.positions, bias)
        return F.linear(self.model.decoder.norm.forward(x), self.model.output.weight)[:, -1]

    def read(self, source: Float[Tensor, "batch source d_model"]) -> None:
        """Compute the keys and values of cross-attention, where that has not been done yet."""
        for layer, caches in zip(self.model.decoder.layers, self.cache, strict=True):
            if not isinstance(layer, DecoderLayer) or not isinstance(caches, tuple):
                raise TypeError(f"memory: layers of a decoder read it, got a {type(layer).__name__}")
            attention, cache = layer.cross_attention, caches[1]
            if not cache.length:
                cache.append(*attention.project(source, attention.k_proj, attention.v_proj))

    def positions_added(self, content: Tensor, offset: int) -> Tensor:
        """The embedding's own scheme, which a reader may have exchanged."""
        return self.embedding.positions.embed(content, offset)


def can_step(model: Transformer | CausalLanguageModel) -> bool:
    """Whether the decoder is made of this package's own parts, none of them exchanged."""
    embedding = model.target_embedding if isinstance(model, Transformer) else model.embedding
    layers = list(model.decoder.layers)
    attentions = [m for layer in layers for m in layer.modules() if isinstance(m, MultiHeadAttention)]
    linears = [p for m in attentions for p in (m.q_proj, m.k_proj, m.v_proj, m.out_proj)]
    return (
        type(model) in (Transformer, CausalLanguageModel)
        and all(type(layer) in (EncoderLayer, DecoderLayer) for layer in layers)
        and all(type(m) is MultiHeadAttention for m in attentions)
        and all(is_plain(linear) for linear in [*linears, model.output])
        and not any(_rewired(m) for part in (model.decoder, embedding, model.output) for m in part.modules())
        and not _rewired(model)
    )


def _rewired(module: nn.Module) -> bool:
    """Whether somebody put a function of their own in the place of one of its methods."""
    own = vars(module).keys() - PLAIN
    return any(callable(getattr(type(module), name, None)) for name in own)


class _Layer:
    """A decoder layer, or an encoder layer under a causal mask, for one new token in every row."""

    def __init__(self, layer: nn.Module):
        if not isinstance(layer, EncoderLayer | DecoderLayer):
            raise TypeError(f"model: its layers must be EncoderLayer or DecoderLayer, got {type(layer).__name__}")
        self.norm_first, self.feed_forward = layer.norm_first, layer.feed_forward
        self.own = _Attention(layer.self_attention, layer.self_attention.k_proj, layer.self_attention.v_proj)
        self.cross = _Attention(layer.cross_attention) if isinstance(layer, DecoderLayer) else None
        self.norms = [layer.norm1, layer.norm2, layer.norm3] if self.cross else [layer.norm1, layer.norm2]

    def __call__(
        self,
        x: Tensor,
        own: KeyValueCache,
        memory: KeyValueCache | None,
        memory_mask: Tensor | None,
        positions: Positions,
        bias: Tensor | None,
    ) -> Tensor:
        x = self.add(x, self.norms[0], lambda h: self.own.to_itself(h, own, positions, bias))
        cross = self.cross
        if cross is not None and memory is not None:
            x = self.add(x, self.norms[1], lambda h: cross.to_memory(h, memory, memory_mask))
        return x if self.feed_forward is None else self.add(x, self.norms[-1], self.feed_forward.forward)

    def add(self, x, norm, sublayer) -> Tensor:
        """One residual connection, as in :mod:`transformer_lab.layers`."""
        return x + sublayer(norm.forward(x)) if self.norm_first else norm.forward(x + sublayer(x))


class _Attention:
    """An attention with the weights of its queries, and of its keys and values if they are new, as one matrix."""

    def __init__(self, module: MultiHeadAttention, *others: nn.Linear):
        joined = (module.q_proj, *others)
        self.weight = torch.cat([p.weight for p in joined]).detach()
        self.bias = None if module.q_proj.bias is None else torch.cat([p.bias for p in joined]).detach()
        self.out, self.d_head = module.out_proj, module.d_head
        self.groups = [module.num_heads, *(module.num_kv_heads for _ in others)]

    def project(self, x: Tensor) -> tuple[Tensor, ...]:
        """``[batch, head, 1, d_head]`` for the queries, and the keys and values."""
        heads = F.linear(x, self.weight, self.bias).unflatten(-1, (-1, self.d_head)).transpose(1, 2)
        return heads.split(self.groups, dim=1) if len(self.groups) > 1 else (heads,)

    def merge(self, heads: Tensor) -> Tensor:
        return F.linear(heads.transpose(1, 2).flatten(2), self.out.weight, self.out.bias)

    def to_itself(self, x: Tensor, cache: KeyValueCache, positions: Positions, bias: Tensor | None) -> Tensor:
        q, k, v = self.project(x)
        if type(positions).rotate is not Positions.rotate:
            q, k = positions.rotate(q, cache.length), positions.rotate(k, cache.length)
        k, v = cache.append(k, v)
        mask = None
        if bias is None and k.device.type in FEW_LENGTHS:
            k, v, mask = cache.whole_room()
        return self.merge(fused_attention(q, k, v, mask, bias))

    def to_memory(self, x: Tensor, cache: KeyValueCache, mask: Tensor | None) -> Tensor:
        (q,) = self.project(x)
        return self.merge(fused_attention(q, *cache.held(), mask))

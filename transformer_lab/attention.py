"""Attention: the formula, and the module with heads (Vaswani et al. 2017, sections 3.2.1 and 3.2.2)."""

import math
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor, nn

from transformer_lab.fused import fused_attention, project
from transformer_lab.masks import CausalMask, check_mask, write_out
from transformer_lab.positions import Positions

Mask = Tensor | CausalMask


def masked_softmax(
    scores: Float[Tensor, "*batch query key"], mask: Tensor | None = None
) -> Float[Tensor, "*batch query key"]:
    """Softmax over the keys a query may attend to; a query that may attend to none gets zeros, not NaN.

    A score of −inf forbids as the mask does. The row of zeros is safe in the backward pass too: its scores are replaced
    *before* the softmax, so that no NaN is ever made which a later multiplication by zero could not remove.
    """
    if mask is not None:
        scores = scores.masked_fill(~mask, float("-inf"))
    nothing = scores.isneginf().all(dim=-1, keepdim=True)
    return scores.masked_fill(nothing, 0.0).softmax(dim=-1).masked_fill(nothing, 0.0)


def scaled_dot_product_attention(
    query: Float[Tensor, "*batch query d_head"],
    key: Float[Tensor, "*batch key d_head"],
    value: Float[Tensor, "*batch key d_value"],
    mask: Tensor | None = None,
    *,
    bias: Float[Tensor, "*bias_batch query key"] | None = None,
    scale: float | None = None,
) -> tuple[Float[Tensor, "*batch query d_value"], Float[Tensor, "*batch query key"]]:
    """``softmax(scale · Q Kᵀ + bias) V`` and the weights it used (Vaswani et al. 2017, eq. 1).

    ``scale`` defaults to ``1/√d_head``. ``mask`` is boolean, True = may attend, of any shape that broadcasts to
    ``[*batch, query, key]``. A fully masked query gets zeros. The scores of float16 are computed in float32 (they may
    leave its range); the weights come in the values' format.
    """
    scale = 1 / math.sqrt(query.shape[-1]) if scale is None else scale
    with out_of_half(query.device):
        scores = (with_room(query) * scale) @ with_room(key).transpose(-2, -1)
    if bias is not None:
        scores = scores + bias
    if mask is not None:
        check_mask(mask, tuple(scores.shape))
        mask = mask.expand(scores.shape)
    weights = masked_softmax(scores, mask).to(value.dtype)
    return weights @ value, weights


def with_room(x: Float[Tensor, "*shape"]) -> Float[Tensor, "*shape"]:
    """A float16 tensor in float32: a score beyond float16's 65,504 is an infinity, and the softmax of two of them NaN.

    PyTorch's fused kernels do the same inside. bfloat16 has float32's range, and stays.
    """
    return x.float() if x.dtype == torch.float16 else x


def out_of_half(device: torch.device) -> AbstractContextManager[Any]:
    """Autocast to float16 switched off, for it would take back the room that :func:`with_room` made; else nothing."""
    kind = device.type
    autocast = torch.amp.is_autocast_available(kind) and torch.is_autocast_enabled(kind)
    if autocast and torch.get_autocast_dtype(kind) == torch.float16:
        return torch.autocast(kind, enabled=False)
    return nullcontext()


class HookPoint(nn.Identity):
    """A named place where a tensor can be seen, or replaced, while a model runs.

    It passes its input through. ``register_forward_hook`` on it sees the tensor; a hook that returns a tensor replaces
    it.
    """

    @property
    def watched(self) -> bool:
        """Whether somebody registered a hook here."""
        return bool(self._forward_hooks or self._forward_pre_hooks)


class KeyValueCache:
    """Keys and values of the tokens seen so far, for decoding one token at a time (without gradients).

    ``static=True`` is for cross-attention: the encoder's output never changes, so its keys and values are computed
    once.
    """

    def __init__(self, static: bool = False):
        self.static, self.length = static, 0
        self.room: tuple[Tensor, Tensor] | None = None  # [batch, head, at least length, d_head], twice

    def append(self, key: Tensor, value: Tensor) -> tuple[Tensor, Tensor]:
        """Add the keys and values ``[batch, head, new, d_head]`` of new tokens; returns all so far.

        There is room for more than is needed now, so that a new token seldom makes the old ones move.
        """
        start, end = self.length, self.length + key.shape[-2]
        if self.room is None or end > self.room[0].shape[-2]:
            size = end if self.static else max(16, 2 * end)
            larger = (_zeros(key, size), _zeros(value, size))
            for new, old in zip(larger, self.room or (), strict=False):
                new[:, :, :start] = old[:, :, :start]
            self.room = larger
        keys, values = self.room
        keys[:, :, start:end], values[:, :, start:end] = key, value
        self.length = end
        return keys[:, :, :end], values[:, :, :end]

    def held(self) -> tuple[Tensor, Tensor]:
        """The keys and values so far, each ``[batch, head, length, d_head]``. Raises ValueError if there are none."""
        keys, values = self._filled_room()
        return keys[:, :, : self.length], values[:, :, : self.length]

    def whole_room(self) -> tuple[Tensor, Tensor, Tensor]:
        """The keys and values with the places kept for more tokens, and ``[1, 1, 1, room]``: which hold one.

        Raises ValueError while there are none.
        """
        keys, values = self._filled_room()
        places = torch.arange(keys.shape[-2], device=keys.device)
        return keys, values, (places < self.length)[None, None, None]

    def _filled_room(self) -> tuple[Tensor, Tensor]:
        if self.room is None:
            raise ValueError("the cache holds no keys and values yet: append some first")
        return self.room

    def reorder(self, rows: Tensor) -> None:
        """Keep these rows of the batch, in this order: what beam search does when hypotheses fork and die."""
        if self.room is not None:
            self.room = (self.room[0].index_select(0, rows), self.room[1].index_select(0, rows))


def _zeros(like: Tensor, length: int) -> Tensor:
    """``[batch, head, length, d_head]``, of the kind of ``like``."""
    return like.new_zeros(*like.shape[:2], length, like.shape[3])


class MultiHeadAttention(nn.Module):
    """``Concat(head_1 … head_h) W_O``, ``head_i = attention(X W_Q_i, Y W_K_i, Y W_V_i)`` (Vaswani et al. 2017, 3.2.2).

    Self-attention when query, key and value are the same sequence, cross-attention when they are not. With
    ``num_kv_heads < num_heads``, groups of query heads share one key and value head (grouped-query attention, Ainslie
    et al. 2023; one key and value head for all is multi-query attention, Shazeer 2019).

    Two paths, one result: PyTorch's fused attention normally; the explicit formula when somebody watches the scores or
    the weights (``hook_scores``, ``hook_weights``), which only the formula has.
    """

    def __init__(
        self,
        d_model: int,
        num_heads: int,
        *,
        num_kv_heads: int | None = None,
        dropout: float = 0.0,
        bias: bool = True,
    ):
        super().__init__()
        num_kv_heads = num_heads if num_kv_heads is None else num_kv_heads
        if num_heads < 1 or d_model < 1 or d_model % num_heads:
            raise ValueError(f"d_model must be a positive multiple of num_heads, got {d_model} and {num_heads}")
        if num_kv_heads < 1 or num_heads % num_kv_heads:
            raise ValueError(f"num_heads must be a multiple of num_kv_heads, got {num_heads} and {num_kv_heads}")
        if not 0 <= dropout < 1:
            raise ValueError(f"dropout must be in [0, 1), got {dropout}")
        self.d_model, self.num_heads, self.num_kv_heads = d_model, num_heads, num_kv_heads
        self.d_head, self.dropout = d_model // num_heads, dropout
        self.q_proj = nn.Linear(d_model, d_model, bias=bias)
        self.k_proj = nn.Linear(d_model, num_kv_heads * self.d_head, bias=bias)
        self.v_proj = nn.Linear(d_model, num_kv_heads * self.d_head, bias=bias)
        self.out_proj = nn.Linear(d_model, d_model, bias=bias)
        self.hook_query, self.hook_key, self.hook_value = HookPoint(), HookPoint(), HookPoint()
        self.hook_scores, self.hook_weights, self.hook_heads = HookPoint(), HookPoint(), HookPoint()

    def forward(
        self,
        query: Float[Tensor, "batch query d_model"],
        key: Float[Tensor, "batch key d_model"] | None = None,
        value: Float[Tensor, "batch key d_model"] | None = None,
        mask: Mask | None = None,
        *,
        positions: Positions | None = None,
        cache: KeyValueCache | None = None,
    ) -> Float[Tensor, "batch query d_model"]:
        """Attend from ``query`` to ``key`` (default: ``query``) and mix ``value`` (default: ``key``).

        ``mask``: boolean, True = may attend, broadcastable to [batch, head, query, key], or a :class:`CausalMask`; with
        a cache, ``key`` counts the cached tokens too. ``positions``: a rotary or biasing scheme. ``cache``: filled, and
        attended to.
        """
        key = query if key is None else key
        value = key if value is None else value
        self.check(query=query, key=key, value=value)
        offset = cache.length if cache is not None and not cache.static else 0
        if cache is not None and cache.static and cache.length:
            (q,), (k, v) = self.project(query, self.q_proj), cache.held()
        else:
            q, k, v = self.queries_keys_values(query, key, value)
            k = k if positions is None else positions.rotate(k, offset)
            if cache is not None:
                k, v = cache.append(k, v)
        q = q if positions is None else positions.rotate(q, offset)
        bias = None if positions is None else positions.bias(q.shape[-2], k.shape[-2])
        if mask is not None:
            check_mask(mask, (q.shape[0], self.num_heads, q.shape[-2], k.shape[-2]))
        if self.num_kv_heads < self.num_heads and self.watched:
            shared_by = self.num_heads // self.num_kv_heads
            k, v = k.repeat_interleave(shared_by, dim=1), v.repeat_interleave(shared_by, dim=1)
        q, k, v = self.hook_query(q), self.hook_key(k), self.hook_value(v)
        heads = self.attend(q, k, v, mask, bias)
        return self.out_proj(self.merge_heads(self.hook_heads(heads)))

    def check(self, **inputs: Tensor) -> None:
        """Refuse what would not fit, or would fit by accident; raises ValueError naming the argument."""
        for name, x in inputs.items():
            if x.dim() != 3 or x.shape[-1] != self.d_model:
                raise ValueError(f"{name} must be [batch, length, d_model = {self.d_model}], got {list(x.shape)}")
            if x.shape[0] != inputs["query"].shape[0]:
                raise ValueError(f"{name} has batch {x.shape[0]}, but query has batch {inputs['query'].shape[0]}")
        if inputs["key"].shape[1] != inputs["value"].shape[1]:
            raise ValueError(f"value has length {inputs['value'].shape[1]}, but key has {inputs['key'].shape[1]}")

    @property
    def watched(self) -> bool:
        """Whether somebody looks at what happens between projections and heads; every head then has its own keys."""
        return any(h.watched for h in (self.hook_key, self.hook_value, self.hook_scores, self.hook_weights))

    def attend(self, q: Tensor, k: Tensor, v: Tensor, mask: Mask | None, bias: Tensor | None) -> Tensor:
        """One output ``[batch, head, query, d_head]`` by either path."""
        drop = self.dropout if self.training else 0.0
        if not (self.hook_scores.watched or self.hook_weights.watched):
            return fused_attention(q, k, v, mask, bias, drop)
        mask = write_out(mask, q.device)
        with out_of_half(q.device):
            scores = (with_room(q) / math.sqrt(self.d_head)) @ with_room(k).transpose(-2, -1)
        scores = scores if bias is None else scores + bias.to(scores.dtype)
        # A watcher sees −inf where attending is forbidden.
        scores = self.hook_scores(scores if mask is None else scores.masked_fill(~mask, float("-inf")))
        return self.hook_weights(F.dropout(masked_softmax(scores, mask).to(v.dtype), drop)) @ v

    def queries_keys_values(self, query: Tensor, key: Tensor, value: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """The three projections, split into heads; what comes from one input is computed in one product."""
        if key is query and value is query:
            q, k, v = self.project(query, self.q_proj, self.k_proj, self.v_proj)
        elif value is key:
            (q,), (k, v) = self.project(query, self.q_proj), self.project(key, self.k_proj, self.v_proj)
        else:
            (q,), (k,), (v,) = (
                self.project(x, p) for x, p in ((query, self.q_proj), (key, self.k_proj), (value, self.v_proj))
            )
        return q, k, v

    def project(self, x: Tensor, *projections: nn.Module) -> list[Tensor]:
        """``[projection(x) …]``, each split into heads."""
        return [self.split_heads(each) for each in project(x, *projections)]

    def split_heads(self, x: Float[Tensor, "batch length width"]) -> Float[Tensor, "batch head length d_head"]:
        """Split the *features* into heads. The transpose is not optional: a bare view would mix tokens."""
        return x.unflatten(-1, (-1, self.d_head)).transpose(1, 2)

    def merge_heads(self, x: Float[Tensor, "batch head length d_head"]) -> Float[Tensor, "batch length width"]:
        """Undo :meth:`split_heads`."""
        return x.transpose(1, 2).flatten(2)

    def extra_repr(self) -> str:
        """Sizes, for print(model)."""
        shared = "" if self.num_kv_heads == self.num_heads else f", num_kv_heads={self.num_kv_heads}"
        return f"{self.d_model}, num_heads={self.num_heads}{shared}, dropout={self.dropout}"

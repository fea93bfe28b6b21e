"""Encoder and decoder layers: sublayers, residual connections, and where the norm sits.

Every sublayer *adds* to its input: ``x + dropout(f(norm(x)))`` with the norm first (pre-LN, Xiong et al. 2020), or
``norm(x + dropout(f(x)))`` with the norm last (post-LN, Vaswani et al. 2017).
"""

from collections.abc import Callable

from jaxtyping import Float
from torch import Tensor, nn

from transformer_lab.attention import HookPoint, KeyValueCache, Mask, MultiHeadAttention
from transformer_lab.feedforward import FeedForward
from transformer_lab.normalization import LayerNorm, RMSNorm, make_norm
from transformer_lab.positions import Positions


class _Layer(nn.Module):
    """What encoder and decoder layers share: how a sublayer meets the residual stream."""

    def __init__(self, norm_first: bool, dropout: float):
        super().__init__()
        self.norm_first = norm_first
        self.dropout = nn.Dropout(dropout)

    def add(
        self, x: Tensor, norm: LayerNorm | RMSNorm, sublayer: Callable[[Tensor], Tensor], hook: HookPoint
    ) -> Tensor:
        """One residual connection. ``hook`` sees what the sublayer adds to the stream."""
        if self.norm_first:
            return x + hook(self.dropout(sublayer(norm(x))))
        return norm(x + hook(self.dropout(sublayer(x))))


class EncoderLayer(_Layer):
    """Self-attention, then feed-forward. Equal to ``torch.nn.TransformerEncoderLayer(batch_first=True)``.

    ``d_ff=0`` leaves the feed-forward sublayer out: an attention-only layer. The hook points ``hook_self_attention``
    and ``hook_feed_forward`` see what each sublayer adds.
    """

    def __init__(
        self,
        d_model: int,
        num_heads: int,
        d_ff: int,
        *,
        dropout: float = 0.0,
        activation: str = "relu",
        norm_first: bool = False,
        norm: str = "layer",
        eps: float = 1e-5,
        num_kv_heads: int | None = None,
    ):
        super().__init__(norm_first, dropout)
        self.self_attention = MultiHeadAttention(d_model, num_heads, num_kv_heads=num_kv_heads, dropout=dropout)
        self.norm1 = make_norm(norm, d_model, eps)
        self.hook_self_attention = HookPoint()
        self.feed_forward = FeedForward(d_model, d_ff, activation, dropout) if d_ff else None
        self.norm2 = make_norm(norm, d_model, eps) if d_ff else None
        self.hook_feed_forward = HookPoint()

    def forward(
        self,
        x: Float[Tensor, "batch length d_model"],
        mask: Mask | None = None,
        *,
        positions: Positions | None = None,
        cache: KeyValueCache | None = None,
    ) -> Float[Tensor, "batch length d_model"]:
        """``mask``: boolean, True = may attend. ``cache``: only for causal models, see ``CausalLanguageModel``."""
        x = self.add(
            x,
            self.norm1,
            lambda h: self.self_attention(h, mask=mask, positions=positions, cache=cache),
            self.hook_self_attention,
        )
        if self.feed_forward is None or self.norm2 is None:
            return x
        return self.add(x, self.norm2, self.feed_forward, self.hook_feed_forward)


class DecoderLayer(_Layer):
    """Causal self-attention, cross-attention to the encoder's output, feed-forward.

    Equal to ``torch.nn.TransformerDecoderLayer(batch_first=True)``. The two attentions have two different masks: the
    first hides the future of the target, the second hides the padding of the source.
    """

    def __init__(
        self,
        d_model: int,
        num_heads: int,
        d_ff: int,
        *,
        dropout: float = 0.0,
        activation: str = "relu",
        norm_first: bool = False,
        norm: str = "layer",
        eps: float = 1e-5,
        num_kv_heads: int | None = None,
    ):
        super().__init__(norm_first, dropout)
        self.self_attention = MultiHeadAttention(d_model, num_heads, num_kv_heads=num_kv_heads, dropout=dropout)
        self.norm1 = make_norm(norm, d_model, eps)
        self.hook_self_attention = HookPoint()
        self.cross_attention = MultiHeadAttention(d_model, num_heads, num_kv_heads=num_kv_heads, dropout=dropout)
        self.norm2 = make_norm(norm, d_model, eps)
        self.hook_cross_attention = HookPoint()
        self.feed_forward = FeedForward(d_model, d_ff, activation, dropout)
        self.norm3 = make_norm(norm, d_model, eps)
        self.hook_feed_forward = HookPoint()

    def forward(
        self,
        x: Float[Tensor, "batch target d_model"],
        memory: Float[Tensor, "batch source d_model"],
        mask: Mask | None = None,
        memory_mask: Tensor | None = None,
        *,
        positions: Positions | None = None,
        cache: tuple[KeyValueCache, KeyValueCache] | None = None,
    ) -> Float[Tensor, "batch target d_model"]:
        """``mask`` says which target tokens may be seen, ``memory_mask`` which source tokens (both True = may attend).

        ``positions`` serves the self-attention only: a distance between a target and a source position means nothing.
        """
        own_cache, memory_cache = cache if cache is not None else (None, None)
        x = self.add(
            x,
            self.norm1,
            lambda h: self.self_attention(h, mask=mask, positions=positions, cache=own_cache),
            self.hook_self_attention,
        )
        x = self.add(
            x,
            self.norm2,
            lambda h: self.cross_attention(h, memory, mask=memory_mask, cache=memory_cache),
            self.hook_cross_attention,
        )
        return self.add(x, self.norm3, self.feed_forward, self.hook_feed_forward)

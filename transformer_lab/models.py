"""Whole models: an encoder, a decoder, the Transformer, and a causal language model."""

import math
from collections.abc import Sequence

import torch
from jaxtyping import Float, Int
from torch import Tensor, nn

from transformer_lab.attention import HookPoint, KeyValueCache, Mask
from transformer_lab.config import TransformerConfig
from transformer_lab.layers import DecoderLayer, EncoderLayer
from transformer_lab.masks import CausalMask, padding_mask
from transformer_lab.normalization import make_norm
from transformer_lab.numerics import outside
from transformer_lab.positions import OnePass, Positions, make_positions

LayerCache = tuple[KeyValueCache, KeyValueCache]


def check_token_ids(tokens: Int[Tensor, "batch length"], vocab_size: int) -> None:
    """Raises ValueError for a token that is not in a vocabulary of ``vocab_size``, and names it."""
    ends = outside(tokens, vocab_size)
    if ends:
        wrong = ends[1] if ends[1] >= vocab_size else ends[0]
        raise ValueError(f"tokens: {wrong} is not a token id; this vocabulary has 0 to {vocab_size - 1}")


class TokenEmbedding(nn.Module):
    """``E[token] · √d_model + position``, then dropout (Vaswani et al. 2017, sections 3.4 and 3.5).

    The factor keeps the content larger than the sinusoids: the table starts with standard deviation ``1/√d_model``.
    """

    def __init__(self, vocab_size: int, config: TransformerConfig, positions: Positions):
        super().__init__()
        self.max_length = config.max_length
        self.weight = nn.Parameter(torch.randn(vocab_size, config.d_model) / math.sqrt(config.d_model))
        self.positions = positions
        self.dropout = nn.Dropout(config.dropout)
        self.hook_tokens = HookPoint()

    def forward(self, tokens: Int[Tensor, "batch length"], offset: int = 0) -> Float[Tensor, "batch length d_model"]:
        """Raises ValueError for a sequence longer than the model's limit or a token that is not in the vocabulary."""
        length, vocab_size = offset + tokens.shape[1], self.weight.shape[0]
        if not tokens.shape[1]:
            raise ValueError("tokens: the sequence is empty; give at least one token")
        if length > self.max_length:
            raise ValueError(f"the sequence has {length} tokens; this model takes at most {self.max_length}")
        check_token_ids(tokens, vocab_size)
        content = self.hook_tokens(nn.functional.embedding(tokens, self.weight) * math.sqrt(self.weight.shape[1]))
        return self.dropout(self.positions.embed(content, offset))


class Encoder(nn.Module):
    """A stack of encoder layers on embedded tokens. Equal to ``torch.nn.TransformerEncoder``.

    Scores are biased, and queries and keys rotated, by the ``positions`` given to ``forward``.
    """

    def __init__(self, config: TransformerConfig):
        super().__init__()
        self.layers = nn.ModuleList(EncoderLayer(**config.layer_options()) for _ in range(config.num_layers))
        self.norm: nn.Module = (
            make_norm(config.norm, config.d_model, config.eps) if config.has_final_norm else nn.Identity()
        )

    def forward(
        self,
        x: Float[Tensor, "batch length d_model"],
        mask: Mask | None = None,
        *,
        positions: Positions | None = None,
        cache: Sequence[KeyValueCache] | None = None,
    ) -> Float[Tensor, "batch length d_model"]:
        """``mask``: boolean, True = may attend, broadcastable to [batch, head, query, key]."""
        positions = None if positions is None else OnePass(positions)
        for i, layer in enumerate(self.layers):
            x = layer(x, mask, positions=positions, cache=None if cache is None else cache[i])
        return self.norm(x)


class Decoder(nn.Module):
    """A stack of decoder layers on embedded tokens. Equal to ``torch.nn.TransformerDecoder``."""

    def __init__(self, config: TransformerConfig):
        super().__init__()
        if config.d_ff < 1:
            raise ValueError(f"d_ff must be at least 1 in a decoder, got {config.d_ff}")
        count = config.num_layers if config.num_decoder_layers is None else config.num_decoder_layers
        self.layers = nn.ModuleList(DecoderLayer(**config.layer_options()) for _ in range(count))
        self.norm: nn.Module = (
            make_norm(config.norm, config.d_model, config.eps) if config.has_final_norm else nn.Identity()
        )

    def forward(
        self,
        x: Float[Tensor, "batch target d_model"],
        memory: Float[Tensor, "batch source d_model"],
        mask: Mask | None = None,
        memory_mask: Tensor | None = None,
        *,
        positions: Positions | None = None,
        cache: Sequence[LayerCache] | None = None,
    ) -> Float[Tensor, "batch target d_model"]:
        """``mask`` is for the target (usually causal), ``memory_mask`` for the source (usually its padding)."""
        positions = None if positions is None else OnePass(positions)
        for i, layer in enumerate(self.layers):
            own = None if cache is None else cache[i]
            x = layer(x, memory, mask, memory_mask, positions=positions, cache=own)
        return self.norm(x)


class _Model(nn.Module):
    """What the two complete models share: their config, their initial weights, the output projection."""

    output: nn.Linear

    def __init__(self, config: TransformerConfig):
        super().__init__()
        self.config = config

    def initialize(self, embedding: TokenEmbedding) -> None:
        """Xavier-uniform matrices and zero biases, and the tied output projection, if asked for."""
        for module in self.modules():
            if isinstance(module, nn.Linear):
                nn.init.xavier_uniform_(module.weight)
                if module.bias is not None:
                    nn.init.zeros_(module.bias)
        if self.config.tie_embeddings:
            self.output.weight = embedding.weight

    def num_parameters(self) -> int:
        """How many numbers are learned (a tied table counts once)."""
        return sum(p.numel() for p in self.parameters())


class Transformer(_Model):
    """Encoder and decoder: source tokens and target tokens in, one row of logits per target token out.

    The stacks are equal to ``torch.nn.Transformer``; embeddings, positions and the output projection are around them.
    """

    def __init__(self, config: TransformerConfig):
        super().__init__(config)
        target_size = config.vocab_size if config.target_vocab_size is None else config.target_vocab_size
        self.positions = make_positions(config.positions, config.d_model, config.num_heads, config.max_length)
        self.target_positions = make_positions(config.positions, config.d_model, config.num_heads, config.max_length)
        self.source_embedding = TokenEmbedding(config.vocab_size, config, self.positions)
        self.target_embedding = TokenEmbedding(target_size, config, self.target_positions)
        self.encoder = Encoder(config)
        self.decoder = Decoder(config)
        self.output = nn.Linear(config.d_model, target_size, bias=False)
        self.initialize(self.target_embedding)

    def encode(self, source: Int[Tensor, "batch source"]) -> Float[Tensor, "batch source d_model"]:
        """The memory: one vector for each source token. Padding is recognised by ``config.pad_id``."""
        mask = padding_mask(source, self.config.pad_id)
        return self.encoder(self.source_embedding(source), mask, positions=self.positions)

    def decode(
        self,
        target: Int[Tensor, "batch target"],
        memory: Float[Tensor, "batch source d_model"],
        source: Int[Tensor, "batch source"],
        cache: Sequence[LayerCache] | None = None,
    ) -> Float[Tensor, "batch target vocab"]:
        """Logits of the token after each target token. With a cache, ``target`` holds only the tokens not yet in it."""
        offset = 0 if cache is None else cache[0][0].length
        length = target.shape[1]
        # Padding stands at the end of a target, where the causal mask hides it from every real token already.
        mask = CausalMask(length, offset + length)
        x = self.decoder(
            self.target_embedding(target, offset),
            memory,
            mask,
            padding_mask(source, self.config.pad_id),
            positions=self.target_positions,
            cache=cache,
        )
        return self.output(x)

    def forward(
        self, source: Int[Tensor, "batch source"], target: Int[Tensor, "batch target"]
    ) -> Float[Tensor, "batch target vocab"]:
        """Teacher forcing: logits of the token after each target token, all at once."""
        return self.decode(target, self.encode(source), source)

    def new_cache(self) -> list[LayerCache]:
        """An empty cache for :meth:`decode`: for each layer, one for its own tokens and one for the memory."""
        return [(KeyValueCache(), KeyValueCache(static=True)) for _ in self.decoder.layers]


class CausalLanguageModel(_Model):
    """A decoder-only model: each token sees itself and what came before, and predicts the next one.

    It is an :class:`Encoder` stack under a causal mask; there is no cross-attention, for there is nothing to attend to.
    """

    def __init__(self, config: TransformerConfig):
        super().__init__(config)
        self.positions = make_positions(config.positions, config.d_model, config.num_heads, config.max_length)
        self.embedding = TokenEmbedding(config.vocab_size, config, self.positions)
        self.decoder = Encoder(config)
        self.output = nn.Linear(config.d_model, config.vocab_size, bias=False)
        self.initialize(self.embedding)

    def forward(
        self, tokens: Int[Tensor, "batch length"], cache: Sequence[KeyValueCache] | None = None
    ) -> Float[Tensor, "batch length vocab"]:
        """Logits of the token after each token. With a cache, ``tokens`` holds only those not yet in it.

        Padding must stand at the end of a sequence, where no real token can see it.
        """
        offset = 0 if cache is None else cache[0].length
        length = tokens.shape[1]
        mask = CausalMask(length, offset + length)
        x = self.decoder(self.embedding(tokens, offset), mask, positions=self.positions, cache=cache)
        return self.output(x)

    def new_cache(self) -> list[KeyValueCache]:
        """An empty cache for :meth:`forward`, one part for each layer."""
        return [KeyValueCache() for _ in self.decoder.layers]

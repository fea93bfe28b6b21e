"""Attention masks, in one convention: boolean, ``True`` = "this query may attend to this key".

This is the convention of ``torch.nn.functional.scaled_dot_product_attention``. A mask has any shape that broadcasts to
``[batch, head, query, key]``; masks combine with a logical *and*. The ``torch.nn`` modules use the opposite polarity
(``True`` = "hide"), so converters are here too.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor


def padding_mask(tokens: Int[Tensor, "batch key"], pad_id: int = 0) -> Bool[Tensor, "batch 1 1 key"]:
    """Hide the keys that are padding: ``mask[b, 0, 0, k] = (tokens[b, k] != pad_id)``.

    Only *keys* are hidden. A query that is itself padding still gets an output; nobody reads it.
    """
    return (tokens != pad_id)[:, None, None, :]


def length_mask(lengths: Int[Tensor, " batch"], max_length: int | None = None) -> Bool[Tensor, "batch 1 1 key"]:
    """Hide the keys past each sequence's length: ``mask[b, 0, 0, k] = (k < lengths[b])``."""
    if not lengths.numel() or bool((lengths < 0).any()):
        raise ValueError(f"lengths must hold at least one length, none negative; got {lengths.tolist()}")
    longest = int(lengths.max()) if max_length is None else max_length
    if max_length is not None and bool((lengths > max_length).any()):
        raise ValueError(f"lengths: the longest is {int(lengths.max())}, but max_length is {max_length}")
    return (torch.arange(longest, device=lengths.device) < lengths[:, None])[:, None, None, :]


def causal_mask(
    query_length: int, key_length: int | None = None, device: torch.device | str | None = None
) -> Bool[Tensor, "query key"]:
    """Hide the future: query ``i`` may attend to key ``j`` when ``j <= i``.

    With more keys than queries (incremental decoding: the earlier keys sit in a cache), the *last* query is aligned
    with the *last* key, so query ``i`` sees keys ``j <= i + key_length - query_length``.
    """
    key_length = query_length if key_length is None else key_length
    _check_lengths(query_length, key_length)
    everything = torch.ones(query_length, key_length, dtype=torch.bool, device=device)
    return everything.tril(diagonal=key_length - query_length)


@dataclass(frozen=True)
class CausalMask:
    """:func:`causal_mask`, not written out: two numbers in place of a table of n × n.

    Attention takes it wherever it takes a mask, and writes it out only for somebody who watches the scores.
    """

    query_length: int
    key_length: int

    def __post_init__(self) -> None:
        _check_lengths(self.query_length, self.key_length)


def write_out(mask: Tensor | CausalMask | None, device: torch.device | str | None = None) -> Tensor | None:
    """The mask as a boolean tensor; None where it hides nothing."""
    if not isinstance(mask, CausalMask):
        return mask
    # A single query is the last one, and sees everything.
    return None if mask.query_length == 1 else causal_mask(mask.query_length, mask.key_length, device)


def _check_lengths(query_length: int, key_length: int) -> None:
    if query_length < 0:
        raise ValueError(f"query_length must not be negative, got {query_length}")
    if key_length < query_length:
        raise ValueError(f"key_length must be at least query_length = {query_length}, got {key_length}")


def sliding_window_mask(
    length: int, window: int, device: torch.device | str | None = None
) -> Bool[Tensor, "query key"]:
    """Causal attention to the last ``window`` keys only: ``i - window < j <= i`` (Beltagy et al. 2020)."""
    if window < 1:
        raise ValueError(f"window must be at least 1 (a token sees itself), got {window}")
    everything = torch.ones(length, length, dtype=torch.bool, device=device)
    return everything.tril() & everything.triu(diagonal=1 - window)


def combine_masks(*masks: Tensor | CausalMask | None) -> Tensor | None:
    """Allow what every mask allows (logical *and*, broadcasting); ``None`` hides nothing."""
    device = next((mask.device for mask in masks if isinstance(mask, Tensor)), None)
    masks, combined = tuple(write_out(mask, device) for mask in masks), None
    for mask in masks:
        if mask is not None:
            check_mask(mask)
            try:
                combined = mask if combined is None else combined & mask
            except RuntimeError as error:
                shapes = ", ".join(str(list(m.shape)) for m in masks if m is not None)
                raise ValueError(f"masks of shapes {shapes} do not broadcast together") from error
    return combined


def check_mask(mask: Tensor | CausalMask, shape: tuple[int, ...] | None = None) -> None:
    """Refuse a mask that is not boolean, or that does not broadcast to ``shape`` = [batch, head, query, key].

    Raises:
        TypeError: for an integer or float mask. Such a mask is *added* to the scores by ``torch``, where 0 and 1 hide
            nothing; it is the most common masking mistake.
        ValueError: when the shape does not broadcast.
    """
    if isinstance(mask, CausalMask):
        if shape is not None and (mask.query_length, mask.key_length) != tuple(shape[-2:]):
            raise ValueError(
                f"mask is for [query, key] = {[mask.query_length, mask.key_length]}, got {list(shape[-2:])}"
            )
        return
    if not isinstance(mask, Tensor) or mask.dtype != torch.bool:
        got = mask.dtype if isinstance(mask, Tensor) else type(mask).__name__
        raise TypeError(f"mask must be boolean with True = may attend, got {got}; convert with mask.bool()")
    if shape is None:
        return
    sizes_fit = all(m in (1, s) for m, s in zip(reversed(mask.shape), reversed(shape), strict=False))
    if mask.dim() > len(shape) or not sizes_fit:
        raise ValueError(
            f"mask of shape {list(mask.shape)} does not broadcast to [batch, head, query, key] = {list(shape)}"
        )


def to_additive(mask: Bool[Tensor, "*shape"], dtype: torch.dtype = torch.float32) -> Float[Tensor, "*shape"]:
    """The same mask as numbers to *add* to the scores: 0 where attending is allowed, −inf where it is not."""
    return torch.zeros(mask.shape, dtype=dtype, device=mask.device).masked_fill(~mask, float("-inf"))


def to_torch_attn_mask(mask: Bool[Tensor, "query key"]) -> Bool[Tensor, "query key"]:
    """For ``attn_mask=`` of ``torch.nn`` modules, where ``True`` = "hide"."""
    return ~mask


def to_torch_key_padding_mask(mask: Bool[Tensor, "batch 1 1 key"]) -> Bool[Tensor, "batch key"]:
    """For ``key_padding_mask=`` of ``torch.nn`` modules, where ``True`` = "this key is padding"."""
    return ~mask[:, 0, 0, :]


def from_torch_attn_mask(attn_mask: Tensor) -> Tensor:
    """From ``attn_mask`` of ``torch.nn`` modules, boolean (``True`` = hide) or additive (0 and −inf).

    Raises:
        ValueError: when an additive mask holds anything else than 0 and −inf, for that is a score bias, not a mask.
    """
    if attn_mask.dtype == torch.bool:
        return ~attn_mask
    if not bool(((attn_mask == 0) | attn_mask.isneginf()).all()):
        raise ValueError("attn_mask: an additive mask may hold only 0 and -inf; anything else is a score bias")
    return attn_mask == 0


def corrupt_tokens(
    tokens: Int[Tensor, "batch length"],
    vocab_size: int,
    mask_id: int,
    *,
    special_ids: Sequence[int] = (0,),
    rate: float = 0.15,
    generator: torch.Generator | None = None,
) -> tuple[Int[Tensor, "batch length"], Bool[Tensor, "batch length"]]:
    """Corrupt a text for a masked language model: the corrupted tokens, and which ones the model must predict.

    Each token is chosen with probability ``rate``, except those in ``special_ids`` (padding, begin, end). Of the
    chosen, 80 % become ``mask_id``, 10 % a random ordinary token, and 10 % stay (Devlin et al. 2019, section 3.1). This
    hides words from the *reader*, not keys from a query: attention needs no mask for it.

    Raises:
        ValueError: when ``rate`` is not in [0, 1], when ``mask_id`` or a token is not below ``vocab_size``, or when no
            ordinary token is left to draw from.
    """
    if not 0 <= rate <= 1:
        raise ValueError(f"rate must be in [0, 1], got {rate}")
    if not 0 <= mask_id < vocab_size:
        raise ValueError(f"mask_id must be in [0, vocab_size = {vocab_size}), got {mask_id}")
    low, high = (int(tokens.min()), int(tokens.max())) if tokens.numel() else (0, 0)
    if low < 0 or high >= vocab_size:
        raise ValueError(f"tokens must be in [0, vocab_size = {vocab_size}), got {low} to {high}")
    special = torch.tensor(sorted({*special_ids, mask_id}), device=tokens.device)
    ordinary = torch.arange(vocab_size, device=tokens.device)
    ordinary = ordinary[~torch.isin(ordinary, special)].to(tokens.dtype)
    if not len(ordinary):
        raise ValueError(f"vocab_size = {vocab_size} leaves no ordinary token beside mask_id and special_ids")
    choice, fate = torch.rand(2, *tokens.shape, generator=generator, device=tokens.device)
    drawn = torch.randint(len(ordinary), tokens.shape, generator=generator, device=tokens.device)
    chosen = (choice < rate) & ~torch.isin(tokens, special)
    corrupted = tokens.masked_fill(chosen & (fate < 0.8), mask_id)
    return torch.where(chosen & (fate >= 0.9), ordinary[drawn], corrupted), chosen

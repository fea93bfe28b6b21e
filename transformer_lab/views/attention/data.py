"""What AttentionView is given, checked and brought to one form: ``[layer, head, query, key]``."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from transformer_lab.views.common import check

ROW_SUM_TOLERANCE = 1e-4
Words = Mapping[str, str] | tuple[Sequence[str] | None, Sequence[str] | None] | None


@dataclass
class AttentionData:
    """Tensors for a view, ``None`` where there are none.

    Attributes:
        weights: ``[layer, head, query, key]``; rows sum to 1, or to 0 where every key is masked.
        query, key, value: ``[layer, head, length, d]``; the browser computes the weights from query and key.
        bias: ``[layer, head, query, key]``, added to the scaled scores.
        mask: bool, ``[layer or 1, head or 1, query, key]``; True = may attend.
        scale: one factor on q·k for each layer.
    """

    weights: Tensor | None = None
    query: Tensor | None = None
    key: Tensor | None = None
    value: Tensor | None = None
    bias: Tensor | None = None
    mask: Tensor | None = None
    scale: list[float] | None = None

    @property
    def shape(self) -> tuple[int, int, int, int]:
        """``(layers, heads, queries, keys)``."""
        if self.query is not None:
            return (*self.query.shape[:3], self.key.shape[2])
        return tuple(self.weights.shape)

    def tensors(self) -> dict[str, Tensor]:
        """Return the tensors to store, by name."""
        names = ("weights", "query", "key", "value", "bias", "mask")
        return {name: getattr(self, name) for name in names if getattr(self, name) is not None}


def stack(name: str, given: Any, batch: int | None) -> Tensor | None:
    """Bring one tensor, or a list with one per layer, to ``[layer, head, rows, columns]``.

    Accepts ``[rows, columns]``, ``[head, rows, columns]``, ``[batch, head, rows, columns]`` and, in one tensor,
    ``[layer, batch, head, rows, columns]``. A batch of several needs ``batch=``.
    """
    if given is None:
        return None
    is_list = isinstance(given, list | tuple) and any(
        isinstance(item, Tensor) or hasattr(item, "dtype") for item in given
    )
    if is_list:
        layers = [check.tensor(f"{name}[{i}]", item, dims=(2, 3, 4)) for i, item in enumerate(given)]
    else:
        whole = check.tensor(name, given, dims=(2, 3, 4, 5))
        layers = list(whole) if whole.dim() == 5 else [whole]
    layers = [_one_layer(f"{name}[{i}]" if len(layers) > 1 else name, layer, batch) for i, layer in enumerate(layers)]
    shapes = {tuple(layer.shape) for layer in layers}
    if len(shapes) > 1:
        raise ValueError(f"{name}: all layers must have one shape [head, rows, columns], got {sorted(shapes)}")
    return torch.stack(layers)


def _one_layer(name: str, layer: Tensor, batch: int | None) -> Tensor:
    if layer.dim() == 2:
        return layer[None]
    if layer.dim() == 3:
        return layer
    if batch is None and len(layer) > 1:
        raise ValueError(
            f"{name} holds a batch of {len(layer)}; say which sentence to show, e.g. batch=0 (if the first axis is "
            f"the layer, pass a list: {name}=list({name}))"
        )
    return layer[check.index("batch", batch or 0, len(layer))]


def step_of(*given: Any) -> float:
    """The step of the coarsest number format among what was given: 0.001 for float16, 0.008 for bfloat16."""
    tensors = [
        t for each in given for t in (each if isinstance(each, list | tuple) else (each,)) if hasattr(t, "dtype")
    ]
    formats = [dtype for dtype in (torch.as_tensor(t).dtype for t in tensors) if dtype.is_floating_point]
    return max((torch.finfo(dtype).eps for dtype in formats), default=0.0)


def check_weights(weights: Tensor, step: float = 0.0) -> None:
    """Raise unless every row is non-negative and sums to 1, or is all zeros (every key masked).

    ``step`` is that of the number format they were computed in: rounded to 16 bits, a row's sum is off by as much.
    """
    if (weights < 0).any():
        where = tuple((weights < 0).nonzero()[0].tolist())
        raise ValueError(f"weights must not be negative, got {weights[where].item():.4g} at {_place(where)}")
    sums = weights.double().sum(-1)
    allowed = max(ROW_SUM_TOLERANCE, step)
    wrong = ((sums - 1).abs() > allowed) & (sums.abs() > allowed)
    if wrong.any():
        where = tuple(wrong.nonzero()[0].tolist())
        raise ValueError(
            f"weights: each row must sum to 1 (or to 0 where every key is masked), within {allowed:.1g}; "
            f"the row at {_place(where)} sums to {sums[where].item():.4f}. Recorded in train() mode, dropout does "
            "that: call model.eval() first. Raw scores need a softmax over the last axis."
        )


def _place(where: tuple[int, ...]) -> str:
    return ", ".join(f"{axis} {i}" for axis, i in zip(("layer", "head", "query", "key"), where, strict=False))


def gather(
    weights: Any, query: Any, key: Any, value: Any, bias: Any, mask: Any, scale: Any, batch: int | None
) -> AttentionData:
    """Check the plain tensors a reader passed and return them in one form."""
    if (query is None) != (key is None):
        raise ValueError("query and key belong together: pass both or neither")
    if weights is None and query is None:
        raise ValueError("AttentionView needs weights, or query and key to compute them from")
    data = AttentionData(
        *(
            stack(n, t, batch)
            for n, t in zip(
                ("weights", "query", "key", "value", "bias"), (weights, query, key, value, bias), strict=True
            )
        )
    )
    if data.query is not None:
        if data.query.shape[-1] != data.key.shape[-1]:
            raise ValueError(f"query and key must have one d_head, got {data.query.shape[-1]} and {data.key.shape[-1]}")
        data.key = _match_heads("key", data.key, data.query)
        d_head = data.query.shape[-1]
        scales = [d_head**-0.5 if scale is None else scale] if not isinstance(scale, list | tuple) else list(scale)
        data.scale = [float(s) for s in (scales * data.query.shape[0] if len(scales) == 1 else scales)]
        if len(data.scale) != data.query.shape[0]:
            raise ValueError(
                f"scale must be one number, or one for each of {data.query.shape[0]} layers, got {len(data.scale)}"
            )
    layers, heads, queries, keys = data.shape
    if data.value is not None:
        data.value = _match_heads("value", data.value, torch.empty(layers, heads, 0, 0))
        if data.value.shape[2] != keys:
            raise ValueError(f"value must hold one vector for each of {keys} keys, got {data.value.shape[2]}")
    if mask is not None:
        data.mask = _check_mask(mask, (layers, heads, queries, keys), batch)
    if data.bias is not None:
        if data.query is None:
            raise ValueError("bias is added to q·k: it needs query and key")
        data.bias = data.bias.expand(layers, heads, queries, keys)
    if data.weights is not None:
        check_weights(data.weights, step_of(weights))
        if data.query is not None:
            _check_agreement(data, step_of(weights, query, key))
            data.weights = None
        elif data.mask is not None and (data.weights[~data.mask.expand(data.shape)] > 1e-6).any():
            raise ValueError("mask forbids keys that weights attend to: True must mean 'may attend'")
    return data


def _match_heads(name: str, tensor: Tensor, like: Tensor) -> Tensor:
    """Repeat shared key and value heads (grouped queries), so that each query head has its own."""
    if tensor.shape[0] != like.shape[0]:
        raise ValueError(f"{name} must have {like.shape[0]} layers, got {tensor.shape[0]}")
    if like.shape[1] % tensor.shape[1]:
        raise ValueError(f"{name} must have {like.shape[1]} heads, or a divisor of that, got {tensor.shape[1]}")
    return tensor.repeat_interleave(like.shape[1] // tensor.shape[1], dim=1)


def _check_mask(mask: Any, shape: tuple[int, int, int, int], batch: int | None) -> Tensor:
    given = torch.as_tensor(mask)
    if given.dtype != torch.bool:
        raise TypeError(f"mask must be boolean, True = may attend, got {given.dtype}")
    if given.dim() == 4 and len(given) > 1 and batch is not None:
        given = given[check.index("batch", batch, len(given))]
    try:
        return given.expand(shape) if given.dim() != 4 or given.shape[0] in (1, shape[0]) else given.reshape(shape)
    except RuntimeError as error:
        raise ValueError(
            f"mask must broadcast to [layer, head, query, key] = {shape}, got {tuple(given.shape)}"
        ) from error


def _check_agreement(data: AttentionData, step: float) -> None:
    from transformer_lab.views.attention.compute import Attention

    if data.weights.shape != data.shape:
        raise ValueError(f"weights have shape {tuple(data.weights.shape)}, query and key give {data.shape}")
    computed = Attention(data)
    gap = (computed.all_weights() - data.weights).abs().max().item()
    # Scores are rounded in proportion to their size, and a weight moves by at most half as much as its score.
    largest = computed.scores().nan_to_num(neginf=0.0).abs().max().item()
    if gap > max(ROW_SUM_TOLERANCE, step * (1 + largest)):
        raise ValueError(
            f"weights differ by up to {gap:.2g} from softmax(q·k × scale) of the query and key given: pass the mask, "
            "scale or bias that was used, or leave query and key out"
        )


def check_gold(gold: Any, queries: int, keys: int) -> list[list[int]]:
    """Return the gold alignment as sorted ``[query, key]`` pairs."""
    if gold is None:
        return []
    if isinstance(gold, str):
        raise TypeError("gold must be (query, key) pairs of positions, got a string; see transformer_lab.alignment")
    pairs = set()
    for pair in gold:
        try:
            query, key = (int(position) for position in pair)
        except (TypeError, ValueError) as error:
            raise TypeError(f"gold must hold (query, key) pairs of positions, got {pair!r}") from error
        if not (0 <= query < queries and 0 <= key < keys):
            raise ValueError(f"gold pair {(query, key)} is outside of {queries} queries and {keys} keys")
        pairs.add((query, key))
    return [list(pair) for pair in sorted(pairs)]


def words_for(name: str, given: Any, queries: list[str], keys: list[str]) -> tuple[list[str], list[str]]:
    """Return second lines for query and key tokens: from a mapping of tokens, or from a pair of sequences."""
    if given is None:
        return [], []
    if isinstance(given, Mapping):
        return [str(given.get(t, "")) for t in queries], [str(given.get(t, "")) for t in keys]
    if not isinstance(given, tuple) or len(given) != 2:
        raise TypeError(
            f"{name} must map tokens to text, or be a pair (for queries, for keys), got {type(given).__name__}"
        )
    sides = zip(("queries", "keys"), given, (queries, keys), strict=True)
    return tuple(check.tokens(f"{name} for {side}", t, len(own)) if t is not None else [] for side, t, own in sides)

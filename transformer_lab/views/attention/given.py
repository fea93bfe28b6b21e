"""AttentionView's arguments, checked and brought to the one form of :mod:`.data`."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import Tensor

from transformer_lab.views.attention.compute import Attention
from transformer_lab.views.attention.data import AttentionData, QueriesAndKeys, RecordedWeights, Shape
from transformer_lab.views.common import check

ROW_SUM_TOLERANCE = 1e-4
Words = Mapping[str, str] | tuple[Sequence[str] | None, Sequence[str] | None] | None


def gather(
    weights: Any, query: Any, key: Any, value: Any, bias: Any, mask: Any, scale: Any, batch: int | None
) -> AttentionData:
    """Check the plain tensors a reader passed and return them in one form."""
    if (query is None) != (key is None):
        raise ValueError("query and key belong together: pass both or neither")
    if query is not None:
        data = _queries_and_keys(query, key, value, bias, mask, scale, batch)
        if weights is not None:
            _check_agreement(data, weights, step_of(weights, query, key), batch)
        return data
    if weights is None:
        raise ValueError("AttentionView needs weights, or query and key to compute them from")
    if bias is not None:
        raise ValueError("bias is added to q·k: it needs query and key")
    return _recorded_weights(weights, value, mask, batch)


def _recorded_weights(weights: Any, value: Any, mask: Any, batch: int | None) -> RecordedWeights:
    stacked = stack("weights", weights, batch)
    shape = RecordedWeights(weights=stacked).shape
    data = RecordedWeights(weights=stacked, value=_values(value, shape, batch), mask=_check_mask(mask, shape, batch))
    check_weights(stacked, step_of(weights))
    if data.mask is not None and (stacked[~data.mask.expand(shape)] > 1e-6).any():
        raise ValueError("mask forbids keys that weights attend to: True must mean 'may attend'")
    return data


def _queries_and_keys(
    query: Any, key: Any, value: Any, bias: Any, mask: Any, scale: Any, batch: int | None
) -> QueriesAndKeys:
    q, k = stack("query", query, batch), stack("key", key, batch)
    layers, heads, queries, d_head = q.shape
    if k.shape[-1] != d_head:
        raise ValueError(f"query and key must have one d_head, got {d_head} and {k.shape[-1]}")
    k = _match_heads("key", k, layers, heads)
    shape = layers, heads, queries, k.shape[2]
    return QueriesAndKeys(
        query=q,
        key=k,
        scale=_scales(scale, layers, d_head),
        value=_values(value, shape, batch),
        mask=_check_mask(mask, shape, batch),
        bias=None if bias is None else _spread("bias", stack("bias", bias, batch), shape),
    )


def _scales(scale: Any, layers: int, d_head: int) -> list[float]:
    """The factor on q·k of each layer."""
    scales = list(scale) if isinstance(scale, list | tuple) else [d_head**-0.5 if scale is None else scale]
    scales = scales * layers if len(scales) == 1 else scales
    if len(scales) != layers:
        raise ValueError(f"scale must be one number, or one for each of {layers} layers, got {len(scales)}")
    return [float(each) for each in scales]


def _values(value: Any, shape: Shape, batch: int | None) -> Tensor | None:
    if value is None:
        return None
    layers, heads, _, keys = shape
    stacked = _match_heads("value", stack("value", value, batch), layers, heads)
    if stacked.shape[2] != keys:
        raise ValueError(f"value must hold one vector for each of {keys} keys, got {stacked.shape[2]}")
    return stacked


def stack(name: str, given: Any, batch: int | None) -> Tensor:
    """Bring one tensor, or a list with one per layer, to ``[layer, head, rows, columns]``.

    Accepts ``[rows, columns]``, ``[head, rows, columns]``, ``[batch, head, rows, columns]`` and, in one tensor,
    ``[layer, batch, head, rows, columns]``. A batch of several needs ``batch=``.
    """
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


def _match_heads(name: str, tensor: Tensor, layers: int, heads: int) -> Tensor:
    """Repeat shared key and value heads (grouped queries), so that each query head has its own."""
    if tensor.shape[0] != layers:
        raise ValueError(f"{name} must have {layers} layers, got {tensor.shape[0]}")
    if heads % tensor.shape[1]:
        raise ValueError(f"{name} must have {heads} heads, or a divisor of that, got {tensor.shape[1]}")
    return tensor.repeat_interleave(heads // tensor.shape[1], dim=1)


def _check_mask(mask: Any, shape: Shape, batch: int | None) -> Tensor | None:
    if mask is None:
        return None
    given = torch.as_tensor(mask)
    if given.dtype != torch.bool:
        raise TypeError(f"mask must be boolean, True = may attend, got {given.dtype}")
    if given.dim() == 4 and len(given) > 1 and batch is not None:
        given = given[check.index("batch", batch, len(given))]
    if given.dim() == 4 and given.shape[0] not in (1, shape[0]) and given.numel() == math.prod(shape):
        return given.reshape(shape)
    return _spread("mask", given, shape)


def _spread(name: str, given: Tensor, shape: Shape) -> Tensor:
    try:
        return given.expand(shape)
    except RuntimeError as error:
        raise ValueError(
            f"{name} must broadcast to [layer, head, query, key] = {shape}, got {tuple(given.shape)}"
        ) from error


def _check_agreement(data: QueriesAndKeys, weights: Any, step: float, batch: int | None) -> None:
    given, computed = stack("weights", weights, batch), Attention(data)
    check_weights(given, step_of(weights))
    if given.shape != data.shape:
        raise ValueError(f"weights have shape {tuple(given.shape)}, query and key give {data.shape}")
    gap = (computed.all_weights() - given).abs().max().item()
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
    return _second_line(f"{name} for queries", given[0], queries), _second_line(f"{name} for keys", given[1], keys)


def _second_line(name: str, given: Any, tokens: list[str]) -> list[str]:
    return [] if given is None else check.tokens(name, given, len(tokens))

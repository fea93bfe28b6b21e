"""From a recorded trace to what AttentionView stores: as much as fits, and a note that says what was left out."""

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from transformer_lab.recording import AttentionRecord, Trace
from transformer_lab.views.attention.given import step_of
from transformer_lab.views.common import check

DETAILS = ("auto", "values", "scores", "weights")


def records_of(trace: Trace, kind: str | None) -> tuple[str, list[AttentionRecord]]:
    """Return the kind and its records by layer; ``kind`` may also be the full name of one module."""
    kinds = trace.kinds()
    if not kinds:
        raise ValueError("trace holds no attention: run the model inside `with record(model) as trace:`")
    if kind is None:
        if len(kinds) > 1:
            raise ValueError(f"trace holds {', '.join(kinds)}; say which to show, e.g. kind={kinds[-1]!r}")
        kind = kinds[0]
    if kind in trace.attention:
        return kind, [trace.attention[kind]]
    if kind not in kinds:
        raise ValueError(f"kind must be one of {', '.join(kinds)}, or a module's full name, got {kind!r}")
    return kind, trace.attention_of(kind)


def from_records(
    records: Sequence[AttentionRecord],
    batch: int | None,
    layers: Sequence[int] | None,
    heads: Sequence[int] | None,
    detail: str,
    detail_limit: int,
    state_limit: int,
) -> tuple[dict[str, Any], str]:
    """Return the arguments for AttentionView and a note for the reader."""
    if detail not in DETAILS:
        raise ValueError(f"detail must be one of {', '.join(DETAILS)}, got {detail!r}")
    size = records[0].weights.shape[0]
    if batch is None and size > 1:
        raise ValueError(f"trace holds a batch of {size}; say which sentence to show, e.g. batch=0")
    batch = check.index("batch", batch or 0, size)

    def gather(name: str) -> list[Tensor]:
        return [getattr(record, name)[batch].detach().float().cpu() for record in records]

    # The weights stay in their number format: the view allows for its rounding.
    weights, scores = [record.weights[batch].detach().cpu() for record in records], gather("scores")
    query, key, value = gather("query"), gather("key"), gather("value")
    mask = torch.stack([s != float("-inf") for s in scores])
    scales = [float(record.scale) for record in records]
    plain = [q @ k.transpose(-1, -2) * scale for q, k, scale in zip(query, key, scales, strict=True)]
    bias = [(s - p).masked_fill(~m, 0.0) for s, p, m in zip(scores, plain, mask, strict=True)]
    # Sums differ in the last digits of their number format; a bias is what is more than that.
    step = max(1e-4, 2 * step_of([record.scores for record in records]))
    biased = any(b.abs().max() > step * (1 + p.abs().max()) for b, p in zip(bias, plain, strict=True))

    share = (len(layers) if layers is not None else len(records)) / len(records)
    share *= (len(heads) if heads is not None else weights[0].shape[0]) / weights[0].shape[0]
    size_of = {name: share * sum(4 * t.numel() for t in group) for name, group in (("qk", query + key), ("v", value))}
    extra = share * sum(4 * b.numel() for b in bias) if biased else 0
    wanted = {"values": size_of["qk"] + size_of["v"] + extra, "scores": size_of["qk"] + extra}
    if detail == "auto":
        detail = next((name for name, needed in wanted.items() if needed <= detail_limit), "weights")
        note = "" if detail == "values" else _note(detail)
    else:
        note = ""
    common = {"mask": mask, "batch": None}
    if detail == "weights":
        return {"weights": weights, **common}, note
    arguments = {"query": query, "key": key, "scale": scales, **common}
    if biased:
        arguments["bias"] = bias
    if detail == "values":
        arguments["value"] = value
    return arguments, note


def _note(detail: str) -> str:
    missing = "values are" if detail == "scores" else "queries, keys and values are"
    effect = "changes of the output are not shown" if detail == "scores" else "scale and products are not shown"
    return (
        f"To keep the notebook small, {missing} not stored, so {effect}; choose one layer with layers=[0] to have them."
    )

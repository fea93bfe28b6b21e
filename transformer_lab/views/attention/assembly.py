"""What AttentionView shows, put together without a widget: a typed sentence replaces it in the widget that is there."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from transformer_lab.views.attention.choice import choose
from transformer_lab.views.attention.data import AttentionData, QueriesAndKeys
from transformer_lab.views.attention.given import Words, check_gold, gather, words_for
from transformer_lab.views.common import check


@dataclass
class Assembly:
    """The checked tensors, the plain facts that go with them, and the gold alignment."""

    data: AttentionData
    facts: dict[str, Any]
    gold: list[list[int]]


def assemble(
    weights: Any = None,
    queries: Sequence[str] | None = None,
    keys: Sequence[str] | None = None,
    *,
    query: Any = None,
    key: Any = None,
    value: Any = None,
    mask: Any = None,
    bias: Any = None,
    scale: Any = None,
    gold: Iterable[Sequence[int]] | None = None,
    pinyin: Words = None,
    glosses: Words = None,
    layers: Sequence[int] | None = None,
    heads: Sequence[int] | None = None,
    batch: int | None = None,
    title: str = "Attention",
    note: str = "",
) -> Assembly:
    """Check AttentionView's arguments, which its docstring explains, and bring them to one form."""
    if isinstance(query, int) or isinstance(key, int):
        raise TypeError("query and key are tensors here; select a cell afterwards: view.query, view.key = 3, 0")
    data = gather(weights, query, key, value, bias, mask, scale, batch)
    data, layer_names, head_names = choose(data, layers, heads)
    _, _, rows, columns = data.shape
    if keys is None and rows == columns:
        keys = queries
    queries, keys = check.tokens("queries", queries, rows), check.tokens("keys", keys, columns)
    query_pinyin, key_pinyin = words_for("pinyin", pinyin, queries, keys)
    query_glosses, key_glosses = words_for("glosses", glosses, queries, keys)
    links = check_gold(gold, rows, columns)
    facts = {
        "title": title,
        "note": note,
        "layers": layer_names,
        "heads": head_names,
        "queries": queries,
        "keys": keys,
        "queryPinyin": query_pinyin,
        "keyPinyin": key_pinyin,
        "queryGlosses": query_glosses,
        "keyGlosses": key_glosses,
        "gold": links,
        "scale": data.scale if isinstance(data, QueriesAndKeys) else None,
        "same": queries == keys,
    }
    return Assembly(data, facts, links)

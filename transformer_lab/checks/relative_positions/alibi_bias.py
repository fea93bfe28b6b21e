"""The exercise *ALiBi's bias, with a cache*."""

import math
from collections.abc import Callable

import torch
from torch import Tensor

from transformer_lab.checks.exercise import Case, Exercise, Mistake


def _bias_with(
    query_from_zero: bool = False,
    sign: float = -1.0,
    size: Callable[[Tensor], Tensor] = torch.abs,
    turned: bool = False,
):
    def bias(slopes: Tensor, query_length: int, key_length: int) -> Tensor:
        start = 0 if query_from_zero else key_length - query_length
        query, key = torch.arange(start, start + query_length), torch.arange(key_length)
        distance = query[:, None] - key[None, :] if not turned else query[None, :] - key[:, None]
        return sign * slopes[:, None, None] * size(distance)

    return bias


def _head_last(slopes: Tensor, query_length: int, key_length: int) -> Tensor:
    return _bias_with()(slopes, query_length, key_length).permute(1, 2, 0)


ALIBI_BIAS = Exercise(
    name="alibi_bias",
    notebook="23_relative_positions",
    title="ALiBi's bias, with a cache",
    difficulty=2,
    reference=_bias_with(),
    cases=lambda: [
        Case("4 queries, 4 keys, 2 heads", (torch.tensor([0.5, 0.25]), 4, 4)),
        Case("one query, 6 keys", (torch.tensor([0.5, 0.25, 0.125]), 1, 6)),
        Case("3 queries, 4 keys, 4 heads", (torch.tensor([0.25, 0.0625, 1 / 64, 1 / 256]), 3, 4)),
        Case("2 queries, 5 keys", (math.pi * torch.tensor([1.0]), 2, 5)),
    ],
    praise="Right: the last query stands at the last key, whatever sits in the cache.",
    mistakes=[
        Mistake(
            "queries counted from 0",
            "The queries are counted from 0, though there are more keys than queries: those keys sit in a cache, "
            "before the queries. The last query stands at the last key.",
            _bias_with(query_from_zero=True),
        ),
        Mistake(
            "sign",
            "The bias is positive, so that far keys are favoured: subtract slope · distance.",
            _bias_with(sign=1.0),
        ),
        Mistake(
            "signed distance",
            "Keys ahead of the query get a bonus: the penalty is on the size of the distance, abs().",
            _bias_with(size=lambda distance: distance),
        ),
        Mistake(
            "signed, and counted from 0",
            "Two things: keys ahead of the query get a bonus (the penalty is on abs(distance)), and the queries are "
            "counted from 0, though the last query stands at the last key.",
            _bias_with(query_from_zero=True, size=lambda distance: distance),
        ),
        Mistake(
            "squared distance",
            "The distance is squared: the L in ALiBi is for linear.",
            _bias_with(size=torch.square),
        ),
        Mistake(
            "keys in rows",
            "Queries and keys are swapped: [head, query, key], a row for each query.",
            _bias_with(turned=True),
        ),
        Mistake("heads last", "The head axis comes first: [head, query, key].", _head_last),
        Mistake(
            "no slopes",
            "All heads have the same bias: multiply the distance by each head's slope.",
            lambda slopes, q, k: _bias_with()(torch.ones_like(slopes), q, k),
        ),
    ],
)


def _with(change):
    """The right bias, changed: ``change(bias, query places as a column, key places as a row)``."""

    def bias(slopes: Tensor, query_length: int, key_length: int) -> Tensor:
        query = torch.arange(key_length - query_length, key_length)[:, None]
        return change(_bias_with()(slopes, query_length, key_length), query, torch.arange(key_length)[None], slopes)

    return bias


ALIBI_BIAS.mistakes.extend(
    [
        Mistake(
            "one place too far",
            "The queries stand one place too far right: the last one stands at key_length − 1, the last key.",
            _with(lambda bias, query, key, slopes: -slopes[:, None, None] * (query + 1 - key).abs()),
        ),
        Mistake(
            "one place too near",
            "The queries stand one place too far left: the last one stands at key_length − 1, the last key.",
            _with(lambda bias, query, key, slopes: -slopes[:, None, None] * (query - 1 - key).abs()),
        ),
        Mistake(
            "distance counted from 1",
            "The distance begins with 1: a word is 0 away from itself.",
            _with(lambda bias, query, key, slopes: -slopes[:, None, None] * ((query - key).abs() + 1)),
        ),
        Mistake(
            "future hidden",
            "Later keys get −∞: the bias is −slope · |distance| on both sides, hiding is the mask's part.",
            _with(lambda bias, query, key, slopes: bias.masked_fill(key > query, float("-inf"))),
        ),
        Mistake(
            "future free",
            "Later keys get 0: the penalty is on the size of the distance, on both sides.",
            _with(lambda bias, query, key, slopes: bias.masked_fill(key > query, 0.0)),
        ),
        Mistake(
            "past free",
            "Earlier keys get 0: the penalty is on the size of the distance, on both sides.",
            _with(lambda bias, query, key, slopes: bias.masked_fill(key < query, 0.0)),
        ),
        Mistake(
            "divided by the slope",
            "The distance is divided by the slope: multiply by it.",
            _with(lambda bias, query, key, slopes: -(query - key).abs() / slopes[:, None, None]),
        ),
        Mistake(
            "slope added",
            "The slope is added to the distance: multiply the distance by it.",
            _with(lambda bias, query, key, slopes: -((query - key).abs() + slopes[:, None, None])),
        ),
        Mistake(
            "a batch axis in front",
            "There is an axis too many in front: [head, query, key].",
            _with(lambda bias, *rest: bias[None]),
        ),
        Mistake(
            "a row for every key",
            "There is a row for every key: [head, query, key], one for each of the *last* query_length places.",
            lambda slopes, query_length, key_length: _bias_with()(slopes, key_length, key_length),
        ),
        Mistake(
            "logarithm of the distance",
            "The logarithm of the distance is taken: the L in ALiBi is for linear.",
            _with(lambda bias, query, key, slopes: -slopes[:, None, None] * (query - key).abs().float().log1p()),
        ),
        Mistake(
            "root of the distance",
            "The root of the distance is taken: the L in ALiBi is for linear.",
            _with(lambda bias, query, key, slopes: -slopes[:, None, None] * (query - key).abs().sqrt()),
        ),
        Mistake(
            "divided by the length",
            "The distance is divided by the number of keys: it is counted in places.",
            _with(lambda bias, query, key, slopes: bias / key.shape[1]),
        ),
        Mistake(
            "cache counted twice",
            "The queries stand behind the last key, as if they had no key of their own: the last one stands at it.",
            lambda slopes, query_length, key_length: (
                -slopes[:, None, None]
                * (torch.arange(key_length, key_length + query_length)[:, None] - torch.arange(key_length)).abs()
            ),
        ),
    ]
)

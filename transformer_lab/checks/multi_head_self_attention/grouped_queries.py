"""The exercise *Grouped queries*."""

from torch import Tensor
from torch.nn import functional

from transformer_lab.checks.engine.forbidding import Forbidden
from transformer_lab.checks.exercise import Case, Exercise, Mistake
from transformer_lab.checks.samples import draw
from transformer_lab.fused import fused_attention


def _attend(q: Tensor, k: Tensor, v: Tensor, power: float = 0.5) -> Tensor:
    # Written out, for wrong answers lean on broadcasting, which the package's own refuses.
    return (q @ k.transpose(-2, -1) / q.shape[-1] ** power).softmax(-1) @ v


def _share(x: Tensor, num_heads: int) -> Tensor:
    return x.repeat_interleave(num_heads // x.shape[1], dim=1)


def _tile(x: Tensor, num_heads: int) -> Tensor:
    return x.repeat(1, num_heads // x.shape[1], 1, 1)


def _mean(x: Tensor, num_heads: int) -> Tensor:
    return x.mean(dim=1, keepdim=True).expand(-1, num_heads, -1, -1)


def _grouped(spread=_share, spread_values=None):
    """Every query head with the keys and values that ``spread`` gives it; right by default."""

    def attend(q: Tensor, k: Tensor, v: Tensor) -> Tensor:
        return _attend(q, spread(k, q.shape[1]), (spread_values or spread)(v, q.shape[1]))

    return attend


def _queries_averaged(q: Tensor, k: Tensor, v: Tensor) -> Tensor:
    shared = q.unflatten(1, (k.shape[1], -1)).mean(dim=2)
    return _share(_attend(shared, k, v), q.shape[1])


def _queries_of_the_first(q: Tensor, k: Tensor, v: Tensor) -> Tensor:
    return _share(_attend(q.unflatten(1, (k.shape[1], -1))[:, :, 0], k, v), q.shape[1])


def _all_keys(q: Tensor, k: Tensor, v: Tensor) -> Tensor:
    return _attend(q, k.flatten(1, 2)[:, None], v.flatten(1, 2)[:, None])


def _no_scale(q: Tensor, k: Tensor, v: Tensor) -> Tensor:
    return _attend(q, _share(k, q.shape[1]), _share(v, q.shape[1]), power=0)


def _softmax_over_queries(q: Tensor, k: Tensor, v: Tensor) -> Tensor:
    scores = q @ _share(k, q.shape[1]).transpose(-2, -1) / q.shape[-1] ** 0.5
    return scores.softmax(-2) @ _share(v, q.shape[1])


def _causal(q: Tensor, k: Tensor, v: Tensor) -> Tensor:
    return functional.scaled_dot_product_attention(q, _share(k, q.shape[1]), _share(v, q.shape[1]), is_causal=True)


def _groups(batch: int, num_heads: int, num_kv_heads: int, queries: int, keys: int, d_head: int) -> tuple:
    return (
        2 * draw(batch, num_heads, queries, d_head),
        2 * draw(batch, num_kv_heads, keys, d_head, seed=1),
        draw(batch, num_kv_heads, keys, d_head, seed=2),
    )


GROUPED_QUERIES = Exercise(
    name="grouped_queries",
    notebook="20_multi_head_self_attention",
    title="Grouped queries",
    difficulty=2,
    reference=_grouped(),
    cases=lambda: [
        Case("6 query heads, 2 of keys and values", _groups(2, 6, 2, 4, 4, 3)),
        Case("4 query heads, 2 of keys and values, more keys than queries", _groups(1, 4, 2, 3, 5, 4)),
        Case("8 query heads, 4 of keys and values", _groups(1, 8, 4, 3, 3, 2)),
        Case("multi-query: one for all", _groups(1, 4, 1, 3, 3, 2)),
        Case("nothing shared", _groups(1, 3, 3, 4, 4, 2)),
        Case("3 sentences, 6 query heads, 3 of keys and values", _groups(3, 6, 3, 2, 5, 4)),
    ],
    forbidden=[
        Forbidden(
            "enable_gqa", torch_names=frozenset({"scaled_dot_product_attention:enable_gqa"}), own=(fused_attention,)
        )
    ],
    praise="Right: neighbouring query heads share; equal to enable_gqa=True.",
    mistakes=[
        Mistake(
            "heads tiled",
            "repeat deals the key heads out in turn (0, 1, 0, 1): neighbouring query heads share one (0, 0, 1, 1), "
            "which is repeat_interleave.",
            _grouped(_tile),
        ),
        Mistake(
            "values tiled",
            "The keys are shared by neighbours, but the values are dealt out in turn: repeat_interleave both.",
            _grouped(_share, _tile),
        ),
        Mistake(
            "keys tiled",
            "The values are shared by neighbours, but the keys are dealt out in turn: repeat_interleave both.",
            _grouped(_tile, _share),
        ),
        Mistake(
            "only the first head",
            "Every query head reads key head 0; the other key heads are never used.",
            _grouped(lambda x, num_heads: x[:, :1]),
        ),
        Mistake(
            "keys and values averaged",
            "The heads of keys and values are averaged into one: each group has its own.",
            _grouped(_mean),
        ),
        Mistake(
            "queries averaged",
            "The queries of a group are averaged: keys and values are shared, every head asks its own question.",
            _queries_averaged,
        ),
        Mistake(
            "one query for the group",
            "Only the first query head of each group is used: keys and values are shared, queries are not.",
            _queries_of_the_first,
        ),
        Mistake(
            "all groups in one softmax",
            "Every query looks at the keys of all groups in one softmax: it may look at its own group's only.",
            _all_keys,
        ),
        Mistake("no scale", "The scores are not scaled: divide by √d_head.", _no_scale),
        Mistake(
            "softmax over queries",
            "The softmax runs over the queries: take it over the keys, dim=-1.",
            _softmax_over_queries,
        ),
        Mistake(
            "causal",
            "Later keys are hidden: no mask was asked for.",
            _causal,
        ),
    ],
)


def _changed(change):
    """The right way, its result changed."""
    return lambda q, k, v: change(_grouped()(q, k, v), k.shape[1])


def _attending(weigh):
    """Right sharing, ``weigh(q, k)`` in place of the softmax of the scaled scores."""
    return lambda q, k, v: weigh(q, _share(k, q.shape[1])) @ _share(v, q.shape[1])


GROUPED_QUERIES.mistakes.extend(
    [
        Mistake(
            "divided by d_head",
            "The scores are divided by d_head: divide by its square root, or the weights become nearly equal.",
            _attending(lambda q, k: (q @ k.mT / q.shape[-1]).softmax(-1)),
        ),
        Mistake(
            "multiplied by the root",
            "The scores are multiplied by √d_head: divide by it.",
            _attending(lambda q, k: (q @ k.mT * q.shape[-1] ** 0.5).softmax(-1)),
        ),
        Mistake(
            "scaled by d_model",
            "The scores are divided by √(head · d_head): each dot product has d_head terms, divide by √d_head.",
            _attending(lambda q, k: (q @ k.mT / (q.shape[1] * q.shape[-1]) ** 0.5).softmax(-1)),
        ),
        Mistake(
            "scaled by the number of heads",
            "The scores are divided by √head: divide by √d_head.",
            _attending(lambda q, k: (q @ k.mT / q.shape[1] ** 0.5).softmax(-1)),
        ),
        Mistake(
            "scaled by the number of keys",
            "The scores are divided by the root of the number of keys: divide by √d_head.",
            _attending(lambda q, k: (q @ k.mT / k.shape[-2] ** 0.5).softmax(-1)),
        ),
        Mistake(
            "softmax over heads",
            "The softmax runs over the heads, dim=1: take it over the keys, dim=-1.",
            _attending(lambda q, k: (q @ k.mT / q.shape[-1] ** 0.5).softmax(1)),
        ),
        Mistake(
            "no softmax",
            "The scores weigh the values directly: a softmax over the keys must turn them into weights first.",
            _attending(lambda q, k: q @ k.mT / q.shape[-1] ** 0.5),
        ),
        Mistake(
            "divided after the softmax",
            "The division by √d_head comes after the softmax, so the rows no longer sum to 1: divide the scores.",
            _attending(lambda q, k: (q @ k.mT).softmax(-1) / q.shape[-1] ** 0.5),
        ),
        Mistake(
            "heads come out in another order",
            "Each head's result is right, but they come out in another order than the queries: first come all "
            "heads that "
            "share the first key head, then those that share the second.",
            _changed(lambda out, groups: out.unflatten(1, (groups, -1)).transpose(1, 2).flatten(1, 2)),
        ),
        Mistake(
            "groups averaged",
            "The results of a group are averaged: each query head has a result of its own.",
            _changed(lambda out, groups: out.unflatten(1, (groups, -1)).mean(2)),
        ),
        Mistake(
            "groups added up",
            "The results of a group are added up: each query head has a result of its own.",
            _changed(lambda out, groups: out.unflatten(1, (groups, -1)).sum(2)),
        ),
        Mistake(
            "group axis left",
            "Groups and heads are still two axes: flatten them into one, [batch, head, query, d_head].",
            _changed(lambda out, groups: out.unflatten(1, (groups, -1))),
        ),
        Mistake(
            "heads put together",
            "The heads are put together already: wanted is [batch, head, query, d_head].",
            _changed(lambda out, groups: out.transpose(1, 2).flatten(2)),
        ),
        Mistake(
            "groups in reverse",
            "The groups are dealt in reverse: the first query heads share key head 0.",
            _grouped(lambda x, num_heads: _share(x, num_heads).flip(1)),
        ),
        Mistake(
            "only the values shared",
            "Every query head reads the values of its group, but the keys of head 0: share both.",
            _grouped(lambda x, num_heads: x[:, :1], _share),
        ),
        Mistake(
            "only the keys shared",
            "Every query head reads the keys of its group, but the values of head 0: share both.",
            _grouped(_share, lambda x, num_heads: x[:, :1]),
        ),
        Mistake(
            "values averaged",
            "The values are averaged over the groups: each group has its own.",
            _grouped(_share, _mean),
        ),
    ]
)

"""Exercises about fast attention (20): one projection for all, shared keys and values."""

from torch import Tensor
from torch.nn import functional

from transformer_lab.checks.engine.forbidding import Forbidden
from transformer_lab.checks.exercise import Case, Exercise, Mistake
from transformer_lab.checks.samples import draw

Three = tuple[Tensor, ...]


def _heads(parts, num_heads: int) -> Three:
    return tuple(part.unflatten(-1, (num_heads, -1)).transpose(1, 2) for part in parts)


def _fused(order=(0, 1, 2), biased: bool = True, split=_heads):
    """Project once and cut; right by default."""

    def project(x: Tensor, weight: Tensor, bias: Tensor, num_heads: int) -> Three:
        whole = x @ weight.T + bias if biased else x @ weight.T
        parts = whole.chunk(3, dim=-1)
        return split([parts[i] for i in order], num_heads)

    return project


def _not_transposed(x: Tensor, weight: Tensor, bias: Tensor, num_heads: int) -> Three:
    return _heads((x @ weight.reshape(x.shape[-1], -1) + bias).chunk(3, dim=-1), num_heads)


def _along_the_words(x: Tensor, weight: Tensor, bias: Tensor, num_heads: int) -> Three:
    return _heads((x @ weight.T + bias).chunk(3, dim=1), num_heads)


def _interleaved_heads(x: Tensor, weight: Tensor, bias: Tensor, num_heads: int) -> Three:
    by_head = (x @ weight.T + bias).unflatten(-1, (num_heads, -1)).transpose(1, 2)
    return by_head.chunk(3, dim=-1)


def _interleaved_features(x: Tensor, weight: Tensor, bias: Tensor, num_heads: int) -> Three:
    return _heads((x @ weight.T + bias).unflatten(-1, (-1, 3)).unbind(-1), num_heads)


def _viewed(parts, num_heads: int) -> Three:
    return tuple(part.reshape(part.shape[0], num_heads, part.shape[1], -1) for part in parts)


def _dealt_out(parts, num_heads: int) -> Three:
    return tuple(part.unflatten(-1, (-1, num_heads)).permute(0, 3, 1, 2) for part in parts)


def _projection(batch: int, length: int, d_model: int, num_heads: int) -> tuple:
    weight, bias = draw(3 * d_model, d_model, seed=1), draw(3 * d_model, seed=2)
    return draw(batch, length, d_model), weight, bias, num_heads


FUSED_PROJECTION = Exercise(
    name="fused_projection",
    notebook="20_multi_head_self_attention",
    title="Queries, keys and values from one product",
    difficulty=2,
    reference=_fused(),
    cases=lambda: [
        Case("2 sentences of 6 words, 2 heads", _projection(2, 6, 4, 2)),
        Case("3 words, 3 heads of 2 features", _projection(1, 3, 6, 3)),
        Case("6 words, 4 heads", _projection(2, 6, 8, 4)),
    ],
    praise="Right: the layout of in_proj_weight in nn.MultiheadAttention.",
    mistakes=[
        Mistake(
            "keys first",
            "Queries and keys have changed places: the first third of the rows makes the queries.",
            _fused(order=(1, 0, 2)),
        ),
        Mistake(
            "values first",
            "The order is turned round: the rows make queries, then keys, then values.",
            _fused(order=(2, 1, 0)),
        ),
        Mistake(
            "keys and values exchanged",
            "Keys and values have changed places: the last third of the rows makes the values.",
            _fused(order=(0, 2, 1)),
        ),
        Mistake("bias forgotten", "The bias is missing: add it before cutting.", _fused(biased=False)),
        Mistake(
            "weight reshaped",
            "The weight is reshaped, not transposed: x @ weight.T, for each row of the weight makes one output.",
            _not_transposed,
        ),
        Mistake(
            "cut along the words",
            "The product is cut along the words, so each third of the sentence plays one part: cut the last axis.",
            _along_the_words,
        ),
        Mistake(
            "interleaved heads",
            "This cuts into heads first and then each head into three. Some models store their weights so; here all "
            "queries come first: cut into three, then into heads.",
            _interleaved_heads,
        ),
        Mistake(
            "interleaved features",
            "Every third feature goes to the queries: here they are the first *block* of d_model features.",
            _interleaved_features,
        ),
        Mistake(
            "heads by view",
            "The three parts are right, but the heads cut through the words: split the last axis, then swap axes 1 "
            "and 2.",
            _fused(split=_viewed),
        ),
        Mistake(
            "axes not swapped",
            "The head axis stands after the words: swap axes 1 and 2, so that each head's words lie together.",
            _fused(split=lambda parts, num_heads: tuple(part.unflatten(-1, (num_heads, -1)) for part in parts)),
        ),
        Mistake(
            "features dealt out",
            "The features are dealt out like cards: head i gets the i-th *block* of d_head neighbouring features.",
            _fused(split=_dealt_out),
        ),
        Mistake(
            "not split into heads",
            "The three parts are right but not split into heads: [batch, head, length, d_head] is wanted.",
            _fused(split=lambda parts, num_heads: tuple(parts)),
        ),
    ],
)


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
    ],
    gradients=True,
    forbidden=[Forbidden("enable_gqa", torch_names=frozenset({"scaled_dot_product_attention:enable_gqa"}))],
    praise="Right: neighbouring query heads share; equal to enable_gqa=True, and the gradients agree too.",
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


EXERCISES = (FUSED_PROJECTION, GROUPED_QUERIES)

"""The exercise *One head*."""

import torch
from torch import Tensor

from transformer_lab.attention import scaled_dot_product_attention
from transformer_lab.checks.engine.forbidding import Forbidden
from transformer_lab.checks.exercise import Case, Exercise, Mistake
from transformer_lab.checks.samples import attend_with, draw, head_matrices


def _single(x: Tensor, w_q: Tensor, w_k: Tensor, w_v: Tensor) -> Tensor:
    return scaled_dot_product_attention(x @ w_q, x @ w_k, x @ w_v)[0]


def _single_with(**options):
    attend = attend_with(**options)
    return lambda x, w_q, w_k, w_v: attend(x @ w_q, x @ w_k, x @ w_v, x.shape[-1])


def _capital_t(x: Tensor, w_q: Tensor, w_k: Tensor, w_v: Tensor) -> Tensor:
    k = x @ w_k
    scores = (x @ w_q) @ k.permute(*reversed(range(k.dim()))) / w_q.shape[-1] ** 0.5
    return scores.softmax(-1) @ (x @ w_v)


def _masked_single(change, scale=lambda x, w_q: w_q.shape[-1]):
    """Attend with scores that were changed, or divided by the root of another number."""
    return lambda x, w_q, w_k, w_v: change((x @ w_q) @ (x @ w_k).mT / scale(x, w_q) ** 0.5).softmax(-1) @ (x @ w_v)


SINGLE_HEAD = Exercise(
    name="single_head",
    notebook="06_self_attention",
    title="One head",
    difficulty=2,
    reference=_single,
    cases=lambda: [
        Case("5 words, 4 features, d_head 2", (draw(5, 4), *head_matrices(4, 2))),
        Case("2 sentences of 6 words, d_head 3", (draw(2, 6, 4, seed=1), *head_matrices(4, 3))),
        Case("3 sentences of 3 words, d_head 4", (draw(3, 3, 4, seed=2), *head_matrices(4, 4))),
        Case("a batch of 1, d_head 7", (draw(1, 4, 3, seed=6), *head_matrices(3, 7))),
        Case("3 sentences of 2 words, d_head 1", (draw(3, 2, 5, seed=7), *head_matrices(5, 1))),
        Case("one word", (draw(2, 1, 4, seed=8), *head_matrices(4, 2))),
    ],
    forbidden=[
        Forbidden(
            "F.scaled_dot_product_attention",
            torch_names=frozenset({"scaled_dot_product_attention"}),
            own=(scaled_dot_product_attention,),
        )
    ],
    praise="Right, for one sentence and for several.",
    mistakes=[
        Mistake("no scale", "The scores are not scaled: divide q · k by √d_head.", _single_with(power=0)),
        Mistake(
            "divided by d_head",
            "The scores are divided by d_head: divide by its square root, or the weights become nearly equal.",
            _single_with(power=1),
        ),
        Mistake(
            "multiplied by the root",
            "The scores are multiplied by √d_head: divide by it.",
            _single_with(power=-0.5),
        ),
        Mistake(
            "scaled by d_model",
            "The scores are divided by √d_model: the dot product has d_head terms, so divide by √d_head "
            "(w_q.shape[-1]).",
            _single_with(width_of_x=True),
        ),
        Mistake(
            "softmax over queries",
            "The softmax runs over the queries: each *row* must sum to 1, so take it over the keys, dim=-1.",
            _single_with(axis=-2),
        ),
        Mistake(
            "softmax over dim 1",
            "dim=1 is the keys for one sentence, but the queries as soon as there is a batch: use dim=-1.",
            _single_with(axis=1),
        ),
        Mistake(
            "softmax over the whole table",
            "The whole table sums to 1: each row must, for each word shares out its own attention.",
            _single_with(axis=99),
        ),
        Mistake(
            "no softmax",
            "The scores weigh the values directly: a softmax over the keys must turn them into weights first.",
            _single_with(softmax=False),
        ),
        Mistake(
            "query and key swapped",
            "The table is transposed: row i must hold query i against every key, q @ k.transpose(-2, -1), with q from "
            "w_q and k from w_k.",
            _single_with(swap=True),
        ),
        Mistake(
            "keys as values",
            "The weights mix the keys: multiply them by the values, x @ w_v.",
            lambda x, w_q, w_k, w_v: _single(x, w_q, w_k, w_k),
        ),
        Mistake(
            "values not projected",
            "The weights mix x itself: what a word passes on is x @ w_v.",
            lambda x, w_q, w_k, w_v: scaled_dot_product_attention(x @ w_q, x @ w_k, x)[0],
        ),
        Mistake(
            ".T on a batch",
            ".T turns all axes around, the batch too: swap only the last two with .transpose(-2, -1) or .mT.",
            _capital_t,
        ),
        Mistake(
            "key and value matrices swapped",
            "w_k and w_v have changed places: w_k makes what is compared, w_v what is handed on.",
            lambda x, w_q, w_k, w_v: _single(x, w_q, w_v, w_k),
        ),
        Mistake(
            "query and value matrices swapped",
            "w_q and w_v have changed places: w_q makes what asks, w_v what is handed on.",
            lambda x, w_q, w_k, w_v: _single(x, w_v, w_k, w_q),
        ),
        Mistake(
            "queries as keys",
            "The queries are compared with themselves: compare them with the keys, x @ w_k.",
            lambda x, w_q, w_k, w_v: _single(x, w_q, w_q, w_v),
        ),
        Mistake(
            "keys as queries",
            "The keys are compared with themselves: the queries, x @ w_q, ask.",
            lambda x, w_q, w_k, w_v: _single(x, w_k, w_k, w_v),
        ),
        Mistake(
            "queries as values",
            "The weights mix the queries: multiply them by the values, x @ w_v.",
            lambda x, w_q, w_k, w_v: _single(x, w_q, w_k, w_q),
        ),
        Mistake(
            "divided after the softmax",
            "The weights are divided after the softmax, so they no longer sum to 1: divide the scores before it.",
            lambda x, w_q, w_k, w_v: _single_with(power=0)(x, w_q, w_k, w_v) / w_q.shape[-1] ** 0.5,
        ),
        Mistake(
            "scaled by the length",
            "The scores are divided by the root of the number of words: divide by √d_head, w_q.shape[-1].",
            _masked_single(lambda scores: scores, lambda x, w_q: x.shape[-2]),
        ),
        Mistake(
            "softmax over dim 0",
            "dim=0 is the words for one sentence and the sentences for a batch: each row shares out over the "
            "keys, dim=-1.",
            _single_with(axis=0),
        ),
        Mistake(
            "causal mask",
            "Later words are hidden, as in a causal mask: here every word may look at all words.",
            _masked_single(
                lambda scores: scores.masked_fill(torch.ones_like(scores, dtype=torch.bool).triu(1), -1e300)
            ),
        ),
        Mistake(
            "a word must not look at itself",
            "The diagonal is hidden: a word may look at itself too.",
            _masked_single(lambda scores: scores - torch.eye(scores.shape[-1], dtype=scores.dtype) * 1e300),
        ),
        Mistake(
            "weights returned",
            "These are the weights: multiply them by the values, x @ w_v.",
            lambda x, w_q, w_k, w_v: ((x @ w_q) @ (x @ w_k).mT / w_q.shape[-1] ** 0.5).softmax(-1),
        ),
        Mistake(
            "values added",
            "The values are added to the output, like a residual connection: return the weighted values alone.",
            lambda x, w_q, w_k, w_v: x @ w_v + _single(x, w_q, w_k, w_v),
        ),
    ],
)


@SINGLE_HEAD.mistake(
    "all sentences in one row",
    "All sentences of the batch stand in one row, so words attend to those of other sentences: leave the batch "
    "axis where "
    "it is, k.transpose(-2, -1) and @ work behind it.",
)
def _one_row(x, w_q, w_k, w_v):
    flat = x.flatten(0, -2)
    q, k, v = flat @ w_q, flat @ w_k, flat @ w_v
    return ((q @ k.T / q.shape[-1] ** 0.5).softmax(-1) @ v).reshape(*x.shape[:-1], -1)

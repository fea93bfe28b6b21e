"""Exercises about self-attention (06): one head, and the slopes of its softmax."""

import torch
from torch import Tensor

from transformer_lab.attention import scaled_dot_product_attention
from transformer_lab.checks.engine.forbidding import Forbidden
from transformer_lab.checks.exercise import Case, Exercise, Mistake
from transformer_lab.checks.samples import attend_with, draw, head_matrices


# 06 · One head ------------------------------------------------------------------------------------------------------
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

SOFTMAX_JACOBIAN = Exercise(
    name="softmax_jacobian",
    notebook="06_self_attention",
    title="The slopes of a softmax",
    difficulty=2,
    reference=lambda weights: weights.diag() - torch.outer(weights, weights),
    cases=lambda: [
        Case("two equal weights", (torch.full((2,), 0.5, dtype=torch.float64),)),
        Case("five weights", (draw(5).softmax(0),)),
        Case("one weight near 1", ((12 * draw(4, seed=1)).softmax(0),)),
        Case("a single key", (torch.ones(1, dtype=torch.float64),)),
        Case("weights of exactly 0", (torch.tensor([0.25, 0.0, 0.75], dtype=torch.float64),)),
        Case("three weights in float32", (draw(3, seed=2).float().softmax(0),), 1e-5),
    ],
    praise="Right: each row sums to 0, because what one weight gains the others lose.",
    mistakes=[
        Mistake(
            "only the diagonal",
            "The slopes beside the diagonal are missing: raising one score lowers all *other* weights, by p_i · p_j.",
            lambda weights: (weights * (1 - weights)).diag(),
        ),
        Mistake(
            "square forgotten",
            "On the diagonal p_i · p_i is missing: there the slope is p_i − p_i².",
            lambda weights: weights.diag() - (torch.outer(weights, weights) - (weights**2).diag()),
        ),
        Mistake(
            "wrong sign",
            "The signs are turned around: a higher score raises its own weight, so the diagonal is positive.",
            lambda weights: torch.outer(weights, weights) - weights.diag(),
        ),
        Mistake(
            "outer product added",
            "The outer product is subtracted, not added: the others lose.",
            lambda weights: weights.diag() + torch.outer(weights, weights),
        ),
        Mistake(
            "softmax taken again",
            "The argument holds the weights already: no softmax is needed.",
            lambda weights: weights.softmax(0).diag() - torch.outer(weights.softmax(0), weights.softmax(0)),
        ),
        Mistake(
            "slopes of the logarithm",
            "These are the slopes of log(softmax): multiply row i by the weight p_i.",
            lambda weights: torch.eye(len(weights), dtype=weights.dtype) - weights,
        ),
        Mistake(
            "δ forgotten",
            "Every entry is p_i (1 − p_j): δ is 1 on the diagonal alone, elsewhere the slope is −p_i · p_j.",
            lambda weights: weights[:, None] * (1 - weights),
        ),
        Mistake(
            "δ forgotten, rows and columns swapped",
            "Every entry is p_j (1 − p_i): δ is 1 on the diagonal alone, elsewhere the slope is −p_i · p_j.",
            lambda weights: weights * (1 - weights[:, None]),
        ),
        Mistake(
            "p_j alone subtracted",
            "p_j is subtracted from the diagonal's p_i in every row: it must be multiplied by p_i first, p_i "
            "δ − p_i p_j.",
            lambda weights: weights.diag() - weights,
        ),
        Mistake(
            "p_i alone subtracted",
            "p_i is subtracted in its whole row: it must be multiplied by p_j first, p_i δ − p_i p_j.",
            lambda weights: weights.diag() - weights[:, None],
        ),
        Mistake(
            "δ − p_i",
            "The factor p_j is missing: p_i (δ_ij − p_j).",
            lambda weights: torch.eye(len(weights), dtype=weights.dtype) - weights[:, None],
        ),
        Mistake(
            "δ not multiplied",
            "p_i stands beside p_j alone and not beside δ: it multiplies the whole bracket, p_i (δ_ij − p_j).",
            lambda weights: torch.eye(len(weights), dtype=weights.dtype) - torch.outer(weights, weights),
        ),
        Mistake(
            "dot product instead of all products",
            "The number p · p is subtracted everywhere: torch.outer makes the table of all products p_i · p_j.",
            lambda weights: weights.diag() - weights @ weights,
        ),
        Mistake(
            "squares instead of all products",
            "The squares p_j² are subtracted in every row: torch.outer makes the table of all products p_i · p_j.",
            lambda weights: weights.diag() - weights * weights,
        ),
        Mistake(
            "others rise too",
            "Beside the diagonal the signs are turned round: a higher score lowers all other weights.",
            lambda weights: 2 * (weights * (1 - weights)).diag() - (weights.diag() - torch.outer(weights, weights)),
        ),
        Mistake(
            "only the products",
            "This is the table of all products with a minus: on the diagonal p_i must be added.",
            lambda weights: -torch.outer(weights, weights),
        ),
        Mistake(
            "only the diagonal as a list",
            "These are the n slopes of the diagonal: the table is [n, n], also how one score moves the "
            "*other* weights.",
            lambda weights: weights * (1 - weights),
        ),
    ],
)

EXERCISES = (SINGLE_HEAD, SOFTMAX_JACOBIAN)

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
    ],
    gradients=True,
    forbidden=[
        Forbidden(
            "F.scaled_dot_product_attention",
            torch_names=frozenset({"scaled_dot_product_attention"}),
            own=(scaled_dot_product_attention,),
        )
    ],
    praise="Right, for one sentence and for several; the gradients agree too.",
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
            "The table is transposed: row i must hold query i against every key, q @ k.transpose(-2, -1).",
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
    ],
)

EXERCISES = (SINGLE_HEAD, SOFTMAX_JACOBIAN)

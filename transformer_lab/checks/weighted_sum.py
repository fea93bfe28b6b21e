"""Exercises about weighted sums (01): shares from scores, heads added up, shares from a point."""

import torch
from torch import Tensor

from transformer_lab.checks.exercise import Case, Exercise, Mistake
from transformer_lab.checks.samples import draw


def _inputs(queries: int, keys: int, width: int, *batch: int, seed: int = 0) -> tuple[Tensor, Tensor, Tensor]:
    """Scores, keys and values, keys as wide as values, so that weighing the keys raises no error."""
    scores = 2 * draw(*batch, queries, keys, seed=seed)
    return scores, draw(*batch, keys, width, seed=seed + 1), draw(*batch, keys, width, seed=seed + 2)


def _sum_with(axis: int = -1):
    return lambda scores, keys, values: scores.softmax(axis) @ values


WEIGHTED_SUM = Exercise(
    name="weighted_sum",
    notebook="01_weighted_sum",
    title="A softmax-weighted sum",
    difficulty=1,
    reference=_sum_with(),
    cases=lambda: [
        Case("2 outputs of 3 values", _inputs(2, 3, 4)),
        Case("as many outputs as values", _inputs(4, 4, 2, seed=3)),
        Case("a batch of 2 with 3 heads", _inputs(5, 2, 3, 2, 3, seed=6)),
        Case("a batch of 3, 3 outputs, 3 values", _inputs(3, 3, 3, 3, seed=9)),
    ],
    gradients=True,
    praise="Right, with any number of axes in front; the gradients agree too.",
    mistakes=[
        Mistake(
            "keys weighed",
            "The weights mix the *keys*: keys only help to make the scores; what is handed over are the values.",
            lambda scores, keys, values: scores.softmax(-1) @ keys,
        ),
        Mistake(
            "softmax over the outputs",
            "The softmax runs down the columns: each *row* must share out 1, so take it over the last axis, dim=-1.",
            _sum_with(axis=-2),
        ),
        Mistake(
            "softmax over dim 0",
            "dim=0 is the first axis, whatever it holds: the shares of one output lie along the last axis, dim=-1.",
            _sum_with(axis=0),
        ),
        Mistake(
            "softmax over dim 1",
            "dim=1 is right for one table of scores, but wrong as soon as there is a batch: use dim=-1.",
            _sum_with(axis=1),
        ),
        Mistake(
            "no softmax",
            "The scores weigh the values directly, negative ones too: turn them into shares first.",
            lambda scores, keys, values: scores @ values,
        ),
        Mistake(
            "divided by the sum",
            "Dividing by the sum makes the row sum to 1, but negative scores stay negative: take e to the power of "
            "each score first; softmax does both.",
            lambda scores, keys, values: scores / scores.sum(-1, keepdim=True) @ values,
        ),
        Mistake(
            "not divided by the sum",
            "e to the power of the scores is positive, but the rows do not sum to 1: divide by the row's sum.",
            lambda scores, keys, values: scores.exp() @ values,
        ),
        Mistake(
            "plain mean",
            "This is the plain mean of the values: the scores are not used.",
            lambda scores, keys, values: torch.ones_like(scores).softmax(-1) @ values,
        ),
        Mistake(
            "winner takes all",
            "Only the value with the largest score is handed over: a softmax gives every value its share.",
            lambda scores, keys, values: (scores == scores.amax(-1, keepdim=True)).to(scores.dtype) @ values,
        ),
    ],
)


def _blocks(heads: Tensor, w_o: Tensor) -> Tensor:
    """The rows of W_O that belong to each head, ``[head, d_head, d_model]``."""
    return w_o.unflatten(0, (heads.shape[1], heads.shape[3]))


HEAD_CONTRIBUTIONS = Exercise(
    name="head_contributions",
    notebook="01_weighted_sum",
    title="What each head adds",
    difficulty=2,
    reference=lambda heads, w_o: heads @ _blocks(heads, w_o),
    cases=lambda: [
        Case("2 heads of 3 features", (draw(1, 2, 4, 3), draw(6, 6, seed=1))),
        Case("3 heads of 3 features, a batch of 2", (draw(2, 3, 3, 3, seed=2), draw(9, 9, seed=3))),
        Case("4 heads of 1 feature", (draw(2, 4, 2, 1, seed=4), draw(4, 4, seed=5))),
        Case("one head", (draw(1, 1, 3, 4, seed=6), draw(4, 4, seed=7))),
    ],
    gradients=True,
    praise="Right: the contributions add up to concat · W_O; the gradients agree too.",
    mistakes=[
        Mistake(
            "rows dealt out",
            "The rows of W_O are dealt out like cards: head h owns a *block* of d_head neighbouring rows.",
            lambda heads, w_o: heads @ w_o.unflatten(0, (heads.shape[3], heads.shape[1])).transpose(0, 1),
        ),
        Mistake(
            "W_O transposed",
            "W_O is transposed: the concatenated features meet its *rows*, so head h owns rows h · d_head to "
            "(h + 1) · d_head and all columns (nn.Linear stores it the other way round).",
            lambda heads, w_o: heads @ _blocks(heads, w_o.T),
        ),
        Mistake(
            "heads in the wrong order",
            "The blocks are handed out from the end: head 0 owns the first rows.",
            lambda heads, w_o: heads @ _blocks(heads, w_o).flip(0),
        ),
        Mistake(
            "the first block for all",
            "Every head got the first block of rows: head h owns rows h · d_head to (h + 1) · d_head.",
            lambda heads, w_o: heads @ w_o[: heads.shape[3]],
        ),
        Mistake(
            "already added up",
            "The contributions are added up already: keep one for each head, [batch, head, query, d_model].",
            lambda heads, w_o: (heads @ _blocks(heads, w_o)).sum(1),
        ),
        Mistake(
            "averaged",
            "Each contribution is divided by the number of heads: concatenating and projecting adds the heads, it does "
            "not average them.",
            lambda heads, w_o: heads @ _blocks(heads, w_o) / heads.shape[1],
        ),
    ],
)


def _solve(values: Tensor, point: Tensor) -> Tensor:
    """Two equations for the two features, and a third: the weights sum to 1."""
    left = torch.cat([values.mT, torch.ones(1, 3, dtype=values.dtype)])
    return torch.linalg.solve(left, torch.cat([point, torch.ones(1, dtype=point.dtype)]))


def _distances(values: Tensor, point: Tensor) -> Tensor:
    return (values - point).norm(dim=1)


def _find_cases() -> list[Case]:
    triangle = torch.tensor([[0.0, 0.0], [4.0, 0.0], [1.0, 3.0]], dtype=torch.float64)
    other = torch.tensor([[-2.0, 1.0], [3.0, -1.0], [0.5, 2.5]], dtype=torch.float64)
    cases = (
        ("a point inside", triangle, torch.tensor([0.2, 0.5, 0.3], dtype=torch.float64) @ triangle),
        ("a point inside another triangle", other, torch.tensor([0.6, 0.1, 0.3], dtype=torch.float64) @ other),
        ("a point on an edge", triangle, triangle[:2].mean(0)),
        ("a corner", triangle, triangle[2]),
        ("a point outside", other, torch.tensor([3.0, 3.0], dtype=torch.float64)),
    )
    return [Case(label, (values, point), 1e-5) for label, values, point in cases]


FIND_WEIGHTS = Exercise(
    name="find_weights",
    notebook="01_weighted_sum",
    title="Which weights lead here?",
    difficulty=3,
    reference=_solve,
    cases=_find_cases,
    praise="Right; and outside the triangle one weight is negative, which a softmax never gives.",
    mistakes=[
        Mistake(
            "sum of 1 forgotten",
            "The weights lead to the point, but do not sum to 1: two features give two equations for three weights; "
            "the third equation is w₁ + w₂ + w₃ = 1.",
            lambda values, point: torch.linalg.pinv(values.T) @ point,
        ),
        Mistake(
            "sum of 1 forced",
            "The weights are divided by their sum afterwards, which moves the point. Solve all equations at once.",
            lambda values, point: (free := torch.linalg.pinv(values.T) @ point) / free.sum(),
        ),
        Mistake(
            "shares by distance",
            "These are shares by nearness: positive and of sum 1, but they do not lead to the point. Solve the "
            "equations.",
            lambda values, point: (
                (1 / (_distances(values, point) + 1e-12)) / (1 / (_distances(values, point) + 1e-12)).sum()
            ),
        ),
        Mistake(
            "softmax of distances",
            "A softmax of the distances gives shares, but not those that lead to the point. Solve the equations.",
            lambda values, point: (-_distances(values, point)).softmax(0),
        ),
        Mistake(
            "softmax of the dot products",
            "A softmax of values · point gives shares, as attention would, but they do not lead to the point.",
            lambda values, point: (values @ point).softmax(0),
        ),
        Mistake(
            "nearest value",
            "All weight goes to the nearest value: the point lies between the values, and so do the weights.",
            lambda values, point: torch.nn.functional.one_hot(_distances(values, point).argmin(), 3).to(values.dtype),
        ),
        Mistake(
            "negative weights cut off",
            "Negative weights are set to 0: a point outside the triangle cannot be reached without one.",
            lambda values, point: _solve(values, point).clamp(min=0),
        ),
    ],
)

EXERCISES = (WEIGHTED_SUM, HEAD_CONTRIBUTIONS, FIND_WEIGHTS)

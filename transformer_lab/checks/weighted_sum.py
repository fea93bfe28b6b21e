"""Exercises about weighted sums (01): shares from scores, heads added up, shares from a point."""

import torch
from torch import Tensor

from transformer_lab.checks.exercise import Case, Exercise, Mistake
from transformer_lab.checks.samples import draw


def _inputs(queries: int, keys: int, width: int, *batch: int, seed: int = 0) -> tuple[Tensor, Tensor, Tensor]:
    """Scores, keys and values, keys as wide as values, so that weighing the keys raises no error."""
    scores = 2 * draw(*batch, queries, keys, seed=seed)
    return scores, draw(*batch, keys, width, seed=seed + 1), draw(*batch, keys, width, seed=seed + 2)


# Each row of scores is ten times as large as the one before.
_SCALES = torch.tensor([[0.1], [1.0], [10.0]], dtype=torch.float64)


def _sum_with(axis: int = -1):
    return lambda scores, keys, values: scores.softmax(axis) @ values


def _shares_by(positive):
    """Shares that are not e to the power of the scores, divided by their sum."""
    return lambda scores, keys, values: positive(scores) / positive(scores).sum(-1, keepdim=True) @ values


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
        Case("a batch of 1, one output", _inputs(1, 4, 2, 1, seed=12)),
        Case("one value", _inputs(3, 1, 2, seed=15)),
        Case("rows on very different scales", (_SCALES * draw(3, 4, seed=18), *_inputs(3, 4, 5, seed=19)[1:])),
    ],
    praise="Right, with any number of axes in front.",
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
        Mistake(
            "scaled by the root of the width",
            "The scores are divided by √d first, as attention does: here they are given as they are to be used.",
            lambda scores, keys, values: (scores / keys.shape[-1] ** 0.5).softmax(-1) @ values,
        ),
        Mistake(
            "softmax twice",
            "The softmax is taken twice, which makes the shares nearly equal: once is enough.",
            lambda scores, keys, values: scores.softmax(-1).softmax(-1) @ values,
        ),
        Mistake(
            "softmax of the mixture",
            "The softmax falls on the finished mixtures: take it over the scores, then mix the values as they are.",
            lambda scores, keys, values: (scores @ values).softmax(-1),
        ),
        Mistake(
            "sigmoid",
            "Each score is turned into a share by itself, so a row does not sum to 1: a softmax looks at the "
            "whole row.",
            lambda scores, keys, values: scores.sigmoid() @ values,
        ),
        Mistake(
            "sigmoids divided by their sum",
            "The shares are sigmoids divided by their sum: a softmax takes e to the power of each score.",
            _shares_by(torch.sigmoid),
        ),
        Mistake(
            "absolute scores",
            "The signs of the scores are gone: a low score must give a small share. Take e to the power of each score.",
            _shares_by(torch.abs),
        ),
        Mistake(
            "squared scores",
            "Squares are positive, but the signs of the scores are gone: take e to the power of each score.",
            _shares_by(torch.square),
        ),
        Mistake(
            "negative scores cut off",
            "Negative scores get no share at all: e to the power of any score is positive.",
            _shares_by(lambda scores: scores.clamp(min=0)),
        ),
        Mistake("powers of 2", "The shares come from powers of 2: a softmax has e, torch.exp.", _shares_by(torch.exp2)),
        Mistake(
            "logarithm of the shares",
            "The logarithms of the shares weigh the values: softmax, not log_softmax.",
            lambda scores, keys, values: scores.log_softmax(-1) @ values,
        ),
        Mistake(
            "signs of the scores turned",
            "The lowest score gets the largest share: the scores enter the softmax as they are, without a minus.",
            lambda scores, keys, values: (-scores).softmax(-1) @ values,
        ),
        Mistake(
            "mean instead of sum",
            "The weighted values are averaged: their weights sum to 1 already, so add them up.",
            lambda scores, keys, values: scores.softmax(-1) @ values / scores.shape[-1],
        ),
        Mistake(
            "keys and values added",
            "The weights mix keys and values together: what is handed over are the values alone.",
            lambda scores, keys, values: scores.softmax(-1) @ (keys + values),
        ),
        Mistake(
            "shares only",
            "These are the shares alone: let them weigh the values, shares @ values.",
            lambda scores, keys, values: scores.softmax(-1),
        ),
        Mistake(
            "not added up",
            "The weighted values are not added up: sum them over the words.",
            lambda scores, keys, values: scores.softmax(-1)[..., None] * values[..., None, :, :],
        ),
    ],
)


def _blocks(heads: Tensor, w_o: Tensor) -> Tensor:
    """The rows of W_O that belong to each head, ``[head, d_head, d_model]``."""
    return w_o.unflatten(0, (heads.shape[1], heads.shape[3]))


def _cut(blocks):
    """Contributions with another choice of rows of W_O."""
    return lambda heads, w_o: heads @ blocks(heads, w_o)


def _side_by_side(rows: Tensor, w_o: Tensor) -> Tensor:
    """Contributions from ``[batch, words, head, d_head]``."""
    heads = rows.transpose(1, 2)
    return heads @ _blocks(heads, w_o)


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
        Case("2 heads of 3 features, 5 words, d_model 7", (draw(3, 2, 5, 3, seed=8), draw(6, 7, seed=9))),
        Case("3 heads of 2 features, one word, d_model 4", (draw(2, 3, 1, 2, seed=10), draw(6, 4, seed=11))),
    ],
    praise="Right: the contributions add up to concat · W_O.",
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
        Mistake(
            "blocks one row apart",
            "The block of head h begins at row h: each block has d_head rows, so it begins at row h · d_head.",
            _cut(lambda heads, w_o: w_o.unfold(0, heads.shape[3], 1)[: heads.shape[1]].mT),
        ),
        Mistake(
            "the whole output for each head",
            "Every head got the whole output: each gives only what its own features and rows bring.",
            lambda heads, w_o: (heads @ _blocks(heads, w_o)).sum(1, keepdim=True).expand(-1, heads.shape[1], -1, -1),
        ),
        Mistake(
            "head axis after the words",
            "Heads and words have changed places: [batch, num_heads, words, d_model] is wanted.",
            lambda heads, w_o: (heads @ _blocks(heads, w_o)).transpose(1, 2),
        ),
        Mistake(
            "reshaped without a transpose",
            "The heads are laid side by side with a reshape alone, which mixes the words: swap heads and words first.",
            lambda heads, w_o: _side_by_side(heads.flatten(1).unflatten(1, (heads.shape[2], heads.shape[1], -1)), w_o),
        ),
        Mistake(
            "features within a head turned round",
            "Within a head the features meet the rows in reverse: feature i of head h meets row h · d_head + i.",
            _cut(lambda heads, w_o: _blocks(heads, w_o).flip(1)),
        ),
        Mistake(
            "added up as it goes",
            "Each head's contribution has those of the heads before it in it: give each by itself.",
            lambda heads, w_o: (heads @ _blocks(heads, w_o)).cumsum(1),
        ),
        Mistake(
            "projected with the mean block",
            "All heads are projected with the mean of the blocks: each head has a block of its own.",
            _cut(lambda heads, w_o: _blocks(heads, w_o).mean(0)),
        ),
        Mistake(
            "not projected",
            "These are the heads themselves: multiply each by its rows of W_O.",
            lambda heads, w_o: heads,
        ),
    ],
)


def _equations(values: Tensor) -> Tensor:
    """Two equations for the two features, and a third: the weights sum to 1."""
    return torch.cat([values.mT, torch.ones_like(values.mT[:1])])


def _solve(values: Tensor, point: Tensor) -> Tensor:
    return torch.linalg.solve(_equations(values), torch.cat([point, torch.ones_like(point[:1])]))


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
        ("a point beyond a corner", triangle, torch.tensor([-2.0, -1.5], dtype=torch.float64)),
        ("corners in the other direction", other.flip(0), torch.tensor([0.5, 0.5], dtype=torch.float64)),
        ("a large triangle in float32", 100 * other.float(), torch.tensor([50.0, 20.0])),
    )
    return [Case(label, (values, point), 1e-4) for label, values, point in cases]


def _solved(matrix, last: float = 1.0):
    """Solve with another matrix, or another sum of the weights."""
    return lambda values, point: torch.linalg.solve(
        matrix(values), torch.cat([point, last * torch.ones_like(point[:1])])
    )


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
            lambda values, point: (near := 1 / (_distances(values, point) + 1e-12)) / near.sum(),
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
        Mistake(
            "corners in rows",
            "The corners stand in the rows of the matrix: each *equation* is a row (feature 0 of the three "
            "values, feature 1, ones), so each corner is a column.",
            _solved(lambda values: torch.cat([values, torch.ones_like(values[:, :1])], dim=1)),
        ),
        Mistake(
            "sum of 0",
            "The weights sum to 0: the right side of the third equation is 1.",
            _solved(_equations, last=0.0),
        ),
        Mistake(
            "signs dropped",
            "All weights are positive and then divided by their sum (areas without a sign?): outside the "
            "triangle one weight must be negative.",
            lambda values, point: _solve(values, point).abs() / _solve(values, point).abs().sum(),
        ),
        Mistake(
            "absolute values",
            "The weights have lost their signs: a point outside the triangle needs a negative weight.",
            lambda values, point: _solve(values, point).abs(),
        ),
        Mistake(
            "cut off, then divided by the sum",
            "Negative weights are set to 0 and the others divided by their sum: the point outside cannot be "
            "reached so.",
            lambda values, point: _solve(values, point).clamp(min=0) / _solve(values, point).clamp(min=0).sum(),
        ),
        Mistake(
            "softmax of the solution",
            "The weights go through a softmax at the end: the solution sums to 1 already, and must lead to the point.",
            lambda values, point: _solve(values, point).softmax(0),
        ),
        Mistake(
            "two corners only",
            "Only two of the three values are used: the third has a weight of its own.",
            lambda values, point: torch.cat([(free := torch.linalg.pinv(values[:2].mT) @ point), 0 * free[:1]]),
        ),
        Mistake(
            "shares by squared distance",
            "These are shares by nearness (one over the squared distance): positive and of sum 1, but they "
            "do not lead to the point. Solve the equations.",
            lambda values, point: (near := 1 / (_distances(values, point) ** 2 + 1e-12)) / near.sum(),
        ),
        Mistake(
            "equal weights",
            "All three weights are the same, which leads to the middle of the triangle: the point is not used.",
            lambda values, point: torch.full_like(values[:, 0], 1 / 3),
        ),
    ],
)

EXERCISES = (WEIGHTED_SUM, HEAD_CONTRIBUTIONS, FIND_WEIGHTS)

"""The exercise *Which weights lead here?*."""

import torch
from torch import Tensor

from transformer_lab.checks.exercise import Case, Exercise, Mistake
from transformer_lab.checks.samples import draw


def _equations(values: Tensor) -> Tensor:
    """An equation for each feature, and one more: the weights sum to 1."""
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
    line = torch.tensor([[2.0], [-1.0]], dtype=torch.float64)
    solid = draw(4, 3, seed=1)
    shares = torch.tensor([0.1, 0.4, 0.3, 0.2], dtype=torch.float64)
    further = (
        ("two points of a line", line, torch.tensor([0.5], dtype=torch.float64)),
        ("a point inside a tetrahedron", solid, shares @ solid),
        ("a point outside a tetrahedron", solid, draw(3, seed=2)),
        ("six values in five dimensions", draw(6, 5, seed=3), draw(5, seed=4)),
    )
    return [Case(label, (values, point), 1e-4) for label, values, point in (*cases, *further)]


def _by_areas(values: Tensor, point: Tensor) -> Tensor:
    """Right in the plane; elsewhere all but three values and two features are left out."""
    if len(values) < 3:
        return torch.zeros_like(values[:, 0])
    three = _solve(values[:3, :2], point[:2])
    return torch.cat([three, torch.zeros_like(values[3:, 0])])


def _solved(matrix, last: float = 1.0):
    """Solve with another matrix, or another sum of the weights."""
    return lambda values, point: torch.linalg.solve(
        matrix(values), torch.cat([point, last * torch.ones_like(point[:1])])
    )


FIND_WEIGHTS = Exercise(
    name="find_weights",
    notebook="01_weighted_sum",
    title="Which weights lead here?",
    difficulty=2,
    reference=_solve,
    cases=_find_cases,
    praise="Right; and outside, at least one weight is negative, which a softmax does not give.",
    mistakes=[
        Mistake(
            "sum of 1 forgotten",
            "The weights lead to the point, but do not sum to 1: d features give d equations for d + 1 weights; "
            "the last equation is w₁ + w₂ + … = 1.",
            lambda values, point: torch.linalg.pinv(values.mT) @ point,
        ),
        Mistake(
            "sum of 1 forced",
            "The weights are divided by their sum afterwards, which moves the point. Solve all equations at once.",
            lambda values, point: (free := torch.linalg.pinv(values.mT) @ point) / free.sum(),
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
            lambda values, point: torch.eye(len(values), dtype=values.dtype)[_distances(values, point).argmin()],
        ),
        Mistake(
            "negative weights cut off",
            "Negative weights are set to 0: a point outside the triangle cannot be reached without one.",
            lambda values, point: _solve(values, point).clamp(min=0),
        ),
        Mistake(
            "corners in rows",
            "The corners stand in the rows of the matrix: each *equation* is a row (feature 0 of all the "
            "values, feature 1, and so on, then ones), so each corner is a column.",
            _solved(lambda values: torch.cat([values, torch.ones_like(values[:, :1])], dim=1)),
        ),
        Mistake(
            "sum of 0",
            "The weights sum to 0: the right side of the last equation is 1.",
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
            "one value left out",
            "The last value is not used: it has a weight of its own, and without it the weights need not sum to 1.",
            lambda values, point: torch.cat([(free := torch.linalg.pinv(values[:-1].mT) @ point), 0 * free[:1]]),
        ),
        Mistake(
            "shares by squared distance",
            "These are shares by nearness (one over the squared distance): positive and of sum 1, but they "
            "do not lead to the point. Solve the equations.",
            lambda values, point: (near := 1 / (_distances(values, point) ** 2 + 1e-12)) / near.sum(),
        ),
        Mistake(
            "three equations only",
            "Right for a triangle. With d features there are d + 1 equations: use all of them, whatever d is.",
            _by_areas,
        ),
        Mistake(
            "equal weights",
            "All weights are the same, which leads to the middle of the values: the point is not used.",
            lambda values, point: torch.full_like(values[:, 0], 1 / len(values)),
        ),
    ],
)


def _by_edges(values, point, turned=False):
    """The weights of all values but the first, from the edges that lead to them."""
    edges = values[1:] - values[0]
    return torch.linalg.solve(edges if turned else edges.mT, point - values[0])


@FIND_WEIGHTS.mistake(
    "edges in rows",
    "The edges stand in the rows of the matrix: with weights @ values each *column* belongs to one value, so put the "
    "edges into its columns (transpose it).",
)
def _edges_in_rows(values, point):
    rest = _by_edges(values, point, turned=True)
    return torch.cat([1 - rest.sum()[None], rest])


FIND_WEIGHTS.mistake(
    "weights of the edges only",
    "These are the weights of the edges, and the first value's is missing: it is 1 minus their sum.",
)(_by_edges)


@FIND_WEIGHTS.mistake(
    "first weight last",
    "The weights are right, but the first value's stands last: the order is that of the rows of values.",
)
def _first_weight_last(values, point):
    rest = _by_edges(values, point)
    return torch.cat([rest, 1 - rest.sum()[None]])

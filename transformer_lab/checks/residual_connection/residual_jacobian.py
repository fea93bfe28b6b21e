"""The exercise *The gradient through a stack*."""

import functools

import torch
from torch import Tensor

from transformer_lab.checks.exercise import Case, Exercise, Mistake
from transformer_lab.checks.samples import draw


def _through(jacobians: list[Tensor]) -> Tensor:
    """Jacobian of a stack x ← x + f(x), first layer first: (1 + J_n) … (1 + J_1)."""
    identity = torch.eye(len(jacobians[0]), dtype=jacobians[0].dtype)
    return functools.reduce(lambda done, jacobian: (identity + jacobian) @ done, jacobians, identity)


def _product(jacobians: list[Tensor]) -> Tensor:
    return functools.reduce(lambda done, jacobian: jacobian @ done, jacobians)


def _chain(factor, start: int = 0, reverse: bool = False):
    """The product of ``factor(J, identity)`` over the layers, the last one on the left; without the first ``start``."""

    def jacobian_of(jacobians: list[Tensor]) -> Tensor:
        identity = torch.eye(len(jacobians[0]))
        order = jacobians[::-1] if reverse else jacobians
        return functools.reduce(lambda done, jacobian: factor(jacobian, identity) @ done, order[start:], identity)

    return jacobian_of


def _jacobian_cases() -> list[Case]:
    """In float32, as the identity of torch.eye is unless it is told otherwise."""

    def layers(count: int, d: int, seed: int = 0) -> list[Tensor]:
        return [0.7 * draw(d, d, seed=seed + i).float() for i in range(count)]

    return [
        Case("1 layer", (layers(1, 3),), 1e-5),
        Case("2 layers", (layers(2, 2, seed=1),), 1e-5),
        Case("4 layers", (layers(4, 3, seed=3),), 1e-5),
        Case("3 layers of one number", (layers(3, 1, seed=7),), 1e-5),
        Case("3 layers, d = 5", (layers(3, 5, seed=10),), 1e-5),
    ]


RESIDUAL_JACOBIAN = Exercise(
    name="residual_jacobian",
    notebook="07_residual_connection",
    title="The gradient through a stack",
    difficulty=2,
    reference=_through,
    cases=_jacobian_cases,
    praise="Right: multiplied out, one of the paths is the identity; the others may add to it or cancel it.",
    mistakes=[
        Mistake(
            "no identity",
            "This is the plain stack: each layer of a residual stack has the Jacobian 1 + J, not J.",
            _product,
        ),
        Mistake(
            "one skip for the whole stack",
            "This adds one skip around the whole stack: every layer has its own, so multiply the factors 1 + J.",
            lambda jacobians: torch.eye(len(jacobians[0])) + _product(jacobians),
        ),
        Mistake(
            "first order only",
            "Products of the Jacobians are missing: 1 + J_1 + J_2 + … is only the beginning of the product.",
            lambda jacobians: torch.eye(len(jacobians[0])) + sum(jacobians),
        ),
        Mistake(
            "sum of the Jacobians",
            "This adds the Jacobians: the chain rule multiplies, and each factor is 1 + J.",
            lambda jacobians: sum(jacobians),
        ),
        Mistake(
            "order turned round",
            "The order is turned round: the last layer acts last, so its factor stands on the left.",
            lambda jacobians: _through(jacobians[::-1]),
        ),
        Mistake(
            "elementwise product",
            "The factors are multiplied entry by entry: Jacobians are chained with the matrix product, @.",
            lambda jacobians: functools.reduce(
                lambda done, jacobian: done * (torch.eye(len(jacobian)) + jacobian),
                jacobians,
                torch.ones_like(jacobians[0]),
            ),
        ),
        Mistake(
            "ones, not the identity",
            "1 stands for the identity matrix here: adding the number 1 to J adds it to every entry. Use torch.eye.",
            lambda jacobians: functools.reduce(
                lambda done, jacobian: (1 + jacobian) @ done, jacobians, torch.eye(len(jacobians[0]))
            ),
        ),
        Mistake(
            "no identity, order turned round",
            "Two things: each factor is 1 + J, not J; and the layer that acts last stands on the left.",
            _chain(lambda jacobian, identity: jacobian, reverse=True),
        ),
        Mistake(
            "factors added",
            "The factors 1 + J are added: the chain rule multiplies them.",
            lambda jacobians: sum(jacobians) + len(jacobians) * torch.eye(len(jacobians[0])),
        ),
        Mistake(
            "minus J",
            "The factors are 1 − J: the function is added to x, so its Jacobian is added to 1.",
            _chain(lambda jacobian, identity: identity - jacobian),
        ),
        Mistake(
            "last layer left out",
            "The last layer is missing from the product.",
            lambda jacobians: _through([*jacobians[:-1], torch.zeros_like(jacobians[-1])]),
        ),
        Mistake(
            "first layer left out",
            "The first layer is missing from the product.",
            _chain(lambda jacobian, identity: identity + jacobian, start=1),
        ),
        Mistake(
            "transposed",
            "The result is transposed: the Jacobian has a row for each output, and J_n stands on the left.",
            lambda jacobians: _through(jacobians).mT,
        ),
        Mistake(
            "each factor transposed",
            "Each factor is transposed: 1 + J, as it is.",
            _chain(lambda jacobian, identity: identity + jacobian.mT),
        ),
        Mistake(
            "halved",
            "Each factor is ½ + ½ J: nothing is halved in x + f(x).",
            _chain(lambda jacobian, identity: (identity + jacobian) / 2),
        ),
        Mistake(
            "the mean of the Jacobians",
            "The Jacobians are averaged first: every layer has its own factor.",
            lambda jacobians: _through([torch.stack(jacobians).mean(dim=0)] * len(jacobians)),
        ),
        Mistake(
            "the last layer only",
            "This is the Jacobian of the last layer alone: multiply the factors of all layers.",
            lambda jacobians: _through(jacobians[-1:]),
        ),
        Mistake(
            "the first layer only",
            "This is the Jacobian of the first layer alone: multiply the factors of all layers.",
            lambda jacobians: _through(jacobians[:1]),
        ),
    ],
)

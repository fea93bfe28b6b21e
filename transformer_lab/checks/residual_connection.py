"""Exercises about residual connections."""

import functools

import torch
from torch import Tensor

from transformer_lab.checks.exercise import Case, Exercise, Mistake
from transformer_lab.checks.samples import draw


def _sublayer(h: Tensor) -> Tensor:
    return (h @ draw(h.shape[-1], h.shape[-1], seed=7)).tanh() + 0.1


def _norm(h: Tensor) -> Tensor:
    """With a gain and a bias, so that normalising twice is not normalising once."""
    features = torch.arange(h.shape[-1], dtype=h.dtype)
    return torch.nn.functional.layer_norm(h, h.shape[-1:]) * (1 + 0.3 * features) + 0.2 * features


def _drop(h: Tensor) -> Tensor:
    """Dropout with p = ½ that always drops the same features: every third is lost, the others count double."""
    kept = torch.arange(h.numel(), device=h.device).view(h.shape) % 3 != 1
    return 2 * h * kept


def _residual(x: Tensor, sublayer, norm, drop, norm_first: bool) -> Tensor:
    if norm_first:
        return x + drop(sublayer(norm(x)))
    return norm(x + drop(sublayer(x)))


def _first(x: Tensor, f, norm, drop) -> Tensor:
    return x + drop(f(norm(x)))


def _last(x: Tensor, f, norm, drop) -> Tensor:
    return norm(x + drop(f(x)))


def _orders(first=_first, last=_last):
    """The wrapper with another formula for one order, or for both; ``formula(x, f, norm, drop)``."""
    return lambda x, sublayer, norm, drop, norm_first: (first if norm_first else last)(x, sublayer, norm, drop)


def _wrapper_cases() -> list[Case]:
    return [
        Case(f"{order}, {label}", (x, _sublayer, _norm, _drop, first), 1e-8)
        for order, first in (("norm first", True), ("norm last", False))
        for label, x in (
            ("2 sentences of 3 tokens", 2 + 3 * draw(2, 3, 4)),
            ("1 token", draw(1, 1, 6, seed=1)),
            ("3 sentences of small numbers", 0.1 * draw(3, 2, 5, seed=2)),
        )
    ]


RESIDUAL_CONNECTION = Exercise(
    name="residual_connection",
    notebook="07_residual_connection",
    title="The residual wrapper",
    difficulty=2,
    reference=_residual,
    cases=_wrapper_cases,
    praise="Right, with the norm first and with the norm last.",
    mistakes=[
        Mistake(
            "no skip",
            "x is never added: f(x) alone is no residual connection, whatever follows it.",
            _orders(first=lambda x, f, norm, drop: drop(f(norm(x))), last=lambda x, f, norm, drop: norm(drop(f(x)))),
        ),
        Mistake(
            "no skip, whatever the order",
            "x is never added, and norm_first is ignored: f(x) alone is no residual connection, also when an "
            "Identity follows it.",
            _orders(first=lambda x, f, norm, drop: drop(f(norm(x))), last=lambda x, f, norm, drop: drop(f(norm(x)))),
        ),
        Mistake(
            "no skip with the norm first",
            "With the norm first x is never added: x + drop(sublayer(norm(x))).",
            _orders(first=lambda x, f, norm, drop: drop(f(norm(x)))),
        ),
        Mistake(
            "no skip with the norm last",
            "With the norm last x is never added: norm(x + drop(sublayer(x))).",
            _orders(last=lambda x, f, norm, drop: norm(drop(f(x)))),
        ),
        Mistake(
            "skip taken after the norm",
            "The normalised x is added: with the norm first, the x that is added is the one from before the norm.",
            _orders(first=lambda x, f, norm, drop: norm(x) + drop(f(norm(x)))),
        ),
        Mistake(
            "dropout on the sum",
            "Dropout falls on the sum, so the stream itself loses features in every layer: drop only what is added.",
            _orders(
                first=lambda x, f, norm, drop: drop(x + f(norm(x))), last=lambda x, f, norm, drop: norm(drop(x + f(x)))
            ),
        ),
        Mistake(
            "dropout on the sum, norm first",
            "With the norm first, dropout falls on the sum, so the stream itself loses features: drop only "
            "what is added.",
            _orders(first=lambda x, f, norm, drop: drop(x + f(norm(x)))),
        ),
        Mistake(
            "dropout on the sum, norm last",
            "With the norm last, dropout falls on the sum, so the stream itself loses features: drop only "
            "what is added.",
            _orders(last=lambda x, f, norm, drop: norm(drop(x + f(x)))),
        ),
        Mistake(
            "dropout at the very end, norm last",
            "With the norm last, dropout falls on the normalised sum: it belongs to the sublayer's output, "
            "just before the sum.",
            _orders(last=lambda x, f, norm, drop: drop(norm(x + f(x)))),
        ),
        Mistake(
            "dropout on the result",
            "Dropout falls on the result: it belongs to the sublayer's output, just before the sum.",
            _orders(
                first=lambda x, f, norm, drop: drop(x + f(norm(x))), last=lambda x, f, norm, drop: drop(norm(x + f(x)))
            ),
        ),
        Mistake(
            "dropout before the sublayer",
            "Dropout stands before the sublayer: it belongs to the sublayer's output, just before the sum.",
            _orders(
                first=lambda x, f, norm, drop: x + f(drop(norm(x))), last=lambda x, f, norm, drop: norm(x + f(drop(x)))
            ),
        ),
        Mistake(
            "dropout before the sublayer, norm first",
            "With the norm first, dropout stands before the sublayer: it belongs to its output, just before the sum.",
            _orders(first=lambda x, f, norm, drop: x + f(drop(norm(x)))),
        ),
        Mistake(
            "dropout before the sublayer, norm last",
            "With the norm last, dropout stands before the sublayer: it belongs to its output, just before the sum.",
            _orders(last=lambda x, f, norm, drop: norm(x + f(drop(x)))),
        ),
        Mistake(
            "dropout before the norm",
            "Dropout falls on x before the norm reads it: it belongs to the sublayer's output, just before the sum.",
            _orders(
                first=lambda x, f, norm, drop: x + f(norm(drop(x))), last=lambda x, f, norm, drop: norm(x + f(drop(x)))
            ),
        ),
        Mistake(
            "dropout on x",
            "Dropout falls on the x that is added: only the sublayer's output is dropped, the stream keeps everything.",
            _orders(
                first=lambda x, f, norm, drop: drop(x) + f(norm(x)), last=lambda x, f, norm, drop: norm(drop(x) + f(x))
            ),
        ),
        Mistake(
            "no dropout",
            "drop is never called: put it on the sublayer's output.",
            _orders(first=lambda x, f, norm, drop: x + f(norm(x)), last=lambda x, f, norm, drop: norm(x + f(x))),
        ),
        Mistake(
            "no dropout with the norm first",
            "With the norm first, drop is not called: x + drop(sublayer(norm(x))).",
            _orders(first=lambda x, f, norm, drop: x + f(norm(x))),
        ),
        Mistake(
            "no dropout with the norm last",
            "With the norm last, drop is not called: norm(x + drop(sublayer(x))).",
            _orders(last=lambda x, f, norm, drop: norm(x + f(x))),
        ),
        Mistake(
            "orders exchanged",
            "The two orders have changed places: norm_first=True normalises what the sublayer reads.",
            _orders(_last, _first),
        ),
        Mistake(
            "norm last, but inside the branch",
            "With the norm last, the sum is normalised, not only what is added: norm(x + …).",
            _orders(last=lambda x, f, norm, drop: x + norm(drop(f(x)))),
        ),
        Mistake(
            "norm last, but before dropout",
            "With the norm last, the sum is normalised, not the sublayer's output alone: norm(x + drop(sublayer(x))).",
            _orders(last=lambda x, f, norm, drop: x + drop(norm(f(x)))),
        ),
        Mistake(
            "no norm",
            "norm is never called: norm_first says whether it comes first or last.",
            _orders(first=lambda x, f, norm, drop: x + drop(f(x)), last=lambda x, f, norm, drop: x + drop(f(x))),
        ),
        Mistake(
            "no norm with the norm first",
            "With norm_first=True norm is never called: the sublayer reads norm(x).",
            _orders(first=lambda x, f, norm, drop: x + drop(f(x))),
        ),
        Mistake(
            "no norm with the norm last",
            "With norm_first=False norm is never called: the sum is normalised, norm(x + …).",
            _orders(last=lambda x, f, norm, drop: x + drop(f(x))),
        ),
        Mistake(
            "norm first and last",
            "With norm_first=True the sum is normalised as well: that puts a norm back into the stream.",
            _orders(first=lambda x, f, norm, drop: norm(x + drop(f(norm(x))))),
        ),
        Mistake(
            "norm last and first",
            "With norm_first=False the sublayer reads normalised numbers as well: it reads x, and the sum is "
            "normalised.",
            _orders(last=lambda x, f, norm, drop: norm(x + drop(f(norm(x))))),
        ),
        Mistake(
            "both norms in both orders",
            "norm_first is ignored and both norms are there: each order has one.",
            _orders(
                first=lambda x, f, norm, drop: norm(x + drop(f(norm(x)))),
                last=lambda x, f, norm, drop: norm(x + drop(f(norm(x)))),
            ),
        ),
        Mistake(
            "always norm first",
            "norm_first=False is ignored: then the sum is normalised, norm(x + …).",
            _orders(last=_first),
        ),
        Mistake(
            "always norm last",
            "norm_first=True is ignored: then only the sublayer's input is normalised.",
            _orders(first=_last),
        ),
        Mistake(
            "sublayer left out",
            "The sublayer is never called.",
            _orders(first=lambda x, f, norm, drop: x + drop(norm(x)), last=lambda x, f, norm, drop: norm(x + drop(x))),
        ),
    ],
)


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
    praise="Right: multiplied out, one of the paths is the identity, and it never vanishes.",
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
            lambda jacobians: _through([sum(jacobians) / len(jacobians)] * len(jacobians)),
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

EXERCISES = (RESIDUAL_CONNECTION, RESIDUAL_JACOBIAN)

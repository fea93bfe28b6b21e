"""Exercises about residual connections."""

import functools

import torch
from torch import Tensor

from transformer_lab.checks.exercise import Case, Exercise, Mistake


def _random(*shape: int, seed: int = 0) -> Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def _sublayer(h: Tensor) -> Tensor:
    return (h @ _random(h.shape[-1], h.shape[-1], seed=7)).tanh() + 0.1


def _norm(h: Tensor) -> Tensor:
    return torch.nn.functional.layer_norm(h, h.shape[-1:])


def _drop(h: Tensor) -> Tensor:
    """Dropout with p = ½ that always drops the same features: every third is lost, the others count double."""
    kept = torch.arange(h.numel(), device=h.device).view(h.shape) % 3 != 1
    return 2 * h * kept


def _residual(x: Tensor, sublayer, norm, drop, norm_first: bool) -> Tensor:
    if norm_first:
        return x + drop(sublayer(norm(x)))
    return norm(x + drop(sublayer(x)))


def _no_skip(x: Tensor, sublayer, norm, drop, norm_first: bool) -> Tensor:
    return drop(sublayer(norm(x))) if norm_first else norm(drop(sublayer(x)))


def _skip_after_norm(x: Tensor, sublayer, norm, drop, norm_first: bool) -> Tensor:
    if not norm_first:
        return _residual(x, sublayer, norm, drop, norm_first)
    return norm(x) + drop(sublayer(norm(x)))


def _drop_the_sum(x: Tensor, sublayer, norm, drop, norm_first: bool) -> Tensor:
    return drop(x + sublayer(norm(x))) if norm_first else norm(drop(x + sublayer(x)))


def _drop_first(x: Tensor, sublayer, norm, drop, norm_first: bool) -> Tensor:
    return x + sublayer(drop(norm(x))) if norm_first else norm(x + sublayer(drop(x)))


def _norm_in_the_branch(x: Tensor, sublayer, norm, drop, norm_first: bool) -> Tensor:
    return x + drop(sublayer(norm(x))) if norm_first else x + norm(drop(sublayer(x)))


def _no_norm(x: Tensor, sublayer, norm, drop, norm_first: bool) -> Tensor:
    return x + drop(sublayer(x))


def _both_norms(x: Tensor, sublayer, norm, drop, norm_first: bool) -> Tensor:
    return norm(x + drop(sublayer(norm(x)))) if norm_first else norm(x + drop(sublayer(x)))


def _wrapper_cases() -> list[Case]:
    return [
        Case(f"{order}, {label}", (x, _sublayer, _norm, _drop, first), 1e-8)
        for order, first in (("norm first", True), ("norm last", False))
        for label, x in (("2 sentences of 3 tokens", 2 + 3 * _random(2, 3, 4)), ("1 token", _random(1, 1, 6, seed=1)))
    ]


RESIDUAL_CONNECTION = Exercise(
    name="residual_connection",
    notebook="07_residual_connection",
    title="The residual wrapper",
    difficulty=2,
    reference=_residual,
    cases=_wrapper_cases,
    gradients=True,
    praise="Right, with the norm first and with the norm last.",
    mistakes=[
        Mistake("no skip", "x is never added: f(x) alone is no residual connection, whatever follows it.", _no_skip),
        Mistake(
            "no skip, whatever the order",
            "x is never added, and norm_first is ignored: f(x) alone is no residual connection, also when an Identity "
            "follows it.",
            lambda x, sublayer, norm, drop, norm_first: drop(sublayer(norm(x))),
        ),
        Mistake(
            "skip taken after the norm",
            "The normalised x is added: with the norm first, the x that is added is the one from before the norm.",
            _skip_after_norm,
        ),
        Mistake(
            "dropout on the sum",
            "Dropout falls on the sum, so the stream itself loses features in every layer: drop only what is added.",
            _drop_the_sum,
        ),
        Mistake(
            "dropout before the sublayer",
            "Dropout stands before the sublayer: it belongs to the sublayer's output, just before the sum.",
            _drop_first,
        ),
        Mistake(
            "no dropout",
            "drop is never called: put it on the sublayer's output.",
            lambda x, sublayer, norm, drop, norm_first: _residual(x, sublayer, norm, lambda h: h, norm_first),
        ),
        Mistake(
            "orders exchanged",
            "The two orders have changed places: norm_first=True normalises what the sublayer reads.",
            lambda x, sublayer, norm, drop, norm_first: _residual(x, sublayer, norm, drop, not norm_first),
        ),
        Mistake(
            "norm last, but inside the branch",
            "With the norm last, the sum is normalised, not only what is added: norm(x + …).",
            _norm_in_the_branch,
        ),
        Mistake("no norm", "norm is never called.", _no_norm),
        Mistake(
            "norm first and last",
            "With norm_first=True the sum is normalised as well: that puts a norm back into the stream.",
            _both_norms,
        ),
        Mistake(
            "always norm first",
            "norm_first=False is ignored: then the sum is normalised, norm(x + …).",
            lambda x, sublayer, norm, drop, norm_first: _residual(x, sublayer, norm, drop, True),
        ),
        Mistake(
            "always norm last",
            "norm_first=True is ignored: then only the sublayer's input is normalised.",
            lambda x, sublayer, norm, drop, norm_first: _residual(x, sublayer, norm, drop, False),
        ),
    ],
)


def _through(jacobians: list[Tensor]) -> Tensor:
    """Jacobian of a stack x ← x + f(x), first layer first: (1 + J_n) … (1 + J_1)."""
    identity = torch.eye(len(jacobians[0]), dtype=jacobians[0].dtype)
    return functools.reduce(lambda done, jacobian: (identity + jacobian) @ done, jacobians, identity)


def _product(jacobians: list[Tensor]) -> Tensor:
    return functools.reduce(lambda done, jacobian: jacobian @ done, jacobians)


def _jacobian_cases() -> list[Case]:
    return [
        Case("1 layer", ([_random(3, 3)],), 1e-8),
        Case("2 layers", ([_random(2, 2, seed=1), _random(2, 2, seed=2)],), 1e-8),
        Case("4 layers", ([0.5 * _random(3, 3, seed=i) for i in range(4)],), 1e-8),
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
            lambda jacobians: torch.eye(len(jacobians[0])).double() + _product(jacobians),
        ),
        Mistake(
            "first order only",
            "Products of the Jacobians are missing: 1 + J_1 + J_2 + … is only the beginning of the product.",
            lambda jacobians: torch.eye(len(jacobians[0])).double() + sum(jacobians),
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
                lambda done, jacobian: done * (torch.eye(len(jacobian)).double() + jacobian),
                jacobians,
                torch.ones_like(jacobians[0]),
            ),
        ),
        Mistake(
            "ones, not the identity",
            "1 stands for the identity matrix here: adding the number 1 to J adds it to every entry. Use torch.eye.",
            lambda jacobians: functools.reduce(
                lambda done, jacobian: (1 + jacobian) @ done, jacobians, torch.eye(len(jacobians[0])).double()
            ),
        ),
    ],
)

EXERCISES = (RESIDUAL_CONNECTION, RESIDUAL_JACOBIAN)

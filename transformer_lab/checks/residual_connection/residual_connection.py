"""The exercise *The residual wrapper*."""

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


RESIDUAL_CONNECTION.mistake(
    "norm behind the sublayer, norm first",
    "With norm_first=True the norm acts on the sublayer's *result*: it acts on what the sublayer reads, before it.",
)(
    lambda x, sublayer, norm, drop, norm_first: (
        x + drop(norm(sublayer(x))) if norm_first else norm(x + drop(sublayer(x)))
    )
)
RESIDUAL_CONNECTION.mistake(
    "norm behind the sublayer in both orders",
    "The norm acts on the sublayer's *result* in both orders: with the norm first it acts on what the sublayer "
    "reads, with "
    "the norm last on the sum.",
)(lambda x, sublayer, norm, drop, norm_first: x + drop(norm(sublayer(x))))

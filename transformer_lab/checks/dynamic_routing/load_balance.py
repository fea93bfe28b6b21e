"""The exercise *A loss for the idle*."""

import torch
from torch import Tensor

from transformer_lab.checks.dynamic_routing.top_k_gate import gate_with
from transformer_lab.checks.exercise import Case, Exercise, Mistake
from transformer_lab.checks.samples import draw


def _squared_variation(work: Tensor) -> Tensor:
    return (work - work.mean()).square().mean() / work.mean() ** 2


def _gates(tokens: int, experts: int, k: int, seed: int = 0) -> Tensor:
    return gate_with()(2 * draw(tokens, experts, seed=seed), k)


LOAD_BALANCE = Exercise(
    name="load_balance",
    notebook="14_dynamic_routing",
    title="A loss for the idle",
    difficulty=1,
    reference=lambda gates: _squared_variation(gates.sum(0)),
    cases=lambda: [
        Case("8 tokens, 4 experts", (_gates(8, 4, 2),)),
        Case("one expert does everything", (torch.eye(3, dtype=torch.float64)[[1, 1, 1, 1]],)),
        Case("work shared equally", (torch.eye(3, dtype=torch.float64)[[0, 1, 2, 2, 1, 0]],)),
        Case("5 tokens, 3 experts", (_gates(5, 3, 2, seed=1),)),
        Case("one token, 6 experts", (_gates(1, 6, 3, seed=2),)),
        Case("gates that do not sum to 1, float32", (draw(4, 2, seed=3).abs().float(),), 1e-5),
    ],
    gradients=True,
    praise="Right: 0 when all work alike, and the gradient reaches the gates.",
    mistakes=[
        Mistake(
            "not squared",
            "This is the coefficient of variation itself: the loss is its square, variance / mean².",
            lambda gates: _squared_variation(gates.sum(0)).sqrt(),
        ),
        Mistake(
            "unbiased variance",
            "The variance is divided by the number of experts less one: use unbiased=False, there is no sample to "
            "correct for.",
            lambda gates: gates.sum(0).var() / gates.sum(0).mean() ** 2,
        ),
        Mistake(
            "variance alone",
            "The variance is not divided by the squared mean: twice as many tokens would give four times the loss.",
            lambda gates: gates.sum(0).var(unbiased=False),
        ),
        Mistake(
            "divided by the mean once",
            "Divide the variance by the mean *squared*, so that the number of tokens cancels.",
            lambda gates: gates.sum(0).var(unbiased=False) / gates.sum(0).mean(),
        ),
        Mistake(
            "per token",
            "The gates are added up for each token, which always gives 1: add up the column of each expert, dim=0.",
            lambda gates: _squared_variation(gates.sum(1)),
        ),
        Mistake(
            "tokens counted",
            "This counts the tokens that an expert got. A count has no gradient: add up the gates.",
            lambda gates: _squared_variation((gates > 0).to(gates.dtype).sum(0)),
        ),
        Mistake(
            "within the table",
            "The variation is taken over all gates: first add up each expert's work, then compare the experts.",
            lambda gates: _squared_variation(gates),
        ),
        Mistake(
            "unbiased variance, not squared",
            "Two things: std() divides by the number of experts less one unless unbiased=False, and the "
            "result is to be squared.",
            lambda gates: gates.sum(0).std() / gates.sum(0).mean(),
        ),
        Mistake(
            "deviation over the squared mean",
            "The deviation is divided by the mean squared: it is the *variance* that is, or square the whole quotient.",
            lambda gates: gates.sum(0).std(unbiased=False) / gates.sum(0).mean() ** 2,
        ),
        Mistake(
            "deviation alone",
            "This is the deviation: the loss is variance / mean².",
            lambda gates: gates.sum(0).std(unbiased=False),
        ),
        Mistake(
            "variance over the tokens",
            "The variation is taken along each expert's column and then averaged: add up each column first, "
            "then compare the experts.",
            lambda gates: (gates.var(0, unbiased=False) / gates.mean(0) ** 2).mean(),
        ),
        Mistake(
            "variance of the means",
            "The importance is a mean over the tokens and is not divided by its own squared mean: variance / mean².",
            lambda gates: gates.mean(0).var(unbiased=False),
        ),
        Mistake(
            "variance of the shares",
            "The importance is divided by its sum instead of its mean: variance / mean².",
            lambda gates: (gates.sum(0) / gates.sum()).var(unbiased=False),
        ),
        Mistake(
            "upside down",
            "The quotient is upside down: variance / mean².",
            lambda gates: 1 / _squared_variation(gates.sum(0)),
        ),
        Mistake(
            "squares instead of the variance",
            "The mean of the squares is divided by mean²: subtract the mean before you square (or subtract 1 "
            "at the end).",
            lambda gates: gates.sum(0).square().mean() / gates.sum(0).mean() ** 2,
        ),
        Mistake(
            "squares added up",
            "The squared differences are added up, not averaged: the variance divides by the number of experts.",
            lambda gates: _squared_variation(gates.sum(0)) * gates.shape[1],
        ),
        Mistake(
            "largest over mean",
            "This is the largest importance over the mean: the loss is variance / mean².",
            lambda gates: gates.sum(0).max() / gates.sum(0).mean(),
        ),
        Mistake(
            "one loss for each expert",
            "Each expert has a number of its own: return one number, the variance over the experts divided by mean².",
            lambda gates: (gates.sum(0) - gates.sum(0).mean()).square() / gates.sum(0).mean() ** 2,
        ),
    ],
)

"""Exercises about routing (14): one iteration of routing by agreement, a sparse gate, a balanced load."""

import torch
from torch import Tensor

from transformer_lab.checks.exercise import Case, Exercise, Mistake
from transformer_lab.checks.samples import draw


def _squash(s: Tensor) -> Tensor:
    """Same direction, length ``|s|² / (1 + |s|²)`` (Sabour et al. 2017, eq. 1)."""
    length = s.norm(dim=-1, keepdim=True)
    return s * length / (1 + length**2)


def _iteration_with(axis: int = 1, squash=_squash, add: bool = True, agree_with_sum: bool = False, weigh: bool = True):
    """One iteration of routing by agreement, or a wrong one."""

    def iterate(votes: Tensor, logits: Tensor) -> tuple[Tensor, Tensor]:
        coupling = logits.softmax(axis) if weigh else torch.ones_like(logits)
        total = (coupling[..., None] * votes).sum(0)
        outputs = squash(total)
        agreement = (votes * (total if agree_with_sum else outputs)).sum(-1)
        return outputs, logits + agreement if add else agreement

    return iterate


def _one_ahead(votes: Tensor, logits: Tensor) -> tuple[Tensor, Tensor]:
    """The outputs of the next iteration, from the new logits."""
    _, logits = _iteration_with()(votes, logits)
    outputs = _squash((logits.softmax(1)[..., None] * votes).sum(0))
    return outputs, logits


ROUTING_ITERATION = Exercise(
    name="routing_iteration",
    notebook="14_dynamic_routing",
    title="One iteration of routing",
    difficulty=2,
    reference=_iteration_with(),
    cases=lambda: [
        Case("7 parts, 2 wholes, undecided", (draw(7, 2, 3), torch.zeros(7, 2, dtype=torch.float64))),
        Case("5 parts, 3 wholes", (draw(5, 3, 2, seed=1), draw(5, 3, seed=2))),
        Case("4 parts, 4 wholes", (2 * draw(4, 4, 4, seed=3), draw(4, 4, seed=4))),
    ],
    gradients=False,
    praise="Right: share out, add up, squash, and strengthen who agrees.",
    mistakes=[
        Mistake(
            "softmax over the parts",
            "The softmax runs over the parts, as in attention: here each *part* shares itself out among the wholes, "
            "dim=1.",
            _iteration_with(axis=0),
        ),
        Mistake(
            "no squash",
            "The outputs are not squashed: their length must stay below 1.",
            _iteration_with(squash=lambda s: s),
        ),
        Mistake(
            "length 1 for all",
            "Every output has length 1: the squash must keep short vectors short, for the length says whether the "
            "whole is there.",
            _iteration_with(squash=lambda s: s / s.norm(dim=-1, keepdim=True)),
        ),
        Mistake(
            "squash without direction",
            "The squash multiplies by |s|²/(1 + |s|²) but leaves s as long as it is: divide by |s| as well.",
            _iteration_with(squash=lambda s: s * (1 - 1 / (1 + s.square().sum(-1, keepdim=True)))),
        ),
        Mistake(
            "divided by the square",
            "The squash divides by |s|² where it must divide by |s|: long vectors come out short.",
            _iteration_with(squash=lambda s: s / (1 + s.square().sum(-1, keepdim=True))),
        ),
        Mistake(
            "agreement with the sum",
            "The agreement is taken with the sum before the squash: compare each vote with the output.",
            _iteration_with(agree_with_sum=True),
        ),
        Mistake(
            "logits replaced",
            "The agreement replaces the logits: it is *added*, so that what was learned before is kept.",
            _iteration_with(add=False),
        ),
        Mistake(
            "votes not weighed",
            "All votes are added with weight 1: multiply each by its share first.",
            _iteration_with(weigh=False),
        ),
        Mistake(
            "outputs one iteration ahead",
            "The outputs are computed again from the new logits: that belongs to the next iteration.",
            _one_ahead,
        ),
    ],
)


def _kept(logits: Tensor, k: int, axis: int = -1, largest: bool = True) -> Tensor:
    places = logits.topk(k, dim=axis, largest=largest).indices
    return torch.zeros_like(logits, dtype=torch.bool).scatter(axis, places, True)


def _gate_with(fill: float = float("-inf"), axis: int = -1, largest: bool = True):
    def gate(logits: Tensor, k: int) -> Tensor:
        return logits.masked_fill(~_kept(logits, min(k, logits.shape[axis]), axis, largest), fill).softmax(-1)

    return gate


TOP_K_GATE = Exercise(
    name="top_k_gate",
    notebook="14_dynamic_routing",
    title="A top-k gate",
    difficulty=2,
    reference=_gate_with(),
    cases=lambda: [
        Case("6 tokens, 4 experts, k = 2", (draw(6, 4), 2)),
        Case("k = 1", (draw(5, 3, seed=1), 1)),
        Case("all experts", (draw(4, 4, seed=2), 4)),
        Case("a batch, 8 experts, k = 3", (draw(2, 5, 8, seed=3), 3)),
    ],
    gradients=True,
    praise="Right: k shares of sum 1, exact zeros elsewhere; the gradients agree too.",
    mistakes=[
        Mistake(
            "not shared out again",
            "The softmax comes before the choice, so what is kept no longer sums to 1: choose first, then share out.",
            lambda logits, k: logits.softmax(-1) * _kept(logits, k),
        ),
        Mistake(
            "score 0 instead of −∞",
            "The others got a score of 0, and e⁰ = 1 is an ordinary share: fill with −∞ before the softmax.",
            _gate_with(fill=0.0),
        ),
        Mistake(
            "nothing left out",
            "Every expert gets a share: this is the plain softmax, k is not used.",
            lambda logits, k: logits.softmax(-1),
        ),
        Mistake(
            "equal shares",
            "The chosen experts share equally: weigh them by the softmax of their scores, or the gate learns nothing.",
            lambda logits, k: _kept(logits, k).to(logits.dtype) / k,
        ),
        Mistake(
            "scores instead of shares",
            "The chosen scores themselves weigh the experts, negative ones too: take their softmax.",
            lambda logits, k: logits * _kept(logits, k),
        ),
        Mistake(
            "worst experts", "The k *worst* experts are chosen: topk with largest=True.", _gate_with(largest=False)
        ),
        Mistake(
            "best tokens of each expert",
            "Each expert chooses its k best tokens: here each *token* chooses its k best experts, along the last axis.",
            _gate_with(axis=-2),
        ),
        Mistake(
            "packed to the left",
            "The k shares stand side by side, sorted: each must stand in its own expert's column (scatter).",
            lambda logits, k: logits.topk(k, -1).values.softmax(-1),
        ),
    ],
)


def _squared_variation(work: Tensor) -> Tensor:
    return (work - work.mean()).square().mean() / work.mean() ** 2


def _gates(tokens: int, experts: int, k: int, seed: int = 0) -> Tensor:
    return _gate_with()(2 * draw(tokens, experts, seed=seed), k)


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
    ],
)

EXERCISES = (ROUTING_ITERATION, TOP_K_GATE, LOAD_BALANCE)

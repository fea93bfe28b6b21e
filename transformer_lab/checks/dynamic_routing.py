"""Exercises about routing (14): one iteration of routing by agreement, a sparse gate, a balanced load."""

import torch
from torch import Tensor

from transformer_lab.checks.exercise import Case, Exercise, Mistake
from transformer_lab.checks.samples import draw


def _squash(s: Tensor) -> Tensor:
    """Same direction, length ``|s|² / (1 + |s|²)`` (Sabour et al. 2017, eq. 1)."""
    length = s.norm(dim=-1, keepdim=True)
    return s * length / (1 + length**2)


def _iteration_with(
    shares=lambda logits: logits.softmax(1),
    squash=_squash,
    gather=lambda weighed: weighed.sum(0),
    agree=lambda votes, outputs, total: (votes * outputs).sum(-1),
    update=lambda logits, agreement, coupling: logits + agreement,
):
    """One iteration of routing by agreement in its steps, right by default."""

    def iterate(votes: Tensor, logits: Tensor) -> tuple[Tensor, Tensor]:
        coupling = shares(logits)
        total = gather(coupling[..., None] * votes)
        outputs = squash(total)
        return outputs, update(logits, agree(votes, outputs, total), coupling)

    return iterate


def _one_ahead(votes: Tensor, logits: Tensor) -> tuple[Tensor, Tensor]:
    """The outputs of the next iteration, from the new logits."""
    _, logits = _iteration_with()(votes, logits)
    outputs = _squash((logits.softmax(1)[..., None] * votes).sum(0))
    return outputs, logits


def _weighed_agreement(votes: Tensor, logits: Tensor) -> tuple[Tensor, Tensor]:
    outputs, _ = _iteration_with()(votes, logits)
    weighed = logits.softmax(1)[..., None] * votes
    return outputs, logits + (weighed * outputs).sum(-1)


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
        Case("one part, 3 wholes", (0.1 * draw(1, 3, 5, seed=5), draw(1, 3, seed=6))),
        Case("6 parts, one whole, float32", (draw(6, 1, 2, seed=7).float(), draw(6, 1, seed=8).float()), 1e-5),
    ],
    praise="Right: share out, add up, squash, and strengthen who agrees.",
    mistakes=[
        Mistake(
            "softmax over the parts",
            "The softmax runs over the parts, as in attention: here each *part* shares itself out among the wholes, "
            "dim=1.",
            _iteration_with(lambda logits: logits.softmax(0)),
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
            _iteration_with(agree=lambda votes, outputs, total: (votes * total).sum(-1)),
        ),
        Mistake(
            "logits replaced",
            "The agreement replaces the logits: it is *added*, so that what was learned before is kept.",
            _iteration_with(update=lambda logits, agreement, coupling: agreement),
        ),
        Mistake(
            "votes not weighed",
            "All votes are added with weight 1: multiply each by its share first.",
            _iteration_with(torch.ones_like),
        ),
        Mistake(
            "outputs one iteration ahead",
            "The outputs are computed again from the new logits: that belongs to the next iteration.",
            _one_ahead,
        ),
        Mistake(
            "softmax over the whole table",
            "All shares together sum to 1: each *part* shares itself out among the wholes, dim=1.",
            _iteration_with(lambda logits: logits.flatten().softmax(0).view_as(logits)),
        ),
        Mistake(
            "no softmax",
            "The logits weigh the votes as they are: turn each part's row into shares first, softmax over dim=1.",
            _iteration_with(lambda logits: logits),
        ),
        Mistake(
            "averaged over the parts",
            "The weighed votes are averaged: add them up over the parts.",
            _iteration_with(gather=lambda weighed: weighed.mean(0)),
        ),
        Mistake(
            "squashed over the wholes",
            "The squash takes its lengths over the wholes: each whole has its own length, over the last axis.",
            _iteration_with(squash=lambda s: _squash(s.mT).mT),
        ),
        Mistake(
            "one length for all",
            "The squash takes one length for all outputs together: each whole has its own, over dim=-1 with "
            "keepdim=True.",
            _iteration_with(squash=lambda s: s * s.norm() / (1 + s.norm() ** 2)),
        ),
        Mistake(
            "tanh instead of the squash",
            "The outputs go through tanh: the squash keeps the direction and changes the length, |s|² / (1 + |s|²).",
            _iteration_with(squash=torch.tanh),
        ),
        Mistake(
            "length, not squared",
            "The squash is s / (1 + |s|): the formula has |s|² / (1 + |s|²) times the direction s / |s|.",
            _iteration_with(squash=lambda s: s / (1 + s.norm(dim=-1, keepdim=True))),
        ),
        Mistake(
            "agreement subtracted",
            "The agreement is subtracted: who agrees is strengthened, so add it.",
            _iteration_with(update=lambda logits, agreement, coupling: logits - agreement),
        ),
        Mistake(
            "agreement added to the shares",
            "The agreement is added to the shares: it strengthens the *logits*.",
            _iteration_with(update=lambda logits, agreement, coupling: coupling + agreement),
        ),
        Mistake(
            "logits multiplied",
            "The logits are multiplied by the agreement: it is added.",
            _iteration_with(update=lambda logits, agreement, coupling: logits * agreement),
        ),
        Mistake(
            "cosine instead of the dot product",
            "The agreement is a cosine: it is the dot product, in which lengths count.",
            _iteration_with(
                agree=lambda votes, outputs, total: torch.nn.functional.cosine_similarity(votes, outputs[None], dim=-1)
            ),
        ),
        Mistake(
            "agreement averaged",
            "The agreement is a mean over the width: a dot product adds up.",
            _iteration_with(agree=lambda votes, outputs, total: (votes * outputs).mean(-1)),
        ),
        Mistake(
            "agreement of the weighed votes",
            "The votes are weighed before they are compared: each vote as it came meets its whole's output.",
            _weighed_agreement,
        ),
        Mistake(
            "logits unchanged",
            "The second result is the old logits: add the agreement.",
            _iteration_with(update=lambda logits, agreement, coupling: logits),
        ),
        Mistake(
            "new shares returned",
            "The second result is the new *shares*: return the logits, the next round takes their softmax.",
            _iteration_with(update=lambda logits, agreement, coupling: (logits + agreement).softmax(1)),
        ),
        Mistake(
            "the shares returned",
            "The second result is the shares of this round: return the new logits, the old ones plus the agreement.",
            _iteration_with(update=lambda logits, agreement, coupling: coupling),
        ),
    ],
)


def _in_any_order(gate):
    """Of experts with equal scores any may be chosen: their gates are put in order before they are compared."""

    def ordered(logits: Tensor, k: int) -> Tensor:
        gates = gate(logits, k)
        if not isinstance(gates, Tensor) or gates.shape != logits.shape:
            return gates
        by_gate = gates.argsort(dim=-1, stable=True)
        by_score = logits.gather(-1, by_gate).argsort(dim=-1, stable=True)
        sorted_gates = gates.gather(-1, by_gate.gather(-1, by_score))
        return torch.zeros_like(gates).scatter(-1, logits.argsort(dim=-1, stable=True), sorted_gates)

    return ordered


def _kept(logits: Tensor, k: int, axis: int = -1, largest: bool = True) -> Tensor:
    places = logits.topk(k, dim=axis, largest=largest).indices
    return torch.zeros_like(logits, dtype=torch.bool).scatter(axis, places, True)


def _gate_with(fill: float = float("-inf"), axis: int = -1, largest: bool = True):
    def gate(logits: Tensor, k: int) -> Tensor:
        return logits.masked_fill(~_kept(logits, min(k, logits.shape[axis]), axis, largest), fill).softmax(-1)

    return gate


def _thresholded(logits: Tensor, k: int) -> Tensor:
    least = logits.topk(min(k, logits.shape[-1]), dim=-1).values[..., -1:]
    return logits.masked_fill(logits < least, float("-inf")).softmax(-1)


def _of_all(logits: Tensor, k: int) -> Tensor:
    kept = _kept(logits.flatten(), k).view_as(logits)
    return logits.masked_fill(~kept, float("-inf")).softmax(-1).nan_to_num()


def _in_first_columns(logits: Tensor, k: int) -> Tensor:
    shares = logits.topk(k, -1).values.softmax(-1)
    return torch.nn.functional.pad(shares, (0, logits.shape[-1] - k))


TOP_K_GATE = Exercise(
    name="top_k_gate",
    notebook="14_dynamic_routing",
    title="A top-k gate",
    difficulty=2,
    reference=_in_any_order(_gate_with()),
    cases=lambda: [
        # In float32, as torch.zeros is unless it is told otherwise.
        Case("6 tokens, 4 experts, k = 2", (draw(6, 4).float(), 2), 1e-5),
        Case("k = 1", (draw(5, 3, seed=1).float(), 1), 1e-5),
        Case("all experts", (draw(4, 4, seed=2).float(), 4), 1e-5),
        Case("a batch, 8 experts, k = 3", (draw(2, 5, 8, seed=3).float(), 3), 1e-5),
        Case("scores below zero", (draw(3, 5, seed=4).float() - 4, 2), 1e-5),
        Case("experts with equal scores", (torch.tensor([[1.0, 2, 1, 0, 1], [0, 0, 0, 0, 0]]), 2), 1e-5),
    ],
    exact_zeros=True,
    adapt=_in_any_order,
    praise="Right: k shares of sum 1, exact zeros elsewhere.",
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
        Mistake(
            "equals let in",
            "Experts with the same score as the k-th are let in as well, so there can be more than k: choose "
            "by place (topk's indices), not by a threshold.",
            _thresholded,
        ),
        Mistake(
            "a large negative score",
            "The others get a little instead of exactly 0: the score that hides them is not low enough. Fill with −∞.",
            _gate_with(fill=-40.0),
        ),
        Mistake(
            "score −10 instead of −∞",
            "A score of −10 still gets a share (e⁻¹⁰ is not 0): fill with −∞ before the softmax.",
            _gate_with(fill=-10.0),
        ),
        Mistake(
            "best expert only",
            "Only the best expert is chosen: k is not used.",
            lambda logits, k: _gate_with()(logits, 1),
        ),
        Mistake(
            "two experts always", "Two experts are chosen, whatever k is.", lambda logits, k: _gate_with()(logits, 2)
        ),
        Mistake(
            "one expert too many",
            "k + 1 experts are chosen: a rank counted from 0 must be below k.",
            lambda logits, k: _gate_with()(logits, k + 1),
        ),
        Mistake(
            "one expert too few",
            "k − 1 experts are chosen: k of them share.",
            lambda logits, k: _kept(logits, k - 1) * _gate_with()(logits, max(k - 1, 1)),
        ),
        Mistake(
            "1 for each chosen expert",
            "Each chosen expert has 1: they share, by the softmax of their scores.",
            lambda logits, k: _kept(logits, k).to(logits.dtype),
        ),
        Mistake(
            "scores divided by their sum",
            "The chosen scores are divided by their sum, negative ones too: take their softmax.",
            lambda logits, k: (kept := logits * _kept(logits, k)) / kept.sum(-1, keepdim=True),
        ),
        Mistake(
            "sigmoid",
            "Each chosen expert's share is a sigmoid: a softmax makes them sum to 1.",
            lambda logits, k: logits.sigmoid() * _kept(logits, k),
        ),
        Mistake(
            "softmax over the tokens",
            "The softmax runs over the tokens: each token's shares sum to 1, dim=-1.",
            lambda logits, k: logits.masked_fill(~_kept(logits, k), float("-inf")).softmax(-2).nan_to_num(),
        ),
        Mistake(
            "best of the whole batch",
            "The k best are chosen from all tokens together: each token chooses its own.",
            _of_all,
        ),
        Mistake(
            "shares in order of rank",
            "The shares stand in the first k columns: each must stand in its own expert's column (scatter "
            "with the indices).",
            _in_first_columns,
        ),
        Mistake(
            "softmax twice",
            "The softmax is taken of the shares and not of the scores: once is enough, over the k best.",
            lambda logits, k: _gate_with()(logits.softmax(-1), k),
        ),
        Mistake(
            "the whole row divided by the chosen",
            "The others keep a share: they get exactly 0.",
            lambda logits, k: (shares := logits.softmax(-1)) / (shares * _kept(logits, k)).sum(-1, keepdim=True),
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

EXERCISES = (ROUTING_ITERATION, TOP_K_GATE, LOAD_BALANCE)

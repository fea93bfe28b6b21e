"""The exercise *A top-k gate*."""

import torch
from torch import Tensor

from transformer_lab.checks.exercise import Case, Exercise, Mistake
from transformer_lab.checks.samples import draw, ties_in_any_order


def _kept(logits: Tensor, k: int, axis: int = -1, largest: bool = True) -> Tensor:
    places = logits.topk(k, dim=axis, largest=largest).indices
    return torch.zeros_like(logits, dtype=torch.bool).scatter(axis, places, True)


def gate_with(fill: float = float("-inf"), axis: int = -1, largest: bool = True):
    """A top-k gate, right by default."""

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
    reference=ties_in_any_order(gate_with()),
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
    adapt=ties_in_any_order,
    praise="Right: k shares of sum 1, exact zeros elsewhere.",
    mistakes=[
        Mistake(
            "not shared out again",
            "The softmax comes before the choice, so what is kept no longer sums to 1. The Switch does so, for one "
            "expert; here choose first, then share out.",
            lambda logits, k: logits.softmax(-1) * _kept(logits, k),
        ),
        Mistake(
            "score 0 instead of −∞",
            "The others got a score of 0, and e⁰ = 1 is an ordinary share: fill with −∞ before the softmax.",
            gate_with(fill=0.0),
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
        Mistake("worst experts", "The k *worst* experts are chosen: topk with largest=True.", gate_with(largest=False)),
        Mistake(
            "best tokens of each expert",
            "Each expert chooses its k best tokens: here each *token* chooses its k best experts, along the last axis.",
            gate_with(axis=-2),
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
            gate_with(fill=-40.0),
        ),
        Mistake(
            "score −10 instead of −∞",
            "A score of −10 still gets a share (e⁻¹⁰ is not 0): fill with −∞ before the softmax.",
            gate_with(fill=-10.0),
        ),
        Mistake(
            "best expert only",
            "Only the best expert is chosen: k is not used.",
            lambda logits, k: gate_with()(logits, 1),
        ),
        Mistake(
            "two experts always", "Two experts are chosen, whatever k is.", lambda logits, k: gate_with()(logits, 2)
        ),
        Mistake(
            "one expert too many",
            "k + 1 experts are chosen: a rank counted from 0 must be below k.",
            lambda logits, k: gate_with()(logits, k + 1),
        ),
        Mistake(
            "one expert too few",
            "k − 1 experts are chosen: k of them share.",
            lambda logits, k: _kept(logits, k - 1) * gate_with()(logits, max(k - 1, 1)),
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
            lambda logits, k: gate_with()(logits.softmax(-1), k),
        ),
        Mistake(
            "the whole row divided by the chosen",
            "The others keep a share: they get exactly 0.",
            lambda logits, k: (shares := logits.softmax(-1)) / (shares * _kept(logits, k)).sum(-1, keepdim=True),
        ),
    ],
)


TOP_K_GATE.mistake(
    "places taken for ranks",
    "argsort gives for each *rank* the expert that has it, and it is read as the rank of each expert: scatter with the "
    "places, or take argsort twice.",
)(lambda logits, k: logits.masked_fill(logits.argsort(dim=-1, descending=True) >= k, float("-inf")).softmax(-1))
TOP_K_GATE.mistake(
    "places taken for ranks, smallest first",
    "argsort gives for each *rank* the expert that has it, and begins with the smallest: scatter with the "
    "places of topk.",
)(lambda logits, k: logits.masked_fill(logits.argsort(dim=-1) < logits.shape[-1] - k, float("-inf")).softmax(-1))

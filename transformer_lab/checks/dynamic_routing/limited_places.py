"""The exercise *Places are limited*."""

from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor

from transformer_lab.checks.exercise import Case, Exercise, Mistake
from transformer_lab.checks.samples import draw


def _best(scores: Tensor) -> Tensor:
    return F.one_hot(scores.argmax(-1), scores.shape[-1])


def _in_order(scores: Tensor, places: int) -> Tensor:
    """Which tokens find a place, first come, first served: ``[tokens, experts]`` of 0 and 1."""
    best = _best(scores)
    return best * (best.cumsum(0) <= places)


def _gates(
    share: Callable[[Tensor], Tensor] = lambda scores: scores.softmax(-1),
    found: Callable[[Tensor, int], Tensor] = _in_order,
) -> Callable[[Tensor, int], Tensor]:
    """The gates of a Switch layer with another share, or with places given in another way (Fedus et al. 2022)."""
    return lambda scores, places: share(scores) * found(scores, places)


def _by_score(scores: Tensor, places: int) -> Tensor:
    """The places go to the tokens that want them most."""
    best = _best(scores)
    rank = torch.where(best > 0, scores.softmax(-1), -1.0).argsort(0, descending=True).argsort(0)
    return best * (rank < places)


def _from_the_end(scores: Tensor, places: int) -> Tensor:
    return _in_order(scores.flip(0), places).flip(0)


def _experts_choose(scores: Tensor, places: int) -> Tensor:
    chosen = scores.softmax(-1).topk(min(places, len(scores)), dim=0).indices
    return torch.zeros_like(scores).scatter(0, chosen, 1.0)


def _sent_on(scores: Tensor, places: int) -> Tensor:
    """Whoever finds no place is sent on to the next best expert that has one."""
    kept, left = torch.zeros_like(scores), [places] * scores.shape[-1]
    for token, wishes in enumerate(scores.argsort(-1, descending=True).tolist()):
        expert = next((expert for expert in wishes if left[expert]), None)
        if expert is not None:
            kept[token, expert], left[expert] = 1.0, left[expert] - 1
    return kept


def _for_all_together(scores: Tensor, places: int) -> Tensor:
    return _best(scores) * (torch.arange(len(scores)) < places)[:, None]


LIMITED_PLACES = Exercise(
    name="limited_places",
    notebook="14_dynamic_routing",
    title="Places are limited",
    difficulty=2,
    reference=_gates(),
    cases=lambda: [
        Case("9 tokens, 3 experts, 2 places", (draw(9, 3), 2)),
        Case("7 tokens, 2 experts, 2 places", (2 * draw(7, 2, seed=1), 2)),
        Case("one place for each expert", (draw(8, 4, seed=2), 1)),
        Case("everybody wants the same", (draw(6, 3, seed=3) / 4 + torch.tensor([0.0, 3, 0]), 3)),
        Case("places enough", (draw(5, 3, seed=4), 5)),
        Case("one expert", (draw(4, 1, seed=5), 2)),
        Case("one token, float32", (draw(1, 5, seed=6).float(), 1), 1e-5),
    ],
    gradients=True,
    exact_zeros=True,
    praise="Right: first come, first served, and a share from which the gate learns.",
    mistakes=[
        Mistake(
            "share 1",
            "Every token that finds a place has the share 1: a softmax over one number, from which the gate learns "
            "nothing. Take the softmax over all experts, before the choice.",
            _gates(torch.ones_like),
        ),
        Mistake(
            "no limit",
            "Every token finds a place: an expert takes the first `places` that come, the others get 0.",
            _gates(found=lambda scores, places: _best(scores)),
        ),
        Mistake(
            "one place too few",
            "The last place of each expert stays empty: a number counted from 1 may be equal to `places`.",
            _gates(found=lambda scores, places: _in_order(scores, places - 1)),
        ),
        Mistake(
            "one place too many",
            "Each expert takes one token more than it has places for: a number counted from 0 must be below `places`.",
            _gates(found=lambda scores, places: _in_order(scores, places + 1)),
        ),
        Mistake(
            "the keenest first",
            "The places go to the tokens with the largest shares: here whoever comes first has it, in the order of the "
            "tokens.",
            _gates(found=_by_score),
        ),
        Mistake(
            "the last first",
            "The places go to the tokens that come last: the first have them.",
            _gates(found=_from_the_end),
        ),
        Mistake(
            "experts choose",
            "Each expert takes its best tokens, so that one may be taken twice: here each *token* goes to its best "
            "expert.",
            _gates(found=_experts_choose),
        ),
        Mistake(
            "sent on",
            "Who finds no place is sent on to the next best expert: here it goes nowhere and gets 0.",
            _gates(found=_sent_on),
        ),
        Mistake(
            "places for all together",
            "The tokens are counted together: each expert has `places` places of its own, cumsum over its column.",
            _gates(found=_for_all_together),
        ),
        Mistake(
            "softmax over the tokens",
            "The softmax runs over the tokens: a token's shares are among the experts, dim=-1.",
            _gates(lambda scores: scores.softmax(0)),
        ),
        Mistake(
            "sigmoid",
            "The share is a sigmoid of the one score: a softmax lets the experts compete.",
            _gates(torch.sigmoid),
        ),
        Mistake(
            "scores instead of shares",
            "The score itself weighs the expert, negative ones too: take the softmax over all experts.",
            _gates(lambda scores: scores),
        ),
        Mistake(
            "places only",
            "Two things: the limit is missing, and every token has the share 1, from which the gate learns nothing.",
            lambda scores, places: _best(scores).to(scores.dtype),
        ),
    ],
)

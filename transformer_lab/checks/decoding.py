"""Exercises about choosing the next token (29): top-p, a step of beam search, the length penalty."""

import math
from collections.abc import Callable

import torch
from torch import Tensor

from transformer_lab.checks.exercise import Case, Exercise, Mistake
from transformer_lab.checks.samples import draw


# Top-p ----------------------------------------------------------------------------------------------------------------
def _top_p_with(
    needed: Callable[[Tensor, float], Tensor] = lambda ordered, p: ordered.cumsum(0) - ordered < p - 1e-12,
    largest_first: bool = True,
    restore: bool = True,
    renormalise: bool = True,
):
    """A (possibly wrong) top-p: which of the ordered shares stay, whether order and sum are restored."""

    def top_p(shares: Tensor, p: float) -> Tensor:
        ordered, places = shares.sort(descending=largest_first, stable=True)
        kept = ordered * needed(ordered, p)
        kept = torch.zeros_like(shares).scatter(0, places, kept) if restore else kept
        return kept / kept.sum() if renormalise else kept

    return top_p


def _shares(*eighths: float) -> Tensor:
    """Multiples of 1/16, which floating-point sums hit exactly."""
    return torch.tensor(eighths, dtype=torch.float64) / 16


TOP_P = Exercise(
    name="top_p",
    notebook="29_autoregressive_decoding",
    title="Top-p",
    difficulty=2,
    reference=_top_p_with(),
    cases=lambda: [
        Case("p = 0.7, crossed in the middle", (_shares(1, 6, 2, 4, 3), 0.7)),
        Case("p = 0.75, reached exactly", (_shares(2, 4, 8, 1, 1), 0.75)),
        Case("p = 0.3, the first is enough", (_shares(3, 7, 6), 0.3)),
        Case("p = 1", (_shares(5, 1, 10), 1.0)),
        Case("12 shares, p = 0.6", (draw(12, seed=4).softmax(0), 0.6)),
    ],
    praise="Right: the smallest set that reaches p, in its old places, with sum 1.",
    mistakes=[
        Mistake(
            "the crossing one dropped",
            "The share that crosses p is dropped, so less than p is kept (or nothing at all): it belongs to the set.",
            _top_p_with(lambda ordered, p: ordered.cumsum(0) <= p + 1e-12),
        ),
        Mistake(
            "one too many",
            "Where the sum reaches p exactly, one more is kept: a share is needed only while the sum before it is "
            "below p.",
            _top_p_with(lambda ordered, p: ordered.cumsum(0) - ordered <= p + 1e-12),
        ),
        Mistake(
            "each share against p",
            "Each share is compared with p by itself: it is the running *sum* that must reach p.",
            lambda shares, p: (shares * (shares >= p)) / (shares * (shares >= p)).sum(),
        ),
        Mistake(
            "a share of the largest",
            "Kept is what is at least p times the largest (that is min-p): add up the largest ones until p is reached.",
            lambda shares, p: (shares * (shares >= p * shares.max())) / (shares * (shares >= p * shares.max())).sum(),
        ),
        Mistake(
            "smallest first",
            "The smallest shares are added up first: sort from large to small.",
            _top_p_with(largest_first=False),
        ),
        Mistake(
            "order lost",
            "The shares come back sorted: each must return to its place, for its place says which token it is.",
            _top_p_with(restore=False),
        ),
        Mistake(
            "sum below 1",
            "What is left does not sum to 1: divide by its sum.",
            _top_p_with(renormalise=False),
        ),
        Mistake("nothing cut", "Nothing is cut off: p is not used.", lambda shares, p: shares.clone()),
        Mistake("only the largest", "Only the largest is kept: that is greedy, not top-p.", _top_p_with(
            lambda ordered, p: torch.arange(len(ordered)) < 1)),
    ],
)  # fmt: skip


# A step of beam search ------------------------------------------------------------------------------------------------
def _beam_step_with(
    combine: Callable[[Tensor, Tensor], Tensor] = lambda totals, log_p: totals[:, None] + log_p,
    split: Callable[[Tensor, Tensor], tuple[Tensor, Tensor]] = lambda flat, t: (flat // t.shape[1], flat % t.shape[1]),
    largest: bool = True,
):
    """A (possibly wrong) step: how candidates are scored, how a flat index becomes row and token."""

    def beam_step(totals: Tensor, log_p: Tensor, num_beams: int) -> tuple[Tensor, Tensor, Tensor]:
        candidates = combine(totals, log_p)
        best, flat = candidates.flatten().topk(num_beams, largest=largest)
        return (*split(flat, candidates), best)

    return beam_step


def _one_each(totals: Tensor, log_p: Tensor, num_beams: int):
    best, token = (totals[:, None] + log_p).max(1)
    order = best.argsort(descending=True)[:num_beams]
    return order, token[order], best[order]


def _best_row_only(totals: Tensor, log_p: Tensor, num_beams: int):
    row = int(totals.argmax())
    best, token = (totals[row] + log_p[row]).topk(num_beams)
    return torch.full_like(token, row), token, best


def _walks(beams: int, vocab: int, seed: int) -> tuple[Tensor, Tensor]:
    return -draw(beams, seed=seed).abs(), (1.5 * draw(beams, vocab, seed=seed + 1)).log_softmax(-1)


BEAM_STEP = Exercise(
    name="beam_step",
    notebook="29_autoregressive_decoding",
    title="One step of beam search",
    difficulty=2,
    reference=_beam_step_with(),
    cases=lambda: [
        Case("2 walks, 5 tokens, 2 beams", (*_walks(2, 5, 1), 2)),
        Case("3 walks, 7 tokens, 3 beams", (*_walks(3, 7, 3), 3)),
        Case("4 walks, 6 tokens, 4 beams", (*_walks(4, 6, 7), 4)),
        Case("the first step: 1 walk, 6 tokens, 3 beams", (torch.zeros(1, dtype=torch.float64), _walks(1, 6, 5)[1], 3)),
    ],
    praise="Right: all continuations of all walks compete, and each knows whom it continues.",
    mistakes=[
        Mistake(
            "totals forgotten",
            "The probabilities of the walks so far do not count: add totals[:, None] to log_p.",
            _beam_step_with(lambda totals, log_p: log_p),
        ),
        Mistake(
            "multiplied",
            "Log-probabilities are multiplied: a product of probabilities is a *sum* of logarithms.",
            _beam_step_with(lambda totals, log_p: totals[:, None] * log_p),
        ),
        Mistake(
            "probability added to a logarithm",
            "log_p is turned into probabilities before it is added: both are logarithms, add them as they are.",
            _beam_step_with(lambda totals, log_p: totals[:, None] + log_p.exp()),
        ),
        Mistake(
            "probabilities returned",
            "The new totals are probabilities: keep logarithms, for products of many small numbers vanish.",
            lambda totals, log_p, num_beams: (
                *_beam_step_with()(totals, log_p, num_beams)[:2],
                _beam_step_with()(totals, log_p, num_beams)[2].exp(),
            ),
        ),
        Mistake(
            "row and token swapped",
            "Row and token are swapped: flat // vocab is the row, flat % vocab the token.",
            _beam_step_with(split=lambda flat, t: (flat % t.shape[1], flat // t.shape[1])),
        ),
        Mistake(
            "divided by the beams",
            "The flat index is divided by the number of walks: a row of the table is vocab long, so divide by that.",
            _beam_step_with(split=lambda flat, t: (flat // t.shape[0], flat % t.shape[0])),
        ),
        Mistake(
            "one from each walk",
            "Each walk is given its own best continuation: all continuations compete, so one walk may have two and "
            "another none.",
            _one_each,
        ),
        Mistake(
            "only the best walk continued",
            "Only the best walk is continued: a continuation of the second may be better than the second of the first.",
            _best_row_only,
        ),
        Mistake(
            "the worst kept", "The least probable ones are kept: take the largest.", _beam_step_with(largest=False)
        ),
    ],
)


# The length penalty ---------------------------------------------------------------------------------------------------
def _choice_with(score: Callable[[float, int, float], float], choose: Callable = max):
    def choice(log_probabilities: list[float], lengths: list[int], alpha: float) -> int:
        scores = [score(p, n, alpha) for p, n in zip(log_probabilities, lengths, strict=True)]
        return scores.index(choose(scores))

    return choice


def _factor(n: int, alpha: float) -> float:
    return ((5 + n) / 6) ** alpha


LENGTH_PENALTY = Exercise(
    name="length_penalty",
    notebook="29_autoregressive_decoding",
    title="Which one wins?",
    difficulty=1,
    reference=_choice_with(lambda p, n, alpha: p / _factor(n, alpha)),
    cases=lambda: [
        Case("alpha 0", ([-4.0, -2.0, -3.0], [3, 9, 2], 0.0)),
        Case("alpha 1, 3 sentences", ([-2.8, -9.8, -6.0], [1, 10, 3], 1.0)),
        Case("alpha 0.6, 4 to 14 tokens", ([-12.0, -10.6, -7.7], [14, 4, 10], 0.6)),
        Case("alpha 2", ([-5.9, -8.8, -4.0, -4.3], [8, 1, 14, 4], 2.0)),
        Case("alpha 1, 1 to 20 tokens", ([-6.6, -9.8, -3.1], [6, 20, 1], 1.0)),
        Case("alpha 1, 4 sentences", ([-7.8, -4.9, -2.5, -8.9], [6, 2, 4, 8], 1.0)),
        Case("alpha 0.6, 2 to 10 tokens", ([-5.2, -8.2, -1.7], [10, 3, 2], 0.6)),
    ],
    praise="Right: dividing a negative number by more makes it larger, so length is forgiven.",
    mistakes=[
        Mistake(
            "multiplied",
            "The penalty multiplies the log-probability, which punishes long sentences twice: divide by it.",
            _choice_with(lambda p, n, alpha: p * _factor(n, alpha)),
        ),
        Mistake(
            "no penalty",
            "The length is not used: divide by ((5 + length) / 6) ** alpha.",
            _choice_with(lambda p, n, alpha: p),
        ),
        Mistake(
            "plain length",
            "The log-probability is divided by length ** alpha: the formula here is ((5 + length) / 6) ** alpha, which "
            "is gentler on short sentences.",
            _choice_with(lambda p, n, alpha: p / n**alpha),
        ),
        Mistake(
            "the smallest score",
            "The smallest score is chosen: scores are negative, the best one is the largest.",
            _choice_with(lambda p, n, alpha: p / _factor(n, alpha), min),
        ),
        Mistake(
            "the longest",
            "The longest sentence is chosen, whatever its probability.",
            _choice_with(lambda p, n, alpha: n),
        ),
        Mistake(
            "probability divided",
            "The *probability* is divided, not its logarithm: that favours short sentences.",
            _choice_with(lambda p, n, alpha: math.exp(p) / _factor(n, alpha)),
        ),
        Mistake(
            "alpha as a factor",
            "alpha multiplies the length instead of being the exponent.",
            _choice_with(lambda p, n, alpha: p / (1 + alpha * n)),
        ),
    ],
)

EXERCISES = (TOP_P, BEAM_STEP, LENGTH_PENALTY)

"""The exercise *One step of beam search*."""

from collections.abc import Callable

import torch
from torch import Tensor

from transformer_lab.checks.exercise import Case, Exercise, Mistake
from transformer_lab.checks.samples import draw


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

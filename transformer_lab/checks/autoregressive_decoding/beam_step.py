"""The exercise *One step of beam search*."""

from collections.abc import Callable

import torch
from torch import Tensor

from transformer_lab.checks.engine.comparing import plain
from transformer_lab.checks.exercise import Case, Exercise, Mistake
from transformer_lab.checks.samples import draw


# A step of beam search ------------------------------------------------------------------------------------------------
def _stopped(log_p: Tensor, finished: Tensor, end: int) -> Tensor:
    """``log_p`` in which a finished walk has one continuation: the token ``end``, which costs nothing."""
    stays = torch.full_like(log_p, float("-inf"))
    stays[:, end] = 0.0
    return torch.where(finished[:, None], stays, log_p)


def _with_the_finished(step: Callable) -> Callable:
    """A step of walks that all grow, made one in which the finished ones stay."""

    def beam_step(totals: Tensor, log_p: Tensor, finished: Tensor, end: int, num_beams: int):
        return step(totals, _stopped(log_p, finished, end), num_beams)

    return beam_step


def _beam_step_with(
    combine: Callable[[Tensor, Tensor], Tensor] = lambda totals, log_p: totals[:, None] + log_p,
    split: Callable[[Tensor, Tensor], tuple[Tensor, Tensor]] = lambda flat, t: (flat // t.shape[1], flat % t.shape[1]),
    largest: bool = True,
):
    """A (possibly wrong) step: how candidates are scored, how a flat index becomes row and token."""

    def beam_step(
        totals: Tensor, log_p: Tensor, finished: Tensor, end: int, num_beams: int
    ) -> tuple[Tensor, Tensor, Tensor]:
        candidates = combine(totals, _stopped(log_p, finished, end))
        best, flat = candidates.flatten().topk(num_beams, largest=largest)
        return (*split(flat, candidates), best)

    return beam_step


@_with_the_finished
def _one_each(totals: Tensor, log_p: Tensor, num_beams: int):
    best, token = (totals[:, None] + log_p).max(1)
    order = best.argsort(descending=True)[:num_beams]
    return order, token[order], best[order]


@_with_the_finished
def _best_row_only(totals: Tensor, log_p: Tensor, num_beams: int):
    row = int(totals.argmax())
    best, token = (totals[row] + log_p[row]).topk(num_beams)
    return torch.full_like(token, row), token, best


def _walks(beams: int, vocab: int, seed: int, finished: tuple[int, ...] = (), end: int = 0) -> tuple:
    """Totals, log-probabilities, which walks are finished, and the token that they end with."""
    totals, log_p = -draw(beams, seed=seed).abs(), (1.5 * draw(beams, vocab, seed=seed + 1)).log_softmax(-1)
    return totals, log_p, torch.tensor([i in finished for i in range(beams)]), end


def _first(vocab: int, seed: int) -> tuple:
    return torch.zeros(1, dtype=torch.float64), *_walks(1, vocab, seed, end=3)[1:]


def _triples_too(answer: Callable) -> Callable:
    """A list of triples (row, token, total) says the same as three lists."""

    def step(*arguments):
        found = answer(*arguments)
        triples = isinstance(found, list | tuple) and all(map(_is_triple, found)) and len(found) > 0
        return tuple(map(list, zip(*found, strict=True))) if triples else found

    return step


def _is_triple(item) -> bool:
    """Two whole numbers and a fraction: three rows of three numbers are not taken for it."""
    if not isinstance(item, list | tuple) or len(item) != 3:
        return False
    return [isinstance(plain(part), float) for part in item] == [False, False, True]


BEAM_STEP = Exercise(
    name="beam_step",
    notebook="29_autoregressive_decoding",
    title="One step of beam search",
    difficulty=2,
    reference=_beam_step_with(),
    adapt=_triples_too,
    cases=lambda: [
        Case("2 walks, 5 tokens, 2 beams", (*_walks(2, 5, 1, end=4), 2)),
        Case("3 walks, one finished, 7 tokens, 3 beams", (*_walks(3, 7, 3, (1,), 2), 3)),
        Case("3 walks, two finished, 5 tokens, 2 beams", (*_walks(3, 5, 11, (0, 2), 1), 2)),
        Case("2 walks, 3 tokens, 4 beams", (*_walks(2, 3, 13, end=0), 4)),
        Case("4 walks, two finished, 6 tokens, 4 beams", (*_walks(4, 6, 7, (0, 3), 5), 4)),
        Case("the first step: 1 walk, 6 tokens, 3 beams", (*_first(6, 5), 3)),
    ],
    praise="Right: all continuations compete, a finished walk once and as it is, and each knows whom it continues.",
    mistakes=[
        Mistake(
            "finished walks go on",
            "Finished walks grow on: one that has ended stays in the race as it is, once, with the token end.",
            lambda totals, log_p, finished, end, num_beams: _beam_step_with()(
                totals, log_p, torch.zeros_like(finished), end, num_beams
            ),
        ),
        Mistake(
            "finished walks thrown away",
            "Finished walks are thrown away: they stay in the race with the total that they have.",
            lambda totals, log_p, finished, end, num_beams: _beam_step_with()(
                totals, log_p.masked_fill(finished[:, None], -1e9), torch.zeros_like(finished), end, num_beams
            ),
        ),
        Mistake(
            "the end paid for twice",
            "A finished walk pays for another end token: its total does not change any more.",
            lambda totals, log_p, finished, end, num_beams: _beam_step_with()(
                totals,
                log_p.masked_fill(finished[:, None] & (torch.arange(log_p.shape[1]) != end), -1e9),
                torch.zeros_like(finished),
                end,
                num_beams,
            ),
        ),
        Mistake(
            "finished walks many times",
            "A finished walk competes once for each token: it stays in the race once, with the token end.",
            lambda totals, log_p, finished, end, num_beams: _beam_step_with()(
                totals, log_p.masked_fill(finished[:, None], 0.0), torch.zeros_like(finished), end, num_beams
            ),
        ),
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
            lambda *a: (*_beam_step_with()(*a)[:2], _beam_step_with()(*a)[2].exp()),
        ),
        Mistake(
            "row and token swapped",
            "Row and token have changed places: the row comes first, flat // vocab; then the token, flat % vocab.",
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


def _chosen_by(score, returned=None):
    """The winners are those with the best ``score(totals, log_p)``; ``returned`` is what their totals are read from."""

    @_with_the_finished
    def beam_step(totals: Tensor, log_p: Tensor, num_beams: int):
        flat = score(totals, log_p).flatten().topk(num_beams).indices
        table = (returned or (lambda totals, log_p: totals[:, None] + log_p))(totals, log_p)
        return flat // log_p.shape[1], flat % log_p.shape[1], table.flatten()[flat]

    return beam_step


def _changed(change):
    """The right step, its three results changed."""
    return lambda *a: change(*_beam_step_with()(*a))


@_with_the_finished
def _one_each_or_none(totals: Tensor, log_p: Tensor, num_beams: int):
    best, token = (totals[:, None] + log_p).max(1)
    best, row = best.topk(num_beams)
    return row, token[row], best


@_with_the_finished
def _one_each_unsorted(totals: Tensor, log_p: Tensor, num_beams: int):
    best, token = log_p.max(1)
    return torch.arange(len(totals)), token, totals + best


def _sum(totals: Tensor, log_p: Tensor) -> Tensor:
    return totals[:, None] + log_p


BEAM_STEP.mistakes.extend(
    [
        Mistake(
            "chosen by the next token alone",
            "The winners are chosen by the next token's log-probability alone, and the totals added afterwards: add "
            "first.",
            _chosen_by(lambda totals, log_p: log_p),
        ),
        Mistake(
            "totals without the walks",
            "The right ones win, but their new totals lack those of the walks so far: totals[row] + log_p[row, token].",
            _chosen_by(_sum, lambda totals, log_p: log_p),
        ),
        Mistake(
            "totals of the walks so far",
            "The right ones win, but with the totals of the walks they continue: add the new token's log-probability.",
            _chosen_by(_sum, lambda totals, log_p: totals[:, None].expand_as(log_p)),
        ),
        Mistake(
            "mean instead of sum",
            "The new totals are means of old total and new log-probability: they are sums.",
            _chosen_by(_sum, lambda totals, log_p: _sum(totals, log_p) / 2),
        ),
        Mistake(
            "one from each walk, or none",
            "Each walk is given one winner only, so there may be too few (one walk cannot give three): all "
            "continuations "
            "compete.",
            _one_each_or_none,
        ),
        Mistake(
            "one from each walk, in the order of the walks",
            "Each walk is given its own best continuation: all continuations compete, and the best comes first.",
            _one_each_unsorted,
        ),
        Mistake(
            "worst first",
            "The right ones win, but the worst comes first: best first.",
            _changed(lambda *parts: tuple(part.flip(0) for part in parts)),
        ),
        Mistake(
            "tokens not cut out of the flat index",
            "The tokens are indices of the flattened table: the token is flat % vocab.",
            _beam_step_with(split=lambda flat, t: (flat // t.shape[1], flat)),
        ),
        Mistake(
            "totals first",
            "The totals come first: row, token, total.",
            _changed(lambda row, token, total: (total, row, token)),
        ),
        Mistake(
            "totals before the tokens",
            "The totals come before the tokens: row, token, total.",
            _changed(lambda row, token, total: (row, total, token)),
        ),
        Mistake(
            "only the best",
            "Only the best continuation comes back: num_beams of them are wanted.",
            _changed(lambda row, token, total: (row[:1], token[:1], total[:1])),
        ),
        Mistake(
            "totals subtracted",
            "The totals are subtracted: the logarithms of a walk are added up.",
            _beam_step_with(lambda totals, log_p: log_p - totals[:, None]),
        ),
        Mistake(
            "totals as probabilities",
            "totals are turned into probabilities before they are added: both are logarithms, add them as they are.",
            _beam_step_with(lambda totals, log_p: totals.exp()[:, None] + log_p),
        ),
        Mistake(
            "log_p normalised once more",
            "A softmax is taken over all candidates: the sums of logarithms themselves are the new totals.",
            _beam_step_with(lambda totals, log_p: _sum(totals, log_p).flatten().log_softmax(0).view(log_p.shape)),
        ),
    ]
)

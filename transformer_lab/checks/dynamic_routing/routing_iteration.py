"""The exercise *One iteration of routing*: of the parts that were seen."""

from collections.abc import Callable
from dataclasses import replace

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


def _reference(votes: Tensor, logits: Tensor, seen: Tensor) -> tuple[Tensor, Tensor]:
    shares = logits.softmax(1) * seen[:, None]
    outputs = _squash((shares[..., None] * votes).sum(0))
    return outputs, logits + (votes * outputs).sum(-1) * seen[:, None]


def _among_the_seen(iterate: Callable[..., tuple[Tensor, Tensor]]) -> Callable[..., tuple[Tensor, Tensor]]:
    """A rule for all parts as one in which the unseen have no vote, and so no agreement either."""
    return lambda votes, logits, seen: iterate(votes * seen[:, None, None], logits)


def _seen(*parts: int) -> Tensor:
    return torch.tensor(parts, dtype=torch.bool)


_MISTAKES = [  # of an iteration, whichever parts take part
    Mistake(
        "softmax over the parts",
        "The softmax runs over the parts, as in attention: here each *part* shares itself out among the wholes, dim=1.",
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
        "The squash takes one length for all outputs together: each whole has its own, over dim=-1 with keepdim=True.",
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
]

ROUTING_ITERATION = Exercise(
    name="routing_iteration",
    notebook="14_dynamic_routing",
    title="One iteration of routing",
    difficulty=2,
    reference=_reference,
    cases=lambda: [
        Case(
            "7 parts, 2 wholes, undecided",
            (draw(7, 2, 3), torch.zeros(7, 2, dtype=torch.float64), _seen(1, 1, 0, 1, 1, 1, 0)),
        ),
        Case("5 parts, 3 wholes", (draw(5, 3, 2, seed=1), draw(5, 3, seed=2), _seen(0, 1, 1, 0, 1))),
        Case("4 parts, 4 wholes, all seen", (2 * draw(4, 4, 4, seed=3), draw(4, 4, seed=4), _seen(1, 1, 1, 1))),
        Case("one part, 3 wholes", (0.1 * draw(1, 3, 5, seed=5), draw(1, 3, seed=6), _seen(1))),
        Case(
            "6 parts, one whole, float32",
            (draw(6, 1, 2, seed=7).float(), draw(6, 1, seed=8).float(), _seen(1, 0, 0, 1, 0, 1)),
            1e-5,
        ),
    ],
    praise="Right: share out, add up, squash, and strengthen who agrees, among those that were seen.",
    mistakes=[replace(each, variant=_among_the_seen(each.variant)) for each in _MISTAKES if each.variant is not None],
)


def _agreement_over_the_parts(reduce):
    """All parts get the same addition to a whole's logit."""

    @_among_the_seen
    def iteration(votes, logits):
        outputs, _ = _iteration_with()(votes, logits)
        return outputs, logits + reduce((votes * outputs).sum(-1), 0)

    return iteration


ROUTING_ITERATION.mistake(
    "agreement added up over the parts",
    "The agreement is added up over the parts, so all of them get the same: each part strengthens its own logit by its "
    "own agreement, [parts, wholes].",
)(_agreement_over_the_parts(torch.sum))
ROUTING_ITERATION.mistake(
    "agreement averaged over the parts",
    "The agreement is averaged over the parts, so all of them get the same: each part strengthens its own logit by its "
    "own agreement, [parts, wholes].",
)(_agreement_over_the_parts(torch.mean))


@ROUTING_ITERATION.mistake(
    "agreement with the mean output",
    "Every vote is compared with the mean of all outputs: compare it with the output of its own whole.",
)
@_among_the_seen
def _agreement_with_the_mean(votes, logits):
    outputs, _ = _iteration_with()(votes, logits)
    return outputs, logits + (votes * outputs.mean(0)).sum(-1)


ROUTING_ITERATION.mistake(
    "the unseen take part",
    "`seen` is not used: the votes of an unseen part count for nothing, and its logits stay as they are.",
)(lambda votes, logits, seen: _iteration_with()(votes, logits))
ROUTING_ITERATION.mistake(
    "the seen and the unseen exchanged",
    "The unseen parts vote and the seen ones do not: it is the other way round.",
)(lambda votes, logits, seen: _reference(votes, logits, ~seen))


@ROUTING_ITERATION.mistake(
    "the unseen are strengthened",
    "The votes of the unseen parts are left out of the outputs, and their logits change all the same: leave these as "
    "they are.",
)
def _unseen_strengthened(votes, logits, seen):
    outputs, _ = _reference(votes, logits, seen)
    return outputs, logits + (votes * outputs).sum(-1)


@ROUTING_ITERATION.mistake(
    "the unseen vote",
    "The logits of the unseen parts stay as they are, but their votes are in the outputs: leave them out of the sum.",
)
def _unseen_vote(votes, logits, seen):
    outputs, stronger = _iteration_with()(votes, logits)
    return outputs, torch.where(seen[:, None], stronger, logits)


@ROUTING_ITERATION.mistake(
    "the logits of the unseen lost",
    "The logits of the unseen parts become 0: what was known of them is kept, as it was.",
)
def _unseen_forgotten(votes, logits, seen):
    outputs, stronger = _reference(votes, logits, seen)
    return outputs, stronger * seen[:, None]

"""The exercise *A stable loss for every token*."""

import torch
from torch import Tensor

from transformer_lab import losses
from transformer_lab.checks.engine.forbidding import Forbidden
from transformer_lab.checks.exercise import Case, Exercise, Mistake
from transformer_lab.checks.samples import draw


def pick(rows: Tensor, target: Tensor) -> Tensor:
    """Each row's entry at its target."""
    return rows.gather(-1, target[..., None])[..., 0]


def _naive(logits: Tensor, target: Tensor) -> Tensor:
    powers = logits.exp()
    return -pick((powers / powers.sum(dim=-1, keepdim=True)).log(), target)


def _loss_cases() -> list[Case]:
    ids = torch.tensor([2, 0, 3, 3, 1])
    return [
        Case("5 tokens, 4 words", (draw(5, 4), ids), 1e-5),
        Case("equal logits", (torch.zeros(2, 3, dtype=torch.float64), ids[:2])),
        # exp(1000) overflows even in float64, and exp(−2000) is 0, whose logarithm is −∞.
        Case("logits of 1,000", (torch.tensor([[1000.0, 0.0, -1000.0]] * 2).double(), torch.tensor([0, 2]))),
        Case(
            "a sharp token beside a flat one",
            (torch.tensor([[1000.0, 0, 0], [0, 0, 0]]).double(), torch.tensor([0, 1])),
        ),
        Case("one token", (draw(1, 6, seed=2), torch.tensor([4])), 1e-5),
        Case("one sentence in float32", (draw(1, 3, 3, seed=3).float(), torch.tensor([[2, 0, 1]])), 1e-5),
        Case("a batch of sentences", (1.5 * draw(2, 5, 7, seed=1), torch.stack([ids, ids.flip(0)])), 1e-5),
    ]


def _one_maximum(logits: Tensor, target: Tensor) -> Tensor:
    shifted = logits - logits.max()
    return shifted.exp().sum(-1).log() - pick(shifted, target)


TOKEN_LOSSES = Exercise(
    name="token_losses",
    notebook="10_cross_entropy",
    title="A stable loss for every token",
    difficulty=2,
    reference=lambda logits, target: losses.token_losses(logits, target),
    cases=_loss_cases,
    gradients=True,
    forbidden=[
        Forbidden(
            "F.cross_entropy",
            torch_names=frozenset({"cross_entropy", "cross_entropy_loss"}),
            own=(losses.token_losses, losses.cross_entropy),
        )
    ],
    praise="Right, also for logits of 1,000, and the gradient is p − y.",
    mistakes=[
        Mistake(
            "overflow",
            "exp(1000) is infinite, and ∞/∞ is not a number: subtract the largest logit first, it cancels.",
            _naive,
        ),
        Mistake(
            "logarithm of zero",
            "A probability was rounded to 0 before its logarithm was taken, so the loss is infinite: stay with "
            "logarithms, x − max − log Σ exp(x − max).",
            lambda logits, target: -pick(logits.softmax(dim=-1).log(), target),
        ),
        Mistake(
            "softmax twice",
            "The logits went through softmax twice: F.cross_entropy and log_softmax expect logits, not probabilities.",
            lambda logits, target: losses.token_losses(logits.softmax(dim=-1), target),
        ),
        Mistake(
            "sign",
            "The sign is missing: a logarithm of a probability is negative, the loss is minus that.",
            lambda logits, target: pick(losses.log_softmax(logits), target),
        ),
        Mistake(
            "bits, not nats",
            "This is the loss in bits: take the natural logarithm, log, not log2.",
            lambda logits, target: losses.token_losses(logits, target) / torch.tensor(2.0).double().log(),
        ),
        Mistake(
            "softmax over the tokens",
            "The probabilities of the *tokens* add up to 1, not those of the words: take the softmax along dim=-1.",
            lambda logits, target: -pick(logits.log_softmax(dim=-2), target),
        ),
        Mistake(
            "no normalisation",
            "This is minus the logit: log Σ exp of all logits of the token is missing.",
            lambda logits, target: -pick(logits, target),
        ),
        Mistake(
            "averaged",
            "This is the mean: return one loss for each token, in the shape of target.",
            lambda logits, target: losses.cross_entropy(logits, target),
        ),
        Mistake(
            "one maximum for the whole batch",
            "The largest logit of the whole batch is subtracted everywhere, and tokens far below it "
            "underflow: each token needs its own, amax(dim=-1, keepdim=True).",
            _one_maximum,
        ),
        Mistake(
            "maximum not given back",
            "The maximum is subtracted inside the logarithm and not added again outside: log Σ exp x = max + "
            "log Σ exp(x − max).",
            lambda logits, target: (logits - logits.amax(-1, keepdim=True)).logsumexp(-1) - pick(logits, target),
        ),
        Mistake(
            "softmax over dim 1",
            "dim=1 is the words for a list of tokens, but the tokens as soon as there is a batch: use dim=-1.",
            lambda logits, target: -pick(logits.log_softmax(dim=1), target),
        ),
        Mistake(
            "softmax over dim 0",
            "dim=0 is the first axis, whatever it holds: the words are the last, dim=-1.",
            lambda logits, target: -pick(logits.log_softmax(dim=0), target),
        ),
        Mistake(
            "probability, not its logarithm",
            "This is minus the probability: the loss is minus its *logarithm*.",
            lambda logits, target: -pick(logits.softmax(dim=-1), target),
        ),
        Mistake(
            "1 minus the probability",
            "This is 1 − p: the loss is −log p.",
            lambda logits, target: 1 - pick(logits.softmax(dim=-1), target),
        ),
        Mistake(
            "log Σ exp alone",
            "This is log Σ exp of the logits: subtract the right word's logit.",
            lambda logits, target: logits.logsumexp(-1),
        ),
        Mistake(
            "decimal logarithm",
            "This is the loss with log10: take the natural logarithm, log.",
            lambda logits, target: losses.token_losses(logits, target) / torch.tensor(10.0).double().log(),
        ),
        Mistake(
            "the next word",
            "This is the loss of the word beside the target: take the entry at target itself.",
            lambda logits, target: losses.token_losses(logits, (target + 1) % logits.shape[-1]),
        ),
        Mistake(
            "the whole row",
            "Every word's loss is returned: take the right word's, with gather.",
            lambda logits, target: -losses.log_softmax(logits),
        ),
        Mistake(
            "added up",
            "This is the sum: return one loss for each token, in the shape of target.",
            lambda logits, target: losses.token_losses(logits, target).sum(),
        ),
        Mistake(
            "flattened",
            "The losses come in one row: return them in the shape of target.",
            lambda logits, target: losses.token_losses(logits, target).flatten(),
        ),
        Mistake(
            "last axis kept",
            "The losses keep an axis of size 1 (gather leaves it): take [..., 0] or squeeze(-1).",
            lambda logits, target: losses.token_losses(logits, target)[..., None],
        ),
        Mistake(
            "capped",
            "Right for ordinary logits, wrong for large ones: where a probability is rounded to 0, a number added "
            "to it or a clamp only caps the loss. Stay with logarithms, x − max − log Σ exp(x − max).",
            only_fails=frozenset({"logits of 1,000"}),
        ),
    ],
)

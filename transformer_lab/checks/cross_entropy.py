"""Exercises about cross-entropy."""

import torch
import torch.nn.functional as F
from torch import Tensor

from transformer_lab import losses
from transformer_lab.checks.engine.forbidding import Forbidden
from transformer_lab.checks.exercise import Case, Exercise, Mistake


def _random(*shape: int, seed: int = 0) -> Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def _pick(rows: Tensor, target: Tensor) -> Tensor:
    return rows.gather(-1, target[..., None])[..., 0]


def _naive(logits: Tensor, target: Tensor) -> Tensor:
    powers = logits.exp()
    return -_pick((powers / powers.sum(dim=-1, keepdim=True)).log(), target)


def _loss_cases() -> list[Case]:
    ids = torch.tensor([2, 0, 3, 3, 1])
    return [
        Case("5 tokens, 4 words", (2 * _random(5, 4), ids)),
        Case("equal logits", (torch.zeros(2, 3, dtype=torch.float64), ids[:2])),
        # exp(1000) overflows even in float64, and exp(−2000) is 0, whose logarithm is −∞.
        Case("logits of 1,000", (torch.tensor([[1000.0, 0.0, -1000.0]] * 2).double(), torch.tensor([0, 2]))),
        Case("a batch of sentences", (3 * _random(2, 5, 7, seed=1), torch.stack([ids, ids.flip(0)]))),
    ]


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
            lambda logits, target: -_pick(logits.softmax(dim=-1).log(), target),
        ),
        Mistake(
            "softmax twice",
            "The logits went through softmax twice: F.cross_entropy and log_softmax expect logits, not probabilities.",
            lambda logits, target: losses.token_losses(logits.softmax(dim=-1), target),
        ),
        Mistake(
            "sign",
            "The sign is missing: a logarithm of a probability is negative, the loss is minus that.",
            lambda logits, target: _pick(losses.log_softmax(logits), target),
        ),
        Mistake(
            "bits, not nats",
            "This is the loss in bits: take the natural logarithm, log, not log2.",
            lambda logits, target: losses.token_losses(logits, target) / torch.tensor(2.0).double().log(),
        ),
        Mistake(
            "softmax over the tokens",
            "The probabilities of the *tokens* add up to 1, not those of the words: take the softmax along dim=-1.",
            lambda logits, target: -_pick(logits.log_softmax(dim=-2), target),
        ),
        Mistake(
            "no normalisation",
            "This is minus the logit: log Σ exp of all logits of the token is missing.",
            lambda logits, target: -_pick(logits, target),
        ),
        Mistake(
            "averaged",
            "This is the mean: return one loss for each token, in the shape of target.",
            lambda logits, target: losses.cross_entropy(logits, target),
        ),
    ],
)


def _padded_cases() -> list[Case]:
    first = torch.tensor([[3, 1, 4], [2, 0, 0]])
    return [
        Case("sentences of 3 and of 1 word", (2 * _random(2, 3, 5), first, 0), 1e-8),
        Case("no padding at all", (_random(2, 3, 5, seed=1), first.clamp(min=1), 0), 1e-8),
        Case("padding with id 4", (_random(3, 2, 5, seed=2), torch.tensor([[0, 4], [1, 2], [4, 4]]), 4), 1e-8),
        Case("nothing but padding", (_random(1, 3, 5, seed=3), torch.zeros(1, 3, dtype=torch.long), 0), 1e-8),
    ]


def _per_sentence(logits: Tensor, target: Tensor, pad_id: int) -> Tensor:
    real = target != pad_id
    kept = losses.token_losses(logits, target) * real
    return (kept.sum(dim=1) / real.sum(dim=1).clamp(min=1)).mean()


def _kept(logits: Tensor, target: Tensor, pad_id: int) -> Tensor:
    return losses.cross_entropy(logits, target, ignore_index=pad_id, reduction="sum")


def _inverted(logits: Tensor, target: Tensor, pad_id: int) -> Tensor:
    padding = target == pad_id
    return (losses.token_losses(logits, target) * padding).sum() / padding.sum().clamp(min=1)


PADDED_MEAN = Exercise(
    name="padded_mean",
    notebook="10_cross_entropy",
    title="The mean over real tokens",
    difficulty=2,
    reference=lambda logits, target, pad_id: losses.cross_entropy(logits, target, ignore_index=pad_id),
    cases=_padded_cases,
    gradients=True,
    praise="Right: more padding changes nothing, and a batch of nothing but padding costs nothing.",
    mistakes=[
        Mistake(
            "divided by all tokens",
            "The padding has no loss, and still counts in the mean: divide by the number of real tokens.",
            lambda logits, target, pad_id: _kept(logits, target, pad_id) / target.numel(),
        ),
        Mistake(
            "padding counted",
            "Padding is scored like a word: leave the tokens with target == pad_id out of the sum.",
            lambda logits, target, pad_id: losses.cross_entropy(logits, target),
        ),
        Mistake(
            "mean of the sentences' means",
            "A short sentence's words weigh more than a long one's: take one mean over all real tokens of the batch.",
            _per_sentence,
        ),
        Mistake("sum, not mean", "This is the sum: divide by the number of real tokens.", _kept),
        Mistake(
            "divided by the number of sentences",
            "This divides by the number of sentences: divide by the number of real tokens.",
            lambda logits, target, pad_id: _kept(logits, target, pad_id) / len(target),
        ),
        Mistake(
            "only the padding",
            "The mask is the wrong way round: the padding is scored and the words are not. Keep target != pad_id.",
            _inverted,
        ),
        Mistake(
            "zero divided by zero",
            "A batch of nothing but padding has 0 real tokens, and 0/0 is not a number: divide by at least 1.",
            lambda logits, target, pad_id: F.cross_entropy(logits.flatten(0, 1), target.flatten(), ignore_index=pad_id),
        ),
    ],
)


def _smoothing_cases() -> list[Case]:
    return [
        Case("4 words, ε = 0.1", (torch.tensor([2, 0]), 4, 0.1)),
        Case("3 words, ε = 0.3", (torch.tensor([0, 1, 2, 1]), 3, 0.3)),
        Case("no smoothing", (torch.tensor([1]), 5, 0.0)),
        Case("a batch of sentences", (torch.tensor([[1, 0, 2], [2, 2, 1]]), 6, 0.2)),
    ]


def _smooth(target: Tensor, vocab_size: int, epsilon: float) -> Tensor:
    return (1 - epsilon) * F.one_hot(target, vocab_size).float() + epsilon / vocab_size


def _others_only(target: Tensor, vocab_size: int, epsilon: float) -> Tensor:
    one_hot = F.one_hot(target, vocab_size).float()
    return (1 - epsilon) * one_hot + epsilon / (vocab_size - 1) * (1 - one_hot)


SMOOTHED_TARGETS = Exercise(
    name="smoothed_targets",
    notebook="10_cross_entropy",
    title="Smoothed targets",
    difficulty=1,
    reference=_smooth,
    cases=_smoothing_cases,
    exact_dtype=True,
    praise="Right: every row adds up to 1, and no word has probability 0.",
    mistakes=[
        Mistake(
            "shared among the wrong words only",
            "ε is shared among the wrong words only. In the definition used here (and by PyTorch) every word gets "
            "ε / vocab_size, the right one too.",
            _others_only,
        ),
        Mistake(
            "right word not lowered",
            "The rows add up to more than 1: the right word keeps only 1 − ε of its 1.",
            lambda target, vocab_size, epsilon: F.one_hot(target, vocab_size).float() + epsilon / vocab_size,
        ),
        Mistake(
            "ε not divided",
            "Every word got the whole ε: share it, ε / vocab_size for each.",
            lambda target, vocab_size, epsilon: (1 - epsilon) * F.one_hot(target, vocab_size).float() + epsilon,
        ),
        Mistake(
            "wrong words left at zero",
            "The wrong words still have probability 0: give ε / vocab_size to every word.",
            lambda target, vocab_size, epsilon: (1 - epsilon) * F.one_hot(target, vocab_size).float(),
        ),
        Mistake(
            "ε and 1 − ε exchanged",
            "ε and 1 − ε have changed places: the right word keeps 1 − ε.",
            lambda target, vocab_size, epsilon: _smooth(target, vocab_size, 1 - epsilon),
        ),
    ],
)

EXERCISES = (TOKEN_LOSSES, PADDED_MEAN, SMOOTHED_TARGETS)

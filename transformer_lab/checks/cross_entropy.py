"""Exercises about cross-entropy."""

import torch
import torch.nn.functional as F
from torch import Tensor

from transformer_lab import losses
from transformer_lab.checks.engine.forbidding import Forbidden
from transformer_lab.checks.exercise import Case, Exercise, Mistake
from transformer_lab.checks.samples import draw


def _pick(rows: Tensor, target: Tensor) -> Tensor:
    return rows.gather(-1, target[..., None])[..., 0]


def _naive(logits: Tensor, target: Tensor) -> Tensor:
    powers = logits.exp()
    return -_pick((powers / powers.sum(dim=-1, keepdim=True)).log(), target)


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
    return shifted.exp().sum(-1).log() - _pick(shifted, target)


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
            lambda logits, target: (logits - logits.amax(-1, keepdim=True)).logsumexp(-1) - _pick(logits, target),
        ),
        Mistake(
            "softmax over dim 1",
            "dim=1 is the words for a list of tokens, but the tokens as soon as there is a batch: use dim=-1.",
            lambda logits, target: -_pick(logits.log_softmax(dim=1), target),
        ),
        Mistake(
            "softmax over dim 0",
            "dim=0 is the first axis, whatever it holds: the words are the last, dim=-1.",
            lambda logits, target: -_pick(logits.log_softmax(dim=0), target),
        ),
        Mistake(
            "probability, not its logarithm",
            "This is minus the probability: the loss is minus its *logarithm*.",
            lambda logits, target: -_pick(logits.softmax(dim=-1), target),
        ),
        Mistake(
            "1 minus the probability",
            "This is 1 − p: the loss is −log p.",
            lambda logits, target: 1 - _pick(logits.softmax(dim=-1), target),
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


_HOLES = torch.tensor([[0, 2, 1], [2, 2, 0], [1, 0, 0]])


def _padded_cases() -> list[Case]:
    first = torch.tensor([[3, 1, 4], [2, 0, 0]])
    return [
        Case("sentences of 3 and of 1 word", (2 * draw(2, 3, 5), first, 0), 1e-8),
        Case("no padding at all", (draw(2, 3, 5, seed=1), first.clamp(min=1), 0), 1e-8),
        Case("padding with id 4", (draw(3, 2, 5, seed=2), torch.tensor([[0, 4], [1, 2], [4, 4]]), 4), 1e-8),
        Case("3 sentences, 3 words, padding in between", (draw(3, 3, 3, seed=4), _HOLES, 2), 1e-8),
        Case("one sentence in float32", (draw(1, 4, 6, seed=5).float(), torch.tensor([[5, 1, 0, 0]]), 0), 1e-5),
        Case("nothing but padding", (draw(1, 3, 5, seed=3), torch.zeros(1, 3, dtype=torch.long), 0), 1e-8),
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


def _without_the_word(logits: Tensor, target: Tensor, pad_id: int) -> Tensor:
    word = torch.arange(logits.shape[-1]) == pad_id
    real = target != pad_id
    found = losses.token_losses(logits.masked_fill(word, -1e9), target)
    return found.masked_fill(~real, 0.0).sum() / real.sum().clamp(min=1)


PADDED_MEAN = Exercise(
    name="padded_mean",
    notebook="10_cross_entropy",
    title="The mean over real tokens",
    difficulty=2,
    reference=lambda logits, target, pad_id: losses.cross_entropy(logits, target, ignore_index=pad_id),
    cases=_padded_cases,
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
        Mistake(
            "id 0 taken for padding",
            "The tokens with id 0 are left out, whatever pad_id is: compare target with pad_id.",
            lambda logits, target, pad_id: losses.cross_entropy(logits, target, ignore_index=0),
        ),
        Mistake(
            "one more in the count",
            "The count has one too many: it is kept from being 0 with clamp(min=1), not with + 1.",
            lambda logits, target, pad_id: _kept(logits, target, pad_id) / ((target != pad_id).sum() + 1),
        ),
        Mistake(
            "divided by the length",
            "This divides by the padded length: divide by the number of real tokens.",
            lambda logits, target, pad_id: _kept(logits, target, pad_id) / target.shape[1],
        ),
        Mistake(
            "divided by the padding",
            "This divides by the number of padding tokens: divide by the number of real ones.",
            lambda logits, target, pad_id: _kept(logits, target, pad_id) / (target == pad_id).sum().clamp(min=1),
        ),
        Mistake(
            "mean of the places' means",
            "The mean is taken over the sentences first, place by place: take one mean over all real tokens "
            "of the batch.",
            lambda logits, target, pad_id: _per_sentence(logits.transpose(0, 1), target.T, pad_id),
        ),
        Mistake(
            "the padding's word left out",
            "The word pad_id is taken out of the softmax: it is a word like any other there; leave out the "
            "*tokens* whose target it is.",
            _without_the_word,
        ),
        Mistake(
            "one loss for each sentence",
            "There is a mean for each sentence: return one number, the mean over all real tokens.",
            lambda logits, target, pad_id: (
                (losses.token_losses(logits, target) * (target != pad_id)).sum(1)
                / (target != pad_id).sum(1).clamp(min=1)
            ),
        ),
        Mistake(
            "one loss for each token",
            "The losses are masked, but not averaged: add them up and divide by the number of real tokens.",
            lambda logits, target, pad_id: losses.token_losses(logits, target) * (target != pad_id),
        ),
        Mistake(
            "softmax over the tokens",
            "The probabilities of the *tokens* add up to 1, not those of the words: F.cross_entropy wants "
            "the vocabulary on axis 1.",
            lambda logits, target, pad_id: (
                -(_pick(logits.log_softmax(1), target) * (target != pad_id)).sum()
                / (target != pad_id).sum().clamp(min=1)
            ),
        ),
        Mistake(
            "sign",
            "The sign is missing: a logarithm of a probability is negative, the loss is minus that.",
            lambda logits, target, pad_id: -losses.cross_entropy(logits, target, ignore_index=pad_id),
        ),
    ],
)


def _smoothing_cases() -> list[Case]:
    return [
        Case("4 words, ε = 0.1", (torch.tensor([2, 0]), 4, 0.1)),
        Case("3 words, ε = 0.3", (torch.tensor([0, 1, 2, 1]), 3, 0.3)),
        Case("no smoothing", (torch.tensor([1]), 5, 0.0)),
        Case("one word", (torch.tensor([1]), 2, 0.4)),
        Case("nothing but ε", (torch.tensor([[3], [0], [1]]), 4, 1.0)),
        Case("a batch of sentences", (torch.tensor([[1, 0, 2], [2, 2, 1]]), 6, 0.2)),
    ]


def _smooth(target: Tensor, vocab_size: int, epsilon: float) -> Tensor:
    return (1 - epsilon) * F.one_hot(target, vocab_size).float() + epsilon / vocab_size


def _others_only(target: Tensor, vocab_size: int, epsilon: float) -> Tensor:
    one_hot = F.one_hot(target, vocab_size).float()
    return (1 - epsilon) * one_hot + epsilon / (vocab_size - 1) * (1 - one_hot)


def _mixed(mix):
    """Another mixture; ``mix(one_hot, vocab_size, epsilon)``."""
    return lambda target, vocab_size, epsilon: mix(F.one_hot(target, vocab_size).float(), vocab_size, epsilon)


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
        Mistake(
            "ε / (vocab_size − 1) for all",
            "ε is divided by vocab_size − 1 and every word gets it: the row adds up to more than 1. Divide "
            "by vocab_size.",
            _mixed(lambda hot, v, e: (1 - e) * hot + e / (v - 1)),
        ),
        Mistake(
            "right word exactly 1 − ε",
            "The right word has 1 − ε and not its share of ε as well: the row adds up to less than 1.",
            _mixed(lambda hot, v, e: torch.where(hot > 0, 1 - e, e / v)),
        ),
        Mistake(
            "right word left at 1",
            "The right word keeps its 1, and the others get theirs on top: multiply by 1 − ε first.",
            _mixed(lambda hot, v, e: torch.where(hot > 0, 1.0, e / v)),
        ),
        Mistake(
            "wrong words get the whole ε",
            "Every wrong word got the whole ε: it is shared, ε / vocab_size for each word.",
            _mixed(lambda hot, v, e: torch.where(hot > 0, 1 - e, e)),
        ),
        Mistake("not smoothed", "This is the one-hot distribution: ε is not used.", _mixed(lambda hot, v, e: hot)),
        Mistake(
            "equal for all",
            "Every word got 1 / vocab_size: the right word keeps 1 − ε besides its share of ε.",
            _mixed(lambda hot, v, e: torch.full_like(hot, 1 / v)),
        ),
        Mistake(
            "ε / vocab_size taken from the right word",
            "The right word loses ε / vocab_size only: it keeps 1 − ε, and its share of ε.",
            _mixed(lambda hot, v, e: torch.where(hot > 0, 1 - e / v, e / v)),
        ),
        Mistake(
            "softmax",
            "The row goes through a softmax: the smoothed row adds up to 1 already.",
            _mixed(lambda hot, v, e: ((1 - e) * hot + e / v).softmax(-1)),
        ),
        Mistake(
            "divided by the sum",
            "One-hot plus ε is divided by its sum: that lowers the right word too little. Take (1 − ε) · "
            "one-hot + ε / vocab_size.",
            _mixed(lambda hot, v, e: (hot + e) / (1 + v * e)),
        ),
        Mistake(
            "float64",
            "The numbers are right, but the distribution must be float32: end with .float().",
            _mixed(lambda hot, v, e: ((1 - e) * hot + e / v).double()),
        ),
    ],
)

EXERCISES = (TOKEN_LOSSES, PADDED_MEAN, SMOOTHED_TARGETS)

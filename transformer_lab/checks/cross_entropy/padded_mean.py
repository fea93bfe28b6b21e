"""The exercise *The mean over real tokens*."""

import torch
import torch.nn.functional as F
from torch import Tensor

from transformer_lab import losses
from transformer_lab.checks.exercise import Case, Exercise, Mistake
from transformer_lab.checks.samples import draw

_HOLES = torch.tensor([[0, 2, 1], [2, 2, 0], [1, 0, 0]])


def _pick(rows: Tensor, target: Tensor) -> Tensor:
    """Each row's entry at its target."""
    return rows.gather(-1, target[..., None])[..., 0]


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
    tensors=True,
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

"""The exercise *The mean of the words that are there*."""

import torch
from torch import Tensor

from transformer_lab.checks.exercise import Case, Exercise, Mistake
from transformer_lab.checks.samples import draw


def _masked_mean(states: Tensor, real: Tensor) -> Tensor:
    kept = states * real[..., None]
    return kept.sum(dim=1) / real.sum(dim=1, keepdim=True).clamp(min=1)


def _pool_cases() -> list[Case]:
    def real(length: int, *words: int) -> Tensor:
        return torch.arange(length) < torch.tensor(words)[:, None]

    left = torch.tensor([[False, True, True], [False, False, True]])
    return [
        Case("sentences of 4, 2 and 1 words", (draw(3, 4, 5), real(4, 4, 2, 1))),
        Case("as many sentences as words and features", (draw(3, 3, 3, seed=1), real(3, 1, 3, 2))),
        Case("no sentence fills the batch", (draw(2, 5, 3, seed=2), real(5, 3, 2))),
        Case("padding on the left", (draw(2, 3, 4, seed=3), left)),
        Case("a sentence without a word", (draw(2, 3, 4, seed=4), real(3, 2, 0))),
    ]


MASKED_MEAN = Exercise(
    name="masked_mean",
    notebook="25_encoder",
    title="The mean of the words that are there",
    difficulty=1,
    reference=_masked_mean,
    cases=_pool_cases,
    gradients=True,
    praise="Right: padding is neither added nor counted, and an empty sentence gives zeros.",
    mistakes=[
        Mistake(
            "padding averaged in",
            "Padding is added *and* counted, so a sentence's mean depends on its neighbours' length: leave it out.",
            lambda states, real: states.mean(dim=1),
        ),
        Mistake(
            "divided by the longest",
            "The sum leaves padding out, but it is divided by the length of the batch: divide by the sentence's own "
            "number of words.",
            lambda states, real: (states * real[..., None]).mean(dim=1),
        ),
        Mistake(
            "padding added",
            "The count is right, but padding is still in the sum: multiply the states by the mask first.",
            lambda states, real: states.sum(dim=1) / real.sum(dim=1, keepdim=True).clamp(min=1),
        ),
        Mistake(
            "sum, not mean",
            "This is the sum: a long sentence would shout. Divide by the number of words.",
            lambda states, real: (states * real[..., None]).sum(dim=1),
        ),
        Mistake(
            "one count for all",
            "All sentences are divided by the same number: count each sentence's words, sum(dim=1, keepdim=True).",
            lambda states, real: (states * real[..., None]).sum(dim=1) / real.sum().clamp(min=1),
        ),
        Mistake(
            "mean over sentences",
            "The mean runs over the sentences: average over the words, dim=1.",
            lambda states, real: (states * real[..., None]).sum(dim=0) / real.sum(dim=0)[:, None].clamp(min=1),
        ),
        Mistake(
            "mask inverted",
            "This is the mean of the *padding*: True marks the words.",
            lambda states, real: _masked_mean(states, ~real),
        ),
        Mistake(
            "empty sentence",
            "Right but for a sentence without a word: 0 / 0 is NaN, and spreads to every gradient. Count at least 1.",
            lambda states, real: (states * real[..., None]).sum(dim=1) / real.sum(dim=1, keepdim=True),
        ),
        Mistake(
            "largest, not mean",
            "This is the largest value of each feature: the mean is wanted.",
            lambda states, real: states.masked_fill(~real[..., None], float("-inf")).amax(dim=1),
        ),
        Mistake("first word only", "This is the first word's vector: average over all words.", lambda s, real: s[:, 0]),
    ],
)

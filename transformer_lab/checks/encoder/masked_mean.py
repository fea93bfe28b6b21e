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

    scales = torch.tensor([1e-3, 1.0, 1e3], dtype=torch.float64)[:, None, None]
    left = torch.tensor([[False, True, True], [False, False, True]])
    return [
        Case("sentences of 4, 2 and 1 words", (draw(3, 4, 5), real(4, 4, 2, 1))),
        Case("as many sentences as words and features", (draw(3, 3, 3, seed=1), real(3, 1, 3, 2))),
        Case("no sentence fills the batch", (draw(2, 5, 3, seed=2), real(5, 3, 2))),
        Case("padding on the left", (draw(2, 3, 4, seed=3), left)),
        Case("one sentence", (draw(1, 4, 2, seed=5), real(4, 3))),
        Case("sentences on very different scales", (scales * draw(3, 4, 2, seed=6), real(4, 2, 3, 1))),
        Case("a sentence without a word", (draw(2, 3, 4, seed=4), real(3, 2, 0))),
    ]


MASKED_MEAN = Exercise(
    name="masked_mean",
    notebook="25_encoder",
    title="The mean of the words that are there",
    difficulty=1,
    reference=_masked_mean,
    cases=_pool_cases,
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


def _kept_sum(states: Tensor, real: Tensor) -> Tensor:
    return (states * real[..., None]).sum(dim=1)


def _divided(by):
    """The sum of the words' vectors, divided by ``by(real)``."""
    return lambda states, real: _kept_sum(states, real) / by(real).to(states.dtype)


def _last_word(states: Tensor, real: Tensor) -> Tensor:
    last = (real * torch.arange(real.shape[1])).argmax(dim=1)
    return states[torch.arange(len(states)), last] * real.any(dim=1, keepdim=True)


MASKED_MEAN.mistakes.extend(
    [
        Mistake(
            "divided by the words of the longest",
            "Every sentence is divided by the number of words of the *longest* one: divide by its own.",
            _divided(lambda real: real.sum(1).max().clamp(min=1)),
        ),
        Mistake(
            "one too many in the count",
            "The sum is divided by the count + 1: that avoids 0 / 0, but makes every mean too small. clamp(min=1) "
            "does not.",
            _divided(lambda real: real.sum(1, keepdim=True) + 1),
        ),
        Mistake(
            "divided by the sentences",
            "The sum is divided by the number of sentences: divide by the sentence's own number of words.",
            _divided(lambda real: torch.tensor(len(real))),
        ),
        Mistake(
            "divided by the features",
            "The sum is divided by d_model: divide by the sentence's own number of words.",
            lambda states, real: _kept_sum(states, real) / states.shape[-1],
        ),
        Mistake(
            "divided by the root",
            "The sum is divided by the root of the count: divide by the count.",
            _divided(lambda real: real.sum(1, keepdim=True).clamp(min=1) ** 0.5),
        ),
        Mistake(
            "divided by the mean count",
            "All sentences are divided by the mean number of words: divide each by its own.",
            _divided(lambda real: real.double().sum(1).mean().clamp(min=1)),
        ),
        Mistake(
            "divided by the padding",
            "The sum is divided by the number of *padding* places: divide by the number of words.",
            _divided(lambda real: (~real).sum(1, keepdim=True).clamp(min=1)),
        ),
        Mistake(
            "length 1",
            "The mean is brought to length 1: the mean itself is wanted.",
            lambda states, real: torch.nn.functional.normalize(_masked_mean(states, real), dim=-1),
        ),
        Mistake(
            "one mean for all",
            "All words of all sentences are averaged together: each sentence has a mean of its own.",
            lambda states, real: (_kept_sum(states, real).sum(0) / real.sum().clamp(min=1)).expand(len(states), -1),
        ),
        Mistake(
            "empty sentence from its padding",
            "Right but for a sentence without a word: it gets the mean of its padding, and should get zeros.",
            lambda states, real: torch.where(real.any(1, keepdim=True), _masked_mean(states, real), states.mean(1)),
        ),
        Mistake(
            "the empty sentence as ones",
            "Right but for a sentence without a word: it gets ones, and should get zeros.",
            lambda states, real: torch.where(real.any(1, keepdim=True), _masked_mean(states, real), 1.0),
        ),
        Mistake(
            "words first, whatever the mask",
            "The first words are averaged, as many as the sentence has: with padding on the left they are not the "
            "words.",
            lambda states, real: _masked_mean(states, torch.arange(real.shape[1]) < real.sum(1, keepdim=True)),
        ),
        Mistake("last word only", "This is the last word's vector: average over all words.", _last_word),
        Mistake(
            "largest, zeros for none",
            "This is the largest value of each feature: the mean is wanted.",
            lambda states, real: states.masked_fill(~real[..., None], float("-inf")).amax(1).nan_to_num(neginf=0.0),
        ),
        Mistake(
            "an axis left over",
            "The result is [batch, 1, d_model]: without keepdim the axis of the words disappears.",
            lambda states, real: _masked_mean(states, real)[:, None],
        ),
    ]
)


@MASKED_MEAN.mistake(
    "words cut into equal rows",
    "The words of all sentences are taken out in a row and cut into equal pieces, one for each sentence: that "
    "fits only "
    "where all have equally many. Set the padding to 0 and add up instead.",
)
def _cut_into_equal_rows(states, real):
    words = states[real]
    return words.view(len(states), -1, states.shape[-1]).mean(1)

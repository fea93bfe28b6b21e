"""The exercise *One vector for a sentence*."""

import torch
from torch import Tensor
from torch.nn.functional import normalize

from transformer_lab.checks.exercise import Case, Exercise, Mistake
from transformer_lab.checks.samples import draw
from transformer_lab.pretrained import sentence_embedding


# A sentence ---------------------------------------------------------------------------------------------------------
def _lengths(*lengths: int) -> Tensor:
    return torch.arange(max(lengths)) < torch.tensor(lengths)[:, None]


def _mean(states: Tensor, real: Tensor) -> Tensor:
    return (states * real[..., None]).sum(1) / real.sum(1, keepdim=True)


SENTENCE_EMBEDDING = Exercise(
    name="sentence_embedding",
    notebook="30_contextual_embeddings",
    title="One vector for a sentence",
    difficulty=1,
    reference=sentence_embedding,
    cases=lambda: [
        Case("3 sentences of 5, 3 and 4 tokens", (draw(3, 5, 4) + 0.5, _lengths(5, 3, 4))),
        Case("2 sentences, one of 2 tokens beside one of 6", (draw(2, 6, 3, seed=1) - 1, _lengths(2, 6))),
        Case("padding that stands on the left", (draw(2, 4, 3, seed=2) + 1, _lengths(4, 2).flip(1))),
    ],
    gradients=True,
    praise="Right: the mean of the real tokens, brought to length 1.",
    mistakes=[
        Mistake(
            "padding averaged in",
            "Padding is in the mean: a short sentence's vector then depends on the longest one beside it. Multiply by "
            "real, or index with it, before you add up.",
            lambda states, real: normalize(states.mean(1), dim=-1),
        ),
        Mistake(
            "not normalised",
            "This is the mean of the real tokens, but not of length 1: divide by its norm, so that a dot product of "
            "two sentences is their cosine.",
            _mean,
        ),
        Mistake(
            "divided by the padded length, not normalised",
            "Two things: the sum is divided by the padded length, and the result does not have length 1.",
            lambda states, real: (states * real[..., None]).mean(1),
        ),
        Mistake(
            "padding averaged in, not normalised",
            "Two things: padding is in the mean, and the result does not have length 1.",
            lambda states, real: states.mean(1),
        ),
        Mistake(
            "maximum instead of mean",
            "This takes the largest value of each feature: this encoder was trained with the mean.",
            lambda states, real: normalize(states.masked_fill(~real[..., None], float("-inf")).amax(1), dim=-1),
        ),
        Mistake(
            "maximum instead of mean, not normalised",
            "Two things: this takes the largest value of each feature, not the mean; and it does not have length 1.",
            lambda states, real: states.masked_fill(~real[..., None], float("-inf")).amax(1),
        ),
        Mistake(
            "first token",
            "This is the vector of the first token ([CLS]): this encoder was trained with the mean of all of them.",
            lambda states, real: normalize(states[:, 0], dim=-1),
        ),
        Mistake(
            "first token, not normalised",
            "Two things: this is the vector of the first token ([CLS]), not the mean of all; and its length is not 1.",
            lambda states, real: states[:, 0],
        ),
        Mistake(
            "summed, not normalised",
            "This is the sum of the real tokens: bring it to length 1 (you need not divide by their number first).",
            lambda states, real: (states * real[..., None]).sum(1),
        ),
        Mistake(
            "last token",
            "This is the vector at the last place, which is padding in all but the longest sentence.",
            lambda states, real: normalize(states[:, -1], dim=-1),
        ),
        Mistake(
            "tokens normalised, not the mean",
            "Every token is brought to length 1 and then averaged: average first, then normalise the mean.",
            lambda states, real: _mean(normalize(states, dim=-1), real),
        ),
        Mistake(
            "normalised over the batch",
            "The norm runs over the sentences: each sentence's vector has length 1, so normalise along dim=-1.",
            lambda states, real: normalize(_mean(states, real), dim=0),
        ),
        Mistake(
            "mask upside down",
            "This averages the padding and leaves the words out: real is True at words.",
            lambda states, real: normalize((states * ~real[..., None]).sum(1), dim=-1),
        ),
    ],
)

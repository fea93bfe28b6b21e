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
        Case("one sentence of 4 tokens", (10 * draw(1, 4, 6, seed=3), _lengths(4))),
        Case("4 sentences of 1 to 3 tokens", (0.01 * draw(4, 3, 3, seed=4), _lengths(1, 3, 2, 3))),
        Case("padding that stands on the left", (draw(2, 4, 3, seed=2) + 1, _lengths(4, 2).flip(1))),
    ],
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


def _normed(vector):
    """``vector(states, real)``, brought to length 1."""
    return lambda states, real: normalize(vector(states, real), dim=-1)


def _last_real(states: Tensor, real: Tensor) -> Tensor:
    last = (real * torch.arange(real.shape[1])).argmax(1)
    return states[torch.arange(len(states)), last]


SENTENCE_EMBEDDING.mistakes.extend(
    [
        Mistake(
            "tokens normalised first",
            "Every token is brought to length 1 before the mean, so short vectors count as much as long ones: "
            "average the "
            "tokens as they are, then normalise the mean.",
            _normed(lambda states, real: _mean(normalize(states, dim=-1), real)),
        ),
        Mistake(
            "divided by the sum of sizes",
            "The vector is divided by the sum of its features' sizes: length 1 means that the *squares* sum to 1.",
            lambda states, real: normalize(_mean(states, real), p=1, dim=-1),
        ),
        Mistake(
            "divided by the largest feature",
            "The vector is divided by its largest feature: length 1 means that the squares sum to 1.",
            lambda states, real: normalize(_mean(states, real), p=float("inf"), dim=-1),
        ),
        Mistake(
            "divided by the squared length",
            "The mean is divided by the square of its length: take the root of the sum of squares.",
            lambda states, real: (m := _mean(states, real)) / m.square().sum(-1, keepdim=True),
        ),
        Mistake(
            "one length for all",
            "All sentences are divided by one length, that of the whole table: each by its own, dim=-1.",
            lambda states, real: (m := _mean(states, real)) / m.norm(),
        ),
        Mistake(
            "softmax",
            "A softmax is taken of the mean: divide it by its length.",
            lambda states, real: _mean(states, real).softmax(-1),
        ),
        Mistake(
            "layer norm",
            "The mean vector is normalised as LayerNorm does: divide it by its length, and subtract nothing.",
            lambda states, real: torch.nn.functional.layer_norm(_mean(states, real), states.shape[-1:]),
        ),
        Mistake(
            "root mean square of 1",
            "The mean is divided by its root mean square: divide it by its length, the root of the *sum* of squares.",
            lambda states, real: (m := _mean(states, real)) / m.square().mean(-1, keepdim=True).sqrt(),
        ),
        Mistake(
            "last real token",
            "This is the vector of the last real token: this encoder was trained with the mean of all of them.",
            _normed(_last_real),
        ),
        Mistake(
            "first places",
            "The first places are averaged, as many as there are real tokens: with padding on the left they are not "
            "the same.",
            _normed(lambda states, real: _mean(states, torch.arange(real.shape[1]) < real.sum(1, keepdim=True))),
        ),
        Mistake(
            "one mean for all sentences",
            "All real tokens of all sentences are averaged together: each sentence has a vector of its own.",
            _normed(lambda states, real: (states * real[..., None]).sum((0, 1)).expand(len(states), -1)),
        ),
        Mistake(
            "mean over the sentences",
            "The mean runs over the sentences: average over the tokens of each, dim=1.",
            _normed(lambda states, real: (states * real[..., None]).sum(0)),
        ),
        Mistake(
            "first and last token left out",
            "The first and the last token are left out ([CLS], [SEP]): here all real tokens count.",
            _normed(lambda states, real: (states * real[..., None]).sum(1) - states[:, 0]),
        ),
        Mistake(
            "an axis left over",
            "The result is [batch, 1, d_model]: without keepdim the axis of the tokens disappears.",
            lambda states, real: sentence_embedding(states, real)[:, None],
        ),
    ]
)

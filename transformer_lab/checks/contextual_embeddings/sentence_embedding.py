"""The exercise *One vector for a sentence, rare words first*."""

import torch
from torch import Tensor
from torch.nn.functional import normalize

from transformer_lab.checks.exercise import Case, Exercise, Mistake
from transformer_lab.checks.samples import draw


# A sentence ---------------------------------------------------------------------------------------------------------
def _lengths(*lengths: int) -> Tensor:
    return torch.arange(max(lengths)) < torch.tensor(lengths)[:, None]


def _sum(states: Tensor, counted: Tensor) -> Tensor:
    """The tokens of each sentence added up, each as often as ``counted`` says."""
    return (states * counted[..., None]).sum(1)


def _mean(states: Tensor, counted: Tensor) -> Tensor:
    return _sum(states, counted) / counted.sum(1, keepdim=True).clamp(min=1e-12)


def _embedding(states: Tensor, real: Tensor, weights: Tensor) -> Tensor:
    return normalize(_sum(states, weights * real), dim=-1)


def _case(name: str, states: Tensor, real: Tensor, seed: int) -> Case:
    """A case with weights of its own, which mean nothing at padding and are all 0 in no sentence."""
    return Case(name, (states, real, draw(*real.shape, seed=seed).abs() + 0.05))


def _weightless() -> tuple[Tensor, Tensor, Tensor]:
    """Three sentences of which the second has no real token that counts, though its padding would."""
    real, weights = _lengths(4, 2, 3), draw(3, 4, seed=24).abs() + 0.05
    weights[1, :2], weights[2, 0] = 0.0, 0.0
    return draw(3, 4, 5, seed=14) + 0.5, real, weights


SENTENCE_EMBEDDING = Exercise(
    name="sentence_embedding",
    notebook="30_contextual_embeddings",
    title="One vector for a sentence, rare words first",
    difficulty=2,
    reference=_embedding,
    cases=lambda: [
        _case("3 sentences of 5, 3 and 4 tokens", draw(3, 5, 4) + 0.5, _lengths(5, 3, 4), 20),
        _case("2 sentences, one of 2 tokens beside one of 6", draw(2, 6, 3, seed=1) - 1, _lengths(2, 6), 21),
        _case("one sentence of 4 tokens", 10 * draw(1, 4, 6, seed=3), _lengths(4), 22),
        _case("4 sentences of 1 to 3 tokens", 0.01 * draw(4, 3, 3, seed=4), _lengths(1, 3, 2, 3), 23),
        _case("padding that stands on the left", draw(2, 4, 3, seed=2) + 1, _lengths(4, 2).flip(1), 25),
        Case("a sentence whose real tokens all weigh 0", _weightless()),
    ],
    praise="Right: the weighted mean of the real tokens, brought to length 1, and zeros where nothing counts.",
    mistakes=[
        Mistake(
            "padding averaged in",
            "Padding is in the mean, with the weights that stand there: a short sentence's vector then depends on the "
            "longest one beside it. Multiply the weights by real.",
            lambda states, real, weights: normalize(_sum(states, weights), dim=-1),
        ),
        Mistake(
            "weights ignored",
            "This is the plain mean of the real tokens: let each count as much as its weight says.",
            lambda states, real, weights: normalize(_sum(states, real), dim=-1),
        ),
        Mistake(
            "nothing to divide by",
            "A sentence whose real tokens all weigh 0 becomes NaN: 0/0. Clamp the norm from below, so that zeros stay "
            "zeros.",
            lambda states, real, weights: (t := _sum(states, weights * real)) / t.norm(dim=-1, keepdim=True),
        ),
        Mistake(
            "not normalised",
            "This is the weighted mean, but not of length 1: divide by its norm, so that a dot product of two "
            "sentences is their cosine.",
            lambda states, real, weights: _mean(states, weights * real),
        ),
        Mistake(
            "summed, not normalised",
            "This is the weighted sum of the real tokens: bring it to length 1 (you need not divide by the weights' "
            "sum first).",
            lambda states, real, weights: _sum(states, weights * real),
        ),
        Mistake(
            "softmax of the weights",
            "A softmax is taken of the weights: they are weights already, 0 counts nothing.",
            lambda states, real, weights: normalize(
                _sum(states, weights.masked_fill(~real, float("-inf")).softmax(-1)), dim=-1
            ),
        ),
        Mistake(
            "weights squared",
            "The weights come in twice: a token counts as often as its weight says.",
            lambda states, real, weights: normalize(_sum(states, weights.square() * real), dim=-1),
        ),
        Mistake(
            "divided by the weights",
            "The tokens are divided by their weights: a larger weight must count more, not less.",
            lambda states, real, weights: normalize(_sum(states, real / weights.clamp(min=1e-12)), dim=-1),
        ),
        Mistake(
            "tokens normalised, not the mean",
            "Every token is brought to length 1 and then averaged: average first, then normalise the mean.",
            lambda states, real, weights: _mean(normalize(states, dim=-1), weights * real),
        ),
        Mistake(
            "tokens normalised first",
            "Every token is brought to length 1 before the mean, so short vectors count as much as long ones: "
            "average the tokens as they are, then normalise the mean.",
            lambda states, real, weights: normalize(_sum(normalize(states, dim=-1), weights * real), dim=-1),
        ),
        Mistake(
            "normalised over the batch",
            "The norm runs over the sentences: each sentence's vector has length 1, so normalise along dim=-1.",
            lambda states, real, weights: normalize(_mean(states, weights * real), dim=0),
        ),
        Mistake(
            "mask upside down",
            "This averages the padding and leaves the words out: real is True at words.",
            lambda states, real, weights: normalize(_sum(states, weights * ~real), dim=-1),
        ),
        Mistake(
            "heaviest token only",
            "This is the vector of the token with the largest weight: all real tokens count, by their weights.",
            lambda states, real, weights: normalize(
                states[torch.arange(len(states)), (weights * real).argmax(1)], dim=-1
            ),
        ),
        Mistake(
            "one length for all",
            "All sentences are divided by one length, that of the whole table: each by its own, dim=-1.",
            lambda states, real, weights: (t := _mean(states, weights * real)) / t.norm(),
        ),
        Mistake(
            "divided by the sum of sizes",
            "The vector is divided by the sum of its features' sizes: length 1 means that the *squares* sum to 1.",
            lambda states, real, weights: normalize(_mean(states, weights * real), p=1, dim=-1),
        ),
        Mistake(
            "one mean for all sentences",
            "All real tokens of all sentences are averaged together: each sentence has a vector of its own.",
            lambda states, real, weights: normalize(
                _sum(states, weights * real).sum(0, keepdim=True).expand(len(states), -1), dim=-1
            ),
        ),
        Mistake(
            "first token left out",
            "The first token is left out ([CLS]): here all real tokens count.",
            lambda states, real, weights: normalize(
                _sum(states, weights * real) - states[:, 0] * (weights * real)[:, :1], dim=-1
            ),
        ),
        Mistake(
            "an axis left over",
            "The result is [batch, 1, d_model]: without keepdim the axis of the tokens disappears.",
            lambda states, real, weights: _embedding(states, real, weights)[:, None],
        ),
    ],
)

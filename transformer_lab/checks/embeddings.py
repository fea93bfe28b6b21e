"""Exercises about contextual embeddings (30): a vector for a sentence, the senses of a word, how alike vectors are."""

import torch
from torch import Tensor
from torch.nn.functional import cosine_similarity, normalize

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


# A word's senses ----------------------------------------------------------------------------------------------------
def _probe(pick=None, train=None, test=None, similarity=None, wrong: bool = False):
    """Nearest mean; ``train`` and ``test`` choose the sentences, given which ones are meant for training."""

    def accuracy(states: Tensor, places: Tensor, senses: Tensor, is_train: Tensor) -> float:
        x = states[torch.arange(len(states)), places] if pick is None else pick(states, places)
        learn = is_train if train is None else train(is_train)
        judge = ~is_train if test is None else test(is_train)
        means = torch.stack([x[learn & (senses == sense)].mean(0) for sense in range(int(senses.max()) + 1)])
        found = (similarity or cosine_similarity)(x[judge][:, None], means[None], dim=-1).argmax(-1)
        share = (found == senses[judge]).double().mean().item()
        return 1 - share if wrong else share

    return accuracy


def _shifted(step: int):
    return lambda states, places: states[torch.arange(len(states)), (places + step).clamp(0, states.shape[1] - 1)]


def _sentences(count: int, num_senses: int, seed: int) -> tuple[Tensor, ...]:
    """Vectors that lean towards their sense, of different lengths, and least of all at the word itself elsewhere."""
    senses = torch.arange(count) % num_senses
    states = 1.2 * draw(count, 7, 4, seed=seed) + 0.8
    places = torch.arange(count) * 5 % 7
    centres = draw(num_senses, 4, seed=seed + 1)
    length = 0.5 + draw(count, 1, seed=seed + 2).abs()
    states[torch.arange(count), places] += centres[senses]
    states = states + 0.25 * centres[senses][:, None]
    states[torch.arange(count), places] *= length
    return states, places, senses, torch.arange(count) // num_senses % 3 == 0


SENSE_PROBE = Exercise(
    name="sense_probe",
    notebook="30_contextual_embeddings",
    title="A probe for the senses of a word",
    difficulty=2,
    reference=_probe(),
    cases=lambda: [
        Case("60 sentences, 2 senses", _sentences(60, 2, 0)),
        Case("90 sentences, 3 senses", _sentences(90, 3, 10)),
        Case("80 sentences, 2 senses", _sentences(80, 2, 20)),
    ],
    praise="Right: learned on some sentences, judged on others, at the word itself.",
    mistakes=[
        Mistake(
            "judged on the training sentences",
            "This is the share right among the sentences that made the means: judge those that are not in is_train.",
            _probe(test=lambda t: t),
        ),
        Mistake(
            "judged on all sentences",
            "The training sentences are judged too, and they flatter the probe: judge only those not in is_train.",
            _probe(test=torch.ones_like),
        ),
        Mistake(
            "test sentences in the means",
            "The means are taken over all sentences: those that are judged must not have helped to make them.",
            _probe(train=torch.ones_like),
        ),
        Mistake(
            "means and judgement both on all sentences",
            "is_train is not used: make the means from it, and judge the others.",
            _probe(train=torch.ones_like, test=torch.ones_like),
        ),
        Mistake(
            "training and test swapped",
            "The means come from the sentences to be judged, and the training sentences are judged: swap them.",
            _probe(train=lambda t: ~t, test=lambda t: t),
        ),
        Mistake(
            "all tokens averaged",
            "This takes the mean of all tokens of a sentence: it tells sentences apart, not the senses of the word. "
            "Take the token at its place.",
            _probe(lambda states, places: states.mean(1)),
        ),
        Mistake(
            "first token",
            "This takes the first token of every sentence: take the one at the word's place.",
            _probe(lambda states, places: states[:, 0]),
        ),
        Mistake(
            "one token to the right",
            "This reads the token after the word: states[i, places[i]] is the word.",
            _probe(_shifted(1)),
        ),
        Mistake(
            "one token to the left",
            "This reads the token before the word (a forgotten [CLS]?): states[i, places[i]] is the word.",
            _probe(_shifted(-1)),
        ),
        Mistake(
            "dot product instead of cosine",
            "This compares by dot product, so a long mean wins too often: divide by the lengths.",
            _probe(similarity=lambda a, b, dim: (a * b).sum(dim)),
        ),
        Mistake(
            "distance instead of cosine",
            "This takes the nearest mean by Euclidean distance: the exercise asks for the cosine.",
            _probe(similarity=lambda a, b, dim: -(a - b).norm(dim=dim)),
        ),
        Mistake(
            "share wrong", "This is the share that the probe gets wrong: return the share right.", _probe(wrong=True)
        ),
    ],
)


# How alike ----------------------------------------------------------------------------------------------------------
def _pairs(x: Tensor) -> Tensor:
    """The cosines of all pairs of different rows."""
    unit = normalize(x, dim=-1)
    return (unit @ unit.T)[~torch.eye(len(x), dtype=torch.bool)]


ANISOTROPY = Exercise(
    name="anisotropy",
    notebook="30_contextual_embeddings",
    title="How alike are unrelated vectors?",
    difficulty=2,
    reference=lambda x: _pairs(x).mean(),
    cases=lambda: [
        Case("6 vectors that lean to one side", (draw(6, 4) + 0.7,)),
        Case("5 vectors around the origin", (draw(5, 3, seed=1),)),
        Case("2 vectors", (draw(2, 5, seed=2) + 0.3,)),
    ],
    gradients=True,
    praise="Right: every pair of different vectors once, by cosine.",
    mistakes=[
        Mistake(
            "each vector with itself",
            "The diagonal is counted: a vector's cosine with itself is 1, which says nothing. Leave those n pairs out.",
            lambda x: (normalize(x, dim=-1) @ normalize(x, dim=-1).T).mean(),
        ),
        Mistake(
            "diagonal zeroed, still divided by n²",
            "The diagonal is set to zero but still counted: divide by n · (n − 1).",
            lambda x: _pairs(x).sum() / len(x) ** 2,
        ),
        Mistake(
            "dot products",
            "These are dot products: bring every vector to length 1 first.",
            lambda x: (x @ x.T)[~torch.eye(len(x), dtype=torch.bool)].mean(),
        ),
        Mistake(
            "absolute values",
            "The signs are gone: vectors on opposite sides must be allowed to cancel.",
            lambda x: _pairs(x).abs().mean(),
        ),
        Mistake(
            "centred first",
            "The mean is subtracted first, and it is the mean that makes vectors alike: measure what is there.",
            lambda x: _pairs(x - x.mean(0)).mean(),
        ),
        Mistake(
            "cosine to the mean vector",
            "This compares each vector with the mean of all: compare the vectors with one another.",
            lambda x: cosine_similarity(x, x.mean(0, keepdim=True), dim=-1).mean(),
        ),
        Mistake(
            "features compared",
            "This compares the features (columns) with one another: a row is a vector.",
            lambda x: _pairs(x.T).mean(),
        ),
    ],
)

EXERCISES = (SENTENCE_EMBEDDING, SENSE_PROBE, ANISOTROPY)

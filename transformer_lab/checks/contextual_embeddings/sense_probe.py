"""The exercise *A probe for the senses of a word*."""

import torch
from torch import Tensor
from torch.nn.functional import cosine_similarity

from transformer_lab.checks.exercise import Case, Exercise, Mistake
from transformer_lab.checks.samples import draw


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

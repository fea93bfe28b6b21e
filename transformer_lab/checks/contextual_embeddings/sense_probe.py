"""The exercise *A probe for the senses of a word*."""

import torch
from torch import Tensor
from torch.nn.functional import cosine_similarity, normalize

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


def _sentences(count: int, num_senses: int, seed: int, often: int = 1) -> tuple[Tensor, ...]:
    """Vectors that lean towards their sense, of different lengths, and least of all at the word itself elsewhere."""
    senses = (torch.arange(count) % (num_senses + often - 1)).clamp(max=num_senses - 1)  # the last one more often
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
        Case("140 sentences, 4 senses", _sentences(140, 4, 30)),
        Case("90 sentences, 3 senses, the last one in most of them", _sentences(90, 3, 40, often=5)),
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


def _probe_with(judge):
    """``judge(x, senses, is_train)`` gives the share that is right; ``x`` holds the word's vectors."""
    return lambda states, places, senses, is_train: judge(states[torch.arange(len(states)), places], senses, is_train)


def _means(x: Tensor, senses: Tensor, is_train: Tensor) -> Tensor:
    return torch.stack([x[is_train & (senses == s)].mean(0) for s in range(int(senses.max()) + 1)])


def _nearest(x: Tensor, means: Tensor) -> Tensor:
    return cosine_similarity(x[:, None], means[None], dim=-1).argmax(-1)


def _right(x: Tensor, senses: Tensor, is_train: Tensor) -> Tensor:
    return (_nearest(x, _means(x, senses, is_train)) == senses) & ~is_train


def _one_neighbour(x: Tensor, senses: Tensor, is_train: Tensor) -> float:
    found = senses[is_train][_nearest(x[~is_train], x[is_train])]
    return (found == senses[~is_train]).double().mean().item()


def _most_common(x: Tensor, senses: Tensor, is_train: Tensor) -> float:
    return (senses[~is_train] == senses[is_train].mode().values).double().mean().item()


def _least_alike(x: Tensor, senses: Tensor, is_train: Tensor) -> float:
    means = _means(x, senses, is_train)
    found = cosine_similarity(x[:, None], means[None], dim=-1).argmin(-1)
    return (found == senses)[~is_train].double().mean().item()


def _centred(x: Tensor, senses: Tensor, is_train: Tensor) -> float:
    x = x - x.mean(0)
    return _right(x, senses, is_train).sum().item() / int((~is_train).sum())


def _balanced(x: Tensor, senses: Tensor, is_train: Tensor) -> float:
    right = _right(x, senses, is_train)
    shares = [right[~is_train & (senses == s)].double().mean() for s in range(int(senses.max()) + 1)]
    return torch.stack(shares).mean().item()


def _unit_means(x: Tensor, senses: Tensor, is_train: Tensor) -> float:
    means = _means(normalize(x, dim=-1), senses, is_train)
    return (_nearest(x, means) == senses)[~is_train].double().mean().item()


SENSE_PROBE.mistakes.extend(
    [
        Mistake(
            "nearest sentence",
            "Each sentence gets the sense of the training sentence most like it: compare with the *mean* of each "
            "sense.",
            _probe_with(_one_neighbour),
        ),
        Mistake(
            "normalised before the mean",
            "The vectors are brought to length 1 before the means are taken: take the means of the vectors as they "
            "are.",
            _probe_with(_unit_means),
        ),
        Mistake(
            "divided by all sentences",
            "The number right is divided by the number of all sentences: divide by the number of those that are "
            "judged.",
            _probe_with(lambda x, senses, is_train: _right(x, senses, is_train).double().mean().item()),
        ),
        Mistake(
            "number, not share",
            "This is the *number* of right ones: divide by the number of those that are judged.",
            _probe_with(lambda x, senses, is_train: int(_right(x, senses, is_train).sum())),
        ),
        Mistake(
            "percent",
            "This is in percent: a share from 0 to 1 is wanted.",
            _probe_with(
                lambda x, senses, is_train: 100 * int(_right(x, senses, is_train).sum()) / int((~is_train).sum())
            ),
        ),
        Mistake(
            "divided by the training sentences",
            "The number right is divided by the number of training sentences: divide by the number of those that are "
            "judged.",
            _probe_with(lambda x, senses, is_train: int(_right(x, senses, is_train).sum()) / int(is_train.sum())),
        ),
        Mistake(
            "mean of the senses' shares",
            "Each sense's share is taken first, and then their mean: one share over all that are judged.",
            _probe_with(_balanced),
        ),
        Mistake(
            "most common sense",
            "Each sentence gets the most common sense: the one whose mean is most like the word's vector.",
            _probe_with(_most_common),
        ),
        Mistake(
            "smallest cosine",
            "The sense with the *smallest* cosine is taken: argmax, not argmin.",
            _probe_with(_least_alike),
        ),
        Mistake(
            "centred first",
            "The mean of all vectors is subtracted first: compare the vectors as they are.",
            _probe_with(_centred),
        ),
        Mistake(
            "last token",
            "This takes the last token of every sentence: take the one at the word's place.",
            _probe(lambda s, p: s[:, -1]),
        ),
        Mistake(
            "largest over the tokens",
            "This takes the largest value of each feature over the tokens: take the token at the word's place.",
            _probe(lambda states, places: states.amax(1)),
        ),
    ]
)

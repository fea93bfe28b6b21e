"""The exercise *From weights to links*."""

import torch

from transformer_lab.checks.exercise import Case, Exercise, Mistake

_SIZES = (
    ("3 target and 4 source words", 3, 4),
    ("5 target and 2 source words", 5, 2),
    ("4 target and 4 source words", 4, 4),
    ("one target and one source word", 1, 1),
    ("2 target and 6 source words", 2, 6),
)


def _extraction_cases() -> list[Case]:
    generator = torch.Generator().manual_seed(0)
    cases = []
    for label, target, source in _SIZES:
        # The last row and the last column belong to <eos>.
        weights = torch.rand(target + 1, source + 1, generator=generator).softmax(dim=-1)
        weights[0, -1] = 2.0
        cases.append(Case(label, (weights / weights.sum(dim=-1, keepdim=True),)))
    return cases


def _extract(weights, rows: int = -1, columns: int = -1, dim: int = 1, flip: bool = False):
    words = weights[: weights.shape[0] + rows, : weights.shape[1] + columns]
    best = words.argmax(dim=dim).tolist()
    links = {(source, target) for target, source in enumerate(best)} if dim == 1 else set(enumerate(best))
    return {link[::-1] for link in links} if flip else links


EXTRACT_ALIGNMENT = Exercise(
    name="extract_alignment",
    notebook="28_translation_alignment",
    title="From weights to links",
    difficulty=2,
    reference=lambda weights: _extract(weights),
    cases=_extraction_cases,
    praise="Right: every target word is linked to the source word it attends to most, and <eos> to none.",
    mistakes=[
        Mistake(
            "<eos> linked",
            "<eos> is linked too: drop the last row and the last column first, they are no words.",
            lambda weights: _extract(weights, 0, 0),
        ),
        Mistake(
            "<eos> row linked",
            "The row of <eos> is linked too: drop the last row before you start.",
            lambda weights: _extract(weights, 0, -1),
        ),
        Mistake(
            "<eos> column not dropped",
            "A target word may attend to <eos> most, but that is no word: drop the last column before argmax.",
            lambda weights: _extract(weights, -1, 0),
        ),
        Mistake(
            "links turned round",
            "The links are turned round: gold links are (source index, target index), but rows are targets.",
            lambda weights: _extract(weights, flip=True),
        ),
        Mistake(
            "argmax over the wrong axis",
            "argmax runs over the target words: a softmax row belongs to one target word, so take argmax along dim=1.",
            lambda weights: _extract(weights, dim=0),
        ),
    ],
)


def _words(weights):
    return weights[:-1, :-1]


def _late(weights):
    """<eos> is thrown away after the argmax: target words that attend to it most have no link."""
    best = weights[:-1].argmax(dim=1).tolist()
    return {(source, target) for target, source in enumerate(best) if source < weights.shape[1] - 1}


def _where(table):
    return {(source, target) for target, source in table.nonzero().tolist()}


EXTRACT_ALIGNMENT.mistakes.extend(
    [
        Mistake(
            "<eos> thrown away too late",
            "<eos> is thrown away after argmax, so a target word that attends to it most has no link: drop the "
            "column first.",
            _late,
        ),
        Mistake(
            "<eos> thrown away too late, in the row too",
            "<eos> is thrown away after argmax, so a target word that attends to it most has no link, and its own "
            "row is "
            "linked: drop row and column first.",
            lambda weights: _late(weights) | {(int(weights[-1, :-1].argmax()), len(weights) - 1)},
        ),
        Mistake(
            "the least attended",
            "Each target word is linked to the source word it attends to *least*: argmax, not argmin.",
            lambda weights: {(s, t) for t, s in enumerate(_words(weights).argmin(dim=1).tolist())},
        ),
        Mistake(
            "argmax over the wrong axis, turned round",
            "argmax runs over the target words, and the links are turned round: dim=1, and (source index, target "
            "index).",
            lambda weights: _extract(weights, dim=0, flip=True),
        ),
        Mistake(
            "first row and column dropped",
            "The first row and column are dropped: <eos> stands last, weights[:-1, :-1].",
            lambda weights: {(s, t) for t, s in enumerate(weights[1:, 1:].argmax(dim=1).tolist())},
        ),
        Mistake(
            "both directions",
            "A link counts only if it is the largest of its column too: each target word has a link of its own.",
            lambda weights: _extract(weights) & _extract(weights, dim=0),
        ),
        Mistake(
            "either direction",
            "The largest of each column is linked as well: one link for each target word.",
            lambda weights: _extract(weights) | _extract(weights, dim=0),
        ),
        Mistake(
            "counted from 1",
            "The words are counted from 1: indices begin with 0.",
            lambda weights: {(s + 1, t + 1) for s, t in _extract(weights)},
        ),
        Mistake(
            "above one half",
            "A word is linked only where its weight is one half or more: the largest counts, however small.",
            lambda weights: _where(_words(weights) >= 0.5),
        ),
        Mistake(
            "above the mean",
            "Every weight above the mean of its row makes a link: only the largest does.",
            lambda weights: _where(_words(weights) > _words(weights).mean(1, keepdim=True)),
        ),
        Mistake(
            "every pair",
            "Every pair is linked: only the source word with the largest weight is.",
            lambda weights: _where(_words(weights) >= 0),
        ),
        Mistake(
            "all to the same word",
            "argmax without dim gives one place for the whole table: take it along dim=1.",
            lambda weights: {divmod(int(_words(weights).argmax()), weights.shape[1] - 1)[::-1]},
        ),
        Mistake(
            "links turned round, <eos> linked",
            "Two things: <eos> is no word (weights[:-1, :-1]), and a link is (source index, target index).",
            lambda weights: _extract(weights, 0, 0, flip=True),
        ),
    ]
)

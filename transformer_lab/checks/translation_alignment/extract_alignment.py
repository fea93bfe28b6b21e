"""The exercise *From weights to links*."""

import torch

from transformer_lab.checks.exercise import Case, Exercise, Mistake


def _extraction_cases() -> list[Case]:
    generator = torch.Generator().manual_seed(0)
    cases = []
    for label, target, source in (("3 target and 4 source words", 3, 4), ("5 target and 2 source words", 5, 2)):
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

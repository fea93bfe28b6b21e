"""The exercise *A head that looks back*."""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from transformer_lab.checks.engine.values import as_tensor
from transformer_lab.checks.exercise import Case, Exercise, Mistake
from transformer_lab.checks.samples import draw
from transformer_lab.positions import shift_rotation, sinusoidal_table

PLACES, SURE = 50, 0.9


def _looks_at(answer: Callable[..., Any]) -> Callable[..., Any]:
    """Many matrices do it, of any width. What counts is where each place looks most, and whether it is sure of that."""

    def looks(d_word: int, d_place: int, k: int) -> Any:
        given = answer(d_word, d_place, k)
        stacked = isinstance(given, Tensor) and given.dim() == 3
        pair = [as_tensor(each) for each in given] if stacked or isinstance(given, tuple | list) else []
        tables = [each for each in pair if each is not None and each.dim() == 2 and len(each) == d_word + d_place]
        if len(pair) != 2 or len(tables) != 2:
            return given
        w_q, w_k = (each.double() for each in tables)
        if w_q.shape != w_k.shape:
            return given
        x = torch.cat([draw(PLACES, d_word), sinusoidal_table(PLACES, d_place).double()], dim=1)
        weights = torch.softmax((x @ w_q) @ (x @ w_k).T / w_q.shape[1] ** 0.5, dim=1)
        most = weights.max(dim=1)
        return torch.stack([most.indices, (most.values > SURE).long()])[:, k:]

    return looks


def _matrices(
    turn: Callable[[int, int], Tensor] = lambda k, d_place: shift_rotation(k, d_place).T,
    gain: float = 100.0,
    words: float = 0.0,
    places_first: bool = False,
) -> Callable[[int, int, int], tuple[Tensor, Tensor]]:
    """Queries that hold the place, and keys that hold it turned."""

    def build(d_word: int, d_place: int, k: int) -> tuple[Tensor, Tensor]:
        both = []
        for of_place in (gain * torch.eye(d_place), turn(k, d_place)):
            of_words = words * torch.eye(d_word, d_place)
            both.append(torch.cat([of_place, of_words] if places_first else [of_words, of_place]))
        return both[0], both[1]

    return build


LOOKING_BACK = Exercise(
    name="looking_back",
    notebook="08_positional_encoding",
    title="A head that looks back",
    difficulty=3,
    reference=_looks_at(_matrices()),
    adapt=_looks_at,
    cases=lambda: [
        Case(f"{d_word} features for the word, {d_place} for the place, {k} back", (d_word, d_place, k))
        for d_word, d_place, k in ((4, 16, 1), (8, 64, 3), (6, 32, 7), (16, 16, 2), (1, 24, 0))
    ],
    praise="Right: each place looks where it should, whatever the words are.",
    mistakes=[
        Mistake(
            "looks ahead",
            "It looks k ahead. With rows, x @ W_K turns by the *transpose* of W_K: put R(k).T there, or R(k) into W_Q.",
            _matrices(turn=shift_rotation),
        ),
        Mistake(
            "looks at itself",
            "Every place looks at itself: turn the keys by R(k), or the queries back by R(−k).",
            _matrices(turn=lambda k, d_place: torch.eye(d_place)),
        ),
        Mistake(
            "one back",
            "It looks one back, whatever k is: the shift is k.",
            _matrices(turn=lambda k, d_place: shift_rotation(1, d_place).T),
        ),
        Mistake(
            "not sure",
            "It looks at the right place, but gives it less than 0.9: one step changes the product by little, so "
            "multiply one of the two matrices by a large number.",
            _matrices(gain=1.0),
        ),
        Mistake(
            "words heard",
            "The words take part in the scores: the rows of both matrices that meet the word's features are to be 0.",
            _matrices(words=100.0),
        ),
        Mistake(
            "places first",
            "The rows for the place stand first: in [x | PE] the word's features come first, so theirs are the first "
            "d_word rows.",
            _matrices(places_first=True),
        ),
        Mistake(
            "turned twice as far",
            "It looks 2k back: turn the keys by R(k), or the queries by R(−k), but not both.",
            _matrices(turn=lambda k, d_place: shift_rotation(2 * k, d_place).T),
        ),
        Mistake(
            "signs turned round",
            "It looks where the product is *smallest*: one of the matrices has a minus too many.",
            _matrices(gain=-100.0),
        ),
    ],
)

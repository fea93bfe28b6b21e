"""The exercise *The causal mask*."""

import torch
from torch import Tensor

from transformer_lab import masks
from transformer_lab.checks.exercise import Case, Exercise, Mistake


def _band(diagonal: int = 0, upper: bool = False, aligned: bool = True, number: bool = False):
    """A (possibly wrong) causal mask."""

    def mask(query_length: int, key_length: int) -> Tensor:
        shift = (key_length - query_length if aligned else 0) + diagonal
        everything = torch.ones(query_length, key_length, dtype=torch.float32 if number else torch.bool)
        return everything.triu(shift) if upper else everything.tril(shift)

    return mask


CAUSAL_MASK = Exercise(
    name="causal_mask",
    notebook="18_sequence_masking",
    title="The causal mask",
    difficulty=2,
    reference=masks.causal_mask,
    cases=lambda: [
        Case("4 queries, 4 keys", (4, 4)),
        Case("1 query, 5 keys (a cache of 4)", (1, 5)),
        Case("2 queries, 5 keys (a cache of 3)", (2, 5)),
        Case("1 query, 1 key", (1, 1)),
        Case("3 queries, 4 keys (a cache of 1)", (3, 4)),
    ],
    praise="Right, with and without earlier keys in a cache.",
    mistakes=[
        Mistake(
            "inverted polarity",
            "The past is hidden and the future allowed: True means 'may attend', so keep the lower triangle.",
            _band(diagonal=1, upper=True),
        ),
        Mistake(
            "upper triangle",
            "This allows a word and what comes after it: keep the lower triangle, tril.",
            _band(upper=True),
        ),
        Mistake(
            "off by one: not itself",
            "A word may not see itself here, and the first one sees nothing: the diagonal belongs to the allowed keys.",
            _band(diagonal=-1),
        ),
        Mistake(
            "off by one: one key too far",
            "Each word sees the next one, which it is to predict: the diagonal is the last allowed key.",
            _band(diagonal=1),
        ),
        Mistake(
            "first aligned with first",
            "Query 0 is lined up with key 0, but with a cache the queries are the *last* tokens: shift the diagonal by "
            "key_length − query_length.",
            _band(aligned=False),
        ),
        Mistake(
            "a mask of numbers",
            "The mask holds 0 and 1, not False and True: make it of dtype torch.bool.",
            _band(number=True),
        ),
        Mistake(
            "everything allowed",
            "Nothing is hidden: keep the lower triangle with tril.",
            lambda query_length, key_length: torch.ones(query_length, key_length, dtype=torch.bool),
        ),
    ],
)


CAUSAL_MASK.mistakes.extend(
    [
        Mistake(
            "a mask to add",
            "This is a mask to be added, with 0 and −∞: a boolean one is wanted, True where a key may be attended to.",
            lambda query_length, key_length: torch.zeros(query_length, key_length).masked_fill(
                ~_band()(query_length, key_length), float("-inf")
            ),
        ),
        Mistake(
            "shifted the wrong way",
            "The diagonal moves the wrong way when there are more keys: by key_length − query_length, to the right.",
            lambda query_length, key_length: (
                torch.ones(query_length, key_length).tril(query_length - key_length).bool()
            ),
        ),
        Mistake(
            "shifted by the keys",
            "The diagonal moves by key_length, past the last key: by key_length − query_length.",
            lambda query_length, key_length: (
                torch.ones(query_length, key_length).tril(key_length).bool()
                if key_length > query_length
                else _band()(query_length, key_length)
            ),
        ),
        Mistake(
            "inverted, first aligned with first",
            "Two things: True must mean 'may attend', and with a cache the queries are the *last* tokens.",
            _band(diagonal=1, upper=True, aligned=False),
        ),
        Mistake(
            "not itself, first aligned with first",
            "Two things: a word may see itself, and with a cache the queries are the *last* tokens.",
            _band(diagonal=-1, aligned=False),
        ),
        Mistake(
            "keys in rows",
            "Queries and keys are swapped: [query_length, key_length], a row for each query.",
            lambda query_length, key_length: _band()(query_length, key_length).T,
        ),
        Mistake(
            "axes too many",
            "The mask has axes in front: [query_length, key_length] is wanted.",
            lambda query_length, key_length: _band()(query_length, key_length)[None, None],
        ),
        Mistake(
            "one axis too many",
            "The mask has an axis in front: [query_length, key_length] is wanted.",
            lambda query_length, key_length: _band()(query_length, key_length)[None],
        ),
        Mistake(
            "nothing allowed",
            "Everything is hidden: each word sees itself and what came before.",
            lambda query_length, key_length: torch.zeros(query_length, key_length, dtype=torch.bool),
        ),
        Mistake(
            "only itself",
            "Each word sees itself alone: the words before it are allowed too.",
            lambda query_length, key_length: torch.eye(key_length)[key_length - query_length :].bool(),
        ),
        Mistake(
            "square",
            "The mask is [key_length, key_length]: there is a row for each query only, the last ones.",
            lambda query_length, key_length: _band()(key_length, key_length),
        ),
        Mistake(
            "the cache left out",
            "The mask is [query_length, query_length]: the keys in the cache have columns too, all allowed.",
            lambda query_length, key_length: _band()(query_length, query_length),
        ),
        Mistake(
            "the cache hidden",
            "The keys in the cache are hidden: the queries stand behind them and may see them all.",
            lambda query_length, key_length: (
                _band()(query_length, key_length) & (torch.arange(key_length) >= key_length - query_length)
            ),
        ),
    ]
)

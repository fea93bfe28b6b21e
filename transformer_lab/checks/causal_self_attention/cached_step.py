"""The exercise *A step with a cache*."""

from collections.abc import Callable

import torch
from torch import Tensor

from transformer_lab.checks.causal_self_attention.causal_block import _later, _matrices
from transformer_lab.checks.exercise import Case, Exercise, Mistake
from transformer_lab.checks.samples import draw


# A step with a cache ------------------------------------------------------------------------------------------------
def _step_with(
    place: Callable[[int, int], int] = lambda past, new: past,
    keep: Callable[[Tensor, Tensor], Tensor] = lambda old, new: torch.cat([old, new], 1),
    first_hidden: Callable[[int], int] | None = lambda past: past + 1,
    returned: str = "all",
    only_new: bool = False,
    placed: bool = True,
    values_of_keys: bool = False,
    rows: Callable[[Tensor, int, int], Tensor] = lambda table, start, count: table[start : start + count],
    placed_parts: str = "qkv",
    power: float = 0.5,
    axis: int = -1,
):
    """A (possibly wrong) step: which rows of the table, what is kept, what is hidden, what comes back."""

    def step(new: Tensor, keys: Tensor, values: Tensor, table: Tensor, w_q: Tensor, w_k: Tensor, w_v: Tensor):
        past, count = keys.shape[1], new.shape[1]
        start = place(past, count)
        x = new + rows(table, start, count) if placed else new
        q, k, v = (x if part in placed_parts else new for part in "qkv")
        own_keys, own_values = k @ w_k, v @ (w_k if values_of_keys else w_v)
        all_keys, all_values = keep(keys, own_keys), keep(values, own_values)
        seen_keys, seen_values = (own_keys, own_values) if only_new else (all_keys, all_values)
        scores = q @ w_q @ seen_keys.transpose(-2, -1) / seen_keys.shape[-1] ** power
        if first_hidden is not None:
            scores = scores.masked_fill(_later(scores, first_hidden(past)), float("-inf"))
        out = scores.softmax(axis) @ seen_values
        return (out, all_keys, all_values) if returned == "all" else (out, own_keys, own_values)

    return step


def _step_case(label: str, batch: int, past: int, new: int, seed: int) -> Case:
    d_model, d_head = 6, 4
    cache = (2 * draw(batch, past, d_head, seed=seed), draw(batch, past, d_head, seed=seed + 1))
    arguments = (draw(batch, new, d_model, seed=seed + 2), *cache, draw(12, d_model, seed=seed + 3))
    return Case(label, (*arguments, *_matrices(d_model, d_head, 3)))


CACHED_STEP = Exercise(
    name="cached_step",
    notebook="22_causal_self_attention",
    title="A step with a cache",
    difficulty=3,
    reference=_step_with(),
    cases=lambda: [
        _step_case("one new word after 4", 2, 4, 1, 10),
        _step_case("3 new words after 5", 1, 5, 3, 20),
        _step_case("4 new words, nothing before", 2, 0, 4, 30),
        _step_case("2 new words after 1", 3, 1, 2, 40),
    ],
    praise="Right: the new words know where they stand, and see the old ones and themselves.",
    mistakes=[
        Mistake(
            "position offset forgotten",
            "The new words get the places 0, 1, …: they stand *behind* the words in the cache, so begin at "
            "keys.shape[1].",
            _step_with(place=lambda past, new: 0),
        ),
        Mistake(
            "one place too far",
            "The new words stand one place too far right: with 4 words in the cache (places 0 to 3), the next has "
            "place 4.",
            _step_with(place=lambda past, new: past + 1),
        ),
        Mistake(
            "one place too early",
            "The first new word gets the place of the last cached one: after 4 cached words, the next has place 4.",
            _step_with(place=lambda past, new: max(past - 1, 0)),
        ),
        Mistake("no positions", "The table is not used: add its rows to the new words.", _step_with(placed=False)),
        Mistake(
            "query without its position",
            "Keys and values know where they stand, the query does not: all three come from the word plus its place.",
            _step_with(placed_parts="kv"),
        ),
        Mistake(
            "cache overwritten",
            "The new keys and values replace the old ones: append them, torch.cat([keys, …], dim=1).",
            _step_with(keep=lambda old, new: new, first_hidden=lambda past: 1),
        ),
        Mistake(
            "put in front",
            "The new keys stand before the old ones: the order of the cache is the order of the text.",
            _step_with(keep=lambda old, new: torch.cat([new, old], 1), first_hidden=None),
        ),
        Mistake(
            "only the new ones returned",
            "Only the new keys and values come back, so the next step has forgotten the rest: return all.",
            _step_with(returned="new"),
        ),
        Mistake(
            "new words see each other",
            "With several new words, the first sees the second: hide what is later among the new ones too.",
            _step_with(first_hidden=None),
        ),
        Mistake(
            "triangle in the top left",
            "The mask begins in the top left corner, so the new words see the start of the text only: row 0 is the "
            "word at place `past`, hide with triu(past + 1).",
            _step_with(first_hidden=lambda past: 1),
        ),
        Mistake(
            "itself hidden",
            "A new word does not see itself: hide with triu(past + 1), not triu(past).",
            _step_with(first_hidden=lambda past: past),
        ),
        Mistake(
            "keys as values",
            "The values are made with w_k: they have a matrix of their own, w_v.",
            _step_with(values_of_keys=True),
        ),
    ],
)


def _changed(change):
    """The right step, its three results changed."""
    return lambda *a: change(*_step_with()(*a))


def _last_word_only(out: Tensor, keys: Tensor, values: Tensor) -> tuple[Tensor, ...]:
    return out[:, -1:], keys, values


CACHED_STEP.mistakes.extend(
    [
        Mistake(
            "one row for all new words",
            "All new words get the same row of the table: each stands one place further than the one before.",
            _step_with(rows=lambda table, start, count: table[start : start + 1]),
        ),
        Mistake(
            "the last rows of the table",
            "The new words get the last rows of the table: theirs begin at keys.shape[1].",
            _step_with(rows=lambda table, start, count: table[-count:]),
        ),
        Mistake(
            "keys without their position",
            "Queries and values know where they stand, the keys do not: all three come from the word plus its place.",
            _step_with(placed_parts="qv"),
        ),
        Mistake(
            "values without their position",
            "Queries and keys know where they stand, the values do not: all three come from the word plus its place.",
            _step_with(placed_parts="qk"),
        ),
        Mistake(
            "only the query with its position",
            "Keys and values do not know where they stand: all three come from the word plus its place.",
            _step_with(placed_parts="q"),
        ),
        Mistake("no scale", "The scores are not scaled: divide by √d_head.", _step_with(power=0)),
        Mistake(
            "divided by d_head",
            "The scores are divided by d_head: divide by its square root, or the weights become nearly equal.",
            _step_with(power=1),
        ),
        Mistake(
            "softmax over queries",
            "The softmax runs over the queries: take it over the keys, dim=-1.",
            _step_with(axis=-2),
        ),
        Mistake(
            "attends to the new words only",
            "The new words attend to each other only: let them attend to all keys, those in the cache too.",
            _step_with(only_new=True, first_hidden=lambda past: 1),
        ),
        Mistake(
            "output last",
            "The order is output, keys, values: here the output comes last.",
            _changed(lambda o, k, v: (k, v, o)),
        ),
        Mistake(
            "keys and values exchanged",
            "The order is output, keys, values: here the values come before the keys.",
            _changed(lambda o, k, v: (o, v, k)),
        ),
        Mistake(
            "only the output",
            "Only the output comes back: the next step needs all keys and values.",
            _changed(lambda o, k, v: o),
        ),
        Mistake(
            "only the last new word",
            "Only the last new word has an output: every new word has one.",
            _changed(_last_word_only),
        ),
        Mistake(
            "one word too many",
            "With several new words, each sees the one after it: hide with triu(past + 1), not triu(past + 2).",
            _step_with(first_hidden=lambda past: past + 2),
        ),
        Mistake(
            "put in front, hidden as at the end",
            "The new keys stand before the old ones: the order of the cache is the order of the text.",
            _step_with(keep=lambda old, new: torch.cat([new, old], 1)),
        ),
        Mistake(
            "the cache as it was",
            "The cache comes back as it was: append the new keys and values to it.",
            lambda *a: (_step_with()(*a)[0], a[1], a[2]),
        ),
    ]
)

"""Exercises about causal self-attention (22): a block that looks back only, and a step that remembers what it read."""

from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor

from transformer_lab.checks.exercise import Case, Exercise, Mistake
from transformer_lab.checks.samples import draw


# A causal block -----------------------------------------------------------------------------------------------------
def _later(queries: int, keys: int, first: int) -> Tensor:
    """True where key j stands ``first`` places or more after query i's row number."""
    return torch.ones(queries, keys).triu(first).bool()


def _causal_weights(scores: Tensor, hide: Callable[[Tensor], Tensor] | None = None) -> Tensor:
    later = _later(*scores.shape[-2:], 1) if hide is None else hide(scores)
    return scores.masked_fill(later, float("-inf")).softmax(-1)


def _block_with(
    weigh: Callable[[Tensor], Tensor] = _causal_weights,
    onto: str = "x",
    norm_values: bool = True,
    norm_at: str = "first",
    power: float = 0.5,
    project: bool = True,
):
    """A (possibly wrong) block: how scores become weights, what the result is added to, where the norm stands."""

    def block(x: Tensor, norm: Callable[[Tensor], Tensor], w_q: Tensor, w_k: Tensor, w_v: Tensor, w_o: Tensor):
        h = norm(x) if norm_at == "first" else x
        q, k, v = h @ w_q, h @ w_k, (h if norm_values else x) @ w_v
        found = weigh(q @ k.transpose(-2, -1) / q.shape[-1] ** power) @ v
        found = found @ w_o if project else found
        out = {"x": x, "norm": h, "nothing": 0}[onto] + found
        return norm(out) if norm_at == "last" else out

    return block


def _hide(first: int) -> Callable[[Tensor], Tensor]:
    return lambda scores: _causal_weights(scores, lambda s: _later(*s.shape[-2:], first))


def _future(scores: Tensor) -> Tensor:
    return _causal_weights(scores, lambda s: ~_later(*s.shape[-2:], 0))


def _zeros_before(scores: Tensor) -> Tensor:
    return scores.masked_fill(_later(*scores.shape[-2:], 1), 0.0).softmax(-1)


def _zeros_after(scores: Tensor) -> Tensor:
    return scores.softmax(-1).masked_fill(_later(*scores.shape[-2:], 1), 0.0)


def _over_queries(scores: Tensor) -> Tensor:
    return scores.masked_fill(_later(*scores.shape[-2:], 1), float("-inf")).softmax(-2)


def _normalize(x: Tensor) -> Tensor:
    return F.layer_norm(x, x.shape[-1:])


def _matrices(d_model: int, d_head: int, count: int) -> tuple[Tensor, ...]:
    return tuple(draw(d_model, d_head, seed=7 + i) for i in range(count))


CAUSAL_BLOCK = Exercise(
    name="causal_block",
    notebook="22_causal_self_attention",
    title="A causal block",
    difficulty=2,
    reference=_block_with(),
    cases=lambda: [
        Case("2 sentences of 5 words", (3 + 2 * draw(2, 5, 4), _normalize, *_matrices(4, 4, 4))),
        Case("7 words, 6 features", (draw(1, 7, 6, seed=1), _normalize, *_matrices(6, 6, 4))),
        Case("3 sentences of 3 words, 3 features", (1 + draw(3, 3, 3, seed=2), _normalize, *_matrices(3, 3, 4))),
        Case("a single word", (draw(2, 1, 4, seed=3), _normalize, *_matrices(4, 4, 4))),
    ],
    gradients=True,
    praise="Right: no word hears of a later one, and the gradients agree too.",
    mistakes=[
        Mistake(
            "no mask",
            "Every word sees the whole sentence: set the scores of later words to −inf before the softmax.",
            _block_with(lambda scores: scores.softmax(-1)),
        ),
        Mistake(
            "the past hidden",
            "The mask is the wrong way round: each word sees itself and what comes *after*. Hide j > i: triu(1).",
            _block_with(_future),
        ),
        Mistake(
            "itself hidden",
            "A word may not see itself, so the first one sees nothing at all (NaN): hide j > i only, triu(1).",
            _block_with(_hide(0)),
        ),
        Mistake(
            "one word too many",
            "Each word still sees the one after it, which is the word it shall predict: the mask begins one diagonal "
            "too high. Use triu(1).",
            _block_with(_hide(2)),
        ),
        Mistake(
            "zeros instead of −inf",
            "A score of 0 is an ordinary score, e⁰ = 1: hide with −inf before the softmax.",
            _block_with(_zeros_before),
        ),
        Mistake(
            "hidden after the softmax",
            "The later weights are removed after the softmax, so the rest no longer sums to 1: mask the scores.",
            _block_with(_zeros_after),
        ),
        Mistake(
            "softmax over queries",
            "The softmax runs over the queries: take it over the keys, dim=-1.",
            _block_with(_over_queries),
        ),
        Mistake("no residual", "What the head found replaces x: add it to x.", _block_with(onto="nothing")),
        Mistake(
            "added to the norm",
            "The result is added to norm(x): the stream itself, x, must pass unchanged.",
            _block_with(onto="norm"),
        ),
        Mistake(
            "post-LN",
            "The norm stands after the addition (post-LN): here it comes first, on the way into the head only.",
            _block_with(norm_at="last"),
        ),
        Mistake("no norm", "x is not normalised: queries, keys and values come from norm(x).", _block_with(norm_at="")),
        Mistake(
            "values not normalised",
            "The values come from x itself: they come from norm(x), as queries and keys do.",
            _block_with(norm_values=False),
        ),
        Mistake("no output projection", "The result is not projected: multiply it by w_o.", _block_with(project=False)),
        Mistake("no scale", "The scores are not scaled: divide by √d_head.", _block_with(power=0)),
    ],
)


# A step with a cache ------------------------------------------------------------------------------------------------
def _step_with(
    place: Callable[[int, int], int] = lambda past, new: past,
    keep: Callable[[Tensor, Tensor], Tensor] = lambda old, new: torch.cat([old, new], 1),
    first_hidden: Callable[[int], int] | None = lambda past: past + 1,
    returned: str = "all",
    attend_to_old: bool = False,
    query_placed: bool = True,
    placed: bool = True,
    values_of_keys: bool = False,
):
    """A (possibly wrong) step: which rows of the table, what is kept, what is hidden, what comes back."""

    def step(new: Tensor, keys: Tensor, values: Tensor, table: Tensor, w_q: Tensor, w_k: Tensor, w_v: Tensor):
        past, count = keys.shape[1], new.shape[1]
        start = place(past, count)
        x = new + table[start : start + count] if placed else new
        own_keys, own_values = x @ w_k, x @ (w_k if values_of_keys else w_v)
        all_keys, all_values = keep(keys, own_keys), keep(values, own_values)
        seen_keys, seen_values = (keys, values) if attend_to_old else (all_keys, all_values)
        scores = (x if query_placed else new) @ w_q @ seen_keys.transpose(-2, -1) / seen_keys.shape[-1] ** 0.5
        if first_hidden is not None:
            scores = scores.masked_fill(_later(*scores.shape[-2:], first_hidden(past)), float("-inf"))
        out = scores.softmax(-1) @ seen_values
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
            _step_with(query_placed=False),
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

EXERCISES = (CAUSAL_BLOCK, CACHED_STEP)

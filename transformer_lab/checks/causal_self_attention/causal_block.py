"""The exercise *A causal block*."""

from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor

from transformer_lab.checks.exercise import Case, Exercise, Mistake
from transformer_lab.checks.samples import draw


# A causal block -----------------------------------------------------------------------------------------------------
def _later(scores: Tensor, first: int) -> Tensor:
    """True where key j stands ``first`` places or more after query i's row number."""
    return torch.ones(scores.shape[-2:]).triu(first).bool()


def _causal_weights(scores: Tensor, hide: Callable[[Tensor], Tensor] | None = None) -> Tensor:
    later = _later(scores, 1) if hide is None else hide(scores)
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
    return lambda scores: _causal_weights(scores, lambda s: _later(s, first))


def _future(scores: Tensor) -> Tensor:
    return _causal_weights(scores, lambda s: ~_later(s, 0))


def _zeros_before(scores: Tensor) -> Tensor:
    return scores.masked_fill(_later(scores, 1), 0.0).softmax(-1)


def _zeros_after(scores: Tensor) -> Tensor:
    return scores.softmax(-1).masked_fill(_later(scores, 1), 0.0)


def _over_queries(scores: Tensor) -> Tensor:
    return scores.masked_fill(_later(scores, 1), float("-inf")).softmax(-2)


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
    praise="Right: no word hears of a later one.",
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


def _past(scores: Tensor) -> Tensor:
    return _later(scores, 1)


def _unnormed(*which: int):
    """Queries, keys or values (0, 1, 2) made from x itself."""

    def block(x, norm, w_q, w_k, w_v, w_o):
        q, k, v = ((x if i in which else norm(x)) @ w for i, w in enumerate((w_q, w_k, w_v)))
        return x + _causal_weights(q @ k.mT / q.shape[-1] ** 0.5) @ v @ w_o

    return block


def _sum_projected(x, norm, w_q, w_k, w_v, w_o):
    h = norm(x)
    q, k, v = h @ w_q, h @ w_k, h @ w_v
    return (x + _causal_weights(q @ k.mT / q.shape[-1] ** 0.5) @ v) @ w_o


def _normed_result(x, norm, w_q, w_k, w_v, w_o):
    return x + norm(_block_with(onto="nothing", norm_at="")(x, norm, w_q, w_k, w_v, w_o))


def _all_transposed(x, norm, *weights):
    return _block_with()(x, norm, *[w.T for w in weights])


CAUSAL_BLOCK.mistakes.extend(
    [
        Mistake(
            "divided by d_head",
            "The scores are divided by d_head: divide by its square root, or the weights become nearly equal.",
            _block_with(power=1),
        ),
        Mistake(
            "multiplied by the root", "The scores are multiplied by √d_head: divide by it.", _block_with(power=-0.5)
        ),
        Mistake(
            "no softmax",
            "The scores weigh the values directly: a softmax over the keys must turn them into weights first.",
            _block_with(lambda scores: scores.masked_fill(_past(scores), 0.0)),
        ),
        Mistake(
            "the past shared equally",
            "Every word takes the plain mean of what came before it: the scores say how much of each.",
            _block_with(lambda scores: _causal_weights(torch.zeros_like(scores))),
        ),
        Mistake(
            "only itself",
            "Every word attends to itself alone: it may see the words before it, too.",
            _block_with(lambda scores: torch.eye(scores.shape[-1], dtype=scores.dtype).expand_as(scores)),
        ),
        Mistake(
            "queries not normalised",
            "The queries come from x itself: they come from norm(x), as the others do.",
            _unnormed(0),
        ),
        Mistake(
            "keys not normalised",
            "The keys come from x itself: they come from norm(x), as the others do.",
            _unnormed(1),
        ),
        Mistake(
            "keys and values not normalised",
            "Keys and values come from x itself: they come from norm(x), as the queries do.",
            _unnormed(1, 2),
        ),
        Mistake(
            "sum projected", "x goes through w_o too: project what the head found, then add it to x.", _sum_projected
        ),
        Mistake(
            "norm on the result",
            "What the head found is normalised: the norm comes first, on the way into the head.",
            _normed_result,
        ),
        Mistake(
            "matrices transposed",
            "All four matrices are transposed (as nn.Linear does with its own): x @ w is wanted.",
            _all_transposed,
        ),
        Mistake(
            "norm at both ends",
            "The sum is normalised as well: the stream itself goes through no norm.",
            lambda x, norm, *weights: norm(_block_with()(x, norm, *weights)),
        ),
        Mistake(
            "no mask, no scale",
            "Two things: later words are not hidden, and the scores are not divided by √d_head.",
            _block_with(lambda scores: scores.softmax(-1), power=0),
        ),
    ]
)


@CAUSAL_BLOCK.mistake(
    "scaled by the length",
    "The scores are divided by the root of the length: divide by √d_head, the width of the queries.",
)
def _scaled_by_the_length(x, norm, w_q, w_k, w_v, w_o):
    h = norm(x)
    scores = (h @ w_q) @ (h @ w_k).mT / x.shape[1] ** 0.5
    later = torch.ones(x.shape[1], x.shape[1], dtype=torch.bool).triu(1)
    return x + scores.masked_fill(later, float("-inf")).softmax(-1) @ (h @ w_v) @ w_o

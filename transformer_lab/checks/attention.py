"""Exercises about one head of attention: in one sequence (06), between two (04). Many heads: ``heads.py``."""

import torch
from torch import Tensor

from transformer_lab.attention import scaled_dot_product_attention
from transformer_lab.checks.engine.forbidding import Forbidden
from transformer_lab.checks.exercise import Case, Exercise, Mistake


def draw(*shape: int, seed: int = 0) -> Tensor:
    """Seeded normal numbers in float64."""
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def attend_with(power: float = 0.5, axis: int = -1, softmax: bool = True, swap: bool = False, width_of_x: bool = False):
    """A (possibly wrong) way to attend: ``attend(q, k, v, d_model)``; the scores are divided by ``d ** power``."""

    def attend(q: Tensor, k: Tensor, v: Tensor, d_model: int) -> Tensor:
        scores = (k @ q.transpose(-2, -1) if swap else q @ k.transpose(-2, -1)) / (
            d_model if width_of_x else q.shape[-1]
        ) ** power
        if axis == 99:
            return scores.flatten(-2).softmax(-1).view(scores.shape) @ v
        return (scores.softmax(axis) if softmax else scores) @ v

    return attend


# 06 · One head ------------------------------------------------------------------------------------------------------
def _single(x: Tensor, w_q: Tensor, w_k: Tensor, w_v: Tensor) -> Tensor:
    return scaled_dot_product_attention(x @ w_q, x @ w_k, x @ w_v)[0]


def _single_with(**options):
    attend = attend_with(**options)
    return lambda x, w_q, w_k, w_v: attend(x @ w_q, x @ w_k, x @ w_v, x.shape[-1])


def _capital_t(x: Tensor, w_q: Tensor, w_k: Tensor, w_v: Tensor) -> Tensor:
    k = x @ w_k
    scores = (x @ w_q) @ k.permute(*reversed(range(k.dim()))) / w_q.shape[-1] ** 0.5
    return scores.softmax(-1) @ (x @ w_v)


def _weights_of_head(width: int, d_head: int, seed: int = 3) -> tuple[Tensor, Tensor, Tensor]:
    return tuple(draw(width, d_head, seed=seed + i) for i in range(3))


SINGLE_HEAD = Exercise(
    name="single_head",
    notebook="06_self_attention",
    title="One head",
    difficulty=2,
    reference=_single,
    cases=lambda: [
        Case("5 words, 4 features, d_head 2", (draw(5, 4), *_weights_of_head(4, 2))),
        Case("2 sentences of 6 words, d_head 3", (draw(2, 6, 4, seed=1), *_weights_of_head(4, 3))),
        Case("3 sentences of 3 words, d_head 4", (draw(3, 3, 4, seed=2), *_weights_of_head(4, 4))),
    ],
    gradients=True,
    forbidden=[
        Forbidden(
            "F.scaled_dot_product_attention",
            torch_names=frozenset({"scaled_dot_product_attention"}),
            own=(scaled_dot_product_attention,),
        )
    ],
    praise="Right, for one sentence and for several; the gradients agree too.",
    mistakes=[
        Mistake("no scale", "The scores are not scaled: divide q · k by √d_head.", _single_with(power=0)),
        Mistake(
            "divided by d_head",
            "The scores are divided by d_head: divide by its square root, or the weights become nearly equal.",
            _single_with(power=1),
        ),
        Mistake(
            "multiplied by the root",
            "The scores are multiplied by √d_head: divide by it.",
            _single_with(power=-0.5),
        ),
        Mistake(
            "scaled by d_model",
            "The scores are divided by √d_model: the dot product has d_head terms, so divide by √d_head "
            "(w_q.shape[-1]).",
            _single_with(width_of_x=True),
        ),
        Mistake(
            "softmax over queries",
            "The softmax runs over the queries: each *row* must sum to 1, so take it over the keys, dim=-1.",
            _single_with(axis=-2),
        ),
        Mistake(
            "softmax over dim 1",
            "dim=1 is the keys for one sentence, but the queries as soon as there is a batch: use dim=-1.",
            _single_with(axis=1),
        ),
        Mistake(
            "softmax over the whole table",
            "The whole table sums to 1: each row must, for each word shares out its own attention.",
            _single_with(axis=99),
        ),
        Mistake(
            "no softmax",
            "The scores weigh the values directly: a softmax over the keys must turn them into weights first.",
            _single_with(softmax=False),
        ),
        Mistake(
            "query and key swapped",
            "The table is transposed: row i must hold query i against every key, q @ k.transpose(-2, -1).",
            _single_with(swap=True),
        ),
        Mistake(
            "keys as values",
            "The weights mix the keys: multiply them by the values, x @ w_v.",
            lambda x, w_q, w_k, w_v: _single(x, w_q, w_k, w_k),
        ),
        Mistake(
            "values not projected",
            "The weights mix x itself: what a word passes on is x @ w_v.",
            lambda x, w_q, w_k, w_v: scaled_dot_product_attention(x @ w_q, x @ w_k, x)[0],
        ),
        Mistake(
            ".T on a batch",
            ".T turns all axes around, the batch too: swap only the last two with .transpose(-2, -1) or .mT.",
            _capital_t,
        ),
    ],
)

SOFTMAX_JACOBIAN = Exercise(
    name="softmax_jacobian",
    notebook="06_self_attention",
    title="The slopes of a softmax",
    difficulty=2,
    reference=lambda weights: weights.diag() - torch.outer(weights, weights),
    cases=lambda: [
        Case("two equal weights", (torch.full((2,), 0.5, dtype=torch.float64),)),
        Case("five weights", (draw(5).softmax(0),)),
        Case("one weight near 1", ((12 * draw(4, seed=1)).softmax(0),)),
        Case("a single key", (torch.ones(1, dtype=torch.float64),)),
    ],
    praise="Right: each row sums to 0, because what one weight gains the others lose.",
    mistakes=[
        Mistake(
            "only the diagonal",
            "The slopes beside the diagonal are missing: raising one score lowers all *other* weights, by p_i · p_j.",
            lambda weights: (weights * (1 - weights)).diag(),
        ),
        Mistake(
            "square forgotten",
            "On the diagonal p_i · p_i is missing: there the slope is p_i − p_i².",
            lambda weights: weights.diag() - (torch.outer(weights, weights) - (weights**2).diag()),
        ),
        Mistake(
            "wrong sign",
            "The signs are turned around: a higher score raises its own weight, so the diagonal is positive.",
            lambda weights: torch.outer(weights, weights) - weights.diag(),
        ),
        Mistake(
            "outer product added",
            "The outer product is subtracted, not added: the others lose.",
            lambda weights: weights.diag() + torch.outer(weights, weights),
        ),
        Mistake(
            "softmax taken again",
            "The argument holds the weights already: no softmax is needed.",
            lambda weights: weights.softmax(0).diag() - torch.outer(weights.softmax(0), weights.softmax(0)),
        ),
        Mistake(
            "slopes of the logarithm",
            "These are the slopes of log(softmax): multiply row i by the weight p_i.",
            lambda weights: torch.eye(len(weights), dtype=weights.dtype) - weights,
        ),
    ],
)


# 04 · Two sequences -------------------------------------------------------------------------------------------------
def _cross(x: Tensor, memory: Tensor, w_q: Tensor, w_k: Tensor, w_v: Tensor) -> Tensor:
    return scaled_dot_product_attention(x @ w_q, memory @ w_k, memory @ w_v)[0]


def _cross_with(**options):
    attend = attend_with(**options)
    return lambda x, memory, w_q, w_k, w_v: attend(x @ w_q, memory @ w_k, memory @ w_v, x.shape[-1])


CROSS_ATTENTION = Exercise(
    name="cross_attention",
    notebook="04_cross_attention",
    title="Cross-attention",
    difficulty=2,
    reference=_cross,
    cases=lambda: [
        Case("3 queries, 7 keys", (draw(3, 6), draw(7, 6, seed=1), *_weights_of_head(6, 4))),
        Case("a batch, 4 queries, 2 keys", (draw(2, 4, 6), draw(2, 2, 6, seed=1), *_weights_of_head(6, 2))),
        Case("equal lengths", (draw(2, 5, 6), draw(2, 5, 6, seed=1), *_weights_of_head(6, 6))),
    ],
    gradients=True,
    praise="Right, whichever sequence is longer; the gradients reach both sequences and all three matrices.",
    mistakes=[
        Mistake(
            "roles swapped",
            "The memory asks and x answers: the queries come from x, and the output has as many rows as x.",
            lambda x, memory, w_q, w_k, w_v: _cross(memory, x, w_q, w_k, w_v),
        ),
        Mistake(
            "memory ignored",
            "This is self-attention: keys and values must come from memory.",
            lambda x, memory, w_q, w_k, w_v: _cross(x, x, w_q, w_k, w_v),
        ),
        Mistake(
            "values from x",
            "The values come from x: whoever is found by its key must hand out its *own* value, so both come from "
            "memory.",
            lambda x, memory, w_q, w_k, w_v: (
                ((x @ w_q) @ (memory @ w_k).mT / w_q.shape[-1] ** 0.5).softmax(-1) @ (x @ w_v)
            ),
        ),
        Mistake(
            "keys from x",
            "The keys come from x: queries from x, keys *and* values from memory.",
            lambda x, memory, w_q, w_k, w_v: (
                ((x @ w_q) @ (x @ w_k).mT / w_q.shape[-1] ** 0.5).softmax(-1) @ (memory @ w_v)
            ),
        ),
        Mistake(
            "key and value matrices swapped",
            "w_k and w_v have changed places: w_k makes what is compared, w_v what is handed out.",
            lambda x, memory, w_q, w_k, w_v: _cross(x, memory, w_q, w_v, w_k),
        ),
        Mistake("no scale", "The scores are not scaled: divide q · k by √d_head.", _cross_with(power=0)),
        Mistake(
            "scaled by d_model",
            "The scores are divided by √d_model: divide by √d_head, the width of the queries.",
            _cross_with(width_of_x=True),
        ),
        Mistake(
            "softmax over queries",
            "The softmax runs over the queries: each query shares out its attention among the keys, dim=-1.",
            _cross_with(axis=-2),
        ),
    ],
)


def _padded_with(axis: int = -1, inverted: bool = False, fill: float = float("-inf"), reach: int = 0, first=False):
    """Softmax over the keys with (possibly wrong) padding."""

    def attend(scores: Tensor, lengths: Tensor) -> Tensor:
        allowed = torch.arange(scores.shape[axis]) < (lengths[:1].expand(len(lengths)) if first else lengths)[:, None]
        allowed = torch.arange(scores.shape[axis]) < lengths[:, None] + reach if reach else allowed
        allowed = (~allowed if inverted else allowed)[:, None, :] if axis == -1 else allowed[:, :, None]
        return scores.masked_fill(~allowed, fill).softmax(-1)

    return attend


KEY_PADDING = Exercise(
    name="key_padding",
    notebook="04_cross_attention",
    title="Nothing from the padding",
    difficulty=2,
    reference=_padded_with(),
    cases=lambda: [
        Case("3 queries, 5 keys", (draw(2, 3, 5), torch.tensor([5, 2]))),
        Case("as many queries as keys", (draw(3, 4, 4, seed=1), torch.tensor([3, 1, 4]))),
        Case("more queries than keys", (draw(2, 6, 3, seed=2), torch.tensor([2, 1]))),
    ],
    gradients=True,
    praise="Right: padding gets exactly nothing, and every row still sums to 1.",
    mistakes=[
        Mistake(
            "queries masked",
            "The *queries* past the length are hidden: lengths counts keys, the last axis of scores.",
            _padded_with(axis=-2),
        ),
        Mistake(
            "inverted",
            "The mask is the wrong way round: the words are hidden and the padding is read.",
            _padded_with(inverted=True),
        ),
        Mistake(
            "score 0 instead of −∞",
            "A score of 0 is an ordinary score, and e⁰ = 1 is an ordinary share: fill with −∞ before the softmax.",
            _padded_with(fill=0.0),
        ),
        Mistake(
            "zeroed after the softmax",
            "The weights are set to 0 after the softmax, so the rows no longer sum to 1: hide the scores before it.",
            lambda scores, lengths: (
                scores.softmax(-1) * (torch.arange(scores.shape[-1]) < lengths[:, None])[:, None, :]
            ),
        ),
        Mistake(
            "one key too many",
            "The first padding key is still read: keys count from 0, so key k is a word when k < length.",
            _padded_with(reach=1),
        ),
        Mistake(
            "one length for all",
            "Every sentence got the first one's length: compare with lengths[:, None].",
            _padded_with(first=True),
        ),
        Mistake(
            "not hidden at all",
            "The lengths are not used: padding gets its share like any word.",
            lambda scores, lengths: scores.softmax(-1),
        ),
    ],
)

EXERCISES = (SINGLE_HEAD, SOFTMAX_JACOBIAN, CROSS_ATTENTION, KEY_PADDING)

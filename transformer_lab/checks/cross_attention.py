"""Exercises about attention between two sequences (04): cross-attention, and nothing from the padding."""

import torch
from torch import Tensor

from transformer_lab.attention import scaled_dot_product_attention
from transformer_lab.checks.exercise import Case, Exercise, Mistake
from transformer_lab.checks.samples import attend_with, draw, head_matrices


def _cross(x: Tensor, memory: Tensor, w_q: Tensor, w_k: Tensor, w_v: Tensor) -> Tensor:
    return scaled_dot_product_attention(x @ w_q, memory @ w_k, memory @ w_v)[0]


def _cross_with(**options):
    attend = attend_with(**options)
    return lambda x, memory, w_q, w_k, w_v: attend(x @ w_q, memory @ w_k, memory @ w_v, x.shape[-1])


def _cross_scaled(count):
    """The scores divided by the root of something else."""
    return lambda x, memory, w_q, w_k, w_v: (
        ((x @ w_q) @ (memory @ w_k).mT / count(x, memory) ** 0.5).softmax(-1) @ (memory @ w_v)
    )


def _causal_cross(x: Tensor, memory: Tensor, w_q: Tensor, w_k: Tensor, w_v: Tensor) -> Tensor:
    scores = (x @ w_q) @ (memory @ w_k).mT / w_q.shape[-1] ** 0.5
    later = torch.ones_like(scores, dtype=torch.bool).triu(1)
    return scores.masked_fill(later, float("-inf")).softmax(-1) @ (memory @ w_v)


CROSS_ATTENTION = Exercise(
    name="cross_attention",
    notebook="04_cross_attention",
    title="Cross-attention",
    difficulty=2,
    reference=_cross,
    cases=lambda: [
        Case("3 queries, 7 keys", (draw(3, 6), draw(7, 6, seed=1), *head_matrices(6, 4))),
        Case("a batch, 4 queries, 2 keys", (draw(2, 4, 6), draw(2, 2, 6, seed=1), *head_matrices(6, 2))),
        Case("equal lengths", (draw(2, 5, 6), draw(2, 5, 6, seed=1), *head_matrices(6, 6))),
        Case("3 sentences, as many queries as sentences", (draw(3, 3, 5), draw(3, 4, 5, seed=1), *head_matrices(5, 2))),
        Case("2 axes in front", (draw(2, 3, 2, 4, seed=2), draw(2, 3, 5, 4, seed=3), *head_matrices(4, 3))),
        Case("a batch of 1, a memory of 1", (draw(1, 2, 3), draw(1, 1, 3, seed=1), *head_matrices(3, 5))),
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
        Mistake(
            "query and key matrices swapped",
            "w_q and w_k have changed places: w_q makes the queries from x, w_k the keys from memory.",
            lambda x, memory, w_q, w_k, w_v: _cross(x, memory, w_k, w_q, w_v),
        ),
        Mistake(
            "query and value matrices swapped",
            "w_q and w_v have changed places: w_q makes the queries from x, w_v the values from memory.",
            lambda x, memory, w_q, w_k, w_v: _cross(x, memory, w_v, w_k, w_q),
        ),
        Mistake(
            "the memory asks itself",
            "This is self-attention of the memory: the queries come from x, and the output has as many rows as x.",
            lambda x, memory, w_q, w_k, w_v: _cross(memory, memory, w_q, w_k, w_v),
        ),
        Mistake(
            "keys as values",
            "The weights mix the keys: what is handed out are the values, memory @ w_v.",
            lambda x, memory, w_q, w_k, w_v: _cross(x, memory, w_q, w_k, w_k),
        ),
        Mistake(
            "divided by d_head", "The scores are divided by d_head: divide by its square root.", _cross_with(power=1)
        ),
        Mistake(
            "multiplied by the root", "The scores are multiplied by √d_head: divide by it.", _cross_with(power=-0.5)
        ),
        Mistake(
            "divided after the softmax",
            "The weights are divided after the softmax, so they no longer sum to 1: divide the scores before it.",
            lambda x, memory, w_q, w_k, w_v: _cross_with(power=0)(x, memory, w_q, w_k, w_v) / w_q.shape[-1] ** 0.5,
        ),
        Mistake(
            "scaled by the number of keys",
            "The scores are divided by the root of the number of keys: divide by √d_head, the width of the queries.",
            _cross_scaled(lambda x, memory: memory.shape[-2]),
        ),
        Mistake(
            "scaled by the number of queries",
            "The scores are divided by the root of the number of queries: divide by √d_head, their width.",
            _cross_scaled(lambda x, memory: x.shape[-2]),
        ),
        Mistake(
            "softmax over dim 1",
            "dim=1 is the keys for one sentence, but the queries as soon as there is a batch: use dim=-1.",
            _cross_with(axis=1),
        ),
        Mistake(
            "softmax over dim 0",
            "dim=0 is the first axis, whatever it holds: each query shares out its attention among the keys, dim=-1.",
            _cross_with(axis=0),
        ),
        Mistake(
            "softmax over the whole table",
            "The whole table sums to 1: each row must, for each query shares out its own attention.",
            _cross_with(axis=99),
        ),
        Mistake(
            "no softmax",
            "The scores weigh the values directly: a softmax over the keys must turn them into weights first.",
            _cross_with(softmax=False),
        ),
        Mistake(
            "causal mask",
            "Later places of the memory are hidden, as in a causal mask: every query may look at the whole memory.",
            _causal_cross,
        ),
        Mistake(
            "weights returned",
            "These are the weights: multiply them by the values, memory @ w_v.",
            lambda x, memory, w_q, w_k, w_v: ((x @ w_q) @ (memory @ w_k).mT / w_q.shape[-1] ** 0.5).softmax(-1),
        ),
        Mistake(
            "residual added",
            "The queries are added to the output: return what attention brings, alone.",
            lambda x, memory, w_q, w_k, w_v: x @ w_q + _cross(x, memory, w_q, w_k, w_v),
        ),
    ],
)


_SCALES = torch.tensor([0.1, 1.0, 5.0], dtype=torch.float64)[:, None, None]


def _padded_with(axis: int = -1, inverted: bool = False, fill: float = float("-inf"), reach: int = 0, first=False):
    """Softmax over the keys with (possibly wrong) padding."""

    def attend(scores: Tensor, lengths: Tensor) -> Tensor:
        allowed = torch.arange(scores.shape[axis]) < (lengths[:1].expand(len(lengths)) if first else lengths)[:, None]
        allowed = torch.arange(scores.shape[axis]) < lengths[:, None] + reach if reach else allowed
        allowed = (~allowed if inverted else allowed)[:, None, :] if axis == -1 else allowed[:, :, None]
        return scores.masked_fill(~allowed, fill).softmax(-1)

    return attend


def _allowed(real, after=lambda scores: scores.softmax(-1)):
    """Hide the keys that are not ``real(keys, lengths, n_k)``, then go on."""

    def attend(scores: Tensor, lengths: Tensor) -> Tensor:
        n_k = scores.shape[-1]
        allowed = real(torch.arange(n_k), lengths[:, None, None], n_k)
        return after(scores.masked_fill(~allowed, float("-inf")))

    return attend


def _masked_then(after):
    """The right mask, and something else than a softmax over the keys."""
    return _allowed(lambda keys, lengths, n_k: keys < lengths, after)


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
        Case("a batch of 1, no padding", (draw(1, 2, 4, seed=3), torch.tensor([4]))),
        Case("one query, scores on very different scales", (_SCALES * draw(3, 1, 5, seed=4), torch.tensor([1, 3, 4]))),
        Case("float32, as many sentences as queries", (draw(3, 3, 4, seed=5).float(), torch.tensor([2, 4, 3])), 1e-5),
    ],
    exact_zeros=True,
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
        Mistake(
            "one key too few",
            "The last word is hidden too: keys count from 0, so key k is a word when k < length.",
            _padded_with(reach=-1),
        ),
        Mistake(
            "a large negative score",
            "Padding gets a little instead of exactly 0: the score that hides it is not low enough. Fill with −∞.",
            _padded_with(fill=-40.0),
        ),
        Mistake(
            "score 1 instead of −∞",
            "A score of 1 is an ordinary score: fill with −∞ before the softmax.",
            _padded_with(fill=1.0),
        ),
        Mistake(
            "score −1 instead of −∞",
            "A score of −1 is an ordinary score: fill with −∞ before the softmax.",
            _padded_with(fill=-1.0),
        ),
        Mistake(
            "lowered by 10",
            "The padding's scores are lowered by 10, which leaves it a small share: −∞ leaves exactly 0.",
            lambda scores, lengths: (
                scores - 10.0 * (torch.arange(scores.shape[-1]) >= lengths[:, None, None])
            ).softmax(-1),
        ),
        Mistake(
            "score −10 instead of −∞",
            "A score of −10 still gets a share (e⁻¹⁰ is not 0): fill with −∞ before the softmax.",
            _padded_with(fill=-10.0),
        ),
        Mistake(
            "softmax over the queries",
            "The softmax runs over the queries: each row must sum to 1, so take it over the keys, dim=-1.",
            _masked_then(lambda scores: scores.softmax(-2).nan_to_num()),
        ),
        Mistake(
            "softmax over the queries, NaN at the padding",
            "The softmax runs over the queries, and a key of padding has nothing left to share (NaN): take "
            "it over the keys, dim=-1.",
            _masked_then(lambda scores: scores.softmax(-2)),
        ),
        Mistake(
            "padding on the left",
            "The first keys are hidden: padding stands at the end, key k is a word when k < length.",
            _allowed(lambda keys, lengths, n: keys >= n - lengths),
        ),
        Mistake(
            "the longest for all",
            "Every sentence got the largest length: compare with lengths[:, None].",
            _allowed(lambda keys, lengths, n: keys < lengths.amax()),
        ),
        Mistake(
            "the shortest for all",
            "Every sentence got the smallest length: compare with lengths[:, None].",
            _allowed(lambda keys, lengths, n: keys < lengths.amin()),
        ),
        Mistake(
            "only the last word",
            "Only the last word of each memory is read: allow all keys below the length.",
            _allowed(lambda keys, lengths, n: keys == lengths - 1),
        ),
        Mistake(
            "equal shares",
            "The real keys share equally: the softmax of their scores says how much each gets.",
            _masked_then(
                lambda scores: (0 * scores.clamp(min=-1e9)).masked_fill(scores.isinf(), float("-inf")).softmax(-1)
            ),
        ),
        Mistake(
            "scores, not weights",
            "These are the masked scores: take their softmax.",
            _masked_then(lambda scores: scores),
        ),
    ],
)

EXERCISES = (CROSS_ATTENTION, KEY_PADDING)

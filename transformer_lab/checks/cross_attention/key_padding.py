"""The exercise *Or nothing*: weights that need not look anywhere."""

from collections.abc import Callable
from dataclasses import replace

import torch
import torch.nn.functional as F
from torch import Tensor

from transformer_lab.checks.exercise import Case, Exercise, Mistake
from transformer_lab.checks.samples import draw

_SCALES = torch.tensor([0.1, 1.0, 5.0], dtype=torch.float64)[:, None, None]


# Added to the scores of each sentence: its padding would get everything.
_LOUD = torch.tensor([[0, 0, 1000, 1000], [0, 0, 0, 1000]], dtype=torch.float64)[:, None, :]


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


def _zeroed_and_divided(scores: Tensor, lengths: Tensor) -> Tensor:
    kept = scores.softmax(-1) * (torch.arange(scores.shape[-1]) < lengths[:, None])[:, None, :]
    return kept / kept.sum(-1, keepdim=True)


def _reference(scores: Tensor, lengths: Tensor) -> Tensor:
    padding = torch.arange(scores.shape[-1]) >= lengths[:, None]
    hidden = scores.masked_fill(padding[:, None, :], float("-inf"))
    return torch.cat([hidden, torch.zeros_like(hidden[..., :1])], dim=-1).softmax(-1)[..., :-1]


def _or_nothing(attend: Callable[[Tensor, Tensor], Tensor], score: float = 0.0) -> Callable[[Tensor, Tensor], Tensor]:
    """A rule for the keys as one for them and *nothing*, which stands in front and is left out of the result."""

    def choose(scores: Tensor, lengths: Tensor) -> Tensor:
        nothing = torch.full_like(scores[..., :1], score)
        return attend(torch.cat([nothing, scores], dim=-1), lengths + 1)[..., 1:]

    return choose


_MISTAKES = [  # with the keys, whether there is a way out or not
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
        "The weights are set to 0 after the softmax, in which the padding took a part: hide the scores before it.",
        lambda scores, lengths: scores.softmax(-1) * (torch.arange(scores.shape[-1]) < lengths[:, None])[:, None, :],
    ),
    Mistake(
        "zeroed after the softmax, divided again",
        "The weights are set to 0 after the softmax, and the rest is divided by its sum: right until the padding's "
        "scores are so large that nothing is left to divide. Hide the scores before the softmax.",
        _zeroed_and_divided,
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
        lambda scores, lengths: (scores - 10.0 * (torch.arange(scores.shape[-1]) >= lengths[:, None, None])).softmax(
            -1
        ),
    ),
    Mistake(
        "score −10 instead of −∞",
        "A score of −10 still gets a share (e⁻¹⁰ is not 0): fill with −∞ before the softmax.",
        _padded_with(fill=-10.0),
    ),
    Mistake(
        "softmax over the queries",
        "The softmax runs over the queries: each query shares out its own 1, so take it over the keys, dim=-1.",
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
]

KEY_PADDING = Exercise(
    name="key_padding",
    notebook="04_cross_attention",
    title="Or nothing",
    difficulty=2,
    reference=_reference,
    cases=lambda: [
        Case("3 queries, 5 keys", (draw(2, 3, 5), torch.tensor([5, 2]))),
        Case("a memory without a real key", (draw(2, 2, 3, seed=7), torch.tensor([2, 0]))),
        Case("as many queries as keys", (draw(3, 4, 4, seed=1), torch.tensor([3, 1, 4]))),
        Case("more queries than keys", (draw(2, 6, 3, seed=2), torch.tensor([2, 1]))),
        Case("a batch of 1, no padding", (draw(1, 2, 4, seed=3), torch.tensor([4]))),
        Case("one query, scores on very different scales", (_SCALES * draw(3, 1, 5, seed=4), torch.tensor([1, 3, 4]))),
        Case("padding with far larger scores", (_LOUD + draw(2, 3, 4, seed=6), torch.tensor([2, 3]))),
        Case("float32, as many sentences as queries", (draw(3, 3, 4, seed=5).float(), torch.tensor([2, 4, 3])), 1e-5),
    ],
    exact_zeros=True,
    praise="Right: padding gets exactly 0, and what a row does not want of its keys goes to nothing.",
    mistakes=[replace(each, variant=_or_nothing(each.variant)) for each in _MISTAKES if each.variant is not None],
)


KEY_PADDING.mistake(
    "no way out",
    "Every row sums to 1, as if there were no *nothing*: its score, 0, takes part in the softmax beside the keys'.",
)(_padded_with())
KEY_PADDING.mistake(
    "nothing is kept",
    "The weight of *nothing* stands in the result: return those of the keys.",
)(
    lambda scores, lengths: (
        F.pad(found := _reference(scores, lengths), (0, 1))
        + F.pad(1 - found.sum(-1, keepdim=True), (scores.shape[-1], 0))
    )
)
KEY_PADDING.mistake(
    "nothing in place of the last key",
    "*Nothing* stands in front, and the last key's weight was cut off: leave out the column that you added.",
)(
    lambda scores, lengths: torch.cat(
        [1 - (found := _reference(scores, lengths)).sum(-1, keepdim=True), found[..., :-1]], dim=-1
    )
)
KEY_PADDING.mistake(
    "nothing with a score of 1",
    "*Nothing* has a score of 1: its score is 0.",
)(_or_nothing(_padded_with(), score=1.0))
KEY_PADDING.mistake(
    "padding taken for nothing",
    "The padding plays *nothing*: each padding key has a score of 0, so there is more of it the more padding there is, "
    "and none without. There is one *nothing* for each row.",
)(
    lambda scores, lengths: (
        _padded_with(fill=0.0)(scores, lengths) * (torch.arange(scores.shape[-1]) < lengths[:, None])[:, None, :]
    )
)

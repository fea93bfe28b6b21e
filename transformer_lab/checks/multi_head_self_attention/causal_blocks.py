"""The exercise *A causal loop over blocks*: softmax over blocks of keys that come in any order."""

import math

import torch
from torch import Tensor

from transformer_lab.checks.engine.forbidding import Forbidden
from transformer_lab.checks.exercise import Case, Exercise
from transformer_lab.checks.samples import draw

Block = tuple[int, Tensor, Tensor]


def _loop(
    hidden=lambda key, query: key > query,
    guard: bool = True,
    shrink_total: bool = True,
    shrink_mixed: bool = True,
    power: float = 0.5,
    divide: bool = True,
    from_start: bool = True,
    finish=lambda out: out,
):
    """The right loop, or one with something in it left out."""

    def attend(q: Tensor, blocks: list[Block]) -> Tensor:
        largest = torch.full((*q.shape[:-1], 1), -math.inf, dtype=q.dtype)
        total, mixed, query = torch.zeros_like(largest), torch.zeros(1, dtype=q.dtype), torch.arange(q.shape[-2])
        for start, k, v in blocks:
            key = torch.arange(k.shape[-2]) + (start if from_start else 0)
            scores = q @ k.transpose(-2, -1) / q.shape[-1] ** power
            scores = scores.masked_fill(hidden(key[None, :], query[:, None]), -math.inf)
            now = torch.maximum(largest, scores.amax(dim=-1, keepdim=True))
            level = now.masked_fill(now == -math.inf, 0.0) if guard else now
            shrink, weights = (largest - level).exp(), (scores - level).exp()
            total = total * (shrink if shrink_total else 1) + weights.sum(dim=-1, keepdim=True)
            mixed = mixed * (shrink if shrink_mixed else 1) + weights @ v
            largest = now
        return finish(mixed / total if divide else mixed)

    return attend


def _some_blocks(n: int, size: int, order: str, heads: tuple[int, ...] = (), width: int = 4, scale: float = 1.0):
    """Queries, and blocks of ``size`` keys, "oldest first", "newest first" or "mixed"."""
    q, k, v = scale * draw(*heads, n, 4, seed=1), draw(*heads, n, 4, seed=2), draw(*heads, n, width, seed=3)
    blocks = [(i, k[..., i : i + size, :], v[..., i : i + size, :]) for i in range(0, n, size)]
    if order == "mixed":
        blocks = blocks[1::2] + blocks[::2]
    return q, blocks[::-1] if order == "newest first" else blocks


CAUSAL_BLOCKS = Exercise(
    name="causal_blocks",
    notebook="20_multi_head_self_attention",
    title="A causal loop over blocks",
    difficulty=3,
    reference=_loop(),
    cases=lambda: [
        Case("5 words, blocks of 2, oldest first", _some_blocks(5, 2, "oldest first"), 1e-6),
        Case("6 words, blocks of 2, newest first", _some_blocks(6, 2, "newest first"), 1e-6),
        Case("7 words, blocks of 3, 2 heads, values 3 wide, mixed", _some_blocks(7, 3, "mixed", (2,), 3), 1e-6),
        Case("4 words, blocks of 1, newest first", _some_blocks(4, 1, "newest first", (1, 2)), 1e-6),
        Case("one block", _some_blocks(5, 5, "oldest first", (3,)), 1e-6),
        Case("scores of hundreds", _some_blocks(8, 2, "mixed", (2,), 6, 300.0), 1e-6),
    ],
    praise="Right: in any order of the blocks, also where a block holds nothing that a word may see.",
    forbidden=[
        Forbidden(
            "softmax, SDPA or torch.cat",
            torch_names=frozenset(
                {"softmax", "log_softmax", "scaled_dot_product_attention", "cat", "concat", "concatenate"}
            ),
        )
    ],
    mistakes=[],
)


def _mean_of_blocks(q: Tensor, blocks: list[Block]) -> Tensor:
    """Each block attended to by itself, and the mean of the results."""
    rows = [_loop(finish=lambda out: out.nan_to_num(0.0))(q, [block]) for block in blocks]
    return torch.stack(rows).mean(dim=0)


def _last_block(q: Tensor, blocks: list[Block]) -> Tensor:
    return _loop()(q, blocks[-1:])


def _no_shift(q: Tensor, blocks: list[Block]) -> Tensor:
    """exp of the scores as they are: overflows where they are large."""
    total, mixed, query = torch.zeros(1, dtype=q.dtype), torch.zeros(1, dtype=q.dtype), torch.arange(q.shape[-2])
    for start, k, v in blocks:
        scores = q @ k.transpose(-2, -1) / q.shape[-1] ** 0.5
        hidden = (torch.arange(k.shape[-2]) + start)[None, :] > query[:, None]
        weights = scores.masked_fill(hidden, -math.inf).exp()
        total, mixed = total + weights.sum(dim=-1, keepdim=True), mixed + weights @ v
    return mixed / total


MISTAKES = {
    "minus infinity less minus infinity": (
        "NaN: where a block holds nothing that a word may see, its largest score is −∞, and −∞ − (−∞) is no number. "
        "Subtract something finite there: the weights are 0 anyway.",
        _loop(guard=False),
    ),
    "NaN set to 0": (
        "Rows that became NaN are set to 0, and their words are lost. Keep NaN from arising: where the largest score "
        "so far is −∞, subtract something finite.",
        _loop(guard=False, finish=lambda out: out.nan_to_num(0.0)),
    ),
    "no mask": (
        "Later words are seen too: a key at a place beyond the query's has the score −∞.",
        _loop(hidden=lambda key, query: key < 0),
    ),
    "itself hidden": (
        "A word may see itself: hide the keys at *later* places only.",
        _loop(hidden=lambda key, query: key >= query),
    ),
    "past hidden": (
        "The past is hidden, and the future seen: turn the comparison round.",
        _loop(hidden=lambda key, query: key < query),
    ),
    "start ignored": (
        "Keys are counted from 0 in each block: a block's first key stands at its start.",
        _loop(from_start=False),
    ),
    "the sum not shrunk": (
        "The sum of the weights keeps its old scale: when a larger score comes, shrink it as well as the mixture.",
        _loop(shrink_total=False),
    ),
    "the mixture not shrunk": (
        "The mixture of the values keeps its old scale: when a larger score comes, shrink it as well as the sum.",
        _loop(shrink_mixed=False),
    ),
    "nothing shrunk": (
        "Each block's weights have a scale of their own: when a larger score comes, shrink what was summed so far.",
        _loop(shrink_total=False, shrink_mixed=False),
    ),
    "no scale": ("The scores are not divided by √d.", _loop(power=0.0)),
    "divided by d": ("The scores are divided by d: it is √d.", _loop(power=1.0)),
    "not divided by the sum": ("The mixture is not divided by the sum of the weights.", _loop(divide=False)),
    "mean of the blocks": (
        "Each block gets the same say: a block's share is the sum of its weights, on one scale for all.",
        _mean_of_blocks,
    ),
    "last block": ("This is the last block alone: carry sum and mixture on from block to block.", _last_block),
    "largest score not subtracted": (
        "exp of large scores overflows: subtract the largest score so far.",
        _no_shift,
    ),
}
for _name, (_words, _answer) in MISTAKES.items():
    CAUSAL_BLOCKS.mistake(_name, _words)(_answer)

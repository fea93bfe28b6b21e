"""The exercise *A head mask*."""

import torch
from torch import Tensor

from transformer_lab.checks.exercise import Case, Exercise, Mistake
from transformer_lab.checks.samples import draw


# A head mask ---------------------------------------------------------------------------------------------------------
def _gate(heads: Tensor, off: list[int], axis: int = 1, low: float = 0.0, high: float = 1.0) -> Tensor:
    gate = torch.full((heads.shape[axis],), high, dtype=heads.dtype)
    gate[[i for i in off if i < heads.shape[axis]]] = low
    shape = [1, 1, 1, 1]
    shape[axis] = -1
    return heads * gate.view(shape)


def _gate_of_features(heads: Tensor, off: list[int]) -> Tensor:
    gate = torch.ones(heads.shape[1], dtype=heads.dtype)
    gate[off] = 0.0
    return heads * gate


def _removed(heads: Tensor, off: list[int]) -> Tensor:
    return heads[:, [i for i in range(heads.shape[1]) if i not in off]]


def _mean_of_queries(heads: Tensor, off: list[int]) -> Tensor:
    out = heads.clone()
    out[:, off] = heads[:, off].mean(dim=2, keepdim=True)
    return out


def _mean_of_heads(heads: Tensor, off: list[int]) -> Tensor:
    out = heads.clone()
    if off:
        out[:, off] = heads.mean(dim=1, keepdim=True)
    return out


HEAD_MASK = Exercise(
    name="head_mask",
    notebook="24_head_roles",
    title="A head mask",
    difficulty=1,
    reference=lambda heads, off: _gate(heads, off),
    cases=lambda: [
        Case("4 sentences, 4 heads, 4 words, 4 features, heads 1 and 2 off", (draw(4, 4, 4, 4), [1, 2])),
        Case("2 sentences, 3 heads, 5 words, 6 features, head 0 off", (draw(2, 3, 5, 6), [0])),
        Case("5 sentences, 4 heads, 6 words, 5 features, heads 3 and 0 off", (draw(5, 4, 6, 5), [3, 0])),
        Case("every head off", (draw(1, 2, 3, 2), [0, 1])),
        Case("no head off", (draw(1, 2, 3, 2), [])),
    ],
    praise="Right: these heads' outputs are zero, the others untouched, and your argument too.",
    mistakes=[
        Mistake(
            "sentences masked",
            "This zeroes whole *sentences*: the first axis is the batch. The heads are axis 1: `[:, off]`.",
            lambda heads, off: _gate(heads, off, axis=0),
        ),
        Mistake(
            "words masked",
            "This zeroes *words* (axis 2, the queries) in every head. The heads are axis 1.",
            lambda heads, off: _gate(heads, off, axis=2),
        ),
        Mistake(
            "gate on the last axis",
            "A gate of shape [head] lines up with the *last* axis, the features, and where their number differs it "
            "fits nowhere. Give it the shape [head, 1, 1]: `gate[:, None, None]`.",
            _gate_of_features,
        ),
        Mistake(
            "features masked",
            "This zeroes *features* (the last axis) of every head. The heads are axis 1.",
            lambda heads, off: _gate(heads, off, axis=3),
        ),
        Mistake(
            "mask inverted",
            "The heads to switch off are kept, and all others are zero: 0 for the heads in `off`, 1 for the rest.",
            lambda heads, off: _gate(heads, off, low=1.0, high=0.0),
        ),
        Mistake(
            "others scaled up",
            "The remaining heads are scaled up, as dropout does in training. A pruned model is run as it is: leave "
            "them alone.",
            lambda heads, off: _gate(heads, off) * heads.shape[1] / max(1, heads.shape[1] - len(off)),
        ),
        Mistake(
            "heads removed",
            "The heads are taken out of the tensor. The output projection expects all of them: keep the shape, and "
            "put zeros there.",
            _removed,
        ),
        Mistake(
            "uniform attention",
            "The head's output is replaced by its mean over the words: it still says something. Switched off means "
            "zero.",
            _mean_of_queries,
        ),
        Mistake(
            "mean of the heads",
            "The head's output is replaced by the mean of all heads. Switched off means zero.",
            _mean_of_heads,
        ),
        Mistake(
            "minus infinity",
            "−∞ belongs to *scores*, before a softmax, where it becomes weight 0. An output that shall vanish is set "
            "to 0.",
            lambda heads, off: heads.masked_fill(_gate(torch.ones_like(heads), off) == 0, float("-inf")),
        ),
    ],
)


def _filled(heads: Tensor, off: list[int], value: float) -> Tensor:
    return heads.masked_fill(_gate(torch.ones_like(heads), off) == 0, value)


HEAD_MASK.mistakes.extend(
    [
        Mistake(
            "heads counted from 1",
            "The numbers in `off` are counted from 1 here: head 0 is the first.",
            lambda heads, off: _gate(heads, [i - 1 for i in off if i > 0]),
        ),
        Mistake(
            "one head further",
            "The head after each of those in `off` is silenced: the numbers count from 0.",
            lambda heads, off: _gate(heads, [i + 1 for i in off]),
        ),
        Mistake(
            "only the first of them",
            "Only the first head in `off` is silenced: all of them are to be.",
            lambda heads, off: _gate(heads, off[:1]),
        ),
        Mistake(
            "only the last of them",
            "Only the last head in `off` is silenced: all of them are to be.",
            lambda heads, off: _gate(heads, off[-1:]),
        ),
        Mistake("halved", "The heads are halved: silent means 0.", lambda heads, off: _gate(heads, off, low=0.5)),
        Mistake(
            "turned over",
            "The heads' signs are turned: silent means 0.",
            lambda heads, off: _gate(heads, off, low=-1.0),
        ),
        Mistake("ones", "The heads' outputs become 1: silent means 0.", lambda heads, off: _filled(heads, off, 1.0)),
        Mistake(
            "NaN",
            "The heads' outputs become NaN: silent means 0.",
            lambda heads, off: _filled(heads, off, float("nan")),
        ),
        Mistake(
            "only the heads that are off",
            "Only the heads in `off` come back: keep all heads, and put zeros at those.",
            lambda heads, off: heads[:, off],
        ),
        Mistake(
            "added up",
            "The heads are added up: [batch, head, query, d_head] is wanted, as it came.",
            lambda heads, off: _gate(heads, off).sum(1),
        ),
        Mistake(
            "mean of the others",
            "The head's output is replaced by the mean of the other heads. Switched off means zero.",
            lambda heads, off: torch.where(
                _gate(torch.ones_like(heads), off) == 0,
                _gate(heads, off).sum(1, keepdim=True) / max(1, heads.shape[1] - len(off)),
                heads,
            ),
        ),
        Mistake("nothing silenced", "Nothing is silenced: `off` is not used.", lambda heads, off: heads.clone()),
        Mistake(
            "only the first sentence",
            "The heads are silenced in the first sentence only: axis 0 is the batch, and all of it is meant.",
            lambda heads, off: torch.cat([_gate(heads[:1], off), heads[1:]]),
        ),
        Mistake(
            "only the first word",
            "The heads are silenced at the first word only: all queries are meant.",
            lambda heads, off: torch.cat([_gate(heads[:, :, :1], off), heads[:, :, 1:]], 2),
        ),
        Mistake(
            "only the last word",
            "The heads are silenced at the last word only: all queries are meant.",
            lambda heads, off: torch.cat([heads[:, :, :-1], _gate(heads[:, :, -1:], off)], 2),
        ),
    ]
)


def _replaced_by_mean(axis):
    """The heads that are off give their mean along an axis."""
    return lambda heads, off: torch.where(
        _gate(torch.ones_like(heads), off) == 0, heads.mean(axis, keepdim=True), heads
    )


for _axis, _name in ((0, "sentences"), (3, "features")):
    HEAD_MASK.mistake(
        f"mean over the {_name}",
        f"The head's output is replaced by its mean over the {_name}. Switched off means zero.",
    )(_replaced_by_mean(_axis))

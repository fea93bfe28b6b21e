"""The exercise *A question that is read both ways*: the mask of a prefix language model, with padding."""

from collections.abc import Callable

import torch
from torch import Tensor

from transformer_lab.checks.exercise import Case, Exercise

Rule = Callable[[Tensor, Tensor, Tensor, Tensor], Tensor]


def _prefix(rule: Rule, shape: Callable[[Tensor], Tensor] = lambda mask: mask[:, None]):
    """A mask from ``rule(query, key, prefix, real)``, whose parts broadcast to [batch, query, key]; right or wrong."""

    def mask(tokens: Tensor, prefix_lengths: Tensor, pad_id: int) -> Tensor:
        place = torch.arange(tokens.shape[1])
        table = rule(place[:, None], place, prefix_lengths[:, None, None], (tokens != pad_id)[:, None, :])
        return shape(table.expand(len(tokens), tokens.shape[1], tokens.shape[1]))

    return mask


def _right(query: Tensor, key: Tensor, prefix: Tensor, real: Tensor) -> Tensor:
    return ((key <= query) | (key < prefix)) & real


def _case(label: str, tokens: list[list[int]], prefix_lengths: list[int], pad_id: int = 0) -> Case:
    return Case(label, (torch.tensor(tokens), torch.tensor(prefix_lengths), pad_id))


PREFIX_MASK = Exercise(
    name="prefix_mask",
    notebook="18_sequence_masking",
    title="A question that is read both ways",
    difficulty=2,
    reference=_prefix(_right),
    cases=lambda: [
        _case("3 sentences of 5 tokens", [[5, 6, 7, 8, 9], [5, 6, 7, 0, 0], [4, 5, 6, 7, 0]], [3, 2, 1]),
        _case("no prefix, and nothing but one", [[5, 6, 7, 8], [5, 6, 7, 8]], [0, 4]),
        _case("as many sentences as tokens", [[5, 6, 0], [5, 0, 0], [7, 8, 9]], [2, 1, 2]),
        _case("pad_id 3, padding on the left", [[3, 3, 5, 0, 6, 7], [3, 1, 2, 4, 5, 8]], [4, 3], 3),
        _case("padding inside the prefix", [[5, 0, 6, 0, 7]], [4]),
        _case("one sentence, pad_id 9 the largest", [[4, 0, 8, 7, 9, 9]], [3], 9),
        _case("one token", [[7], [0]], [1, 0]),
    ],
    praise="Right: the prefix is read both ways, what follows is written from left to right, and padding is nobody's.",
    mistakes=[],
)


def _as_numbers(query: Tensor, key: Tensor, prefix: Tensor, real: Tensor) -> Tensor:
    return _right(query, key, prefix, real).float()


MISTAKES = {
    "inverted polarity": (
        "The mask is the wrong way round: True means 'may attend'.",
        _prefix(lambda *parts: ~_right(*parts)),
    ),
    "causal only": (
        "The prefix is read from left to right like the rest: inside it, a token also sees what comes after it.",
        _prefix(lambda query, key, prefix, real: (key <= query) & real),
    ),
    "queries of the prefix": (
        "The tokens of the prefix see *everything*, also what is to be predicted: it is the keys of the prefix that "
        "are open to all, columns and not rows.",
        _prefix(lambda query, key, prefix, real: ((key <= query) | (query < prefix)) & real),
    ),
    "the prefix alone": (
        "After the prefix nothing but the prefix is seen: a token also sees the ones before it, and itself.",
        _prefix(lambda query, key, prefix, real: (key < prefix) & real),
    ),
    "both at once": (
        "A key must here be in the past *and* in the prefix: one of the two is enough.",
        _prefix(lambda query, key, prefix, real: (key <= query) & (key < prefix) & real),
    ),
    "one key too far": (
        "The prefix reaches one token too far, and that one is to be predicted: keys below prefix_lengths.",
        _prefix(lambda query, key, prefix, real: ((key <= query) | (key <= prefix)) & real),
    ),
    "one key too few": (
        "The last token of the prefix is left out: keys from 0 to prefix_lengths − 1.",
        _prefix(lambda query, key, prefix, real: ((key <= query) | (key < prefix - 1)) & real),
    ),
    "not itself": (
        "Behind the prefix a token may not see itself: the diagonal belongs to the allowed keys.",
        _prefix(lambda query, key, prefix, real: ((key < query) | (key < prefix)) & real),
    ),
    "the next token": (
        "Each token sees the next one, which it is to predict: the diagonal is the last allowed key.",
        _prefix(lambda query, key, prefix, real: ((key <= query + 1) | (key < prefix)) & real),
    ),
    "the future": (
        "Behind the prefix the future is open and the past hidden: key ≤ query.",
        _prefix(lambda query, key, prefix, real: ((key >= query) | (key < prefix)) & real),
    ),
    "everything allowed": (
        "The future is open to all: behind the prefix, a token sees what came before it only.",
        _prefix(lambda query, key, prefix, real: real),
    ),
    "padding read": (
        "Padding may be attended to: hide the keys that are pad_id.",
        _prefix(lambda query, key, prefix, real: (key <= query) | (key < prefix)),
    ),
    "padding in the prefix read": (
        "Padding inside the prefix may be attended to: hide the keys that are pad_id there too. `&` comes before `|`.",
        _prefix(lambda query, key, prefix, real: ((key <= query) & real) | (key < prefix)),
    ),
    "padding in the past read": (
        "Padding in the past may be attended to: hide the keys that are pad_id there too. `&` comes before `|`.",
        _prefix(lambda query, key, prefix, real: (key <= query) | ((key < prefix) & real)),
    ),
    "padded queries hidden": (
        "The rows of padding have no key left. Hide keys only, columns: what a padded query computes, nobody reads.",
        _prefix(lambda *parts: _right(*parts) & parts[-1].mT),
    ),
    "queries hidden, not keys": (
        "Padding hides rows here, the queries: it must hide columns, the keys.",
        _prefix(lambda query, key, prefix, real: ((key <= query) | (key < prefix)) & real.mT),
    ),
    "queries in columns": (
        "Queries and keys have changed places: a row for each query, [batch, 1, query, key].",
        _prefix(_right, lambda mask: mask.mT[:, None]),
    ),
    "head axis missing": (
        "The axis of the heads is missing: [batch, 1, query, key], or the sentences meet the heads.",
        _prefix(_right, lambda mask: mask),
    ),
    "a mask of numbers": (
        "The mask holds 0 and 1, not False and True: attention *adds* numbers to the scores, and 0 hides nothing.",
        _prefix(_as_numbers),
    ),
    "a mask to add": (
        "This is a mask to be added, with 0 and −∞: a boolean one is wanted, True where a key may be attended to.",
        _prefix(lambda *parts: _as_numbers(*parts).log()),
    ),
    "one prefix for all": (
        "The first sentence's prefix is taken for all: each sentence has its own.",
        _prefix(lambda query, key, prefix, real: _right(query, key, prefix[:1], real)),
    ),
    "the longest prefix for all": (
        "The longest prefix is taken for all: each sentence has its own.",
        _prefix(lambda query, key, prefix, real: _right(query, key, prefix.amax(), real)),
    ),
    "the shortest prefix for all": (
        "The shortest prefix is taken for all: each sentence has its own.",
        _prefix(lambda query, key, prefix, real: _right(query, key, prefix.amin(), real)),
    ),
    "pad_id ignored": (
        "The padding is not always token 0: compare with pad_id.",
        lambda tokens, prefix_lengths, pad_id: _prefix(_right)(tokens, prefix_lengths, 0),
    ),
    "as many keys as there are words": (
        "As many keys are allowed as there are words, counted from the left: padding may stand before and between "
        "them. Compare each token with pad_id.",
        _prefix(
            lambda query, key, prefix, real: ((key <= query) | (key < prefix)) & (key < real.sum(-1, keepdim=True))
        ),
    ),
}
for _name, (_words, _answer) in MISTAKES.items():
    PREFIX_MASK.mistake(_name, _words)(_answer)

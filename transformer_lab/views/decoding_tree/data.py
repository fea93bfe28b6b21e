"""The tree behind DecodingTreeView: which continuations a model weighs, and what probability each of them gets."""

import heapq
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor

SMALL, DEEP, FULL, END = "small", "depth", "limit", "end"
STORED_LOGITS = 224 * 1024  # bytes; the rest of a view's 256 KB is left to the browser's other tensors


@dataclass
class DecodingTree:
    """Nodes in columns; node 0 is the prefix, and a parent stands before its children.

    Attributes:
        tokens, parents, log_p: of each node the token, the parent, and ln p(token | everything before it).
        children: of each node its children, the most probable first.
        why: of a node without children the reason: it ends the sequence (``end``), stands at the full depth
            (``depth``), lies below the threshold (``small``) or beyond the greatest number of nodes (``limit``).
        others: of each expanded node, how many possible tokens are not shown, and the logarithm of their mass.
        logits: of each expanded node the logits of every token.
    """

    tokens: list[int] = field(default_factory=lambda: [-1])
    parents: list[int] = field(default_factory=lambda: [-1])
    log_p: list[float] = field(default_factory=lambda: [0.0])
    children: list[list[int]] = field(default_factory=lambda: [[]])
    why: list[str] = field(default_factory=lambda: [""])
    others: dict[int, tuple[int, float]] = field(default_factory=dict)
    logits: dict[int, Tensor] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.tokens)

    def ids(self, node: int) -> list[int]:
        """The tokens from the root to a node."""
        found: list[int] = []
        while node > 0:
            found.append(self.tokens[node])
            node = self.parents[node]
        return found[::-1]

    def nodes(self, path: Sequence[int]) -> list[int]:
        """The nodes of a path, without the root; as far as the tree has them."""
        at, found = 0, []
        for token in path:
            child = next((c for c in self.children[at] if self.tokens[c] == token), None)
            if child is None:
                break
            found.append(at := child)
        return found

    def at_temperature(self, temperature: float) -> tuple[list[float], dict[int, float]]:
        """ln p of every node given its parent, and each node's mass of others, for softmax(logits / temperature)."""
        if temperature == 1:
            return self.log_p, {node: math.exp(log_mass) for node, (_, log_mass) in self.others.items()}
        log_p, others = list(self.log_p), {}
        for node, logits in self.logits.items():
            row = (logits.float().double() / temperature).log_softmax(-1)
            shown = torch.tensor([self.tokens[c] for c in self.children[node]])
            for child, value in zip(self.children[node], row[shown].tolist(), strict=True):
                log_p[child] = value
            others[node] = float(row.index_fill(0, shown, -math.inf).exp().sum())
        return log_p, others

    def totals(self, log_p: Sequence[float]) -> list[float]:
        """ln p of the whole path to every node."""
        total = [0.0] * len(self)
        for node in range(1, len(self)):
            total[node] = total[self.parents[node]] + log_p[node]
        return total


def grow(
    next_token: Callable[[Tensor], Tensor],
    prefix: Sequence[int],
    vocab_size: int,
    *,
    eos_id: int,
    depth: int,
    width: int,
    min_probability: float,
    max_nodes: int,
    paths: Mapping[str, Sequence[int]],
) -> DecodingTree:
    """Expand the given paths in full, then the most probable node that is left, until none is probable enough."""
    tree = DecodingTree()
    total = [0.0]

    @torch.no_grad()
    def expand(node: int, wanted: int | None = None) -> None:
        """Give a node its ``width`` most probable children, and the wanted token if it is not among them."""
        if not tree.children[node]:
            row = _logits(next_token, [*prefix, *tree.ids(node)], vocab_size)
            log_p = row.double().log_softmax(-1)
            ranked = log_p.argsort(descending=True, stable=True)[:width].tolist()
            tree.logits[node] = row
            for token in ranked:
                add(node, token, float(log_p[token]))
        shown = {tree.tokens[child] for child in tree.children[node]}
        if wanted is not None and wanted not in shown:
            log_p = float(tree.logits[node].double().log_softmax(-1)[wanted])
            if log_p == -math.inf:
                raise ValueError(f"paths: token {wanted} has probability 0 after {tree.ids(node)}")
            add(node, wanted, log_p)
            tree.children[node].sort(key=lambda child: -tree.log_p[child])

    def add(node: int, token: int, log_p: float) -> None:
        if log_p == -math.inf:
            return
        tree.children[node].append(len(tree))
        tree.tokens.append(token)
        tree.parents.append(node)
        tree.log_p.append(log_p)
        tree.children.append([])
        tree.why.append(END if token == eos_id else "")
        total.append(total[node] + log_p)

    for path in paths.values():
        for step, token in enumerate(path):
            expand((tree.nodes(path[:step]) or [0])[-1], token)
    if len(tree) > max_nodes:
        raise ValueError(
            f"paths need {len(tree)} nodes with {width} tokens at each step, more than max_nodes={max_nodes}: "
            "give fewer or shorter paths, or a smaller width"
        )
    _grow_best_first(tree, total, expand, depth, width, min_probability, max_nodes)
    for node, row in tree.logits.items():
        log_p = row.double().log_softmax(-1)
        shown = torch.tensor([tree.tokens[c] for c in tree.children[node]])
        rest = log_p.index_fill(0, shown, -math.inf)
        tree.others[node] = (int((rest > -math.inf).sum()), float(rest.logsumexp(-1)))
    return tree


def _grow_best_first(tree, total, expand, depth, width, min_probability, max_nodes) -> None:
    depths = [0] * len(tree)
    for node in range(1, len(tree)):
        depths[node] = depths[tree.parents[node]] + 1
    heap = [(-total[node], node) for node in range(len(tree)) if not tree.children[node] and not tree.why[node]]
    heapq.heapify(heap)
    while heap:
        minus, node = heapq.heappop(heap)
        if depths[node] >= depth:
            tree.why[node] = DEEP
        elif -minus < math.log(min_probability):
            tree.why[node] = SMALL
        elif len(tree) + width > max_nodes:
            tree.why[node] = FULL
        else:
            expand(node)
            for child in tree.children[node]:
                depths.append(depths[node] + 1)
                if not tree.why[child]:
                    heapq.heappush(heap, (-total[child], child))


def _logits(next_token: Callable[[Tensor], Tensor], ids: Sequence[int], vocab_size: int) -> Tensor:
    found: Any = next_token(torch.tensor([list(ids)]))
    if not isinstance(found, Tensor) or tuple(found.shape) != (1, vocab_size):
        got = tuple(found.shape) if isinstance(found, Tensor) else type(found).__name__
        raise ValueError(f"next_token must return logits [batch, vocab] = (1, {vocab_size}), got {got}")
    row = found[0].detach().cpu()
    if bool(row.isnan().any()) or bool((row == math.inf).any()) or not bool((row > -math.inf).any()):
        raise ValueError(f"next_token must return numbers (or −inf, not for all tokens); it does not after {list(ids)}")
    return row

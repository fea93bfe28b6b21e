"""From next-token probabilities to sequences: greedy, sampling, beam search.

Every search asks one thing of a model: given the tokens so far, the logits of the next one. :class:`NextToken` answers
it for the models of this package, with or without a cache; any other callable with a ``reorder`` method will do too.
"""

import math
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import torch
from jaxtyping import Float, Int
from torch import Tensor

from transformer_lab.models import CausalLanguageModel, Transformer


@runtime_checkable
class NextTokenModel(Protocol):
    """What a search needs."""

    def __call__(self, tokens: Tensor) -> Tensor:
        """``[batch, length]`` tokens so far → ``[batch, vocab]`` logits of the next one."""

    def reorder(self, rows: Tensor) -> None:
        """From now on, row ``i`` of the batch continues what row ``rows[i]`` was."""


class NextToken:
    """Next-token logits of a Transformer (given its source) or of a language model.

    With ``use_cache`` (the default) each call computes the new tokens only and remembers the keys and values of the old
    ones: the same logits to rounding, at a cost per token that does not grow with a full pass over everything before.
    """

    def __init__(
        self,
        model: Transformer | CausalLanguageModel,
        source: Int[Tensor, "batch source"] | None = None,
        *,
        use_cache: bool = True,
    ):
        if isinstance(model, Transformer) != (source is not None):
            raise ValueError(f"source must be given for a Transformer and only for it; model is {type(model).__name__}")
        self.model, self.source = model, source
        self.memory = model.encode(source) if isinstance(model, Transformer) else None
        self.cache = model.new_cache() if use_cache else None
        self.seen = 0

    def __call__(self, tokens: Int[Tensor, "batch length"]) -> Float[Tensor, "batch vocab"]:
        """Logits of the token after ``tokens``; ``tokens`` must continue those of the last call."""
        new = tokens if self.cache is None else tokens[:, self.seen :]
        self.seen = tokens.shape[1]
        if isinstance(self.model, Transformer):
            return self.model.decode(new, self.memory, self.source, self.cache)[:, -1]
        return self.model(new, self.cache)[:, -1]

    def reorder(self, rows: Int[Tensor, " rows"]) -> None:
        """Keep these rows of the batch, in this order."""
        if self.source is not None and self.memory is not None:
            self.source, self.memory = self.source[rows], self.memory[rows]
        for layer in self.cache or ():
            for part in layer if isinstance(layer, tuple) else (layer,):
                part.reorder(rows)


@torch.no_grad()
def greedy(
    next_token: NextTokenModel,
    prefix: Int[Tensor, "batch length"],
    *,
    eos_id: int,
    max_new_tokens: int,
    pad_id: int = 0,
) -> Int[Tensor, "batch longer"]:
    """Always the most probable next token. Returns the prefix and what follows, padded after ``eos_id``."""
    return _generate(next_token, prefix, eos_id, max_new_tokens, pad_id, lambda logits: logits.argmax(dim=-1))


@torch.no_grad()
def sample(
    next_token: NextTokenModel,
    prefix: Int[Tensor, "batch length"],
    *,
    eos_id: int,
    max_new_tokens: int,
    pad_id: int = 0,
    temperature: float = 1.0,
    top_k: int | None = None,
    top_p: float | None = None,
    generator: torch.Generator | None = None,
) -> Int[Tensor, "batch longer"]:
    """Draw each next token from ``softmax(logits / temperature)``, cut to its top k tokens and then its top p mass.

    A temperature near 0 approaches :func:`greedy`; above 1 it flattens the distribution.
    """
    if not temperature > 0:
        raise ValueError(f"temperature must be positive, got {temperature}; for the limit at 0 use greedy()")

    def choose(logits: Tensor) -> Tensor:
        logits = logits / temperature
        logits = logits if top_k is None else top_k_filter(logits, top_k)
        logits = logits if top_p is None else top_p_filter(logits, top_p)
        return torch.multinomial(logits.softmax(dim=-1), 1, generator=generator)[:, 0]

    return _generate(next_token, prefix, eos_id, max_new_tokens, pad_id, choose)


def _generate(next_token, prefix, eos_id, max_new_tokens, pad_id, choose) -> Tensor:
    """The loop that greedy search and sampling share."""
    _check_prefix(prefix, max_new_tokens)
    tokens = prefix
    finished = torch.zeros(prefix.shape[0], dtype=torch.bool, device=prefix.device)
    for _ in range(max_new_tokens):
        chosen = choose(next_token(tokens)).masked_fill(finished, pad_id)
        tokens = torch.cat([tokens, chosen[:, None]], dim=1)
        finished = finished | (chosen == eos_id)
        if bool(finished.all()):
            break
    return tokens


def _check_prefix(prefix: Tensor, max_new_tokens: int) -> None:
    if prefix.shape[1] < 1:
        raise ValueError("prefix must hold at least one token (the start token), got none")
    if max_new_tokens < 1:
        raise ValueError(f"max_new_tokens must be at least 1, got {max_new_tokens}")


def top_k_filter(logits: Float[Tensor, "*batch vocab"], k: int) -> Float[Tensor, "*batch vocab"]:
    """Keep the ``k`` largest logits, set the others to −inf (Fan et al. 2018). Of equal logits, the first stay."""
    if k < 1:
        raise ValueError(f"k must be at least 1, got {k}")
    ranked = logits.argsort(dim=-1, descending=True, stable=True)
    return logits.scatter(-1, ranked[..., k:], float("-inf"))


def top_p_filter(logits: Float[Tensor, "*batch vocab"], p: float) -> Float[Tensor, "*batch vocab"]:
    """Keep the smallest set of most probable tokens with total probability ≥ p (nucleus; Holtzman et al. 2020).

    The token that crosses the threshold stays in, so at least one token always stays.
    """
    if not 0 < p <= 1:
        raise ValueError(f"p must be in (0, 1], got {p}")
    ranked = logits.argsort(dim=-1, descending=True, stable=True)
    probabilities = logits.gather(-1, ranked).softmax(dim=-1)
    # A token is dropped when the tokens *before* it already reach p.
    drop = probabilities.cumsum(dim=-1) - probabilities >= p
    drop[..., 0] = False
    return logits.masked_fill(torch.zeros_like(drop).scatter(-1, ranked, drop), float("-inf"))


@dataclass(frozen=True)
class Hypothesis:
    """One sequence found by beam search.

    Attributes:
        tokens: the new tokens, with the end token where there is one.
        log_probability: natural logarithm of the probability of all new tokens.
        score: what hypotheses are ranked by: ``log_probability / length_penalty``.
        finished: whether it ended with the end token rather than at ``max_new_tokens``.
    """

    tokens: tuple[int, ...]
    log_probability: float
    score: float
    finished: bool


def length_factor(length: int, alpha: float) -> float:
    """``((5 + length) / 6)^alpha``, what log-probabilities are divided by (Wu et al. 2016, eq. 14); 1 for alpha = 0."""
    return math.pow((5 + length) / 6, alpha)


@torch.no_grad()
def beam_search(
    next_token: NextTokenModel,
    prefix: Int[Tensor, "1 length"],
    *,
    eos_id: int,
    max_new_tokens: int,
    num_beams: int = 4,
    alpha: float = 0.6,
) -> list[Hypothesis]:
    """Keep the ``num_beams`` best unfinished sequences at every step; stop when ``num_beams`` finished ones are ahead.

    Ahead of every unfinished one, that is: stopping as soon as so many have *finished* would let an early, improbable
    end win over a sentence that is still being written. Returns up to ``num_beams`` hypotheses, best score first. One
    beam is greedy search; enough beams are exhaustive.
    """
    _check_prefix(prefix, max_new_tokens)
    if num_beams < 1:
        raise ValueError(f"num_beams must be at least 1, got {num_beams}")
    done: list[Hypothesis] = []
    tokens = prefix
    totals = torch.zeros(1, dtype=torch.float64, device=prefix.device)
    for length in range(1, max_new_tokens + 1):
        log_p = next_token(tokens).double().log_softmax(dim=-1)
        candidates = totals[:, None] + log_p
        vocab_size = candidates.shape[1]
        # Twice as many as beams, so that num_beams unfinished ones remain even if all beams propose the end token.
        best, flat = candidates.flatten().topk(min(2 * num_beams, candidates.numel()))
        keep: list[int] = []
        for rank, (total, index) in enumerate(zip(best.tolist(), flat.tolist(), strict=True)):
            row, token = divmod(index, vocab_size)
            if total == -math.inf:
                break
            if token == eos_id:
                if rank < num_beams:
                    new = (*tokens[row, prefix.shape[1] :].tolist(), token)
                    done.append(Hypothesis(new, total, total / length_factor(length, alpha), True))
            elif len(keep) < num_beams:
                keep.append(rank)
        done = sorted(done, key=lambda h: -h.score)[:num_beams]
        leading = float(best[keep[0]]) / length_factor(length, alpha) if keep else -math.inf
        if not keep or (len(done) == num_beams and done[-1].score >= leading):
            tokens = tokens[:0]
            break
        rows, chosen = flat[keep] // vocab_size, flat[keep] % vocab_size
        tokens, totals = torch.cat([tokens[rows], chosen[:, None]], dim=1), best[keep]
        next_token.reorder(rows)
    for row, total in zip(tokens[:, prefix.shape[1] :].tolist(), totals.tolist(), strict=False):
        done.append(Hypothesis(tuple(row), total, total / length_factor(len(row), alpha), False))
    return sorted(done, key=lambda h: -h.score)[:num_beams]

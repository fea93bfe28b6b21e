"""From next-token probabilities to sequences: greedy, sampling, beam search.

Every search asks one thing of a model: given the tokens so far, the logits of the next one. :class:`NextToken` answers
it for the models of this package, with or without a cache; any other callable with a ``reorder`` method will do too.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import torch
from jaxtyping import Float, Int
from torch import Tensor

from transformer_lab.attention import KeyValueCache
from transformer_lab.devices import device_of, exact_dtype
from transformer_lab.models import CausalLanguageModel, LayerCache, Transformer
from transformer_lab.numerics import at_least_float32
from transformer_lab.stepping import Step, can_step

# After how many tokens it is asked whether all rows have ended: a GPU has to be waited for, and may write some in vain.
ASK_EVERY = {"cpu": 1}


@runtime_checkable
class NextTokenModel(Protocol):
    """What a search needs."""

    def __call__(self, tokens: Tensor) -> Tensor:
        """``[batch, length]`` tokens so far → ``[batch, vocab]`` logits of the next one."""
        ...

    def reorder(self, rows: Tensor) -> None:
        """From now on, row ``i`` of the batch continues what row ``rows[i]`` was."""


class NextToken:
    """Next-token logits of a Transformer (given its source) or of a language model.

    With ``use_cache`` (the default) each call computes the new tokens only and remembers the keys and values of the old
    ones: the same logits to rounding, at a cost per token that does not grow with a full pass over everything before.
    The tokens in ``forbidden`` get the logit −inf: no search will write them.
    """

    def __init__(
        self,
        model: Transformer | CausalLanguageModel,
        source: Int[Tensor, "batch source"] | None = None,
        *,
        use_cache: bool = True,
        forbidden: Sequence[int] = (),
    ):
        refusal = f"source must be given for a Transformer and only for it; model is {type(model).__name__}"
        self.device = device_of(model)
        if isinstance(model, Transformer):
            if source is None:
                raise ValueError(refusal)
            self.asked = _Translating(model, source.to(self.device))
        else:
            if source is not None:
                raise ValueError(refusal)
            self.asked = _Continuing(model)
        self.forbidden = torch.tensor(list(forbidden), dtype=torch.long, device=self.device)
        self.work = _Cached(self.asked) if use_cache else self.asked

    @property
    def cache(self) -> list[LayerCache] | list[KeyValueCache] | None:
        """The keys and values of each layer; None without a cache."""
        return self.asked.cache if isinstance(self.work, _Cached) else None

    @property
    def memory(self) -> Tensor:
        """What the encoder made of each row's source. Raises ValueError for a language model, which reads none."""
        if not isinstance(self.asked, _Translating):
            raise ValueError("model must be a Transformer to have a memory, got a CausalLanguageModel")
        return self.asked.memory

    def __call__(self, tokens: Int[Tensor, "batch length"]) -> Float[Tensor, "batch vocab"]:
        """Logits of the token after ``tokens``; with a cache, ``tokens`` must continue those of the last call."""
        logits = self.work.logits(tokens.to(self.device))
        return logits.index_fill(-1, self.forbidden, float("-inf")) if len(self.forbidden) else logits

    def reorder(self, rows: Int[Tensor, " rows"]) -> None:
        """Keep these rows of the batch, in this order."""
        self.work.reorder(rows)


class _Continuing:
    """A language model: it is given everything before at every call, or with ``cached`` what is not in its cache."""

    memory: None = None
    memory_mask: None = None

    def __init__(self, model: CausalLanguageModel):
        self.model, self.cache = model, model.new_cache()

    def logits(self, tokens: Tensor, cached: bool = False) -> Tensor:
        return self.model(tokens, self.cache if cached else None)[:, -1]

    def reorder(self, rows: Tensor) -> None:
        for own in self.cache:
            own.reorder(rows)


class _Translating:
    """A Transformer that has read its source once; ``cached`` as in :class:`_Continuing`."""

    def __init__(self, model: Transformer, source: Tensor):
        self.model, self.cache = model, model.new_cache()
        self.source, self.memory, self.one_sentence = source, model.encode(source), len(source) == 1
        padded = source == model.config.pad_id
        self.memory_mask = ~padded[:, None, None, :] if bool(padded.any()) else None

    def logits(self, tokens: Tensor, cached: bool = False) -> Tensor:
        return self.model.decode(tokens, self.memory, self.source, self.cache if cached else None)[:, -1]

    def reorder(self, rows: Tensor) -> None:
        for own, _ in self.cache:
            own.reorder(rows)
        # Where every row has read the same one sentence, and there are as many, the memory stays as it is.
        if self.one_sentence and len(rows) == len(self.source):
            return
        for _, memory in self.cache:
            memory.reorder(rows)
        self.source, self.memory = self.source[rows], self.memory[rows]
        self.memory_mask = None if self.memory_mask is None else self.memory_mask[rows]


class _Cached:
    """Either of them with its cache: it is given the new tokens only."""

    def __init__(self, asked: _Continuing | _Translating):
        self.asked, self.seen = asked, 0
        self.step: Step | None = None

    def logits(self, tokens: Tensor) -> Tensor:
        new, self.seen = tokens[:, self.seen :], tokens.shape[1]
        asked = self.asked
        if self.step is None and can_step(asked.model):
            self.step = Step(asked.model, asked.cache, asked.memory, asked.memory_mask)
        if self.step is not None and self.step.serves(new):
            return self.step(new)
        return asked.logits(new, cached=True)

    def reorder(self, rows: Tensor) -> None:
        self.asked.reorder(rows)
        if self.step is not None:
            self.step.memory, self.step.memory_mask = self.asked.memory, self.asked.memory_mask


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
def greedy_scored(
    next_token: NextTokenModel,
    prefix: Int[Tensor, "batch length"],
    *,
    eos_id: int,
    max_new_tokens: int,
    pad_id: int = 0,
) -> tuple[Int[Tensor, "batch longer"], Float[Tensor, " batch"]]:
    """:func:`greedy`, and for each row the natural logarithm of the probability of its new tokens, up to ``eos_id``."""
    steps: list[Tensor] = []

    def choose(logits: Tensor) -> Tensor:
        chosen = logits.argmax(dim=-1, keepdim=True)
        logits = logits.to(exact_dtype(logits.device))
        steps.append(logits.gather(-1, chosen) - logits.logsumexp(dim=-1, keepdim=True))
        return chosen[:, 0]

    tokens = _generate(next_token, prefix, eos_id, max_new_tokens, pad_id, choose)
    is_end = (tokens[:, prefix.shape[1] :] == eos_id).long()
    after_the_end = is_end.cumsum(dim=1) - is_end > 0
    scores = torch.cat(steps, dim=1)[:, : is_end.shape[1]]
    return tokens, scores.masked_fill(after_the_end, 0.0).sum(dim=1)


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
        # Not in 16 bits: there, draws and running sums miss most of the tokens of a large vocabulary.
        logits = at_least_float32(logits) / temperature
        logits = logits if top_k is None else top_k_filter(logits, top_k)
        logits = logits if top_p is None else top_p_filter(logits, top_p)
        # Where the generator is: one seed draws the same tokens whatever the model runs on.
        where = logits.device if generator is None else generator.device
        return torch.multinomial(logits.softmax(dim=-1).to(where), 1, generator=generator)[:, 0].to(logits.device)

    return _generate(next_token, prefix, eos_id, max_new_tokens, pad_id, choose)


def _generate(next_token, prefix, eos_id, max_new_tokens, pad_id, choose) -> Tensor:
    """The loop that greedy search and sampling share."""
    _check_prefix(prefix, max_new_tokens)
    tokens = prefix
    finished = torch.zeros(prefix.shape[0], dtype=torch.bool, device=prefix.device)
    for step in range(1, max_new_tokens + 1):
        chosen = choose(next_token(tokens)).masked_fill(finished, pad_id)
        tokens = torch.cat([tokens, chosen[:, None]], dim=1)
        finished = finished | (chosen == eos_id)
        if step % ASK_EVERY.get(prefix.device.type, 16) == 0 and bool(finished.all()):
            break
    return tokens[:, : prefix.shape[1] + _longest(tokens[:, prefix.shape[1] :], eos_id)]


def _longest(written: Tensor, eos_id: int) -> int:
    """How many tokens the longest row has, its end token included."""
    is_end = written == eos_id
    ends = torch.where(is_end.any(dim=1), is_end.long().argmax(dim=1) + 1, written.shape[1])
    return int(ends.max()) if len(ends) else written.shape[1]


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
    # In at least 32 bits, or the running sum of thousands of small numbers ends far below 1.
    probabilities = at_least_float32(logits).gather(-1, ranked).softmax(dim=-1)
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


def best_score_to_come(log_probability: float, length: int, longest: int, alpha: float) -> float:
    """The best score that an unfinished hypothesis of ``length`` tokens can still reach.

    Each further token can at best be certain, so its log-probability can stay and cannot rise; the factor that divides
    it is largest for the longest sentence when ``alpha`` is positive, for the next token's when it is negative.
    """
    return log_probability / max(length_factor(min(length + 1, longest), alpha), length_factor(longest, alpha))


@torch.no_grad()
def beam_search(
    next_token: NextTokenModel,
    prefix: Int[Tensor, "1 length"],
    *,
    eos_id: int,
    max_new_tokens: int,
    num_beams: int = 4,
    alpha: float = 0.6,
    num_results: int | None = None,
) -> list[Hypothesis]:
    """Keep the ``num_beams`` best unfinished sequences at every step; stop when none of them can overtake any more.

    Stopping as soon as so many have *finished*, or lead at this moment, would let an early end win over a sentence that
    is still being written (:func:`best_score_to_come`): what is returned is what a search to the last token would
    return. Returns up to ``num_results`` hypotheses (default: ``num_beams``), best score first; fewer are certain
    sooner. With ``alpha`` 0, one beam is greedy search; enough beams are exhaustive.
    """
    _check_prefix(prefix, max_new_tokens)
    num_results = num_beams if num_results is None else num_results
    _check_beams(num_beams, num_results, alpha, max_new_tokens)
    done: list[Hypothesis] = []
    tokens = prefix
    totals = torch.zeros(1, dtype=exact_dtype(prefix.device), device=prefix.device)
    for length in range(1, max_new_tokens + 1):
        log_p = next_token(tokens).to(totals.dtype).log_softmax(dim=-1)
        candidates = totals[:, None] + log_p
        vocab_size = candidates.shape[1]
        # Twice as many as beams, so that num_beams unfinished ones remain even if all beams propose the end token.
        best, flat = candidates.flatten().topk(min(2 * num_beams, candidates.numel()))
        keep: list[int] = []
        flat_indices, previous = flat.tolist(), len(tokens)
        for rank, (total, index) in enumerate(zip(best.tolist(), flat_indices, strict=True)):
            row, token = divmod(index, vocab_size)
            if total == -math.inf:
                break
            if token == eos_id:
                if rank < num_beams:
                    new = (*tokens[row, prefix.shape[1] :].tolist(), token)
                    done.append(Hypothesis(new, total, total / length_factor(length, alpha), True))
            elif len(keep) < num_beams:
                keep.append(rank)
        done = sorted(done, key=lambda h: -h.score)[:num_results]
        hope = best_score_to_come(float(best[keep[0]]), length, max_new_tokens, alpha) if keep else -math.inf
        if not keep or (len(done) == num_results and done[-1].score >= hope):
            tokens = tokens[:0]
            break
        kept = torch.tensor(keep, device=flat.device)
        rows, chosen, totals = flat[kept] // vocab_size, flat[kept] % vocab_size, best[kept]
        tokens = torch.cat([tokens[rows], chosen[:, None]], dim=1)
        order = [flat_indices[each] // vocab_size for each in keep]
        if order != list(range(previous)):
            next_token.reorder(rows)
    for row, total in zip(tokens[:, prefix.shape[1] :].tolist(), totals.tolist(), strict=False):
        done.append(Hypothesis(tuple(row), total, total / length_factor(len(row), alpha), False))
    return sorted(done, key=lambda h: -h.score)[:num_results]


def _check_beams(num_beams: int, num_results: int, alpha: float, max_new_tokens: int) -> None:
    if num_beams < 1:
        raise ValueError(f"num_beams must be at least 1, got {num_beams}")
    if not 1 <= num_results <= num_beams:
        raise ValueError(f"num_results must be from 1 to num_beams = {num_beams}, got {num_results}")
    try:
        usable = 0 < length_factor(max_new_tokens, alpha) < math.inf
    except OverflowError:
        usable = False
    if not usable:
        raise ValueError(f"alpha must be a number whose power of the length is one too, got {alpha}")

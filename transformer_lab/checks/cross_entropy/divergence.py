"""The exercise *How far from what was wanted*."""

from collections.abc import Callable

import torch
from torch import Tensor

from transformer_lab.checks.engine.forbidding import Forbidden
from transformer_lab.checks.exercise import Case, Exercise, Mistake
from transformer_lab.checks.samples import draw


def _y_log_y(wanted: Tensor) -> Tensor:
    return torch.special.xlogy(wanted, wanted)


def _divergence(logits: Tensor, wanted: Tensor) -> Tensor:
    """Σ y (log y − log p). No gradient is asked of what was wanted."""
    wanted = wanted.detach()
    return (_y_log_y(wanted) - wanted * logits.log_softmax(dim=-1)).sum(dim=-1)


def _some(*shape: int, seed: int, vocab_size: int) -> tuple[Tensor, Tensor]:
    """Logits, and other distributions that are wanted."""
    logits = 1.5 * draw(*shape, vocab_size, seed=seed)
    return logits, draw(*shape, vocab_size, seed=seed + 1).softmax(-1)


def _with_zeros() -> tuple[Tensor, Tensor]:
    wanted = torch.tensor([[0.5, 0.5, 0, 0], [0, 0, 0, 1], [0.25, 0, 0.5, 0.25]], dtype=torch.float64)
    return draw(3, 4, seed=8), wanted


def _reached() -> tuple[Tensor, Tensor]:
    """The first token's probabilities are what is wanted, the second's are not."""
    logits, wanted = _some(2, seed=9, vocab_size=6)
    return logits, torch.stack([logits[0].softmax(-1), wanted[1]])


def _large() -> tuple[Tensor, Tensor]:
    # exp(1000) overflows even in float64, and exp(−2000) is 0, whose logarithm is −∞.
    logits = torch.tensor([[1000.0, 0, -1000], [1000, 0, -1000], [1, 2, 3]], dtype=torch.float64)
    return logits, torch.tensor([[0.9, 0.05, 0.05], [0.2, 0.3, 0.5], [0.3, 0.3, 0.4]], dtype=torch.float64)


DIVERGENCE = Exercise(
    name="divergence",
    notebook="10_cross_entropy",
    title="How far from what was wanted",
    difficulty=2,
    reference=_divergence,
    cases=lambda: [
        Case("5 tokens, 4 words", _some(5, seed=0, vocab_size=4), 1e-5),
        Case("as many tokens as words", _some(3, seed=2, vocab_size=3), 1e-5),
        Case("a batch of sentences", _some(2, 4, seed=4, vocab_size=5), 1e-5),
        Case("one sentence in float32", tuple(x.float() for x in _some(1, 3, seed=6, vocab_size=3)), 1e-5),
        Case("zeros in what is wanted", _with_zeros(), 1e-5),
        Case("a token that has what is wanted", _reached(), 1e-5),
        Case("logits of 1,000", _large()),
    ],
    gradients=True,
    forbidden=[Forbidden("F.kl_div", torch_names=frozenset({"kl_div"}))],
    praise="Right: 0 where p is what was wanted, with zeros and with logits of 1,000 too; its gradient is p − y.",
    mistakes=[
        Mistake(
            "entropy not subtracted",
            "This is the cross-entropy −Σ y log p: subtract the entropy of what was wanted, and 0 is left at p = y.",
            lambda logits, wanted: -(wanted * logits.log_softmax(-1)).sum(-1),
        ),
        Mistake(
            "the other way round",
            "This is KL(p ‖ wanted), averaged over what the model says: here the mean runs over what was wanted, "
            "Σ y (log y − log p).",
            lambda logits, wanted: (logits.softmax(-1) * (logits.log_softmax(-1) - wanted.log())).sum(-1),
        ),
        Mistake(
            "zeros give NaN",
            "0 · log 0 is NaN on a computer, 0 in the formula: use torch.special.xlogy, or fill those words with 0.",
            lambda logits, wanted: (wanted * (wanted.log() - logits.log_softmax(-1))).sum(-1),
        ),
        Mistake(
            "logarithm of zero",
            "A probability was rounded to 0 before its logarithm was taken: stay with logarithms, log_softmax.",
            lambda logits, wanted: (_y_log_y(wanted) - wanted * logits.softmax(-1).log()).sum(-1),
        ),
        Mistake(
            "logarithm of zero, and zeros give NaN",
            "Two things: take log_softmax, not the logarithm of a softmax that was rounded to 0; and 0 · log 0 is NaN "
            "on a computer (use torch.special.xlogy).",
            lambda logits, wanted: (wanted * (wanted / logits.softmax(-1)).log()).sum(-1),
        ),
        Mistake(
            "overflow",
            "exp(1000) is infinite, and ∞/∞ is not a number: log_softmax subtracts the largest logit first.",
            lambda logits, wanted: (
                _y_log_y(wanted) - wanted * (logits.exp() / logits.exp().sum(-1, keepdim=True)).log()
            ).sum(-1),
        ),
        Mistake(
            "no normalisation",
            "The logits are taken for logarithms of probabilities: log Σ exp of all logits of the token is missing.",
            lambda logits, wanted: (_y_log_y(wanted) - wanted * logits).sum(-1),
        ),
        Mistake(
            "softmax of what was wanted",
            "What was wanted holds probabilities already: only the logits go through a softmax.",
            lambda logits, wanted: _divergence(logits, wanted.softmax(-1)),
        ),
        Mistake(
            "softmax twice",
            "The logits went through softmax twice: log_softmax expects logits, not probabilities.",
            lambda logits, wanted: _divergence(logits.softmax(-1), wanted),
        ),
        Mistake(
            "bits, not nats",
            "This is the distance in bits: take the natural logarithm, log, not log2.",
            lambda logits, wanted: _divergence(logits, wanted) / torch.tensor(2.0).double().log(),
        ),
        Mistake(
            "sign",
            "The sign is turned round: the divergence is 0 or more, Σ y (log y − log p).",
            lambda logits, wanted: -_divergence(logits, wanted),
        ),
        Mistake(
            "entropy added",
            "The entropy of what was wanted is added: it is subtracted from the cross-entropy.",
            lambda logits, wanted: -(_y_log_y(wanted) + wanted * logits.log_softmax(-1)).sum(-1),
        ),
        Mistake(
            "entropy alone",
            "This is the entropy of what was wanted: the model's part, −Σ y log p, is missing.",
            lambda logits, wanted: -_y_log_y(wanted).sum(-1) + 0 * logits.sum(-1),
        ),
        Mistake(
            "mean over the words",
            "The words' terms are averaged, as F.kl_div does unless it is told otherwise: add them up.",
            lambda logits, wanted: _divergence(logits, wanted) / logits.shape[-1],
        ),
        Mistake(
            "both ways added",
            "Both directions are added up: only Σ y (log y − log p) is asked for.",
            lambda logits, wanted: ((logits.softmax(-1) - wanted) * (logits.log_softmax(-1) - wanted.log())).sum(-1),
        ),
        Mistake(
            "not weighed",
            "The differences of the logarithms are added up without their weights: y · (log y − log p) for each word.",
            lambda logits, wanted: (wanted.log() - logits.log_softmax(-1)).sum(-1),
        ),
        Mistake(
            "terms without their sign",
            "Each term is taken without its sign: some are negative, and they belong into the sum.",
            lambda logits, wanted: (_y_log_y(wanted) - wanted * logits.log_softmax(-1)).abs().sum(-1),
        ),
        Mistake(
            "not added up",
            "There is a number for each word: add them up over the last axis.",
            lambda logits, wanted: _y_log_y(wanted) - wanted * logits.log_softmax(-1),
        ),
        Mistake(
            "last axis kept",
            "The last axis is still there, with size 1: leave keepdim out.",
            lambda logits, wanted: _divergence(logits, wanted)[..., None],
        ),
        Mistake(
            "averaged",
            "This is the mean: return one number for each token.",
            lambda logits, wanted: _divergence(logits, wanted).mean(),
        ),
        Mistake(
            "all added up",
            "This is the sum over all tokens: return one number for each.",
            lambda logits, wanted: _divergence(logits, wanted).sum(),
        ),
    ],
)


def _softmax_over(axis: int) -> Callable[[Tensor, Tensor], Tensor]:
    return lambda logits, wanted: (_y_log_y(wanted) - wanted * logits.log_softmax(axis)).sum(-1)


DIVERGENCE.mistake(
    "softmax over the tokens",
    "The probabilities of the *tokens* add up to 1, not those of the words: take the softmax along dim=-1.",
)(_softmax_over(-2))
DIVERGENCE.mistake(
    "softmax over dim 1",
    "dim=1 is the words for a list of tokens, but the tokens as soon as there is a batch: use dim=-1.",
)(_softmax_over(1))
DIVERGENCE.mistake(
    "softmax over dim 0",
    "dim=0 is the first axis, whatever it holds: the words are the last, dim=-1.",
)(_softmax_over(0))


@DIVERGENCE.mistake(
    "one maximum for the whole batch",
    "The largest logit of the whole batch is subtracted everywhere, and tokens far below it underflow: each token "
    "needs its own, as log_softmax takes it.",
)
def _one_maximum(logits: Tensor, wanted: Tensor) -> Tensor:
    shifted = logits - logits.max()
    log_p = shifted - shifted.exp().sum(-1, keepdim=True).log()
    return (_y_log_y(wanted) - wanted * log_p).sum(-1)


DIVERGENCE.mistakes.append(
    Mistake(
        "capped",
        "Right for ordinary logits, wrong for large ones: where a probability is rounded to 0, a number added to it or "
        "a clamp only caps the result. Stay with logarithms, log_softmax.",
        only_fails=frozenset({"logits of 1,000"}),
    )
)

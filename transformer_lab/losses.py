"""Cross-entropy from logits: stable, with padding and label smoothing.

Two paths, one result: :func:`log_softmax` and :func:`token_losses` are the formulas, to be read; :func:`cross_entropy`
calls PyTorch's kernel, which does the same in fewer passes over the logits.
"""

import torch
import torch.nn.functional as F
from jaxtyping import Float, Int
from torch import Tensor

from transformer_lab.numerics import at_least_float32, outside


def log_softmax(logits: Float[Tensor, "*batch vocab"]) -> Float[Tensor, "*batch vocab"]:
    """``x − log Σ exp(x)``, computed as ``(x − max) − log Σ exp(x − max)`` so that nothing overflows."""
    wide = at_least_float32(logits)
    shifted = wide - wide.amax(dim=-1, keepdim=True)
    return (shifted - shifted.exp().sum(dim=-1, keepdim=True).log()).to(logits.dtype)


def token_losses(
    logits: Float[Tensor, "*batch vocab"], target: Int[Tensor, "*batch"], label_smoothing: float = 0.0
) -> Float[Tensor, "*batch"]:
    """The loss of every token, in nats: ``−(1 − ε) log p[target] − ε/vocab Σ log p`` (Szegedy et al. 2016, section 7).

    In float32 for logits of 16 bits.

    Raises:
        ValueError: when ``label_smoothing`` is not in [0, 1] or a target is not in the vocabulary.
    """
    _check(logits, target, label_smoothing)
    log_p = log_softmax(at_least_float32(logits))
    loss = -log_p.gather(-1, target[..., None])[..., 0]
    if label_smoothing:
        loss = (1 - label_smoothing) * loss - label_smoothing * log_p.mean(dim=-1)
    return loss


def cross_entropy(
    logits: Float[Tensor, "*batch vocab"],
    target: Int[Tensor, "*batch"],
    *,
    ignore_index: int | None = None,
    label_smoothing: float = 0.0,
    reduction: str = "mean",
) -> Tensor:
    """:func:`token_losses`, averaged over the tokens that count. Equal to ``torch.nn.functional.cross_entropy``.

    ``ignore_index`` marks padding: such tokens have no loss, and the mean divides by the *other* tokens only. Unlike
    PyTorch, which returns NaN, a batch of nothing but padding has a loss of 0. ``reduction``: "mean", "sum" or "none".
    Computed in float32 or better; under autocast the loss stays so, otherwise it has the format of the logits.
    """
    if reduction not in ("mean", "sum", "none"):
        raise ValueError(f"reduction must be 'mean', 'sum' or 'none', got {reduction!r}")
    counts = torch.ones_like(target, dtype=torch.bool) if ignore_index is None else target != ignore_index
    _check(logits, target.masked_fill(~counts, 0), label_smoothing)
    loss = F.cross_entropy(
        at_least_float32(logits).reshape(-1, logits.shape[-1]),
        target.reshape(-1),
        ignore_index=-100 if ignore_index is None else ignore_index,
        label_smoothing=label_smoothing,
        reduction="none" if reduction == "none" else "sum",
    )
    if reduction == "mean":
        loss = loss / counts.sum().clamp(min=1)
    loss = loss.reshape(target.shape) if reduction == "none" else loss
    if loss.dtype == logits.dtype or torch.is_autocast_enabled(logits.device.type):
        return loss
    return loss.to(logits.dtype)


def _check(logits: Tensor, target: Tensor, label_smoothing: float) -> None:
    if not 0 <= label_smoothing <= 1:
        raise ValueError(f"label_smoothing must be in [0, 1], got {label_smoothing}")
    wrong = outside(target, logits.shape[-1])
    if wrong:
        raise ValueError(f"target must hold ids 0 to {logits.shape[-1] - 1}, got {wrong[0]} to {wrong[1]}")


def perplexity(mean_loss: float | Tensor) -> float:
    """``exp(mean loss in nats)``: between how many equally likely tokens the model hesitates."""
    return float(torch.as_tensor(mean_loss, dtype=torch.float64).exp())

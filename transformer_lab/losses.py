"""Cross-entropy from logits: stable, with padding and label smoothing."""

import torch
from jaxtyping import Float, Int
from torch import Tensor


def log_softmax(logits: Float[Tensor, "*batch vocab"]) -> Float[Tensor, "*batch vocab"]:
    """``x − log Σ exp(x)``, computed as ``(x − max) − log Σ exp(x − max)`` so that nothing overflows."""
    shifted = logits - logits.amax(dim=-1, keepdim=True)
    return shifted - shifted.exp().sum(dim=-1, keepdim=True).log()


def token_losses(
    logits: Float[Tensor, "*batch vocab"], target: Int[Tensor, "*batch"], label_smoothing: float = 0.0
) -> Float[Tensor, "*batch"]:
    """The loss of every token, in nats: ``−(1 − ε) log p[target] − ε/vocab Σ log p`` (Szegedy et al. 2016, section 7).

    Raises:
        ValueError: when ``label_smoothing`` is not in [0, 1] or a target is not in the vocabulary.
    """
    if not 0 <= label_smoothing <= 1:
        raise ValueError(f"label_smoothing must be in [0, 1], got {label_smoothing}")
    vocab_size = logits.shape[-1]
    if target.numel() and not 0 <= int(target.min()) <= int(target.max()) < vocab_size:
        raise ValueError(f"target must hold ids 0 to {vocab_size - 1}, got {int(target.min())} to {int(target.max())}")
    log_p = log_softmax(logits)
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
    """
    if reduction not in ("mean", "sum", "none"):
        raise ValueError(f"reduction must be 'mean', 'sum' or 'none', got {reduction!r}")
    counts = torch.ones_like(target, dtype=torch.bool) if ignore_index is None else target != ignore_index
    losses = token_losses(logits, target.masked_fill(~counts, 0), label_smoothing).masked_fill(~counts, 0.0)
    if reduction == "none":
        return losses
    return losses.sum() / (counts.sum().clamp(min=1) if reduction == "mean" else 1)


def perplexity(mean_loss: float | Tensor) -> float:
    """``exp(mean loss in nats)``: between how many equally likely tokens the model hesitates."""
    return float(torch.as_tensor(mean_loss, dtype=torch.float64).exp())

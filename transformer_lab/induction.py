"""A block of random tokens, repeated: what two attention-only layers can continue, and one layer cannot.

Each sequence is a block of ``period`` different tokens in random order, repeated to the end. The first block cannot be
predicted. From the second on everything is known: find the last copy of the present token, and say what came after it
(Elhage et al. 2021; Olsson et al. 2022). ``make induction`` trains the shipped models, :func:`load` reads them.
"""

from collections.abc import Iterator, Sequence

import torch
import torch.nn.functional as F
from jaxtyping import Float, Int
from torch import Tensor, nn

from transformer_lab.attention import MultiHeadAttention
from transformer_lab.config import TransformerConfig
from transformer_lab.corpus import data_dir
from transformer_lab.devices import device_of
from transformer_lab.models import CausalLanguageModel
from transformer_lab.schedules import warmup_cosine
from transformer_lab.storage import CheckpointError, load_model
from transformer_lab.training import History, fit

VOCAB_SIZE, LENGTH = 32, 64
TRAINED_PERIODS = tuple(range(8, 25, 2))
FOLDERS = {1: "one_layer", 2: "two_layers"}
Batch = tuple[Tensor, Tensor]  # tokens, and the period of each sequence


def draw(
    count: int, length: int, periods: Sequence[int], generator: torch.Generator | None = None
) -> tuple[Int[Tensor, "count length"], Int[Tensor, " count"]]:
    """Sequences, and the period of each, drawn from ``periods``."""
    if not periods or min(periods) < 2 or max(periods) > VOCAB_SIZE:
        raise ValueError(f"periods must be from 2 to {VOCAB_SIZE}, for a block has no token twice; got {periods}")
    blocks = torch.rand(count, VOCAB_SIZE, generator=generator).argsort(dim=1)
    chosen = torch.tensor(list(periods))[torch.randint(len(periods), (count,), generator=generator)]
    return blocks.gather(1, torch.arange(length) % chosen[:, None]), chosen


def build(num_layers: int = 2) -> CausalLanguageModel:
    """Attention-only layers (``d_ff=0``) of 4 heads and 128 features, with rotary positions."""
    config = TransformerConfig(
        vocab_size=VOCAB_SIZE,
        d_model=128,
        num_heads=4,
        num_layers=num_layers,
        d_ff=0,
        max_length=256,
        positions="rotary",
        tie_embeddings=False,
    )
    return CausalLanguageModel(config)


def token_losses(model: nn.Module, batch: Batch, *, known_only: bool = False) -> tuple[Tensor, int]:
    """Summed cross-entropy in nats of every token but the first, and their number: the loss that ``fit`` wants.

    ``known_only`` counts those tokens alone that can be known: from the second token of the second copy on.
    """
    tokens, periods = batch
    logits = model(tokens[:, :-1])
    losses = F.cross_entropy(logits.transpose(1, 2), tokens[:, 1:], reduction="none")
    counted = torch.ones_like(losses, dtype=torch.bool)
    if known_only:
        counted = torch.arange(1, tokens.shape[1], device=tokens.device) > periods[:, None]
    return losses[counted].sum(), int(counted.sum())


def head_price(model: nn.Module) -> Tensor:
    """``Σ_h √(‖W_V[h]‖² + ‖W_O[h]‖²)``: a price for every head that is used (a group lasso, Yuan & Lin 2006).

    Of heads that would do the same work, one keeps it and the others fall to zero.
    """
    price = torch.zeros((), device=device_of(model))
    for attention in (module for module in model.modules() if isinstance(module, MultiHeadAttention)):
        values = attention.v_proj.weight.unflatten(0, (attention.num_heads, -1)).square().sum(dim=(1, 2))
        outputs = attention.out_proj.weight.unflatten(1, (attention.num_heads, -1)).square().sum(dim=(0, 2))
        price = price + (values + outputs).sqrt().sum()
    return price


def train(
    model: CausalLanguageModel, *, steps: int, price: float = 0.0, known_only: bool = False, peak: float = 3e-3,
    periods: Sequence[int] = TRAINED_PERIODS, seed: int = 0, batch: int = 32, progress: bool = True,
) -> History:  # fmt: skip
    """Train on fresh sequences: AdamW, warm-up, half a cosine from ``peak``; ``price`` · :func:`head_price` is added.

    The shipped models had 800 steps with ``price=0.05, known_only=True``, then 400 with ``peak=1e-3`` and neither.
    """
    generator = torch.Generator().manual_seed(seed)

    def batches() -> Iterator[Batch]:
        while True:
            yield draw(batch, LENGTH, periods, generator)

    def loss(model: nn.Module, batch: Batch) -> tuple[Tensor, int]:
        total, count = token_losses(model, batch, known_only=known_only)
        return (total + price * count * head_price(model) if price else total), count

    schedule = warmup_cosine(peak, max(1, steps // 20), steps, floor=1e-5)
    return fit(model, batches(), loss, schedule, steps=steps, progress=progress)


@torch.no_grad()
def loss_by_position(
    model: CausalLanguageModel, period: int, *, length: int = LENGTH, count: int = 128, seed: int = 1000
) -> Float[Tensor, " predicted"]:
    """Mean loss in nats of predicting token 1, 2, …, ``length − 1`` of new sequences with this period."""
    tokens, _ = draw(count, length, [period], torch.Generator().manual_seed(seed))
    tokens = tokens.to(device_of(model))
    logits = model(tokens[:, :-1])
    return F.cross_entropy(logits.transpose(1, 2), tokens[:, 1:], reduction="none").mean(dim=0)


def load(num_layers: int = 2) -> CausalLanguageModel:
    """The shipped model of two layers, or the control of one, in evaluation mode. Raises CheckpointError."""
    if num_layers not in FOLDERS:
        raise ValueError(f"num_layers must be 1 or 2, got {num_layers}")
    folder = data_dir() / "checkpoints" / "induction" / FOLDERS[num_layers]
    model, _ = load_model(folder)
    if not isinstance(model, CausalLanguageModel):
        raise CheckpointError(f"{folder}: not a language model but a {type(model).__name__}")
    return model

"""Three tasks that need positions, trained on short sequences and measured on longer ones.

Each sequence is letters drawn at random, a quarter of them marked. Nothing can be guessed: a model that cannot find the
place to look at stays at ``log(16) = 2.77`` nats.

- ``"three back"``: name the letter three places back. An exact distance.
- ``"latest mark"``: name the latest marked letter (the present one included). A recency: marks must be compared.
- ``"early mark"``: one of the first 16 letters alone is marked; name it, from there to the end. A look far back.

``make extrapolation`` trains every scheme of :data:`transformer_lab.positions.SCHEMES` on the first two;
:func:`load_results` reads what it found (Press et al. 2022, section 2, did this with language models).
"""

import json
from collections.abc import Iterator
from typing import Any

import torch
import torch.nn.functional as F
from jaxtyping import Float, Int
from torch import Tensor, nn

from transformer_lab.config import TransformerConfig
from transformer_lab.corpus import data_dir
from transformer_lab.devices import device_of
from transformer_lab.masks import CausalMask, sliding_window_mask
from transformer_lab.models import CausalLanguageModel
from transformer_lab.positions import Positions, RelativeBiasPositions, RotaryPositions
from transformer_lab.schedules import warmup_cosine
from transformer_lab.training import History, fit

TASKS = ("three back", "latest mark")
EARLY, FIRST = "early mark", 16
LETTERS = 16
LAG = 3
TRAINED_LENGTH, TESTED_LENGTH, BLOCK = 32, 256, 8
SHARED_FAR = "relative, far shared"
HYBRID = "hybrid"
_NOTHING = -100  # no target: the first letters of a sequence have nothing three places back


def draw(
    task: str, count: int, length: int, generator: torch.Generator | None = None
) -> tuple[Int[Tensor, "count length"], Int[Tensor, "count length"]]:
    """Tokens (letter, or letter + 16 when marked) and targets (a letter, or −100 where there is none)."""
    if task not in (*TASKS, EARLY):
        raise ValueError(f"task must be one of {', '.join((*TASKS, EARLY))}; got {task!r}")
    letters = torch.randint(LETTERS, (count, length), generator=generator)
    if task == EARLY:
        marked = torch.arange(length) == torch.randint(FIRST, (count, 1), generator=generator)
        letter = (letters * marked).sum(dim=1, keepdim=True)
        return letters + LETTERS * marked, torch.where(marked.cumsum(dim=1) > 0, letter, _NOTHING)
    marked = torch.rand(count, length, generator=generator) < 0.25
    if task == "three back":
        targets = F.pad(letters, (LAG, 0), value=_NOTHING)[:, :length]
    else:
        latest = torch.where(marked, torch.arange(length), -1).cummax(dim=1).values
        targets = torch.where(latest >= 0, letters.gather(1, latest.clamp(min=0)), _NOTHING)
    return letters + LETTERS * marked, targets


def build(scheme: str, max_length: int = TESTED_LENGTH) -> CausalLanguageModel:
    """A causal model of two layers, four heads and 32 features with this scheme of positions.

    ``"relative, far shared"`` is the relative bias with one bucket for all distances from 27 on, so that sequences of
    32 tokens visit every bucket (of keys behind the query). ``"hybrid"`` has rotary positions and a window of 32 tokens
    in its first layer, and no positions and no window in its second.
    """
    shared, hybrid = scheme == SHARED_FAR, scheme == HYBRID
    config = TransformerConfig(
        vocab_size=2 * LETTERS,
        d_model=32,
        num_heads=4,
        num_layers=2,
        d_ff=64,
        max_length=max_length,
        positions="relative" if shared else "none" if hybrid else scheme,
    )
    model = CausalLanguageModel(config)
    if shared:
        model.positions = model.embedding.positions = RelativeBiasPositions(4, max_distance=TRAINED_LENGTH)
    if hybrid:
        model.decoder.layers[0] = _Near(model.decoder.layers[0])
    return model


class _Near(nn.Module):
    """A layer with rotary positions that sees the last 32 tokens, whatever the rest of its model has and sees."""

    def __init__(self, layer: nn.Module):
        super().__init__()
        self.layer, self.rotary = layer, RotaryPositions()

    def forward(self, x: Tensor, mask: Any, *, positions: Positions | None, cache: Any = None) -> Tensor:
        """The model's ``mask`` and ``positions`` are not used: the layer has its own."""
        if cache is not None:
            raise ValueError("cache must be None: the hybrid reads whole sequences only")
        return self.layer(x, sliding_window_mask(x.shape[1], TRAINED_LENGTH, x.device), positions=self.rotary)


def token_losses(model: nn.Module, batch: tuple[Tensor, Tensor]) -> tuple[Tensor, int]:
    """Summed cross-entropy in nats and the number of targets: the loss that ``fit`` wants."""
    tokens, targets = batch
    total = F.cross_entropy(model(tokens).flatten(0, 1), targets.flatten(), ignore_index=_NOTHING, reduction="sum")
    return total, int((targets != _NOTHING).sum())


def train(
    model: CausalLanguageModel, task: str, *, steps: int, seed: int = 0, batch: int = 32, progress: bool = True
) -> History:
    """Train on fresh sequences of 32 tokens: AdamW, warm-up, half a cosine from 0.003."""
    generator = torch.Generator().manual_seed(seed)

    def batches() -> Iterator[tuple[Tensor, Tensor]]:
        while True:
            yield draw(task, batch, TRAINED_LENGTH, generator)

    schedule = warmup_cosine(3e-3, max(1, steps // 10), steps, floor=1e-5)
    return fit(model, batches(), token_losses, schedule, steps=steps, progress=progress)


@torch.no_grad()
def loss_by_position(
    model: CausalLanguageModel,
    task: str,
    *,
    length: int = TESTED_LENGTH,
    window: int | None = None,
    count: int = 128,
    seed: int = 1000,
) -> Float[Tensor, " length"]:
    """Mean loss in nats at every position of new sequences; NaN where no sequence has a target.

    With ``window``, every token sees itself and the ``window − 1`` tokens before it, and nothing older.
    """
    tokens, targets = draw(task, count, length, torch.Generator().manual_seed(seed))
    device = device_of(model)
    tokens, targets = tokens.to(device), targets.to(device)
    mask = CausalMask(length, length) if window is None else sliding_window_mask(length, window, device)
    # The model's own forward pass, but for the mask.
    logits = model.output(model.decoder(model.embedding(tokens), mask, positions=model.positions))
    losses = F.cross_entropy(logits.flatten(0, 1), targets.flatten(), ignore_index=_NOTHING, reduction="none")
    return losses.view(count, length).sum(dim=0) / (targets != _NOTHING).sum(dim=0)


def in_blocks(losses: Float[Tensor, " length"], size: int = BLOCK) -> Float[Tensor, " block"]:
    """The mean of every ``size`` neighbouring positions, positions without a target left out."""
    return losses.unflatten(0, (-1, size)).nanmean(dim=1)


def load_results() -> dict[str, Any]:
    """What ``make extrapolation`` found: ``losses[task][scheme]`` is one curve for each seed, a number for each block.

    ``windowed`` has the same for the same models, when every token sees only the last 32. ``longer`` has ALiBi's
    curve on three back after ``longer_steps`` steps (one seed), ``hybrids[task][scheme]`` the curves of the hybrid and
    of what it is made of, after ``hybrid_steps``. The other keys: ``trained_length``, ``tested_length``, ``block``
    (positions to a number), ``seeds``, ``steps``.
    """
    path = data_dir() / "results" / "extrapolation.json"
    return json.loads(path.read_text(encoding="utf-8"))

"""One training loop: progress bar, clipping, schedule, mixed precision, several processes.

Started with ``torchrun``, each process takes its slice of every batch. The loss is a *sum* over tokens divided by the
number of tokens in all slices together, so that N processes compute what one would with N times the batch.
"""

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from typing import Any

import torch
import torch.distributed as dist
from torch import Tensor, nn
from tqdm import tqdm

from transformer_lab.schedules import Schedule

# Given the model and a batch: the sum of the losses of its tokens, and how many tokens there were.
LossFunction = Callable[[nn.Module, Any], tuple[Tensor, int]]
PRECISIONS = {"float32": None, "bfloat16": torch.bfloat16, "float16": torch.float16}


@dataclass(frozen=True)
class Step:
    """What one optimiser step did; ``loss`` is the mean per token over all processes, ``grad_norm`` before clipping."""

    number: int
    loss: float
    grad_norm: float
    learning_rate: float


@dataclass
class History:
    """The steps of a run, in order."""

    steps: list[Step] = field(default_factory=list)

    def column(self, name: str) -> list[float]:
        """One field of every step, for plotting: ``history.column("loss")``."""
        return [getattr(step, name) for step in self.steps]


class Trainer:
    """A model, its loss and its optimiser (AdamW), advanced one batch at a time.

    ``clip_norm`` rescales the gradient when its global norm is larger; ``precision="bfloat16"`` runs the forward pass
    in mixed precision (``"float16"`` also scales the loss, against underflow). Weight decay spares vectors: biases and
    norms.
    """

    def __init__(
        self,
        model: nn.Module,
        loss: LossFunction,
        schedule: Schedule,
        *,
        clip_norm: float | None = 1.0,
        weight_decay: float = 0.0,
        betas: tuple[float, float] = (0.9, 0.98),
        precision: str = "float32",
    ):
        if precision not in PRECISIONS:
            raise ValueError(f"precision must be one of {', '.join(PRECISIONS)}; got {precision!r}")
        if clip_norm is not None and not clip_norm > 0:
            raise ValueError(f"clip_norm must be positive or None, got {clip_norm}")
        self.model, self.loss, self.schedule, self.clip_norm = model, loss, schedule, clip_norm
        self.parameters = [p for p in model.parameters() if p.requires_grad]
        self.device = self.parameters[0].device
        self.autocast_dtype = PRECISIONS[precision]
        self.scaler = torch.amp.GradScaler(self.device.type, enabled=precision == "float16")
        groups = [
            {"params": [p for p in self.parameters if p.dim() > 1], "weight_decay": weight_decay},
            {"params": [p for p in self.parameters if p.dim() <= 1], "weight_decay": 0.0},
        ]
        self.optimizer = torch.optim.AdamW([g for g in groups if g["params"]], lr=0.0, betas=betas, eps=1e-9)
        self.steps_done = 0
        for tensor in model.state_dict().values():
            broadcast(tensor)

    def step(self, batch: Any) -> Step:
        """Forward, backward, clip, update. Raises FloatingPointError when the loss is not finite."""
        self.model.train()
        self.optimizer.zero_grad(set_to_none=True)
        with self.autocast():
            total, count = self.loss(self.model, batch)
        sums = all_sum(torch.tensor([float(total.detach()), float(count)], dtype=torch.float64))
        mean_loss, tokens = float(sums[0] / sums[1].clamp(min=1)), max(1.0, float(sums[1]))
        if not torch.isfinite(torch.tensor(mean_loss)):
            raise FloatingPointError(f"the loss is {mean_loss} at step {self.steps_done + 1}: lower the learning rate")
        self.scaler.scale(total / tokens).backward()
        self.share_gradients()
        rate = self.schedule(self.steps_done + 1)
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        self.scaler.unscale_(self.optimizer)
        limit = float("inf") if self.clip_norm is None else self.clip_norm
        grad_norm = float(nn.utils.clip_grad_norm_(self.parameters, limit))
        self.scaler.step(self.optimizer)
        self.scaler.update()
        self.steps_done += 1
        return Step(self.steps_done, mean_loss, grad_norm, rate)

    @torch.no_grad()
    def evaluate(self, batches: Iterable[Any]) -> float:
        """Mean loss per token, in evaluation mode, over all processes."""
        self.model.eval()
        sums = torch.zeros(2, dtype=torch.float64)
        for batch in batches:
            with self.autocast():
                total, count = self.loss(self.model, batch)
            sums += torch.tensor([float(total), float(count)], dtype=torch.float64)
        sums = all_sum(sums)
        if not sums[1]:
            raise ValueError("batches: there is not one token to evaluate on")
        return float(sums[0] / sums[1])

    def autocast(self) -> Any:
        """Mixed precision for a forward pass, or nothing."""
        if self.autocast_dtype is None:
            return nullcontext()
        return torch.autocast(self.device.type, self.autocast_dtype)

    def share_gradients(self) -> None:
        """Add up the gradients of all processes, in one message. (DistributedDataParallel overlaps this with
        backward.)
        """
        if not is_distributed():
            return
        gradients = [torch.zeros_like(p) if p.grad is None else p.grad for p in self.parameters]
        together = torch.cat([gradient.flatten() for gradient in gradients])
        dist.all_reduce(together)
        pieces = together.split([gradient.numel() for gradient in gradients])
        for parameter, piece in zip(self.parameters, pieces, strict=True):
            parameter.grad = piece.view_as(parameter)

    def state(self) -> dict[str, Tensor]:
        """Everything that a resumed run needs beside the model's weights, as tensors (nothing is pickled)."""
        state = {"steps_done": torch.tensor(self.steps_done), "random": torch.get_rng_state()}
        for index, slots in self.optimizer.state_dict()["state"].items():
            state |= {f"optimizer.{index}.{name}": torch.as_tensor(value) for name, value in slots.items()}
        return state

    def load_state(self, state: dict[str, Tensor]) -> None:
        """Continue where :meth:`state` was taken."""
        slots: dict[int, dict[str, Tensor]] = {}
        for name, value in state.items():
            if name.startswith("optimizer."):
                _, index, slot = name.split(".")
                slots.setdefault(int(index), {})[slot] = value
        self.optimizer.load_state_dict(self.optimizer.state_dict() | {"state": slots})
        self.steps_done = int(state["steps_done"])
        torch.set_rng_state(state["random"])


def fit(
    model: nn.Module,
    batches: Iterable[Any],
    loss: LossFunction,
    schedule: Schedule,
    *,
    steps: int,
    progress: bool = True,
    on_step: Callable[[Step], None] | None = None,
    **options: Any,
) -> History:
    """Train for ``steps`` batches with a progress bar; ``options`` are those of :class:`Trainer`.

    Leaves the model in evaluation mode. Ctrl-C (or "interrupt kernel") stops early and returns what was done.

    Raises:
        ValueError: when ``batches`` ends before ``steps``.
    """
    trainer, history, source = Trainer(model, loss, schedule, **options), History(), iter(batches)
    with tqdm(total=steps, disable=not progress or not is_main(), unit="step") as bar:
        try:
            for number in range(steps):
                batch = next(source, None)
                if batch is None:
                    raise ValueError(f"batches ended after {number} of {steps} steps; give as many as steps")
                history.steps.append(trainer.step(batch))
                bar.set_postfix(loss=f"{history.steps[-1].loss:.3f}", refresh=False)
                bar.update()
                if on_step is not None:
                    on_step(history.steps[-1])
        except KeyboardInterrupt:
            bar.write(f"interrupted after {len(history.steps)} of {steps} steps")
    model.eval()
    return history


def is_distributed() -> bool:
    """Whether several processes train together."""
    return dist.is_available() and dist.is_initialized()


def rank() -> int:
    """This process's number, from 0."""
    return dist.get_rank() if is_distributed() else 0


def world_size() -> int:
    """How many processes train together."""
    return dist.get_world_size() if is_distributed() else 1


def is_main() -> bool:
    """Whether this process prints and saves."""
    return rank() == 0


def all_sum(tensor: Tensor) -> Tensor:
    """The sum of this tensor over all processes."""
    if is_distributed():
        dist.all_reduce(tensor)
    return tensor


def broadcast(tensor: Tensor) -> None:
    """Give every process the first one's values."""
    if is_distributed():
        dist.broadcast(tensor, src=0)


@contextmanager
def distributed() -> Iterator[None]:
    """Join the other processes when started by ``torchrun``; otherwise do nothing."""
    if "RANK" not in os.environ or "WORLD_SIZE" not in os.environ:
        yield
        return
    dist.init_process_group("nccl" if torch.cuda.is_available() else "gloo")
    try:
        yield
    finally:
        dist.destroy_process_group()

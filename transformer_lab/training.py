"""One training loop: progress bar, clipping, schedule, mixed precision, several processes.

Started with ``torchrun``, each process takes its slice of every batch. The loss is a *sum* over tokens divided by the
number of tokens in all slices together, so that N processes compute what one would with N times the batch.
"""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor, nn
from tqdm import tqdm

from transformer_lab import devices
from transformer_lab.schedules import Schedule

# Given the model and a batch: the sum of the losses of its tokens, and how many tokens there were. It calls the model
# itself, not its parts: that is where several processes meet.
LossFunction = Callable[[nn.Module, Any], tuple[Tensor, int]]


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


def adamw(
    parameters: Iterable[Any], device: torch.device, *, rate: float = 0.0, betas: tuple[float, float] = (0.9, 0.98)
) -> torch.optim.AdamW:
    """AdamW, updating all weights in one kernel where the device has it: the same rule, its last digits apart."""
    fused = True if device.type in ("cpu", "cuda", "mps") else None  # None: as PyTorch sees fit
    return torch.optim.AdamW(parameters, lr=rate, betas=betas, eps=1e-9, fused=fused)


class Trainer:
    """A model, its loss and its optimiser (AdamW), advanced one batch at a time, on the device where the model is.

    Batches may come from anywhere: their tensors are moved there. ``clip_norm`` rescales the gradient when its global
    norm is larger; ``precision="bfloat16"`` runs the forward pass in mixed precision (``"float16"`` also scales the
    loss, against underflow). Weight decay spares vectors: biases and norms.

    Raises:
        ValueError: for a precision that the device cannot mix in, or weights that are not of 32 or 64 bits.
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
        if clip_norm is not None and not clip_norm > 0:
            raise ValueError(f"clip_norm must be positive or None, got {clip_norm}")
        self.model, self.loss, self.schedule, self.clip_norm = model, loss, schedule, clip_norm
        self.parameters = [p for p in model.parameters() if p.requires_grad]
        self.device, self.precision = devices.device_of(model), precision
        devices.check_precision(self.device, precision)
        small = {p.dtype for p in self.parameters} - {torch.float32, torch.float64}
        if small:
            raise ValueError(f"model: weights are trained in float32, with precision=… for the rest; got {small.pop()}")
        self.scaler = torch.amp.GradScaler(self.device.type, enabled=precision == "float16")
        groups = [
            {"params": [p for p in self.parameters if p.dim() > 1], "weight_decay": weight_decay},
            {"params": [p for p in self.parameters if p.dim() <= 1], "weight_decay": 0.0},
        ]
        self.optimizer = adamw([g for g in groups if g["params"]], self.device, betas=betas)
        self.steps_done = 0
        self.shared = devices.shared(model)

    def step(self, batch: Any) -> Step:
        """Forward, backward, clip, update. Raises FloatingPointError when the loss is not finite."""
        self.model.train()
        self.optimizer.zero_grad(set_to_none=True)
        with devices.autocast(self.device, self.precision):
            total, count = self.loss(self.shared, devices.to_device(batch, self.device))
        tokens = max(1.0, *devices.all_sum([float(count)], self.device))
        # Processes average their gradients; what is wanted is the sum over all.
        self.scaler.scale(total / (tokens / devices.world_size())).backward()
        # The first number that is asked for: until here a GPU has all its work at hand, and nobody waits for it.
        mean_loss = devices.all_sum([float(total.detach())], self.device)[0] / tokens
        if not math.isfinite(mean_loss):
            raise FloatingPointError(f"the loss is {mean_loss} at step {self.steps_done + 1}: lower the learning rate")
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
        sums = [0.0, 0.0]
        for batch in batches:
            with devices.autocast(self.device, self.precision):
                total, count = self.loss(self.model, devices.to_device(batch, self.device))
            sums = [sums[0] + float(total), sums[1] + float(count)]
        sums = devices.all_sum(sums, self.device)
        if not sums[1]:
            raise ValueError("batches: there is not one token to evaluate on")
        return sums[0] / sums[1]

    def state(self) -> dict[str, Tensor]:
        """Everything that a resumed run needs beside the model's weights, as tensors (nothing is pickled).

        Where several processes train, all of them must ask: each has random numbers of its own.
        """
        state = {"steps_done": torch.tensor(self.steps_done)}
        for kind, own in devices.random_state(self.device).items():
            for number, part in enumerate(devices.gather(own, self.device)):
                state[f"random.{number}.{kind}"] = part
        for name, value in self.scaler.state_dict().items():
            state[f"scaler.{name}"] = torch.tensor(value, dtype=torch.float64)
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
        now = self.scaler.state_dict()
        self.scaler.load_state_dict({name: type(now[name])(state[f"scaler.{name}"]) for name in now})
        self.steps_done = int(state["steps_done"])
        mine = f"random.{devices.rank()}."
        devices.set_random_state(
            self.device, {name.removeprefix(mine): value for name, value in state.items() if name.startswith(mine)}
        )


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
    with tqdm(total=steps, disable=not progress or not devices.is_main(), unit="step") as bar:
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

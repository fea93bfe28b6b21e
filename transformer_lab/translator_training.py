"""Train a translator from sentence pairs: epochs, validation, the best model kept, resuming."""

import hashlib
import json
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from tqdm import tqdm

from transformer_lab.config import TransformerConfig
from transformer_lab.corpus import Pair
from transformer_lab.devices import is_main, rank, world_size
from transformer_lab.files import write_file
from transformer_lab.losses import cross_entropy
from transformer_lab.models import Transformer
from transformer_lab.schedules import warmup_cosine
from transformer_lab.storage import load_weights, read_json, read_tensors, to_json, unique_tensors, write_tensors
from transformer_lab.training import LossFunction, Trainer
from transformer_lab.translation import Translator
from transformer_lab.vocabulary import PAD, Batch, Batches, Vocabulary
from transformer_lab.writing import SPACED, writing_of

RUN_FORMAT = 2  # of history.json and last.safetensors


@dataclass(frozen=True, kw_only=True)
class TrainingOptions:
    """How to train; the sizes of the model are in :class:`TransformerConfig`. ``batch_size`` is for each process."""

    epochs: int = 20
    batch_size: int = 64
    learning_rate: float = 1e-3
    warmup_steps: int = 400
    label_smoothing: float = 0.1
    clip_norm: float = 1.0
    weight_decay: float = 0.01
    precision: str = "float32"
    seed: int = 0

    def __post_init__(self) -> None:
        for name in ("epochs", "batch_size", "warmup_steps"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} must be at least 1, got {getattr(self, name)}")
        if not self.learning_rate > 0:
            raise ValueError(f"learning_rate must be positive, got {self.learning_rate}")


def translation_loss(label_smoothing: float = 0.0) -> LossFunction:
    """Cross-entropy of every target token, given the source and the target tokens before it (teacher forcing)."""

    def loss(model: nn.Module, batch: Batch) -> tuple[Tensor, int]:
        logits = model(batch.source, batch.target_input)
        options = {"ignore_index": PAD, "label_smoothing": label_smoothing, "reduction": "sum"}
        return cross_entropy(logits.float(), batch.target_output, **options), batch.num_tokens

    return loss


def train_translator(
    pairs: Sequence[Pair],
    validation: Sequence[Pair],
    out: str | Path,
    *,
    options: TrainingOptions,
    sizes: dict[str, Any] | None = None,
    min_count: int = 1,
    device: torch.device | str = "cpu",
    resume: bool = False,
    progress: bool = True,
) -> Translator:
    """Train, and keep in ``out`` the model with the lowest validation loss (checked after every epoch).

    ``out`` gets ``model.safetensors`` and ``model.json`` (the best so far), ``last.safetensors`` (to resume from) and
    ``history.json`` (every step's loss). Ctrl-C keeps what there is. ``sizes`` overrides fields of
    :class:`TransformerConfig`; words rarer than ``min_count`` become ``<unk>``.

    Raises:
        ValueError: when there are no pairs, or the run to resume was made with other options.
        OSError: when ``out`` cannot be written to; before the first step, unless it changes later.
    """
    if not pairs or not validation:
        raise ValueError(f"pairs and validation must not be empty, got {len(pairs)} and {len(validation)} pairs")
    run = _Run(pairs, validation, Path(out), options, sizes or {}, min_count, torch.device(device))
    return run.go(resume, progress)


class _Run:
    """One training run and its folder."""

    def __init__(self, pairs, validation, out: Path, options: TrainingOptions, sizes: dict, min_count: int, device):
        torch.manual_seed(options.seed)
        self.out, self.options = out, options
        self.source = Vocabulary.build((pair.source for pair in pairs), min_count=min_count)
        self.target = Vocabulary.build((pair.target for pair in pairs), min_count=min_count)
        sizes = {"vocab_size": len(self.source), "target_vocab_size": len(self.target), "pad_id": PAD, **sizes}
        # Made on the CPU, moved then: the same first weights on every device.
        self.model = Transformer(TransformerConfig(**sizes)).to(device)
        shared = {"seed": options.seed, "rank": rank(), "world_size": world_size()}
        longest = self.model.config.max_length - 1
        self.batches = Batches(
            pairs, self.source, self.target, options.batch_size, max_length=longest, shuffle=True, **shared
        )
        self.validation = Batches(
            validation, self.source, self.target, options.batch_size, max_length=longest, shuffle=False, **shared
        )
        total = options.epochs * len(self.batches)
        schedule = warmup_cosine(options.learning_rate, min(options.warmup_steps, max(1, total // 4)), total + 1)
        self.trainer = Trainer(
            self.model,
            translation_loss(options.label_smoothing),
            schedule,
            clip_norm=options.clip_norm,
            weight_decay=options.weight_decay,
            precision=options.precision,
        )
        self.history: dict[str, Any] = {
            "format": RUN_FORMAT,
            "options": asdict(options)
            | {"device": device.type, "world_size": world_size(), "steps_per_epoch": len(self.batches)},
            "model": self.model.config.to_dict(),
            "data": {
                "pairs": digest(pairs),
                "validation": digest(validation),
                "source_vocabulary": digest(self.source.tokens),
                "target_vocabulary": digest(self.target.tokens),
            },
            "loss": [],
            "validation_loss": [],
        }
        self.writings = {
            "source_writing": writing_of((token for pair in pairs for token in pair.source), SPACED),
            "target_writing": writing_of(token for pair in pairs for token in pair.target),
        }
        # Every process draws its own dropout, but all began with the same weights.
        torch.manual_seed(options.seed + 1 + rank())

    def translator(self) -> Translator:
        return Translator(self.model.eval(), self.source, self.target, **self.writings)

    def go(self, resume: bool, progress: bool) -> Translator:
        first = self.load() + 1 if resume else 1
        if is_main():
            # A folder that cannot be written to is told before an epoch's work, not after it.
            self.out.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=self.out):
                pass
        total = self.options.epochs * len(self.batches)
        with tqdm(total=total, initial=self.trainer.steps_done, disable=not (progress and is_main())) as bar:
            try:
                for epoch in range(first, self.options.epochs + 1):
                    self.epoch(epoch, bar)
            except KeyboardInterrupt:
                bar.write(f"interrupted in epoch {epoch}; the best model so far is in {self.out}")
                if not self.history["validation_loss"]:
                    self.save_best()
        if not is_main():
            return self.translator()
        return Translator.load(self.out).to(self.trainer.device)

    def epoch(self, epoch: int, bar: tqdm) -> None:
        for batch in self.batches.epoch(epoch):
            step = self.trainer.step(batch)
            self.history["loss"].append(round(step.loss, 6))
            bar.set_postfix(epoch=epoch, loss=f"{step.loss:.3f}", refresh=False)
            bar.update()
        validation_loss = self.trainer.evaluate(self.validation.epoch(0))
        best = min(self.history["validation_loss"], default=float("inf"))
        self.history["validation_loss"].append(round(validation_loss, 6))
        if is_main():
            bar.write(f"epoch {epoch}: loss {self.history['loss'][-1]:.4f}, validation loss {validation_loss:.4f}")
            if validation_loss < best:
                self.save_best()
        self.save_last()

    def save_best(self) -> None:
        if is_main():
            figures = {
                "epoch": len(self.history["validation_loss"]),
                "validation_loss": self.history["validation_loss"][-1:],
            }
            self.translator().save(self.out, training=self.history["options"] | figures)

    def save_last(self) -> None:
        """Weights, optimiser and random state in one file, so that they can never be of different steps."""
        state = self.trainer.state()  # every process gives its part
        if not is_main():
            return
        weights = {f"model.{name}": tensor for name, tensor in unique_tensors(self.model).items()}
        write_file(self.out / "history.json", to_json(self.history))
        write_tensors(self.out / "last.safetensors", weights | state)

    def load(self) -> int:
        """Continue a run; returns how many epochs are done."""
        history, state = read_json(self.out / "history.json"), read_tensors(self.out / "last.safetensors")
        different = differences(definition(history), definition(self.history))
        if different:
            raise ValueError(f"resume: the run in {self.out} was made otherwise: {'; '.join(different)}")
        weights = {name.removeprefix("model."): t for name, t in state.items() if name.startswith("model.")}
        load_weights(self.model, weights, self.out / "last.safetensors")
        self.trainer.load_state(state)
        done = self.trainer.steps_done
        epochs_done = done // len(self.batches)
        # The two files are written one after the other; the weights say how far the run had come.
        history["loss"], history["validation_loss"] = history["loss"][:done], history["validation_loss"][:epochs_done]
        self.history = history
        return epochs_done


def digest(content: Sequence[Pair] | Sequence[str]) -> str:
    """A short fingerprint of sentence pairs or tokens, in their order. (Alignments are not trained on.)"""
    rows = [[each.source, each.target] if isinstance(each, Pair) else each for each in content]
    return hashlib.sha256(json.dumps(rows, ensure_ascii=True).encode()).hexdigest()[:16]


def definition(history: Mapping[str, Any]) -> dict[str, Any]:
    """Everything that defines a run, by name: the format, options, data and model in one flat table."""
    parts = [history.get(part, {}) for part in ("options", "data", "model")]
    return {"format": history.get("format")} | {name: value for part in parts for name, value in part.items()}


def differences(was: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """``name was …, is …`` for whatever is not the same on both sides."""
    names = [*now, *(name for name in was if name not in now)]
    return [f"{n} was {was.get(n)!r}, is {now.get(n)!r}" for n in names if was.get(n) != now.get(n)]

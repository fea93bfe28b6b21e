"""Train the shipped two-layer induction model and its one-layer control, and measure both.

usage: python tools/train_induction.py [--out DIR] [--share X]

Writes ``two_layers`` and ``one_layer`` (each model.safetensors and model.json) and ``figures.json`` into
``data/checkpoints/induction``, in two to three minutes of one core. The task and the model are in
``transformer_lab/induction.py``.
"""

import argparse
import time
from pathlib import Path

import torch

from transformer_lab import induction as lab
from transformer_lab.corpus import data_dir
from transformer_lab.files import write_file
from transformer_lab.storage import save_model, to_json

# First with a price on heads and marks only where the answer can be known, then without a price, marked everywhere.
STAGES = (
    {"steps": 800, "seed": 0, "price": 0.05, "known_only": True},
    {"steps": 400, "seed": 1, "peak": 1e-3},
)
PERIODS = (4, 6, 8, 13, 16, 17, 20, 24, 28, 32)


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description="Train the two-layer induction model and a one-layer control.")
    parser.add_argument("--out", type=Path, default=data_dir() / "checkpoints" / "induction")
    parser.add_argument("--share", type=float, default=1.0, help="of the training steps, for a quick trial")
    options = parser.parse_args(arguments)
    start, figures = time.process_time(), {}
    for layers, folder in lab.FOLDERS.items():
        torch.manual_seed(0)
        model = lab.build(layers)
        for stage in STAGES:
            lab.train(model, **{**stage, "steps": max(2, int(stage["steps"] * options.share))})
        save_model(model, options.out / folder, training={"stages": list(STAGES), "seed": 0})
        figures[folder] = {"parameters": model.num_parameters(), "loss": losses(model)}
    write_file(options.out / "figures.json", to_json(figures))
    print(to_json(figures))
    print(f"{time.process_time() - start:.0f} seconds of processor time; wrote {options.out}")


def losses(model: torch.nn.Module) -> dict[str, float]:
    """Mean loss in nats where the next token can be known, for periods that were trained and others."""
    return {str(p): round(float(lab.loss_by_position(model, p)[p:].mean()), 3) for p in PERIODS}


if __name__ == "__main__":
    main()

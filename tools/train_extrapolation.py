"""Train every scheme of positions on short sequences, and measure the loss on long ones.

usage: python tools/train_extrapolation.py [--out FILE] [--steps N] [--seeds N] [--count N]

Writes ``data/results/extrapolation.json``: for each task, scheme and seed the mean loss in nats of every eight
positions up to 256, after training on 32. The tasks and the model: ``transformer_lab/extrapolation.py``.
"""

import argparse
import json
import time
from pathlib import Path

import torch
from tqdm import tqdm

from transformer_lab import extrapolation as lab
from transformer_lab.corpus import data_dir
from transformer_lab.positions import SCHEMES
from transformer_lab.storage import write_text

STEPS = {"three back": 1000, "latest mark": 500}


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description="Train every scheme of positions on 32 tokens, and test it to 256.")
    parser.add_argument("--out", type=Path, default=data_dir() / "results" / "extrapolation.json")
    parser.add_argument("--steps", type=int, help="training steps (default: 1000 for three back, 500 for latest mark)")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--count", type=int, default=128, help="sequences to measure on")
    options = parser.parse_args(arguments)
    steps = {task: options.steps or STEPS[task] for task in lab.TASKS}
    start, schemes = time.process_time(), (*SCHEMES, lab.SHARED_FAR)
    runs = [(task, scheme, seed) for task in lab.TASKS for scheme in schemes for seed in range(options.seeds)]
    losses: dict[str, dict[str, list]] = {task: {scheme: [] for scheme in schemes} for task in lab.TASKS}
    for task, scheme, seed in tqdm(runs, unit="run"):
        losses[task][scheme].append(measure(task, scheme, seed, steps[task], options.count))
    results = {
        "trained_length": lab.TRAINED_LENGTH,
        "tested_length": lab.TESTED_LENGTH,
        "block": lab.BLOCK,
        "seeds": options.seeds,
        "steps": steps,
        "losses": losses,
    }
    options.out.parent.mkdir(parents=True, exist_ok=True)
    write_text(options.out, as_text(results))
    print(f"{len(runs)} runs, {(time.process_time() - start) / 60:.1f} minutes of processor time; wrote {options.out}")


def measure(task: str, scheme: str, seed: int, steps: int, count: int) -> list[float]:
    """One curve: build, train, measure."""
    torch.manual_seed(seed)
    model = lab.build(scheme)
    lab.train(model, task, steps=steps, seed=seed, progress=False)
    losses = lab.in_blocks(lab.loss_by_position(model, task, count=count))
    return [round(loss, 3) for loss in losses.tolist()]


def as_text(results: dict) -> str:
    """JSON with one line for each curve."""
    text = json.dumps({**results, "losses": None}, indent=2)
    tasks = [
        f'    "{task}": {{\n'
        + ",\n".join(
            f'      "{scheme}": [\n        ' + ",\n        ".join(map(json.dumps, curves)) + "\n      ]"
            for scheme, curves in schemes.items()
        )
        + "\n    }"
        for task, schemes in results["losses"].items()
    ]
    return text.replace('"losses": null', '"losses": {\n' + ",\n".join(tasks) + "\n  }") + "\n"


if __name__ == "__main__":
    main()

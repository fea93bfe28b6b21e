"""Train every scheme of positions on short sequences, and measure the loss on long ones.

usage: python tools/train_extrapolation.py [--out FILE] [--steps N] [--seeds N] [--count N]

Writes ``data/results/extrapolation.json``: for each task, scheme and seed the mean loss in nats of every eight
positions up to 256, after training on 32; once with all tokens in sight, and once with only the last 32. Beside that
ALiBi trained ten times longer, and a hybrid with the two that it is made of. The tasks and the model:
``transformer_lab/extrapolation.py``.
"""

import argparse
import json
import re
import time
from pathlib import Path

import torch
from tqdm import tqdm

from transformer_lab import extrapolation as lab
from transformer_lab.corpus import data_dir
from transformer_lab.files import write_file
from transformer_lab.positions import SCHEMES

STEPS = {"three back": 1000, "latest mark": 500}
LONGER = 10_000  # ALiBi on three back, one seed: with 1,000 steps it has not finished
HYBRIDS = [(lab.EARLY, lab.HYBRID), (lab.EARLY, "rotary"), ("three back", lab.HYBRID)]
HYBRID_STEPS = 500


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
    losses, windowed = ({task: {scheme: [] for scheme in schemes} for task in lab.TASKS} for _ in range(2))
    for task, scheme, seed in tqdm(runs, unit="run"):
        whole, near = measure(task, scheme, seed, steps[task], options.count)
        losses[task][scheme].append(whole)
        windowed[task][scheme].append(near)
    longer_steps, hybrid_steps = options.steps or LONGER, options.steps or HYBRID_STEPS
    longer = measure("three back", "alibi", 0, longer_steps, options.count)[0]
    results = {
        "trained_length": lab.TRAINED_LENGTH,
        "tested_length": lab.TESTED_LENGTH,
        "block": lab.BLOCK,
        "seeds": options.seeds,
        "steps": steps,
        "losses": losses,
        "windowed": windowed,
        "longer_steps": longer_steps,
        "longer": {"alibi": longer},
        "hybrid_steps": hybrid_steps,
        "hybrids": hybrids(hybrid_steps, options.seeds, options.count),
    }
    options.out.parent.mkdir(parents=True, exist_ok=True)
    write_file(options.out, as_text(results))
    print(f"{len(runs)} runs, {(time.process_time() - start) / 60:.1f} minutes of processor time; wrote {options.out}")


def hybrids(steps: int, seeds: int, count: int) -> dict[str, dict[str, list[list[float]]]]:
    """The curves of the hybrid and of what it is made of: rotary everywhere, without and with a window."""
    found = {task: {} for task, _ in HYBRIDS}
    for task, scheme in tqdm(HYBRIDS):
        whole, near = zip(*[measure(task, scheme, seed, steps, count) for seed in range(seeds)], strict=True)
        found[task][scheme] = list(whole)
        if scheme != lab.HYBRID:
            found[task][f"{scheme}, windowed"] = list(near)
    return found


def measure(task: str, scheme: str, seed: int, steps: int, count: int) -> list[list[float]]:
    """Build, train, and measure two curves: everything seen, and only the last 32 tokens seen."""
    torch.manual_seed(seed)
    model = lab.build(scheme)
    lab.train(model, task, steps=steps, seed=seed, progress=False)
    curves = []
    for window in (None, lab.TRAINED_LENGTH):
        losses = lab.in_blocks(lab.loss_by_position(model, task, window=window, count=count))
        curves.append([round(loss, 3) for loss in losses.tolist()])
    return curves


def as_text(results: dict) -> str:
    """JSON with one line for each curve."""
    text = json.dumps(results, indent=1)
    return re.sub(r"\[\s+([-\d.,\s]+?)\s+\]", lambda curve: f"[{' '.join(curve[1].split())}]", text) + "\n"


if __name__ == "__main__":
    main()

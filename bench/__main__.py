"""``python -m bench [NAME …]``: measure speed and size against peers, and print one table."""

import argparse
import json
import os
import sys
from functools import partial
from pathlib import Path

# One thread each, or the contestants fight for the cores with themselves. Before torch is imported.
os.environ.setdefault("OMP_NUM_THREADS", "1")

from bench import core, memory, models, package, report, views
from bench.timing import LEGEND, Settings, Table
from transformer_lab.files import write_file

BENCHES = {
    "attention": package.attention,
    "norm": package.norm,
    "causal": core.causal,
    "training-step": core.training_step,
    "decoding": package.decoding,
    "recording": package.recording,
    "marian": models.against_marian,
    "sentences": models.sentences,
    "memory": partial(memory.causal, places=models.places),
    "first-decoding": partial(memory.first_decoding, places=models.places),
    "gpu-causal": models.causal,
    "gpu-training-step": models.training_step,
    "notebooks": package.notebooks,
    "imports": package.imports,
    "stored": views.stored,
    "attention-view": partial(views.answers, "AttentionView"),
    "layer-norm-view": partial(views.answers, "LayerNormView"),
    "positional-encoding-view": partial(views.answers, "PositionalEncodingView"),
    "explorer": partial(views.answers, "Explorer"),
    "start-up": views.start_up,
}
SLOW = ("notebooks",)  # not in a quick run, unless asked for by name
GROUPS = {"gpu": ["marian", "sentences", "memory", "first-decoding", "gpu-causal", "gpu-training-step"]}


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument(
        "names",
        nargs="*",
        metavar="NAME",
        help=f"what to measure: {', '.join(BENCHES)}; gpu: what a GPU takes part in (all)",
    )
    parser.add_argument("--out", type=Path, metavar="FILE", help="write all numbers here, such as bench/results.json")
    parser.add_argument("--tiny", action="store_true", help="only show that the benches run; the numbers mean nothing")
    parser.add_argument("--report", type=Path, metavar="DIR", help="keep the numbers and write README.md there")
    parser.add_argument("--quick", action="store_true", help=f"rough numbers, in minutes; without {', '.join(SLOW)}")
    options = parser.parse_args(arguments)
    names = [each for name in options.names for each in GROUPS.get(name, [name])]
    unknown = [name for name in names if name not in BENCHES]
    if unknown:
        parser.error(f"there is no bench {unknown[0]!r}; there are {', '.join(BENCHES)}")
    settings = Settings.tiny() if options.tiny else Settings.quick() if options.quick else Settings()
    table = Table(lambda line: print(line, flush=True))
    try:
        for name in names or [each for each in BENCHES if not (options.quick and each in SLOW)]:
            for row in BENCHES[name](settings):
                table.add(row)
    finally:  # what has been measured is kept, whatever a later one lacks
        if options.report and table.rows:
            report.write(options.report, table.rows, options.quick or options.tiny)
    print(f"\n{LEGEND}")
    if options.out:
        write_file(options.out, json.dumps([row.as_json() for row in table.rows], indent=1) + "\n")


if __name__ == "__main__":
    sys.exit(main())

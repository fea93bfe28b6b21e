"""Run notebooks with every seed shifted, and report every assert that falls, by notebook and cell.

    python tools/seeds.py [--shift 1,2,3] [--jobs 2] [NB …]

Each shift is what a reader writes into the notebook's ``reseed(0)``. Outputs are not compared and nothing is written.
NB is a number such as 28, or a path; without one, every notebook of ``notebooks/`` is run, and with ``--held`` those
that are known to hold (``SEEDS_HOLD``). The exit status is 1 when an assert, or anything else, fails.
"""

import argparse
import re
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass

from nbclient.exceptions import CellTimeoutError, DeadKernelError
from notebook_clean import clear_outputs
from notebook_file import NotebookError, read
from notebook_truth import RESEED

from notebooks import ANSI_COLOUR, find, fresh_kernel

# Notebooks whose every assert holds with the seeds shifted by 1, 2 and 3. It only grows; CI runs them all once.
SEEDS_HOLD: list[str] = [
    "01_weighted_sum",
    "02_layer_normalization",
    "03_positional_normalization",
    "04_cross_attention",
    "05_additive_interaction",
    "06_self_attention",
    "07_residual_connection",
    "08_positional_encoding",
    "09_feed_forward",
    "10_cross_entropy",
    "11_gradient_clipping",
    "12_mixed_precision",
    "13_attention_visualization",
    "14_dynamic_routing",
    "15_attention_and_convolution",
    "16_multi_head_attention",
    "17_positional_embedding",
    "18_sequence_masking",
    "19_adaptive_learning_rate",
    "20_multi_head_self_attention",
    "21_layer_norm_in_transformer",
    "22_causal_self_attention",
    "23_relative_positions",
    "24_head_roles",
    "25_encoder",
    "26_decoder",
    "27_induction",
    "28_translation_alignment",
    "29_autoregressive_decoding",
    "30_contextual_embeddings",
]


@dataclass(frozen=True)
class Fall:
    """What failed: in which cell (counted from 1, as the rules do), with which words, and the line of the cell."""

    cell: int
    error: str
    line: str

    def __str__(self):
        return f"cell {self.cell}: {self.error}" + (f"   [{self.line}]" if self.line else "")


def shifted(notebook, shift):
    """A copy without outputs in which ``reseed(0)`` reads ``reseed(shift)``.

    Raises
    ------
    NotebookError
        When there is no such line, or more than one.
    """
    notebook, found = clear_outputs(notebook), 0
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.source, count = RESEED.subn(f"reseed({shift})", cell.source)
            found += count
    if found != 1:
        raise NotebookError(f"'reseed(0)' stands in {found} lines of it, not in one")
    return notebook


def line_of(traceback):
    """The line of the cell that failed, as IPython marks it."""
    marked = re.findall(r"^-+> *\d+ (.*)$", ANSI_COLOUR.sub("", "\n".join(traceback)), re.MULTILINE)
    return marked[0].strip() if marked else ""


def falls(notebook, folder):
    """Execute every cell in a fresh kernel in ``folder``, also after one has failed; return what failed."""
    found = []
    with fresh_kernel(notebook, folder, allow_errors=True) as client:
        for index, cell in enumerate(notebook.cells):
            try:
                client.execute_cell(cell, index)
            except (CellTimeoutError, DeadKernelError) as error:
                found.append(Fall(index + 1, f"{type(error).__name__}: the rest was not run", ""))
                break
            for output in cell.get("outputs", []):
                if output.output_type == "error":
                    words = f"{output.ename}: {output.evalue}".rstrip(": ").splitlines()[0]
                    found.append(Fall(index + 1, words, line_of(output.traceback)))
    return found


def judge(job):
    """One notebook under one shift: what fell, and the seconds that it took."""
    path, shift = job
    start = time.perf_counter()
    try:
        found = falls(shifted(read(path), shift), path.parent)
    except NotebookError as error:
        found = [Fall(0, str(error), "")]
    return found, time.perf_counter() - start


def numbers(text):
    """``"1,2,3"`` as numbers."""
    try:
        found = [int(part) for part in text.split(",")]
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no list of whole numbers such as 1,2,3") from None
    return found


def table(results, shifts):
    """One row for each notebook, one column for each shift: what fell, or "holds"."""
    lines = ["", "notebook".ljust(32) + "".join(f"{shift:>+10}" for shift in shifts)]
    for path in dict.fromkeys(path for path, _ in results):
        cells = [len(results[path, shift]) for shift in shifts]
        lines.append(path.stem.ljust(32) + "".join(f"{f'{n} fall' if n else 'holds':>10}" for n in cells))
    return "\n".join(lines)


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("notebooks", nargs="*", metavar="NB", help="a number such as 28, or a path; default: all")
    parser.add_argument("--shift", type=numbers, default=[1, 2, 3], metavar="1,2,3", help="what is added to every seed")
    parser.add_argument("--jobs", type=int, default=2, help="how many notebooks at once (default: 2)")
    parser.add_argument("--held", action="store_true", help="the notebooks of SEEDS_HOLD, which must hold")
    options = parser.parse_args(arguments)
    if options.held and options.notebooks:
        parser.error("--held names its notebooks itself")
    paths = find([slug[:2] for slug in SEEDS_HOLD] if options.held else options.notebooks)
    jobs, results = [(path, shift) for path in paths for shift in options.shift], {}
    with ProcessPoolExecutor(options.jobs) as pool:
        for (path, shift), (found, seconds) in zip(jobs, pool.map(judge, jobs), strict=True):
            results[path, shift] = found
            print(f"{path.stem:<32} shift {shift:+d}  {'fell' if found else 'holds'} {seconds:6.1f} s", flush=True)
            for fall in found:
                print(f"    {fall}", flush=True)
    print(table(results, options.shift))
    new = [p.stem for p in paths if p.stem not in SEEDS_HOLD and not any(results[p, s] for s in options.shift)]
    if new and len(options.shift) > 1:
        print(f"\nhold, and may join SEEDS_HOLD (tools/seeds.py): {', '.join(new)}")
    return 1 if any(results.values()) else 0


if __name__ == "__main__":
    sys.exit(main())

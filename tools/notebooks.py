"""Execute, clean and check the notebooks, and write the student edition.

    python tools/notebooks.py execute [NB …]             execute in place, then clean
    python tools/notebooks.py clean [NB …]               clean in place without executing
    python tools/notebooks.py check [NB …]               exit 1 when a notebook is not as `execute` would leave it
    python tools/notebooks.py student --out DIR [NB …]   without solutions and outputs

A file that is no notebook is named and left as it was; the others are still worked on, and the exit status is 1.
NB is a number such as 28, or a path. Without a number or a path, every notebook of ``notebooks/`` is meant.
"""

import argparse
import os
import re
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbclient.util import run_sync
from notebook_clean import clean, clear_outputs, problems, render
from notebook_file import NotebookError, parse, read, read_text

from transformer_lab.files import write_file
from transformer_lab.views.common.drawing import cjk_font

ROOT = Path(__file__).resolve().parent.parent
NOTEBOOKS = ROOT / "notebooks"
CELL_TIMEOUT = 120
MAX_SECONDS, MAX_MEGABYTES, MAX_KILOBYTES = 20, 1024, 400
NO_FONT = "no font for Chinese: its words in stored pictures become pinyin or boxes (Debian has fonts-noto-cjk)"
ANSI_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
# One thread, as in `make test`: two on busy cores wait for each other, and last digits stay the same.
KERNEL_ENV = {"OMP_NUM_THREADS": "1", "PYTHONHASHSEED": "0"}

# Asked of the kernel after the last cell. VmHWM, because Linux's ru_maxrss also counts the process that forked it.
PEAK_MEMORY = """
def __peak_megabytes():
    import sys
    if sys.platform == "linux":
        with open("/proc/self/status") as status:
            return next(int(line.split()[1]) for line in status if line.startswith("VmHWM")) / 1024
    if sys.platform == "win32":
        import psutil
        return psutil.Process().memory_info().peak_wset / 2**20
    import resource
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
"""


@dataclass
class Run:
    """What one execution cost, kernel start included."""

    seconds: float
    megabytes: float
    kilobytes: float

    def __str__(self):
        return f"{self.seconds:6.1f} s {self.megabytes:7.0f} MB {self.kilobytes:6.0f} KB"

    def warnings(self):
        return [f"slower than {MAX_SECONDS} s"] if self.seconds > MAX_SECONDS else []

    def errors(self):
        found = []
        if self.megabytes > MAX_MEGABYTES:
            found.append(f"needs more than {MAX_MEGABYTES} MB of memory")
        if self.kilobytes > MAX_KILOBYTES:
            found.append(f"larger than {MAX_KILOBYTES} KB")
        return found


def find(names, folder=NOTEBOOKS):
    """Return the notebooks meant by numbers and paths; every one of ``folder`` when there are none.

    Raises
    ------
    SystemExit
        When a number or a path means no notebook, or more than one.
    """
    if not names:
        return sorted(folder.glob("*.ipynb"))
    paths = []
    for name in names:
        found = [Path(name)] if name.endswith(".ipynb") else sorted(folder.glob(f"{name.zfill(2)}_*.ipynb"))
        if len(found) != 1 or not found[0].is_file():
            raise SystemExit(f"no notebook {name!r}: give its number (28) or its path")
        paths += found
    return paths


def own_paths():
    return [str(p) for p in {ROOT, Path(sys.prefix), Path.home()} if len(p.parts) > 1]


@contextmanager
def fresh_kernel(notebook, folder, **options):
    """A client that executes cells of ``notebook`` in a kernel of its own in ``folder``."""
    client = NotebookClient(
        notebook,
        timeout=CELL_TIMEOUT,
        kernel_name="python3",
        extra_arguments=["--log-level=ERROR"],
        store_widget_state=False,
        resources={"metadata": {"path": str(folder)}},
        **options,
    )
    with client.setup_kernel(env={**os.environ, **KERNEL_ENV}):
        yield client


def run_notebook(notebook, folder):
    """Execute every cell of ``notebook`` in a fresh kernel in ``folder``; return (seconds, peak megabytes)."""
    start = time.perf_counter()
    with fresh_kernel(notebook, folder) as client:
        for index, cell in enumerate(notebook.cells):
            client.execute_cell(cell, index)
        seconds = time.perf_counter() - start
        megabytes = run_sync(_peak_megabytes)(client.kc)
    return seconds, megabytes


async def _peak_megabytes(kernel_client):
    reply = await kernel_client.execute(
        PEAK_MEMORY, silent=True, user_expressions={"peak": "__peak_megabytes()"}, reply=True, timeout=30
    )
    return float(reply["content"]["user_expressions"]["peak"]["data"]["text/plain"])


def execute(path):
    """Execute and clean one notebook in place; return its cost and its faults.

    When a cell fails there is no cost, and the file stays as it was.
    """
    notebook = clear_outputs(read(path))
    try:
        seconds, megabytes = run_notebook(notebook, path.parent)
    except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
        return None, [ANSI_COLOUR.sub("", str(error)).strip()]
    notebook = clean(notebook)
    text = render(notebook)
    write_file(path, text)
    run = Run(seconds, megabytes, len(text.encode()) / 1024)
    return run, problems(notebook, own_paths()) + run.errors()


def check(path):
    """Return what keeps a stored notebook from being clean."""
    text = read_text(path)
    notebook = parse(text, path)
    found = [] if render(clean(notebook)) == text else ["is not clean: run `make notebooks`"]
    if len(text.encode()) / 1024 > MAX_KILOBYTES:
        found.append(f"larger than {MAX_KILOBYTES} KB")
    return found + problems(notebook, own_paths())


def student(notebook):
    """Return the student edition: without solutions and outputs."""
    notebook = clear_outputs(notebook)
    notebook.cells = [cell for cell in notebook.cells if "solution" not in cell.metadata.get("tags", [])]
    return clean(notebook)


def act(action, path, out):
    """Do one thing to one notebook; return a note and its faults."""
    if action == "check":
        return "", check(path)
    if action == "execute":
        run, faults = execute(path)
        note = str(run) if run else "failed, left as it was"
        warnings = [*(run.warnings() if run else []), *([] if cjk_font() else [NO_FONT])]
        return "; ".join([note, *(f"warning: {w}" for w in warnings)]), faults
    notebook = read(path)
    if action == "clean":
        write_file(path, render(clean(notebook)))
    else:
        out.mkdir(parents=True, exist_ok=True)
        write_file(out / path.name, render(student(notebook)))
    return "", []


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("action", choices=["execute", "clean", "check", "student"])
    parser.add_argument("notebooks", nargs="*", metavar="NB", help="a number such as 28, or a path; default: all")
    parser.add_argument("--out", type=Path, metavar="DIR", help="where the student edition goes")
    options = parser.parse_intermixed_args(arguments)
    if (options.action == "student") != (options.out is not None):
        parser.error("--out DIR belongs to `student`, which needs it")
    paths, failed = find(options.notebooks), 0
    if options.out and any(options.out.resolve() == path.resolve().parent for path in paths):
        parser.error(f"--out {options.out} would overwrite the notebooks themselves")
    for path in paths:
        try:
            note, faults = act(options.action, path, options.out)
        except (NotebookError, OSError) as error:
            note, faults = "left as it was", [str(error)]
        print(f"{path.stem:<32} {note or ('ok' if not faults else 'not ok')}", flush=True)
        for fault in faults:
            print("    " + fault.replace("\n", "\n    "), flush=True)
        failed += bool(faults)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

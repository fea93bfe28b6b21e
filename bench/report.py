"""What was measured, kept: a file of numbers for each machine, and a page with tables and curves made from them."""

import json
import os
import platform
import re
import statistics
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import torch
from matplotlib.figure import Figure

from bench.timing import LEGEND, Row, say
from transformer_lab.files import write_file

PACKAGES = ("torch", "transformers", "numpy", "ipywidgets", "matplotlib")


def machine() -> dict[str, str | int]:
    """The processor and how many cores of it, the GPU if there is one: what a speed depends on, and no name."""
    info = Path("/proc/cpuinfo")
    found = re.search(r"model name\s*: (.+)", info.read_text("utf-8")) if info.exists() else None
    cpu = found.group(1).strip() if found else platform.processor() or platform.machine()
    gpu = torch.cuda.get_device_name() if torch.cuda.is_available() else "none"
    return {
        "cpu": cpu,
        "cores": len(_cores()),
        "gpu": gpu,
        "system": platform.system(),
        "threads": torch.get_num_threads(),
    }


def _cores() -> list[int]:
    return list(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else list(range(os.cpu_count() or 1))


def versions() -> dict[str, str]:
    """Of Python and of everything that was measured; what is not installed is left out."""
    found = {"python": platform.python_version()}
    for name in PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def file_name(machine: dict) -> str:
    """``AMD EPYC, 2 cores`` → ``amd-epyc-2-cores.json``."""
    words = [machine["cpu"], f"{machine['cores']} cores", *([machine["gpu"]] if machine["gpu"] != "none" else [])]
    return re.sub(r"[^a-z0-9]+", "-", " ".join(map(str, words)).lower()).strip("-") + ".json"


def write(folder: Path, rows: list[Row], quick: bool) -> Path:
    """Keep the rows under ``results/``, with those of this machine that were not measured again."""
    here = machine()
    path = folder / "results" / file_name(here)
    path.parent.mkdir(parents=True, exist_ok=True)
    old = json.loads(path.read_text("utf-8"))["rows"] if path.exists() else []
    new = [row.as_json() | {"quick": quick, "versions": versions()} for row in rows]
    names = {(row["group"], row["what"], row["peer"]) for row in new}
    kept = [row for row in old if (row["group"], row["what"], row["peer"]) not in names]
    write_file(path, json.dumps({"machine": here, "rows": kept + new}, indent=1) + "\n")
    write_file(folder / "README.md", page(folder))
    return path


def page(folder: Path) -> str:
    """README.md of the benches, from all files of results."""
    parts = [
        "# Speed and size, against peers",
        "",
        "Made by `make bench`; by hand are the notes at the end (`notes.md`). On a machine with a GPU,",
        "`make test-gpu bench BENCH=gpu` tests on it and adds its rows, in a section of its own.",
        "",
        LEGEND,
    ]
    for path in sorted((folder / "results").glob("*.json")):
        found = json.loads(path.read_text("utf-8"))
        here, rows = found["machine"], found["rows"]
        gpu = "no GPU" if here["gpu"] == "none" else here["gpu"]
        parts += ["", f"## {here['cpu']}, {here['cores']} cores, {gpu}", ""]
        said = sorted({", ".join(f"{k} {v}" for k, v in row["versions"].items()) for row in rows})
        parts += [f"{here['threads']} thread(s), {here['system']}; {'; '.join(said)}.", ""]
        parts += ["| measured | peer | ours | peer | ratio | quartiles | turns |", "|---|---|---|---|---|---|---|"]
        parts += [table_line(row) for row in rows]
        for name in sorted({row["group"] for row in rows if row["x"] is not None}):
            picture = path.with_name(f"{path.stem}-{re.sub(r'[^a-z0-9]+', '-', name.lower()).strip('-')}.png")
            alt = curve(name, [row for row in rows if row["group"] == name and row["x"] is not None], picture)
            parts += ["", f"![{alt}](results/{picture.name})"]
    notes = folder / "notes.md"
    parts += ["", notes.read_text("utf-8").strip()] if notes.exists() else []
    return "\n".join(parts) + "\n"


def table_line(row: dict) -> str:
    """One row of the table, ``quick`` ones marked."""
    ours, theirs = (say(statistics.median(row[side]), row["unit"]) for side in ("ours", "theirs"))
    ratio = "–" if row["ratio"] is None else f"**{row['ratio']:.2f}**"
    spread = "" if row["spread"] is None else "{:.2f} … {:.2f}".format(*row["spread"])
    turns = f"{len(row['ours'])}{' (quick)' if row['quick'] else ''}"
    what = f"{row['group']}: {row['what']}"
    return (
        "| "
        + " | ".join(cell.replace("|", "\\|") for cell in (what, row["peer"], ours, theirs, ratio, spread, turns))
        + " |"
    )


def curve(name: str, rows: list[dict], path: Path) -> str:
    """Draw times, or what else was measured, against the length; returns the picture in words."""
    unit, scale = ("milliseconds", 1e3) if rows[0]["unit"] == "s" else (rows[0]["unit"], 1)
    figure = Figure(figsize=(7, 4), layout="constrained")
    axes = figure.subplots()
    devices = sorted({row["what"].split(",")[0] for row in rows})
    for device in devices:
        points = sorted((r for r in rows if r["what"].split(",")[0] == device), key=lambda r: r["x"])
        for side, style in (("ours", "o-"), ("theirs", "s--")):
            label = f"{'this package' if side == 'ours' else points[0]['peer']}, {device}"
            axes.plot(
                [r["x"] for r in points], [statistics.median(r[side]) * scale for r in points], style, label=label
            )
    axes.set(title=name, xlabel="tokens", ylabel=unit, xscale="log", yscale="log")
    axes.legend()
    figure.savefig(path, dpi=110)
    ratios = ", ".join(
        f"{r['ratio']:.2f} at {r['x']:g}" for r in sorted(rows, key=lambda r: (r["what"].split(",")[0], r["x"]))
    )
    return f"{name}: {unit} against tokens, ours and {rows[0]['peer']}; ratio {ratios}"

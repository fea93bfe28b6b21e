"""The views in a real JupyterLab, against ``interact`` with matplotlib drawing the same picture (``samples.py``)."""

import importlib.util
import json
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import nbclient
import nbformat

from bench.timing import Row, Settings

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT / "tests" / "browser"), str(ROOT / "tools")]
ARGUMENTS = "--no-sandbox --disable-gpu --disable-background-networking --disable-component-update --no-first-run"
USUAL = "interact + matplotlib drawing the same picture"
IMPORT = f"import sys; sys.path.insert(0, {str(ROOT)!r})\n"
PAINTED = ".tl-view[data-paints]"
OPEN = "([cell, selector]) => bench.open(cell, selector)"
RESTART = """async () => {
  const session = jupyterapp.shell.currentWidget.sessionContext;
  await session.restartKernel();
  while (session.session?.kernel?.status !== "idle") await new Promise((done) => setTimeout(done, 50));
}"""
SLIDER, MENU = ".noUi-handle", ".widget-dropdown select"
# ours, peer, our control, the peer's control, what changes
PAIRS = {
    "AttentionView": ("samples.attention", "peers.attention", "[name=temperature]", SLIDER, "temperature"),
    "AttentionView, menu": ("samples.attention", "peers.attention", "[name=layer]", MENU, "layer"),
    "LayerNormView": ("samples.layer_norm", "peers.layer_norm", "[name=shift]", SLIDER, "shift"),
    "PositionalEncodingView": ("samples.positions", "peers.positions", "[name=position]", SLIDER, "position"),
    "Explorer, computed ahead": (
        "samples.explorer_ahead",
        "peers.explorer",
        "[name=temperature]",
        SLIDER,
        "temperature",
    ),
    "Explorer, computed by Python": (
        "samples.explorer_kernel",
        "peers.explorer",
        "[name=temperature]",
        SLIDER,
        "temperature",
    ),
}


@contextmanager
def jupyterlab():
    """A function that opens a notebook of cells, in a JupyterLab and a Chromium that close at the end."""
    from find_chromium import find_chromium
    from helpers import JupyterLab, Notebook
    from playwright.sync_api import sync_playwright

    chromium = find_chromium()
    if chromium is None:
        raise SystemExit("the views are measured in Chromium, and none was found: install it or set CHROMIUM")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        server = JupyterLab(Path(folder))
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS.split())
        try:

            def notebook(cells):
                # Tall, so that both views are in sight: what is out of sight a browser need not paint.
                context = browser.new_context(viewport={"width": 1400, "height": 2400})
                opened = Notebook(context, server, cells)
                opened.page.evaluate((ROOT / "bench" / "probe.js").read_text("utf-8"))
                return opened

            yield notebook
        finally:
            browser.close()
            server.stop()


class Side:
    """Ours or the peer: a cell's output and the control in it."""

    def __init__(self, notebook, cell, selector, control):
        self.page = notebook.page
        if self.page.evaluate(OPEN, [cell, selector]) is None:
            raise RuntimeError(f"nothing was drawn by {notebook.text(cell)!r}")
        self.root = notebook.output(cell).first  # interact puts another one inside
        self.control = self.root.locator(control).first
        self.rest()

    def rest(self):
        self.root.evaluate("(root) => bench.rest(root)")

    def press(self) -> dict:
        """One key press, from the keyboard, and what came of it."""
        key = self.control.evaluate("(control) => bench.arm(control)")
        self.root.evaluate("(root) => { window.benchFound = bench.key(root); }")
        self.page.keyboard.press(key)
        found = self.page.evaluate("() => window.benchFound")
        if found is None:
            raise RuntimeError(f"{key} changed nothing in {self.root.inner_text()[:80]!r}")
        self.rest()
        return found

    def drag(self, steps: int) -> dict:
        found = self.root.evaluate(
            "(root, [control, steps]) => bench.drag(root, control, steps)", [self.control.element_handle(), steps]
        )
        self.rest()
        return found


def answers(view: str, settings: Settings) -> Iterator[Row]:
    """Key press to changed pixel, and the painted frames of a drag."""
    with jupyterlab() as open_notebook:
        for name, (ours, peer, control, peer_control, what) in PAIRS.items():
            if not name.startswith(view):
                continue
            calls = [f"{each}({n})" for n in settings.tokens for each in (ours, peer)]
            notebook = open_notebook([IMPORT + "from bench import peers, samples", *calls])
            notebook.run(0)
            for i, n in enumerate(settings.tokens):
                if n > 64 and control == "[name=layer]":
                    continue  # a view of 256 tokens stores one layer
                sides = (
                    Side(notebook, 2 * i + 1, PAINTED, control),
                    Side(notebook, 2 * i + 2, "img", peer_control),
                )
                yield from compare(sides, f"{name}, {n} tokens", what, settings)
                notebook.command("notebook:clear-all-cell-outputs")
            notebook.close()


def compare(sides, group: str, what: str, settings: Settings) -> Iterator[Row]:
    for side in sides:
        side.press()  # to warm up
    pressed = [[side.press() for side in sides] for _ in range(settings.presses)]
    key = f"arrow key on {what} → changed pixel"
    for unit, which in (("frames", "frames"), ("s", "seconds")):
        yield Row(group, key, USUAL, unit, *([each[which] for each in side] for side in zip(*pressed, strict=True)))
    if "menu" in group:
        return
    dragged = [[side.drag(settings.steps) for side in sides] for _ in range(max(1, settings.presses // 8))]
    rows = (
        ("painted", f"painted frames of a {settings.steps}-step drag", "frames"),
        ("seconds", "the drag's time per painted frame", "s"),
    )
    for which, said, unit in rows:
        yield Row(group, said, USUAL, unit, *([each[which] for each in side] for side in zip(*dragged, strict=True)))


def start_up(settings: Settings) -> Iterator[Row]:
    """From running a cell to its first paint: in a new kernel (imports and all), and again."""
    pairs = {
        "AttentionView": ("samples.attention", "peers.attention"),
        "Explorer": ("samples.explorer_ahead", "peers.explorer"),
    }
    with jupyterlab() as open_notebook:
        for name, pair in pairs.items():
            notebook = open_notebook([f"{IMPORT}from bench import {each.split('.')[0]}\n{each}(16)" for each in pair])
            times = {True: ([], []), False: ([], [])}
            for _ in range(settings.starts):
                for cell, selector in enumerate((PAINTED, "img")):
                    notebook.page.evaluate(RESTART)
                    for new in (True, False):
                        notebook.command("notebook:clear-all-cell-outputs")
                        times[new][cell].append(notebook.page.evaluate(OPEN, [cell, selector]))
            for new, found in times.items():
                what = f"{name}, {'new kernel, with imports' if new else 'run again'}"
                yield Row("Running a cell → first paint", what, USUAL, "s", *found)
            notebook.close()


def stored(settings: Settings) -> Iterator[Row]:
    """Bytes of a saved notebook with one view of 4 layers × 8 heads × 32 tokens."""
    shape = (4, 8, 32) if settings.turns > 2 else (1, 2, 4)
    ours = _bytes("samples.stored", shape)
    peers = {f"{USUAL}, as it stands": "peers.stored"}
    if importlib.util.find_spec("bertviz"):
        peers["bertviz.head_view"] = "peers.bertviz_heads"
    group = "Stored, {} layers × {} heads × {} tokens".format(*shape)
    for peer, sample in peers.items():
        theirs = _bytes(sample, shape)
        for part in theirs:
            yield Row(group, part, peer, "KB", [ours[part] / 1024], [theirs[part] / 1024])


def _bytes(sample: str, shape: tuple[int, ...]) -> dict[str, int]:
    module = sample.split(".")[0]
    source = f"{IMPORT}from bench import {module}\n{sample}{shape}"
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source)])
    nbclient.NotebookClient(notebook, kernel_name="python3", timeout=120).execute()
    size = lambda value: len(json.dumps(value, ensure_ascii=False).encode())  # noqa: E731
    outputs, widgets = size(notebook.cells[0].outputs), size(notebook.metadata.get("widgets", {}))
    return {"output of the cell": outputs, "state of the widgets": widgets, "both": outputs + widgets}

"""Every notebook in a real JupyterLab: restarted, run from top to bottom, every view alive, light and dark.

With ``PAGES`` set to a folder (``make pages``), pictures of each whole page are written there, to be looked at.
"""

import os
import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

FOLDER = Path(__file__).parents[2] / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))
PAGES = os.environ.get("PAGES")
WIDGET = "application/vnd.jupyter.widget-view+json"
SCREEN = 3000


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_restart_and_run_all(lab, path):
    notebook = lab(path)
    notebook.restart_and_run_all()
    outputs = notebook.outputs()
    errors = [output["evalue"] for cell in outputs for output in cell if output["output_type"] == "error"]
    assert not errors
    with_view = [i for i, cell in enumerate(outputs) if any(WIDGET in output.get("data", {}) for output in cell)]
    assert with_view, "no view was shown"
    for theme in ("JupyterLab Light", "JupyterLab Dark"):
        notebook.use_theme(theme)
        for cell in with_view:
            view = notebook.view(cell)
            expect(view).to_have_attribute("data-theme", theme.split()[1].lower())
            expect(view.locator(".tl-summary")).to_have_text(re.compile(r"\w"))
            expect(view.locator(".tl-alarm:visible")).to_have_count(0)
        if PAGES:
            take_pictures(notebook, Path(PAGES) / path.stem, theme.split()[1].lower())


def take_pictures(notebook, folder, theme):
    """The notebook from top to bottom, a screen at a time: light-01.png, light-02.png, ..."""
    folder.mkdir(parents=True, exist_ok=True)
    page = notebook.page
    # Everything laid out at once, and nothing beside the notebook.
    page.evaluate(
        """() => {
          const { content } = jupyterapp.shell.currentWidget;
          content.notebookConfig = { ...content.notebookConfig, windowingMode: "none" };
          jupyterapp.shell.collapseLeft();
        }"""
    )
    page.set_viewport_size({"width": 1100, "height": SCREEN})
    scroller = page.locator(".jp-WindowedPanel-outer").first
    scroller.evaluate("(e) => { e.scrollTop = 0; }")
    number, top = 0, -1.0
    while (now := scroller.evaluate("(e) => e.scrollTop")) != top:
        page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
        number, top = number + 1, now
        scroller.screenshot(path=folder / f"{theme}-{number:02}.png")
        scroller.evaluate("(e) => { e.scrollTop += e.clientHeight - 40; }")

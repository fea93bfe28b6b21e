"""AttentionView in a real JupyterLab: two views, keys, both ways of the state, re-run, restart, theme."""

import json

import pytest

SETUP = """import torch
from transformer_lab.views import AttentionView
def make(seed, **options):
    random = torch.Generator().manual_seed(seed)
    q, k, v = (torch.randn(2, 1, 3, n, 4, generator=random) for n in (6, 5, 5))
    return AttentionView(query=q, key=k, value=v, queries=list("我你他她它们"), keys=list("abcde"), **options)
first = make(1)
first"""
CELLS = [
    SETUP,
    "second = make(2, mode='lines')\nsecond",
    "print(first.temperature, first.layer, second.layer)",
    "first.layer = 1",
]


def test_keys_state_and_two_views(lab):
    notebook = lab(CELLS)
    notebook.run_all()
    first, second = notebook.view(0), notebook.view(1)
    assert notebook.text(2) == "1.0 0 0"
    first.locator("[name=temperature]").focus()
    active = notebook.active_cell
    for _ in range(20):
        notebook.page.keyboard.press("ArrowRight")
    assert notebook.active_cell == active, "JupyterLab took the arrow keys"
    assert first.locator(".tl-control:has([name=temperature]) output").inner_text() == "÷ 2.00"
    assert second.locator(".tl-control:has([name=temperature]) output").inner_text() == "÷ 1.00"
    second.locator("[name=layer]").focus()
    notebook.page.keyboard.press("ArrowDown")
    notebook.ask(2, "2.0 1 1")
    canvas = first.locator("canvas.tl-canvas")
    canvas.focus()
    for key in ("ArrowDown", "ArrowDown", "ArrowRight", "m"):
        notebook.page.keyboard.press(key)
    first.get_by_role("button", name="Unmask key “b”").wait_for()
    assert notebook.active_cell in (0, 2)


def test_python_writes_and_reads_what_is_drawn(lab):
    numbers = "import json; print(json.dumps(first.weights().tolist()))"
    notebook = lab([SETUP, "first.layer, first.masked_keys, first.temperature = 1, [3], 0.5", numbers, "first.reset()"])
    notebook.run_all()
    first = notebook.view(0)
    assert first.locator("[name=layer]").evaluate("(e) => e.selectedIndex") == 0
    notebook.run(1)
    notebook.page.wait_for_function("() => document.querySelector('.tl-view [name=layer]').selectedIndex === 1")
    first.get_by_role("button", name="Show as table").click()
    first.locator("tbody tr").first.wait_for()
    drawn = first.locator("tbody tr").evaluate_all(
        "(rows) => rows.map((row) => [...row.querySelectorAll('data')].map((cell) => Number(cell.value)))"
    )
    wanted = json.loads(notebook.run(2))
    for row, own in zip(wanted, drawn, strict=True):
        assert own[:-2] == pytest.approx(row, abs=1e-6)
        assert row[3] == 0
    notebook.run(3)
    notebook.page.wait_for_function("() => document.querySelector('.tl-view [name=layer]').selectedIndex === 0")


def test_run_again_and_restart(lab):
    notebook = lab(CELLS[:3])
    notebook.run_all()
    notebook.view(0)
    notebook.view(1)
    for again in (notebook.run_all, notebook.restart_and_run_all):
        again()
        for cell in (0, 1):
            view = notebook.view(cell)
            assert notebook.output(cell).locator(".tl-view").count() == 1
            assert view.locator(".tl-alarm").is_hidden()
            assert "attends to" in view.locator(".tl-summary").inner_text()
        assert notebook.text(2) == "1.0 0 0"
    notebook.view(0).locator("[name=temperature]").focus()
    notebook.page.keyboard.press("ArrowLeft")
    notebook.ask(2, f"{2**-0.05} 0 0")


def test_theme_follows_jupyterlab(lab):
    notebook = lab([SETUP])
    notebook.run_all()
    assert notebook.view(0).get_attribute("data-theme") == "light"
    notebook.command("apputils:change-theme", theme="JupyterLab Dark")
    notebook.page.wait_for_selector(".tl-view[data-theme=dark]")
    notebook.command("apputils:change-theme", theme="JupyterLab Light")
    notebook.page.wait_for_selector(".tl-view[data-theme=light]")

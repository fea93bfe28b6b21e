"""A notebook that was run, saved and opened again, with another kernel: its views are there, and answer."""

import nbformat
from notebook_clean import WIDGET_VIEW, clean
from playwright.sync_api import expect

CELLS = [
    """import torch
from transformer_lab.views import AttentionView, Explorer, LayerNormView, Numbers, Slider
weights = torch.randn(1, 2, 4, 4, generator=torch.Generator().manual_seed(0)).softmax(-1)
view = AttentionView(weights, list("abcd"))
view""",
    "LayerNormView(torch.arange(12.0).reshape(2, 6))",
    """def double(x):
    return Numbers({"twice": 2 * x})

Explorer(double, Slider("x", 0, 4, 1, value=1), title="Twice", alt="Twice x.")""",
    'Explorer(double, Slider("x", 0, 4, 1, value=1), title="Twice", alt="Twice x.", precompute=False)',
    "view.temperature = 0.25",
]


def moved(view, name):
    """Move a slider by one step of the keyboard; its value as it is written beside it, before and after."""
    said = view.locator(f".tl-control:has([name={name}]) output")
    before = said.inner_text()
    view.locator(f"[name={name}]").focus()
    view.page.keyboard.press("ArrowRight")
    expect(said).not_to_have_text(before)
    return before, said.inner_text()


def test_views_answer_when_a_saved_notebook_is_opened_again(lab):
    notebook = lab(CELLS)
    notebook.run_all()
    for cell in (0, 1, 2, 3):
        notebook.view(cell)
    expect(notebook.view(0).locator(".tl-control:has([name=temperature]) output")).to_have_text("÷ 0.25")
    notebook.save_and_shut_down()
    notebook.open()
    assert "model not found" not in notebook.page.locator(".jp-Notebook").inner_text()
    attention = notebook.view(0)
    assert moved(attention, "temperature")[0] == "÷ 0.25", "the state is the one that was saved"
    assert "attends to" in attention.locator(".tl-summary").inner_text()
    row = attention.locator(".tl-summary").inner_text()
    attention.locator("canvas.tl-canvas").focus()
    notebook.page.keyboard.press("ArrowDown")
    expect(attention.locator(".tl-summary")).not_to_have_text(row)
    moved(notebook.view(1), "shift")
    moved(notebook.view(2), "x")
    expect(notebook.view(2).locator(".tl-summary")).to_have_text("twice 4.")
    moved(notebook.view(3), "x")
    expect(notebook.view(3).locator(".tl-ex-notice:visible")).to_contain_text("run the cell again", timeout=20_000)


def test_a_cleaned_copy_keeps_the_picture_and_no_state(lab):
    notebook = lab(CELLS[:1])
    notebook.run_all()
    notebook.view(0)
    notebook.save_and_shut_down()
    saved = nbformat.read(notebook.path, as_version=4)
    assert saved.metadata.widgets, "JupyterLab saves no state: is this checkout installed (pip install -e .)?"
    assert WIDGET_VIEW in saved.cells[0].outputs[-1].data
    stored = clean(saved)
    assert "widgets" not in stored.metadata
    assert set(stored.cells[0].outputs[-1].data) == {"image/png", "text/plain"}

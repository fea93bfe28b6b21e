"""A view that goes leaves nothing behind: no listener, observer, timer or frame, on a page and in JupyterLab."""

from pathlib import Path

import pytest
import torch
from attention_samples import translation_view
from decoding_tree_samples import toy_view
from explorer_samples import clipping_view, zoo_view
from helpers import ViewPage
from playwright.sync_api import expect

from transformer_lab.translation import Translator
from transformer_lab.views import LayerNormView, PositionalEncodingView, TranslationView

HERE = Path(__file__).parent

COUNTING = (HERE / "counting.js").read_text("utf-8")
OPEN_AND_CLOSE = (HERE / "open_and_close.js").read_text("utf-8")


def positions_view():
    table = torch.randn(12, 6, generator=torch.Generator().manual_seed(0))
    return PositionalEncodingView(6, 12, table=table)


VIEWS = {
    "attention": translation_view,
    "translation": lambda: TranslationView(Translator.load(), "the teacher bought three books"),
    "layer norm": lambda: LayerNormView(torch.randn(3, 6)),
    "positions": positions_view,
    "tree": toy_view,
    "clipping": clipping_view,
    "zoo": zoo_view,
}


def held(page):
    """What is held now, once what ends by itself has ended."""
    page.wait_for_function("() => ![...held.keys()].some((key) => key.startsWith('setTimeout'))")
    return page.evaluate("() => [...held.keys()].sort()")


@pytest.mark.parametrize("name", VIEWS)
def test_closed_views_leave_nothing_behind(chromium, tmp_path, name):
    view = VIEWS[name]()
    context = chromium.new_context(viewport={"width": 1280, "height": 800}, bypass_csp=True)
    context.add_init_script(COUNTING)
    page = ViewPage(context, view, tmp_path / "view.html")
    before = held(page.page)
    assert any("MediaQueryList" in key for key in before), "the counting does not count"
    page.page.evaluate(OPEN_AND_CLOSE, view._esm)
    page.settle()
    assert held(page.page) == before
    assert page.troubles == []
    page.close()


# The view of the package, its model wrapped on the way to the script.
SETUP = """import sys
sys.path[:0] = [%r]
from attention_samples import translation_view
from transformer_lab.views import AttentionView
script = AttentionView._esm.fget
AttentionView._esm = property(lambda view: script(view).replace("export default", "const inner =") + (
    "export default { render: ({ model, el }) => inner.render({ model: counted(model), el }) };"))
first = translation_view()
first"""
SHOWN = "() => document.querySelectorAll('.tl-view[data-paints]').length === %d"


def scrolled(notebook, cell):
    notebook.page.evaluate("(i) => jupyterapp.shell.currentWidget.content.scrollToItem(i, 'center')", cell)


def kinds(page):
    """How many of each kind of thing are held: which one is held changes when a view is drawn anew."""
    return sorted(" ".join(word for word in key.split() if not word.isdigit()) for key in held(page))


def test_jupyterlab_gets_back_what_its_views_held(lab, jupyterlab):
    notebook = lab([SETUP % str(HERE.parent / "views"), "first", *["0"] * 80], script=f"onlyBlobs = true; {COUNTING}")
    page = notebook.page
    notebook.run(0)
    notebook.view(0)
    one = kinds(page)
    assert any(key.startswith("model change:layer") for key in one), "the counting does not count"
    notebook.run(1)
    notebook.view(1)
    two = kinds(page)
    assert two == sorted(one + one)

    # A tab of its own, opened and closed.
    for _ in range(3):
        notebook.activate(0)
        notebook.command("notebook:create-output-view")
        page.wait_for_function(SHOWN % 3)
        assert kinds(page) == sorted(two + one)
        page.locator(".jp-LinkedOutputView .tl-view[data-paints]").wait_for()
        notebook.close_output_view()
        page.wait_for_function(SHOWN % 2)
        assert kinds(page) == two

    # Cells far from the window are hidden or taken out of the page; their views come back alive.
    page.evaluate("""() => { const { content } = jupyterapp.shell.currentWidget;
      content.notebookConfig = { ...content.notebookConfig, windowingMode: "full" }; }""")
    for _ in range(3):
        notebook.activate(81)
        scrolled(notebook, 81)
        expect(page.locator(".tl-view:visible")).to_have_count(0)
        assert kinds(page) == two
        scrolled(notebook, 0)
        view = notebook.view(0)
        view.locator("[name=temperature]").focus()
        page.keyboard.press("ArrowRight")
        expect(view.locator(".tl-control:has([name=temperature]) output")).not_to_have_text("÷ 1.00")
        view.get_by_role("button", name="Reset").click()
        expect(view.locator(".tl-alarm")).to_be_hidden()
        assert kinds(page) == two

    for _ in range(3):
        notebook.run(1)
        notebook.view(1)
        assert kinds(page) == two
    notebook.command("notebook:clear-all-cell-outputs")
    page.wait_for_function(SHOWN % 0)
    assert held(page) == []

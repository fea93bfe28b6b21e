"""A real Chromium for the views: stand-alone pages with the network blocked, and a JupyterLab of its own.

``show(view)`` opens ``view.to_html()`` and returns a :class:`helpers.ViewPage`; ``lab(content)`` opens a notebook
(a path, or a list of code cells) in JupyterLab and returns a :class:`helpers.Notebook`. Both fail a test that left an
error in the console.
"""

import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent / "views"), str(HERE.parents[1] / "tools")]

from find_chromium import MISSING, find_chromium  # noqa: E402
from helpers import JupyterLab, Notebook, ViewPage  # noqa: E402
from playwright.sync_api import sync_playwright  # noqa: E402

ARGUMENTS = "--no-sandbox --disable-gpu --disable-background-networking --disable-component-update --disable-sync"


def pytest_collection_modifyitems(items):
    for item in items:
        if Path(item.fspath).parent == Path(__file__).parent:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def chromium():
    path = find_chromium()
    if path is None:
        pytest.fail(MISSING, pytrace=False)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=[*ARGUMENTS.split(), "--no-first-run"])
        yield browser
        browser.close()


@pytest.fixture
def show(chromium, tmp_path):
    opened = []

    def open_page(view, *, dark=False, calm=False, width=1280, height=800, **page):
        options = {"color_scheme": "dark" if dark else "light", "reduced_motion": "reduce" if calm else "no-preference"}
        context = chromium.new_context(viewport={"width": width, "height": height}, **options)
        opened.append(ViewPage(context, view, tmp_path / f"view{len(opened)}.html", **page))
        return opened[-1]

    yield open_page
    for page in opened:
        page.close()


@pytest.fixture(scope="session")
def jupyterlab(tmp_path_factory):
    server = JupyterLab(tmp_path_factory.mktemp("lab"))
    yield server
    server.stop()


@pytest.fixture
def lab(chromium, jupyterlab):
    opened = []

    def open_notebook(content, **options):
        context = chromium.new_context(viewport={"width": 1400, "height": 1000})
        opened.append(Notebook(context, jupyterlab, content, **options))
        return opened[-1]

    yield open_notebook
    for notebook in opened:
        notebook.close()

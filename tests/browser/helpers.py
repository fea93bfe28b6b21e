"""Pages under test. Nothing here waits for a fixed time: each wait names what it waits for."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe

SERIOUS = ("serious", "critical")


def serious_findings(page) -> list[str]:
    """What axe-core finds wrong for people who use assistive technology, as short lines."""
    found = Axe().run(page).response["violations"]
    return [
        f"{v['id']}: {n['html'][:90]} {n['failureSummary']}"
        for v in found
        if v["impact"] in SERIOUS
        for n in v["nodes"]
    ]


class _Watched:
    """A browser page that remembers what must not happen: errors, dialogs, requests that leave this machine."""

    def __init__(self, context, allowed):
        self.context, self.page, self.troubles = context, context.new_page(), []
        context.route(
            "**/*", lambda route: route.continue_() if route.request.url.startswith(allowed) else self._block(route)
        )
        self.page.on("pageerror", lambda error: self.troubles.append(f"error: {error}"))
        self.page.on("dialog", self._dialog)

    def _block(self, route):
        self.troubles.append(f"request: {route.request.url}")
        route.abort()

    def _dialog(self, dialog):
        self.troubles.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def close(self):
        self.context.close()
        assert self.troubles == [], self.troubles


class ViewPage(_Watched):
    """A view's stand-alone page."""

    def __init__(self, context, view, path, **page):
        super().__init__(context, ("file://", "data:"))
        self.view = view
        self.page.on("console", lambda m: self.troubles.append(f"console: {m.text}") if m.type == "error" else None)
        view.to_html(path, **page)
        self.page.goto(path.as_uri())
        self.root = self.page.locator(".tl-view")
        self.root.wait_for()
        self.settle()

    def settle(self):
        """Wait until what was asked for is painted: two frames without a paint between them, and no part still busy."""
        self.page.evaluate(
            """async () => {
              const frame = () => new Promise((done) => requestAnimationFrame(done));
              const paints = () => document.querySelector(".tl-view").dataset.paints;
              let before;
              const busy = () => document.querySelector(".tl-view [aria-busy=true]");
              do { before = paints(); await frame(); await frame(); } while (before !== paints() || !before || busy());
            }"""
        )

    def get(self, trait):
        return self.page.evaluate("(name) => transformerLabModel.get(name)", trait)

    def set(self, **traits):
        for name, value in traits.items():
            self.page.evaluate("([name, value]) => transformerLabModel.set(name, value)", [name, value])
        self.settle()

    def press(self, locator, *keys):
        """Give the keyboard to one element and type."""
        locator.focus()
        for key in keys:
            self.page.keyboard.press(key)
        self.settle()

    def pull_state(self):
        """Put the page's state into the Python view, as a kernel would."""
        for name in self.view._touchable:
            setattr(self.view, name, self.get(name))
        return self.view

    def table(self):
        """Rows of the table as [head, cell, ...]; numbers in full precision."""
        if self.root.locator(".tl-table").is_hidden():
            self.root.get_by_role("button", name="Show as table").click()
        self.settle()
        return self.page.evaluate(
            """() => [...document.querySelectorAll(".tl-table tbody tr")].map((row) => [...row.children].map((cell) =>
                 cell.querySelector("data") ? Number(cell.querySelector("data").value) : cell.textContent))"""
        )

    def summary(self):
        self.settle()
        return self.root.locator(".tl-summary").inner_text()

    def pixels(self):
        """The canvas as a string, to see whether it changed."""
        self.settle()
        return self.page.evaluate("() => document.querySelector('.tl-stage canvas').toDataURL()")


class JupyterLab:
    """A JupyterLab server of its own on a free port, without token, settings or news."""

    def __init__(self, folder):
        self.folder = folder
        settings = folder / "config" / "labconfig"
        settings.mkdir(parents=True)
        quiet = {"@jupyterlab/apputils-extension:notification": {"checkForUpdates": False, "fetchNews": "false"}}
        (settings / "default_setting_overrides.json").write_text(json.dumps(quiet))
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        places = ("CONFIG_DIR", "DATA_DIR", "RUNTIME_DIR", "LAB_SETTINGS_DIR", "LAB_WORKSPACES_DIR")
        homes = {f"JUPYTER{'' if name.startswith('LAB') else '_'}{name}": folder / name.lower() for name in places}
        homes |= {"JUPYTER_CONFIG_DIR": folder / "config", "IPYTHONDIR": folder / "ipython"}
        options = ["--no-browser", "--expose-app-in-browser", f"--ServerApp.port={port}", "--ServerApp.port_retries=0",
                   "--IdentityProvider.token=", "--ServerApp.password=", "--ServerApp.allow_root=True",
                   f"--ServerApp.root_dir={folder}",
                   # The type checker of `make lint`, where it is installed, would serve every notebook that is opened.
                   "--LanguageServerManager.autodetect=False"]  # fmt: skip
        self.log = (folder / "lab.log").open("w")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "jupyterlab", *options],
            env={**os.environ, **{name: str(path) for name, path in homes.items()}, "OMP_NUM_THREADS": "1"},
            stdout=self.log,
            stderr=subprocess.STDOUT,
        )
        self._wait()

    def _wait(self):
        deadline = time.monotonic() + 90
        while time.monotonic() < deadline and self.process.poll() is None:
            try:
                urllib.request.urlopen(f"{self.url}/api/status", timeout=2).close()
                return
            except OSError:
                time.sleep(0.2)
        raise RuntimeError(f"JupyterLab did not start:\n{(self.folder / 'lab.log').read_text()[-3000:]}")

    def stop(self):
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
        self.log.close()


class Notebook(_Watched):
    """A notebook, open in JupyterLab: a file of the repository (a copy of it), or code cells. Cells count from 0.

    ``script`` runs in the page before JupyterLab's own.
    """

    count = 0

    def __init__(self, context, server, content, script=None):
        if script:
            context.add_init_script(script)
        super().__init__(context, (server.url, server.url.replace("http", "ws"), "data:", "blob:"))
        Notebook.count += 1
        name = f"views{Notebook.count}.ipynb"
        self.path = server.folder / name
        self.path.write_text(
            content.read_text("utf-8") if isinstance(content, Path) else json.dumps(self._of_code(content)), "utf-8"
        )
        self.page.set_default_timeout(60_000)
        self.url = f"{server.url}/lab/tree/{name}?reset"
        self.open()

    def open(self):
        """Open the notebook, or open it again as the file is now; a kernel is started where none runs."""
        self.page.goto(self.url)
        self.page.wait_for_function(
            "() => window.jupyterapp?.shell.currentWidget?.sessionContext?.session?.kernel?.status === 'idle'"
        )

    @staticmethod
    def _of_code(sources):
        empty = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None}
        code = [{**empty, "id": f"c{i}", "source": source} for i, source in enumerate(sources)]
        kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
        return {"cells": code, "metadata": kernel, "nbformat": 4, "nbformat_minor": 5}

    def command(self, name, **arguments):
        self.page.evaluate("([name, args]) => jupyterapp.commands.execute(name, args)", [name, arguments])

    def run_all(self):
        self.command("notebook:run-all-cells")

    def activate(self, cell):
        self.page.evaluate("(i) => { jupyterapp.shell.currentWidget.content.activeCellIndex = i; }", cell)

    def run(self, cell):
        self.activate(cell)
        self.command("notebook:run-cell")
        return self.text(cell)

    def restart_and_run_all(self):
        """Kernel > Restart Kernel and Run All Cells, as a reader does it: with its question, and every cell done."""
        self.page.evaluate("() => { finished = jupyterapp.commands.execute('notebook:restart-run-all'); }")
        self.page.locator(".jp-Dialog .jp-mod-accept").click()
        self.page.evaluate("() => finished")

    def outputs(self):
        """The outputs of every cell as JupyterLab has them now, as nbformat writes them; none for Markdown."""
        return self.page.evaluate(
            "() => jupyterapp.shell.currentWidget.content.model.toJSON().cells.map((cell) => cell.outputs ?? [])"
        )

    def close_output_view(self):
        """Close the tab that New View for Output opened."""
        self.page.evaluate(
            """() => { for (const widget of jupyterapp.shell.widgets("main"))
                 if (widget.content?.node.classList.contains("jp-LinkedOutputView")) widget.close(); }"""
        )

    def save_and_shut_down(self):
        """Save, then shut the kernel down, as a reader does at the end of a lesson."""
        self.page.evaluate("() => jupyterapp.commands.execute('docmanager:save')")
        self.page.evaluate("() => jupyterapp.shell.currentWidget.sessionContext.shutdown()")

    def use_theme(self, name):
        self.command("apputils:change-theme", theme=name)
        dark = str("Dark" not in name).lower()
        self.page.wait_for_function(f"() => document.body.dataset.jpThemeLight === '{dark}'")

    @property
    def active_cell(self):
        return self.page.evaluate("() => jupyterapp.shell.currentWidget.content.activeCellIndex")

    def output(self, cell):
        return self.page.locator(".jp-Notebook .jp-Cell").nth(cell).locator(".jp-OutputArea")

    def text(self, cell):
        return self.output(cell).inner_text().strip()

    def view(self, cell):
        """The view in a cell's output, painted and scrolled to."""
        root = self.output(cell).locator(".tl-view[data-paints]")
        root.wait_for()
        root.scroll_into_view_if_needed()
        return root

    def ask(self, cell, expected):
        """Run a cell that prints a state until it prints what is expected: a change may still be on its way."""
        deadline = time.monotonic() + 20
        while (said := self.run(cell)) != expected and time.monotonic() < deadline:
            pass
        assert said == expected

"""After a cell that took too long, the report says what is so: that cell failed, and the later ones were not run."""

import subprocess
import sys
import xml.etree.ElementTree as ElementTree

import pytest
from commands import ROOT
from nbformat.v4 import new_code_cell, new_notebook, new_output
from notebook_sample import store

STUBBORN = "import time\ntry:\n    time.sleep(60)\nexcept KeyboardInterrupt:\n    pass"


def verdicts(cells, folder, timeout=10):
    """Run nbval on a notebook of (source, stored result) as this project does; the verdict of each cell."""
    code = [
        new_code_cell(
            source,
            execution_count=i,
            outputs=[new_output("execute_result", {"text/plain": stored}, execution_count=i)] if stored else [],
        )
        for i, (source, stored) in enumerate(cells, 1)
    ]
    path = store(new_notebook(cells=code), folder)
    (folder / "conftest.py").write_bytes((ROOT / "conftest.py").read_bytes())
    (folder / "pyproject.toml").write_bytes((ROOT / "pyproject.toml").read_bytes())
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--nbval", "--nbval-current-env"]
    command += [f"--nbval-cell-timeout={timeout}", "--junitxml=report.xml", str(path)]
    subprocess.run(command, cwd=folder, capture_output=True, check=False)
    for case in ElementTree.parse(folder / "report.xml").getroot().iter("testcase"):
        found = [
            (child.tag, child.get("message", "")) for child in case if child.tag in ("failure", "error", "skipped")
        ]
        yield found or [("passed", "")]


@pytest.mark.parametrize("slow", ["import time; time.sleep(60)", STUBBORN])
def test_right_and_wrong_cells_after_a_slow_one_were_not_run(slow, tmp_path):
    right, wrong = ("2 + 2", "4"), ("2 + 2", "5")
    first, late, *rest = verdicts([right, (slow, None), right, wrong], tmp_path)
    assert first == [("passed", "")]
    assert late[0][0] == "failure"
    assert "10 s" in late[0][1] or "Timeout of 10 seconds" in late[0][1]
    for cell in rest:
        [(kind, message)] = cell
        assert kind == "error"
        assert "not run: Cell 1 of this notebook took too long" in message


def test_without_a_slow_cell_each_is_judged_by_itself(tmp_path):
    kinds = [cell[0][0] for cell in verdicts([("2 + 2", "5"), ("2 + 2", "4")], tmp_path, timeout=60)]
    assert kinds == ["failure", "passed"]

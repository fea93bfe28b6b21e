"""No answer stands above its exercise: what the page and the package have does not pass the check.

Those that did when this test came are on the list of ``tools/owed.py``, which may only shrink.
"""

import json
import subprocess
import sys
from pathlib import Path

import owed
import pytest
import torch
from commands import ROOT
from nbformat.v4 import new_code_cell
from notebook_answers import answers, functions_of_package
from notebook_file import Notebook
from notebook_sample import SLUG, sample, store

from transformer_lab import checks

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))

OWED = owed.load().get("answers", {})


@pytest.fixture(scope="module")
def every_answer():
    """By notebook, as a reader's session finds them: without the shape checker of the tests."""
    command = [sys.executable, str(ROOT / "tools/notebook_answers.py")]
    return json.loads(subprocess.run(command, capture_output=True, encoding="utf-8", check=True).stdout)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_no_answer_stands_above_its_exercise(path, every_answer):
    new, mended = owed.settle(every_answer[path.stem], OWED.get(path.stem, []))
    assert new == [], "the task must ask for something that the page does not answer"
    assert mended == [], "run `python tools/owed.py answers`"


def energy(x):
    """The sum of squares of each row."""
    return x.square().sum(-1)


@pytest.fixture(autouse=True)
def _sample_exercises(monkeypatch):
    """The two exercises of the sample notebook ask for the energy of each row."""
    for name in ("layer_norm", "axis_puzzle"):
        cases = [checks.Case("rows", (torch.rand(2, 3, dtype=torch.float64),)), checks.Case("one", (torch.rand(1, 3),))]
        exercise = checks.Exercise(name, SLUG, "Energy", 1, energy, lambda cases=cases: cases, [])
        monkeypatch.setitem(checks.EXERCISES, name, exercise)


def found(folder, *cells, before="## Prove it"):
    """The answers in the sample notebook with these cells in it."""
    notebook = sample()
    place = next(i for i, cell in enumerate(notebook.cells) if cell.source.startswith(before))
    notebook.cells[place:place] = [new_code_cell(cell) for cell in cells]
    return answers(Notebook(store(notebook, folder)))


RIGHT = "def by_hand(x):\n    return (x * x).sum(-1)"
WRONG = "def by_hand(x):\n    return (x * x).sum(-2)"
FAULTS = [f"check.{name} passes with by_hand, which stands above it" for name in ("layer_norm", "axis_puzzle")]


def test_a_page_without_an_answer(tmp_path):
    assert found(tmp_path) == found(tmp_path, WRONG) == []


@pytest.mark.parametrize(
    "cells",
    [
        [RIGHT],
        [RIGHT, WRONG],  # still on the page
        ["by_hand = lambda x: (x ** 2).sum(-1)"],
        [
            "power = 2\nfor i in range(10**12):\n    power = i",
            "power = 2",
            "def by_hand(x):\n    return (x**power).sum(-1)",
        ],
        ["power, last = 2, -1\nclass A:\n    size = power\n\n\ndef by_hand(x):\n    return (x**A.size).sum(last)"],
        ["def by_hand(x):\n    print('here')\n    open('by_hand.txt', 'w').close()\n    return (x * x).sum(-1)"],
        ["def by_hand(x):\n    return (x.float() ** 2).sum(-1) + torch.zeros(len(x))"],  # right in float32
    ],
)
def test_what_is_defined_above_is_found(cells, tmp_path, capsys):
    assert found(tmp_path, *cells) == FAULTS
    assert capsys.readouterr().out == ""
    assert not Path("by_hand.txt").exists()


def test_an_endless_function_is_passed_over(tmp_path, monkeypatch):
    monkeypatch.setattr("notebook_answers.TOGETHER", 0.2)
    monkeypatch.setattr("notebook_answers.ALONE", 0.1)
    endless = "def endless(x):\n    while True:\n        pass"
    assert found(tmp_path, endless, RIGHT) == FAULTS


def test_what_needs_a_loop_or_stands_below_is_not(tmp_path):
    loop = "for power in range(3):\n    pass"
    assert found(tmp_path, loop, "def by_hand(x):\n    return (x**power).sum(-1)") == []
    assert found(tmp_path, RIGHT, before="**Why?**") == []


def test_the_solution_of_the_first_exercise_stands_above_the_second(tmp_path):
    assert found(tmp_path, RIGHT, before="### Exercise 2") == FAULTS[1:]


def test_what_is_imported_or_printed_is_found(tmp_path, monkeypatch):
    monkeypatch.setattr("transformer_lab.analysis.energy", energy, raising=False)
    imported = found(tmp_path, "from transformer_lab.analysis import energy as theirs")
    assert imported[0] == "check.layer_norm passes with theirs, which stands above it"
    printed = found(tmp_path, "from transformer_lab import analysis\nprint(inspect.getsource(analysis.energy))")
    assert printed[0] == "check.layer_norm passes with analysis.energy, which stands above it"


def test_what_the_package_has_is_found(tmp_path, monkeypatch):
    names = {name for name, _ in functions_of_package()}
    assert {"transformer_lab.normalization.layer_norm", "transformer_lab.views.overview.transformer_map"} <= names
    assert not any(".checks" in name for name in names)
    monkeypatch.setattr("notebook_answers.functions_of_package", lambda: [("transformer_lab.energy", energy)])
    assert found(tmp_path)[0] == "check.layer_norm passes with transformer_lab.energy, which the package has"

"""Every notebook keeps every rule of the style guide (docs/authoring.md); a new one is covered as soon as it exists."""

from pathlib import Path

import pytest
from notebook_exercises import ALL_RULES
from notebook_file import Notebook
from notebook_sample import sample, store

import notebooks as tool

FOLDER = Path(__file__).parent.parent / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))

# Notebooks that are not finished: {"NN_slug": {"the rule that it still breaks": "why"}}. See `judge`.
UNFINISHED: dict[str, dict[str, str]] = {}


def judge(path, rule, unfinished):
    """Fail when a notebook breaks a rule without an excuse, and when its excuse is no longer needed."""
    faults = ALL_RULES[rule](Notebook(path))
    excuse = unfinished.get(path.stem, {}).get(rule)
    if excuse and not faults:
        pytest.fail(f"{path.stem} keeps the rule {rule!r} now: take it out of UNFINISHED ({excuse})")
    if faults and not excuse:
        pytest.fail("\n".join([f"{path.name} breaks the rule {rule!r}:", *faults]))


def test_there_are_notebooks():
    assert NOTEBOOKS, f"no notebook in {FOLDER}"


@pytest.mark.parametrize("rule", ALL_RULES)
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_rule(path, rule):
    judge(path, rule, UNFINISHED)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_clean(path):
    assert tool.check(path) == []


def test_unfinished_names_real_notebooks_and_rules():
    assert set(UNFINISHED) <= {path.stem for path in NOTEBOOKS}
    assert {rule for excuses in UNFINISHED.values() for rule in excuses} <= set(ALL_RULES)


def test_an_excuse_covers_its_own_rule_and_only_while_it_is_needed(tmp_path):
    notebook = sample()
    notebook.cells = [cell for cell in notebook.cells if "LayerNormView" not in cell.source]
    path = store(notebook, tmp_path)
    judge(path, "view", {path.stem: {"view": "waits"}})
    with pytest.raises(pytest.fail.Exception, match="breaks the rule 'view'"):
        judge(path, "view", {path.stem: {"title": "waits"}})
    with pytest.raises(pytest.fail.Exception, match="keeps the rule 'title' now"):
        judge(path, "title", {path.stem: {"title": "waits"}})

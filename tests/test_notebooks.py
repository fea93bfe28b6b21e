"""Every notebook keeps every rule of the style guide (docs/authoring.md); a new one is covered as soon as it exists."""

from pathlib import Path
from types import MappingProxyType

import owed
import pytest
from nbformat.v4 import new_code_cell
from notebook_exercises import ALL_RULES
from notebook_file import Notebook
from notebook_sample import sample, store

import notebooks as tool

FOLDER = Path(__file__).parent.parent / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))

# Notebooks that are not finished: {"NN_slug": {"the rule that it still breaks": "why"}}. See `judge`.
UNFINISHED: dict[str, dict[str, str]] = {}
OWED = owed.load()


def judge(path, rule, unfinished, listed=MappingProxyType({})):
    """Fail when a notebook breaks a rule without an excuse, and when its excuse is no longer needed.

    ``listed`` are the faults that were there when the rule came (``tools/owed.py``).
    """
    faults, mended = owed.settle(ALL_RULES[rule](Notebook(path)), listed.get(rule, {}).get(path.stem, []))
    if mended:
        pytest.fail("\n".join([f"{path.stem} has mended this; run `python tools/owed.py {rule}`:", *mended]))
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
    judge(path, rule, UNFINISHED, OWED)


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


def test_what_is_owed_names_real_notebooks_and_rules():
    assert set(OWED) <= {*ALL_RULES, "answers"}
    assert {slug for by in OWED.values() for slug in by} <= {path.stem for path in NOTEBOOKS}


def test_a_fault_on_the_list_is_excused_until_it_is_mended(tmp_path):
    notebook = sample()
    notebook.cells.insert(-1, new_code_cell("print(x > 3)", execution_count=99))
    path = store(notebook, tmp_path)
    fault = "prints x > 3, True or False; print the number, and assert its bound"
    judge(path, "verdicts", {}, {"verdicts": {path.stem: [fault]}})
    with pytest.raises(pytest.fail.Exception, match="breaks the rule 'verdicts'"):
        judge(path, "verdicts", {}, {"verdicts": {path.stem: []}, "title": {path.stem: [fault]}})
    with pytest.raises(pytest.fail.Exception, match=r"has mended this; run `python tools/owed.py verdicts`:\nanother"):
        judge(path, "verdicts", {}, {"verdicts": {path.stem: [fault, "another"]}})


def test_the_list_of_what_is_owed_only_shrinks(tmp_path):
    listed = {"verdicts": {"a": ["one", "two"], "b": ["three"]}}
    assert owed.shrink("verdicts", "a", ["two", "new"], listed) == ["one"]
    assert owed.shrink("verdicts", "b", ["three"], listed) == []
    assert owed.shrink("verdicts", "c", ["new"], listed) == []
    assert owed.shrink("title", "a", ["new"], listed) == []
    assert listed == {"verdicts": {"a": ["two"], "b": ["three"]}}
    listed["verdicts"]["b"].clear()
    owed.store(listed, tmp_path / "owed.json")
    assert owed.load(tmp_path / "owed.json") == {"verdicts": {"a": ["two"]}}

"""Every notebook keeps every rule of the style guide (docs/authoring.md); a new one is covered as soon as it exists."""

from pathlib import Path

import pytest
from notebook_exercises import ALL_RULES
from notebook_file import Notebook

import notebooks as tool

FOLDER = Path(__file__).parent.parent / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))

# Notebooks that are not finished: the rules that they still break, and why. An entry that is no longer needed fails.
UNFINISHED = {
    "28_translation_alignment": {
        "view": "See it waits for the views",
        "exercises": "Try it waits for the checks",
    },
}


def test_there_are_notebooks():
    assert NOTEBOOKS, f"no notebook in {FOLDER}"


@pytest.mark.parametrize("rule", ALL_RULES)
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_rule(path, rule):
    faults = ALL_RULES[rule](Notebook(path))
    excuse = UNFINISHED.get(path.stem, {}).get(rule)
    if excuse:
        assert faults, f"{path.stem} keeps the rule {rule!r} now: take it out of UNFINISHED ({excuse})"
    else:
        assert not faults, "\n".join([f"{path.name} breaks the rule {rule!r}:", *faults])


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_clean(path):
    assert tool.check(path) == []


def test_unfinished_names_real_notebooks_and_rules():
    assert set(UNFINISHED) <= {path.stem for path in NOTEBOOKS}
    assert {rule for excuses in UNFINISHED.values() for rule in excuses} <= set(ALL_RULES)

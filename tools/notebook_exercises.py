"""The rules for exercises: card, stub, check, hints, solution; and that `transformer_lab.checks` lists each of them."""

import importlib
import re
from dataclasses import dataclass

from notebook_clean import output_texts
from notebook_file import Notebook, tags
from notebook_rules import RULES
from notebook_truth import TRUTH

CHECK_CALL = re.compile(r"\bcheck\.(\w+)\(")


@dataclass
class Exercise:
    """The stub, the Markdown card above it, and the cells from the stub to the next one."""

    stub: object
    card: object
    rest: list

    @property
    def check(self):
        """The first code cell after the stub."""
        return next((cell for cell in self.rest if cell.cell_type == "code"), None)

    @property
    def name(self):
        """The name in ``check.<name>(…)``, or None."""
        match = CHECK_CALL.search(self.check.source) if self.check else None
        return match[1] if match else None

    @property
    def solutions(self):
        return [cell for cell in self.rest if "solution" in tags(cell)]


def find_exercises(notebook: Notebook):
    cells = notebook.sections.get("Try it", [])
    starts = [i for i, cell in enumerate(cells) if "exercise" in tags(cell)]
    ends = [*starts, len(cells)][1:]
    return [Exercise(cells[i], cells[i - 1], cells[i + 1 : end]) for i, end in zip(starts, ends, strict=True)]


def exercises(notebook):
    found = find_exercises(notebook)
    faults = [] if len(found) >= 2 else [f"'## Try it' has {len(found)} exercises; two at least"]
    for exercise in found:
        faults += [f"{notebook.label(exercise.stub)}: {fault}" for fault in _faults(exercise)]
    placed = sum(len(exercise.solutions) for exercise in found)
    if placed != sum("solution" in tags(cell) for cell in notebook.nb.cells):
        faults.append("a solution cell stands where no exercise is")
    if len(found) != sum("exercise" in tags(cell) for cell in notebook.nb.cells):
        faults.append("an exercise cell stands outside '## Try it'")
    return faults


def _faults(exercise):
    card = exercise.card
    if card.cell_type != "markdown" or not re.search(r"^### ", card.source, re.MULTILINE):
        yield "no card (### …) directly above the stub"
    elif "★" not in card.source or not re.search(r"\bmin", card.source):
        yield "the card lacks its difficulty (★) or its minutes"
    if exercise.name is None:
        yield "the next code cell must call check.<name>(…)"
    elif "not attempted" not in _text(exercise.check):
        yield f"check.{exercise.name} on the untouched stub must say 'not attempted yet'"
    if not any(cell.cell_type == "markdown" and "<details" in cell.source for cell in exercise.rest):
        yield "no hint in <details>"
    if len(exercise.solutions) != 1:
        yield f"{len(exercise.solutions)} cells tagged solution; one is wanted"
        return
    solution = exercise.solutions[0]
    if not solution.metadata.get("jupyter", {}).get("source_hidden"):
        yield "the solution's source is not hidden (jupyter.source_hidden)"
    if exercise.name and f"check.{exercise.name}(" not in solution.source:
        yield f"the solution does not call check.{exercise.name}"
    if "passed" not in _text(solution):
        yield "the solution's check did not pass"


def _text(cell):
    return "\n".join(text for output in cell.outputs for text in output_texts(output)).lower()


def listed(notebook):
    """``checks.EXERCISES`` lists exactly this notebook's exercises."""
    names = [exercise.name for exercise in find_exercises(notebook)]
    if not names:
        return []
    try:
        entries = importlib.import_module("transformer_lab.checks").EXERCISES
    except (ImportError, AttributeError) as error:
        return [f"has exercises, but transformer_lab.checks.EXERCISES cannot be read: {error}"]
    entries = entries.values() if isinstance(entries, dict) else entries
    known = [entry.name for entry in entries if str(entry.notebook)[:2] == notebook.number]
    if sorted(known) == sorted(names):
        return []
    return [f"checks.EXERCISES lists {sorted(known)} for notebook {notebook.number}, which asks {sorted(names)}"]


ALL_RULES = {**RULES, **TRUTH, "exercises": exercises, "listed": listed}

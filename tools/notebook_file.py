"""A stored notebook, and the parts of it that the rules speak of."""

from functools import cached_property
from pathlib import Path

import nbformat


class Notebook:
    """A notebook read from ``path``."""

    def __init__(self, path: Path):
        self.path = path
        self.number = path.stem[:2]
        self.size = path.stat().st_size
        self.nb = nbformat.reads(path.read_text(encoding="utf-8"), as_version=4)

    @cached_property
    def code(self):
        return [cell for cell in self.nb.cells if cell.cell_type == "code"]

    @cached_property
    def markdown(self):
        return [cell for cell in self.nb.cells if cell.cell_type == "markdown"]

    @cached_property
    def headings(self):
        """The second-level headings, wherever they stand."""
        return [line[3:].strip() for cell in self.markdown for line in prose_lines(cell) if line.startswith("## ")]

    @cached_property
    def sections(self):
        """The cells of each section that a cell opens; those before the first one under the empty name."""
        found, name = {}, ""
        for cell in self.nb.cells:
            if cell.cell_type == "markdown" and cell.source.startswith("## "):
                name = cell.source.splitlines()[0][3:].strip()
            found.setdefault(name, []).append(cell)
        return found

    @property
    def header(self):
        """The Markdown above the first section."""
        return self.section_prose("")

    def section_code(self, name: str) -> str:
        return "\n".join(cell.source for cell in self.sections.get(name, []) if cell.cell_type == "code")

    def section_prose(self, name: str) -> str:
        return "\n\n".join(cell.source for cell in self.sections.get(name, []) if cell.cell_type == "markdown")

    def label(self, cell) -> str:
        """Where a cell is, for a message."""
        number = next(i for i, other in enumerate(self.nb.cells, start=1) if other is cell)
        return f"cell {number} ({(cell.source.strip().splitlines() or ['empty'])[0][:50]})"


def tags(cell) -> set[str]:
    return set(cell.metadata.get("tags", []))


def prose_lines(cell):
    """Yield the lines of a Markdown cell that stand outside code fences."""
    fenced = False
    for line in cell.source.splitlines():
        if line.lstrip().startswith(("```", "~~~")):
            fenced = not fenced
        elif not fenced:
            yield line

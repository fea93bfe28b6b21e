"""A stored notebook, and the parts of it that the rules speak of."""

import re
from functools import cached_property
from pathlib import Path

import nbformat

from transformer_lab.files import is_pointer, pointer_remedy

CONFLICT = re.compile(r"^(?:<{7}|={7}|>{7})(?: .*)?$", re.MULTILINE)


class NotebookError(ValueError):
    """A file that is no notebook; the message names it and says why."""


def read_text(path: Path) -> str:
    """The file's text, line ends as they are. Raises NotebookError when there is none."""
    try:
        if is_pointer(path):
            raise NotebookError(pointer_remedy(path))
        return path.read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise NotebookError(f"{path}: cannot be read ({error})") from error


def parse(text: str, path: Path) -> nbformat.NotebookNode:
    """The notebook that ``text``, read from ``path``, holds. Raises NotebookError for anything else."""
    if found := CONFLICT.search(text):
        line = text.count("\n", 0, found.start()) + 1
        raise NotebookError(f"{path}: the marks of a merge conflict ({found[0]}) in line {line}; resolve it first")
    try:
        notebook = nbformat.reads(text, as_version=nbformat.NO_CONVERT)
        if notebook.get("nbformat") == 4:
            nbformat.validate(notebook)
            return notebook
    except nbformat.ValidationError as error:
        raise NotebookError(f"{path}: no valid notebook ({error.message})") from error
    except Exception as error:  # nbformat lets through what its readers raise: ValueError, AttributeError …
        raise NotebookError(f"{path}: not readable as a notebook ({type(error).__name__}: {error})") from error
    raise NotebookError(f"{path}: no notebook of version 4; open it in JupyterLab and save it there")


def read(path: Path) -> nbformat.NotebookNode:
    """The notebook in a file. Raises NotebookError, which names the file, when it holds none."""
    return parse(read_text(path), path)


class Notebook:
    """A notebook read from ``path``."""

    def __init__(self, path: Path):
        self.path = path
        self.number = path.stem[:2]
        self.nb = read(path)
        self.size = path.stat().st_size

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

"""Whether the answer to an exercise stands above it: each function that a reader has met is given to its check.

The candidates are the functions that the notebook defines, imports or prints (``inspect.getsource``) above the
exercise, and every public function of the package. Cells are not executed: definitions and imports are, and of the rest
only the statement that binds a name, when a candidate asks for it. No loop is run: what needs a trained model fails.
"""

import ast
import functools
import importlib
import inspect
import io
import json
import pkgutil
import warnings
from collections.abc import Callable, Iterator
from contextlib import chdir, contextmanager, redirect_stdout, suppress
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from notebook_exercises import find_exercises
from notebook_file import Notebook

import transformer_lab
from transformer_lab import checks
from transformer_lab.checks.engine.calling import run, wrong_count
from transformer_lab.checks.engine.guard import TimeUp, attempt
from transformer_lab.checks.engine.precision import single
from transformer_lab.checks.engine.settings import renew, settled

DEFINITIONS = (ast.FunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom)
# Seconds of work: of all candidates of an exercise together, and of one that may be to blame for running late.
TOGETHER, ALONE = 3.0, 1.0
Candidate = tuple[str, Callable[..., Any]]
LOOPS = (ast.For, ast.While, ast.Try)


class Page(dict):
    """The names that the cells above bind, each made when it is first asked for; the globals of their functions."""

    def __init__(self, statements: list[ast.stmt]):
        super().__init__(__name__="__main__", display=lambda *_, **__: None)
        self.statements, self.tried = statements, set()

    def execute(self, statement: ast.stmt) -> None:
        for name in loaded(statement):  # the body of a class looks past __missing__
            with suppress(KeyError):
                self[name]
        exec(compile(ast.Module([statement], []), "<page>", "exec"), self)

    def __missing__(self, name: str) -> Any:
        binding = [each for each in self.statements if name in bound(each) and not isinstance(each, LOOPS)]
        if not binding or name in self.tried:
            raise KeyError(name)
        self.tried.add(name)
        self.execute(binding[-1])
        return self[name]


def bound(statement: ast.stmt) -> set[str]:
    """The names that a statement binds, those inside a ``with`` too."""
    return {n.id for n in ast.walk(statement) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}


def loaded(node: ast.AST) -> Iterator[str]:
    """The names that a statement reads at once: not those inside a function, which it reads when it is called."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Name) and isinstance(child.ctx, ast.Load):
            yield child.id
        if isinstance(child, ast.arguments):
            defaults = [default for default in (*child.defaults, *child.kw_defaults) if default is not None]
            yield from (name for default in defaults for name in loaded(ast.Expr(default)))
        elif not (isinstance(node, ast.FunctionDef | ast.Lambda) and child in _body(node)):
            yield from loaded(child)


def _body(function: ast.FunctionDef | ast.Lambda) -> list[Any]:
    return function.body if isinstance(function, ast.FunctionDef) else [function.body]


def statements_above(notebook: Notebook, stub: Any) -> list[ast.stmt]:
    """Every statement of the code cells above the stub of an exercise."""
    code = notebook.code[: next(i for i, cell in enumerate(notebook.code) if cell is stub)]
    return [statement for cell in code for statement in ast.parse(cell.source).body]


def functions_of_page(statements: list[ast.stmt]) -> Iterator[Candidate]:
    """What the page defines (every version of a name), imports, and prints."""
    page = Page(statements)
    for statement in statements:
        if isinstance(statement, DEFINITIONS):
            page.execute(statement)
            names = [statement.name] if isinstance(statement, ast.FunctionDef | ast.ClassDef) else []
            if isinstance(statement, ast.ImportFrom):
                names = [alias.asname or alias.name for alias in statement.names]
            yield from ((name, inspect.unwrap(page[name])) for name in names if callable(page[name]))
        elif isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Lambda):
            page.execute(statement)
            yield from ((name, page[name]) for name in bound(statement))
    for call in (node for statement in statements for node in ast.walk(statement)):
        if isinstance(call, ast.Call) and ast.unparse(call.func).endswith("getsource"):
            yield from _printed(page, call.args[0])


def _printed(page: Page, shown: ast.expr) -> Iterator[Candidate]:
    """What ``inspect.getsource(x)`` prints; nothing where ``x`` is the variable of a loop."""
    root = next((node.id for node in ast.walk(shown) if isinstance(node, ast.Name)), None)
    if root in page:
        found = eval(compile(ast.Expression(shown), "<page>", "eval"), page)
        if callable(found):
            yield ast.unparse(shown), inspect.unwrap(found)


@functools.cache
def functions_of_package() -> list[Candidate]:
    """Every public function of the package, but for the checks' own."""
    found = []
    for module in pkgutil.walk_packages(transformer_lab.__path__, "transformer_lab."):
        if ".checks" in module.name or module.name.endswith("__main__"):
            continue
        for name, value in vars(importlib.import_module(module.name)).items():
            if not name.startswith("_") and inspect.isroutine(value) and value.__module__ == module.name:
                found.append((f"{module.name}.{name}", inspect.unwrap(value)))
    return found


@contextmanager
def _quietly() -> Iterator[None]:
    """A function called with what was not meant for it may print, warn, or write a file: it does so out of the way."""
    with redirect_stdout(io.StringIO()), warnings.catch_warnings(), TemporaryDirectory() as folder, chdir(folder):
        warnings.simplefilter("ignore")
        yield


class Judge:
    """The check of one exercise, asked quickly: most functions fail its first case."""

    def __init__(self, exercise: checks.Exercise):
        self.exercise, self.cases = exercise, list(exercise.cases())
        self.names = list(inspect.signature(exercise.reference).parameters)
        self.wanted = {kind: run(exercise.reference, case, self.names) for kind, case in self._first()}

    def _first(self) -> tuple[tuple[str, checks.Case], ...]:
        rough = replace(single(self.cases[0]), tolerance=1e-3)
        return (("as it is", self.cases[0]), ("in float32", rough))

    def passing(self, candidates: list[Candidate]) -> list[str]:
        """The words of those that the check takes for an answer."""
        fitting = [each for each in candidates if not wrong_count(each[1], self.cases[0], self.names)]
        with _quietly():
            with settled():
                likely = self._likely(fitting)
            return [words for words, function in likely if self.exercise.check(function).passed]

    def _likely(self, candidates: list[Candidate]) -> list[Candidate]:
        """Those that agree on the first case. One watch looks after many; whom it stops has a second try alone."""
        waiting, stopped, found = list(candidates), [], []

        def work() -> None:
            while waiting:
                stopped[:] = [waiting.pop(0)]
                if self._agrees(stopped[0][1]):
                    found.append(stopped[0])
            stopped.clear()

        while waiting:
            if isinstance(attempt(work, TOGETHER), TimeUp):
                late, rest = list(stopped), list(waiting)
                waiting[:] = late
                attempt(work, ALONE)
                waiting[:] = rest
        return found

    def _agrees(self, function: Callable[..., Any]) -> bool:
        """On the first case, or on it in float32, roughly: the check itself has the last word."""
        renew()
        answer = self.exercise.adapt(function)
        return any(
            self.exercise.compare(run(answer, case, self.names), self.wanted[kind], case) is None
            for kind, case in self._first()
        )


def answers(notebook: Notebook) -> list[str]:
    """The functions above an exercise, and those of the package, that its check passes."""
    faults = []
    for found in find_exercises(notebook):
        judge = Judge(checks.EXERCISES[found.name])
        above = functions_of_page(statements_above(notebook, found.stub))
        theirs = [(f"{name}, which stands above it", function) for name, function in above]
        own = [(f"{name}, which the package has", function) for name, function in functions_of_package()]
        faults += [f"check.{found.name} passes with {words}" for words in judge.passing([*theirs, *own])]
    return list(dict.fromkeys(faults))


if __name__ == "__main__":
    NOTEBOOKS = sorted((Path(__file__).parent.parent / "notebooks").glob("*.ipynb"))
    print(json.dumps({path.stem: answers(Notebook(path)) for path in NOTEBOOKS}))

"""Imports go one way only, in the order that CONTRIBUTING.md names, and every module is named there."""

import ast
import graphlib
import re

import pytest
from commands import ROOT

PACKAGE = ROOT / "transformer_lab"
TEXT = " ".join((ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8").split())
ORDERS = {
    "transformer_lab": re.search(r"Imports go one way only: (.*?); a module imports from those before it", TEXT)[1],
    "transformer_lab.views": re.search(r"So do the rooms of `views`: (.*?)\.", TEXT)[1],
}


def name_of(path):
    """``transformer_lab.views.common.base``; a package has the name of its folder."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {name_of(path): path for path in PACKAGE.rglob("*.py")}


def imports(source, module, modules):
    """The modules that ``module`` imports from its own package when it runs, wherever in it."""
    tree = ast.parse(source)
    # A name that only a type checker needs is not imported when the program runs.
    unseen = [
        b for a in ast.walk(tree) if isinstance(a, ast.If) and ast.unparse(a.test) == "TYPE_CHECKING" for b in a.body
    ]
    for node in (node for node in ast.walk(tree) if node not in unseen):
        if isinstance(node, ast.Import):
            named = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module}: imports are written in full"
            # What is imported may be a module itself or a name in one.
            named = [f"{node.module}.{alias.name}" for alias in node.names]
            named = [each if each in modules else node.module for each in named]
        else:
            continue
        yield from (each for each in named if each in modules)


ARROWS = {
    (module, target)
    for module, path in MODULES.items()
    for target in imports(path.read_text(encoding="utf-8"), module, MODULES)
}


def rooms(parent):
    """The modules and folders directly in a package."""
    return {each.removeprefix(parent + ".").split(".")[0] for each in MODULES if each.startswith(parent + ".")}


def backwards(order, parent, arrows):
    """The arrows between rooms of ``parent`` that do not lead to an earlier one."""
    place = {name: i for i, name in enumerate(order)}
    inside = [(a, b) for a, b in arrows if a.startswith(parent + ".") and b.startswith(parent + ".")]
    short = {(a, b): [each.removeprefix(parent + ".").split(".")[0] for each in (a, b)] for a, b in inside}
    return sorted(f"{a} imports {b}" for (a, b), (x, y) in short.items() if x != y and place[x] < place[y])


@pytest.mark.parametrize("parent", ORDERS)
def test_every_module_is_named_once_and_imports_from_those_before_it(parent):
    order = [name.strip("` ") for name in ORDERS[parent].split(",")]
    assert len(order) == len(set(order))
    assert set(order) == rooms(parent)
    assert len(ARROWS) > 100
    assert backwards(order, parent, ARROWS) == []


def test_no_two_modules_import_each_other():
    """In checks and inside a room of views too; a package's ``__init__`` stands for what it gathers."""
    graph = {}
    for module, target in ARROWS:
        # A module may import its own package's name without waiting for what the package gathers.
        if not module.startswith(target + "."):
            graph.setdefault(module, set()).add(target)
    list(graphlib.TopologicalSorter(graph).static_order())


def test_the_search_sees_every_form_of_import():
    modules = {"p", "p.a", "p.b", "p.c", "p.d", "p.e"}
    source = "import p.a\nfrom p import b\nfrom p.c import x\n\n\ndef f():\n    from p.d import y\n    import os\n"
    source += "if TYPE_CHECKING:\n    import p.e\n"
    assert set(imports(source, "p.z", modules)) == {"p.a", "p.b", "p.c", "p.d"}
    assert backwards(["a", "b"], "p", {("p.a", "p.b"), ("p.b", "p.a")}) == ["p.a imports p.b"]

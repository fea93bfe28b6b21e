"""Where in a program something may change, and one change of it."""

import ast
import copy
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Edit:
    """One change: where in the tree (parent, field, index), what stands there instead, and the kind of change."""

    kind: str
    parent: ast.AST
    field: str
    index: int | None
    new: ast.AST | list
    old: ast.AST | list

    def apply(self) -> None:
        """Put the new node in."""
        self._set(self.new)

    def undo(self) -> None:
        """Put the old node back."""
        self._set(self.old)

    def _set(self, node: ast.AST | list) -> None:
        if self.index is None:
            setattr(self.parent, self.field, node)
        else:
            getattr(self.parent, self.field)[self.index] = node


def places(root: ast.FunctionDef | ast.Lambda) -> Iterator[tuple[ast.AST, str, int | None, ast.AST]]:
    """Every node below a function with the place where it stands; defaults and annotations are left alone."""
    if isinstance(root, ast.Lambda):
        yield from _below(root, "body", None, root.body)
        return
    for index, child in enumerate(root.body):
        yield from _below(root, "body", index, child)


def _below(parent: ast.AST, field: str, index: int | None, node: ast.AST) -> Iterator:
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return  # a docstring
    yield parent, field, index, node
    for name, value in ast.iter_fields(node):
        if name in ("annotation", "returns", "decorator_list"):
            continue
        for place, child in enumerate(value if isinstance(value, list) else [value]):
            if isinstance(child, ast.AST):
                yield from _below(node, name, place if isinstance(value, list) else None, child)


def local_names(root: ast.AST) -> list[str]:
    """Names that the function gives values to."""
    stored = [n.id for n in ast.walk(root) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)]
    return list(dict.fromkeys(stored))


def changed(node: ast.AST, **fields: object) -> ast.AST:
    """A copy of a node with other fields."""
    new = copy.copy(node)
    for name, value in fields.items():
        setattr(new, name, value)
    return new


def number_node(value: float) -> ast.expr:
    """A number as a program has it."""
    return ast.UnaryOp(ast.USub(), ast.Constant(-value)) if value < 0 else ast.Constant(value)

"""Changes of whole lines: one too many, two in the wrong order, a return inside the loop, a block too many."""

import ast
import copy
from collections.abc import Iterator

from transformer_lab.checks.engine.edits.places import Edit


def line_edits(root: ast.FunctionDef | ast.Lambda) -> Iterator[Edit]:
    """A line too many, two lines in the wrong order, a return inside the loop."""
    if isinstance(root, ast.Lambda):
        return
    for block, body in [(node, getattr(node, "body", None)) for node in ast.walk(root)]:
        if isinstance(body, list):
            yield from _in_block(block, body)


def _in_block(block: ast.AST, body: list[ast.stmt]) -> Iterator[Edit]:
    for i, statement in enumerate(body):
        yield from _other_assignments(block, i, statement)
        rest = [*body[:i], *body[i + 1 :]]
        if not isinstance(statement, ast.Return) and rest and not _is_text(statement):
            yield Edit("a line too many", block, "body", None, rest, body)
        if i and not _is_text(body[i - 1]):
            swapped = [*body[: i - 1], statement, body[i - 1], *body[i + 1 :]]
            yield Edit("lines in the wrong order", block, "body", None, swapped, body)
        if isinstance(statement, ast.For | ast.While) and isinstance(statement.body[-1], ast.Return):
            loop = copy.copy(statement)
            loop.body = statement.body[:-1] or [ast.Pass()]
            moved = [*body[:i], loop, statement.body[-1], *body[i + 1 :]]
            yield Edit("return inside the loop", block, "body", None, moved, body)


def _other_assignments(block: ast.AST, i: int, statement: ast.stmt) -> Iterator[Edit]:
    """``x = a`` for ``x += a`` and the other way round."""
    if isinstance(statement, ast.AugAssign):
        yield Edit("assigned or added", block, "body", i, ast.Assign([statement.target], statement.value), statement)
    elif isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
        for operator in (ast.Add, ast.Mult):
            new = ast.AugAssign(statement.targets[0], operator(), statement.value)
            yield Edit("assigned or added", block, "body", i, new, statement)


def _is_text(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)

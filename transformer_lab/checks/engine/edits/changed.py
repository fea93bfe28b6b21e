"""Changes of what is written: an operator, a number, a comparison, a name, an operand too many."""

import ast
from collections.abc import Callable, Iterator
from typing import Any

from transformer_lab.checks.engine.edits.calls import of_attribute, of_call
from transformer_lab.checks.engine.edits.places import Edit, changed, number_node, places

ARITHMETIC = (ast.Add, ast.Sub, ast.Mult, ast.Div, ast.FloorDiv, ast.Mod, ast.Pow, ast.MatMult)
LOGIC = (ast.BitAnd, ast.BitOr, ast.BitXor)
COMPARISONS = (ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.Eq, ast.NotEq)


def edits(root: ast.FunctionDef | ast.Lambda, names: list[str]) -> Iterator[Edit]:
    """All small changes that keep to what is written; ``names`` may stand in place of each other."""
    for parent, field, index, node in list(places(root)):
        for kind, new in _of_node(node, names):
            yield Edit(kind, parent, field, index, new, node)


def _of_node(node: ast.AST, names: list[str]) -> Iterator[tuple[str, ast.AST]]:
    for kind, rule in _RULES:
        if isinstance(node, kind):
            yield from rule(node)
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id in names:
        for other in names:
            if other != node.id:
                yield "another name", ast.Name(other, ast.Load())


def _binary(node: ast.BinOp) -> Iterator[tuple[str, ast.AST]]:
    family = ARITHMETIC if isinstance(node.op, ARITHMETIC) else LOGIC
    for operator in family:
        if not isinstance(node.op, operator):
            yield "another operator", changed(node, op=operator())
    if not isinstance(node.op, ast.Add | ast.Mult):
        yield "operands exchanged", changed(node, left=node.right, right=node.left)
    yield "a step too many", node.left
    yield "a step too many", node.right
    for side, other in (("left", "right"), ("right", "left")):
        inner = getattr(node, side)
        if isinstance(inner, ast.BinOp):
            outer, kept = getattr(node, other), {"left": inner.left, "right": inner.right}
            if side == "left":  # (a · b) · c to a · (b · c)
                moved = ast.BinOp(kept["left"], inner.op, ast.BinOp(kept["right"], node.op, outer))
            else:  # a · (b · c) to (a · b) · c
                moved = ast.BinOp(ast.BinOp(outer, node.op, kept["left"]), inner.op, kept["right"])
            yield "brackets", moved


def _unary(node: ast.UnaryOp) -> Iterator[tuple[str, ast.AST]]:
    yield "sign or not", node.operand


def _compare(node: ast.Compare) -> Iterator[tuple[str, ast.AST]]:
    if isinstance(node.ops[0], COMPARISONS):
        for operator in COMPARISONS:
            if not isinstance(node.ops[0], operator):
                yield "another comparison", changed(node, ops=[operator(), *node.ops[1:]])


def _bool(node: ast.BoolOp) -> Iterator[tuple[str, ast.AST]]:
    yield "and, or", changed(node, op=ast.Or() if isinstance(node.op, ast.And) else ast.And())
    for value in node.values:
        yield "a condition too many", value


def _if(node: ast.IfExp) -> Iterator[tuple[str, ast.AST]]:
    yield "branches exchanged", changed(node, body=node.orelse, orelse=node.body)
    yield "a condition too many", node.body
    yield "a condition too many", node.orelse


def _if_statement(node: ast.If) -> Iterator[tuple[str, ast.AST]]:
    yield "condition inverted", changed(node, test=ast.UnaryOp(ast.Not(), node.test))


def _constant(node: ast.Constant) -> Iterator[tuple[str, ast.AST]]:
    value = node.value
    if isinstance(value, bool):
        yield "True, False", ast.Constant(not value)
    elif isinstance(value, int | float):
        others = [value + 1, value - 1, -value, 2 * value, value / 2 if value % 2 else value // 2, 0, 1, 2, 0.5]
        others += [10 * value, value / 10] if isinstance(value, float) or abs(value) > 9 else []
        for other in dict.fromkeys(others):
            if other != value:
                yield "another number", number_node(other)
    elif value is None:
        yield "another number", number_node(-1)


def _slice(node: ast.Slice) -> Iterator[tuple[str, ast.AST]]:
    for bound in ("lower", "upper"):
        if getattr(node, bound) is not None:
            yield "slice", changed(node, **{bound: None})
    if node.lower is None:
        yield "slice", changed(node, lower=ast.Constant(1))
    if node.upper is None:
        yield "slice", changed(node, upper=number_node(-1))


def _augmented(node: ast.AugAssign) -> Iterator[tuple[str, ast.AST]]:
    for operator in ARITHMETIC[:4]:
        if not isinstance(node.op, operator):
            yield "another operator", changed(node, op=operator())


# What each kind of node may become.
_RULES: tuple[tuple[type[ast.AST], Callable[[Any], Iterator[tuple[str, ast.AST]]]], ...] = (
    (ast.BinOp, _binary),
    (ast.UnaryOp, _unary),
    (ast.Compare, _compare),
    (ast.BoolOp, _bool),
    (ast.IfExp, _if),
    (ast.Constant, _constant),
    (ast.Call, of_call),
    (ast.Attribute, of_attribute),
    (ast.Slice, _slice),
    (ast.AugAssign, _augmented),
    (ast.If, _if_statement),
)

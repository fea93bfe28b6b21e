"""All changes of a program, the simplest first; of two that make an answer right, the simpler one is the mistake."""

import ast
import math
from collections.abc import Iterator
from itertools import chain

from transformer_lab.checks.engine.edits.changed import edits
from transformer_lab.checks.engine.edits.lines import line_edits
from transformer_lab.checks.engine.edits.missing import additions
from transformer_lab.checks.engine.edits.places import Edit, changed, places

LEFT_OUT = "a step too many", "a call too many", "a line too many", "a block too many", "sign or not"
LEFT_OUT += ("a keyword too many", "a condition too many", "an argument too many")
SWITCHED = "another comparison", "keepdim", "axis", "unbiased", "order", "condition inverted", "and, or"
SWITCHED += ("branches exchanged", "True, False", "another operator", "operands exchanged", "brackets", "other end")
EXCHANGED = "another name", "arguments exchanged", "another function", "slice", "transposed", "a size for a number"
EXCHANGED += ("lines in the wrong order", "return inside the loop", "assigned or added")


def likely(root: ast.FunctionDef | ast.Lambda, names: list[str], given: dict[str, str]) -> Iterator[Edit]:
    """First what to leave out, then what to switch, small numbers, what to exchange, other numbers, what to add."""
    found = chain(edits(root, names), line_edits(root), _blocks(root), _in_places(root, given))
    yield from sorted(found, key=_rank)
    yield from additions(root, given)


def _rank(edit: Edit) -> int:
    if edit.kind == "another number":
        return 2 if is_near(edit) else 4
    ranks = {kind: rank for rank, kinds in ((0, LEFT_OUT), (1, SWITCHED), (3, EXCHANGED)) for kind in kinds}
    return ranks.get(edit.kind, 3)


def is_near(edit: Edit) -> bool:
    """Whether a number is changed by 1, or in its sign."""
    if isinstance(edit.old, list) or isinstance(edit.new, list):
        return False
    try:
        old, new = ast.literal_eval(edit.old), ast.literal_eval(edit.new)
    except (ValueError, TypeError):
        return False
    return isinstance(old, int | float) and (abs(new - old) == 1 or new == -old)


def _blocks(root: ast.AST) -> Iterator[Edit]:
    """``with torch.no_grad():`` left out, its lines kept."""
    for block in list(ast.walk(root)):
        body = getattr(block, "body", None)
        if not isinstance(body, list):
            continue
        for i, statement in enumerate(body):
            if isinstance(statement, ast.With):
                lines = [*body[:i], *statement.body, *body[i + 1 :]]
                yield Edit("a block too many", block, "body", None, lines, body)


def _in_places(root: ast.FunctionDef | ast.Lambda, given: dict[str, str]) -> Iterator[Edit]:
    for parent, field, index, node in list(places(root)):
        if isinstance(node, ast.Slice) and node.step is None:
            yield from (Edit("other end", parent, field, index, new, node) for new in _other_end(node))
        elif isinstance(node, ast.Constant) and _is_size(node.value):
            for name in (name for name, kind in given.items() if kind == "number"):
                yield Edit("a size for a number", parent, field, index, ast.Name(name, ast.Load()), node)
        if isinstance(node, ast.Constant) and isinstance(node.value, float) and 1 < abs(node.value) < math.inf:
            infinity = ast.Call(ast.Name("float", ast.Load()), [ast.Constant("inf")], [])
            yield Edit("infinity", parent, field, index, infinity, node)


def _is_size(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) >= 2


def _other_end(node: ast.Slice) -> Iterator[ast.AST]:
    """``[-n:]`` to ``[:n]``, ``[n:]`` to ``[:n]``, and the other way round."""
    lower, upper = node.lower, node.upper
    if lower is not None and upper is None:
        if isinstance(lower, ast.UnaryOp) and isinstance(lower.op, ast.USub):
            yield changed(node, lower=None, upper=lower.operand)
        yield changed(node, lower=None, upper=lower)
    elif upper is not None and lower is None:
        if isinstance(upper, ast.UnaryOp) and isinstance(upper.op, ast.USub):
            yield changed(node, lower=upper.operand, upper=None)
        else:
            yield changed(node, lower=ast.UnaryOp(ast.USub(), upper), upper=None)
        yield changed(node, lower=upper, upper=None)

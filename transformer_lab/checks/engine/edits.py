"""Small changes of a program: one operator, number, axis, comparison, argument, name, call or line.

They serve twice: a wrong answer that *one* of them makes right is told so, and the tests change every reference by each
of them, to see whether the cases notice.
"""

import ast
import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

ARITHMETIC = (ast.Add, ast.Sub, ast.Mult, ast.Div, ast.FloorDiv, ast.Mod, ast.Pow, ast.MatMult)
LOGIC = (ast.BitAnd, ast.BitOr, ast.BitXor)
COMPARISONS = (ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.Eq, ast.NotEq)
KIN = (
    ("sum", "mean", "max", "min", "amax", "amin", "prod", "norm", "median", "std", "var", "any", "all", "logsumexp"),
    ("argmax", "argmin", "argsort"),
    ("softmax", "log_softmax", "sigmoid", "relu", "tanh", "exp", "silu", "gelu", "softplus", "sin", "cos"),
    ("exp", "exp2", "expm1", "log", "log2", "log10", "log1p", "sqrt", "rsqrt", "square", "abs"),
    ("triu", "tril"),
    ("floor", "ceil", "round"),
    ("cumsum", "cumprod", "flip"),
    ("zeros", "ones"),
    ("zeros_like", "ones_like"),
    ("repeat", "repeat_interleave", "tile"),
    ("logical_and", "logical_or", "logical_xor"),
    ("T", "mT"),
    ("append", "extend"),
    ("min", "max"),
    ("stack", "cat"),
    ("keys", "values"),
    ("amax", "argmax"),
)
REDUCTIONS = {"sum", "mean", "amax", "amin", "max", "min", "var", "std", "norm", "prod", "any", "all", "logsumexp"}
SPREADS = {"var", "std", "var_mean", "std_mean"}


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


def edits(root: ast.FunctionDef | ast.Lambda, names: list[str]) -> Iterator[Edit]:
    """All small changes that keep to what is written; ``names`` may stand in place of each other."""
    for parent, field, index, node in list(places(root)):
        for kind, new in _of_node(node, names):
            yield Edit(kind, parent, field, index, new, node)


def local_names(root: ast.AST) -> list[str]:
    """Names that the function gives values to."""
    stored = [n.id for n in ast.walk(root) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)]
    return list(dict.fromkeys(stored))


def _of_node(node: ast.AST, names: list[str]) -> Iterator[tuple[str, ast.AST]]:
    for kind, rule in _RULES:
        if isinstance(node, kind):
            yield from rule(node)
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id in names:
        for other in names:
            if other != node.id:
                yield "another name", ast.Name(other, ast.Load())


def _with(node: ast.AST, **fields: object) -> ast.AST:
    new = copy.copy(node)
    for name, value in fields.items():
        setattr(new, name, value)
    return new


def _binary(node: ast.BinOp) -> Iterator[tuple[str, ast.AST]]:
    family = ARITHMETIC if isinstance(node.op, ARITHMETIC) else LOGIC
    for operator in family:
        if not isinstance(node.op, operator):
            yield "another operator", _with(node, op=operator())
    if not isinstance(node.op, ast.Add | ast.Mult):
        yield "operands exchanged", _with(node, left=node.right, right=node.left)
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
                yield "another comparison", _with(node, ops=[operator(), *node.ops[1:]])


def _bool(node: ast.BoolOp) -> Iterator[tuple[str, ast.AST]]:
    yield "and, or", _with(node, op=ast.Or() if isinstance(node.op, ast.And) else ast.And())
    for value in node.values:
        yield "a condition too many", value


def _if(node: ast.IfExp) -> Iterator[tuple[str, ast.AST]]:
    yield "branches exchanged", _with(node, body=node.orelse, orelse=node.body)
    yield "a condition too many", node.body
    yield "a condition too many", node.orelse


def _if_statement(node: ast.If) -> Iterator[tuple[str, ast.AST]]:
    yield "condition inverted", _with(node, test=ast.UnaryOp(ast.Not(), node.test))


def _constant(node: ast.Constant) -> Iterator[tuple[str, ast.AST]]:
    value = node.value
    if isinstance(value, bool):
        yield "True, False", ast.Constant(not value)
    elif isinstance(value, int | float):
        others = [value + 1, value - 1, -value, 2 * value, value / 2 if value % 2 else value // 2, 0, 1, 2, 0.5]
        others += [10 * value, value / 10] if isinstance(value, float) or abs(value) > 9 else []
        for other in dict.fromkeys(others):
            if other != value:
                yield "another number", _number(other)
    elif value is None:
        yield "another number", _number(-1)


def _number(value: float) -> ast.expr:
    return ast.UnaryOp(ast.USub(), ast.Constant(-value)) if value < 0 else ast.Constant(value)


def _called(node: ast.Call) -> str:
    function = node.func
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def _call(node: ast.Call) -> Iterator[tuple[str, ast.AST]]:
    name = _called(node)
    function = node.func
    method = isinstance(function, ast.Attribute)
    if method:
        yield "a call too many", function.value
    if node.args:
        yield "a call too many", node.args[0]
    for kin in KIN:
        for other in kin if name in kin else ():
            if other != name:
                renamed = _with(node.func, attr=other) if method else ast.Name(other, ast.Load())
                yield "another function", _with(node, func=renamed)
    for i in range(len(node.args)):
        if not isinstance(node.args[i], ast.Starred):
            yield "an argument too many", _with(node, args=[*node.args[:i], *node.args[i + 1 :]])
        for j in range(i):
            args = list(node.args)
            args[i], args[j] = args[j], args[i]
            yield "arguments exchanged", _with(node, args=args)
    for i in range(len(node.keywords)):
        yield "a keyword too many", _with(node, keywords=[*node.keywords[:i], *node.keywords[i + 1 :]])
    yield from _more_keywords(node, name)


def _more_keywords(node: ast.Call, name: str) -> Iterator[tuple[str, ast.AST]]:
    given = {keyword.arg for keyword in node.keywords}

    def more(kind: str, keyword: str, value: ast.expr) -> tuple[str, ast.AST]:
        return kind, _with(node, keywords=[*node.keywords, ast.keyword(keyword, value)])

    if name in REDUCTIONS and "keepdim" not in given:
        yield more("keepdim", "keepdim", ast.Constant(True))
    if name in REDUCTIONS | {"softmax", "log_softmax", "argmax", "argmin"} and "dim" not in given:
        for axis in (-1, 0, 1, -2):
            yield more("axis", "dim", _number(axis))
    if name in SPREADS and not given & {"unbiased", "correction"}:
        yield more("unbiased", "correction", ast.Constant(0))
    if name in {"sort", "argsort", "sorted"}:
        keyword = "reverse" if name == "sorted" else "descending"
        if keyword not in given:
            yield more("order", keyword, ast.Constant(True))


def _attribute(node: ast.Attribute) -> Iterator[tuple[str, ast.AST]]:
    for kin in KIN:
        if node.attr in ("T", "mT") and node.attr in kin:
            yield from (("another function", _with(node, attr=other)) for other in kin if other != node.attr)
    if node.attr in ("T", "mT"):
        yield "transposed", node.value


def _slice(node: ast.Slice) -> Iterator[tuple[str, ast.AST]]:
    for bound in ("lower", "upper"):
        if getattr(node, bound) is not None:
            yield "slice", _with(node, **{bound: None})
    if node.lower is None:
        yield "slice", _with(node, lower=ast.Constant(1))
    if node.upper is None:
        yield "slice", _with(node, upper=_number(-1))


def _augmented(node: ast.AugAssign) -> Iterator[tuple[str, ast.AST]]:
    for operator in ARITHMETIC[:4]:
        if not isinstance(node.op, operator):
            yield "another operator", _with(node, op=operator())


# What each kind of node may become.
_RULES: tuple[tuple[type[ast.AST], Callable[[Any], Iterator[tuple[str, ast.AST]]]], ...] = (
    (ast.BinOp, _binary),
    (ast.UnaryOp, _unary),
    (ast.Compare, _compare),
    (ast.BoolOp, _bool),
    (ast.IfExp, _if),
    (ast.Constant, _constant),
    (ast.Call, _call),
    (ast.Attribute, _attribute),
    (ast.Slice, _slice),
    (ast.AugAssign, _augmented),
    (ast.If, _if_statement),
)


# What is missing ----------------------------------------------------------------------------------------------------
EXPRESSIONS = (ast.BinOp, ast.Call, ast.Name, ast.Subscript, ast.Attribute, ast.UnaryOp, ast.Compare, ast.IfExp)


def additions(root: ast.FunctionDef | ast.Lambda, given: dict[str, str]) -> Iterator[Edit]:
    """Changes that add a step: a root, a transposition, a sign, a term, a factor.

    ``given`` says of each name in reach what it holds: ``tensor``, ``number`` or ``function``.
    """
    spots = [spot for spot in places(root) if _is_value(*spot)]
    whole = [spot for spot in spots if not isinstance(spot[3], ast.Name)]
    used = {node.id for node in ast.walk(root) if isinstance(node, ast.Name)}
    forgotten = {name: kind for name, kind in given.items() if name not in used}
    others = {name: kind for name, kind in given.items() if name in used}
    for texts, where in (
        (_steps_with(forgotten), spots),
        (_plain_steps(), spots),
        (_steps_with(others), whole),
    ):
        templates = [ast.parse(text, mode="eval").body for text in texts]
        for parent, field, index, node in where:
            for template in templates:
                yield Edit("a step missing", parent, field, index, _filled(template, node), node)


def _is_value(parent: ast.AST, field: str, index: int | None, node: ast.AST) -> bool:
    called = isinstance(parent, ast.Call) and field == "func"
    owner = isinstance(parent, ast.Attribute) and isinstance(node, ast.Name) and parent.attr in ("shape", "nn")
    stored = isinstance(getattr(node, "ctx", None), ast.Store | ast.Del)
    return isinstance(node, EXPRESSIONS) and not called and not owner and not stored


def _filled(template: ast.expr, node: ast.AST) -> ast.expr:
    class Fill(ast.NodeTransformer):
        def visit_Name(self, name: ast.Name) -> ast.AST:
            return node if name.id == "_" else name

    return Fill().visit(copy.deepcopy(template))


def _plain_steps() -> list[str]:
    texts = ["-_", "1 - _", "1 / _", "_ ** 0.5", "_ ** 2", "_ + 1", "_ - 1", "_ * 2", "_ / 2", "~_"]
    texts += [f"_.{step}()" for step in ("exp", "log", "sqrt", "square", "abs", "tanh", "clone", "long", "float")]
    texts += [f"_.{step}(-1)" for step in ("softmax", "log_softmax", "flip", "cumsum", "unsqueeze", "squeeze")]
    texts += ["_.softmax(-2)", "_.transpose(-2, -1)", "_.transpose(1, 2)", "_.flip(0)", "_.mT"]
    texts += ["_.sum(-1)", "_.mean(-1)", "_.mean(0)", "_.sum(0)", "_.sum(-1, keepdim=True)", "_.mean(-1, keepdim=True)"]
    texts += ["_[..., None]", "_[:, None]", "_[None]", "_.clamp(min=0)", "_.clamp(min=1)", "_.clamp(max=1)"]
    texts += [
        "max(_, 0)",
        "min(_, 1)",
        "max(_, 1)",
        "int(_)",
        "float(_)",
        "list(_)",
        "set(_)",
        "tuple(_)",
        "math.log2(_)",
    ]
    texts += ["_ / _.sum(-1, keepdim=True)", "_ / _.norm(dim=-1, keepdim=True)", "_ - _.mean(-1, keepdim=True)"]
    texts += ["_ - _.amax(-1, keepdim=True)", "_.item()", "_ / _.shape[-1]", "_ / _.shape[-1] ** 0.5"]
    return texts


def _steps_with(given: dict[str, str]) -> list[str]:
    texts = []
    for name, kind in given.items():
        if kind == "function":
            texts += [f"{name}(_)"]
            continue
        texts += [f"_ {sign} {name}" for sign in "+-*/"] + [f"{name} - _", f"{name} / _"]
        if kind == "tensor":
            texts += [f"_ @ {name}", f"_ / {name}.shape[-1] ** 0.5", f"_ / {name}.shape[-1]", f"_ * {name}.shape[-1]"]
            texts += [
                f"_ * {name}.shape[-1] ** 0.5",
                f"_ / len({name})",
                f"_ * {name}[..., None]",
                f"_ + {name}[..., None]",
            ]
            texts += [f"_ & {name}", f"_ * ~{name}"]
        else:
            texts += [f"_ / {name} ** 0.5", f"_ * {name} ** 0.5", f"max(_, {name})", f"min(_, {name})", f"_ ** {name}"]
            texts += [f"_.clamp(min={name})", f"_ % {name}", f"_ // {name}", f"{name} ** _"]
    return texts


# Lines --------------------------------------------------------------------------------------------------------------
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

"""Steps that are missing: a root, a transposition, a sign, a term, a factor."""

import ast
import copy
from collections.abc import Iterator

from transformer_lab.checks.engine.edits.places import Edit, places

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
        for template in templates:
            for parent, field, index, node in where:
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
    texts = ["-_", "~_", "_ + 1", "_ - 1", "_ * 2", "_ / 2", "1 - _", "1 / _", "_ ** 0.5", "_ ** 2"]
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

"""Changes of a call: another function of its kind, an argument or keyword more or less, another axis."""

import ast
from collections.abc import Iterator

from transformer_lab.checks.engine.edits.places import changed, number_node

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


def _called(node: ast.Call) -> str:
    function = node.func
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def of_call(node: ast.Call) -> Iterator[tuple[str, ast.AST]]:
    """The changes of one call."""
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
                renamed = changed(node.func, attr=other) if method else ast.Name(other, ast.Load())
                yield "another function", changed(node, func=renamed)
    for i in range(len(node.args)):
        if not isinstance(node.args[i], ast.Starred):
            yield "an argument too many", changed(node, args=[*node.args[:i], *node.args[i + 1 :]])
        for j in range(i):
            args = list(node.args)
            args[i], args[j] = args[j], args[i]
            yield "arguments exchanged", changed(node, args=args)
    for i in range(len(node.keywords)):
        yield "a keyword too many", changed(node, keywords=[*node.keywords[:i], *node.keywords[i + 1 :]])
    yield from _more_keywords(node, name)


def _more_keywords(node: ast.Call, name: str) -> Iterator[tuple[str, ast.AST]]:
    given = {keyword.arg for keyword in node.keywords}

    def more(kind: str, keyword: str, value: ast.expr) -> tuple[str, ast.AST]:
        return kind, changed(node, keywords=[*node.keywords, ast.keyword(keyword, value)])

    if name in REDUCTIONS and "keepdim" not in given:
        yield more("keepdim", "keepdim", ast.Constant(True))
    if name in REDUCTIONS | {"softmax", "log_softmax", "argmax", "argmin"} and "dim" not in given:
        for axis in (-1, 0, 1, -2):
            yield more("axis", "dim", number_node(axis))
    if name in SPREADS and not given & {"unbiased", "correction"}:
        yield more("unbiased", "correction", ast.Constant(0))
    if name in {"sort", "argsort", "sorted"}:
        keyword = "reverse" if name == "sorted" else "descending"
        if keyword not in given:
            yield more("order", keyword, ast.Constant(True))


def of_attribute(node: ast.Attribute) -> Iterator[tuple[str, ast.AST]]:
    """A transposition too many, or the other one."""
    for kin in KIN:
        if node.attr in ("T", "mT") and node.attr in kin:
            yield from (("another function", changed(node, attr=other)) for other in kin if other != node.attr)
    if node.attr in ("T", "mT"):
        yield "transposed", node.value

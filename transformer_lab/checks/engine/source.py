"""The syntax tree of a function that someone has written, and a function made of a changed tree."""

import ast
import copy
import functools
import inspect
import linecache
import types
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import torch

NODES = (ast.FunctionDef, ast.Lambda)
# The name of the power function in a changed program, and how long its whole numbers may become.
POWER, MOST_BITS = "__power", 20_000
# Fields of a function's node that Python has since 3.12, and compiles nothing without.
_SINCE_312: dict[str, Any] = {"type_params": []}


class Source:
    """A function's own node, the function, and how a changed function takes the place of the answer."""

    def __init__(
        self,
        node: ast.FunctionDef | ast.Lambda,
        function: types.FunctionType,
        replace: Callable[[Callable[..., Any]], Callable[..., Any]],
    ):
        self.node, self.function, self.replace = node, function, replace

    def parameters(self) -> list[str]:
        """The names of the parameters, without self."""
        names = [a.arg for a in (*self.node.args.posonlyargs, *self.node.args.args, *self.node.args.kwonlyargs)]
        return [name for name in names if name != "self"]

    def rebuilt(self) -> Callable[..., Any]:
        """The answer, made anew from the node as it is now."""
        made = _compiled(self.node, self.function)
        made.__defaults__, made.__kwdefaults__ = self.function.__defaults__, self.function.__kwdefaults__
        return self.replace(made)


def sources(answer: Callable[..., Any]) -> Iterator[Source]:
    """The answer's own source, then those of the functions beside it that it calls by name."""
    function, replace = _unwrapped(answer)
    if function is None:
        return
    node = node_of(function)
    if node is not None:
        yield Source(node, function, replace)
    for name in function.__code__.co_names:
        helper = function.__globals__.get(name)
        if isinstance(helper, types.FunctionType) and helper.__module__ == function.__module__:
            helper_node = node_of(helper)
            if helper_node is not None:
                yield Source(helper_node, helper, lambda made, n=name: replace(_with_global(function, n, made)))


def _unwrapped(answer: Callable[..., Any]) -> tuple[types.FunctionType | None, Callable]:
    if isinstance(answer, functools.partial):
        inner, replace = _unwrapped(answer.func)
        return inner, lambda made: functools.partial(replace(made), *answer.args, **answer.keywords)
    if isinstance(answer, types.MethodType):
        return answer.__func__, lambda made: types.MethodType(made, answer.__self__)
    if isinstance(answer, types.FunctionType):
        return inspect.unwrap(answer), lambda made: made
    method = type(answer).forward if isinstance(answer, torch.nn.Module) else vars(type(answer)).get("__call__")
    if isinstance(method, types.FunctionType):
        return method, lambda made: types.MethodType(made, answer)
    return None, lambda made: made


def _with_global(function: types.FunctionType, name: str, value: Any) -> types.FunctionType:
    scope = {**function.__globals__, name: value}
    made = types.FunctionType(function.__code__, scope, function.__name__, function.__defaults__, function.__closure__)
    made.__kwdefaults__ = function.__kwdefaults__
    return made


def node_of(function: types.FunctionType) -> ast.FunctionDef | ast.Lambda | None:
    """A function's node in the file or the cell where it was written; None where there is no text of it."""
    code = function.__code__
    lines = linecache.getlines(code.co_filename, function.__globals__)
    tree = _parsed("".join(lines))
    if tree is None:
        return None
    found = [node for node in ast.walk(tree) if isinstance(node, NODES) and _is_code_of(node, code)]
    return found[0] if len(found) == 1 else None


@functools.lru_cache(maxsize=8)
def _parsed(text: str) -> ast.Module | None:
    try:
        return ast.parse(text) if text else None
    except (SyntaxError, ValueError):
        return None


def _is_code_of(node: ast.FunctionDef | ast.Lambda, code: types.CodeType) -> bool:
    decorators = getattr(node, "decorator_list", [])
    first = min([node.lineno, *(d.lineno for d in decorators)])
    if first != code.co_firstlineno or getattr(node, "name", "<lambda>") != code.co_name:
        return False
    if isinstance(node, ast.FunctionDef):
        return True
    # Several lambdas in one line are told apart by their columns.
    spots = [(line, column) for line, _, column, _ in code.co_positions() if line and column]
    start, end = (node.body.lineno, node.body.col_offset), (node.body.end_lineno, node.body.end_col_offset)
    return all(start <= spot < end for spot in spots) and len(spots) > 0


def _compiled(node: ast.FunctionDef | ast.Lambda, function: types.FunctionType) -> types.FunctionType:
    free = function.__code__.co_freevars
    cells = [cell.cell_contents for cell in function.__closure__ or ()]
    if isinstance(node, ast.Lambda):
        body: list[ast.stmt] = [ast.Return(ast.Lambda(_bare(node.args), node.body))]
    else:
        place: dict[str, Any] = {"lineno": node.lineno, "end_lineno": node.end_lineno, "col_offset": 0}
        inner = ast.FunctionDef(node.name, _bare(node.args), node.body, [], **place, **_SINCE_312)
        body = [inner, ast.Return(ast.Name(node.name, ast.Load()))]
    arguments = ast.arguments(
        posonlyargs=[], args=[ast.arg(name) for name in free], kwonlyargs=[], kw_defaults=[], defaults=[]
    )
    maker = ast.FunctionDef("__make", arguments, body, [], lineno=1, col_offset=0, **_SINCE_312)
    module = _placed(ast.Module([maker], []))
    scope = {**function.__globals__, POWER: _power}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SyntaxWarning)  # "is" with a number, say: a change may be silly
        exec(compile(module, "<an answer, changed>", "exec"), scope)
    return scope["__make"](*cells)


def _placed(module: ast.Module) -> ast.Module:
    """With a line for every new node, as compiling wants it, and with powers that do not run away."""
    runs_away = False
    for node in ast.walk(module):
        if "lineno" in node._attributes and not hasattr(node, "lineno"):
            node.lineno, node.end_lineno, node.col_offset, node.end_col_offset = 1, 1, 0, 0  # type: ignore[attr-defined]
        runs_away = runs_away or _may_run_away(node)
    return ast.fix_missing_locations(_Powers().visit(copy.deepcopy(module))) if runs_away else module


def _may_run_away(node: ast.AST) -> bool:
    """Whether a node is a power whose exponent is not written down as a number."""
    return isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow) and not _is_written(node.right)


def _is_written(node: ast.expr) -> bool:
    return isinstance(node.operand if isinstance(node, ast.UnaryOp) else node, ast.Constant)


class _Powers(ast.NodeTransformer):
    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        self.generic_visit(node)
        bare = isinstance(node.op, ast.Pow)
        return ast.Call(ast.Name(POWER, ast.Load()), [node.left, node.right], []) if bare else node


def _power(base: Any, exponent: Any) -> Any:
    """``base ** exponent``. Of whole numbers it may take minutes, in which nothing can interrupt Python."""
    if type(base) is int and type(exponent) is int and base.bit_length() * exponent > MOST_BITS:
        raise OverflowError(f"a power of more than {MOST_BITS:,} bits")
    return base**exponent


def _bare(old: ast.arguments) -> ast.arguments:
    """Without defaults and annotations, whose names may be gone; the defaults are set afterwards."""
    return ast.arguments(
        posonlyargs=[ast.arg(a.arg) for a in old.posonlyargs],
        args=[ast.arg(a.arg) for a in old.args],
        vararg=old.vararg and ast.arg(old.vararg.arg),
        kwonlyargs=[ast.arg(a.arg) for a in old.kwonlyargs],
        kw_defaults=[None] * len(old.kwonlyargs),
        kwarg=old.kwarg and ast.arg(old.kwarg.arg),
        defaults=[],
    )

"""The one small change that makes a wrong answer right, found by trying: what it changes is the mistake.

Changes are tried from the simplest on (what may be left out comes first), and nothing is said unless the changed answer
is right on every case, on the same cases with other numbers, at a thousandth of the tolerance, and in its gradients.
"""

import ast
import contextlib
import io
import warnings
from collections.abc import Callable, Iterator
from dataclasses import replace

from torch import Tensor

from transformer_lab.checks.engine.diagnosing.evidence import Evidence, Finding
from transformer_lab.checks.engine.edits import Edit, is_near, likely, local_names
from transformer_lab.checks.engine.edits.wording import advice
from transformer_lab.checks.engine.guard import TimeUp, attempt
from transformer_lab.checks.engine.settings import renew
from transformer_lab.checks.engine.source import Source, sources

# What a function does beyond returning something is not done again hundreds of times.
EFFECTS = {"open", "input", "exec", "eval", "system", "show", "savefig", "save", "remove", "unlink", "write", "Popen"}

# Seconds left for the rules that come after this one.
RESERVE = 0.35

Test = Callable[[Callable], bool]


def one_edit(evidence: Evidence) -> Finding | None:
    """The simplest single change that makes the answer right."""
    if any(isinstance(outcome.error, RecursionError) for outcome in evidence.outcomes):
        return None  # a change may call it twice each time
    return search(evidence, evidence.mends)


def search(evidence: Evidence, is_right: Test) -> Finding | None:
    """The first change after which the answer passes a test."""
    found: list[Finding] = []

    def work() -> None:
        quiet = contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO())
        with quiet[0], quiet[1], warnings.catch_warnings():
            warnings.simplefilter("ignore")
            for source in sources(evidence.given):
                if not EFFECTS & set(source.function.__code__.co_names) and not found:
                    found.extend(_in_source(source, evidence, is_right))

    error = attempt(work, max(0.1, evidence.left()))
    if error is not None and not isinstance(error, TimeUp):
        raise error
    return found[0] if found else None


def _in_source(source: Source, evidence: Evidence, is_right: Test) -> Iterator[Finding]:
    names = [*source.parameters(), *local_names(source.node)]
    loops = any(isinstance(node, ast.While) for node in ast.walk(source.node))

    def mends() -> bool:
        return _in_time(source, evidence, is_right) if loops else _right(source, evidence, is_right)

    if mends():
        return  # unchanged: it is a decorator that spoils it
    for edit in likely(source.node, names, _kinds(source, evidence)):
        if evidence.left() < RESERVE:
            return
        if _applied(edit, mends) and not _saturates(edit, mends):
            sentence = advice(edit, source.node)
            if sentence:
                yield Finding(edit.kind, sentence)
            return


def _applied(edit: Edit, test: Callable[[], bool]) -> bool:
    edit.apply()
    try:
        return test()
    finally:
        edit.undo()


def _saturates(edit: Edit, mends: Callable[[], bool]) -> bool:
    """Whether what is new is only large enough: twice or ten times it does too, so it is not what was meant."""
    meant = edit.kind not in ("another number", "a step missing") or is_near(edit)
    if meant or not isinstance(edit.new, ast.expr):
        return False
    larger = [ast.BinOp(ast.Constant(factor), ast.Mult(), edit.new) for factor in (2, 10)]
    return any(_applied(replace(edit, new=node), mends) for node in larger)


def _in_time(source: Source, evidence: Evidence, is_right: Test) -> bool:
    """A change may make a while loop endless."""
    found: list[bool] = []
    attempt(lambda: found.append(_right(source, evidence, is_right)), 0.05)
    return bool(found) and found[0]


def _right(source: Source, evidence: Evidence, is_right: Test) -> bool:
    try:
        changed = source.rebuilt()
    except (SyntaxError, ValueError, TypeError, RecursionError):
        return False
    renew()
    return is_right(evidence.adapt(changed))


def _kinds(source: Source, evidence: Evidence) -> dict[str, str]:
    """Of which kind each parameter is, by what the check hands in; local names count as tensors."""
    kinds = dict.fromkeys(local_names(source.node), "tensor")
    for name, value in zip(source.parameters(), evidence.cases[0].arguments, strict=False):
        if not isinstance(value, bool | str | list | dict | set | frozenset):
            kinds[name] = "tensor" if isinstance(value, Tensor) else "function" if callable(value) else "number"
    return kinds
